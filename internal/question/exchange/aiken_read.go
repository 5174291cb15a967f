package exchange

import (
	"bufio"
	"errors"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/question"
)

// readAiken reads a prompt, lettered options and the line ANSWER, over and over.
func readAiken(r io.Reader, c *collector) {
	in := bufio.NewReaderSize(r, 64<<10)
	a := aiken{c: c, most: min(textBytes, c.limits.ItemBytes)}
	for n := 1; ; n++ {
		line, err := boundedLine(in, a.most)
		end := errors.Is(err, io.EOF)
		if err != nil && !end {
			c.broken("line "+strconv.Itoa(n), err)
			return
		}
		if !a.line(n, strings.TrimSpace(line)) {
			return
		}
		if end {
			a.unanswered()
			return
		}
	}
}

// aiken is a question while it is read.
type aiken struct {
	c       *collector
	most    int
	from    int // its first line
	size    int
	prompt  []string
	options []string
	gap     bool   // an empty line stands right before
	parts   bool   // an empty line stands inside the prompt
	astray  bool   // it begins as an option does, behind a question without an end
	jump    string // the first letter that was not due
}

// line takes a line; false ends the file. An option has one line, so a line that is
// none ends a question that has options, and begins the next. An empty line alone does
// not: Moodle reads ANSWER and further options behind one, and so do we.
func (a *aiken) line(n int, s string) bool {
	if s == "" {
		a.gap = a.from > 0
		return true
	}
	gap := a.gap
	a.gap = false
	if letter, ok := a.answer(s); ok {
		a.begin(n)
		a.size += len(s)
		return a.answered(letter)
	}
	at, text := aikenLetter(s, len(a.options))
	switch bare := len(a.options) == 0 && a.jump == ""; {
	case len(a.prompt) == 0:
	case at == len(a.options) && a.jump == "":
		a.size += len(s)
		a.options = append(a.options, a.kept(text))
		return true
	case bare && at < 0: // the prompt goes on
		a.parts = a.parts || gap
	case at > 0 && (bare || !gap):
		a.size += len(s)
		if a.jump == "" {
			a.jump = question.Letter(at)
		}
		return true
	default:
		if !a.unanswered() {
			return false
		}
		a.astray = at >= 0
	}
	a.begin(n)
	if a.size += len(s); len(a.prompt) == 0 || a.size <= a.most {
		a.prompt = append(a.prompt, a.kept(s))
	}
	return true
}

// answer reads the line with the right letter. Behind options it may be written less
// strictly: it must not become the text of the next question.
func (a *aiken) answer(s string) (letter string, ok bool) {
	if letter, ok = strings.CutPrefix(s, "ANSWER:"); ok {
		return strings.TrimSpace(letter), true
	}
	if m := aikenLoose.FindStringSubmatch(s); m != nil && len(a.options) > 0 {
		return m[1], true
	}
	return "", false
}

var aikenLoose = regexp.MustCompile(`^(?i:(?:correct )?answer)\s*[:=]\s*(.*)$`)

// begin notes where the question begins.
func (a *aiken) begin(n int) {
	if a.from == 0 {
		a.from = n
	}
}

// kept is a text, or nothing where the question is too large to be one.
func (a *aiken) kept(s string) string {
	if a.size > a.most {
		return ""
	}
	return s
}

// aikenLetter reads a line that begins as an option does: the place of its letter, -1
// where it begins otherwise, and its text. Without a space behind the letter, it is one
// only where that letter is due: a text may begin with “U.S.”.
func aikenLetter(s string, due int) (at int, text string) {
	m := aikenOption.FindStringSubmatch(s)
	if m == nil {
		return -1, ""
	}
	at = int(strings.ToUpper(m[1])[0] - 'A')
	if m[2] == "" && (at != due || m[1] > "Z") {
		return -1, ""
	}
	return at, m[3]
}

// unanswered ends a question that has no ANSWER.
func (a *aiken) unanswered() bool {
	if a.from == 0 {
		return true
	}
	d := a.draft()
	if !d.refused() {
		d.refuse("The line with ANSWER is missing", "it ends each question, as in ANSWER: B; an option has one line")
	}
	return a.hand(d)
}

// answered ends a question with the letter of its right option.
func (a *aiken) answered(letter string) bool {
	d := a.draft()
	right := -1
	if len(letter) == 1 {
		right = int(strings.ToUpper(letter)[0]) - 'A'
	}
	var list []choice
	for i, text := range a.options {
		c := choice{text: d.plain(text)}
		if i == right {
			c.percent = 100
		}
		list = append(list, c)
	}
	switch {
	case d.refused():
	case right < 0 || right >= len(list):
		d.refuse("ANSWER names “"+clip(letter, 20)+"”, which is no option", "write one letter")
	default:
		d.single(list)
	}
	return a.hand(d)
}

// draft is what stands before the answer. It refuses what is no question whatever the
// answer says.
func (a *aiken) draft() *draft {
	d := newDraft("line " + strconv.Itoa(a.from))
	d.typ = "multichoice"
	d.q.Prompt = d.plain(strings.Join(a.prompt, " "))
	d.lost[paragraphsFlat] += among(a.parts)
	due := question.Letter(len(a.options))
	switch {
	case a.size > a.most:
		d.refuse("It is too large", "are the lines with ANSWER missing")
	case a.astray:
		d.refuse("It cannot be told whether this is a question or an option of the one before", "the line with ANSWER is missing before it")
	case a.jump != "":
		d.refuse("The letter “"+a.jump+"” stands where “"+due+"” is due", "options begin with A, and each has the next letter")
	}
	return d
}

func (a *aiken) hand(d *draft) bool {
	*a = aiken{c: a.c, most: a.most}
	return a.c.take(d)
}
