package certificate_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

const late = "ffffffff-ffff-7fff-8fff-ffffffffffff" // an ID that sorts after every other

// What a replica wrote whose clock ran ahead sorts behind what followed it.
func TestTheHistoryIsSoundWhateverTheClocks(t *testing.T) {
	w := newWorld(t)
	c := w.issued("p1")
	w.exec("UPDATE certificate_history SET id = ? WHERE kind = 'reserved' AND certificate_id = ?", late, c.ID)
	_, damaged, err := w.checkStored()
	if w.must(err); len(damaged) != 0 {
		t.Errorf("damaged: %q", damaged)
	}
	w.must(w.Revoke(t.Context(), c.Number, "Issued by mistake", ""))
	events, err := w.Events(t.Context(), c.ID)
	w.must(err)
	for i, kind := range []string{certificate.WasReserved, certificate.WasIssued, certificate.WasRevoked} {
		if len(events) != 3 || events[i].Kind != kind {
			t.Fatalf("%+v", events)
		}
	}
	w.exec("UPDATE certificate_history SET kind = 'superseded', id = '0' WHERE kind = 'issued'")
	if _, damaged, err = w.checkStored(); err != nil || len(damaged) != 1 {
		t.Errorf("two ends: %q, %v", damaged, err)
	}
}

func TestTheNewestIsWhatNothingReplaced(t *testing.T) {
	w := newWorld(t)
	old := w.issued("p1")
	w.setHolder("p1", "Ana Soto", "UTC")
	fresh, err := w.replace(t.Context(), old.Number, "Married", "p2")
	w.must(err)
	w.drain()
	// The old one as the other replica would have named it.
	w.exec(`INSERT INTO certificates (id, number, person_id, course_id, edition_id, enrollment_id, cycle, state, holder_name, course_title, search, facts, facts_hash, reserved_at)
		SELECT ?, 'moved', person_id, course_id, edition_id, enrollment_id, cycle, state, holder_name, course_title, search, facts, facts_hash, reserved_at FROM certificates WHERE id = ?`, late, old.ID)
	w.exec("UPDATE certificate_history SET certificate_id = ? WHERE certificate_id = ?", late, old.ID)
	w.exec("DELETE FROM certificate_files WHERE certificate_id = ?", old.ID)
	w.exec("DELETE FROM certificate_credentials WHERE certificate_id = ?", old.ID)
	w.exec("UPDATE certificates SET supersedes = ? WHERE id = ?", late, fresh.ID)
	w.exec("DELETE FROM certificates WHERE id = ?", old.ID)
	if got, err := w.OfEnrollment(t.Context(), old.EnrollmentID); err != nil || got.Number != fresh.Number {
		t.Errorf("%s, %v; want %s", got.Number, err, fresh.Number)
	}
}
