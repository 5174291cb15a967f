package exam_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/mail"
)

const corrections = "SELECT COUNT(*) FROM audit_events WHERE action = 'exam.correct'"

func (w *world) correct(itemID string, awarded ...int) error {
	w.t.Helper()
	return w.Correct(context.Background(), "admin", itemID, exam.Marks{Awarded: awarded, Comment: "Read again."}, "The second line was overlooked.")
}

// graded hands in an attempt with n right choices, grades its short answer and
// returns it with the answer's item.
func (w *world) graded(e enrollment.Enrollment, n int, awarded ...int) (a exam.Attempt, itemID string) {
	w.t.Helper()
	a = w.handIn(e, n)
	itemID = w.queue()[0].ItemID
	w.grade(awarded...)
	return a, itemID
}

func TestACorrectionTurnsAFailIntoAPass(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a, id := w.graded(e, 3, 3, 0)
	if got := w.sit(a); got.FinalAt == nil || got.Passed {
		t.Fatalf("%+v", got.Attempt)
	}
	w.clock.add(time.Hour)
	var wg sync.WaitGroup
	for range 5 { // clicks
		wg.Go(func() {
			if err := w.correct(id, 3, 1); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got := w.sit(a)
	if !got.Passed || got.Points != 4000 || got.State != exam.Graded || !got.FinalAt.Equal(w.clock.now()) {
		t.Errorf("%+v", got.Attempt)
	}
	if len(w.completed) != 1 || !w.again(e).Exam.Done() {
		t.Errorf("completed %+v", w.completed)
	}
	if len(w.mails) != 2 {
		t.Fatalf("mails %+v", w.mails)
	}
	if m, ok := w.mails[1].(mail.ExamGraded); !ok || !m.Passed {
		t.Errorf("mail %+v", w.mails[1])
	}
	if n := w.count(corrections); n != 1 {
		t.Errorf("%d corrections on record", n)
	}
	now, err := w.Waiting(t.Context(), "teacher", id)
	w.must(err)
	if now.Marks.Awarded[1] != 1 || now.Marks.Comment != "Read again." || !now.GradedAt.Equal(w.clock.now()) {
		t.Errorf("%+v", now)
	}
}

// TestACorrectionAfterTheEndOfAccess: the pass opens the course again for the
// evaluation.
func TestACorrectionAfterTheEndOfAccess(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Evaluation = evaluation
	e := w.ready("p1")
	_, id := w.graded(e, 3, 3, 0)
	w.clock.add(366 * 24 * time.Hour)
	_, err := w.enrollments.ExpireDue(t.Context())
	w.must(err)
	w.must(w.correct(id, 3, 1))
	if got := w.again(e); got.State != enrollment.Active || !got.Late {
		t.Fatalf("%+v", got)
	}
	w.evaluate(e)
	if len(w.completed) != 1 {
		t.Errorf("completed %+v", w.completed)
	}
}

func TestACorrectionNeverTakesAPassBack(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a, id := w.graded(e, 3, 3, 1)
	w.fails(w.correct(id, 3, 0), exam.ErrPassStands)
	if got := w.sit(a); !got.Passed || got.Points != 4000 {
		t.Errorf("%+v", got.Attempt)
	}
	if now, err := w.Waiting(t.Context(), "teacher", id); err != nil || now.Marks.Awarded[1] != 1 || w.count(corrections) != 0 {
		t.Errorf("%+v, %v", now.Marks, err)
	}
	// Another comment leaves the result alone.
	w.must(w.correct(id, 3, 1))
	if len(w.mails) != 1 || w.count(corrections) != 1 {
		t.Errorf("%d mails", len(w.mails))
	}
}

// TestACorrectionWhileAnotherAnswerWaits: what it settles is settled, and what
// it leaves open is settled by the next grade.
func TestACorrectionWhileAnotherAnswerWaits(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Exam.Blueprint[1].Draw = 2 // six marks: 4,800 points pass
	e := w.ready("p1")
	a, id := w.graded(e, 3, 0, 0)
	if got := w.sit(a); got.FinalAt == nil || got.Passed || got.OpenPoints != 1000 {
		t.Fatalf("%+v", got.Attempt)
	}
	w.must(w.correct(id, 3, 1))
	if got := w.sit(a); got.Passed || got.Points != 4000 {
		t.Errorf("with one answer open: %+v", got.Attempt)
	}
	w.grade(3, 1)
	if got := w.sit(a); !got.Passed || got.Points != 5000 {
		t.Errorf("with every answer graded: %+v", got.Attempt)
	}
	if len(w.mails) != 2 || len(w.completed) != 1 {
		t.Errorf("%d mails, %d completed", len(w.mails), len(w.completed))
	}
}

// TestACorrectionOfAnEarlierAttempt tells nobody anew who has passed since.
func TestACorrectionOfAnEarlierAttempt(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	_, id := w.graded(e, 3, 3, 0)
	w.clock.add(25 * time.Hour)
	later := w.handIn(e, 4)
	w.must(w.correct(id, 3, 1))
	if out := w.again(e).Exam; out.AttemptID != later.ID || len(w.mails) != 1 || len(w.completed) != 1 {
		t.Errorf("outcome %+v, %d mails", out, len(w.mails))
	}
}

func TestCorrectionsThatAreRefused(t *testing.T) {
	w := newWorld(t)
	w.handIn(w.ready("p1"), 3)
	id := w.queue()[0].ItemID
	w.fails(w.correct(id, 3, 1), exam.ErrNotGraded)
	w.grade(3, 0)
	w.fails(w.correct("nonsense", 3, 1), exam.ErrNoAnswer)
	w.fails(w.Correct(t.Context(), "p1", id, exam.Marks{Awarded: []int{3, 1}}, "x"), exam.ErrOwnAnswer)
	for _, err := range []error{
		w.Correct(t.Context(), "teacher", id, exam.Marks{Awarded: []int{3, 1}}, " "),
		w.correct(id, 3, 2), w.correct(id, 3),
	} {
		if !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%v", err)
		}
	}
	if n := w.count(corrections); n != 0 {
		t.Errorf("%d corrections", n)
	}
}

func TestGradedAnswersTheNewestFirst(t *testing.T) {
	w := newWorld(t)
	var ids []string
	for _, person := range []string{"a", "b", "c"} {
		w.seed(person)
		w.clock.add(time.Minute)
		_, id := w.graded(w.ready(person), 3, 3, 0)
		ids = append([]string{id}, ids...)
	}
	page := func(grader string, f exam.QueueFilter) exam.Queue {
		t.Helper()
		f.Graded, f.Limit = true, 1
		q, err := w.Queue(t.Context(), grader, f)
		w.must(err)
		return q
	}
	f := exam.QueueFilter{}
	for n, id := range ids {
		q := page("teacher", f)
		if q.Total != 3 || len(q.Waiting) != 1 || q.Waiting[0].ItemID != id || (q.Next == nil) != (n == 2) || (q.Prev == nil) != (n == 0) {
			t.Fatalf("page %d: %+v", n, q)
		}
		f = exam.QueueFilter{After: q.Next}
		if n == 2 {
			f = exam.QueueFilter{Before: q.Prev}
		}
	}
	if q := page("teacher", f); q.Waiting[0].ItemID != ids[1] || q.Prev == nil || q.Next == nil {
		t.Errorf("back: %+v", q)
	}
	if q := page("b", exam.QueueFilter{}); q.Total != 2 {
		t.Errorf("%d, with one's own", q.Total)
	}
}
