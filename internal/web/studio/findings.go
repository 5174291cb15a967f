package studio

import (
	"github.com/atmacena/cocare/internal/course/drawing"
	"github.com/atmacena/cocare/internal/reason"
)

// findings are told with their reasons, one reason once where it is that of several
// in a row.
type findings []finding

// Runs are those with the same reason.
func (l findings) Runs() []reason.Run[finding] {
	return reason.Runs(l, func(f finding) string { return f.Why })
}

// flaws are what is wrong with a drawing that was sent.
type flaws []drawing.Problem

// Runs are those with the same reason.
func (l flaws) Runs() []reason.Run[drawing.Problem] {
	return reason.Runs(l, func(p drawing.Problem) string { return p.Why.String() })
}
