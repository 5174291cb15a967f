package conversation

import (
	"crypto/sha256"
	"encoding/hex"
	"html"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course"
)

// quoteLength is how much of a passage is kept in words, in characters.
const quoteLength = 160

// Passage is what stands under one heading of a lesson, up to the next, or before
// the first.
type Passage struct {
	Anchor, Heading string    // "" before the first heading
	SHA256          string    // of its plain text, hex
	Quote           string    // where its text begins
	spaceless       [2]string // heading and text, without spaces; and with the numbers of citations
}

// Passages reads the passages of a lesson from its HTML, which package markup
// wrote. Their text is what a reader sees, with single spaces: without the
// numbers of citations, which change with what is cited before, without
// explanations that pop up, and without drawings. A passage without text is left
// out.
func Passages(l *course.Lesson) (list []Passage) {
	headings := map[string]string{}
	for _, h := range l.Headings {
		headings[h.ID] = h.Text
	}
	var text, numbered strings.Builder
	add := func(anchor string) {
		text, numbered := html.UnescapeString(text.String()), html.UnescapeString(numbered.String())
		text = strings.Join(strings.Fields(text), " ")
		if text == "" {
			return
		}
		sum := sha256.Sum256([]byte(text))
		list = append(list, Passage{Anchor: anchor, Heading: headings[anchor], SHA256: hex.EncodeToString(sum[:]), Quote: quote(text),
			spaceless: [2]string{spaceless(headings[anchor] + text), spaceless(headings[anchor] + numbered)}})
	}
	anchor, body := "", string(l.HTML)
	for body != "" {
		words, tag, rest := nextTag(body)
		text.WriteString(words)
		numbered.WriteString(words)
		body = rest
		if id, ok := headingOf(tag); ok {
			add(anchor)
			text.Reset()
			numbered.Reset()
			anchor = id
			if _, body, ok = strings.Cut(body, "</h"); !ok { // its words are in Headings
				break
			}
			_, body, _ = strings.Cut(body, ">")
			continue
		}
		rest = skipUnread(tag, body)
		if cites(tag) {
			numbered.WriteString(bare(strings.TrimSuffix(body, rest)))
		}
		body = rest
		if !inline[tagName(tag)] {
			text.WriteByte(' ')
			numbered.WriteByte(' ')
		}
	}
	add(anchor)
	return list
}

// Find returns the passage at an anchor.
func Find(list []Passage, anchor string) (Passage, bool) {
	i := slices.IndexFunc(list, func(p Passage) bool { return p.Anchor == anchor })
	if i < 0 {
		return Passage{}, false
	}
	return list[i], true
}

// spaceless leaves out spaces, which pages set as they like.
func spaceless(s string) string { return strings.Join(strings.Fields(s), "") }

// quoted is the passage in which words of a lesson stand, the chosen one where they
// stand in several, or reach over its end; it is quoted by them. Words that were copied
// may hold the numbers of citations, and words that were typed may not.
func quoted(list []Passage, chosen Passage, words string) Passage {
	in := func(p Passage) bool {
		return slices.ContainsFunc(p.spaceless[:], func(text string) bool { return strings.Contains(text, spaceless(words)) })
	}
	if i := slices.IndexFunc(list, in); i >= 0 && !in(chosen) {
		chosen = list[i]
	}
	chosen.Quote = strings.Join(strings.Fields(words), " ")
	return chosen
}

// inline elements do not part words.
var inline = map[string]bool{"em": true, "strong": true, "a": true, "button": true, "span": true, "code": true, "sub": true, "sup": true}

// nextTag cuts text at its first tag, which comes without angle brackets; "" if
// there is none. Values in the HTML of a lesson hold no bare angle brackets.
func nextTag(text string) (words, tag, rest string) {
	words, rest, ok := strings.Cut(text, "<")
	if !ok {
		return words, "", ""
	}
	tag, rest, _ = strings.Cut(rest, ">")
	return words, tag, rest
}

func tagName(tag string) string {
	name, _, _ := strings.Cut(strings.TrimPrefix(tag, "/"), " ")
	return strings.TrimSuffix(name, "/")
}

// headingOf returns the anchor of a heading's opening tag.
func headingOf(tag string) (anchor string, ok bool) {
	if len(tag) < 2 || tag[0] != 'h' || tag[1] < '2' || tag[1] > '4' {
		return "", false
	}
	_, after, ok := strings.Cut(tag, ` id="s-`)
	if !ok {
		return "", false
	}
	id, _, ok := strings.Cut(after, `"`)
	return "s-" + id, ok
}

// skipUnread leaves out what stands in an element that is no part of the text.
func skipUnread(tag, rest string) string {
	var end string
	switch name := tagName(tag); {
	case strings.HasPrefix(tag, "/"):
		return rest
	case name == "svg":
		end = "</svg>"
	case cites(tag):
		end = "</sup>"
	case name == "span" && strings.Contains(tag, " popover"):
		end = "</span>"
	default:
		return rest
	}
	_, after, _ := strings.Cut(rest, end)
	return after
}

// cites reports whether a tag opens the number of a citation.
func cites(tag string) bool {
	return tagName(tag) == "sup" && strings.Contains(tag, ` class="cite"`)
}

// bare leaves out tags.
func bare(body string) string {
	var out strings.Builder
	for body != "" {
		words, _, rest := nextTag(body)
		out.WriteString(words)
		body = rest
	}
	return out.String()
}

// quote cuts a text at a word, and says so.
func quote(text string) string {
	r := []rune(text)
	if len(r) <= quoteLength {
		return text
	}
	cut := string(r[:quoteLength-1])
	if i := strings.LastIndexByte(cut, ' '); i > 0 {
		cut = cut[:i]
	}
	return cut + "…"
}
