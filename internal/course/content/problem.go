package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/yamldoc"
)

// Severity says whether a problem stops publishing.
type Severity string

// The severities. An error stops publishing; a warning asks for a look.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Problem is a mistake in a course folder: where, what, and what to do. Line
// counts from 1; 0 means the whole file. File is empty for the folder itself.
type Problem struct {
	File     string   `json:"file"`
	Line     int      `json:"line,omitempty"`
	Severity Severity `json:"severity"`
	Msg      string   `json:"msg"`
	Fix      string   `json:"fix"`
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

func (r *report) add(severity Severity, file string, line int, msg, fix string) {
	if len(r.problems) < maxProblems {
		r.problems = append(r.problems, Problem{file, line, severity, msg, fix})
	}
}

func (r *report) errorf(file string, line int, fix, format string, args ...any) {
	r.add(Error, file, line, fmt.Sprintf(format, args...), fix)
}

func (r *report) warnf(file string, line int, fix, format string, args ...any) {
	r.add(Warning, file, line, fmt.Sprintf(format, args...), fix)
}

// sorted orders by file and line, keeping what belongs to one line together.
func (r *report) sorted() []Problem {
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		if c := strings.Compare(a.File, b.File); c != 0 {
			return c
		}
		return a.Line - b.Line
	})
	return r.problems
}

// clip shortens foreign text for a message.
func clip(s string) string { return yamldoc.Clip(s) }
