package wallet_test

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/wallet"
)

// pdf has what a whole PDF begins and ends with.
var pdf = []byte("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")

func picture(t testing.TB, format string) []byte {
	t.Helper()
	var b bytes.Buffer
	err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20)))
	if format == "jpeg" {
		b.Reset()
		err = jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 20)), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// vast is the head of a picture that says how large it is.
func vast(t testing.TB, width, height uint32) []byte {
	t.Helper()
	b := picture(t, "png")
	binary.BigEndian.PutUint32(b[16:], width)
	binary.BigEndian.PutUint32(b[20:], height)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestRecords(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	l, other := w.license("ana", "US-CO", "2027-03-31"), w.license("ana", "US-OR", "2027-03-31")
	for _, id := range []string{l.ID, other.ID} {
		w.period("ana", wallet.Period{LicenseID: id, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
	}
	full := wallet.Record{PersonID: "ana", Title: " Trauma  and memory", Provider: "Hillside Training", Approval: "State board", CompletedOn: "2026-11-23", Centihours: 275, Category: "Clinical",
		Format: wallet.SelfPaced, Licenses: []string{l.ID, l.ID}}
	id := w.record(full)
	r, err := w.Record(ctx, "ana", id)
	w.must(err)
	if r.Title != "Trauma and memory" || r.Provider != full.Provider || r.Approval != full.Approval || r.CompletedOn != full.CompletedOn || r.Centihours != 275 || r.Category != "Clinical" ||
		r.Format != wallet.SelfPaced || !slices.Equal(r.Licenses, []string{l.ID}) || r.File != nil || !r.CreatedAt.Equal(w.now) {
		t.Errorf("%+v", r)
	}
	if v := w.look("ana", l.ID, ""); v.Sum.SelfPaced != 275 || theOnly(t, v).By != "State board" {
		t.Errorf("%+v", v.Sum)
	}
	if v := w.look("ana", other.ID, ""); v.Sum.Counted != 0 || theOnly(t, v).Counts {
		t.Errorf("it counts for a license that was not named: %+v", v.Sum)
	}
	full.ID, full.Licenses, full.Format, full.Approval = id, []string{other.ID}, wallet.Live, ""
	w.record(full)
	if v := w.look("ana", other.ID, ""); v.Sum.Live != 275 || theOnly(t, v).By != "" {
		t.Errorf("%+v", v.Sum)
	}

	full.PersonID, full.Licenses = "ben", nil
	_, err = w.SaveRecord(ctx, full, wallet.Sure{})
	is(t, err, apperr.NotFound, "")
	_, err = w.Record(ctx, "ben", id)
	is(t, err, apperr.NotFound, "")
	is(t, w.RemoveRecord(ctx, "ben", id), apperr.NotFound, "")
	form := once.With(ctx, "remove")
	for range 2 {
		w.must(w.RemoveRecord(form, "ana", id))
	}
	is(t, w.RemoveRecord(ctx, "ana", id), apperr.NotFound, "")
}

// TestWhatLooksLikeAMistakeIsAsked: hours that nobody earned must not count in
// silence, and hours that somebody did earn must not be refused.
func TestWhatLooksLikeAMistakeIsAsked(t *testing.T) {
	w := newWorld(t)
	r := wallet.Record{PersonID: "ana", Title: "Grief and loss", Provider: "Hillside", CompletedOn: "2026-05-02", Centihours: 275, Format: wallet.Live}
	save := func(r wallet.Record, sure wallet.Sure, fields ...string) string {
		t.Helper()
		id, err := w.SaveRecord(t.Context(), r, sure)
		var got []string
		for _, f := range apperr.FieldsOf(err) {
			got = append(got, f.Name)
		}
		if !slices.Equal(got, fields) || len(fields) == 0 && err != nil {
			t.Errorf("%+v, %+v: %v, want questions about %v", r, sure, err, fields)
		}
		return id
	}
	save(r, wallet.Sure{})
	again := r
	again.Title = " GRIEF  and loss "
	save(again, wallet.Sure{}, "same")
	again.ID = save(again, wallet.Sure{Same: true})
	again.Category = "Ethics"
	save(again, wallet.Sure{}) // it was asked before
	for _, change := range []func(r *wallet.Record){
		func(r *wallet.Record) { r.Title = "Grief" }, func(r *wallet.Record) { r.Provider = "Lakeside" },
		func(r *wallet.Record) { r.CompletedOn = "2026-05-03" }, func(r *wallet.Record) { r.Centihours = 300 }, func(r *wallet.Record) { r.PersonID = "ben" },
	} {
		other := r
		change(&other)
		save(other, wallet.Sure{})
	}
	again.Title = "Grief"
	save(again, wallet.Sure{}, "same")

	long := wallet.Record{PersonID: "ana", Title: "Summer school", Provider: "Hillside", CompletedOn: "2026-06-02", Centihours: 1200, Format: wallet.Live}
	save(long, wallet.Sure{})
	long.Centihours = 1201
	save(long, wallet.Sure{}, "long")
	long.ID = save(long, wallet.Sure{Long: true})
	save(long, wallet.Sure{})
	long.ID, long.Format = "", wallet.SelfPaced
	save(long, wallet.Sure{}, "same")
	long.Centihours = 99900
	save(long, wallet.Sure{}, "long")
	save(long, wallet.Sure{Same: true}, "long")
	save(long, wallet.Sure{Long: true})
	save(long, wallet.Sure{}, "long", "same")
	long.Centihours = 200001
	save(long, wallet.Sure{Long: true}, "hours")
}

func TestWhatARecordRefuses(t *testing.T) {
	w := newWorld(t)
	bens := w.license("ben", "US-CO", "")
	for field, change := range map[string]func(r *wallet.Record){
		"title":        func(r *wallet.Record) { r.Title = " " },
		"provider":     func(r *wallet.Record) { r.Provider = strings.Repeat("x", 201) },
		"approval":     func(r *wallet.Record) { r.Approval = "a\x00" },
		"completed_on": func(r *wallet.Record) { r.CompletedOn = "2026-11-24" }, // still to come in New York
		"hours":        func(r *wallet.Record) { r.Centihours = 0 },
		"category":     func(r *wallet.Record) { r.Category = strings.Repeat("x", 81) },
		"format":       func(r *wallet.Record) { r.Format = "" },
		"licenses":     func(r *wallet.Record) { r.Licenses = []string{bens.ID} },
	} {
		r := wallet.Record{PersonID: "ana", Title: "A", Provider: "B", CompletedOn: "2026-11-23", Centihours: 100, Format: wallet.Live}
		change(&r)
		_, err := w.SaveRecord(t.Context(), r, wallet.Sure{})
		is(t, err, apperr.Invalid, field)
	}
	_, err := w.SaveRecord(t.Context(), wallet.Record{ID: nowhere, PersonID: "ana"}, wallet.Sure{})
	is(t, err, apperr.NotFound, "")
	_, err = w.SaveRecord(t.Context(), wallet.Record{PersonID: "ana", CompletedOn: "yesterday"}, wallet.Sure{})
	if fields := apperr.FieldsOf(err); len(fields) != 5 {
		t.Errorf("not everything that is wrong is said at once: %v", fields)
	}
	if n := w.count("SELECT count(*) FROM wallet_records"); n != 0 {
		t.Errorf("%d were kept", n)
	}
}

// TestAddingIsOneActAForm, and the wallet has an end.
func TestAddingIsOneActAForm(t *testing.T) {
	w := newWorld(t)
	r := wallet.Record{PersonID: "ana", Title: "A", Provider: "B", CompletedOn: "2026-11-23", Centihours: 100, Format: wallet.Live}
	form := once.With(t.Context(), "form")
	var mu sync.Mutex
	ids := map[string]bool{}
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			id, err := w.SaveRecord(form, r, wallet.Sure{})
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			ids[id] = true
			mu.Unlock()
		})
	}
	wg.Wait()
	if n := w.count("SELECT count(*) FROM wallet_records"); n != 1 || len(ids) != 1 {
		t.Fatalf("%d records, %d IDs", n, len(ids))
	}
	w.many(wallet.MaxRecords-3, `INSERT INTO wallet_records (id, person_id, title, provider, approval, completed_on, centihours, category, format, created_at, updated_at)
		VALUES (?, 'ana', 'x', 'x', '', '2026-01-01', 100, '', 'live', ?, ?)`, func(i int) []any { return []any{strconv.Itoa(i), w.now, w.now} })
	for range 10 {
		wg.Go(func() {
			if _, err := w.SaveRecord(t.Context(), r, wallet.Sure{Same: true}); err != nil && !apperr.Is(err, apperr.Conflict) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count("SELECT count(*) FROM wallet_records"); n != wallet.MaxRecords {
		t.Errorf("%d records", n)
	}
}

func TestFilesAreKnownByTheirContent(t *testing.T) {
	w := newWorld(t)
	id := w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 100})
	whole, jpg := picture(t, "png"), picture(t, "jpeg")
	for name, tt := range map[string]struct {
		body       []byte
		name, kind string
		refused    string
	}{
		"a PDF called PNG":   {pdf, "scan.png", "application/pdf", ""},
		"a PNG":              {whole, "scan.png", "image/png", ""},
		"a JPEG":             {jpg, "scan.JPEG", "image/jpeg", ""},
		"a motion picture":   {slices.Concat(jpg, []byte("MP4 of the phone")), "scan.jpg", "image/jpeg", ""},
		"nothing":            {nil, "scan.pdf", "", "Choose the file"},
		"a page":             {[]byte("<html><script>alert(1)</script>%PDF-1.7 %%EOF"), "scan.pdf", "", "no PDF, JPEG or PNG"},
		"a drawing":          {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "scan.svg", "", "no PDF, JPEG or PNG"},
		"a GIF":              {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), "scan.gif", "", "no PDF, JPEG or PNG"},
		"half a PDF":         {pdf[:len(pdf)-8], "scan.pdf", "", "cut off"},
		"half a PNG":         {whole[:len(whole)-6], "scan.png", "", "cut off"},
		"half a JPEG":        {jpg[:len(jpg)-2], "scan.jpg", "", "cut off"},
		"too many pixels":    {vast(t, 10_000, 6_001), "scan.png", "", "too many pixels"},
		"far too many":       {vast(t, 100_000, 100_000), "scan.png", "", "too many pixels"},
		"just few enough":    {vast(t, 10_000, 6_000), "scan.png", "image/png", ""},
		"one byte too large": {slices.Concat(pdf, make([]byte, wallet.MaxFile+1-len(pdf))), "scan.pdf", "", "larger than 10 MB"},
	} {
		err := w.Attach(t.Context(), "ana", id, tt.name, tt.body)
		if tt.refused != "" {
			is(t, err, apperr.Invalid, "file")
			if err != nil && !strings.Contains(err.Error(), tt.refused) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		f, body, err := w.File(t.Context(), "ana", id)
		if err != nil || f.Kind != tt.kind || !bytes.Equal(body, tt.body) || f.Size != int64(len(body)) || !strings.HasPrefix(f.Name, "scan.") {
			t.Errorf("%s: %+v, %v", name, f, err)
		}
	}
}

func TestNamesOfFiles(t *testing.T) {
	w := newWorld(t)
	id := w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 100})
	for typed, want := range map[string]string{"Ethics 2026.PDF": "Ethics 2026.pdf", `C:\scans\a.pdf`: "a.pdf", "../../etc/passwd": "passwd.pdf", "": "certificate.pdf",
		"a\"b\r\nc;.html": "abc.pdf", "Île\u202e.pdf": "Île.pdf", ".": "certificate.pdf", strings.Repeat("é", 90): strings.Repeat("é", 80) + ".pdf", "\xff.pdf": "certificate.pdf"} {
		w.must(w.Attach(t.Context(), "ana", id, typed, pdf))
		if f, _, err := w.File(t.Context(), "ana", id); err != nil || f.Name != want {
			t.Errorf("%q is called %q, want %q, %v", typed, f.Name, want, err)
		}
	}
}

func TestFilesAreTheirOwners(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	id := w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 100})
	w.must(w.Attach(ctx, "ana", id, "a.pdf", pdf))
	is(t, w.Attach(ctx, "ben", id, "b.pdf", pdf), apperr.NotFound, "")
	_, _, err := w.File(ctx, "ben", id)
	is(t, err, apperr.NotFound, "")
	is(t, w.Detach(ctx, "ben", id), apperr.NotFound, "")
	is(t, w.Attach(ctx, "ana", nowhere, "b.pdf", pdf), apperr.NotFound, "")
	if r, err := w.Record(ctx, "ana", id); err != nil || r.File == nil || r.File.Name != "a.pdf" {
		t.Errorf("%+v, %v", r.File, err)
	}
	for range 2 {
		w.must(w.Detach(ctx, "ana", id))
	}
	_, _, err = w.File(ctx, "ana", id)
	is(t, err, apperr.NotFound, "")
	w.must(w.Attach(ctx, "ana", id, "a.pdf", pdf))
	w.must(w.RemoveRecord(ctx, "ana", id))
	if n := w.count("SELECT count(*) FROM wallet_files"); n != 0 {
		t.Errorf("%d files are left of what was removed", n)
	}
}

// TestFilesTogetherAreBounded: another in the same place is counted in its stead.
func TestFilesTogetherAreBounded(t *testing.T) {
	w := newWorld(t)
	first, second := w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 100}), w.record(wallet.Record{Title: "B", CompletedOn: "2026-11-21", Centihours: 100})
	w.must(w.Attach(t.Context(), "ana", first, "a.pdf", pdf))
	w.exec("UPDATE wallet_files SET size = ? WHERE record_id = ?", wallet.MaxFiles-len(pdf)+1, first)
	is(t, w.Attach(t.Context(), "ana", second, "b.pdf", pdf), apperr.Invalid, "file")
	bens := w.record(wallet.Record{PersonID: "ben", CompletedOn: "2026-11-20", Centihours: 100})
	w.must(w.Attach(t.Context(), "ben", bens, "b.pdf", pdf))
	w.must(w.Attach(t.Context(), "ana", first, "a.pdf", pdf))
	w.must(w.Attach(t.Context(), "ana", second, "b.pdf", pdf))
}

func FuzzRecognize(f *testing.F) {
	f.Add(pdf)
	f.Add(picture(f, "png"))
	f.Add(picture(f, "jpeg"))
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	f.Fuzz(func(t *testing.T, body []byte) {
		kind, err := wallet.Recognize(body)
		if (err == nil) != (kind != "") || err != nil && !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%q, %v", kind, err)
		}
	})
}
