package exam_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
)

func (w *world) evidence(e enrollment.Enrollment, kind string) (n int) {
	w.t.Helper()
	list, err := w.enrollments.Evidence(w.t.Context(), e.ID)
	w.must(err)
	for _, x := range list {
		if x.Kind == kind {
			n++
		}
	}
	return n
}

// TestWhoReadsTheKeysTakesNoExam: nothing is begun, and nothing becomes evidence.
func TestWhoReadsTheKeysTakesNoExam(t *testing.T) {
	w := newWorld(t)
	w.insiders = map[string]exam.Insider{"p1": exam.KeyReader}
	e, other := w.ready("p1"), w.ready("p2")
	if o := w.overview(e); !o.KeyReader() {
		t.Errorf("blocked by %v", o.Blocked)
	}
	_, err := w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana", Attested: true})
	w.fails(err, exam.ErrKeyReader)
	if n := w.count("SELECT COUNT(*) FROM exam_attempts"); n != 0 || w.evidence(e, exam.EvidenceAttested) != 0 {
		t.Errorf("%d attempts", n)
	}
	w.fails(w.Grant(t.Context(), "admin", e.ID, "They asked."), exam.ErrKeyReader)
	w.begin(other)
}

// TestWhoIsNamedDuringAnAttempt cannot finish it: what is submitted, by hand or by the
// clock, counts for nothing.
func TestWhoIsNamedDuringAnAttempt(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 60
	e, other := w.ready("p1"), w.ready("p2")
	hand, clock := w.begin(e), w.begin(other)
	w.answer(hand, 4, "It is named.")
	w.answer(clock, 4, "It is named.")
	w.insiders = map[string]exam.Insider{"p1": exam.KeyReader, "p2": exam.KeyReader}
	_, err := w.Begin(t.Context(), exam.Beginning{PersonID: "p1", EnrollmentID: e.ID, LegalName: "Ana", Attested: true})
	w.fails(err, exam.ErrKeyReader)
	_, err = w.Submit(t.Context(), "p1", hand.ID)
	w.fails(err, exam.ErrVoid)
	w.clock.add(2 * time.Hour)
	if n, err := w.CloseDue(t.Context()); err != nil || n != 1 {
		t.Fatalf("%d, %v", n, err)
	}
	for _, e := range []enrollment.Enrollment{e, other} {
		o := w.overview(e)
		if len(o.Attempts) != 1 || o.Attempts[0].State != exam.Void || o.Attempts[0].VoidReason == "" || o.Used != 0 || !o.KeyReader() {
			t.Errorf("%+v", o)
		}
		if now := w.again(e); now.Exam.AttemptID != "" || w.evidence(e, "exam.submitted")+w.evidence(e, "exam.passed") > 0 {
			t.Errorf("%+v", now.Exam)
		}
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.void'"); n != 2 {
		t.Errorf("%d audit events", n)
	}
}

// TestWhoWasNamedAfterThePass keeps it: they had not read the keys.
func TestWhoWasNamedAfterThePass(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	w.answer(a, 4, "It is named.")
	w.submit(a)
	w.insiders = map[string]exam.Insider{"p1": exam.KeyReader}
	if o := w.overview(e); !o.Passed || o.KeyReader() {
		t.Errorf("%+v", o)
	}
}

// TestAnAdministratorsAttemptIsMarked in the audit, once for each.
func TestAnAdministratorsAttemptIsMarked(t *testing.T) {
	w := newWorld(t)
	w.insiders = map[string]exam.Insider{"p1": exam.Overseer}
	e := w.ready("p1")
	a := w.begin(e)
	w.begin(e)
	list, err := w.audit.List(t.Context(), audit.Filter{ObjectKind: "exam_attempt", ObjectID: a.ID, Limit: 10})
	w.must(err)
	if len(list) != 1 || list[0].Action != "exam.begin_overseer" || list[0].Details["enrollment"] != e.ID {
		t.Errorf("%+v", list)
	}
	w.answer(a, 4, "It is named.")
	if a = w.submit(a); !a.Passed {
		t.Errorf("%+v", a)
	}
}
