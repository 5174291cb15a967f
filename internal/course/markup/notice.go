package markup

import (
	"fmt"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// notices writes the small lines that marks put under their block: what was
// counted, when and against what, or who says so. A line that tells only what
// the block, or the heads of its columns, says already is left out: repeated
// under every sentence it would be read under none.
func (w *writer) notices(marks []*markNode, block string) {
	if len(marks) == 0 {
		return
	}
	said := stems(block)
	for i, n := range marks {
		if like(n, marks[:i]) >= 0 {
			continue // told in the line of the one before
		}
		what := []string{n.mark.What}
		for j := i + 1; j < len(marks); j++ {
			if like(marks[j], marks[:i+1]) == i {
				what = append(what, marks[j].mark.What)
			}
		}
		if line := w.notice(n.mark, strings.Join(what, " and "), said); line != "" {
			n.shown = `<span class="mark-line">` + line + `</span>`
		}
	}
}

// like finds an outcome at the same time against the same group, -1 if none.
func like(n *markNode, before []*markNode) int {
	return slices.IndexFunc(before, func(b *markNode) bool {
		return n.mark.Kind == "outcome" && b.mark.Kind == "outcome" && n.mark.When == b.mark.When && n.mark.Versus == b.mark.Versus
	})
}

// notice is the line of one mark, "" where said has it all.
func (w *writer) notice(m Mark, what string, said map[string]bool) string {
	switch {
	case m.Kind == "outcome" && !says(said, what+" "+m.When+" "+m.Versus):
		return html.EscapeString(capital(what) + " · " + m.When + " · " + against(m.Versus))
	case m.Kind == "prevalence" && !says(said, m.Of):
		return html.EscapeString("Counted: " + m.Of)
	case m.Kind == "calculation" && !says(said, "our calculation"):
		return "Our calculation" + w.startingFrom(m.From)
	case m.Kind == "claim" && !says(said, m.By):
		return html.EscapeString("Says " + m.By)
	}
	return ""
}

// against names the other group where versus is its number.
func against(versus string) string {
	if strings.ContainsFunc(versus, unicode.IsDigit) {
		return "against " + versus
	}
	return versus
}

// startingFrom leads to the references that a sum starts from, where the reader
// has their numbers.
func (w *writer) startingFrom(ids string) string {
	var links []string
	for id := range strings.SplitSeq(ids, ",") {
		if n := w.marks.number[strings.TrimSpace(id)]; n > 0 && !w.lib.HideCites {
			links = append(links, fmt.Sprintf(`<a href="#ref-%d">reference %d</a>`, n, n))
		}
	}
	if len(links) == 0 {
		return ""
	}
	return " from " + strings.Join(links, " and ")
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(r)) + s[n:]
}

// small are words without which a mark says the same.
var small = map[string]bool{
	"a": true, "after": true, "an": true, "and": true, "at": true, "by": true, "each": true, "in": true, "of": true,
	"on": true, "people": true, "something": true, "the": true, "to": true, "with": true,
}

// verbs are what a sentence makes of an outcome's name.
var verbs = map[string]string{"response": "respond", "remission": "remit", "remitted": "remit"}

// stems are the words of a text without the ends of plurals and past tenses.
func stems(text string) map[string]bool {
	words := map[string]bool{}
	for word := range strings.FieldsFuncSeq(strings.ToLower(text), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.'
	}) {
		words[stem(strings.Trim(word, "."))] = true
	}
	return words
}

func stem(word string) string {
	if verb, ok := verbs[word]; ok {
		return verb
	}
	for _, end := range []string{"ed", "s"} {
		if base, ok := strings.CutSuffix(word, end); ok && len(base) > 2 {
			return base
		}
	}
	return word
}

// says reports whether every word of part that matters is in said.
func says(said map[string]bool, part string) bool {
	for word := range stems(part) {
		if !small[word] && !said[word] && word != "" {
			return false
		}
	}
	return true
}
