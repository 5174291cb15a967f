package insight_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/veil"
)

func TestOfFewerThanTenNothingIsSaid(t *testing.T) {
	w := newWorld(t)
	w.takers(9, pick("s1", "B"), pick("s2", "A"))
	if e := w.exam(); e.Known() || len(e.Items) > 0 || e.Bars != nil || e.Tries != nil || e.Minutes.Of() != 0 {
		t.Errorf("of nine people: %+v", e)
	}
	w.takers(1, pick("s1", "B"), pick("s2", "A"))
	e := w.exam()
	if e.Counted != 10 || e.Passed != (veil.Range{From: 0, To: 5, Of: 10}) || e.Items[0].Right != (veil.Range{From: 6, To: 10, Of: 10}) || e.Items[1].Right.To != 5 {
		t.Errorf("of ten people: %+v", e)
	}
}

func TestUnknownEdition(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Exam(t.Context(), "none"); !apperr.Is(err, apperr.NotFound) {
		t.Error(err)
	}
	if _, err := w.Way(t.Context(), "none"); !apperr.Is(err, apperr.NotFound) {
		t.Error(err)
	}
}

// TestOnlyFirstAttemptsCount: retakes, void ones, those that go on, those of live
// events and of other editions do not.
func TestOnlyFirstAttemptsCount(t *testing.T) {
	w := newWorld(t)
	right, wrong := []given{pick("s1", "B"), pick("s2", "B")}, []given{pick("s1", "A"), pick("s2", "A")}
	for n := range 20 {
		first := right
		if n >= 10 {
			first = wrong
		}
		e, p, _ := w.taker(first...)
		w.sit(sat{enrollment: e, person: p, number: 2, answers: right})
	}
	for range 5 {
		e, p := w.enroll(way{})
		w.sit(sat{enrollment: e, person: p, state: "void", answers: wrong})
		w.sit(sat{enrollment: e, person: p, number: 2, answers: right})
		e, p = w.enroll(way{})
		w.sit(sat{enrollment: e, person: p, state: "in_progress", answers: wrong})
		e, p = w.enroll(way{event: true})
		w.sit(sat{enrollment: e, person: p, answers: wrong})
		e, p = w.enroll(way{edition: "ed2"})
		w.sit(sat{enrollment: e, person: p, edition: "ed2", answers: wrong})
	}
	e := w.exam()
	half := veil.Count(10, 25).Rest()
	if e.Counted != 25 || e.Items[0].Right != half || e.Passed != half {
		t.Errorf("%d count, %+v right, %+v passed", e.Counted, e.Items[0].Right, e.Passed)
	}
	if len(e.Tries) != 3 || e.Tries[0] != (insight.Try{Counted: 25, Passed: half}) || e.Tries[1] != (insight.Try{Counted: 20, Passed: veil.Count(0, 20).Rest()}) || e.Tries[2].Counted != 0 {
		t.Errorf("by attempt %+v", e.Tries)
	}
}

// TestSecondTimeThroughAnEditionIsNoFirstAttempt: the person counts once.
func TestSecondTimeThroughAnEditionIsNoFirstAttempt(t *testing.T) {
	w := newWorld(t)
	for range 10 {
		e, p := w.enroll(way{completed: true})
		w.sit(sat{enrollment: e, person: p, answers: []given{pick("s1", "B"), pick("s2", "B")}})
		e, _ = w.enroll(way{person: p, cycle: 2})
		w.sit(sat{enrollment: e, person: p, answers: []given{pick("s1", "A"), pick("s2", "A")}})
	}
	if e := w.exam(); e.Counted != 10 || e.Items[0].Right.From != 6 || e.Tries[1].Counted != 10 {
		t.Errorf("%d count, %+v right", e.Counted, e.Items[0].Right)
	}
	w.days(insight.Window)
	if y := w.way(); y.People != 10 {
		t.Errorf("%d people", y.People)
	}
}

// TestWhatIsGradedLateComesLate: whoever waits for a grade holds up nobody, and takes
// the place of nobody.
func TestWhatIsGradedLateComesLate(t *testing.T) {
	w := newWorld(t)
	w.takers(5, pick("s1", "B"), pick("s2", "B"))
	e, p := w.enroll(way{})
	waits := w.sit(sat{enrollment: e, person: p, state: "submitted", answers: []given{pick("s1", "A"), {question: "t", waits: true}}})
	w.takers(5, pick("s1", "B"), pick("s2", "B"))
	before := w.exam()
	if before.Counted != 10 || before.Items[0].Right.From != 6 {
		t.Errorf("while one is graded: %+v", before)
	}
	w.exec("UPDATE exam_attempts SET state = 'graded', final_at = ?, open_points = 0, points = 600 WHERE id = ?", w.at, waits)
	w.exec("UPDATE exam_items SET points = 600, awaits_grader = ? WHERE attempt_id = ? AND question_id = 't'", false, waits)
	same(t, before, w.exam())
	w.takers(4, pick("s1", "A"), pick("s2", "A"))
	if e := w.exam(); e.Counted != 15 || e.Items[0].Right != veil.Count(5, 15).Rest() {
		t.Errorf("with four more: %+v", e.Items[0])
	}
}

// TestWrongAnswers by hand: sixty people met s1; 30 chose the key, 15 chose A, 14 chose
// C, one left it out, and those who chose C did better on the rest.
func TestWrongAnswers(t *testing.T) {
	w := newWorld(t)
	give := func(n int, s1 string, others ...string) {
		w.takers(n, pick("s1", s1), pick("s2", others[0]), pick("s3", others[1]))
	}
	give(30, "B", "B", "A")
	give(15, "A", "A", "C")
	give(14, "C", "B", "B")
	give(1, "", "A", "A")
	e := w.exam()
	i := e.Items[0]
	if e.Counted != 60 || i.Right != (veil.Range{From: 26, To: 30, Of: 60}) || math.Abs(i.Low-26.0/60) > 1e-9 || i.High != .5 || i.RightRest.V != 0.5 {
		t.Fatalf("%+v", i)
	}
	got := map[string]insight.Row{}
	for _, r := range i.Rows {
		got[r.Letter] = r
	}
	if len(i.Rows) != 4 || got["A"].People != (veil.Range{From: 15, To: 19, Of: 60}) || got["A"].Rest.V != 0 {
		t.Errorf("%+v", i.Rows)
	}
	if r := got["C"].People; r.From > 14 || r.To < 14 || r.To-r.From != 8 || got["C"].Rest.Known() || got["D"].People.From != 0 {
		t.Errorf("%+v", i.Rows)
	}
	if i = e.Items[3]; i.Known() || i.Flags != nil || i.Discrimination.Why != insight.TooFew {
		t.Errorf("of a question that nobody met: %+v", i)
	}
}

// TestRemarks by hand: of 200 people 60 chose the key and earned half of the rest, 80
// chose A and earned all of it, 60 chose C and earned nothing.
func TestRemarks(t *testing.T) {
	w := newWorld(t)
	w.takers(60, pick("s1", "B"), pick("s2", "B"), pick("s3", "A"))
	w.takers(80, pick("s1", "A"), pick("s2", "B"), pick("s3", "B"))
	w.takers(60, pick("s1", "C"), pick("s2", "A"), pick("s3", "A"))
	i := w.exam().Items[0]
	text := fmt.Sprint(i.Flags)
	for _, want := range []string{"chose option A did better on the rest", "More people chose option A than got it right.", "look at the key", "At most one in twenty chose option D."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in %s", want, text)
		}
	}
	if i.Gravity() != 0 || strings.Contains(text, "option C") || strings.Contains(text, "three in ten") {
		t.Error(text)
	}
}

func TestMarkedOptions(t *testing.T) {
	w := newWorld(t)
	for n := range 100 {
		m := pick("m", "A", "B")
		switch {
		case n < 25:
			m = pick("m", "A")
		case n < 50:
			m = pick("m", "A", "B", "C")
		}
		w.taker(m, pick("s1", []string{"B", "A"}[n%2]))
	}
	i := w.exam().Items[4]
	if i.Right != veil.Count(50, 100).Rest() || len(i.Rows) != 4 {
		t.Fatalf("%+v", i)
	}
	for n, want := range []int{0, 25, 25, 0} {
		if r := i.Rows[n]; r.People != veil.Count(want, 100) || !r.Marked || r.Key != (n < 2) {
			t.Errorf("option %d: %+v", n, r)
		}
	}
	if text := fmt.Sprint(i.Flags); !strings.Contains(text, "At most one in twenty marked option D.") {
		t.Error(text)
	}
}

// TestShortAnswersHaveAMeanAlone: how many earned the whole mark would say more.
func TestShortAnswersHaveAMeanAlone(t *testing.T) {
	w := newWorld(t)
	for n := range 30 {
		w.taker(pick("s1", "B"), given{question: "t", response: question.Response{Text: "My words."}, points: []int{1000, 500}[n%2]})
	}
	i := w.exam().Items[5]
	if i.Rows != nil || i.Right != (veil.Range{}) || i.Low > .75 || i.High < .75 || i.High-i.Low < .1 {
		t.Errorf("%+v", i)
	}
	w = newWorld(t)
	w.takers(60, pick("s1", "B"), given{question: "t", response: question.Response{Text: "My words."}, points: 999})
	if text := fmt.Sprint(w.exam().Items[5].Flags); !strings.Contains(text, "People earned nine tenths of the mark on average, or more.") || strings.Contains(text, "got it right") {
		t.Error(text)
	}
}

func TestReliabilityNeedsThirty(t *testing.T) {
	w := newWorld(t)
	sit := func(n int) {
		choice := func(k int) string {
			if n%5 >= k {
				return "B"
			}
			return "A"
		}
		w.taker(pick("s1", choice(1)), pick("s2", choice(2)), pick("s3", choice(3)), given{question: "t", response: question.Response{Text: "My words."}, points: 250 * (n % 5)})
	}
	for n := range 29 {
		sit(n)
	}
	if e := w.exam(); e.Enough || e.Alpha.Items != 0 {
		t.Errorf("of 29: %+v", e.Alpha)
	}
	sit(29)
	e := w.exam()
	if !e.Enough || !e.Alpha.Alpha.Known() || e.Alpha.Items != 4 || e.KR20.Items != 3 || e.Alpha.Alpha.V <= e.KR20.Alpha.V {
		t.Errorf("of 30: %+v and %+v", e.Alpha, e.KR20)
	}
	if d := e.Items[5].Discrimination.V; d < 0.9 || math.Abs(20*d-math.Round(20*d)) > 1e-9 {
		t.Errorf("the short answer: %v", d)
	}
}

func TestBarsReachToThePassMark(t *testing.T) {
	w := newWorld(t)
	for n := range 40 {
		answers := []given{pick("s1", "B"), pick("s2", "B"), pick("s3", "B"), pick("s4", "B")}
		for i := range n % 4 {
			answers[i] = pick(answers[i].question, "A")
		}
		w.taker(answers...)
	}
	e := w.exam()
	var got []string
	about := 0
	for _, b := range e.Bars {
		got = append(got, fmt.Sprint(b.From, "-", b.To, " ", b.Pass, b.Mixed))
		about += b.About
	}
	if text := strings.Join(got, ", "); text != "0-30 false false, 30-60 false false, 60-80 false false, 80-100 true false" || about != 40 {
		t.Errorf("%s, about %d", text, about)
	}
	if from, to := e.Mean(); from > .625 || to < .625 || to-from > .126 {
		t.Errorf("the mean lies from %v to %v", from, to)
	}
}

// TestNothingNamesAPerson: what is handed out holds no ID of a person, an
// enrollment or an attempt.
func TestNothingNamesAPerson(t *testing.T) {
	w := newWorld(t)
	w.takers(10, pick("s1", "B"), pick("s2", "A"))
	w.days(insight.Window)
	exam, way := w.exam(), w.way()
	body, err := json.Marshal([]any{exam, way})
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"person-", "enrollment-", "attempt-", "Ana"} {
		if strings.Contains(string(body)+fmt.Sprintf("%+v %+v", exam, way), id) {
			t.Errorf("the figures hold %q", id)
		}
	}
}

func TestAMinuteIsKept(t *testing.T) {
	w := newWorld(t)
	w.takers(10, pick("s1", "B"), pick("s2", "A"))
	before := w.exam()
	at := w.at
	w.takers(5, pick("s1", "A"), pick("s2", "A"))
	w.at = at
	if now, err := w.Exam(t.Context(), "ed1"); err != nil || now.Counted != before.Counted {
		t.Errorf("%d count at once: %v", now.Counted, err)
	}
	if now := w.exam(); now.Counted != 15 {
		t.Errorf("%d count a minute later", now.Counted)
	}
}
