package exchange

import (
	"io"
	"regexp"
	"strconv"
	"strings"
)

func readGIFT(r io.Reader, c *collector) {
	err := blocks(r, min(textBytes, c.limits.ItemBytes), func(b block) bool {
		if b.large {
			d := newDraft("line " + strconv.Itoa(b.line))
			d.refuse("It is too large", "are the empty lines between the questions missing")
			return c.take(d)
		}
		return giftBlock(b, c)
	})
	if err != nil {
		c.broken("the text", err)
	}
}

// giftBlock reads a run of lines, which should be one question; false says that no
// more is wanted.
func giftBlock(b block, c *collector) bool {
	parts, doubt := giftCut(b)
	for i, part := range parts {
		d := newDraft("line " + strconv.Itoa(part.line))
		if gift(part, d); doubt != "" && i == len(parts)-1 {
			d = newDraft(d.place)
			d.refuse("It may be more than one question", doubt)
		}
		if !c.take(d) {
			return false
		}
	}
	return true
}

var giftMark = regexp.MustCompile(`\[(id|tag):([^\]]{1,100})\]`)

// gift reads one block.
func gift(b block, d *draft) {
	var text strings.Builder
	var tags []string
	for line := range strings.Lines(b.text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "//") {
			text.WriteString(line)
			continue
		}
		for _, m := range giftMark.FindAllStringSubmatch(line, -1) {
			if m[1] == "id" {
				d.ident = m[2]
			} else {
				tags = append(tags, m[2])
			}
		}
	}
	s := strings.TrimSpace(text.String())
	if s == "" || strings.HasPrefix(s, giftCategory) {
		d.passage = true
		return
	}
	d.tags(tags)
	d.giftQuestion(s)
}

func (d *draft) giftQuestion(s string) {
	if rest, named := strings.CutPrefix(s, "::"); named {
		if at := unescaped(rest, "::"); at >= 0 {
			d.title = d.plain(unescape(rest[:at]))
			s = strings.TrimSpace(rest[at+2:])
		}
	}
	open, end := unescaped(s, "{"), unescaped(s, "}")
	switch {
	case open < 0 && end < 0:
		d.typ = "description"
		d.q.Prompt, _ = d.giftText(s, "")
		d.refuse("It is a text without a question", "put it into a lesson")
		return
	case open < 0 || end < open:
		d.refuse("A brace is missing", "the answers of a question stand between { and }")
		return
	}
	answers, after := strings.TrimSpace(s[open+1:end]), strings.TrimSpace(s[end+1:])
	prompt := strings.TrimSpace(s[:open])
	if after != "" {
		prompt += " _____" + spaced(after)
	}
	if unescaped(prompt, "::") >= 0 {
		d.refuse("Its text holds two colons", "a title stands between them at the beginning of a line; write others as \\:\\:")
		return
	}
	text, format := d.giftText(prompt, "")
	d.q.Prompt = text
	if at := unescapedLast(answers, "####"); at >= 0 {
		d.q.Rationale, _ = d.giftText(answers[at+4:], format)
		answers = strings.TrimSpace(answers[:at])
	}
	d.giftAnswers(answers, format)
}

// spaced is text behind a gap, set off unless it is a punctuation mark.
func spaced(s string) string {
	if strings.ContainsAny(s[:1], ".,;:!?)") {
		return s
	}
	return " " + s
}

func (d *draft) giftAnswers(s, format string) {
	bare, _, _ := strings.Cut(s, "#")
	switch bare = strings.ToUpper(strings.TrimSpace(bare)); {
	case s == "":
		d.typ = "essay"
		d.short(1)
	case strings.HasPrefix(s, "#"):
		d.typ = "numerical"
		d.giftNumber(s[1:], format)
	case unescaped(s, "~") >= 0:
		d.typ = "multichoice"
		d.giftChoice(s, format)
	case unescaped(s, "=") >= 0 && unescaped(s, "->") >= 0:
		d.typ = "match"
		d.giftMatch(s, format)
	case bare == "T" || bare == "TRUE" || bare == "F" || bare == "FALSE":
		d.typ = "truefalse"
		d.giftTrueFalse(s, bare[0] == 'T', format)
	default:
		d.typ = "shortanswer"
		var list []choice
		for _, a := range giftSplit(s, "=") {
			list = append(list, d.giftChoiceOf(a, 100, format))
		}
		d.accepted(list, 1)
	}
}

// giftText is a text with the format that it may begin with.
func (d *draft) giftText(s, format string) (text, is string) {
	s = strings.TrimSpace(s)
	for _, f := range []string{"html", "moodle", "plain", "markdown"} {
		if rest, ok := strings.CutPrefix(s, "["+f+"]"); ok {
			s, format = rest, f
			break
		}
	}
	s = unescape(strings.ReplaceAll(s, "\n", " "))
	if format != "html" { // where a line ends because its author said so
		d.lost[paragraphsFlat] += among(strings.Contains(strings.TrimSpace(s), "\n"))
	}
	s = strings.ReplaceAll(s, "\n", " ")
	switch format {
	case "plain":
		return d.plain(s), format
	case "markdown":
		if strings.ContainsAny(s, "*_#`") {
			d.note(Altered, "Marks of Markdown are left as they are", "questions are plain text")
		}
		return d.plain(s), format
	case "html":
		return d.html(s), format
	}
	if tagLike.MatchString(s) {
		return d.html(s), format
	}
	return d.plain(s), format
}

// tagLike is what begins an element; a text may speak of "p < 0.05".
var tagLike = regexp.MustCompile(`</?[a-zA-Z][^<>]*>|&[a-zA-Z]+;|&#[0-9]+;`)

// giftChoiceOf reads an answer with its weight and feedback.
func (d *draft) giftChoiceOf(s string, weight float64, format string) choice {
	s = strings.TrimSpace(s)
	if m := giftWeight.FindStringSubmatch(s); m != nil {
		weight, s = percent(m[1]), s[len(m[0]):]
	}
	text, why := s, ""
	if at := unescaped(s, "#"); at >= 0 {
		text, why = s[:at], s[at+1:]
	}
	c := choice{percent: weight}
	c.text, _ = d.giftText(text, format)
	c.why, _ = d.giftText(why, format)
	return c
}

var giftWeight = regexp.MustCompile(`^%(-?[0-9]{1,3}(?:\.[0-9]*)?)%`)

func (d *draft) giftChoice(s, format string) {
	single := unescaped(s, "=") >= 0
	var list []choice
	for _, part := range giftParts(s) {
		weight := 0.0
		if part[0] == '=' {
			weight = 100
		}
		list = append(list, d.giftChoiceOf(part[1:], weight, format))
	}
	if single {
		d.single(list)
		return
	}
	d.multiple(list, false)
}

func (d *draft) giftMatch(s, format string) {
	var pairs []pair
	for _, part := range giftSplit(s, "=") {
		at := unescaped(part, "->")
		if at < 0 {
			d.refuse("A row of the matching has no ->", "it stands between what belongs together")
			return
		}
		left, _ := d.giftText(part[:at], format)
		right, _ := d.giftText(part[at+2:], format)
		pairs = append(pairs, pair{left: left, right: right})
	}
	d.partialRows(len(pairs))
	d.match(pairs)
}

func (d *draft) giftTrueFalse(s string, isTrue bool, format string) {
	parts := giftSplit(s, "#")
	var wrong, right string
	if len(parts) > 1 {
		wrong, _ = d.giftText(parts[1], format)
	}
	if len(parts) > 2 {
		right, _ = d.giftText(strings.Join(parts[2:], "#"), format)
	}
	if isTrue {
		d.trueFalse(true, right, wrong)
		return
	}
	d.trueFalse(false, wrong, right)
}

func (d *draft) giftNumber(s, format string) {
	d.q.Working, d.q.Rationale = d.q.Rationale, ""
	parts := giftParts(s)
	if head := strings.TrimSpace(s); len(parts) == 0 || !strings.ContainsAny(head[:1], "~=") {
		if first := unescapedAny(s, "~="); first >= 0 {
			parts = append([]string{"=" + s[:first]}, parts...)
		} else {
			parts = []string{"=" + s}
		}
	}
	var list []numberAnswer
	for _, part := range parts {
		weight := 100.0
		if part[0] == '~' {
			weight = 0
		}
		c := d.giftChoiceOf(part[1:], weight, format)
		list = append(list, numberAnswer{giftSpan(c.text), c.why, c.percent})
	}
	d.numbers(list)
}

// giftSpan reads 1822, 1822:5 and 3.141..3.142; of a range the middle is the value.
func giftSpan(s string) span {
	if low, high, is := strings.Cut(s, ".."); is {
		return between(low, high)
	}
	value, tolerance, _ := strings.Cut(s, ":")
	return around(strings.TrimSpace(value), tolerance)
}
