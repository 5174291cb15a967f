package admin_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/support"
)

func TestEnrollmentPage(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.enroll("ana", w.long)
	w.exec("UPDATE enrollments SET source = 'order', order_id = ? WHERE id = ?", w.order(7, "ana", "USD", 14900, w.at, false, ""), e.ID)
	w.must(w.Enrollments.AcknowledgeDisclosure(ctx, e))
	lesson := w.long.RequiredLessons()[0]
	w.must(w.Enrollments.FinishLesson(ctx, e, lesson.ID))
	w.exec("UPDATE lesson_progress SET active_seconds = 600, request_seconds = 120 WHERE enrollment_id = ?", e.ID)
	w.attempt(e, 1, "void", 0)
	w.attempt(e, 2, "graded", 20000)
	w.attempt(e, 3, "submitted", 22000)
	done := w.at
	c := e
	c.CompletedAt = &done
	w.must(w.Certificates.Completed(ctx, c))
	w.must(w.Support.Grant(ctx, support.Accommodation{PersonID: w.id["ana"], ExtraTimePercent: 50, Reason: "letter", GrantedBy: w.id["admin"]}))
	a := w.get("/admin/enrollments/"+e.ID).Is(200,
		"Ana O&#39;Ruiz", w.long.Hash, "Disclosure acknowledged", lesson.Title, "12 min active of", "planned</strong>", "planned</dd>", "10 min measured in the browser; 2 min from page requests",
		"our fault", "66%", "73%, 10% open", "Being graded", "Not passed", "There are attempts left", "ABCDE-00007", "$149.00, Paid",
		"50% more time", "In preparation", "Enrolled</strong>", "November 20, 2026, 10:00 AM EST", "/extend", "/withdraw")
	if !regexp.MustCompile(`<a class="nowrap" href="/admin/certificates/[0-9A-Z-]+">`).MatchString(a.Body) {
		t.Error("no certificate")
	}
}

func TestExtend(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("ana", w.short)
	page, path := "/admin/enrollments/"+e.ID, "/admin/enrollments/"+e.ID+"/extend"
	w.get(path).Is(200, `value="2027-11-20"`, "8:00 AM MST", "To the end of that day, MST.")
	for _, tc := range []struct{ until, reason, says string }{
		{"", "illness", "Enter a day"},
		{"tomorrow", "illness", "Enter a day"},
		{"2027-02-30", "illness", "Enter a day"},
		{"2026-12-01", "illness", "Choose a day after the one"},
		{"2036-12-01", "illness", "within the next five years"},
		{"2027-12-31", "", "Say why, for the record."},
		{"2027-12-31", strings.Repeat("x", 501), "at most 500 characters"},
		{"never", "  ", "Say why, for the record."},
		{"never", "  ", "Enter a day"},
	} {
		w.post(path, "until", tc.until, "reason", tc.reason).Is(422, tc.says, `value="`+tc.until+`"`)
	}
	w.post(path, "until", "2027-12-31", "reason", "illness").Says(page, "enrollment.extended")
	w.post(path, "until", "2027-12-31", "reason", "illness").Says(page, "enrollment.extended")
	w.get(page).Is(200, `<ol reversed start="2">`) // browsers count the summaries inside, too
	got, err := w.Enrollments.Get(t.Context(), e.ID)
	if want := time.Date(2028, 1, 1, 6, 59, 59, 0, time.UTC); err != nil || !got.ExpiresAt.Equal(want) {
		t.Errorf("access until %v, want %v (the end of the day at the provider's)", got.ExpiresAt, want)
	}
	if n, details := w.recorded("enrollment.extend", e.ID); n != 1 || details["reason"] != "illness" {
		t.Errorf("recorded %d times: %v", n, details)
	}
}

func TestExtendOpensWhatHasEnded(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("ana", w.short)
	page, path := "/admin/enrollments/"+e.ID, "/admin/enrollments/"+e.ID+"/extend"
	w.at = w.at.AddDate(1, 0, 7)
	w.get(page).Is(200, "Expired", path)
	w.get(path).Is(200, "Access ended November 20, 2027", "opens the course again")
	w.post(path, "until", "2027-11-20", "reason", "illness").Is(422, "Choose a day in the future")
	w.post(path, "until", "2028-01-31", "reason", "illness").Says(page, "enrollment.extended")
	w.get(page).Is(200, "Active", "illness")
}

func TestWithdraw(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("ana", w.short)
	page, path := "/admin/enrollments/"+e.ID, "/admin/enrollments/"+e.ID+"/withdraw"
	w.get(path).Is(200, "data-confirm=", "button-danger", "Reinstate on the next page brings all of it back", "A mail says so")
	w.post(path, "reason", "").Is(422, "Say why")
	w.post(path, "reason", "asked\x00 by mail").Is(422, `id="f-reason-error"`, "cannot be stored", "asked\ufffd by mail")
	w.post(path, "reason", "asked by mail").Says(page, "enrollment.withdrawn")
	w.post(path, "reason", "asked by mail").Says(page, "enrollment.withdrawn")
	if n, details := w.recorded("enrollment.end", e.ID); n != 1 || details["reason"] != "asked by mail" || details["state"] != "withdrawn" {
		t.Errorf("recorded %d times: %v", n, details)
	}
	body := w.get(page).Is(200, "Withdrawn", "asked by mail").Body
	if strings.Contains(body, "/extend") || strings.Contains(body, "/withdraw\"") {
		t.Error("a withdrawn enrollment offers acts")
	}
	w.post(page+"/extend", "until", "2027-12-31", "reason", "x").Says(page, "enrollment.changed")
	w.get(page+"/extend").Says(page, "enrollment.changed")
}

func TestReinstate(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("ana", w.short)
	page, path := "/admin/enrollments/"+e.ID, "/admin/enrollments/"+e.ID+"/reinstate"
	w.get(path).Says(page, "enrollment.changed")
	w.post(page+"/withdraw", "reason", "the wrong Ana").Says(page, "enrollment.withdrawn")
	w.get(page).Is(200, `href="`+path+`"`)
	w.get(path).Is(200, "the wrong Ana", "counts again", "The lessons open at once")
	w.post(path, "reason", "").Is(422, "Say why")
	w.post(path, "reason", "taken for another").Says(page, "enrollment.reinstated")
	w.post(path, "reason", "taken for another").Says(page, "enrollment.reinstated")
	if n, details := w.recorded("enrollment.reinstate", e.ID); n != 1 || details["reason"] != "taken for another" {
		t.Errorf("recorded %d times: %v", n, details)
	}
	w.get(page).Is(200, "Active", "Withdrawal taken back")
	w.post(page+"/withdraw", "reason", "now in earnest").Says(page, "enrollment.withdrawn")
	w.enroll("ana", w.short)
	w.post(path, "reason", "too late").Is(409, "begun the course anew", "too late")
}

func TestEnrollByHand(t *testing.T) {
	w := newWorld(t)
	const path = "/admin/enrollments/new"
	w.get(path+"?email=ana@example.org").Is(200, `value="ana@example.org"`, w.short.Course.Card.Title)
	for _, tc := range []struct{ email, course, reason, says string }{
		{"", short, "scholarship", "Enter the address"},
		{"nobody@example.org", short, "scholarship", "Nobody here has this address"},
		{"no address", short, "scholarship", "Nobody here has this address"},
		{"bo@example.org", short, "scholarship", "blocked or erased"},
		{"ana@example.org", "", "scholarship", "Choose a course."},
		{"ana@example.org", "none", "scholarship", "Choose a course."},
		{"ana@example.org", long, "scholarship", "not been clinically reviewed"},
		{"ana@example.org", short, "", "Say why"},
	} {
		w.post(path, "email", tc.email, "course", tc.course, "reason", tc.reason).Is(422, tc.says, `value="`+tc.email+`"`)
	}
	if n, err := w.Enrollments.CountActive(t.Context()); n != 0 || err != nil {
		t.Fatalf("a refused form enrolled %d (%v)", n, err)
	}
	first := w.post(path, "email", " ANA@example.org ", "course", short, "reason", "scholarship")
	e, err := w.Enrollments.Find(t.Context(), w.id["ana"], short, 0)
	w.must(err)
	first.Says("/admin/enrollments/"+e.ID, "enrollment.by_hand")
	w.post(path, "email", "ana@example.org", "course", short, "reason", "scholarship").Says("/admin/enrollments/"+e.ID, "enrollment.was")
	if e.Source != "admin" {
		t.Errorf("source %s", e.Source)
	}
	if n, details := w.recorded("enrollment.by_hand", e.ID); n != 1 || details["reason"] != "scholarship" {
		t.Errorf("recorded %d times: %v", n, details)
	}
	w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.at, e.ID)
	w.post(path, "email", "ana@example.org", "course", short, "reason", "again").Is(409, "This person has completed this course, and it cannot be taken again.")
}
