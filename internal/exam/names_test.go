package exam_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/exam"
)

// DECISIONS 5: a later change of name goes through an administrator, and reaches
// the certificate that is not there yet.
func TestAnAdministratorCorrectsTheNameThatACertificateWillPrint(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e := w.ready("p1")
	if list, err := w.OpenNames(ctx, "p1"); err != nil || len(list) != 0 {
		t.Fatalf("before the attestation: %+v, %v", list, err)
	}
	a := w.fail(e)
	prints := func(attempt, want string) {
		t.Helper()
		if name, err := w.AttestedName(ctx, attempt); err != nil || name != want {
			t.Errorf("prints %q, %v, want %q", name, err, want)
		}
	}
	prints(a.ID, "Ana Example")
	w.clock.add(time.Hour)
	w.must(w.CorrectNames(ctx, "p1", "Ana Married", nil))
	w.must(w.CorrectNames(ctx, "p2", "Ana Married", []string{e.ID})) // somebody else's
	prints(a.ID, "Ana Example")
	for range 2 { // the second click
		w.must(w.CorrectNames(ctx, "p1", "Ana Married", []string{e.ID, "none"}))
	}
	prints(a.ID, "Ana Married")
	list, err := w.OpenNames(ctx, "p1")
	if err != nil || len(list) != 1 || list[0].EnrollmentID != e.ID || list[0].Name != "Ana Married" || !list[0].At.Equal(w.clock.now()) {
		t.Errorf("open names %+v, %v", list, err)
	}
	if n := w.count("SELECT COUNT(*) FROM evidence WHERE kind = ?", exam.EvidenceNamed); n != 1 {
		t.Errorf("%d corrections", n)
	}
	if n := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'exam.name' AND object_id = ?", e.ID); n != 1 {
		t.Errorf("%d events", n)
	}
	w.clock.add(time.Minute)
	w.must(w.CorrectNames(ctx, "p1", "Ana Example", []string{e.ID})) // and back
	prints(a.ID, "Ana Example")
	w.clock.add(time.Minute)
	w.must(w.CorrectNames(ctx, "p1", "Ana Married", []string{e.ID}))
	prints(a.ID, "Ana Married")

	w.clock.add(24 * time.Hour)
	prints(w.begin(e).ID, "Ana Example") // what is attested after it counts again
	w.exec("UPDATE enrollments SET state = 'refunded' WHERE id = ?", e.ID)
	if list, err := w.OpenNames(ctx, "p1"); err != nil || len(list) != 0 {
		t.Errorf("after a refund: %+v, %v", list, err)
	}
}
