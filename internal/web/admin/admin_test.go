package admin_test

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/admin"
	"github.com/atmacena/cocare/internal/witness"
)

var errBroken = errors.New("<the printer burns>")

func TestEveryRouteIsForAdministrators(t *testing.T) {
	w := newWorld(t)
	id := w.enroll("ana", w.short).ID
	for _, r := range admin.Routes(w.Deps) {
		path := strings.ReplaceAll(r.Path, ":id", id)
		if a := w.Do("ana", r.Method, path, nil); a.Code != http.StatusForbidden {
			t.Errorf("%s %s for a therapist: %d", r.Method, path, a.Code)
		}
		if a := w.Do("", r.Method, path, nil); a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/login") {
			t.Errorf("%s %s for a visitor: %d", r.Method, path, a.Code)
		}
		unknown := strings.ReplaceAll(r.Path, ":id", "none")
		if unknown != r.Path && !strings.Contains(r.Path, "jobs") {
			if a := w.Do("admin", r.Method, unknown, nil); a.Code != http.StatusNotFound {
				t.Errorf("%s %s: %d", r.Method, unknown, a.Code)
			}
		}
	}
}

func TestOverviewTellsOfWitnesses(t *testing.T) {
	w := newWorld(t)
	const title = "Witnesses of the log that do not sign"
	w.get("/admin").Is(200).Lacks(title)
	w.witnesses = []witness.Standing{{Asked: true}, {Alarm: witness.Changed}} // the second has left the settings
	if a := w.get("/admin").Is(200, title); number(t, a.Body, "/log") != "0" {
		t.Error(a.Body)
	}
	w.witnesses = append(w.witnesses, witness.Standing{Asked: true, Late: true}, witness.Standing{Asked: true, Alarm: witness.Shorter})
	if a := w.get("/admin").Is(200, title, "1 saw another log"); number(t, a.Body, "/log") != "2" {
		t.Error(a.Body)
	}
}

// number finds what the overview says about a line or a figure.
func number(t *testing.T, body, href string) string {
	t.Helper()
	m := regexp.MustCompile(regexp.QuoteMeta(`<a href="`+href+`">`)+`([^<]*)<`).FindAllStringSubmatch(body, -1)
	if m == nil {
		t.Fatalf("no link to %s\n%s", href, body)
	}
	return m[len(m)-1][1] // the navigation has some of them too
}

func TestOverviewOfAnEmptyHouse(t *testing.T) {
	w := newWorld(t)
	a := w.get("/admin").Is(200, "Nothing waits", "Reviews to record", "Account created", "None")
	for href, want := range map[string]string{
		"/admin/requests?state=open": "0", "/admin/orders?state=attention": "0", "/teach/grading": "0", "/admin/jobs": "0",
		"/admin/certificates?state=preparing": "0", "/admin/certificates/to-issue": "0", "/admin/enrollments?state=active": "0", "/admin/people": "3", "/admin/orders": "None",
	} {
		if got := number(t, a.Body, href); got != want {
			t.Errorf("%s says %s, want %s", href, got, want)
		}
	}
	if strings.Contains(a.Body, "/teach/"+short) || !strings.Contains(a.Body, "/teach/"+long+"/signoff") {
		t.Error("only the course with open reviews should be among the tasks")
	}
}

func TestWhatWaitsForACertificateIsSeen(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("ana", w.short)
	path, issue := "/admin/enrollments/"+e.ID, "/admin/certificates/to-issue/"+e.ID
	if strings.Contains(w.get(path).Is(200).Body, issue) {
		t.Error("a certificate can be issued before anything is done")
	}
	w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.at, e.ID)
	if got := number(t, w.get("/admin").Is(200).Body, "/admin/certificates/to-issue"); got != "1" {
		t.Errorf("%s to issue", got)
	}
	w.get(path).Is(200, issue)
}

// TestACertificateThatWasGivenUpIsToldAtOnce, and not when it has hung for long.
func TestACertificateThatWasGivenUpIsToldAtOnce(t *testing.T) {
	w := newWorld(t)
	done := w.at
	e := w.enroll("ana", w.short)
	e.CompletedAt = &done
	w.must(w.Certificates.Completed(t.Context(), e))
	w.exec("UPDATE jobs SET state = 'dead', died_at = ? WHERE kind = 'certificate.issue'", w.at)
	if got := number(t, w.get("/admin").Is(200, "1 given up").Body, "/admin/certificates?state=preparing"); got != "1" {
		t.Errorf("%s hang", got)
	}
}

func TestOverviewCounts(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	done := w.at
	e := w.enroll("ana", w.short)
	e.CompletedAt = &done
	w.must(w.Certificates.Completed(ctx, e))
	for _, body := range []string{"a", "b"} {
		_, err := w.Support.Submit(ctx, support.NewRequest{Kind: support.Help, Name: "V", Email: "v@example.org", Body: body})
		w.must(err)
	}
	w.exec("UPDATE requests SET due_at = ? WHERE body = 'a'", w.at.Add(-time.Hour))
	october := time.Date(2026, 10, 31, 23, 0, 0, 0, time.UTC)
	w.order(1, "ana", "USD", 14900, october, false, "")
	w.order(2, "ana", "USD", 14900, w.at, false, "The amount differs")
	w.order(3, "ana", "USD", 4900, w.at, true, "")
	w.order(4, "ana", "EUR", 9900, w.at, false, "")
	w.attempt(e, 1, "submitted", 20000)
	w.exec(`INSERT INTO exam_items (id, attempt_id, position, question_id, option_order, open, awaits_grader, max_points) VALUES ('i1', ?, 1, ?, '[]', ?, ?, 3000)`,
		"a-"+e.ID+"-1", w.short.Bank()[0].ID, false, true)
	w.Jobs.Handle("broken", func(_ context.Context, _ []byte) error { return job.Permanent(errBroken) })
	w.must(w.Jobs.Enqueue(ctx, "broken", nil))
	w.at = w.at.Add(time.Hour)
	a := w.get("/admin").Is(200, "1 past the promised day")
	if got := number(t, a.Body, "/admin/certificates?state=preparing"); got != "1" {
		t.Errorf("a certificate hangs, the page says %s", got)
	}
	if err := w.Jobs.Drain(ctx); err == nil {
		t.Fatal("the broken job did not fail")
	}
	w.at = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)
	a = w.get("/admin").Is(200, "2 past the promised day", "The first is promised by", "Overdue", "1 holds up a result.", "after $49.00 of refunds", "€99.00")
	for href, want := range map[string]string{
		"/admin/requests?state=open": "2", "/admin/orders?state=attention": "1", "/teach/grading": "1", "/admin/jobs": "1",
		"/admin/certificates?state=preparing": "0", "/admin/certificates": "1", "/admin/enrollments?state=active": "1", "/admin/orders": "$149.00",
	} {
		if got := number(t, a.Body, href); got != want {
			t.Errorf("%s says %s, want %s", href, got, want)
		}
	}
}

// TestTheEarliestPromiseIsTold, also where another answer comes first because it
// holds up a result.
func TestTheEarliestPromiseIsTold(t *testing.T) {
	w := newWorld(t)
	answer := func(e enrollment.Enrollment, state, promised string) {
		w.attempt(e, 1, state, 20000)
		id := "a-" + e.ID + "-1"
		at, err := time.Parse(time.DateOnly, promised)
		w.must(err)
		w.exec("UPDATE exam_attempts SET promised_at = ? WHERE id = ?", at.Add(23*time.Hour), id)
		w.exec(`INSERT INTO exam_items (id, attempt_id, position, question_id, option_order, open, awaits_grader, max_points) VALUES (?, ?, 1, ?, '[]', ?, ?, 3000)`,
			"i-"+id, id, w.short.Bank()[0].ID, false, true)
	}
	answer(w.enroll("ana", w.short), "submitted", "2026-12-04")
	answer(w.enroll("bo", w.short), "graded", "2026-12-02")
	w.get("/admin").Is(200, "The first is promised by December 2, 2026", "1 holds up a result, 1 does not.").Lacks("Overdue")
	w.at = time.Date(2026, 12, 3, 12, 0, 0, 0, time.UTC)
	w.get("/admin").Is(200, "The first is promised by December 2, 2026", "Overdue")
}

func TestEnrollmentList(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("ana", w.short)
	w.at = w.at.Add(time.Second)
	w.enroll("ana", w.long)
	a := w.get("/admin/enrollments").Is(200, "Ana O&#39;Ruiz", "ana@example.org", w.short.Course.Card.Title, "2 entries", `aria-current="true">Enrollments`)
	if strings.Count(a.Body, `<th scope="row"`) != 2 {
		t.Errorf("rows\n%s", a.Body)
	}
	for query, want := range map[string]int{
		"?q=ANA": 2, "?q=ana@example": 2, "?q=nobody": 0, "?q=%25": 0, "?course=" + short: 1, "?q=ketamine": 1, "?sort=-person": 2, "?state=active&course=" + long: 1, "?state=completed": 0,
		"?sort=mood": 2, "?person=" + w.id["ana"]: 2, "?person=nobody": 0,
	} {
		if got := strings.Count(w.get("/admin/enrollments"+query).Is(200).Body, `<th scope="row"`); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	w.get("/admin/enrollments?state=completed").Is(200, "Nothing matches", "Clear the filter")
	for _, query := range []string{"?state=sleeping", "?after=damaged", "?q=" + strings.Repeat("x", 300), "?q=%ff"} {
		w.get("/admin/enrollments" + query).Is(422)
	}
	w.must(w.Enrollments.End(t.Context(), e.ID, enrollment.Withdrawn, "=cmd|asked"))
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		if a := w.Do("admin", method, "/admin/enrollments.csv", nil); a.Code != http.StatusMethodNotAllowed {
			t.Errorf("%s: %d", method, a.Code)
		}
	}
	w.get("/admin/enrollments?course="+short+"&sort=person").Is(200, `action="/admin/enrollments.csv?course=`+short+`&amp;sort=person"`,
		`<input type="hidden" name="sort" value="person">`, `<option value="`+short+`" selected>`)
	csv := w.post("/admin/enrollments.csv?course="+short).Is(200, "id,name,email,course,edition,edition_hash", w.short.Hash, ",withdrawn,free,2026-11-20T15:00:00Z", "'=cmd|asked")
	if strings.Count(csv.Body, "\n") != 2 || !strings.HasPrefix(csv.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("csv\n%s", csv.Body)
	}
	if n, details := w.recorded("enrollment.export", ""); n != 1 || details["filter"] != "course="+short {
		t.Errorf("export recorded %d times: %v", n, details)
	}
	w.stale = true
	w.post("/admin/enrollments.csv").To("/factor")
}

func TestEnrollmentListPages(t *testing.T) {
	w := newWorld(t)
	for i := range 60 {
		w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, 'withdrawn', 'free', ?, ?)`,
			"e"+string(rune('a'+i/26))+string(rune('a'+i%26)), w.id["ana"], w.short.CourseID, w.short.ID, short, i+1, w.at, w.at.Add(time.Hour))
	}
	seen := map[string]bool{}
	row := regexp.MustCompile(`/admin/enrollments/(e[a-z]{2})"`)
	link := func(body, rel string) string {
		m := regexp.MustCompile(`href="([^"]+)" rel="` + rel + `"`).FindStringSubmatch(body)
		if m == nil {
			return ""
		}
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	first := w.get("/admin/enrollments?state=withdrawn").Is(200, "50 of 60 shown")
	for _, m := range row.FindAllStringSubmatch(first.Body, -1) {
		seen[m[1]] = true
	}
	second := w.get(link(first.Body, "next")).Is(200, "10 of 60 shown")
	for _, m := range row.FindAllStringSubmatch(second.Body, -1) {
		seen[m[1]] = true
	}
	if len(seen) != 60 || link(second.Body, "next") != "" || link(first.Body, "prev") != "" {
		t.Errorf("%d of 60 rows on two pages", len(seen))
	}
	back := w.get(link(second.Body, "prev")).Is(200)
	if strings.Join(row.FindAllString(back.Body, -1), "") != strings.Join(row.FindAllString(first.Body, -1), "") {
		t.Error("going back shows another page")
	}
}
