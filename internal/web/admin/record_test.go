package admin_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

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
	w.want(w.get("/admin/audit"), 200, "enrollment.extend", "reason: &lt;b&gt;ill&lt;/b&gt;", "Admin O&#39;Ruiz", "203.0.113.9", "The system",
		"An account that is gone", "Not yet", `href="/admin/enrollments/`+e.ID+`"`, `href="/admin/people/`+w.id["ana"]+`"`, "entries")
	rows := func(query string) int {
		return strings.Count(w.want(w.get("/admin/audit"+query), 200).body, `data-label="Seal"`)
	}
	for query, want := range map[string]int{
		"?actor=admin@example.org": 1, "?action=enrollment.extend": 2, "?kind=enrollment&object=" + e.ID: 3,
		"?object=" + e.ID: 3, "?object=bo@example.org": 2, "?action=enrollment.extend&actor=ana@example.org": 0,
	} {
		if got := rows(query); got != want {
			t.Errorf("%s: %d rows, want %d", query, got, want)
		}
	}
	w.want(w.get("/admin/audit?actor=nobody@example.org"), 422, "Nobody here has this address.", `value="nobody@example.org"`)
	w.want(w.get("/admin/audit?object=nobody@example.org"), 422, "Nobody here has this address.")
	w.want(w.get("/admin/audit?object="+strings.Repeat("x", 201)), 422, "That is no ID.")
	for _, query := range []string{"?action=none", "?kind=none", "?after=damaged", "?actor=%ff"} {
		w.want(w.get("/admin/audit"+query), 422)
	}
	w.want(w.get("/admin/audit?action=enrollment.extend&actor=ana@example.org"), 200, "No events match")

	csv := w.want(w.get("/admin/audit.csv?action=enrollment.extend"), 200, "admin@example.org,enrollment.extend,enrollment,"+e.ID, "RID", `""reason"":""later""`)
	if strings.Count(csv.body, "\n") != 3 {
		t.Errorf("csv\n%s", csv.body)
	}
	if n, _ := w.recorded("audit.export", ""); n != 1 {
		t.Errorf("export recorded %d times", n)
	}
	w.want(w.get("/admin/audit.csv?actor=nobody@example.org"), 422)
	list, err := w.Audit.List(ctx, audit.Filter{Action: "enrollment.extend"})
	w.must(err)
	w.must(w.Audit.EraseDetails(ctx, list[0].ID))
	w.want(w.get("/admin/audit?action=enrollment.extend"), 200, "Erased")
	w.want(w.get("/admin/audit.csv?action=enrollment.extend"), 200)
	w.stale = true
	w.to(w.get("/admin/audit.csv"), "/factor", "")
}

func TestAuditPages(t *testing.T) {
	w := newWorld(t)
	for range 120 {
		w.must(w.Audit.Record(t.Context(), audit.Event{Action: "test.many", ObjectKind: "test", ObjectID: "x"}))
	}
	path, total := "/admin/audit?action=test.many", 0
	for pages := 0; path != "" && pages < 5; pages++ {
		a := w.want(w.get(path), 200, "of 120 shown")
		total += strings.Count(a.body, `data-label="Seal"`)
		path = ""
		if m := regexp.MustCompile(`href="([^"]+)" rel="next"`).FindStringSubmatch(a.body); m != nil {
			path = strings.ReplaceAll(m[1], "&amp;", "&")
		}
	}
	if total != 120 {
		t.Errorf("%d of 120 events on all pages", total)
	}
	if got := strings.Count(w.get("/admin/audit.csv?action=test.many").body, "\n"); got != 121 {
		t.Errorf("csv has %d lines", got)
	}
}

func TestVerify(t *testing.T) {
	w := newWorld(t)
	n, err := w.Audit.Seal(t.Context())
	w.must(err)
	if body := w.want(w.get("/admin/audit/verify"), 200, "Check the whole chain").body; strings.Contains(body, "The chain holds") {
		t.Error("says that it holds before it looked")
	}
	r, err := w.Audit.Verify(t.Context())
	w.must(err)
	w.want(w.post("/admin/audit/verify"), 200, "The chain holds", r.Head)
	if n < 3 {
		t.Fatalf("only %d events", n)
	}
	w.exec("UPDATE audit_events SET action = 'nothing.happened' WHERE seq = 2")
	w.want(w.post("/admin/audit/verify"), 200, "The chain is broken", "event 2 (")
}

func TestJobs(t *testing.T) {
	w := newWorld(t)
	w.want(w.get("/admin/jobs"), 200, "No job was given up")
	w.Jobs.Handle("broken", func(context.Context, []byte) error { return job.Permanent(errBroken) })
	w.Jobs.Every("nightly", time.Hour, func(context.Context) error { return errBroken })
	w.must(w.Jobs.Enqueue(t.Context(), "broken", nil, job.Unique("one")))
	if err := w.Jobs.Drain(t.Context()); err == nil {
		t.Fatal("the broken job did not fail")
	}
	w.want(w.get("/admin/jobs"), 200, "broken", "&lt;the printer burns&gt;", "nightly", "Periodic work failed")
	dead, err := w.Jobs.Dead(t.Context())
	w.must(err)
	if len(dead) != 1 {
		t.Fatalf("%d dead jobs", len(dead))
	}
	path := "/admin/jobs/" + dead[0].ID + "/retry"
	w.must(w.Jobs.Enqueue(t.Context(), "broken", nil, job.Unique("one")))
	w.to(w.post(path), "/admin/jobs", "job.replaced")
	w.exec("DELETE FROM jobs WHERE state = 'ready'")
	w.to(w.post(path), "/admin/jobs", "job.retried")
	w.to(w.post(path), "/admin/jobs", "job.not_dead")
	w.to(w.post("/admin/jobs/none/retry"), "/admin/jobs", "job.not_dead")
	if n, _ := w.recorded("job.retry", dead[0].ID); n != 1 {
		t.Errorf("recorded %d times", n)
	}
	w.want(w.get("/admin/jobs"), 200, "No job was given up")
}
