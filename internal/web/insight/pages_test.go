package insight_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/veil"
)

func TestOnlyInstructorsAndAdministrators(t *testing.T) {
	w := newWorld(t, 1)
	q := w.editions[0].Course.Bank[0].ID
	for _, rest := range []string{"", "/items", "/items/" + q, "/evaluation", "/compare"} {
		w.Get("ira", at+rest).OK()
		w.Get("adam", at+rest).OK()
		w.Get("tom", at+rest).Is(http.StatusForbidden)
		w.Get("", at+rest).To("/login?next=" + strings.ReplaceAll(strings.ReplaceAll(at+rest, "/", "%2F"), "?", "%3F"))
		w.Get("ira", "/teach/none/insight"+rest).Is(http.StatusNotFound)
		w.Get("ira", at+rest+"?edition=9").Is(http.StatusNotFound)
	}
	w.Post("tom", at+"/items.csv").Is(http.StatusForbidden)
	w.Get("ira", at+"/items/none").Is(http.StatusNotFound)
}

func TestOfAFewNothingIsShown(t *testing.T) {
	w := newWorld(t, 1)
	q := w.editions[0].Course.Bank[0].ID
	w.Get("ira", at).OK("Too few people to say anything").Lacks("How far people come", `name="edition"`)
	w.Get("ira", at+"/items").OK("Too few people to say anything")
	w.Get("ira", at+"/items/"+q).OK("Fewer than 10 people met this question")
	w.Get("ira", at+"/evaluation").OK("Too few answers to say anything")
	w.Get("ira", at+"/compare").OK("There is one edition")
	w.exams[w.editions[0].ID] = insight.Exam{Counted: 5}
	w.ways[w.editions[0].ID] = insight.Way{Edition: w.editions[0], People: 10, Steps: []insight.Step{{Kind: insight.StepCompleted, People: veil.Count(7, 10)}}}
	w.Get("ira", at).OK("How far people come", "5–10", "Fewer than ten first attempts", "Fewer than 15 people have finished each lesson")
	w.ways[w.editions[0].ID] = insight.Way{Edition: w.editions[0], People: 5, Lessons: []insight.LessonTime{{Title: "One", Planned: 3, Browser: upTo(15)}}}
	w.Get("ira", at).OK("Fewer than ten people enrolled 30 days ago", "5–10 min")
	w.sums[w.editions[0].ID] = enrollment.Summary{EditionAnswers: enrollment.EditionAnswers{Responses: 9, Counted: 5}}
	w.texts = []string{"I will"}
	w.Get("ira", at+"/evaluation").OK("Too few answers to say anything").Lacks("I will")
}

func TestOverview(t *testing.T) {
	w := newWorld(t, 2)
	w.lively(w.editions[0], 25)
	// The newest edition has nobody, so the one with people is shown.
	w.Get("ira", at).OK("Edition 1: 25–29 people began it", "Edition 2, current", "What 25 people did in the first 30 days", "20–25<", "80–100%", "While you learn", "0–4<",
		"10–15 min (5–15)", "5–10 min", "Fewer than 15 people", "21–25 of 40", "52–63%", "66–77%", "20–25 min (10–30)", "0–80%", "Second attempt", "6–10, 60–100%", "Fewer than 10<", "from 0 to 15 minutes",
		"<title>First attempts by score: 0–80% 15–19, 80–100% 21–25</title>", "<title>Lesson finished: While you learn: 20–25 of 25</title>", `aria-current="page">Overview`)
	w.Get("ira", at+"?edition=2").OK("Too few people", at+"/items?edition=2")
	w.lively(w.editions[1], 30)
	w.Get("ira", at).OK("Edition 2, current: 30–34 people").Lacks("?edition=2")
}

// TestItOpensWhereThereIsSomethingToShow: people of whom nothing may be told yet do not
// hide the figures of an edition before.
func TestItOpensWhereThereIsSomethingToShow(t *testing.T) {
	w := newWorld(t, 3)
	w.lively(w.editions[0], 25)
	w.people[w.editions[1].ID] = 15 // of their way nothing is told before thirty days
	for _, rest := range []string{"", "/items", "/evaluation"} {
		w.Get("ira", at+rest).OK("Of edition 2 there is too little to show yet", `href="`+at+rest+`?edition=2"`, `<option value="1" selected>`)
	}
	w.Get("ira", at+"?edition=2").OK("Too few people to say anything").Lacks("too little to show yet")
	w.exams[w.editions[1].ID] = w.exam(w.editions[1])
	for _, rest := range []string{"", "/items"} {
		w.Get("ira", at+rest).OK(`<option value="2" selected>`).Lacks("too little to show yet")
	}
	// Each page asks for what it shows itself.
	w.Get("ira", at+"/evaluation").OK("Of edition 2 there is too little to show yet", `<option value="1" selected>`)
	w.sums[w.editions[1].ID] = w.sums[w.editions[0].ID]
	w.Get("ira", at+"/evaluation").OK(`<option value="2" selected>`).Lacks("too little to show yet")
	// An edition that was asked for opened by no choice of the page.
	w.people[w.editions[2].ID] = 5
	w.Get("ira", at).OK("Of edition 3 there is too little to show yet")
	for _, n := range []string{"1", "2", "3"} {
		w.Get("ira", at+"?edition="+n).OK(`<option value="`+n+`" selected>`, at+"/items?edition="+n).Lacks("too little to show yet")
	}
	// Times that the pages' requests tell are figures, as those of browsers.
	w.ways[w.editions[2].ID] = insight.Way{Edition: w.editions[2], People: 5, Lessons: []insight.LessonTime{{Title: "One", Planned: 3, Requests: upTo(15)}}}
	w.Get("ira", at).OK(`<option value="3" selected>`).Lacks("too little to show yet")
}

// TestTimesAreExplainedAsTheyStand, and no further.
func TestTimesAreExplainedAsTheyStand(t *testing.T) {
	w := newWorld(t, 1)
	ed := w.editions[0]
	of := func(times ...veil.Values) string {
		way := insight.Way{Edition: ed, People: 25}
		for _, v := range times {
			way.Lessons = append(way.Lessons, insight.LessonTime{Title: "One", Planned: 3, Browser: v})
		}
		w.ways[ed.ID] = way
		return w.Get("ira", at).OK("half of them took less than the time shown").Body
	}
	for name, tt := range map[string]struct {
		body             string
		brackets, twenty bool
	}{
		"few":  {of(upTo(15)), false, false},
		"many": {of(upTo(20)), true, false},
		"both": {of(upTo(15), upTo(20)), true, true},
	} {
		if strings.Contains(tt.body, "In brackets") != tt.brackets || strings.Contains(tt.body, "from 20 people on") != tt.twenty {
			t.Errorf("%s: %v", name, tt)
		}
	}
}

func TestQuestions(t *testing.T) {
	w := newWorld(t, 1)
	ed := w.editions[0]
	w.lively(ed, 40)
	bank := ed.Course.Bank
	p := w.Get("ira", at+"/items").OK("40 first attempts count", "0.71", "10.7 points", "Undefined: a form has fewer than two such questions.", "90% of the time",
		"−0.25", "The wrong way round", "84–100%", "44–60%", "Too little to go by.", "1 question that fewer than 10 people met", "to look at: "+bank[1].ID, "Short answers with part of the mark")
	order := func(body string, first, second int) bool {
		return strings.Index(body, "/items/"+bank[first].ID+`"`) < strings.Index(body, "/items/"+bank[second].ID+`"`)
	}
	if !order(p.Body, 1, 0) {
		t.Error("the flagged question does not come first")
	}
	if p := w.Get("ira", at+"/items?sort=question").OK(); !order(p.Body, 0, 1) {
		t.Error("sorted by the bank the first question does not come first")
	}
	if p := w.Get("ira", at+"/items?sort=tells").OK(); !order(p.Body, 1, 0) || !order(p.Body, 0, 2) {
		t.Error("sorted upward by how it tells people apart, the lowest does not come first or the unknown last")
	}
	if p := w.Get("ira", at+"/items?sort=-tells").OK(); !order(p.Body, 0, 1) || !order(p.Body, 1, 2) {
		t.Error("sorted downward, the highest does not come first or the unknown last")
	}
	for _, sort := range []string{"people", "-people", "right", "-right", "none"} {
		w.Get("ira", at+"/items?sort="+sort).OK()
	}
	w.Get("ira", at+"/items?sort="+strings.Repeat("x", 60)).Is(http.StatusUnprocessableEntity)
	few := w.exams[ed.ID]
	few.Enough = false
	w.exams[ed.ID] = few
	w.Get("ira", at+"/items").OK("From 30 first attempts on").Lacks("0.71")
}

func TestOneQuestion(t *testing.T) {
	w := newWorld(t, 1)
	ed := w.editions[0]
	w.lively(ed, 40)
	show := func(n int) string { return at + "/items/" + ed.Course.Bank[n].ID }
	w.Get("ira", show(0)).OK("11–15 of 25, 44–60%", "Well: the correlation with the rest of the form is 0.35", "Nothing stands out.", "What people answered", "Answer B", "40–56%", "about 80%", "about 40%", "0–4<", "badge-ok")
	w.Get("ira", show(1)).OK("Look at the key.", "The wrong way round")
	w.Get("ira", show(2)).OK("21–25 of 25, 84–100%", "Too little to go by.", "it would say too much")
	w.Get("ira", show(3)).OK("Where people erred", "0–4<", "5–9<", "Those who were right earned about 80%")
	w.Get("ira", show(len(ed.Course.Bank)-1)).OK("Fewer than 10 people met this question")
	of := func(kind question.Kind) {
		q := *ed.Course.Bank[2]
		q.Kind = kind
		w.exams[ed.ID].Items[2].Question = &q
	}
	of(question.Ordering)
	w.Get("ira", show(2)).OK("Only whether the whole order was right is counted here.").Lacks("it would say too much")
	of(question.ShortAnswer)
	w.Get("ira", show(2)).OK("84–100% on average", "their own words").Lacks("21–25 of 25")
}

func TestEvaluation(t *testing.T) {
	w := newWorld(t, 1)
	w.lively(w.editions[0], 40)
	ev := &w.editions[0].Course.Evaluation
	ev.Items = append(ev.Items, course.EvaluationItem{ID: "later", Kind: "consent", Text: "May we ask you again?"})
	w.texts = []string{"I will ask <b>more</b>"}
	w.Get("ira", at+"/evaluation").OK("25 answers are added up.", "LO1. I can explain", "3.2–4.8 of 5", "24–40%", `Hardly answered</div></th><td data-label="Answers" class="num">0–5<`,
		"10–14<", "5–9<", "6–15<", "Who chose what is not shown", "about 15<", "What will change?", "I will ask &lt;b&gt;more&lt;/b&gt;",
		"Administrators read these answers with their names", "/teach/"+slug+"/retention?edition=1").Lacks("For the reviewer", "12.5", ">20<", ">14<", "7 people")
	for range 150 {
		w.texts = append(w.texts, "again")
	}
	w.Get("ira", at+"/evaluation").OK("There are more")
	w.texts = nil
	w.Get("ira", at+"/evaluation").OK("Nobody wrote anything here.")
}

func TestCompare(t *testing.T) {
	w := newWorld(t, 2)
	w.lively(w.editions[0], 25)
	w.lively(w.editions[1], 200)
	e := w.exam(w.editions[1])
	e.Counted, e.Enough = 400, false
	e.Items[0] = met(e.Items[0], 20, 400)
	w.exams[w.editions[1].ID] = e
	w.Get("ira", at+"/compare").OK("Edition 2</th><th scope=\"col\" class=\"num\">Edition 1</th>", "Small groups", "97–100% of 200", "80–100% of 25", "10–15 min (5–15)", "66–77%", "Too few people", "0.71",
		"More than chance explains", "95%, 0.35", "44–60%, 0.35", "3.2–4.8 of 5").Lacks("not asked alike")
	w.Get("ira", at+"/compare?a=1&b=2").OK("Edition 1</th><th scope=\"col\" class=\"num\">Edition 2</th>", w.editions[0].Course.Bank[0].ID+"?edition=1\"")
	w.Get("ira", at+"/compare?a=1").OK("Edition 1</th><th scope=\"col\" class=\"num\">Edition 2</th>")
	w.Get("ira", at+"/compare?a=1&b=7").Is(http.StatusNotFound)
	other := *e.Items[1].Question
	other.Rationale += " Otherwise."
	e.Items[1].Question = &other
	w.Get("ira", at+"/compare").OK("1 question is not asked alike")
	delete(w.exams, w.editions[0].ID)
	w.Get("ira", at+"/compare").OK("Too few people")
	w.ways, w.exams, w.sums = map[string]insight.Way{}, map[string]insight.Exam{}, map[string]enrollment.Summary{}
	w.Get("ira", at+"/compare").OK("In both editions there are too few people")
}

func TestExport(t *testing.T) {
	w := newWorld(t, 1)
	ed := w.editions[0]
	w.lively(ed, 40)
	p := w.Post("ira", at+"/items.csv").OK(ed.Course.Bank[1].ID, "0.440,0.600,'-0.25,", "0.840,1.000,,", "Look at the key. Hard.")
	if got := p.Header.Get("Content-Disposition"); !strings.Contains(got, "questions-"+slug+"-1.csv") || strings.Count(p.Body, "\n") != len(ed.Course.Bank)+1 {
		t.Errorf("%s: %s", got, p.Body)
	}
	if len(w.audited) != 1 || w.audited[0].Action != "insight.export" || w.audited[0].ObjectID != ed.ID {
		t.Errorf("%+v", w.audited)
	}
	w.stale = true
	w.Post("ira", at+"/items.csv").To("/account/security/confirm")
	if len(w.audited) != 1 {
		t.Error("a file that was not handed out is recorded")
	}
}
