package admin_test

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/job"
)

func TestAuditLog(t *testing.T) {
	w := newWorld(t)
	ctx := audit.WithActor(t.Context(), audit.Actor{PersonID: w.id["admin"], IP: "203.0.113.9", UserAgent: "UA", RequestID: "RID"})
	e := w.enroll("ana", w.short)
	w.must(w.Enrollments.Extend(ctx, e.ID, w.at.AddDate(2, 0, 0), "<b>ill</b>"))
	_, err := w.Audit.Seal(ctx)
	w.must(err)
	w.must(w.Enrollments.Extend(audit.WithActor(ctx, audit.Actor{PersonID: "gone"}), e.ID, w.at.AddDate(3, 0, 0), "later"))
	w.get("/admin/audit").Is(200, "enrollment.extend", "Reason: &lt;b&gt;ill&lt;/b&gt;", "Ana O&#39;Ruiz, "+w.short.Course.Card.Title, "As recorded", "Admin O&#39;Ruiz", "203.0.113.9", "The system",
		"An account that is gone", "Not yet", `href="/admin/enrollments/`+e.ID+`"`, `href="/admin/people/`+w.id["ana"]+`"`, "entries")
	w.must(w.Audit.Record(ctx, audit.Event{Action: "conversation.answer", ObjectKind: "conversation", ObjectID: "q1"}))
	w.must(w.Audit.Record(ctx, audit.Event{Action: "conversation.note", ObjectKind: "edition note", ObjectID: "n1", Details: map[string]any{"course": "intro"}}))
	w.get("/admin/audit").Is(200, `href="/teach/questions/q1"`, "Question of a learner", `href="/teach/intro/notes"`, "Note for the next edition")
	rows := func(query string) int {
		return strings.Count(w.get("/admin/audit"+query).Is(200).Body, `data-label="Seal"`)
	}
	for query, want := range map[string]int{
		"?actor=admin@example.org": 3, "?action=enrollment.extend": 2, "?kind=enrollment&object=" + e.ID: 3,
		"?object=" + e.ID: 3, "?object=bo@example.org": 2, "?action=enrollment.extend&actor=ana@example.org": 0,
	} {
		if got := rows(query); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	w.get("/admin/audit?actor=nobody@example.org").Is(422, "Nobody here has this address.", `value="nobody@example.org"`, `aria-describedby="f-actor-error"`)
	w.get("/admin/audit?object=nobody@example.org").Is(422, "Nobody here has this address.")
	w.get("/admin/audit?object="+strings.Repeat("x", 201)).Is(422, "That is no ID.")
	for _, query := range []string{"?action=none", "?kind=none", "?after=damaged", "?actor=%ff"} {
		w.get("/admin/audit" + query).Is(422)
	}
	w.get("/admin/audit?action=enrollment.extend&actor=ana@example.org").Is(200, "Nothing matches", "Clear the filter")

	csv := w.post("/admin/audit.csv?action=enrollment.extend").Is(200, "Admin O'Ruiz,enrollment.extend,enrollment,"+e.ID, "RID", `""reason"":""later""`)
	if strings.Count(csv.Body, "\n") != 3 {
		t.Errorf("csv\n%s", csv.Body)
	}
	if n, _ := w.recorded("audit.export", ""); n != 1 {
		t.Errorf("export recorded %d times", n)
	}
	w.post("/admin/audit.csv?actor=nobody@example.org").Is(422)
	list, err := w.Audit.List(ctx, audit.Filter{Action: "enrollment.extend"})
	w.must(err)
	w.exec("DELETE FROM audit_details WHERE event_id = ?", list[0].ID)
	w.get("/admin/audit?action=enrollment.extend").Is(200, "Erased")
	w.post("/admin/audit.csv?action=enrollment.extend").Is(200)
	w.stale = true
	w.post("/admin/audit.csv").To("/factor")
}

// TestNoPageOfNobody: what concerns no account, or one that is gone, leads nowhere.
func TestNoPageOfNobody(t *testing.T) {
	w := newWorld(t)
	_, err := w.Accounts.SignIn(t.Context(), "nobody@example.org", "trombone Quarry lichen 58", account.Client{IP: "203.0.113.9"})
	if !errors.Is(err, account.ErrCredentials) {
		t.Fatal(err)
	}
	w.must(w.Audit.Record(t.Context(), audit.Event{Action: "account.profile", ObjectKind: "person", ObjectID: "gone"}))
	for _, path := range []string{"/admin", "/admin/audit"} {
		w.get(path).Is(200, ">No account with that address<", ">An account that is gone<").Lacks("/admin/people/unknown", "/admin/people/gone")
	}
}

func TestAuditPages(t *testing.T) {
	w := newWorld(t)
	for range 120 {
		w.must(w.Audit.Record(t.Context(), audit.Event{Action: "test.many", ObjectKind: "test", ObjectID: "x"}))
	}
	path, seen := "/admin/audit?action=test.many&sort=when", ""
	for _, rel := range []string{"next", "next", "prev", "prev", "next", "next"} {
		a := w.get(path).Is(200, "of 120 shown", `<input type="hidden" name="sort" value="when">`)
		seen += fmt.Sprint(strings.Count(a.Body, `data-label="Seal"`), " ")
		m := regexp.MustCompile(`href="([^"]+)" rel="` + rel + `"`).FindStringSubmatch(a.Body)
		if m == nil {
			t.Fatalf("%s has no %s page", path, rel)
		}
		path = strings.ReplaceAll(m[1], "&amp;", "&")
	}
	if last := w.get(path).Body; seen != "50 50 20 50 50 50 " || strings.Contains(last, `rel="next"`) {
		t.Errorf("rows %s, and after the last page another", seen)
	}
	if got := strings.Count(w.post("/admin/audit.csv?action=test.many").Body, "\n"); got != 121 {
		t.Errorf("csv has %d lines", got)
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t)
	n, err := w.Audit.Seal(t.Context())
	w.must(err)
	if body := w.get("/admin/audit/verify").Is(200, "Check the whole chain").Body; strings.Contains(body, "The chain holds") {
		t.Error("says that it holds before it looked")
	}
	r, err := w.Audit.Verify(t.Context())
	w.must(err)
	w.post("/admin/audit/verify").Is(200, "The chain holds", r.Head)
	if n < 3 {
		t.Fatalf("only %d events", n)
	}
	w.exec("UPDATE audit_events SET action = 'nothing.happened' WHERE seq = 2")
	w.post("/admin/audit/verify").Is(200, "The chain is broken", "event 2 (")
}

func TestJobs(t *testing.T) {
	w := newWorld(t)
	w.get("/admin/jobs").Is(200, "No job was given up")
	w.Jobs.Handle("broken", func(context.Context, []byte) error { return job.Permanent(errBroken) })
	w.Jobs.Every("nightly", time.Hour, func(context.Context) error { return errBroken })
	w.must(w.Jobs.Enqueue(t.Context(), "broken", nil, job.Unique("one")))
	if err := w.Jobs.Drain(t.Context()); err == nil {
		t.Fatal("the broken job did not fail")
	}
	dead, err := w.Jobs.List(t.Context(), job.Dead, "")
	w.must(err)
	if len(dead) != 1 || !strings.Contains(dead[0].LastError, "printer") {
		t.Fatalf("dead jobs %+v", dead)
	}
	page := w.get("/admin/jobs").Is(200, "broken", dead[0].ID, "It failed; the log says how", "nightly", "Periodic work failed", `Try again<span class="sr">: broken of`)
	if strings.Contains(page.Body, "printer") {
		t.Error("the page says what went wrong inside")
	}
	w.get("/admin/jobs?state=ready").Is(200, "No jobs in this state", `<option value="ready" selected>`)
	w.must(w.Jobs.Enqueue(t.Context(), "later", nil, job.At(w.at.Add(time.Hour))))
	w.get("/admin/jobs?state=ready").Is(200, "later", "1 job.")
	w.get("/admin/jobs?state=asleep").Is(422)
	w.get("/admin/jobs?sort=-tries").Is(200, "broken", `aria-sort="descending"`, `action="/admin/jobs.csv?sort=-tries"`)
	w.get("/admin/jobs?sort=none").Is(200, "broken")
	csv := w.post("/admin/jobs.csv").Is(200, "id,kind,state,tries", dead[0].ID+",broken,dead,1,")
	if strings.Contains(csv.Body, "printer") || strings.Count(csv.Body, "\n") != 2 {
		t.Errorf("csv\n%s", csv.Body)
	}
	w.post("/admin/jobs.csv?state=asleep").Is(422)
	if n, _ := w.recorded("job.export", ""); n != 1 {
		t.Errorf("export recorded %d times", n)
	}
	path := "/admin/jobs/" + dead[0].ID + "/retry"
	dismiss := "/admin/jobs/" + dead[0].ID + "/dismiss"
	w.get("/admin/jobs").Is(200, `href="`+dismiss+`"`)
	w.get(dismiss).Is(200, "<code>broken</code>", "cannot be taken back")
	w.post(dismiss, "reason", " ").Is(422, "Say why")
	w.must(w.Jobs.Enqueue(t.Context(), "broken", nil, job.Unique("one")))
	w.post(path).Says("/admin/jobs", "job.replaced")
	w.exec("DELETE FROM jobs WHERE state = 'ready'")
	w.post(path).Says("/admin/jobs", "job.retried")
	w.post(path).Says("/admin/jobs", "job.not_dead")
	w.post("/admin/jobs/none/retry").Says("/admin/jobs", "job.not_dead")
	if n, _ := w.recorded("job.retry", dead[0].ID); n != 1 {
		t.Errorf("recorded %d times", n)
	}
	w.get("/admin/jobs").Is(200, "No job was given up")
	if err := w.Jobs.Drain(t.Context()); err == nil {
		t.Fatal("the broken job did not fail again")
	}
	w.post(dismiss, "reason", "The printer is gone.").Says("/admin/jobs", "job.dismissed")
	w.post(dismiss, "reason", "The printer is gone.").Says("/admin/jobs", "job.not_dead")
	w.get(dismiss).Says("/admin/jobs", "job.not_dead")
	if n, details := w.recorded("job.dismiss", dead[0].ID); n != 1 || details["kind"] != "broken" || details["reason"] != "The printer is gone." {
		t.Errorf("recorded %d times, %v", n, details)
	}
}
