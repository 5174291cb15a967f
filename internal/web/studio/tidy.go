package studio

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/apperr"
)

// typedText is the text of a file as a browser sent it.
type typedText struct {
	sent string // as the browser has it, with line feeds alone
	data []byte // as it is stored
	head bool   // the keys at its head were gone, and were put back
	left int    // characters that nobody can see, left out
}

// Said is what was changed in it, in words for whoever typed it; "" for nothing.
func (t typedText) Said() string {
	var words []string
	if t.head {
		words = append(words, "The lines at the head of the file, by which the course knows it, were gone; they are put back.")
	}
	if t.left > 0 {
		words = append(words, leftOut(t.left))
	}
	return strings.Join(words, " ")
}

func leftOut(n int) string {
	if n == 1 {
		return "1 character that nobody can see was left out."
	}
	return fmt.Sprintf("%d characters that nobody can see were left out.", n)
}

// isText reports whether a file is Markdown.
func isText(file string) bool { return path.Ext(file) == ".md" }

// hasHead reports whether a file begins with keys.
func hasHead(file string) bool {
	return isText(file) && (strings.HasPrefix(file, "modules/") || strings.HasPrefix(file, "cases/"))
}

// Characters that word processors and web pages leave in what is copied from them:
// without them a text says the same. Those that turn around what stands beside them
// are not among them, nor the two joiners, which belong to how some words are written.
var meaningless = []rune{'\u00ad', '\u200b', '\u200e', '\u200f', '\u2060', '\ufeff'}

// tidy leaves out what nobody can mean, and counts it: such characters, and controls.
// Inside a line a control that parts words becomes a space.
func tidy(text string) (string, int) {
	n := 0
	out := strings.Map(func(r rune) rune {
		switch {
		case slices.Contains(meaningless, r):
		case r == '\t' || r == '\n' || r == '\r' || !unicode.IsControl(r):
			return r
		case r == '\v' || r == '\f' || r == '\u0085':
			n++
			return ' '
		}
		n++
		return -1
	}, text)
	return out, n
}

var spaces = regexp.MustCompile(`\s*[\t\r\n]\s*`)

// tidyLine is tidy of what stands on one line.
func tidyLine(text string) string {
	text, _ = tidy(text)
	return strings.TrimSpace(spaces.ReplaceAllString(text, " "))
}

// innerTab is a tab between words, which a value of YAML does not take.
var innerTab = regexp.MustCompile(`(\S) *\t[ \t]*(\S)`)

// untabbed are keys whose tabs between words are spaces.
func untabbed(keys string) string { return innerTab.ReplaceAllString(keys, "$1 $2") }

var keyLine = regexp.MustCompile(`^[A-Za-z_]+:`)

// cutHead is the head of a file, with both lines ---, and what follows it; ok is false
// where no keys stand there.
func cutHead(text string) (head, body string, ok bool) {
	size, fences := 0, 0
	for line := range strings.Lines(text) {
		bare := strings.TrimRight(line, " \t\r\n")
		if size == 0 && bare != "---" {
			return "", text, false
		}
		size += len(line)
		ok = ok || keyLine.MatchString(bare)
		if bare == "---" {
			fences++
		}
		if fences == 2 {
			return text[:size], text[size:], ok
		}
	}
	return "", text, false
}

// keepHead puts the head of a file back before a text that came without any of it.
// Somebody who writes in the head is left alone: as long as one of its lines stands
// there, it is not gone.
func keepHead(was, now string) (string, bool) {
	head, _, ok := cutHead(was)
	if _, _, has := cutHead(now); !ok || has {
		return now, false
	}
	var keys []string
	for line := range strings.Lines(head) {
		if keyLine.MatchString(line) {
			keys = append(keys, strings.TrimSpace(line))
		}
	}
	rest := now
	for line := range strings.Lines(now) {
		if slices.Contains(keys, strings.TrimSpace(line)) {
			return now, false
		}
	}
	for line := range strings.Lines(now) {
		if bare := strings.TrimSpace(line); bare != "" && bare != "---" {
			break
		}
		rest = rest[len(line):]
	}
	return strings.TrimRight(head, "\r\n") + "\n\n" + rest, true
}

// read makes of a text that a browser sent what is stored; was is what the file said.
func read(file, text string, was []byte) typedText {
	t := typedText{sent: strings.ReplaceAll(text, "\r\n", "\n")}
	now, n := tidy(t.sent)
	t.left = n
	if hasHead(file) {
		now, t.head = keepHead(unix(was), now)
	}
	switch head, body, ok := cutHead(now); {
	case path.Ext(file) == ".yaml":
		now = untabbed(now)
	case ok && hasHead(file):
		now = untabbed(head) + body
	}
	t.data = []byte(endings(now, was))
	return t
}

// shownBad bounds what is shown before a character that cannot be stored.
const shownBad = 40

// lineSaying shows a line of a text that was refused, the characters that nobody sees
// by their names; "" where nothing can be shown.
func lineSaying(text string, n int) string {
	lines := strings.Split(text, "\n")
	if n < 1 || n > len(lines) {
		return ""
	}
	runes := []rune(strings.TrimSpace(lines[n-1]))
	at := slices.IndexFunc(runes, func(r rune) bool { _, hidden := apperr.Hidden(string(r)); return hidden })
	if at > shownBad {
		runes = append([]rune("…"), runes[at-shownBad:]...)
	}
	return apperr.Visible(apperr.Clip(string(runes), 2*shownBad))
}
