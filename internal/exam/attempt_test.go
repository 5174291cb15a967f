package exam_test

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

func TestBeginAsksForNameAndAttestation(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	for _, b := range []exam.Beginning{{Attested: true, LegalName: "  "}, {LegalName: "Ana"}, {}} {
		b.PersonID, b.EnrollmentID = "p1", e.ID
		if _, err := w.Begin(t.Context(), b); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%+v: %v", b, err)
		}
	}
	if n := w.count("SELECT COUNT(*) FROM exam_attempts"); n != 0 {
		t.Fatalf("%d attempts after refusals", n)
	}
	w.names = nil // what the refusals confirmed was taken back with them
	a, err := w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: " Ana   María\nExample ", Attested: true})
	w.must(err)
	if a.LegalName != "Ana María Example" || !slices.Equal(w.names, []string{"Ana María Example"}) {
		t.Errorf("name %q, confirmed %q", a.LegalName, w.names)
	}
	list, err := w.enrollments.Evidence(t.Context(), e.ID)
	w.must(err)
	at := slices.IndexFunc(list, func(x enrollment.Evidence) bool { return x.Kind == exam.EvidenceAttested })
	if at < 0 || list[at].Ref != a.ID || !list[at].OccurredAt.Equal(w.clock.now()) || list[at].Details["statement"] != exam.Statement {
		t.Errorf("evidence: %+v", list)
	}
}

// TestANameThatCannotBePrintedBeginsNothing: the hook's refusal undoes all.
func TestANameThatCannotBePrintedBeginsNothing(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	w.badName = apperr.InvalidField("legal_name", "The certificate cannot print ☃.")
	_, err := w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "☃", Attested: true})
	if !apperr.Is(err, apperr.Invalid) || w.count("SELECT COUNT(*) FROM exam_attempts") != 0 || w.count("SELECT COUNT(*) FROM exam_items") != 0 {
		t.Errorf("%v", err)
	}
	_, err = w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "☃"})
	if f := apperr.FieldsOf(err); len(f) != 2 || f[0].Name != "legal_name" || f[1].Name != "attested" {
		t.Errorf("not all that is wrong is said: %v", f)
	}
	w.badName = nil
	_, err = w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana"})
	if f := apperr.FieldsOf(err); len(f) != 1 || f[0].Name != "attested" {
		t.Errorf("%v", err)
	}
}

func TestTheGateStandsBeforeTheExam(t *testing.T) {
	w := newWorld(t)
	e, err := w.enrollments.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"})
	w.must(err)
	b := exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana", Attested: true}
	if _, err := w.Begin(t.Context(), b); !apperr.Is(err, apperr.Conflict) || w.overview(e).Blocked == nil {
		t.Errorf("before the disclosure: %v", err)
	}
	b.PersonID = "p2"
	if _, err := w.Begin(t.Context(), b); !errors.Is(err, exam.ErrNotFound) {
		t.Errorf("somebody else's enrollment: %v", err)
	}
	w.edition.Course.Exam.Blueprint = nil
	_, err = w.Overview(t.Context(), e)
	w.fails(err, exam.ErrNoExam)
}

func TestTwentyClicksBeginOnce(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	ids := make([]string, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			a, err := w.Begin(context.Background(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana", Attested: true})
			if err != nil {
				t.Error(err)
			}
			ids[i] = a.ID
		})
	}
	wg.Wait()
	slices.Sort(ids)
	if ids = slices.Compact(ids); len(ids) != 1 || w.count("SELECT COUNT(*) FROM exam_attempts") != 1 || w.count("SELECT COUNT(*) FROM exam_items") != 5 {
		t.Errorf("attempts %v", ids)
	}
}

// TestTheFormStaysAsItIs: the order is stored, and the same on every device.
func TestTheFormStaysAsItIs(t *testing.T) {
	w := newWorld(t)
	a := w.begin(w.ready("p1"))
	one, two := w.sit(a), w.sit(a)
	if len(one.Items) != 5 {
		t.Fatalf("%d items", len(one.Items))
	}
	for i := range one.Items {
		x, y := one.Items[i], two.Items[i]
		if x.Question != y.Question || !slices.Equal(x.Order, y.Order) || x.Position != i+1 {
			t.Errorf("item %d differs: %+v %+v", i, x, y)
		}
		if x.Question.Kind == question.SingleChoice && len(x.Order) != 3 {
			t.Errorf("order %v", x.Order)
		}
	}
	_, err := w.Sitting(t.Context(), "p2", a.ID)
	w.fails(err, exam.ErrNotFound)
	_, err = w.Sitting(t.Context(), "p1", "nonsense")
	w.fails(err, exam.ErrNotFound)
}

func TestWaitingAndCounting(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	b := exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana", Attested: true}
	first := w.fail(e)
	if first.State != exam.Graded || first.Passed || first.FinalAt == nil {
		t.Fatalf("%+v", first)
	}
	w.clock.add(24*time.Hour - time.Second)
	_, err := w.Begin(t.Context(), b)
	w.fails(err, exam.ErrWait)
	if o := w.overview(e); o.NextAt == nil || !o.NextAt.Equal(first.SubmittedAt.Add(24*time.Hour)) || o.Left() != 2 {
		t.Errorf("%+v", o)
	}
	w.clock.add(time.Second)
	second := w.fail(e)
	if second.Number != 2 {
		t.Errorf("number %d", second.Number)
	}
	w.clock.add(24 * time.Hour)
	w.fail(e)
	w.clock.add(24 * time.Hour)
	_, err = w.Begin(t.Context(), b)
	w.fails(err, exam.ErrNoTries)

	w.acc.ExtraAttempts = 1 // an accommodation
	w.fail(e)
	w.clock.add(24 * time.Hour)
	_, err = w.Begin(t.Context(), b)
	w.fails(err, exam.ErrNoTries)

	if err := w.Grant(t.Context(), "admin", e.ID, " "); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("a grant without a reason: %v", err)
	}
	w.must(w.Grant(t.Context(), "admin", e.ID, "The screen reader failed."))
	if err := w.Grant(t.Context(), "admin", e.ID, "again"); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("a grant while one is left: %v", err)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.grant'"); n != 1 {
		t.Errorf("%d audit events", n)
	}
	a := w.begin(e)
	w.answer(a, 4, "")
	if a = w.submit(a); !a.Passed || a.Number != 5 {
		t.Errorf("%+v", a)
	}
	_, err = w.Begin(t.Context(), b)
	w.fails(err, exam.ErrPassed)
	if w.Grant(t.Context(), "admin", e.ID, "x") == nil {
		t.Error("a grant after the pass")
	}
	if len(w.completed) != 1 || !w.completed[0].CompletedAt.Equal(*a.SubmittedAt) {
		t.Errorf("completed: %+v", w.completed)
	}
}

// TestARetakeShowsOtherQuestions: eight choices for four, so the second form is
// all new.
func TestARetakeShowsOtherQuestions(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	seen := map[string]bool{}
	for range 2 {
		a := w.begin(e)
		for _, i := range w.sit(a).Items {
			if seen[i.Question.ID] {
				t.Errorf("%s again", i.Question.ID)
			}
			seen[i.Question.ID] = true
		}
		w.submit(a)
		w.clock.add(24 * time.Hour)
	}
	if len(seen) != 10 {
		t.Errorf("%d questions", len(seen))
	}
}

func TestVoidCountsForNothing(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	w.answer(a, 4, "")
	w.must(w.Void(t.Context(), e.ID, a.ID, "Power cut in the test center."))
	if err := w.Void(t.Context(), e.ID, a.ID, "again"); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("twice: %v", err)
	}
	w.fails(w.Void(t.Context(), w.ready("p2").ID, a.ID, "not theirs"), exam.ErrNotFound)
	_, err := w.Submit(t.Context(), "p1", a.ID)
	w.fails(err, exam.ErrVoid)
	_, err = w.Sitting(t.Context(), "p1", a.ID)
	w.fails(err, exam.ErrVoid)
	_, err = w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: firstChoice(w, a), Response: choice("C")})
	w.fails(err, exam.ErrVoid)
	if o := w.overview(e); o.Used != 0 || o.Blocked != nil {
		t.Errorf("%+v", o)
	}
	if b := w.begin(e); b.Number != 2 {
		t.Errorf("number %d", b.Number)
	}
}

func firstChoice(w *world, a exam.Attempt) (id string) {
	w.t.Helper()
	err := w.db.Read(context.Background()).Raw("SELECT question_id FROM exam_items WHERE attempt_id = ? AND question_id LIKE 's%' ORDER BY position LIMIT 1", a.ID).Scan(&id).Error
	w.must(err)
	return id
}

// firstShort is the first short answer that was drawn.
func firstShort(w *world, a exam.Attempt) string {
	w.t.Helper()
	for _, i := range w.sit(a).Items {
		if i.Question.Kind == question.ShortAnswer {
			return i.Question.ID
		}
	}
	w.t.Fatal("no short answer was drawn")
	return ""
}

// TestARefundEndsTheSitting: what is under way counts for nothing.
func TestARefundEndsTheSitting(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	w.answer(a, 4, "")
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Refunded, "asked"))
	_, err := w.Sitting(t.Context(), "p1", a.ID)
	w.fails(err, exam.ErrVoid)
	_, err = w.Submit(t.Context(), "p1", a.ID)
	w.fails(err, exam.ErrVoid)
	if w.again(e).Exam.Submitted() || len(w.completed) != 0 {
		t.Error("the attempt counted")
	}
}
