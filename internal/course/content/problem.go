package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Severity says whether a problem stops publishing.
type Severity string

// The severities. An error stops publishing; a warning asks for a look.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is a mistake in a course folder: where, what, what to do, and why. Line
// counts from 1; 0 means the whole file. File is empty for the folder itself.
type Problem struct {
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`
	Severity Severity `json:"severity"`
	Msg      string   `json:"msg"`
	Fix      string   `json:"fix"`
	Why      string   `json:"why"` // what it is asked for, and who says so: a clause that follows “because”
}

// Where returns file:line, as editors understand it.
func (p Problem) Where() string {
	switch {
	case p.File == "":
		return "course"
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

func (p Problem) String() string {
	return fmt.Sprintf("%s: %s: %s; %s", p.Where(), p.Severity, p.Msg, p.Fix)
}

// Errors returns the problems that stop publishing.
func Errors(problems []Problem) []Problem {
	return slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.Severity != Error })
}

// maxProblems bounds a report: a folder that is not a course at all would
// otherwise say the same thing thousands of times.
const maxProblems = 500

// report collects problems in the order of the files.
type report struct{ problems []Problem }

func (r *report) add(p Problem) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, p)
	}
}

// because is how problems are reported: none without its reason.
func (r *report) because(why reason.Reason) reasoned { return reasoned{r, why} }

// reasoned reports with a reason.
type reasoned struct {
	r   *report
	why reason.Reason
}

func (a reasoned) errorf(file string, line int, fix, format string, args ...any) {
	a.r.add(Problem{file, line, Error, fmt.Sprintf(format, args...), fix, a.why.String()})
}

func (a reasoned) warnf(file string, line int, fix, format string, args ...any) {
	a.r.add(Problem{file, line, Warning, fmt.Sprintf(format, args...), fix, a.why.String()})
}

func (r *report) sorted() []Problem { return Sort(r.problems) }

// Sort orders problems by file and line, keeping what belongs to one line together.
func Sort(problems []Problem) []Problem {
	slices.SortStableFunc(problems, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return problems
}

// several is a number of things, as in "1 question" or "3 questions".
func several(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// clip shortens foreign text for a message.
func clip(s string) string { return yamldoc.Clip(s) }
