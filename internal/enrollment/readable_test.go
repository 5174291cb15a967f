package enrollment_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
)

// TestReadableEditions are those that Readable says, of the online course.
func TestReadableEditions(t *testing.T) {
	w := newWorld(t)
	is := func(want ...string) {
		t.Helper()
		if got, err := w.ReadableEditions(t.Context(), "p1", "intro"); err != nil || !slices.Equal(got, want) {
			t.Errorf("editions %v, want %v: %v", got, want, err)
		}
	}
	is()
	e := w.enroll("p1")
	is("ed1")
	w.must(w.End(t.Context(), e.ID, enrollment.Withdrawn, "asked"))
	is()
	w.enroll("p1")
	w.clock.add(366 * 24 * time.Hour) // to be read further
	is("ed1")
	w.enroll("p1")
	is("ed1")
	for _, state := range []enrollment.State{enrollment.Active, enrollment.Completed, enrollment.Expired, enrollment.Withdrawn, enrollment.Refunded} {
		w.must(w.db.Conn(t.Context()).Exec("UPDATE enrollments SET state = ?, completed_at = enrolled_at WHERE cycle = 3", state).Error)
		w.must(w.db.Conn(t.Context()).Exec("DELETE FROM enrollments WHERE cycle < 3").Error)
		if state.Readable() {
			is("ed1")
		} else {
			is()
		}
	}
	if got, err := w.ReadableEditions(t.Context(), "p2", "intro"); err != nil || len(got) > 0 {
		t.Errorf("of somebody else: %v, %v", got, err)
	}
}
