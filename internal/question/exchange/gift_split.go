package exchange

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// giftCut parts a run of lines into questions: the format has an empty line between
// them, but files written by hand lack some. A line begins another question where it
// begins with "::", or stands right behind a line that ended answers and has a brace
// of its own. doubt says why the last part may be more than one question, "" where it
// is not so: what cannot be told apart must not be read as one.
func giftCut(b block) (parts []block, doubt string) {
	s := giftCutter{part: block{line: b.line}}
	n := b.line
	for line := range strings.Lines(b.text) {
		s.line(line, n)
		if s.doubt != "" {
			break
		}
		n++
	}
	s.part.text += s.notes
	return append(s.parts, s.part), s.doubt
}

type giftCutter struct {
	parts   []block
	part    block
	notes   string // comments that may belong to what follows
	inside  bool   // answers
	answers bool   // the part has some that ended
	behind  string // the words behind them, on their line
	ended   bool   // they ended on the line before
	doubt   string
}

const (
	giftDoubt  = "the empty line before the next question is missing, and it cannot be told where that begins"
	giftTwice  = "a question has one pair of braces; write others with a backslash before them"
	giftUnends = "a brace opens inside the answers; one that closes is missing, or lacks a backslash before it"
)

// line takes a line.
func (s *giftCutter) line(line string, n int) {
	if strings.HasPrefix(strings.TrimSpace(line), "//") {
		if s.answers && !s.inside {
			s.notes += line
			return
		}
		s.part.text += line
		return
	}
	switch next, sure := s.begins(line); {
	case next && !sure:
		s.doubt = giftDoubt
		return
	case next:
		s.cut(n)
	}
	s.part.text += s.notes + line
	s.notes, s.ended = "", false
	s.braces(line)
}

// begins reports whether a line begins another question, and whether that is sure.
func (s *giftCutter) begins(line string) (next, sure bool) {
	text := strings.TrimSpace(line)
	switch {
	case s.inside || giftBare(s.part.text) == "":
		return false, false
	case strings.HasPrefix(text, giftCategory) || strings.HasPrefix(giftBare(s.part.text), giftCategory):
		return true, true
	case strings.HasPrefix(text, "::") && !s.inTitle():
		return true, true
	case !s.answers || unescaped(line, "{") < 0:
		return false, false
	}
	first, _ := utf8.DecodeRuneInString(text)
	end, _ := utf8.DecodeLastRuneInString(s.behind)
	return true, s.ended && (s.behind == "" || strings.ContainsRune(".?!:", end)) && !unicode.IsLower(first) && !strings.ContainsRune(".,;:!?)", first)
}

// inTitle reports whether the part began a title that has not ended.
func (s *giftCutter) inTitle() bool {
	rest, named := strings.CutPrefix(giftBare(s.part.text), "::")
	return named && unescaped(rest, "::") < 0
}

// cut ends a part. Comments that stand before the next question are its own.
func (s *giftCutter) cut(n int) {
	s.parts = append(s.parts, s.part)
	s.part = block{line: n - strings.Count(s.notes, "\n")}
	s.answers, s.behind = false, ""
}

// braces follows the answers through a line.
func (s *giftCutter) braces(line string) {
	for i := 0; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '{':
			if s.inside {
				s.doubt = giftUnends
			} else if s.answers {
				s.doubt = giftTwice
			}
			s.inside = true
		case '}':
			if s.inside {
				s.inside, s.answers, s.ended, s.behind = false, true, true, strings.TrimSpace(line[i+1:])
			}
		}
	}
}

const giftCategory = "$CATEGORY:"

// giftBare is a text without its comments, and without space around it.
func giftBare(s string) string {
	var out strings.Builder
	for line := range strings.Lines(s) {
		if !strings.HasPrefix(strings.TrimSpace(line), "//") {
			out.WriteString(line)
		}
	}
	return strings.TrimSpace(out.String())
}
