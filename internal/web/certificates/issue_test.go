package certificates_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

const toIssue = "/admin/certificates/to-issue"

// waits is a world in which an administrator issues, and Ana and Ben wait.
func waits(t *testing.T) (w *world, ana, ben enrollment.Enrollment) {
	t.Helper()
	w = newWorld(t)
	w.issue = course.IssueByAdministrator
	ana = w.completed("ana")
	w.must(w.service.Completed(t.Context(), ana))
	w.now = w.now.Add(time.Hour)
	ben = w.completed("ben")
	w.must(w.service.Completed(t.Context(), ben))
	return w, ana, ben
}

func (w *world) certificates() (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw("SELECT COUNT(*) FROM certificates").Scan(&n).Error)
	return n
}

func TestTheListToIssue(t *testing.T) {
	w := newWorld(t)
	w.shows(w.get("dora", toIssue), 200, "No certificate waits", "To issue: 0")
	w, ana, ben := waits(t)
	page := w.get("dora", toIssue)
	w.shows(page, 200, "To issue: 2", "Ana Ruiz", "Ben Ode", "Edition 2", "November 23, 2026", "By an administrator, within 5 working days", "2 entries",
		`name="id" value="`+ana.ID, toIssue+"/"+ben.ID)
	w.hides(page, "Missing")
	if body := page.Body.String(); strings.Index(body, "Ana Ruiz") > strings.Index(body, "Ben Ode") {
		t.Error("who has waited longest is not first")
	}
	w.hides(w.get("dora", toIssue+"?sort=-completed&person=ben"), "Ana Ruiz")
	w.shows(w.get("dora", toIssue+"?person=ben"), 200, "Only those of", "1 entry")
	w.shows(w.get("dora", toIssue+"?sort=enrolled"), 200, "2 entries")
	w.shows(w.get("dora", toIssue+"?course=another"), 200, "Nothing matches", "Clear the filter")
	for _, bad := range []string{"after=x", "q=" + strings.Repeat("x", 300), "person=" + strings.Repeat("x", 300)} {
		if rec := w.get("dora", toIssue+"?"+bad); rec.Code != 422 {
			t.Errorf("%s: %d", bad, rec.Code)
		}
	}
	w.shows(w.get("dora", "/admin/certificates"), 200, "To issue: 2")
	w.issue = course.IssueAutomatically
	w.shows(w.get("dora", toIssue), 200, "Missing", "It should have come by itself")

	rec := w.post("dora", toIssue+".csv")
	w.shows(rec, 200, "enrollment,name,email,course", ana.ID+",Ana Ruiz,ana,intro,2,", "2026-11-23T08:30:00Z")
	if n := strings.Count(rec.Body.String(), "\n"); n != 3 {
		t.Errorf("%d lines", n)
	}
	w.stale = true
	if w.post("dora", toIssue+".csv").Header().Get("Location") != "/account/confirm" {
		t.Error("handed out with a stale factor")
	}
}

func TestIssueOne(t *testing.T) {
	w, ana, _ := waits(t)
	path := toIssue + "/" + ana.ID
	page := w.get("dora", path)
	w.shows(page, 200, "Certificate for Ana Ruiz", "Issue certificate", "data-confirm=\"Issue the certificate of Ana Ruiz for TMS and Ketamine in Depression?\"",
		"Finish every lesson", "Name attested", "90%", "What course.completed means", "What it will say", "LPC.0014733", "/admin/enrollments/"+ana.ID, "/admin/people/ana")
	w.hides(page, "Certificate number", "should have come by itself")
	rec := w.post("dora", path)
	to := rec.Header().Get("Location")
	if rec.Code != 303 || !strings.HasPrefix(to, "/admin/certificates/") || w.certificates() != 1 {
		t.Fatalf("%d to %s", rec.Code, to)
	}
	w.leads(w.post("dora", path), to, "certificate.issued_then")
	if again := w.get("dora", path).Header().Get("Location"); again != to {
		t.Errorf("again: to %s, want %s", again, to)
	}
	w.shows(w.get("dora", to), 200, "Being prepared", "Dora Lee")
	w.must(w.queue.Drain(t.Context()))
	w.shows(w.get("dora", to), 200, "Valid")
	w.shows(w.get("dora", toIssue), 200, "To issue: 1")
	w.hides(w.get("", "/verify/"+strings.TrimPrefix(to, "/admin/certificates/")), "Dora Lee")

	for _, missing := range []string{toIssue + "/nothing", toIssue + "/00000000-0000-7000-8000-000000000000"} {
		if get, post := w.get("dora", missing).Code, w.post("dora", missing).Code; get != 404 || post != 404 {
			t.Errorf("%s: %d, %d", missing, get, post)
		}
	}
}

func TestIssueSaysWhatIsMissing(t *testing.T) {
	w, ana, _ := waits(t)
	path := toIssue + "/" + ana.ID
	w.open = []string{ana.ID}
	page := w.get("dora", path)
	w.shows(page, 200, "It cannot be issued as the record stands", "Missing: Finish every lesson")
	w.hides(page, "<form method=\"post\" action=\""+path)
	w.shows(w.post("dora", path), 409, "Missing: Finish every lesson")
	w.open = nil
	w.must(w.enrollments.End(t.Context(), ana.ID, enrollment.Refunded, "The order was refunded."))
	w.shows(w.get("dora", path), 409, "refunded")
	w.shows(w.post("dora", path), 409, "refunded")
	w.hides(w.get("dora", toIssue), "Ana Ruiz")
	if w.certificates() != 0 {
		t.Error("a certificate was issued")
	}
}

func TestIssueSeveral(t *testing.T) {
	w, ana, ben := waits(t)
	both := "?id=" + ana.ID + "&id=" + ben.ID
	for _, rec := range []string{w.get("dora", toIssue+"/confirm").Header().Get("Location"), w.post("dora", toIssue).Header().Get("Location")} {
		if rec != toIssue {
			t.Errorf("nobody chosen: to %s", rec)
		}
	}
	w.shows(w.get("dora", toIssue+"/confirm"+both+"&id="+ben.ID), 200, "Issue 2 certificates</button>", "Ready: the evidence is complete", `value="`+ana.ID, `value="`+ben.ID)
	w.shows(w.get("dora", toIssue+"/confirm?id=nothing"), 404)
	w.shows(w.get("dora", toIssue+"/confirm?id="+strings.Repeat("x&id=", 3)), 404)

	// One that is refused does not hold up the other, and the page says why.
	w.open = []string{ben.ID}
	page := w.get("dora", toIssue+"/confirm"+both)
	w.shows(page, 200, "Issue 1 certificate</button>", "Not possible", "Missing: Finish every lesson")
	w.hides(page, `value="`+ben.ID)
	w.shows(w.post("dora", toIssue, "id", ana.ID, "id", ben.ID), 409, "Missing: Finish every lesson", "Issued")
	if w.certificates() != 1 {
		t.Errorf("%d certificates", w.certificates())
	}
	w.open = nil
	for _, says := range []string{"certificate.issued_many", "certificate.issued_before"} { // and a second click
		w.leads(w.post("dora", toIssue, "id", ana.ID, "id", ben.ID), toIssue, says)
	}
	if w.certificates() != 2 {
		t.Errorf("%d certificates", w.certificates())
	}
	w.shows(w.get("dora", toIssue+"/confirm"+both), 200, "Here is what became of each", "/admin/certificates/")
	var many []string
	for i := range 60 {
		many = append(many, "id", strings.Repeat("x", i+1))
	}
	w.shows(w.post("dora", toIssue, many...), 422, "more than 50 certificates")
}

func TestTheHolderSeesWhatWaits(t *testing.T) {
	w, ana, _ := waits(t)
	w.shows(w.get("ana", "/certificates"), 200, "Everything is done", "/learn/intro", "The provider issues your certificate, usually within 5 working days, and we write to you.")
	_, err := w.service.Issue(t.Context(), ana.ID, "dora")
	w.must(err)
	page := w.get("ana", "/certificates")
	w.shows(page, 200, "Being prepared")
	w.hides(page, "Everything is done")
	w.shows(w.get("dora", "/certificates"), 200, "No certificates yet")
}

func TestWhatHangsSaysWhy(t *testing.T) {
	w := newWorld(t)
	c := w.reserve()
	list, one := "/admin/certificates?state=preparing", "/admin/certificates/"+c.Number
	w.hides(w.get("dora", list), "Stuck", "Prepare again")
	w.exec("UPDATE jobs SET attempts = 12, state = 'dead', died_at = ?, last_error = 'pgconn: boom'", began)
	for _, path := range []string{list, one} {
		page := w.get("dora", path)
		w.shows(page, 200, "Preparing it failed 12 times and was given up.", "Prepare again", one+"/retry")
		w.hides(page, "pgconn")
	}
	w.exec("UPDATE jobs SET last_error = 'the process that ran it ended or stalled'")
	w.shows(w.get("dora", list), 200, "Stuck", "The server stopped in the middle of it, 12 times.")
	w.exec("DELETE FROM jobs")
	w.shows(w.get("dora", list), 200, "Nothing prepares it any more.")
	w.now = w.now.Add(time.Hour)
	w.must(w.queue.Enqueue(t.Context(), certificate.JobKind, map[string]string{"id": c.ID}))
	if rec := w.post("dora", one+"/retry"); rec.Code != 303 {
		t.Errorf("%d", rec.Code)
	}
	w.shows(w.get("dora", list), 200, "It waits for its turn, for longer than usual.")
	w.must(w.queue.Drain(t.Context()))
	w.shows(w.get("dora", one), 200, "Valid")
}
