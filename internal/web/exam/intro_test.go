package exam_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
)

// TestAClosedEnrollmentOffersNoAttempts, however many it would have had.
func TestAClosedEnrollmentOffersNoAttempts(t *testing.T) {
	for state, why := range map[enrollment.State]error{
		enrollment.Refunded: enrollment.ErrRefunded, enrollment.Withdrawn: enrollment.ErrWithdrawn, enrollment.Expired: enrollment.ErrExpired,
	} {
		w := newWorld(t)
		e := w.hall.list["e1"]
		e.State = state
		w.hall.list["e1"], w.hall.gate = e, why
		w.Get("p1", introURL).Is(200, "It is closed.", htmlOf(why.Error())).Lacks("How it works", "attempts</strong> in all", "Begin attempt", "to pass")
	}
}

// TestAnAttestedNameIsNotTypedAgain: before the next attempt it is shown, with
// the way to have it corrected.
func TestAnAttestedNameIsNotTypedAgain(t *testing.T) {
	w := newWorld(t)
	w.Get("p1", introURL).Is(200, `id="f-legal_name"`).Lacks("You attested it before")
	address := w.begin()
	w.Post("p1", address+"/submit").To(address + "/result")
	w.gradeAll()
	w.pass(25 * time.Hour)
	w.Get("p1", introURL).Is(200, "You attested it before", `href="/requests/new?kind=help"`, `<input type="hidden" name="legal_name"`).Lacks(`id="f-legal_name"`)
	w.begin()
}
