package enrollment_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// left lists the kinds that are not done.
func (w *world) left(e enrollment.Enrollment) string {
	w.t.Helper()
	list, err := w.Requirements(w.t.Context(), w.again(e))
	w.must(err)
	var kinds []string
	for _, q := range list {
		if !q.Done {
			kinds = append(kinds, string(q.Kind))
		}
	}
	return strings.Join(kinds, " ")
}

// TestTheWholeWay takes every gate in order and looks at what is left.
func TestTheWholeWay(t *testing.T) {
	w := newWorld(t)
	ctx, e := t.Context(), w.enroll("p1")
	if got := w.left(e); got != "disclosure lessons checks exam evaluation" {
		t.Errorf("at first: %s", got)
	}
	if err := w.FinishLesson(ctx, e, "l1"); !errors.Is(err, enrollment.ErrDisclosureFirst) {
		t.Errorf("a lesson before the disclosure: %v", err)
	}
	if _, err := w.SaveCheckAnswer(ctx, e, "k1", rightAnswers["k1"]); !errors.Is(err, enrollment.ErrDisclosureFirst) {
		t.Errorf("a check before the disclosure: %v", err)
	}
	w.must(w.AcknowledgeDisclosure(ctx, e))
	if err := w.ExamGate(ctx, w.again(e)); !apperr.Is(err, apperr.Conflict) || !strings.Contains(apperr.Message(err), "finish every lesson; answer every practice question") {
		t.Errorf("the exam before the lessons: %v", err)
	}
	w.study(e)
	if err := w.ExamGate(ctx, w.again(e)); err != nil {
		t.Errorf("the gate stays closed: %v", err)
	}
	if err := w.SubmitEvaluation(ctx, e, goodForm()); !errors.Is(err, enrollment.ErrExamFirst) {
		t.Errorf("the evaluation before the exam: %v", err)
	}
	w.clock.add(time.Hour)
	submitted := w.clock.now()
	w.must(w.RecordExam(ctx, e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: submitted}))
	w.clock.add(time.Hour)
	w.must(w.SubmitEvaluation(ctx, w.again(e), goodForm()))
	lastAct := w.clock.now()
	if got := w.left(e); got != "exam" {
		t.Errorf("while people grade: %s", got)
	}
	w.clock.add(48 * time.Hour)
	w.must(w.RecordExam(ctx, e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: submitted}))
	done := w.again(e)
	if done.State != enrollment.Completed || !done.CompletedAt.Equal(lastAct) {
		t.Errorf("%s at %v; the learner's last act was at %v", done.State, done.CompletedAt, lastAct)
	}
	if len(w.completed) != 1 || w.completed[0].State != enrollment.Completed || !w.completed[0].CompletedAt.Equal(lastAct) {
		t.Errorf("the hook saw %+v", w.completed)
	}
	if err := w.FinishLesson(ctx, e, "l1"); !errors.Is(err, enrollment.ErrCompleted) {
		t.Errorf("a lesson after completion: %v", err)
	}
	list, err := w.Evidence(ctx, e.ID)
	w.must(err)
	var kinds []string
	for _, ev := range list {
		kinds = append(kinds, ev.Kind)
	}
	got := strings.Join(kinds, " ")
	for _, want := range []string{"disclosure.acknowledged", "lesson.finished", "exam.submitted", "exam.passed", "evaluation.sent"} {
		if !strings.Contains(got, want) {
			t.Errorf("no evidence %s in %s", want, got)
		}
	}
	if list[0].Ref != "d15c@1" || list[0].Details["pass_percent"] != 80.0 {
		t.Errorf("the disclosure's evidence is %+v", list[0])
	}
}

// TestRacingLastActs lets two different last acts and many copies of each race:
// one completes, the hook runs once.
func TestRacingLastActs(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.clock.now()}))
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			var err error
			if i%2 == 0 {
				err = w.SubmitEvaluation(t.Context(), e, goodForm())
				if errors.Is(err, enrollment.ErrEvaluationSent) || errors.Is(err, enrollment.ErrCompleted) {
					err = nil
				}
			} else {
				err = w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: w.clock.now()})
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.again(e).State; got != enrollment.Completed {
		t.Errorf("state %s", got)
	}
	if len(w.completed) != 1 {
		t.Errorf("the hook ran %d times", len(w.completed))
	}
	if n := w.count("SELECT COUNT(*) FROM evaluation_answers"); n != 1 {
		t.Errorf("%d evaluations", n)
	}
}

func TestFailingHookUndoesTheAct(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.failHook = errors.New("no number left")
	if err := w.SubmitEvaluation(t.Context(), e, goodForm()); err == nil {
		t.Fatal("the hook's failure was swallowed")
	}
	if got := w.again(e); got.State != enrollment.Active || got.EvaluatedAt != nil {
		t.Errorf("half done: %+v", got)
	}
	if n := w.count("SELECT COUNT(*) FROM evaluation_answers"); n != 0 {
		t.Errorf("%d answers stayed", n)
	}
	w.failHook = nil
	w.must(w.SubmitEvaluation(t.Context(), e, goodForm()))
}

func TestFinishLessonTwiceIsOnce(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.must(w.AcknowledgeDisclosure(t.Context(), e))
	w.must(w.AcknowledgeDisclosure(t.Context(), e))
	w.must(w.FinishLesson(t.Context(), e, "l1"))
	first := w.clock.now()
	w.clock.add(time.Hour)
	w.must(w.FinishLesson(t.Context(), e, "l1"))
	v, err := w.LessonView(t.Context(), "p1", "intro", 0, "lesson-1")
	w.must(err)
	if at := v.Here().FinishedAt; at == nil || !at.Equal(first) {
		t.Errorf("finished at %v, want %v", at, first)
	}
	if n := w.count("SELECT COUNT(*) FROM evidence"); n != 2 {
		t.Errorf("%d pieces of evidence", n)
	}
	if err := w.FinishLesson(t.Context(), e, "nothing"); !errors.Is(err, enrollment.ErrNoLesson) {
		t.Errorf("an unknown lesson: %v", err)
	}
}

func TestFixedOrder(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.LessonOrder = "fixed"
	e := w.enroll("p1")
	w.must(w.AcknowledgeDisclosure(t.Context(), e))
	if err := w.FinishLesson(t.Context(), e, "l2"); !errors.Is(err, enrollment.ErrLessonOrder) {
		t.Errorf("the second first: %v", err)
	}
	if _, err := w.LessonView(t.Context(), "p1", "intro", 0, "lesson-2"); !errors.Is(err, enrollment.ErrLessonOrder) {
		t.Errorf("reading ahead: %v", err)
	}
	w.must(w.FinishLesson(t.Context(), e, "l1"))
	w.must(w.FinishLesson(t.Context(), e, "l2"))
}

func TestWithdrawnLessonDoesNotCount(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.must(w.AcknowledgeDisclosure(t.Context(), e))
	for _, l := range []string{"l3", "l4"} {
		w.edition.Overlays.Withdrawn[l] = course.Withdrawal{LessonID: l, Reason: "a retracted study"}
	}
	if err := w.FinishLesson(t.Context(), e, "l3"); !errors.Is(err, enrollment.ErrLessonWithdrawn) {
		t.Errorf("a withdrawn lesson: %v", err)
	}
	w.must(w.FinishLesson(t.Context(), e, "l1"))
	w.must(w.FinishLesson(t.Context(), e, "l2"))
	for _, q := range []string{"k1", "k2"} {
		_, err := w.SaveCheckAnswer(t.Context(), e, q, rightAnswers[q])
		w.must(err)
	}
	if got := w.left(e); got != "exam evaluation" {
		t.Errorf("left: %s; the module's check falls with its lessons", got)
	}
}

func TestLessonView(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	if _, err := w.LessonView(t.Context(), "p1", "intro", 0, "lesson-1"); !errors.Is(err, enrollment.ErrDisclosureFirst) {
		t.Errorf("before the disclosure: %v", err)
	}
	w.must(w.AcknowledgeDisclosure(t.Context(), e))
	w.must(w.SetBookmark(t.Context(), e, "l1", true))
	for name, c := range map[string]struct {
		person, slug, lesson string
		want                 error
	}{
		"somebody else":     {"p2", "intro", "lesson-1", enrollment.ErrNotFound},
		"an unknown lesson": {"p1", "intro", "lesson-9", enrollment.ErrNoLesson},
	} {
		if _, err := w.LessonView(t.Context(), c.person, c.slug, 0, c.lesson); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	v, err := w.LessonView(t.Context(), "p1", "intro", 0, "lesson-1")
	w.must(err)
	if v.Lesson.ID != "l1" || v.Here().BookmarkedAt == nil || v.Here().Finished() {
		t.Errorf("view: %+v", v.Here())
	}
	w.must(w.SetBookmark(t.Context(), e, "l1", false))
	w.must(w.End(t.Context(), e.ID, enrollment.Expired, "x"))
	if v, err = w.LessonView(t.Context(), "p1", "intro", 1, "lesson-1"); err != nil || v.Here().BookmarkedAt != nil {
		t.Errorf("an expired cycle stays to be read: %v", err)
	}
	if err := w.SetBookmark(t.Context(), w.again(e), "l1", true); !errors.Is(err, enrollment.ErrExpired) {
		t.Errorf("a bookmark after the end: %v", err)
	}
}

func TestRecordExamKeepsThePass(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	at := w.clock.now()
	record := func(id string, after time.Duration, final, passed bool) {
		w.must(w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: id, Final: final, Passed: passed, SubmittedAt: at.Add(after)}))
	}
	record("a1", time.Hour, true, false)
	record("a2", 2*time.Hour, false, false)
	record("a1", time.Hour, true, false) // late news of the first
	if got := w.again(e).Exam; got.AttemptID != "a2" || !got.Awaiting() {
		t.Errorf("after a late report: %+v", got)
	}
	record("a2", 2*time.Hour, true, true)
	record("a3", 3*time.Hour, true, false)
	if got := w.again(e).Exam; got.AttemptID != "a2" || !got.Done() {
		t.Errorf("a pass was lost: %+v", got)
	}
	if err := w.RecordExam(t.Context(), "nobody", enrollment.ExamOutcome{AttemptID: "a", SubmittedAt: at}); !errors.Is(err, enrollment.ErrNotFound) {
		t.Errorf("unknown enrollment: %v", err)
	}
	if err := w.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{}); err == nil {
		t.Error("an outcome of nothing was taken")
	}
}

func TestNext(t *testing.T) {
	w := newWorld(t)
	ctx, e := t.Context(), w.enroll("p1")
	next := func() string {
		l, err := w.Learning(ctx, w.again(e))
		w.must(err)
		s, ok := l.Next()
		switch {
		case !ok:
			return "nothing"
		case s.Lesson != nil:
			return s.Lesson.ID
		case s.Module != nil:
			return "check " + s.Module.ID
		}
		return string(s.Kind)
	}
	want := func(step string) {
		t.Helper()
		if got := next(); got != step {
			t.Errorf("next is %s, want %s", got, step)
		}
	}
	want("disclosure")
	w.must(w.AcknowledgeDisclosure(ctx, e))
	want("l1")
	w.must(w.FinishLesson(ctx, e, "l1"))
	w.must(w.FinishLesson(ctx, e, "l2"))
	want("check m1")
	w.study(e)
	want("exam")
	w.must(w.RecordExam(ctx, e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.clock.now()}))
	want("evaluation")
	w.must(w.SubmitEvaluation(ctx, e, goodForm()))
	want("nothing")
}
