package exam_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/exam"
)

// submitted is an attempt of a person with so many right choices, whose short
// answer waits.
func (w *world) submitted(person string, right int) {
	w.t.Helper()
	w.seed(person)
	a := w.begin(w.ready(person))
	w.answer(a, right, "In my own words.")
	w.submit(a)
}

// TestWhatHoldsUpAResultComesFirst, by the promised day; what is decided
// already waits behind it, page by page and in the file alike.
func TestWhatHoldsUpAResultComesFirst(t *testing.T) {
	w := newWorld(t)
	for n, right := range []int{4, 3, 0, 3, 4} { // 4 pass and 0 fail whatever the grade
		w.submitted([]string{"a", "b", "c", "d", "e"}[n], right)
		w.clock.add(24 * time.Hour)
	}
	var want []string
	list := func(f exam.QueueFilter) (ids []string) {
		t.Helper()
		for {
			q, err := w.Queue(t.Context(), "teacher", f)
			w.must(err)
			if q.Total != 5 || q.Holding != 2 {
				t.Fatalf("%d answers, %d hold up a result", q.Total, q.Holding)
			}
			for _, a := range q.Waiting {
				ids = append(ids, a.ItemID)
			}
			if f.After = q.Next; f.After == nil {
				return ids
			}
		}
	}
	q, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{Limit: 50})
	w.must(err)
	var decided []bool
	for n, a := range q.Waiting {
		want, decided = append(want, a.ItemID), append(decided, a.Decided)
		if n > 0 && a.Decided == decided[n-1] && a.PromisedAt.Before(q.Waiting[n-1].PromisedAt) {
			t.Errorf("%s is promised before its neighbor", a.ItemID)
		}
	}
	if !slices.Equal(decided, []bool{false, false, true, true, true}) {
		t.Errorf("decided: %v", decided)
	}
	earliest := slices.MinFunc(q.Waiting, func(a, b exam.Waiting) int { return a.PromisedAt.Compare(b.PromisedAt) }).PromisedAt
	if first, err := w.FirstPromised(t.Context(), "teacher"); err != nil || !first.Equal(earliest) || !first.Before(q.Waiting[0].PromisedAt) {
		t.Errorf("the first is promised by %v, %v, want %v", first, err, earliest)
	}
	if got := list(exam.QueueFilter{Limit: 2}); !slices.Equal(got, want) {
		t.Errorf("by twos %v, want %v", got, want)
	}
	last, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{Limit: 2, After: q.Next})
	w.must(err)
	if len(last.Waiting) != 2 || last.Waiting[0].ItemID != want[0] {
		t.Errorf("the first page again: %+v", last.Waiting)
	}
	var file []string
	w.must(w.Each(t.Context(), "teacher", exam.QueueFilter{}, func(a exam.Waiting) error {
		file = append(file, a.ItemID)
		return nil
	}))
	if !slices.Equal(file, want) {
		t.Errorf("the file %v, want %v", file, want)
	}
	if _, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{After: []string{"x", "y", "z"}}); err == nil {
		t.Error("a place that is none")
	}
}

// TestGradedAnswersArePaged, the last first, and their places tell no time.
func TestGradedAnswersArePaged(t *testing.T) {
	w := newWorld(t)
	for _, who := range []string{"a", "b", "c"} {
		w.submitted(who, 3)
	}
	var want []string
	for _, a := range w.queue() {
		w.clock.add(time.Minute)
		w.must(w.Grade(t.Context(), "teacher", a.ItemID, exam.Marks{Awarded: []int{1, 1}}))
		want = append([]string{a.ItemID}, want...)
	}
	f := exam.QueueFilter{Graded: true, Limit: 1}
	var got []string
	for {
		q, err := w.Queue(t.Context(), "teacher", f)
		w.must(err)
		got = append(got, q.Waiting[0].ItemID)
		if q.Next == nil {
			break
		}
		if f.After = q.Next; !slices.Equal(f.After, got[len(got)-1:]) {
			t.Errorf("the place %v says more than which it is", f.After)
		}
	}
	if len(want) != 3 || !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	back, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{Graded: true, Limit: 1, Before: got[2:]})
	w.must(err)
	if back.Waiting[0].ItemID != got[1] {
		t.Errorf("back to %s, want %s", back.Waiting[0].ItemID, got[1])
	}
}

// TestTheQueueIsSearched by question, text, title and course.
func TestTheQueueIsSearched(t *testing.T) {
	w := newWorld(t)
	w.submitted("a", 3)
	for _, tt := range []struct {
		slug, query string
		want        int
	}{
		{"", "WRITE.", 1}, {"", "intro", 1}, {"intro", "", 1}, {"other", "", 0}, {"", "nothing like it", 0}, {"", "which?", 0}, {"intro", "t", 1},
	} {
		q, err := w.Queue(t.Context(), "teacher", exam.QueueFilter{Slug: tt.slug, Query: tt.query})
		w.must(err)
		if q.Total != tt.want || len(q.Waiting) != tt.want || len(q.Courses) != 1 {
			t.Errorf("%+v: %d of %d, %d courses", tt, len(q.Waiting), q.Total, len(q.Courses))
		}
	}
}

// TestAClosedCourseIsNotGraded by who does not work on it: its answers are in no list
// and no file, and not to be opened, marked or corrected by their address.
func TestAClosedCourseIsNotGraded(t *testing.T) {
	w := newWorld(t)
	w.submitted("a", 3)
	id := w.queue()[0].ItemID
	w.closed = map[string][]string{"stranger": {"another", w.edition.Slug}, "colleague": {"another"}}
	q, err := w.Queue(t.Context(), "stranger", exam.QueueFilter{})
	w.must(err)
	first, err := w.FirstPromised(t.Context(), "stranger")
	w.must(err)
	if q.Total != 0 || len(q.Waiting) != 0 || len(q.Courses) != 0 || !first.IsZero() {
		t.Errorf("a stranger is shown %+v, promised by %v", q, first)
	}
	w.must(w.Each(t.Context(), "stranger", exam.QueueFilter{}, func(exam.Waiting) error { t.Error("the file has an answer"); return nil }))
	marks := exam.Marks{Awarded: []int{0, 0}}
	_, opened := w.Waiting(t.Context(), "stranger", id)
	for _, err := range []error{opened, w.Grade(t.Context(), "stranger", id, marks), w.Correct(t.Context(), "stranger", id, marks, "Because I can.")} {
		if !errors.Is(err, exam.ErrNoAnswer) {
			t.Errorf("a stranger gets %v", err)
		}
	}
	if q, err := w.Queue(t.Context(), "colleague", exam.QueueFilter{}); err != nil || q.Total != 1 {
		t.Errorf("a colleague is shown %+v, %v", q, err)
	}
}
