package refresher_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/kept"
	"github.com/atmacena/cocare/internal/refresher"
	"github.com/atmacena/cocare/internal/veil"
)

// retention is what is told a moment later, so that nothing is kept.
func (w *world) retention() refresher.Retention {
	w.t.Helper()
	w.mu.Lock()
	w.at = w.at.Add(kept.For)
	w.mu.Unlock()
	r, err := w.Retention(w.t.Context(), "ed1")
	w.must(err)
	return r
}

// crowd are n people besides p1 and p2.
func crowd(n int) (list []string) {
	for i := range n {
		list = append(list, fmt.Sprint("p", i+3))
	}
	return list
}

// TestOfFewerThanTenNothingIsSaid, and before a span is over neither.
func TestOfFewerThanTenNothingIsSaid(t *testing.T) {
	w := newWorld(t, crowd(8)...)
	w.pass(3)
	for _, p := range append([]string{"p1", "p2"}, crowd(7)...) {
		w.start(p, false)
		w.day(p, func(id string) bool { return id != "q1" })
	}
	w.pass(12)
	if r := w.retention(); r.Spans[0].Known() || len(r.Questions) > 0 || r.Objectives[0].Known() {
		t.Fatalf("of nine people: %+v", r)
	}
	w = newWorld(t, crowd(8)...)
	w.pass(3)
	for _, p := range append([]string{"p1", "p2"}, crowd(8)...) {
		w.start(p, false)
		w.day(p, func(id string) bool { return id != "q1" })
	}
	w.pass(11)
	if r := w.retention(); r.Spans[0].Known() {
		t.Fatalf("before the span is over: %+v", r.Spans)
	}
	w.pass(1)
	r := w.retention()
	if s := r.Spans[0]; s.Counted != 10 || s.Low > .9 || s.High < .9 || s.High-s.Low > .5 || s.High-s.Low < .4 {
		t.Errorf("%+v", s)
	}
	if s := r.Spans[1]; s.Known() || s.Counted != 0 {
		t.Errorf("%+v", s)
	}
	if len(r.Questions) != 10 || r.Questions[0].Question.ID != "q1" || r.Questions[0].Low != 0 || r.Questions[0].High != .5 || r.Questions[1].High != 1 {
		t.Errorf("%d questions, %+v", len(r.Questions), r.Questions[0])
	}
	if o := r.Objectives[0]; len(r.Objectives) != 3 || o.ID != "LO1" || o.Low > 2./3 || o.High < 2./3 {
		t.Errorf("%+v", r.Objectives) // of q1, q4 and q13 two were right
	}
	if _, err := w.Retention(t.Context(), "ed9"); !apperr.Is(err, apperr.NotFound) {
		t.Error(err)
	}
}

// TestOneLearnerMovesNoShare: neither an answer nor a span that is over for one, two,
// three or four more.
func TestOneLearnerMovesNoShare(t *testing.T) {
	w := newWorld(t, crowd(13)...)
	w.pass(3)
	people := append([]string{"p1", "p2"}, crowd(13)...)
	for _, p := range people[:10] {
		w.start(p, false)
		w.day(p, func(id string) bool { return id != "q1" })
	}
	w.pass(13)
	before := w.retention()
	if before.Spans[0].Counted != 10 {
		t.Fatalf("%+v", before.Spans)
	}
	same := func(what string) {
		t.Helper()
		if was, is := fmt.Sprintf("%+v", before), fmt.Sprintf("%+v", w.retention()); was != is {
			t.Errorf("%s:\n%s\n%s", what, was, is)
		}
	}
	for _, p := range people[:4] {
		w.day(p, func(string) bool { return false })
		same("answers moved a share")
	}
	for _, p := range people[10:14] {
		w.exec("UPDATE enrollments SET completed_at = ? WHERE person_id = ?", w.now(), p)
		w.start(p, false)
	}
	w.pass(3)
	for _, p := range people[10:14] {
		w.day(p, func(string) bool { return false })
		same("an answer moved a share")
	}
	w.pass(12)
	same("four more learners moved a share")
	w.exec("UPDATE enrollments SET completed_at = ? WHERE person_id = ?", w.now().AddDate(0, 0, -15), people[14])
	w.start(people[14], false)
	if n := w.day(people[14], func(string) bool { return false }); n == 0 {
		t.Fatal("the last one is asked nothing")
	}
	w.exec("UPDATE refresher_reviews SET reviewed_at = ? WHERE plan_id IN (SELECT id FROM refresher_plans WHERE person_id = ?)", w.now().AddDate(0, 0, -10), people[14])
	if r := w.retention(); r.Spans[0].Counted != 15 || r.Spans[0].High >= before.Spans[0].High {
		t.Errorf("with five more: %+v", r.Spans[0])
	}
}

// TestTheFirstAnswerOfASpanCounts: who forgets is asked again the next day, and counts
// once all the same.
func TestTheFirstAnswerOfASpanCounts(t *testing.T) {
	people := append([]string{"p1", "p2"}, crowd(18)...)
	w := newWorld(t, people[2:]...)
	for _, p := range people {
		w.start(p, false)
	}
	w.exec("DELETE FROM refresher_cards WHERE question_id NOT IN ('q1', 'q2')")
	for range 12 { // all within the first fourteen days
		w.pass(1)
		for i, p := range people {
			w.day(p, func(string) bool { return i >= 10 })
		}
	}
	if n := w.count("SELECT count(*) FROM refresher_reviews"); n < 20*2*2 {
		t.Fatalf("only %d reviews", n)
	}
	w.pass(3)
	r := w.retention()
	if s := r.Spans[0]; s.Counted != 20 || s.Low != .3 || s.High != .5 {
		t.Errorf("%+v", s)
	}
	w.pass(45)
	for _, p := range people {
		w.day(p, all(true))
	}
	w.pass(31)
	r = w.retention()
	if s := r.Spans[2]; s.Counted != 20 || s.Low != .8 || s.High != 1 {
		t.Errorf("%s", fmt.Sprint(r.Spans))
	}
	if q := r.Questions[0]; q.Counted != 40 {
		t.Errorf("over the spans %+v", q.Figure)
	}
}

// TestTheFirstTimeCounts: who completes the edition again and begins anew counts once.
func TestTheFirstTimeCounts(t *testing.T) {
	people := append([]string{"p1", "p2"}, crowd(8)...)
	w := newWorld(t, people[2:]...)
	w.pass(3)
	for _, p := range people {
		w.start(p, false)
		w.day(p, all(true))
	}
	w.pass(12)
	before := w.retention()
	for _, p := range people {
		w.enroll(p, 2, "completed")
		w.start(p, false)
	}
	w.pass(3)
	for _, p := range people {
		w.day(p, func(string) bool { return false })
	}
	w.pass(12)
	if r := w.retention(); before.Spans[0].Counted != 10 || fmt.Sprint(r.Spans[0]) != fmt.Sprint(before.Spans[0]) {
		t.Errorf("%+v became %+v", before.Spans[0], r.Spans[0])
	}
}

func TestRetentionIsKeptForAMoment(t *testing.T) {
	people := append([]string{"p1", "p2"}, crowd(8)...)
	w := newWorld(t, people[2:]...)
	w.pass(3)
	for _, p := range people {
		w.start(p, false)
		w.day(p, all(true))
	}
	w.pass(12)
	w.retention()
	w.exec("DELETE FROM refresher_reviews")
	if r, err := w.Retention(t.Context(), "ed1"); err != nil || r.Spans[0].Counted != 10 {
		t.Errorf("%+v, %v", r.Spans, err)
	}
	if r := w.retention(); r.Spans[0].Counted != 0 {
		t.Errorf("%+v", r.Spans)
	}
}

// TestTold names the editions that can have figures.
func TestTold(t *testing.T) {
	people := append([]string{"p1", "p2"}, crowd(8)...)
	w := newWorld(t, people[2:]...)
	told := func() int {
		ids, err := w.Told(t.Context(), []string{"ed1", "ed9"})
		w.must(err)
		return len(ids)
	}
	for _, p := range people[:9] {
		w.start(p, false)
	}
	w.pass(15)
	if told() != 0 {
		t.Error("of nine people")
	}
	w.start(people[9], false)
	if told() != 1 || veil.Enough != 10 {
		t.Error("of ten people")
	}
	w.at = w.at.Add(-time.Hour)
	if told() != 0 {
		t.Error("before the first span is over")
	}
}
