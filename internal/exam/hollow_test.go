package exam_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
)

// taught gives the course two lessons, of which l1 teaches the whole bank.
func (w *world) taught() {
	c := w.edition.Course
	c.Modules = []*course.Module{{Lessons: []*course.Lesson{
		{ID: "l1", Citations: []course.Citation{{Fact: &course.Fact{ID: "F1"}}}}, {ID: "l2"},
	}}}
	for _, q := range c.Bank {
		q.Facts = []string{"F1"}
	}
}

// finish finishes every lesson that counts.
func (w *world) finish(e enrollment.Enrollment) enrollment.Enrollment {
	for _, l := range w.edition.RequiredLessons() {
		w.must(w.enrollments.FinishLesson(w.t.Context(), e, l.ID))
	}
	return w.again(e)
}

// TestAHollowExamSaysSo: an exam that was withdrawn from under its learners is
// not one that never was, and what they earned before stands.
func TestAHollowExamSaysSo(t *testing.T) {
	w := newWorld(t)
	w.taught()
	under, passed, failed := w.finish(w.ready("p1")), w.finish(w.ready("p2")), w.finish(w.ready("admin"))
	open := w.begin(under)
	a := w.begin(passed)
	w.answer(a, 4, "")
	w.submit(a)
	lost := w.fail(failed)
	w.edition.Overlays.Withdrawn = map[string]course.Withdrawal{"l1": {LessonID: "l1"}}

	if o := w.overview(under); o.Blocked != nil || o.Open == nil {
		t.Errorf("an attempt under way: %+v", o)
	}
	w.answer(open, 4, "")
	w.submit(open)
	w.fails(w.overview(passed).Blocked, exam.ErrPassed)
	w.fails(w.overview(failed).Blocked, exam.ErrHollow)
	_, err := w.Begin(t.Context(), exam.Beginning{PersonID: "admin", EnrollmentID: failed.ID, LegalName: "Ana", Attested: true})
	w.fails(err, exam.ErrHollow)
	if _, err := w.Result(t.Context(), "admin", lost.ID); err != nil {
		t.Errorf("an earlier result: %v", err)
	}
	if exam.Drawable(w.edition) {
		t.Error("a form can be drawn from nothing")
	}
}
