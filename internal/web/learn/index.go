package learn

import (
	"html"
	"regexp"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course"
)

// passage is a paragraph, an item, a row or a heading, as a reader sees it.
type passage struct {
	lesson        *course.Lesson
	heading, text string // the heading that it stands under, "" before the first
	anchor        string // of that heading
}

var (
	unread    = regexp.MustCompile(`(?s)<svg.*?</svg>|<span popover.*?</span>|<sup class="cite">.*?</sup>`)
	aTag      = regexp.MustCompile(`<(/?)([a-z0-9]+)([^>]*)>`)
	headingID = regexp.MustCompile(` id="(s-[^"]*)"`)
)

// inline elements do not end a passage.
var inline = map[string]bool{"em": true, "strong": true, "a": true, "button": true, "span": true, "code": true, "br": true, "sub": true, "sup": true, "td": true, "th": true}

// passages reads a lesson's HTML, which package markup wrote.
func passages(l *course.Lesson) []passage {
	out := []passage{{lesson: l, text: l.Title}}
	now := passage{lesson: l}
	var b strings.Builder
	flush := func() {
		now.text = strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
		b.Reset()
		if now.text != "" {
			out = append(out, now)
		}
	}
	text := unread.ReplaceAllString(string(l.HTML), "")
	at := 0
	for _, m := range aTag.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(text[at:m[0]])
		at = m[1]
		name, closes := text[m[4]:m[5]], m[2] != m[3]
		switch {
		case name == "td" || name == "th" || name == "br" || strings.Contains(text[m[6]:m[7]], "mark-line"):
			b.WriteByte(' ')
		case inline[name]:
		case strings.HasPrefix(name, "h") && closes:
			now.heading = strings.Join(strings.Fields(html.UnescapeString(b.String())), " ")
			flush()
		default:
			flush()
			if id := headingID.FindStringSubmatch(text[m[6]:m[7]]); id != nil {
				now.anchor, now.heading = id[1], ""
			}
		}
	}
	b.WriteString(text[at:])
	flush()
	return out
}

// entry is an entry of the glossary or of a lesson's references.
type entry struct{ heading, place, text string }

// index is everything of an edition that can be searched.
type index struct {
	lessons              [][]passage
	glossary, references []entry
}

func newIndex(ed *course.Edition) *index {
	x := &index{}
	for _, t := range ed.Course.Glossary {
		x.glossary = append(x.glossary, entry{t.Term, "/glossary#term-" + t.ID, t.Term + ": " + t.Meaning})
	}
	seen := map[string]bool{}
	for _, l := range ed.Course.Lessons() {
		x.lessons = append(x.lessons, passages(l))
		for _, c := range l.Citations {
			if seen[c.Fact.ID] {
				continue
			}
			seen[c.Fact.ID] = true
			texts := []string{c.Fact.Text}
			for _, r := range c.Fact.References {
				texts = append(texts, html.UnescapeString(aTag.ReplaceAllString(string(r.HTML()), "")))
			}
			x.references = append(x.references, entry{l.Title, "/lessons/" + l.Slug + "#ref-" + strconv.Itoa(c.Number), strings.Join(texts, " ")})
		}
	}
	return x
}

// search returns the index, made when it is first needed.
func (st *still) search() *index {
	st.indexed.Do(func() { st.index = newIndex(st.edition) })
	return st.index
}

// words are what is looked for: a passage must hold all of them.
type words struct {
	each []*regexp.Regexp
	any  *regexp.Regexp
}

// asWritten lets what a keyboard has stand for what a book is set with.
var asWritten = strings.NewReplacer("'", "['’]", `"`, `["“”]`, "-", "[-‐‑–−]")

// newWords reads a query; ok is false if it holds nothing to look for.
func newWords(query string) (w words, ok bool) {
	var all []string
	for word := range strings.FieldsSeq(query) {
		if len([]rune(word)) < 2 || len(all) == maxWords {
			continue
		}
		all = append(all, asWritten.Replace(regexp.QuoteMeta(word)))
		w.each = append(w.each, regexp.MustCompile("(?i)"+all[len(all)-1]))
	}
	if len(all) == 0 {
		return w, false
	}
	w.any = regexp.MustCompile("(?i)" + strings.Join(all, "|"))
	return w, true
}

func (w words) in(text string) bool {
	for _, word := range w.each {
		if !word.MatchString(text) {
			return false
		}
	}
	return true
}

// stretch is a run of text, found or around what was found.
type stretch struct {
	Text  string
	Found bool
}

// cut takes what stands around the first word found, with the words marked.
func (w words) cut(text string) (out []stretch) {
	first := w.any.FindStringIndex(text)
	runes, from := []rune(text), 0
	if first != nil {
		from = max(0, len([]rune(text[:first[0]]))-around)
	}
	to := min(len(runes), from+shown)
	for from > 0 && runes[from-1] != ' ' {
		from--
	}
	for to < len(runes) && runes[to] != ' ' {
		to++
	}
	part, at := string(runes[from:to]), 0
	if from > 0 {
		out = append(out, stretch{Text: "… "})
	}
	for _, m := range w.any.FindAllStringIndex(part, -1) {
		out = append(out, stretch{part[at:m[0]], false}, stretch{part[m[0]:m[1]], true})
		at = m[1]
	}
	out = append(out, stretch{Text: part[at:]})
	if to < len(runes) {
		out = append(out, stretch{Text: " …"})
	}
	return out
}
