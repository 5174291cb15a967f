package content

import (
	"html/template"
	"strings"

	"github.com/atmacena/cocare/internal/course/markup"
)

// Quotes finds passages in the files of a course, as they are written and as learners
// read them. It reads each file once, and is not safe for concurrent use.
type Quotes struct {
	files Files
	c     *Course
	read  map[string][]string // by path, without spaces
}

// NewQuotes returns those of a course that was read from files.
func NewQuotes(files Files, c *Course) *Quotes {
	return &Quotes{files: files, c: c, read: map[string][]string{}}
}

// Has reports whether a passage stands in a file, whatever its spaces.
func (q *Quotes) Has(path, passage string) bool {
	texts, known := q.read[path]
	if !known {
		texts = append(texts, spaceless(string(q.files[path])))
		for _, shown := range q.c.shown(path) {
			for _, numbers := range []bool{true, false} {
				texts = append(texts, spaceless(markup.Plain(string(shown), numbers)))
			}
		}
		q.read[path] = texts
	}
	passage = spaceless(passage)
	for _, t := range texts {
		if strings.Contains(t, passage) {
			return true
		}
	}
	return false
}

// spaceless leaves out spaces, which pages and files set differently.
func spaceless(s string) string { return strings.Join(strings.Fields(s), "") }

// shown is what learners read of a file of text.
func (c *Course) shown(path string) (out []template.HTML) {
	for _, l := range c.Lessons() {
		if l.File == path {
			return []template.HTML{l.HTML}
		}
	}
	for _, k := range c.Cases {
		if k.File != path {
			continue
		}
		out = append(out, k.Story)
		for _, p := range k.Prompts {
			out = append(out, p.Question, p.Model)
		}
		return out
	}
	if path == "disclosure.md" {
		return []template.HTML{c.Disclosure.HTML}
	}
	return nil
}
