package wallet_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/wallet"
)

var pdf = []byte("%PDF-1.7\n%%EOF\n")

func TestACertificateFromElsewhere(t *testing.T) {
	w := newWorld(t)
	w.Get("ana", "/wallet/records/new").OK("Add a certificate from elsewhere", "Professional counselor, Colorado, LPC.0014733", `name="_once"`, "No client information").Lacks("Its file", "Remove", " checked")
	fields := []string{"_once", w.key("/wallet/records/new"), "title", "Grief and loss", "provider", "Hillside Training", "approval", "NBCC 7001", "completed_on", "2026-05-02", "hours", "2.75", "category", "Ethics",
		"format", "self-paced", "licenses", w.colorado.ID}
	a := w.Post("ana", "/wallet/records/new", fields...)
	a.Says(a.Location, "wallet.record_added")
	if again := w.Post("ana", "/wallet/records/new", fields...); again.Location != a.Location || w.count("SELECT count(*) FROM wallet_records") != 1 {
		t.Errorf("a double click leads to %s, then %s", a.Location, again.Location)
	}
	w.Get("ana", a.Location).OK("Grief and loss", "No file yet", `value="2026-05-02"`, `name="hours" value="2.75"`, `value="self-paced" checked`, `value="`+w.colorado.ID+`" checked`, `enctype="multipart/form-data"`)
	w.Post("ana", a.Location, "title", "", "provider", "Hillside", "completed_on", "2027-01-01", "hours", "two").Is(422, "Enter the title as it stands", "Hillside", `value="two"`, "Choose how you took it.")
	w.Post("ana", a.Location, "title", "Grief", "provider", "Hillside", "completed_on", "2026-11-24", "hours", "two", "format", "live", "licenses", nowhere).Is(422, "This day is still to come", "Enter hours such as", "Choose among your licenses").
		Lacks(`value="` + w.colorado.ID + `" checked`)
	w.Get("ana", a.Location).OK("Grief and loss")
	w.Post("ana", a.Location, "title", "Grief", "provider", "Hillside", "completed_on", "2026-05-03", "hours", "3", "format", "live").Says("/wallet", "wallet.record")
	w.Get("ana", "/wallet").OK("Grief", "May 3, 2026", "Hillside").Lacks("1 license")

	w.Get("ana", a.Location+"/remove").OK("Remove “Grief”?", `href="`+a.Location+`">Back`)
	key := w.key(a.Location + "/remove")
	for range 2 {
		w.Post("ana", a.Location+"/remove", "_once", key).Says("/wallet", "wallet.record_removed")
	}
	w.Get("ana", a.Location).Is(404)
}

// TestAProbableMistakeIsAsked: the question stands with the form, and an answer to it
// saves.
func TestAProbableMistakeIsAsked(t *testing.T) {
	w := newWorld(t)
	w.record()
	fields := []string{"title", "Grief <and> loss", "provider", "Hillside Training", "completed_on", "2026-05-02", "hours", "2.75", "format", "self-paced"}
	w.Get("ana", "/wallet/records/new").OK().Lacks(`name="same"`, `name="long"`)
	w.Post("ana", "/wallet/records/new", fields...).Is(422, "You added a certificate with this title, provider, day and hours before.", `name="same" value="yes"`, `href="#f-same"`).Lacks(`name="long"`)
	a := w.Post("ana", "/wallet/records/new", append(fields, "same", "yes")...)
	a.Says(a.Location, "wallet.record_added")
	fields[7] = "999"
	w.Post("ana", "/wallet/records/new", fields...).Is(422, "999 hours are many for one certificate.", `name="long" value="yes"`).Lacks(`name="same"`)
	w.Post("ana", "/wallet/records/new", append(fields, "long", "yes", "title", "Other")...).Is(303)
	if n := w.count("SELECT count(*) FROM wallet_records"); n != 3 {
		t.Errorf("%d certificates", n)
	}
}

// TestTheOnlyLicenseIsProposed: a certificate is added to count for something.
func TestTheOnlyLicenseIsProposed(t *testing.T) {
	w := newWorld(t)
	w.must(w.accounts.RemoveLicense(t.Context(), "ana", w.oregon.ID))
	w.Get("ana", "/wallet/records/new").OK(`value="` + w.colorado.ID + `" checked`)
	w.Get("ben", "/wallet/records/new").OK("You have listed no license yet")
}

func TestAFileIsKeptAndHandedToItsOwner(t *testing.T) {
	w := newWorld(t)
	record := w.record()
	rec := w.send("ana", record+"/file", "file", `C:\scans\Île "2026".pdf`, pdf)
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != record || !strings.HasPrefix(rec.Header().Get("Set-Cookie"), "flash=wallet.file;") {
		t.Fatalf("%d: %s", rec.Code, rec.Body)
	}
	w.Get("ana", record).OK("Île 2026.pdf", "1 KB", "Another file in its place", "November 23, 2026")
	w.Get("ana", "/wallet").OK(`href="`+record+`/file"`, "1 of 200 MB")
	a := w.Get("ana", record+"/file").OK()
	for name, want := range map[string]string{"Content-Type": "application/pdf", "Content-Disposition": "attachment; filename*=utf-8''%C3%8Ele%202026.pdf", "X-Content-Type-Options": "nosniff",
		"Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if a.Body != string(pdf) {
		t.Errorf("it came back as %q", a.Body)
	}
	w.Do("ana", http.MethodGet, record+"/file", nil, "If-None-Match", a.Header.Get("ETag")).Is(http.StatusNotModified)
	w.Get("ben", record+"/file").Is(404)
	w.Get("ana", record+"/file/remove").OK("Remove the file “Île 2026.pdf”?")
	for range 2 {
		w.Post("ana", record+"/file/remove").Says(record, "wallet.file_removed")
	}
	w.Get("ana", record+"/file").Is(404)
	w.Get("ana", record+"/file/remove").Is(404)
}

func TestWhatIsWrongWithAFileIsSaidAtTheField(t *testing.T) {
	w := newWorld(t)
	record := w.record()
	large := append(bytes.Clone(pdf), make([]byte, wallet.MaxFile)...)
	for name, tt := range map[string]struct {
		field, file string
		body        []byte
		says        string
	}{
		"no file":           {"other", "", nil, "Choose the file"},
		"nothing in it":     {"file", "a.pdf", nil, "Choose the file"},
		"a page":            {"file", "a.pdf", []byte("<html>"), "no PDF, JPEG or PNG"},
		"too large":         {"file", "a.pdf", large, "larger than 10 MB"},
		"much too large":    {"file", "a.pdf", append(large, make([]byte, 1<<20)...), "larger than 10 MB"},
		"not a form's file": {"picture", "a.pdf", pdf, "Choose the file"},
	} {
		rec := w.send("ana", record+"/file", tt.field, tt.file, tt.body)
		body := rec.Body.String()
		if rec.Code != 422 || !strings.Contains(body, tt.says) || !strings.Contains(body, `href="#f-file"`) || !strings.Contains(body, `value="Hillside Training"`) {
			t.Errorf("%s: %d: %s", name, rec.Code, body)
		}
	}
	w.Post("ana", record+"/file", "file", "a.pdf").Is(422, "Choose the file")
	torn := httptest.NewRequestWithContext(t.Context(), http.MethodPost, record+"/file", strings.NewReader("--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-"))
	torn.Header.Set("Content-Type", "multipart/form-data; boundary=x")
	torn.Header.Set(area.Person, "ana")
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, torn)
	if rec.Code != 422 || !strings.Contains(rec.Body.String(), "did not arrive whole") {
		t.Errorf("torn: %d", rec.Code)
	}
	if n := w.count("SELECT count(*) FROM wallet_files"); n != 0 {
		t.Errorf("%d files are kept", n)
	}
	if rec := w.send("ben", record+"/file", "file", "a.pdf", pdf); rec.Code != 404 {
		t.Errorf("somebody else: %d", rec.Code)
	}
}

// TestOnlySoManyFilesArriveAtATime: each lies in memory.
func TestOnlySoManyFilesArriveAtATime(t *testing.T) {
	w := newWorld(t)
	record := w.record()
	bens, err := w.service.SaveRecord(t.Context(), wallet.Record{PersonID: "ben", Title: "Loss", Provider: "Hillside", CompletedOn: "2026-05-02", Centihours: 100, Format: wallet.Live}, wallet.Sure{})
	w.must(err)
	begun, release := make(chan struct{}), make(chan struct{})
	done := make(chan int)
	const places = 2 // of one person
	for range places {
		go func() {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, record+"/file", &slow{begun: begun, release: release})
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			r.Header.Set(area.Person, "ana")
			rec := httptest.NewRecorder()
			w.ServeHTTP(rec, r)
			done <- rec.Code
		}()
		<-begun
	}
	if rec := w.send("ana", record+"/file", "file", "a.pdf", pdf); rec.Code != 429 || !strings.Contains(rec.Body.String(), "again in a minute") {
		t.Errorf("one more: %d", rec.Code)
	}
	if rec := w.send("ben", "/wallet/records/"+bens+"/file", "file", "a.pdf", pdf); rec.Code != 303 {
		t.Errorf("somebody else meanwhile: %d", rec.Code)
	}
	close(release)
	for range places {
		if code := <-done; code != 422 {
			t.Errorf("a torn file: %d", code)
		}
	}
	if rec := w.send("ana", record+"/file", "file", "a.pdf", pdf); rec.Code != 303 {
		t.Errorf("afterward: %d", rec.Code)
	}
}

// slow is a body that begins, and ends when it is told to.
type slow struct {
	begun, release chan struct{}
	told           bool
}

func (s *slow) Read([]byte) (int, error) {
	if !s.told {
		s.told = true
		s.begun <- struct{}{}
	}
	<-s.release
	return 0, http.ErrBodyReadAfterClose
}

func TestTheCalendar(t *testing.T) {
	w := newWorld(t)
	w.Get("ana", "/wallet/calendar").OK("It is switched off", "Make an address").Lacks("Switch calendar off")
	key := w.key("/wallet/calendar")
	address := func() string {
		t.Helper()
		_, rest, ok := strings.Cut(w.Get("ana", "/wallet/calendar").OK().Body, `id="feed-address" class="number">https://ce.example.org`)
		if !ok {
			t.Fatal("the page does not show the address")
		}
		a, _, _ := strings.Cut(rest, "<")
		return a
	}
	w.Post("ana", "/wallet/calendar", "_once", key).Says("/wallet/calendar", "wallet.feed")
	first := address()
	w.Post("ana", "/wallet/calendar", "_once", key).Says("/wallet/calendar", "wallet.feed")
	if address() != first {
		t.Error("a double click made another address")
	}
	a := w.Get("", first).OK("BEGIN:VCALENDAR\r\n", "Professional counselor\\, Colorado", "DTSTART;VALUE=DATE:20270331", "TRIGGER:-P90D").Lacks("LPC.0014733", "Ana")
	for name, want := range map[string]string{"Content-Type": "text/calendar; charset=utf-8", "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer"} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	w.Do("", http.MethodGet, first, nil, "If-None-Match", a.Header.Get("ETag")).Is(http.StatusNotModified)
	if head := w.Do("", http.MethodHead, first, nil); head.Code != 200 || head.Body != "" {
		t.Errorf("HEAD: %d", head.Code)
	}
	w.Get("", "/wallet/calendar/"+strings.Repeat("0", 64)+".ics").Is(404)
	w.asked = &apperr.Error{Kind: apperr.Limited, Msg: "Too often."}
	w.Get("", first).Is(429)
	w.asked, w.wrong = nil, &apperr.Error{Kind: apperr.Limited, Msg: "Too often."}
	w.Get("", "/wallet/calendar/x").Is(429)
	w.Get("", first).OK()
	w.wrong = nil

	w.Post("ana", "/wallet/calendar", "_once", w.key("/wallet/calendar")).Is(303)
	w.Get("", first).Is(404)
	second := address()
	w.Get("", strings.TrimSuffix(second, ".ics")).OK()
	area.Exec(t, w.db, "UPDATE wallet_people SET feed_salt = 'of another key'")
	w.Get("ana", "/wallet/calendar").OK("cannot be shown again")
	w.Post("ana", "/wallet/calendar/off").Says("/wallet/calendar", "wallet.feed_off")
	w.Get("", second).Is(404)
	w.Get("ana", "/wallet/calendar").OK("It is switched off")
}
