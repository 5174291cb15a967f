package exam_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// evaluation is a form of one question.
var evaluation = course.Evaluation{Scale: []string{"No", "Yes"},
	Items: []course.EvaluationItem{{ID: "lo1", Kind: "scale", Text: "I can explain it.", Required: true}}}

// evaluate sends it.
func (w *world) evaluate(e enrollment.Enrollment) {
	w.t.Helper()
	w.must(w.enrollments.SubmitEvaluation(w.t.Context(), e, map[string][]string{"lo1": {"2"}}))
}

// lastHour is a learner with an attempt that ends with the access in an hour.
func (w *world) lastHour(e enrollment.Enrollment) exam.Attempt {
	w.t.Helper()
	w.clock.add(e.ExpiresAt.Sub(w.clock.now()) - time.Hour)
	a := w.begin(e)
	if !a.DeadlineAt.Equal(e.ExpiresAt) {
		w.t.Fatalf("%+v", a)
	}
	return a
}

// TestTheEndOfAccessHasTheSameGrace as any other deadline: what was under way is
// saved and counts, and a pass keeps the course open for the evaluation.
func TestTheEndOfAccessHasTheSameGrace(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Evaluation = evaluation
	e := w.ready("p1")
	a := w.lastHour(e)
	w.answer(a, 3, "")
	w.clock.add(time.Hour + 9*time.Second)
	if n, err := w.enrollments.ExpireDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d expired in the middle of an exam, %v", n, err)
	}
	if n, err := w.CloseDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d closed within the grace, %v", n, err)
	}
	for _, i := range w.sit(a).Items { // still open to be read
		r := choice("B")
		if i.Question.Kind == question.ShortAnswer {
			r = question.Response{Text: "It names it."}
		}
		_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: i.Question.ID, Response: r})
		w.must(err)
	}
	w.clock.add(time.Second)
	i := w.sit(a).Items[0]
	if _, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: i.Question.ID, Response: choice("A")}); err == nil {
		t.Error("an answer after the grace was taken")
	}
	got := w.sit(a)
	if !got.SubmittedAt.Equal(e.ExpiresAt) || got.SubmittedBy != exam.ByDeadline || !got.Passed {
		t.Errorf("%+v", got.Attempt)
	}
	w.clock.add(48 * time.Hour)
	if n, err := w.enrollments.ExpireDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d expired with a pass, %v", n, err)
	}
	w.evaluate(e)
	if len(w.completed) != 1 {
		t.Errorf("%d completed", len(w.completed))
	}
}

// TestAnExtensionMovesTheDeadline of an attempt that was to end with the access,
// even when it has passed and nobody has closed the attempt yet.
func TestAnExtensionMovesTheDeadline(t *testing.T) {
	for name, late := range map[string]time.Duration{"before": -time.Minute, "after": 15 * time.Second} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.enrollments.OnExtend = w.MoveDeadline
			e := w.ready("p1")
			a := w.lastHour(e)
			w.clock.add(time.Hour + late)
			until := e.ExpiresAt.AddDate(0, 0, 30)
			w.must(w.enrollments.Extend(t.Context(), e.ID, until, "illness"))
			if n, err := w.CloseDue(t.Context()); err != nil || n != 0 {
				t.Errorf("%d closed, %v", n, err)
			}
			w.clock.add(29 * 24 * time.Hour)
			w.answer(a, 4, "")
			if got := w.sit(a); got.State != exam.InProgress || !got.DeadlineAt.Equal(until) {
				t.Errorf("%+v", got.Attempt)
			}
			w.clock.add(2 * 24 * time.Hour)
			if n, err := w.CloseDue(t.Context()); err != nil || n != 1 {
				t.Errorf("%d closed at the new end, %v", n, err)
			}
		})
	}
}

// inEvidence is the enrollments with something that happens while an attempt is
// begun: it is stored, and not committed yet.
type inEvidence struct {
	*enrollment.Service
	then func()
}

func (i inEvidence) AddEvidence(ctx context.Context, id string, ev enrollment.Evidence) error {
	if ev.Kind == exam.EvidenceAttested {
		i.then()
	}
	return i.Service.AddEvidence(ctx, id, ev)
}

// TestAnExtensionWhileAnAttemptBegins: the attempt ends with the access all the
// same. On SQLite the two cannot meet.
func TestAnExtensionWhileAnAttemptBegins(t *testing.T) {
	if !dbtest.OnPostgres() {
		t.Skip("SQLite has one writer: the two cannot meet")
	}
	w := newWorld(t)
	w.enrollments.OnExtend = w.MoveDeadline
	e := w.ready("p1")
	until := e.ExpiresAt.AddDate(0, 0, 30)
	extended := make(chan error, 1)
	w.Enrollments = inEvidence{w.enrollments, func() {
		go func() { extended <- w.enrollments.Extend(context.Background(), e.ID, until, "illness") }()
		for len(extended) == 0 && w.count(waitsForALock) == 0 {
			runtime.Gosched()
		}
	}}
	a := w.begin(e)
	w.must(<-extended)
	if got := w.sit(a); !w.again(e).ExpiresAt.Equal(until) || !got.DeadlineAt.Equal(until) {
		t.Errorf("access ends %s, the attempt %s", w.again(e).ExpiresAt, got.DeadlineAt)
	}
}

const waitsForALock = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"

// TestAnAttemptByAnOldEndIsRefused: the access was extended after the page was
// read.
func TestAnAttemptByAnOldEndIsRefused(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	w.ConfirmLegalName = func(ctx context.Context, _, _ string) error {
		return w.enrollments.Extend(ctx, e.ID, e.ExpiresAt.AddDate(0, 0, 30), "illness")
	}
	_, err := w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana Example", Attested: true})
	if !apperr.Is(err, apperr.Conflict) || w.count("SELECT COUNT(*) FROM exam_attempts") != 0 {
		t.Errorf("%v", err)
	}
}

// TestAnExtensionLeavesTheTimeLimit, whatever the access does.
func TestAnExtensionLeavesTheTimeLimit(t *testing.T) {
	w := newWorld(t)
	w.enrollments.OnExtend = w.MoveDeadline
	w.edition.Course.Card.TimeLimitMinutes = 90
	e := w.ready("p1")
	a := w.lastHour(e)
	w.must(w.enrollments.Extend(t.Context(), e.ID, e.ExpiresAt.AddDate(0, 0, 30), "illness"))
	if got := w.sit(a); !got.DeadlineAt.Equal(a.StartedAt.Add(90 * time.Minute)) {
		t.Errorf("%+v", got.Attempt)
	}
}

// TestTheSystemVoidsOnRecord: an attempt of an enrollment that was taken back.
func TestTheSystemVoidsOnRecord(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Refunded, "asked"))
	learner := audit.WithActor(t.Context(), audit.Actor{PersonID: "p1"})
	for range 2 {
		if _, err := w.Sitting(learner, "p1", a.ID); err == nil {
			t.Error("a void attempt opens")
		}
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.void' AND object_id = ? AND actor_id = ''", a.ID); n != 1 {
		t.Errorf("%d events of the system", n)
	}
}

func TestVoidingTwiceIsOnce(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	for range 2 {
		w.must(w.Void(t.Context(), e.ID, a.ID, "Power cut"))
	}
	if err := w.Void(t.Context(), e.ID, a.ID, "Another reason"); err == nil {
		t.Error("the reason that is on record was not the one given")
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.void'"); n != 1 {
		t.Errorf("%d events", n)
	}
}
