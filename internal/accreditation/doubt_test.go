package accreditation_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/accreditation"
)

// TestHoursInDoubtAreRecordedOnlyByWhoIsSure, whoever asks for it: the page is not the
// only one.
func TestHoursInDoubtAreRecordedOnlyByWhoIsSure(t *testing.T) {
	w := newWorld(t)
	w.Courses = func(context.Context) ([]accreditation.Course, error) {
		return []accreditation.Course{{ID: "c1", Title: "One", Centihours: 175}, {ID: "c2", Title: "Two", Centihours: 50}}, nil
	}
	a := nasw
	a.CourseID, a.Category, a.Centihours = "c1", "Ethics", 350
	w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin")) // twice the time, not more
	a.Category, a.Centihours = "Clinical", 25
	if err := w.Approve(t.Context(), a, accreditation.Sure{}, "admin"); !errors.Is(err, accreditation.ErrDoubt) {
		t.Errorf("%v", err)
	}
	if doubts, err := w.Doubts(t.Context(), a); err != nil || len(doubts) != 1 || doubts[0].Title != "One: are the hours right?" ||
		doubts[0].Text != "With the approvals beside it, it names 3.75 hours, and learning the course takes about 1.75." {
		t.Errorf("%+v, %v", doubts, err)
	}
	if n := w.count("SELECT count(*) FROM approvals"); n != 1 || w.count("SELECT count(*) FROM audit_events") != 1 {
		t.Errorf("%d approvals", n)
	}
	w.must(w.Approve(t.Context(), a, accreditation.Sure{Hours: true}, "admin"))
	if err := w.Approve(t.Context(), a, accreditation.Sure{}, "admin"); errors.Is(err, accreditation.ErrDoubt) || err == nil {
		t.Errorf("what cannot be recorded is told first: %v", err)
	}
}

// TestDoubtsAreAboutWhatIsEarned: not about a course that has an approval of its own
// in front.
func TestDoubtsAreAboutWhatIsEarned(t *testing.T) {
	w := newWorld(t)
	w.Courses = func(context.Context) ([]accreditation.Course, error) {
		return []accreditation.Course{{ID: "c1", Title: "One", Centihours: 175}, {ID: "c2", Title: "Two", Centihours: 50}}, nil
	}
	own := nasw
	own.CourseID, own.Centihours = "c1", 175
	w.must(w.Approve(t.Context(), own, accreditation.Sure{}, "admin"))
	all := nasw
	all.Centihours = 900
	doubts, err := w.Doubts(t.Context(), all)
	if err != nil || len(doubts) != 1 || doubts[0].Title != "Two: are the hours right?" {
		t.Errorf("%+v, %v", doubts, err)
	}
	all.Accreditor = "naadac"
	doubts, err = w.Doubts(t.Context(), all)
	if err != nil || len(doubts) != 3 || !strings.Contains(doubts[0].Text, "by the rules of NAADAC, at most 8 hours within 24 hours count") {
		t.Errorf("%+v, %v", doubts, err)
	}
	all.Accreditor = "nowhere"
	if _, err := w.Doubts(t.Context(), all); !errors.Is(err, accreditation.ErrNoPack) {
		t.Errorf("%v", err)
	}
}
