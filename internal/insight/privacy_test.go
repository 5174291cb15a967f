package insight_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/insight"
	"github.com/atmacena/cocare/internal/veil"
)

// same fails unless two looks say the same.
func same(t *testing.T, before, now any) {
	t.Helper()
	if was, is := fmt.Sprintf("%+v", before), fmt.Sprintf("%+v", now); was != is {
		t.Errorf("a figure moved:\n%s\n%s", was, is)
	}
}

// TestOnePersonMovesNoFigure, whatever they do, nor two, three or four.
func TestOnePersonMovesNoFigure(t *testing.T) {
	w := newWorld(t)
	right, wrong := []given{pick("s1", "B"), pick("s2", "B")}, []given{pick("s1", "A"), pick("s2", "C")}
	type learner struct{ enrollment, person string }
	var failed []learner
	for n := range 20 {
		answers := right
		if n%2 == 0 {
			answers = wrong
		}
		e, p, _ := w.taker(answers...)
		w.finish(e, "l1", 60*(n+1), 0)
		if n%2 == 0 {
			failed = append(failed, learner{e, p})
		}
	}
	before := w.exam()
	times := w.way().Lessons
	for n := range 4 {
		w.sit(sat{enrollment: failed[n].enrollment, person: failed[n].person, number: 2, answers: right})
		w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.at, failed[n].enrollment)
		same(t, before, w.exam())
		e, _, _ := w.taker(right...)
		w.finish(e, "l1", 6000, 0)
		same(t, before, w.exam())
		same(t, times, w.way().Lessons)
	}
	w.days(insight.Window)
	steps := w.way()
	if steps.People != 20 || len(steps.Steps) == 0 {
		t.Fatalf("%+v", steps)
	}
	w.exec("UPDATE enrollments SET disclosed_at = NULL")
	for _, l := range failed {
		w.sit(sat{enrollment: l.enrollment, person: l.person, number: 3, answers: right})
		w.finish(l.enrollment, "l2", 60, 0)
		w.exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.at, l.enrollment)
	}
	w.exec("UPDATE enrollments SET disclosed_at = enrolled_at")
	same(t, steps.Steps, w.way().Steps) // all of it came behind the days that are told
}

// TestTwoLooksTellNoBatch: on Monday 10 of 20 passed, on Tuesday 11 of 25. Exact numbers
// would say that of the five between one passed.
func TestTwoLooksTellNoBatch(t *testing.T) {
	w := newWorld(t)
	right, wrong := []given{pick("s1", "B"), pick("s2", "B")}, []given{pick("s1", "A"), pick("s2", "A")}
	w.takers(10, right...)
	w.takers(10, wrong...)
	monday := w.exam()
	w.takers(1, right...)
	w.takers(4, wrong...)
	tuesday := w.exam()
	for _, of := range []func(e insight.Exam) veil.Range{
		func(e insight.Exam) veil.Range { return e.Passed },
		func(e insight.Exam) veil.Range { return e.Tries[0].Passed },
		func(e insight.Exam) veil.Range { return e.Items[0].Right },
		func(e insight.Exam) veil.Range { return e.Items[0].Rows[0].People },
		func(e insight.Exam) veil.Range { return e.Bars[len(e.Bars)-1].People },
	} {
		was, is := of(monday), of(tuesday)
		if least, most := is.From-was.To, is.To-was.From; most-least < 2*veil.Batch-2 || least > 1 || most < 4 {
			t.Errorf("%+v becomes %+v", was, is)
		}
	}
}

// TestAWholeBatchThatFailsIsNotSeen: five fail, and nothing says that all of them did.
func TestAWholeBatchThatFailsIsNotSeen(t *testing.T) {
	w := newWorld(t)
	w.takers(10, pick("s1", "B"), pick("s2", "B"))
	w.takers(5, pick("s1", "A"), pick("s2", "A"))
	failed := w.exam()
	w = newWorld(t)
	w.takers(6, pick("s1", "B"), pick("s2", "B"))
	w.takers(5, pick("s1", "A"), pick("s2", "A"))
	w.takers(4, pick("s1", "B"), pick("s2", "B"))
	same(t, [2]veil.Range{failed.Passed, failed.Items[0].Right}, [2]veil.Range{w.exam().Passed, w.exam().Items[0].Right})
}

// TestTheClockTakesNoPlace: an attempt that ran out is dated back to its end, and is
// counted when it was found.
func TestTheClockTakesNoPlace(t *testing.T) {
	w := newWorld(t)
	w.takers(10, pick("s1", "B"), pick("s2", "B"))
	before := w.exam()
	_, _, attempt := w.taker(pick("s1", "A"), pick("s2", "A"))
	w.exec("UPDATE exam_attempts SET submitted_at = ?, submitted_by = 'deadline' WHERE id = ?", w.at.AddDate(0, 0, -1), attempt)
	same(t, before, w.exam())
}

// TestPlacesStay: a correction dates a result anew, and changes nobody's place.
func TestPlacesStay(t *testing.T) {
	w := newWorld(t)
	_, _, first := w.taker(pick("s1", "A"), pick("s2", "A"))
	w.takers(4, pick("s1", "A"), pick("s2", "A"))
	w.takers(5, pick("s1", "B"), pick("s2", "B"))
	before := w.exam()
	if before.Items[0].Right.To != 5 {
		t.Fatalf("%+v", before.Items[0])
	}
	w.takers(3, pick("s1", "B"), pick("s2", "B"))
	w.exec("UPDATE exam_attempts SET final_at = ? WHERE id = ?", w.at.Add(time.Hour), first)
	same(t, before, w.exam())
	if n := w.count("SELECT COUNT(*) FROM insight_attempts"); n != 13 || w.enter() != 0 {
		t.Errorf("%d have a place", n)
	}
	if n := w.count("SELECT place FROM insight_attempts WHERE attempt_id = ?", first); n != 1 {
		t.Errorf("the first has place %d", n)
	}
}

// TestWhoEntersAtOnceEntersOnce, whatever the number of replicas.
func TestWhoEntersAtOnceEntersOnce(t *testing.T) {
	w := newWorld(t)
	for n := range 12 {
		e, _, _ := w.taker(pick("s1", "B"), pick("s2", "B"))
		w.finish(e, "l1", 60*n, 0)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := w.Enter(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.enter()
	if n := w.count("SELECT COUNT(*) FROM insight_attempts"); n != 12 || w.count("SELECT MAX(place) FROM insight_attempts") != 12 {
		t.Errorf("%d have a place", n)
	}
	if n := w.count("SELECT COUNT(*) FROM insight_lessons"); n != 12 {
		t.Errorf("%d times", n)
	}
}

// TestASecondEnrollmentTakesNobodyAway: who comes again stays where they were.
func TestASecondEnrollmentTakesNobodyAway(t *testing.T) {
	w := newWorld(t)
	var people []string
	for n := range 10 {
		e, p := w.enroll(way{disclosed: true, completed: true})
		w.finish(e, "l1", 60*(n+1), 0)
		people = append(people, p)
	}
	w.enter()
	w.days(insight.Window)
	before := w.way()
	if before.People != 10 || before.Lessons[0].Browser.Of() != 10 {
		t.Fatalf("%+v", before)
	}
	e, _ := w.enroll(way{person: people[0], cycle: 2})
	w.finish(e, "l1", 6000, 0)
	same(t, before, w.way())
	w.days(insight.Window)
	same(t, before, w.way())
}

// TestRereadingMovesNoTime: what counts is the time until a lesson was finished first,
// also where it is read again at once.
func TestRereadingMovesNoTime(t *testing.T) {
	w := newWorld(t)
	var last string
	again := func(n int, source string) {
		w.at = w.at.Add(time.Second)
		w.exec("INSERT INTO active_time (enrollment_id, token, lesson_id, source, began_at, seconds, received_at) VALUES (?, ?, 'l1', ?, ?, 300, ?)", last, fmt.Sprint("t", n), source, w.at, w.at)
		column := map[string]string{"browser": "active_seconds", "requests": "request_seconds"}[source]
		w.exec("UPDATE lesson_progress SET "+column+" = "+column+" + 300 WHERE enrollment_id = ? AND lesson_id = 'l1'", last)
	}
	for n := range 20 {
		last, _ = w.enroll(way{})
		w.finish(last, "l1", 60*(n+1), 0)
		again(n, []string{"browser", "requests"}[n%2])
	}
	before := w.way()
	if from, to, ok := before.Lessons[0].Browser.Median(); !ok || from != 10 || to != 15 {
		t.Fatalf("from %d to %d, %v", from, to, ok)
	}
	for n := range 3 {
		again(20+n, []string{"browser", "requests"}[n%2])
		same(t, before, w.way())
	}
}

// TestWhoMovesStaysWhereTheyWere: with what they did before, and nowhere else.
func TestWhoMovesStaysWhereTheyWere(t *testing.T) {
	w := newWorld(t)
	var list []string
	for n := range 10 {
		e, _ := w.enroll(way{disclosed: true})
		w.finish(e, "l1", 60*(n+1), 0)
		list = append(list, e)
	}
	w.enter()
	w.days(insight.Window)
	before := w.way()
	if before.People != 10 || before.Lessons[0].Browser.Of() != 10 {
		t.Fatalf("%+v", before)
	}
	for _, e := range list[:3] {
		w.moveTo(e, 1, "ed2")
		w.finish(e, "l2", 60, 0)
		same(t, before, w.way())
	}
	w.exec("UPDATE enrollments SET disclosed_at = NULL WHERE id = ?", list[0]) // as a move may do
	w.exec("INSERT INTO evidence (id, enrollment_id, kind, ref, details, occurred_at) VALUES (?, ?, 'disclosure.acknowledged', 'h', '{}', ?)", w.id("evidence"), list[0], w.at.AddDate(0, 0, -insight.Window))
	same(t, before, w.way())
	y, err := w.Way(t.Context(), "ed2")
	if err != nil || y.People != 0 || y.Lessons[0].Browser.Of() != 0 {
		t.Errorf("%+v, %v", y, err)
	}
}

// TestWhoMovesEarlyIsNotTold of in the steps of either edition.
func TestWhoMovesEarlyIsNotTold(t *testing.T) {
	w := newWorld(t)
	for n := range 15 {
		e, _ := w.enroll(way{disclosed: true})
		if n < 5 {
			w.moveTo(e, 1, "ed2")
			w.moveTo(e, 2, "ed3")
		}
	}
	w.days(insight.Window)
	if y := w.way(); y.People != 10 {
		t.Errorf("%d people", y.People)
	}
}
