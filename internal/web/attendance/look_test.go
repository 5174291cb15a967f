package attendance_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apptest"
)

// lacks fails for words that a page has.
func lacks(t testing.TB, p *apptest.Page, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(string(p.Body), w) {
			t.Errorf("%s has %q: %s", p.URL, w, p.Text())
		}
	}
}

func somebody(t testing.TB, email, name string) account.Person {
	t.Helper()
	return must[account.Person](t)(server.Accounts.Create(t.Context(), account.NewPerson{Email: email, Name: name, LegalName: name, Password: apptest.Password,
		Published: true, TimeZone: "UTC", Roles: []account.Role{account.Therapist}}))
}

// TestWhoGetsCreditIsSaid row by row before anything is issued, and by groups.
func TestWhoGetsCreditIsSaid(t *testing.T) {
	b := server.As(t, admin)
	day := time.Now().AddDate(0, 0, -1).Format(time.DateOnly)
	ed, err := server.Courses.Current(t.Context(), "tms-ketamine") // which has no other event of this day
	if err != nil {
		t.Fatal(err)
	}
	who, err := server.Accounts.FindByEmail(t.Context(), admin)
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Accreditation.Approve(t.Context(), accreditation.Approval{Accreditor: "ancc", CourseID: ed.CourseID, ProviderNumber: "P-1", FromOn: day, UntilOn: day,
		Statement: "Approved for this try.", OfEvents: true}, accreditation.Sure{}, who.ID); err != nil {
		t.Fatal(err)
	}
	event := hold(t, b, "With credit", "edition", ed.ID, "minutes", "107", "least_minutes", "30", "disclosed", "yes", "evaluation", "yes")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name,minutes\nwhole.credit@example.com,Wes Whole,all\npart.credit@example.com,Pia Part,60\nmore.credit@example.com,Mo More,200\nshort.credit@example.com,Sue Short,10\n"))
	has(t, check, "Certificate without credit: 60 of 107 minutes.", "The list says 200 of 107 minutes; 107 count.")
	if n := strings.Count(check.Text(), "without credit"); n != 1 {
		t.Errorf("it says so %d times: %s", n, check.Text())
	}
	ask := check.Follow("a[href$='/issue']")
	has(t, ask, "2 rows of 107 of 107 minutes: 1.78 contact hours, American Nurses Credentialing Center", "1 row of 60 of 107 minutes: certificate without credit",
		"Who still owes it waits", "Who gets a certificate is counted as having completed “"+ed.Course.Card.Title+"”")
}

// TestRowsThatCannotBeChosen are refused, and a list of nothing else says what to do.
func TestRowsThatCannotBeChosen(t *testing.T) {
	b := server.As(t, admin)
	somebody(t, "chooser@example.org", "Paul Chooser")
	event := hold(t, b, "Choose")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\nchooser@example.org,Rita Other\n"))
	ask := check.Follow("a[href$='/issue']")
	for _, row := range []string{"abc", "-1", "15", "0"} {
		p := ask.Submit("form[action$='/issue']", url.Values{"attested": {"yes"}, "row": {row}})
		if p.Status != 409 || p.Find("a.button[href='"+check.URL.Path+"']").Length() != 1 {
			t.Errorf("row %s: %d: %s", row, p.Status, p.Text())
		}
	}
	none := ask.Submit("form[action$='/issue']", url.Values{"attested": {"yes"}})
	has(t, none, "Choose the rows that are to be issued")
	if none.Status != 422 || none.Find("#f-row .field-error").Length() != 1 {
		t.Errorf("%d: %s", none.Status, none.Text())
	}
}

// TestNoRefusalIsADeadEnd: its page leads to the list or the event.
func TestNoRefusalIsADeadEnd(t *testing.T) {
	b := server.As(t, admin)
	event := hold(t, b, "Dead ends")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\ndead.end@example.com,Dee End\n"))
	finished(t, check.Follow("a[href$='/issue']").Submit("form[action$='/issue']", url.Values{"attested": {"yes"}}), b)
	for _, act := range []string{"/check", "/discard"} {
		p := b.Post(check.URL.Path+act, nil)
		if p.Status != 409 || p.Find("a.button[href='"+check.URL.Path+"']").Length() != 1 {
			t.Errorf("%s: %d: %s", act, p.Status, p.Text())
		}
	}
	for _, p := range []*apptest.Page{b.Get(event.URL.Path + "/edit"), b.Post(event.URL.Path+"/remove", nil)} {
		if p.Status != 409 || p.Find("a.button[href='"+event.URL.Path+"']").Length() != 1 {
			t.Errorf("%s: %d: %s", p.URL, p.Status, p.Text())
		}
	}
	if b.Get(event.URL.Path).Find("form[action$='/remove']").Length() != 0 {
		t.Error("an event with certificates can be removed")
	}
}

func TestAnEventIsRemoved(t *testing.T) {
	b := server.As(t, admin)
	event := hold(t, b, "By mistake")
	send(t, b, event.URL.Path, "a.csv", []byte("email,name\nmistake@example.com,Mia Stake\n"))
	p := b.Get(event.URL.Path).Submit("form[action$='/remove']", nil)
	has(t, p, "The event is removed")
	if p.URL.Path != events || strings.Contains(p.Text(), "By mistake") {
		t.Errorf("%s: %s", p.URL, p.Text())
	}
	if p := b.Get(event.URL.Path); p.Status != 404 {
		t.Errorf("status %d", p.Status)
	}
	if p := b.Post(event.URL.Path+"/remove", nil); p.Status != 200 || p.URL.Path != events {
		t.Errorf("a second click: %d at %s", p.Status, p.URL)
	}
	has(t, b.Get("/admin/audit?q=event"), "Live event removed")
}

// TestWhatNobodySeesIsShown, in the table and in the file, and long cells are cut.
func TestWhatNobodySeesIsShown(t *testing.T) {
	b := server.As(t, admin)
	event := hold(t, b, "Hidden letters")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\nhidden@example.com,Anna \u202eGnal\nlong.name@example.com,"+strings.Repeat("Maximilian", 28)+"\n"))
	has(t, check, "Anna U+202EGnal", "MaximilianMaximilian")
	lacks(t, check, "\u202e", strings.Repeat("Maximilian", 10))
	file := check.Submit("form[action$='/report.csv']", nil)
	if text := string(file.Body); strings.Contains(text, "\u202e") || !strings.Contains(text, "Anna U+202EGnal") {
		t.Errorf("%s", text)
	}
}

// TestWordsFitTheState of an event and of a list.
func TestWordsFitTheState(t *testing.T) {
	b := server.As(t, admin)
	p := b.Get(events+"/new").Submit("main form", yesterday(t, "Some day", "starts_on", time.Now().AddDate(0, 0, 5).Format(time.DateOnly)))
	has(t, p, "Upload its attendance list when it has been held", "Commas, semicolons or tabs")
	event := hold(t, b, "Nobody fits", "evaluation", "yes")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name,minutes\nnobody.fits@example.com,Nob Ody,5\n"))
	has(t, check, "No row can be issued")
	lacks(t, check, "Some certificates will wait")
	form := event.Follow("a[href$='/edit']")
	if got := form.Find("input[name=least_minutes]").AttrOr("value", ""); got != "" {
		t.Errorf("the least minutes, left empty, are %q", got)
	}
}

// TestWhoAttendedHasNotGotTheOnlineCourse: its page offers nothing to open.
func TestWhoAttendedHasNotGotTheOnlineCourse(t *testing.T) {
	b := server.As(t, admin)
	const email = "course.page@example.org"
	somebody(t, email, "Cora Page")
	event := hold(t, b, "For the course page")
	check := send(t, b, event.URL.Path, "a.csv", []byte("email,name\n"+email+",Cora Page\n"))
	finished(t, check.Follow("a[href$='/issue']").Submit("form[action$='/issue']", url.Values{"attested": {"yes"}}), b)
	page := server.As(t, email).Get("/courses/how-learning-is-recorded")
	has(t, page, "You attended a live event of this course", "It can be taken once")
	lacks(t, page, "Open your course")
}
