package exchange

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"
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
			a.finish("")
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
	options [][]string
}

// line takes a line; false ends the file.
func (a *aiken) line(n int, s string) bool {
	if s == "" {
		return true
	}
	if a.from == 0 {
		a.from = n
	}
	a.size += len(s)
	if letter, ok := strings.CutPrefix(s, "ANSWER:"); ok {
		return a.finish(strings.TrimSpace(letter))
	}
	if a.size > a.most {
		return true
	}
	if m := aikenOption.FindStringSubmatch(s); m != nil && int(strings.ToUpper(m[1])[0]-'A') == len(a.options) && len(a.prompt) > 0 {
		a.options = append(a.options, []string{m[2]})
		return true
	}
	if n := len(a.options) - 1; n >= 0 {
		a.options[n] = append(a.options[n], s)
		return true
	}
	a.prompt = append(a.prompt, s)
	return true
}

// finish makes the question; letter is "" at the end of the file.
func (a *aiken) finish(letter string) bool {
	if a.from == 0 {
		return true
	}
	d := newDraft("line " + strconv.Itoa(a.from))
	d.typ = "multichoice"
	d.q.Prompt = d.plain(strings.Join(a.prompt, " "))
	var list []choice
	right := -1
	if len(letter) == 1 {
		right = int(strings.ToUpper(letter)[0]) - 'A'
	}
	for i, lines := range a.options {
		c := choice{text: d.plain(strings.Join(lines, " "))}
		if i == right {
			c.percent = 100
		}
		list = append(list, c)
	}
	switch {
	case a.size > a.most:
		d.refuse("It is too large", "are the lines with ANSWER missing")
	case letter == "":
		d.refuse("The line with ANSWER is missing", "it ends each question, as in ANSWER: B")
	case right < 0 || right >= len(list):
		d.refuse("ANSWER names “"+clip(letter, 20)+"”, which is no option", "write one letter")
	default:
		d.single(list)
	}
	*a = aiken{c: a.c, most: a.most}
	return a.c.take(d)
}
