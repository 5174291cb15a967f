package accreditation_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// held is an event of the course that somebody attended.
func held(minutes, of int) pack.Measures {
	m := ours
	m.Live = &pack.Attended{Minutes: minutes, Of: of}
	return m
}

func (w *world) earned(m pack.Measures) ([]accreditation.Line, []accreditation.Blocked) {
	w.t.Helper()
	lines, blocked, err := w.Lines(w.t.Context(), "c1", date("2026-11-28"), m)
	w.must(err)
	return lines, blocked
}

var ancc = accreditation.Approval{Accreditor: "ancc", ProviderNumber: "P0001", FromOn: "2026-01-01", UntilOn: "2026-12-31", Statement: "Approved."}

func TestOnlyAnApprovalOfLiveEventsEarnsCreditForOne(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), ancc, accreditation.Sure{}, "admin"))
	if lines, blocked := w.earned(held(180, 180)); len(lines)+len(blocked) != 0 {
		t.Errorf("an approval of courses: %+v, %+v", lines, blocked)
	}
	list, err := w.Approvals(t.Context())
	w.must(err)
	w.must(w.End(t.Context(), list[0].ID, "2026-10-31", false, "It is of live events too, from November on."))
	a := ancc
	a.OfEvents, a.FromOn = true, "2026-11-01"
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	lines, blocked := w.earned(held(100, 100))
	if len(lines) != 1 || len(blocked) != 0 || lines[0].Centihours != 166 || !strings.Contains(strings.Join(lines[0].Sum, "\n"), "100 minutes attended") {
		t.Errorf("%+v, %+v", lines, blocked)
	}
	if lines, blocked := w.earned(held(60, 100)); len(lines) != 0 || len(blocked) != 1 || !strings.Contains(blocked[0].Why[0], "Partial credit") {
		t.Errorf("a part of it: %+v, %+v", lines, blocked)
	}
	if w.count("SELECT count(*) FROM approvals WHERE live") != 1 {
		t.Error("it is not kept")
	}
}

// TestWhatIsKnownOfNoLiveEventEarnsNone, whatever the approval says.
func TestWhatIsKnownOfNoLiveEventEarnsNone(t *testing.T) {
	w := newWorld(t)
	a := ancc
	a.Accreditor, a.OfEvents = "nbcc", true
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	if lines, blocked := w.earned(held(180, 180)); len(lines) != 0 || len(blocked) != 1 || !strings.Contains(blocked[0].Why[0], "Hours: no rule") {
		t.Errorf("%+v, %+v", lines, blocked)
	}
}

func TestHoursAsApprovedAreTheMostOfALiveEvent(t *testing.T) {
	w := newWorld(t)
	a := ancc
	a.OfEvents, a.CourseID, a.Centihours = true, "c1", 200
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	for minutes, want := range map[int]int64{180: 200, 90: 150} {
		lines, _ := w.earned(held(minutes, minutes))
		if len(lines) != 1 || lines[0].Centihours != want {
			t.Errorf("%d minutes: %+v, want %d", minutes, lines, want)
		}
	}
}

// TestAnApprovalOfTheCourseDoesNotHideTheProvidersOfEvents: it is not of events.
func TestAnApprovalOfTheCourseDoesNotHideTheProvidersOfEvents(t *testing.T) {
	w := newWorld(t)
	own, all := ancc, ancc
	own.CourseID, all.OfEvents = "c1", true
	w.must(w.Approve(t.Context(), own, accreditation.Sure{}, "admin"))
	w.must(w.Approve(t.Context(), all, accreditation.Sure{}, "admin"))
	if lines, _ := w.earned(held(60, 60)); len(lines) != 1 || lines[0].Centihours != 100 {
		t.Errorf("%+v", lines)
	}
}
