package attendance_test

import (
	"bytes"
	"encoding/csv"
	"flag"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	pages "github.com/atmacena/cocare/internal/web/attendance"
)

const (
	admin  = "admin@example.org"
	events = "/admin/certificates/events"
)

// server is shared: each test has events of its own.
var server *apptest.Server

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "cocare-attendance-")
	if err == nil {
		defer os.RemoveAll(dir)
		server, err = apptest.Start(dir)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "start the demonstration:", err)
		return 1
	}
	defer server.Stop()
	return m.Run()
}

func must[T any](t testing.TB) func(v T, err error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// edition is the option of the newest edition of the short course.
func edition(t testing.TB) string {
	t.Helper()
	ed, err := server.Courses.Current(t.Context(), "how-learning-is-recorded")
	if err != nil {
		t.Fatal(err)
	}
	return ed.ID
}

// yesterday is a form of an event.
func yesterday(t testing.TB, title string, pairs ...string) url.Values {
	t.Helper()
	day := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	f := url.Values{"edition": {edition(t)}, "title": {title}, "starts_on": {day}, "starts_at": {"10:00"}, "ends_at": {"12:00"}, "time_zone": {"America/Chicago"},
		"place": {"Room 5"}, "evaluation": {}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f[pairs[i]] = []string{pairs[i+1]}
	}
	return f
}

// hold records an event by its form, and returns its page.
func hold(t testing.TB, b *apptest.Browser, title string, pairs ...string) *apptest.Page {
	t.Helper()
	p := b.Get(events+"/new").Submit("main form", yesterday(t, title, pairs...))
	if p.Status != 200 || !strings.HasPrefix(p.URL.Path, events+"/0") || !p.Has("The event is recorded") {
		t.Fatalf("%d at %s: %s", p.Status, p.URL, p.Text())
	}
	return p
}

// send uploads a list to an event.
func send(t testing.TB, b *apptest.Browser, path, name string, text []byte) *apptest.Page {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	if name != "" {
		part, err := m.CreateFormFile("file", name)
		if err == nil {
			_, err = part.Write(text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+path+"/lists", &body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set("Origin", server.URL)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.Do(r)
}

// finished waits for a list to be done, on its page.
func finished(t testing.TB, p *apptest.Page, b *apptest.Browser) *apptest.Page {
	t.Helper()
	for range 400 {
		if p = b.Get(p.URL.Path); p.Has("This is what became of each row") {
			return p
		}
		if _, again := p.Find(`meta[http-equiv="refresh"]`).Attr("content"); !again && p.Header.Get("Refresh") == "" {
			t.Fatalf("the page does not look again: %s", p.Text())
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("not done: %s", p.Text())
	return nil
}

// has fails for words that a page lacks.
func has(t testing.TB, p *apptest.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if !p.Has(w) {
			t.Errorf("%s lacks %q: %s", p.URL, w, p.Text())
		}
	}
}

// TestTheWayOfAnAdministrator from the event to the report.
func TestTheWayOfAnAdministrator(t *testing.T) {
	b := server.As(t, admin)
	has(t, b.Get(events), "Two Tools, One Question: a Live Workshop", "Community Hall, Springfield", "165 min")
	event := hold(t, b, "How it is recorded, live", "minutes", "100", "presenters", "Dr. Vera Lindqvist", "disclosed", "yes")
	has(t, event, "How it is recorded, live", "10:00 AM to 12:00 PM", "100 minutes", "Dr. Vera Lindqvist", "1.5 h of instruction; not accredited", "Shown before it began")
	path := event.URL.Path

	desk := must[account.Person](t)(server.Accounts.Create(t.Context(), account.NewPerson{Email: "desk@example.org", Name: "Paul Desk", LegalName: "Paul Desk", Password: apptest.Password,
		Published: true, TimeZone: "UTC", Roles: []account.Role{account.Therapist}}))
	check := send(t, b, path, "who came.csv", []byte("\ufeffEmail;Name;Minutes\r\nnina.nueva@example.com;Nina Nueva;100\r\ndesk@example.org;Rita Desk;all\r\nlate@example.com;Lea Late;20\r\n=x@example.com;=HYPERLINK(1);100\r\n"))
	has(t, check, "who came.csv", "Nothing has changed yet", "All: 4", "New account, certificate: 1", "Other name: you decide: 1", "Attended too little: 1", "Wrong value: 1",
		"The account’s legal name is “Paul Desk”", "Attended 20 of 100 minutes")
	if only := check.Follow("a[href$='verdict=short']"); !only.Has("Lea Late") || only.Has("Nina Nueva") {
		t.Errorf("the filter: %s", only.Text())
	}
	if _, err := server.Accounts.FindByEmail(t.Context(), "nina.nueva@example.com"); err == nil {
		t.Error("the check has made an account")
	}
	ask := check.Follow("a[href$='/issue']")
	has(t, ask, "1 row of who came.csv will be issued", "Line 3: Rita Desk, desk@example.org", attendance.Attestation, "None: the certificates say “not accredited”")
	refused := ask.Submit("form[action$='/issue']", url.Values{"row": {"2"}})
	has(t, refused, "Tick this only if it is so")
	if refused.Status != 422 || refused.Find("input[name=row][checked]").Length() != 1 {
		t.Errorf("%d: what was chosen is lost: %s", refused.Status, refused.Text())
	}
	started := refused.Submit("form[action$='/issue']", url.Values{"attested": {"yes"}, "row": {"2"}})
	has(t, started, "The certificates are being issued")
	done := finished(t, started, b)
	has(t, done, "Certificate: 2", "Not issued: 2", "Dana Whitfield", attendance.Attestation)
	cert := must[[]certificate.Certificate](t)(server.Certificates.ByPerson(t.Context(), desk.ID))[0]
	has(t, done, cert.Number)
	if cert.HolderName != "Paul Desk" || cert.Facts.LearningTime != 150 || cert.CourseTitle != "How it is recorded, live" {
		t.Errorf("%+v", cert)
	}
	has(t, b.Get("/admin/certificates/"+cert.Number).Follow("a[href='"+path+"']"), "How it is recorded, live", "Done")
	if p := b.Get(path + "/edit"); p.Status != 409 {
		t.Errorf("an event that is used can be changed: %d", p.Status)
	}
	report(t, done, cert.Number)
	trail := b.Get("/admin/audit?q=attendance")
	has(t, trail, "Attendance list uploaded", "Certificates issued by an attendance list", "Attendance list or its report downloaded")
}

// report reads the files of a list that is done.
func report(t testing.TB, done *apptest.Page, number string) {
	t.Helper()
	file := done.Submit("form[action$='/report.csv']", nil)
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(file.Body, []byte("\ufeff")))).ReadAll()
	if err != nil || len(rows) != 5 || !strings.Contains(file.Header.Get("Content-Disposition"), "attendance-report.csv") {
		t.Fatalf("%v, %v", rows, err)
	}
	if r := rows[2]; r[1] != "desk@example.org" || r[6] != "issued" || r[9] != number || r[10] == "" {
		t.Errorf("%v", r)
	}
	if r := rows[4]; r[1] != "'=x@example.com" || r[2] != "'=HYPERLINK(1)" || r[6] != "refused" {
		t.Errorf("a formula: %v", r)
	}
	upload := done.Submit("form[action$='/upload.csv']", nil)
	if !bytes.HasPrefix(upload.Body, []byte("\ufeffEmail;Name;Minutes\r\n")) || upload.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(upload.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%q", upload.Body)
	}
}

func TestTheFormOfAnEventKeepsWhatWasTyped(t *testing.T) {
	b := server.As(t, admin)
	p := b.Get(events+"/new").Submit("main form", yesterday(t, "Kept", "minutes", "500", "starts_at", "", "presenters", "Dr. Kept", "online", "yes", "exam", "yes"))
	has(t, p, "Enter the time as hours and minutes")
	if p.Status != 422 {
		t.Errorf("status %d", p.Status)
	}
	for selector, want := range map[string]string{"input[name=title]": "Kept", "input[name=minutes]": "500", "input[name=presenters]": "Dr. Kept", "input[name=place]": "Room 5"} {
		if got := p.Find(selector).AttrOr("value", ""); got != want {
			t.Errorf("%s: %q", selector, got)
		}
	}
	if p.Find("select[name=edition] option[selected]").AttrOr("value", "") != edition(t) || p.Find("input[name=online][checked]").Length() != 1 || p.Find("input[name=evaluation][checked]").Length() != 0 {
		t.Error("what was chosen is lost")
	}
	event := hold(t, b, "To be changed")
	edit := event.Follow("a[href$='/edit']")
	if got := edit.Find("input[name=starts_at]").AttrOr("value", ""); got != "10:00" || edit.Find("input[name=evaluation][checked]").Length() != 0 {
		t.Errorf("%q", got)
	}
	bad := edit.Submit("main form", url.Values{"least_minutes": {"121"}})
	if bad.Status != 422 || bad.Find("input[name=least_minutes]").AttrOr("value", "") != "121" {
		t.Errorf("%d: %s", bad.Status, bad.Text())
	}
	changed := bad.Submit("main form", url.Values{"least_minutes": {"90"}, "title": {"Changed"}})
	has(t, changed, "The event is changed", "at least 90 for a certificate")
	if again := edit.Submit("main form", url.Values{"title": {"Another"}}); again.Status != 409 || !again.Has("Somebody has changed this event meanwhile") {
		t.Errorf("%d: %s", again.Status, again.Text())
	}
	if odd := b.Post(event.URL.Path+"/edit", url.Values{"version": {"x"}}); odd.Status != 422 {
		t.Errorf("status %d", odd.Status)
	}
}

func TestListsThatCannotBeRead(t *testing.T) {
	b := server.As(t, admin)
	path := hold(t, b, "Bad lists").URL.Path
	for name, tt := range map[string]struct {
		file string
		text []byte
		want string
	}{
		"nothing chosen": {"", nil, "Choose the file"},
		"a spreadsheet":  {"list.xlsx", []byte("PK\x03\x04"), "save it as “CSV UTF-8"},
		"no such column": {"list.csv", []byte("mail\na@b.org\n"), "Line 1: there is no column “mail”"},
		"too large":      {"list.csv", bytes.Repeat([]byte("x"), attendance.MaxFile+1), "larger than 1 MB"},
		"far too large":  {"list.csv", bytes.Repeat([]byte("x"), 2*attendance.MaxFile), "larger than 1 MB"},
	} {
		p := send(t, b, path, tt.file, tt.text)
		if p.Status != 422 || !p.Has(tt.want) || p.Find("input[type=file][aria-invalid=true]").Length() != 1 {
			t.Errorf("%s: %d, %s", name, p.Status, p.Text())
		}
	}
	if p := b.Post(path+"/lists", url.Values{"file": {"x"}}); p.Status != 422 {
		t.Errorf("a form without files: %d", p.Status)
	}
	if p := b.Get(path); !p.Has("None yet.") {
		t.Error("something was kept")
	}
	template := b.Get(events + "/template.csv")
	if got := strings.TrimSpace(string(bytes.TrimPrefix(template.Body, []byte("\ufeff")))); got != strings.Join(attendance.Columns, ",") {
		t.Errorf("the empty list: %q", got)
	}
}

func TestAListIsCheckedAgainAndDeleted(t *testing.T) {
	b := server.As(t, admin)
	event := hold(t, b, "Twice")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\nlater.made@example.com,Lara Made\n"))
	has(t, check, "New account, certificate: 1")
	must[account.Person](t)(server.Accounts.Create(t.Context(), account.NewPerson{Email: "later.made@example.com", Name: "Lara Made", LegalName: "Lara Made", Password: apptest.Password,
		Published: true, TimeZone: "UTC", Roles: []account.Role{account.Therapist}}))
	ask := check.Follow("a[href$='/issue']")
	again := check.Submit("form[action$='/check']", nil)
	has(t, again, "The list is checked again", "All: 1", "Certificate: 1")
	if p := ask.Submit("form[action$='/issue']", url.Values{"attested": {"yes"}}); p.Status != 409 || !p.Has("was checked again") {
		t.Errorf("%d: %s", p.Status, p.Text())
	}
	gone := again.Submit("form[action$='/discard']", nil)
	has(t, gone, "The list is deleted", "None yet.")
	if p := b.Get(check.URL.Path); p.Status != 404 {
		t.Errorf("status %d", p.Status)
	}
	if p := b.Post(check.URL.Path+"/discard", nil); p.Status != 200 || p.URL.Path != event.URL.Path {
		t.Errorf("a second click: %d at %s", p.Status, p.URL)
	}
}

// TestListsBelongToTheirEvent, and to administrators.
func TestListsBelongToTheirEvent(t *testing.T) {
	b := server.As(t, admin)
	one, other := hold(t, b, "One").URL.Path, hold(t, b, "Other").URL.Path
	check := send(t, b, one, "a.csv", []byte("email,name\nanybody@example.com,Any Body\n"))
	_, list, _ := strings.Cut(check.URL.Path, "/lists/")
	for _, path := range []string{other + "/lists/" + list, other + "/lists/" + list + "/issue", one + "/lists/nobody", events + "/nobody", events + "/nobody/edit", check.URL.Path + "/%00"} {
		if p := b.Get(path); p.Status != 404 {
			t.Errorf("%s: %d", path, p.Status)
		}
	}
	for _, act := range []string{"check", "issue", "go-on", "report.csv", "upload.csv"} {
		if p := b.Post(other+"/lists/"+list+"/"+act, nil); p.Status != 404 {
			t.Errorf("%s: %d", act, p.Status)
		}
	}
	b.Post(other+"/lists/"+list+"/discard", nil)
	if p := b.Get(check.URL.Path); p.Status != 200 {
		t.Error("the list of another event was deleted")
	}
	for _, who := range []string{"therapist@example.org", "instructor@example.org"} {
		stranger := server.As(t, who)
		for _, path := range []string{events, events + "/new", one, check.URL.Path, check.URL.Path + "/issue", events + "/template.csv"} {
			if p := stranger.Get(path); p.Status != 403 {
				t.Errorf("%s as %s: %d", path, who, p.Status)
			}
		}
		if p := send(t, stranger, one, "a.csv", []byte("email\na@b.org\n")); p.Status != 403 {
			t.Errorf("an upload as %s: %d", who, p.Status)
		}
		if p := stranger.Post(check.URL.Path+"/issue", url.Values{"attested": {"yes"}}); p.Status != 403 {
			t.Errorf("issue as %s: %d", who, p.Status)
		}
	}
	for _, query := range []string{"?verdict=none", "?outcome=x", "?after=a2E", "?before=zzz"} {
		if p := b.Get(check.URL.Path + query); p.Status != 422 {
			t.Errorf("%s: %d", query, p.Status)
		}
	}
}

func TestAnEventAhead(t *testing.T) {
	b := server.As(t, admin)
	day := time.Now().AddDate(0, 0, 3).Format(time.DateOnly)
	event := hold(t, b, "Ahead", "starts_on", day)
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\nahead@example.com,Amy Head\n"))
	has(t, check, "has not ended yet")
	if check.Find("a[href$='/issue']").Length() != 0 {
		t.Error("it can be issued")
	}
	if p := b.Get(check.URL.Path + "/issue"); p.Status != 409 {
		t.Errorf("status %d", p.Status)
	}
	if p := b.Post(check.URL.Path+"/issue", url.Values{"attested": {"yes"}}); p.Status != 409 {
		t.Errorf("status %d", p.Status)
	}
}

// TestTheAttendee sees the event, sends the evaluation and has the certificate.
func TestTheAttendee(t *testing.T) {
	b := server.As(t, admin)
	const who = "attendee@example.org"
	must[account.Person](t)(server.Accounts.Create(t.Context(), account.NewPerson{Email: who, Name: "Ada Tendee", LegalName: "Ada Tendee", Password: apptest.Password,
		Published: true, TimeZone: "UTC", Roles: []account.Role{account.Therapist}}))
	event := hold(t, b, "With an evaluation", "evaluation", "yes")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\n"+who+",Ada Tendee\n"))
	has(t, check, "Asked for besides the attendance: the evaluation")
	done := finished(t, check.Follow("a[href$='/issue']").Submit("form[action$='/issue']", url.Values{"attested": {"yes"}}), b)
	has(t, done, "Waits: 1", "Before the certificate: Send the course evaluation.")
	ada := server.As(t, who)
	page := ada.Get("/learn").Follow("h2 a")
	has(t, page, "With an evaluation", "You attended this live event", "120 of 120 minutes", "What is left before your certificate")
	for _, closed := range []string{"/disclosure", "/glossary", "/search?q=record", "/checks/m1"} {
		if p := ada.Get(page.URL.Path + closed); p.Status != 409 || !p.Has("You attended a live event of this course") {
			t.Errorf("%s: %d, %s", closed, p.Status, p.Text())
		}
	}
	form := page.Follow("a[href$='/evaluation']")
	values := url.Values{}
	form.Find("main input[type=radio]").Each(func(_ int, s *goquery.Selection) {
		values.Set(s.AttrOr("name", ""), s.AttrOr("value", ""))
	})
	form.Submit("form[action$='/evaluation']", values)
	for range 200 {
		if page = ada.Get("/learn/how-learning-is-recorded"); page.Has("Everything of this live event is done") {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	has(t, page, "Everything of this live event is done")
	has(t, b.Get(done.URL.Path), "Issued since")
	if p := ada.Get(page.URL.Path + "/exam"); p.Status != 409 || !p.Has("which asks for no exam") {
		t.Errorf("the exam: %d, %s", p.Status, p.Text())
	}
}

// TestWhatAsksForAFreshSecondFactor: what issues, and what leaves as a file.
func TestWhatAsksForAFreshSecondFactor(t *testing.T) {
	asks := map[string]bool{"admin.event.issue_page": true, "admin.event.issue": true, "admin.event.file": true}
	demands := func(echo.HandlerFunc) echo.HandlerFunc { return nil }
	for _, r := range pages.Routes(pages.Deps{Fresh: demands}) {
		if got := len(r.Use) > 0; got != asks[r.Name] {
			t.Errorf("%s: %v", r.Name, got)
		}
		delete(asks, r.Name)
	}
	if len(asks) > 0 {
		t.Errorf("no such routes: %v", asks)
	}
}

// TestCoursesOfOneTitleAreToldApart where the course of an event is chosen.
func TestCoursesOfOneTitleAreToldApart(t *testing.T) {
	const slug, as = "how-learning-is-recorded", "how-learning-is-told"
	files := must[map[string][]byte](t)(server.Courses.Export(t.Context(), slug, 0))
	folder := fstest.MapFS{}
	for path, data := range files {
		if path == "course.yaml" {
			data = bytes.Replace(data, []byte("slug: "+slug), []byte("slug: "+as), 1)
		}
		folder[path] = &fstest.MapFile{Data: data}
	}
	must[course.Draft](t)(server.Courses.Import(t.Context(), folder, "test"))
	ed := must[*course.Edition](t)(server.Courses.Publish(t.Context(), as, "", "test"))
	page := server.As(t, admin).Get(events + "/new")
	for _, slug := range []string{slug, as} {
		if label := ed.Course.Card.Title + " (" + slug + "), edition 1"; !strings.Contains(page.Find("select[name='edition']").Text(), label) {
			t.Errorf("no choice is %q", label)
		}
	}
}
