package exam

import "github.com/atmacena/cocare/internal/question"

// Standing is what an attempt has earned. Points, Open and Max are thousandths
// of a mark: Points is certain, Open may still be earned from people's grading.
type Standing struct {
	Points, Open, Max int
	PassPercent       int
}

// Need is the fewest points that pass, rounded up to a thousandth: 80% of 30
// marks are 24,000.
func (s Standing) Need() int { return (s.PassPercent*s.Max + 99) / 100 }

// Final reports whether no open mark can change pass or fail (DECISIONS 3).
func (s Standing) Final() bool { return s.Passed() || s.Points+s.Open < s.Need() }

// Passed reports whether the points that are certain pass.
func (s Standing) Passed() bool { return s.Points >= s.Need() }

// add counts one graded answer.
func (s *Standing) add(r question.Result) {
	s.Points += r.Points
	s.Max += r.Max
	if r.NeedsGrading {
		s.Open += r.Max
	}
}
