package evaluation_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/area"
)

const list, followUp = "/admin/evaluations", "/learn/" + slug + "/follow-up"

func (w *world) show() string { return list + "/" + w.edition.ID }

func TestListOfEvaluations(t *testing.T) {
	w := newWorld(t)
	w.Get("admin", list).OK("No course is published")
	w.publish()
	w.Get("admin", list).OK("Two Tools", "None yet", "Nobody asked yet", `aria-current="true">Evaluations</a>`)
	w.Get("admin", w.show()).OK("Nobody has evaluated this edition yet", "No responses yet")
	w.said(7)
	w.Get("admin", list).OK(`href="`+w.show()+`"`, ">7</td>", "December 2026")
	for _, query := range []string{"?q=two+TOOLS", "?sort=-responses", "?sort=course", "?sort=latest", "?sort=none"} {
		w.Get("admin", list+query).OK("Two Tools")
	}
	w.Get("admin", list+"?q=nobody").OK("Nothing matches “nobody”", "Clear the filter").Lacks(">7</td>")
	rows := records(t, w.Post("admin", list+".csv?q=two").OK())
	if len(rows) != 1 || rows[0]["responses"] != "7" || rows[0]["latest_month"] != "2026-12" {
		t.Errorf("the file holds %v", rows)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'evaluations.export'"); n != 1 {
		t.Errorf("%d exports are recorded", n)
	}
	w.stale = true
	w.Post("admin", list+".csv").To("/account/security/confirm")
}

func TestFewerThanFiveShowNothing(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.said(4)
	w.counted()
	const few = "Fewer than five answers so far: nothing is shown, so that nobody can be recognized."
	w.Get("admin", w.show()).OK("4 responses", few).Lacks("change 0", "<svg class=\"chart", "summary.csv", "reviewer.csv")
	for _, file := range []string{"/summary.csv", "/reviewer.csv"} {
		w.Post("admin", w.show()+file).Is(http.StatusConflict, few).Lacks("change 0")
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action LIKE '%.export'"); n != 0 {
		t.Errorf("%d exports are recorded", n)
	}
}

func TestSummary(t *testing.T) {
	w := newWorld(t)
	w.publish()
	for i := range 5 {
		pairs := []string{"barriers", "time", "minutes.reading", fmt.Sprint(60 + i), "change", fmt.Sprintf("change <%d>", i)}
		if i == 0 {
			pairs = append(pairs, "lo1", "1", "inaccurate", "The label changed.")
		}
		w.evaluates(fmt.Sprintf("p%d", i), pairs...)
	}
	w.counted()
	w.evaluates("late", "change", "the sixth")
	w.counted()
	page := w.Get("admin", w.show()).OK("6 responses, the latest in December 2026", "covers 5 of them", "1 response waits",
		"LO1. I can explain", "3.4 of 5", "<title>Strongly disagree 1, Disagree 0, Neither 0, Agree 4, Strongly agree 0</title>",
		"The content was free of promotion.", "4.0 of 5", "What stops you?", "100%", "Median, in minutes", ">62</td>", "1.75 h",
		"For the clinical reviewer", "The label changed.", "change &lt;3&gt;").Lacks("the sixth", "p0", "Ana p")
	if strings.Contains(page.Body, "style=") {
		t.Error("a style stands inline")
	}
	reviewer := page.Body[strings.Index(page.Body, `id="reviewer"`):strings.Index(page.Body, `id="comments"`)]
	if !strings.Contains(reviewer, "The label changed.") || strings.Contains(reviewer, "change") && strings.Contains(reviewer, "change &lt;") {
		t.Errorf("for the reviewer: %s", reviewer)
	}
}

func TestManyComments(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.said(205)
	w.counted()
	page := w.Get("admin", w.show()).OK("200 of 205, chosen anew at every look")
	if n := strings.Count(page.Body, ">change "); n != 200 {
		t.Errorf("%d comments", n)
	}
	if n := strings.Count(w.Post("admin", w.show()+"/summary.csv").OK().Body, ",change "); n != 205 {
		t.Errorf("%d comments in the file", n)
	}
}

func records(t *testing.T, a area.Answer) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("%v: %s", err, a.Body)
	}
	for _, r := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func TestFilesOfASummary(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.said(5)
	w.counted()
	w.Get("admin", w.show()+"/summary.csv").Is(http.StatusMethodNotAllowed)
	w.stale = true
	w.Post("admin", w.show()+"/summary.csv").To("/account/security/confirm")
	w.stale = false
	a := w.Post("admin", w.show()+"/summary.csv").OK()
	if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="evaluation-tms-ketamine-1.csv"` {
		t.Error(got)
	}
	rows := records(t, a)
	of := func(item, value string) map[string]string {
		i := slices.IndexFunc(rows, func(r map[string]string) bool { return r["item"] == item && r["value"] == value })
		if i < 0 {
			t.Fatalf("no line of %s %s", item, value)
		}
		return rows[i]
	}
	top := of("lo1", "5")
	for name, want := range map[string]string{"count": "5", "answers": "5", "mean": "5", "label": "Strongly agree", "objective": "LO1", "counted": "5",
		"edition": "1", "edition_hash": w.edition.Hash, "course": slug} {
		if top[name] != want {
			t.Errorf("%s is %q, want %q", name, top[name], want)
		}
	}
	if of("barriers", "payer")["count"] != "0" || of("minutes", "reading")["median"] != "" {
		t.Errorf("%v", rows)
	}
	rows = records(t, w.Post("admin", w.show()+"/reviewer.csv").OK())
	for _, r := range rows {
		if r["for"] != "reviewer" || !strings.HasPrefix(r["comment"], "'=inaccurate ") {
			t.Errorf("for the reviewer: %v", r)
		}
	}
	if len(rows) != 5 {
		t.Errorf("%d lines for the reviewer", len(rows))
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'evaluation.export' OR action = 'reviewer-comments.export'"); n != 2 {
		t.Errorf("%d exports are recorded", n)
	}
}

func TestFollowUp(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.evaluates("p1", "followup", "yes")
	w.Get("p1", followUp).OK("We write to you on", "January 31, 2027", "Which of your planned changes happened?").Lacks("<textarea", "Follow-up at 60 days")
	w.later(60)
	w.Get("p1", followUp).OK("60 days later", "on December 2, 2026", `<label for="f-followup">Which of your planned changes happened?`, "No client information, please.", "Do not write to me again")
	w.Post("p1", followUp).Is(http.StatusUnprocessableEntity, "Write an answer", `href="#f-followup"`)
	w.Post("p1", followUp, "followup", strings.Repeat("x", 5001)).Is(http.StatusUnprocessableEntity, "this has 5001", "xxxx")
	w.Post("p1", followUp, "followup", "I ask <five> things.").To(followUp)
	w.Post("p1", followUp, "followup", "I ask <five> things.").To(followUp)
	w.Get("p1", followUp).OK("You answered on January 31, 2027", "I ask &lt;five&gt; things.", "Delete my answer").Lacks("<textarea")
	w.Post("p1", followUp, "followup", "Something else.").Is(http.StatusConflict, "You have answered already", "Something else.", "I ask &lt;five&gt; things.")

	w.Get("admin", w.show()).OK("1 person agreed", "1 was asked, 1 answered", `href="/admin/people/p1">Ana p1</a>`, "I ask &lt;five&gt; things.", "1 entry")
	w.Get("admin", list).OK("1 of 1 answered")
	rows := records(t, w.Post("admin", w.show()+"/follow-up.csv").OK())
	if len(rows) != 1 || rows[0]["name"] != "Ana p1" || rows[0]["answer"] != "I ask <five> things." || rows[0]["answered_at"] != "2027-01-31T20:00:00Z" {
		t.Errorf("%v", rows)
	}

	w.Get("p1", followUp+"/withdraw").OK("Your answer of January 31, 2027 is deleted", "This cannot be undone")
	w.Post("p1", followUp+"/withdraw").To(followUp)
	w.Post("p1", followUp+"/withdraw").To(followUp)
	w.Get("p1", followUp+"/withdraw").To(followUp)
	w.Get("p1", followUp).OK("You took that back on January 31, 2027").Lacks("five", "withdraw")
	w.Get("admin", w.show()).OK("1 was asked, 0 answered", "No answer yet").Lacks("Ana p1")
}

func TestFollowUpBeforeItsDayAndAfterTakingBack(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.evaluates("p1", "followup", "yes")
	w.Post("p1", followUp, "followup", "Early.").Is(http.StatusConflict, "We have not asked you yet", "Early.")
	w.Get("p1", followUp+"/withdraw").OK("We do not write to you about it again.")
	w.Post("p1", followUp+"/withdraw").To(followUp)
	mails := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'")
	w.later(61)
	w.Post("p1", followUp, "followup", "Late.").Is(http.StatusConflict, "You asked us not to write to you again", "Late.")
	if n := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'"); n != mails {
		t.Errorf("%d mails before and %d after", mails, n)
	}
}

// TestSomebodyElsesFollowUp does not exist, nor does that of somebody who agreed
// to nothing.
func TestSomebodyElsesFollowUp(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.evaluates("p1", "followup", "yes")
	w.evaluates("p2")
	w.later(60)
	for _, who := range []string{"p2", "admin"} {
		for _, path := range []string{followUp, followUp + "/withdraw", "/learn/unknown/follow-up"} {
			w.Get(who, path).Is(http.StatusNotFound)
			w.Post(who, path, "followup", "Theirs.").Is(http.StatusNotFound)
		}
	}
	w.Get("admin", list+"/unknown").Is(http.StatusNotFound)
	w.Post("admin", list+"/unknown/summary.csv").Is(http.StatusNotFound)
	w.Post("admin", list+"/unknown/follow-up.csv").Is(http.StatusNotFound)
	w.Get("p1", w.show()).Is(http.StatusForbidden)
	w.Do("", http.MethodGet, followUp, nil).To("/login?next=" + url.QueryEscape(followUp))
}

func TestFollowUpsPageByPage(t *testing.T) {
	w := newWorld(t)
	w.publish()
	for i := range 52 {
		w.evaluates(fmt.Sprintf("p%02d", i), "followup", "yes")
	}
	w.later(60)
	for i := range 52 {
		w.Post(fmt.Sprintf("p%02d", i), followUp, "followup", fmt.Sprintf("answer %02d", i)).To(followUp)
		w.at = w.at.Add(1e9)
	}
	first := w.Get("admin", w.show()).OK("50 of 52 shown", "answer 51", "answer 02").Lacks("answer 01")
	_, rest, _ := strings.Cut(first.Body, `?after=`)
	key, _, _ := strings.Cut(rest, `"`)
	second := w.Get("admin", w.show()+"?after="+key).OK("answer 01", "answer 00").Lacks("answer 02")
	_, rest, _ = strings.Cut(second.Body, `?before=`)
	key, _, _ = strings.Cut(rest, `"`)
	w.Get("admin", w.show()+"?before="+key).OK("answer 51", "answer 02").Lacks("answer 01")
	if rows := records(t, w.Post("admin", w.show()+"/follow-up.csv").OK()); len(rows) != 52 {
		t.Errorf("%d lines", len(rows))
	}
}
