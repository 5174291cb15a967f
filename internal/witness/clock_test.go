package witness_test

import (
	"testing"
	"time"
)

// A clock is never quite right, neither that of a witness nor ours.
func TestClocksThatAreALittleWrong(t *testing.T) {
	w, other := watched(t, 5)
	other.Clock(func() time.Time { return w.clock().Add(-4 * time.Minute) })
	w.ask()
	if s := w.only(); s.Size != 5 || s.Problem != "" {
		t.Errorf("behind by minutes: %+v", s)
	}
	other.Clock(w.clock)
	w.append(1) // by a clock that is set right later
	w.wait(-3 * time.Hour)
	w.Service = w.service(other)
	w.ask()
	if s := w.only(); s.Size != 6 || s.Problem != "" {
		t.Errorf("our clock was ahead: %+v", s)
	}
}
