package learn

import (
	"strings"

	"github.com/atmacena/cocare/internal/enrollment"
)

// timing is what the course, or an accreditor, makes of active time.
type timing struct {
	Policy   enrollment.TimePolicy
	Planned  int    // minutes
	Missing  int    // minutes of them
	Asked    string // by which accreditors, in words; empty: by the course itself
	Requests bool   // where it blocks: time from page requests counts too
	Told     bool   // the reading is done, and the time is short
}

func newTiming(l enrollment.Learning) timing {
	t := timing{Policy: l.TimePolicy(), Planned: enrollment.PlannedMinutes(l.Edition), Missing: l.MinutesShort(), Requests: l.Asks.Requests}
	if by := l.Asks.TimeBy; l.Asks.Time == t.Policy && len(by) > 0 {
		t.Asked = "as " + strings.Join(by, " and ") + map[bool]string{true: " asks", false: " ask"}[len(by) == 1]
	}
	t.Told = t.Missing > 0 && enrollment.MinutesLeft(l.Edition, l.Record) == 0
	return t
}

// Blocks reports whether the exam waits for it.
func (t timing) Blocks() bool { return t.Policy == enrollment.TimeBlock }

// Warns reports whether the learner is told when it falls short.
func (t timing) Warns() bool { return t.Policy == enrollment.TimeWarn }
