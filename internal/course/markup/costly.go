package markup

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
)

// Bounds on what a parser of Markdown spends more than its share of time on: it looks
// through all brackets and stars that are open, and a table has as many cells as its
// rows times its columns, however short its lines are. No author comes near them.
const (
	maxOpen   = 50   // brackets that are open at once
	maxMarks  = 2000 // brackets, stars and underscores in a run of lines
	maxNested = 20   // quotes and lists that begin on one line
	maxCells  = 20000
)

var (
	nesting   = regexp.MustCompile(`^(?:[ \t]*(?:>|[-+*][ \t]|\d{1,9}[.)][ \t]))*`)
	container = regexp.MustCompile(`>|[-+*][ \t]|\d{1,9}[.)][ \t]`)
	delimiter = regexp.MustCompile(`^[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*\r?\n?$`)
)

// costly finds what would keep the parser busy for long; its Msg is empty where nothing
// does. src begins at line first of its file.
func costly(src string, first int) Problem {
	var r run
	line := first
	for l := range strings.Lines(src) {
		if strings.TrimSpace(l) == "" {
			r = run{}
		} else if what := r.add(l); what != "" {
			return Problem{Line: line, Msg: what, Fix: "no text needs so many; write it in a simpler way", Why: reason.Bounded}
		}
		line++
	}
	return Problem{}
}

// run is what has been seen of lines without an empty one between them.
type run struct{ open, brackets, stars, columns, rows int }

// add takes in a line and says what there is too much of, "" for nothing.
func (r *run) add(line string) string {
	begin := nesting.FindString(line)
	if len(container.FindAllStringIndex(begin, maxNested+1)) > maxNested {
		return fmt.Sprintf("more than %d quotes or lists begin on this line", maxNested)
	}
	for _, c := range []byte(line) {
		switch c {
		case '[':
			r.brackets++
			if r.open++; r.open > maxOpen {
				return fmt.Sprintf("more than %d brackets are open at once", maxOpen)
			}
		case ']':
			r.open = max(r.open-1, 0)
		case '*', '_':
			r.stars++
		}
	}
	if max(r.brackets, r.stars) > maxMarks {
		return fmt.Sprintf("more than %d brackets, stars or underscores stand in one paragraph", maxMarks)
	}
	if line = line[len(begin):]; delimiter.MatchString(line) {
		r.columns, r.rows = strings.Count(line, "|")+1, -1
	}
	if r.rows++; r.columns*r.rows > maxCells {
		return fmt.Sprintf("the table has more than %d cells", maxCells)
	}
	return ""
}
