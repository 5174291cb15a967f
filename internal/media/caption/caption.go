// Package caption reads the captions of videos, SubRip (SRT) and WebVTT, holds them
// to rules that make them readable, and writes WebVTT. It is pure. Every mistake has
// its line.
package caption

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/reason"
)

// Bounds on a file of captions.
const (
	MaxBytes   = 512 << 10
	maxCues    = 5000
	maxLines   = 4    // of a cue
	maxColumns = 120  // of a line, in characters that are shown
	maxLine    = 2000 // of a line, in bytes, with its markup
	// maxProblems is enough to see what is wrong with a file.
	maxProblems = 50
)

// Cue is what is shown from Start until End.
type Cue struct {
	Line       int // of its times
	Start, End time.Duration
	Settings   string // of WebVTT: where it stands
	Text       string // its lines, without markup but for <i>, <b>, <u> and the speaker's <v>
}

// Problem is a mistake in a file; Line counts from 1.
type Problem struct {
	Line     int
	Msg, Fix string
}

// Why is what captions have rules for.
func (Problem) Why() string { return reason.Captions.String() }

func (p Problem) String() string { return fmt.Sprintf("line %d: %s; %s", p.Line, p.Msg, p.Fix) }

// Parse reads captions in either form and checks them. length is that of the
// recording, 0 if it is not known. The cues are complete only without problems.
func Parse(data []byte, length time.Duration) ([]Cue, []Problem) {
	p := &parser{length: length}
	text, ok := p.legible(data)
	if !ok {
		return nil, p.problems
	}
	p.lines = strings.Split(text, "\n")
	p.vtt = isVTT(p.lines[0])
	if p.vtt {
		p.header()
	}
	for p.next() {
		if !p.block() {
			break
		}
	}
	p.order()
	if len(p.cues) == 0 && len(p.problems) == 0 {
		p.fault(0, "write what is said, each with its times", "the file holds no captions")
	}
	return p.cues, p.problems
}

// IsVTT reports whether data begins as WebVTT does.
func IsVTT(data []byte) bool {
	line, _, _ := bytes.Cut(bytes.TrimPrefix(data, []byte("\ufeff")), []byte("\n"))
	return isVTT(strings.TrimSuffix(string(line), "\r"))
}

func isVTT(line string) bool {
	return line == "WEBVTT" || strings.HasPrefix(line, "WEBVTT ") || strings.HasPrefix(line, "WEBVTT\t")
}

type parser struct {
	lines    []string
	at       int // of the line that is read next
	vtt      bool
	length   time.Duration
	cues     []Cue
	problems []Problem
}

// fault notes a mistake at the line with this index.
func (p *parser) fault(at int, fix, format string, args ...any) {
	if len(p.problems) < maxProblems {
		p.problems = append(p.problems, Problem{at + 1, fmt.Sprintf(format, args...), fix})
	}
}

// legible is the text of a file with "\n" at the ends of its lines.
func (p *parser) legible(data []byte) (string, bool) {
	if len(data) > MaxBytes {
		p.fault(0, "cut the recording into parts", "the file is larger than %d KB", MaxBytes>>10)
		return "", false
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	if bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")) {
		p.fault(0, "save it as UTF-8", "the file is in UTF-16")
		return "", false
	}
	for i, line := range strings.Split(text, "\n") {
		if !utf8.ValidString(line) {
			p.fault(i, "save it as UTF-8", "the file is not in UTF-8")
			return "", false
		}
		for _, c := range line {
			if c != '\t' && (c < 0x20 || c == 0x7f || apperr.Invisible(c)) {
				p.fault(i, "leave it out", "the text holds the character U+%04X, which nobody can see", c)
				break
			}
		}
	}
	return text, len(p.problems) == 0
}

// header skips the head of a WebVTT file.
func (p *parser) header() {
	for p.at = 1; p.at < len(p.lines) && p.lines[p.at] != ""; p.at++ {
		if strings.Contains(p.lines[p.at], "-->") {
			p.fault(p.at, "leave a line empty after WEBVTT", "a caption begins in the head of the file")
			return
		}
	}
}

// next goes to the next line that is not empty.
func (p *parser) next() bool {
	for p.at < len(p.lines) && strings.TrimSpace(p.lines[p.at]) == "" {
		p.at++
	}
	return p.at < len(p.lines)
}

// block reads up to the next empty line: a cue, or what WebVTT has besides.
func (p *parser) block() bool {
	first := p.lines[p.at]
	if p.vtt && !strings.Contains(first, "-->") {
		word, _, _ := strings.Cut(first, " ")
		switch word {
		case "NOTE":
			p.skip()
			return true
		case "STYLE", "REGION":
			p.fault(p.at, "leave it out", "captions with styles or regions of their own are not shown here")
			p.skip()
			return true
		}
	}
	if !strings.Contains(first, "-->") { // the number or the name of the cue
		if p.at++; p.at >= len(p.lines) || !strings.Contains(p.lines[p.at], "-->") {
			p.fault(p.at-1, "write the times as 00:00:01.000 --> 00:00:04.000, and leave no line empty inside a caption", "there are no times under “%s”", clip(first))
			p.skip()
			return true
		}
	}
	if len(p.cues) == maxCues {
		p.fault(p.at, "cut the recording into parts", "the file holds more than %d captions", maxCues)
		return false
	}
	cue, ok := p.times()
	p.at++
	cue.Text = p.text(cue.Line - 1)
	if ok {
		p.cues = append(p.cues, cue)
	}
	return true
}

func (p *parser) skip() {
	for p.at < len(p.lines) && strings.TrimSpace(p.lines[p.at]) != "" {
		p.at++
	}
}

// times reads "from --> to settings".
func (p *parser) times() (c Cue, ok bool) {
	c.Line = p.at + 1
	from, rest, _ := strings.Cut(p.lines[p.at], "-->")
	to, settings, _ := strings.Cut(strings.TrimSpace(rest), " ")
	var ok1, ok2 bool
	if c.Start, ok1 = clock(strings.TrimSpace(from), p.vtt); !ok1 {
		p.fault(p.at, "write it as 00:00:01.000", "“%s” is no time", clip(strings.TrimSpace(from)))
	}
	if c.End, ok2 = clock(to, p.vtt); !ok2 {
		p.fault(p.at, "write it as 00:00:04.000", "“%s” is no time", clip(to))
	}
	if !ok1 || !ok2 {
		return c, false
	}
	if c.End <= c.Start {
		p.fault(p.at, "correct the times", "the caption ends before it begins")
		return c, false
	}
	if p.length > 0 && c.End > p.length+time.Second {
		p.fault(p.at, "correct the times, or send the captions of this recording", "the caption ends at %s, after the recording (%s)", Clock(c.End), Clock(p.length))
	}
	if settings = strings.TrimSpace(settings); settings != "" && p.vtt {
		if !placed(settings) {
			p.fault(p.at, "leave out what follows the times", "“%s” says nothing that browsers know of a caption’s place", clip(settings))
		}
		c.Settings = settings
	}
	return c, true
}

// placed reports whether settings are those of WebVTT.
func placed(settings string) bool {
	for s := range strings.FieldsSeq(settings) {
		name, value, _ := strings.Cut(s, ":")
		switch name {
		case "line", "position", "size", "align", "vertical":
		default:
			return false
		}
		if value == "" || strings.Trim(value, "abcdefghijklmnopqrstuvwxyz0123456789.,%-") != "" {
			return false
		}
	}
	return true
}

// text reads the lines of a cue.
func (p *parser) text(from int) string {
	var lines []string
	for ; p.at < len(p.lines) && strings.TrimSpace(p.lines[p.at]) != ""; p.at++ {
		line := strings.TrimSpace(p.lines[p.at])
		if strings.Contains(line, "-->") {
			p.fault(p.at, "leave a line empty between two captions", "a caption begins inside another")
			break
		}
		if len(line) > maxLine {
			p.fault(p.at, "break it into two lines", "the line is longer than %d characters", maxColumns)
			lines = append(lines, "…")
			continue
		}
		clean, wrong := tags(line, p.vtt)
		if wrong != "" {
			p.fault(p.at, "leave it out; only <i>, <b> and <u> are shown", "the caption holds %s", wrong)
		}
		if utf8.RuneCountInString(plain(clean)) > maxColumns {
			p.fault(p.at, "break it into two lines", "the line is longer than %d characters", maxColumns)
		}
		lines = append(lines, clean)
	}
	if len(lines) > maxLines {
		p.fault(from, "make two captions of it", "the caption has more than %d lines", maxLines)
	}
	out := strings.Join(lines, "\n")
	if strings.TrimSpace(plain(out)) == "" {
		p.fault(from, "write what is said, or take its times away", "the caption says nothing")
	}
	return out
}

// order: captions follow one another, and no two are shown at a time.
func (p *parser) order() {
	for i := 1; i < len(p.cues); i++ {
		before, now := p.cues[i-1], p.cues[i]
		switch {
		case now.Start < before.Start:
			p.fault(now.Line-1, "put the captions in the order of their times", "the caption begins before the one above it (line %d)", before.Line)
		case now.Start < before.End:
			p.fault(now.Line-1, "let the one end where the next begins", "the caption begins while the one above it (line %d) is shown", before.Line)
		}
	}
}

func clip(s string) string { return apperr.Clip(s, 40) }
