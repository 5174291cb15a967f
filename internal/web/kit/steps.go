package kit

// StepState is how far one step of a list is.
type StepState string

// The states of a step. StepNow is the one that the person should do next,
// StepWait the one that somebody else does, StepEnded one that nobody does any
// more.
const (
	StepDone  StepState = "done"
	StepNow   StepState = "now"
	StepTodo  StepState = "todo"
	StepWait  StepState = "wait"
	StepEnded StepState = "ended"
)

// StepItem is one line of "what is left"; the partial "steps" draws a list of
// them.
type StepItem struct {
	State             StepState
	Title, Note, Href string // Note and Href may be ""
}

// Word says the state to those who do not see the icon.
func (s StepItem) Word() string {
	switch s.State {
	case StepDone:
		return "done"
	case StepNow:
		return "next"
	case StepWait:
		return "waiting"
	case StepEnded:
		return "ended"
	default:
		return "to do"
	}
}
