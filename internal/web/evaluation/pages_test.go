package evaluation_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
)

const list, followUp = "/admin/evaluations", "/learn/" + slug + "/follow-up"

func (w *world) show() string { return list + "/" + w.edition.ID }

func TestListOfEvaluations(t *testing.T) {
	w := newWorld(t)
	w.get("admin", list).ok("No course is published")
	w.publish()
	w.get("admin", list).ok("Two Tools", "None yet", "Nobody asked yet", `aria-current="true">Evaluations</a>`)
	w.get("admin", w.show()).ok("Nobody has evaluated this edition yet", "No responses yet")
	w.said(7)
	w.get("admin", list).ok(`href="`+w.show()+`"`, ">7</td>", "December 2026")
}

func TestFewerThanFiveShowNothing(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.said(4)
	w.counted()
	const few = "Fewer than five answers so far: nothing is shown, so that nobody can be recognized."
	w.get("admin", w.show()).ok("4 responses", few).not("change 0", "<svg class=\"chart", "summary.csv", "reviewer.csv")
	for _, file := range []string{"/summary.csv", "/reviewer.csv"} {
		w.post("admin", w.show()+file).is(http.StatusConflict, few).not("change 0")
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
	page := w.get("admin", w.show()).ok("6 responses, the latest in December 2026", "covers 5 of them", "1 response waits",
		"LO1. I can explain", "3.4 of 5", "<title>Strongly disagree 1, Disagree 0, Neither 0, Agree 4, Strongly agree 0</title>",
		"The content was free of promotion.", "4.0 of 5", "What stops you?", "100%", "Median, in minutes", ">62</td>", "1.75 h",
		"For the clinical reviewer", "The label changed.", "change &lt;3&gt;").not("the sixth", "p0", "Ana p")
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
	page := w.get("admin", w.show()).ok("200 of 205, chosen anew at every look")
	if n := strings.Count(page.Body, ">change "); n != 200 {
		t.Errorf("%d comments", n)
	}
	if n := strings.Count(w.post("admin", w.show()+"/summary.csv").ok().Body, ",change "); n != 205 {
		t.Errorf("%d comments in the file", n)
	}
}

func records(t *testing.T, a answer) (rows []map[string]string) {
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
	w.get("admin", w.show()+"/summary.csv").is(http.StatusMethodNotAllowed)
	w.stale = true
	w.post("admin", w.show()+"/summary.csv").to("/account/security/confirm")
	w.stale = false
	a := w.post("admin", w.show()+"/summary.csv").ok()
	if got := a.Get("Content-Disposition"); got != `attachment; filename="evaluation-tms-ketamine-1.csv"` {
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
	rows = records(t, w.post("admin", w.show()+"/reviewer.csv").ok())
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
	w.get("p1", followUp).ok("We write to you on", "January 31, 2027", "Which of your planned changes happened?").not("<textarea", "Follow-up at 60 days")
	w.later(60)
	w.get("p1", followUp).ok("60 days later", "on December 2, 2026", `<label for="f-followup">Which of your planned changes happened?`, "No client information, please.", "Do not write to me again")
	w.post("p1", followUp).is(http.StatusUnprocessableEntity, "Write an answer", `href="#f-followup"`)
	w.post("p1", followUp, "followup", strings.Repeat("x", 5001)).is(http.StatusUnprocessableEntity, "this has 5001", "xxxx")
	w.post("p1", followUp, "followup", "I ask <five> things.").to(followUp)
	w.post("p1", followUp, "followup", "I ask <five> things.").to(followUp)
	w.get("p1", followUp).ok("You answered on January 31, 2027", "I ask &lt;five&gt; things.", "Delete my answer").not("<textarea")
	w.post("p1", followUp, "followup", "Something else.").is(http.StatusConflict, "You have answered already", "Something else.", "I ask &lt;five&gt; things.")

	w.get("admin", w.show()).ok("1 person agreed", "1 was asked, 1 answered", `href="/admin/people/p1">Ana p1</a>`, "I ask &lt;five&gt; things.", "1 entry")
	w.get("admin", list).ok("1 of 1 answered")
	rows := records(t, w.post("admin", w.show()+"/follow-up.csv").ok())
	if len(rows) != 1 || rows[0]["name"] != "Ana p1" || rows[0]["answer"] != "I ask <five> things." || rows[0]["answered_at"] != "2027-01-31T20:00:00Z" {
		t.Errorf("%v", rows)
	}

	w.get("p1", followUp+"/withdraw").ok("Your answer of January 31, 2027 is deleted", "This cannot be undone")
	w.post("p1", followUp+"/withdraw").to(followUp)
	w.post("p1", followUp+"/withdraw").to(followUp)
	w.get("p1", followUp+"/withdraw").to(followUp)
	w.get("p1", followUp).ok("You took that back on January 31, 2027").not("five", "withdraw")
	w.get("admin", w.show()).ok("1 was asked, 0 answered", "No answer yet").not("Ana p1")
}

func TestFollowUpBeforeItsDayAndAfterTakingBack(t *testing.T) {
	w := newWorld(t)
	w.publish()
	w.evaluates("p1", "followup", "yes")
	w.post("p1", followUp, "followup", "Early.").is(http.StatusConflict, "We have not asked you yet", "Early.")
	w.get("p1", followUp+"/withdraw").ok("We do not write to you about it again.")
	w.post("p1", followUp+"/withdraw").to(followUp)
	mails := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'")
	w.later(61)
	w.post("p1", followUp, "followup", "Late.").is(http.StatusConflict, "You asked us not to write to you again", "Late.")
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
			w.get(who, path).is(http.StatusNotFound)
			w.post(who, path, "followup", "Theirs.").is(http.StatusNotFound)
		}
	}
	w.get("admin", list+"/unknown").is(http.StatusNotFound)
	w.post("admin", list+"/unknown/summary.csv").is(http.StatusNotFound)
	w.post("admin", list+"/unknown/follow-up.csv").is(http.StatusNotFound)
	w.get("p1", w.show()).is(http.StatusForbidden)
	w.do("", http.MethodGet, followUp, nil).to("/login?next=" + url.QueryEscape(followUp))
}

func TestFollowUpsPageByPage(t *testing.T) {
	w := newWorld(t)
	w.publish()
	for i := range 52 {
		w.evaluates(fmt.Sprintf("p%02d", i), "followup", "yes")
	}
	w.later(60)
	for i := range 52 {
		w.post(fmt.Sprintf("p%02d", i), followUp, "followup", fmt.Sprintf("answer %02d", i)).to(followUp)
		w.at = w.at.Add(1e9)
	}
	first := w.get("admin", w.show()).ok("50 of 52 shown", "answer 51", "answer 02").not("answer 01")
	_, rest, _ := strings.Cut(first.Body, `?after=`)
	key, _, _ := strings.Cut(rest, `"`)
	second := w.get("admin", w.show()+"?after="+key).ok("answer 01", "answer 00").not("answer 02")
	_, rest, _ = strings.Cut(second.Body, `?before=`)
	key, _, _ = strings.Cut(rest, `"`)
	w.get("admin", w.show()+"?before="+key).ok("answer 51", "answer 02").not("answer 01")
	if rows := records(t, w.post("admin", w.show()+"/follow-up.csv").ok()); len(rows) != 52 {
		t.Errorf("%d lines", len(rows))
	}
}
