package insight_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
)

func TestFunnel(t *testing.T) {
	w := newWorld(t)
	for n := range 23 {
		e, p := w.enroll(way{disclosed: n < 17, completed: n < 6})
		if n < 14 {
			w.finish(e, "l1", 60*(n+1), 0)
		}
		if n < 11 {
			w.finish(e, "l2", 0, 240)
			w.exec("INSERT INTO check_answers (enrollment_id, module_id, question_id, response, correct, tries, first_at, last_at) VALUES (?, 'm1', 'c1', '{}', ?, 1, ?, ?)", e, true, w.at, w.at)
		}
		if n < 10 {
			w.sit(sat{enrollment: e, person: p, answers: []given{pick("s1", "B"), pick("s2", []string{"B", "A"}[n/5])}})
		}
		if n < 3 {
			w.exec("INSERT INTO evaluation_receipts (enrollment_id, sent_at) VALUES (?, ?)", e, w.at)
		}
	}
	for range 5 {
		w.enroll(way{state: "pending"})
		w.enroll(way{event: true, disclosed: true})
		w.enroll(way{edition: "ed2", disclosed: true})
	}
	w.enroll(way{state: "withdrawn"})
	if y := w.way(); y.Known() || y.Steps != nil {
		t.Errorf("before the days are over: %+v", y)
	}
	w.days(insight.Window)
	y := w.way()
	want := []insight.Step{
		{Kind: insight.StepDisclosed, People: veil.Count(17, 20)}, {Kind: insight.StepLesson, Of: "Lesson one", People: veil.Count(14, 20)},
		{Kind: insight.StepLesson, Of: "Lesson two", People: veil.Count(11, 20)}, {Kind: insight.StepCheck, Of: "Module one", People: veil.Count(11, 20)},
		{Kind: insight.StepBegun, People: veil.Count(10, 20)}, {Kind: insight.StepPassed, People: veil.Count(5, 20)},
		{Kind: insight.StepEvaluated, People: veil.Count(3, 20)}, {Kind: insight.StepCompleted, People: veil.Count(6, 20)},
	}
	if len(y.Steps) != len(want) || y.People != 20 {
		t.Fatalf("%+v", y)
	}
	for i, s := range want {
		if y.Steps[i] != s {
			t.Errorf("step %d: %+v, want %+v", i, y.Steps[i], s)
		}
	}
	// Fourteen finished the first lesson, in 1, 2 … 14 minutes; ten of them count.
	if l := y.Lessons[0]; l.Planned != 10 || l.Browser.Of() != 10 || l.Browser.Below(6) != veil.Count(5, 10) || l.Requests.Of() != 0 {
		t.Errorf("%+v", l)
	}
	if l := y.Lessons[1]; l.Browser.Of() != 0 || l.Requests.Of() != 10 || l.Requests.Below(5) != veil.Count(10, 10) {
		t.Errorf("%+v", l)
	}
}

// TestAGradeIsKnownWhenItIsGiven: the completion is dated back to what the learner did
// last, and counts when it could be known.
func TestAGradeIsKnownWhenItIsGiven(t *testing.T) {
	w := newWorld(t)
	for range 10 {
		e, _, attempt := w.taker(pick("s1", "B"), pick("s2", "B"))
		w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.at, e)
		w.exec("UPDATE exam_attempts SET final_at = ? WHERE id = ?", w.at.AddDate(0, 0, insight.Window), attempt)
	}
	w.days(2 * insight.Window)
	y := w.way()
	for _, s := range y.Steps {
		if late := s.Kind == insight.StepPassed || s.Kind == insight.StepCompleted; late && s.People != veil.Count(0, 10) {
			t.Errorf("%+v", s)
		}
	}
}

// TestMinutes by hand: of 20 … 1 minutes the median lies between the tenth and the
// fifteenth, and the middle half between the fifth and the fifteenth.
func TestMinutes(t *testing.T) {
	w := newWorld(t)
	for n := range 20 {
		e, _ := w.enroll(way{})
		w.finish(e, "l1", 60*(20-n), 0)
	}
	l := w.way().Lessons[0].Browser
	if from, to, ok := l.Median(); from != 10 || to != 15 || !ok {
		t.Errorf("the median lies from %d to %d, %v", from, to, ok)
	}
	if from, to, ok := l.Half(); from != 5 || to != 15 || !ok {
		t.Errorf("the middle half lies from %d to %d, %v", from, to, ok)
	}
}

func TestPeopleIn(t *testing.T) {
	w := newWorld(t)
	for range 7 {
		_, p := w.enroll(way{state: "expired"})
		w.enroll(way{person: p, cycle: 2})
	}
	for range 4 {
		w.enroll(way{edition: "ed2"})
	}
	got, err := w.PeopleIn(t.Context(), "c1")
	if err != nil || len(got) != 1 || got["ed1"] != 5 {
		t.Errorf("%v, %v", got, err)
	}
}
