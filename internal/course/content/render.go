package content

import (
	"fmt"
	"html"
	"html/template"
	"strings"

	"github.com/atmacena/cocare/internal/course/drawing"
	"github.com/atmacena/cocare/internal/course/markup"
)

// safe says that s was written by package markup or drawing, which pass no
// HTML through, or that every value in it was escaped.
func safe(s string) template.HTML {
	// #nosec G203 -- see above
	return template.HTML(s)
}

// svg writes a drawing as an image with its alternative text.
func svg(f *Figure, d drawing.Drawing) template.HTML {
	font := ""
	if d.Font != "" {
		font = fmt.Sprintf(` font-family="%s"`, html.EscapeString(d.Font))
	}
	return safe(fmt.Sprintf(`<svg viewBox="%s"%s role="img" aria-label="%s">%s</svg>`,
		html.EscapeString(d.ViewBox), font, html.EscapeString(f.Alt), d.Body))
}

// figureHTML is the figure in its lesson. The large view has an address of its
// own beside the lessons, so that it opens without scripts.
func figureHTML(f *Figure) string {
	return fmt.Sprintf(`<figure class="figure" id="%[1]s">
%[2]s
<figcaption><strong>Figure %[3]d. %[4]s.</strong> %[5]s <a class="figure-zoom" href="../figures/%[1]s" aria-label="Open large: figure %[3]d">Open large</a></figcaption>
</figure>
`, html.EscapeString(f.ID), string(f.SVG), f.Number, html.EscapeString(strings.TrimRight(f.Title, ".")), html.EscapeString(f.Caption))
}

// renderCases renders each case on its own, for pages without references, and
// reads it for the checks.
func (l *loader) renderCases() {
	lib := markup.Library{Fact: l.isFact, Term: l.findTerm, HideCites: true}
	part := func(t *caseText, src string, line int) template.HTML {
		text := markup.Render(src, line, lib)
		l.markupProblems(t.file, text)
		t.parts = append(t.parts, text)
		return safe(text.HTML)
	}
	for _, t := range l.caseOrder {
		t.Story = part(t, t.source.Story, t.line)
		for i, p := range t.source.Prompts {
			asked := markup.Render(p.Question, t.prompts[i]-1, lib)
			l.markupProblems(t.file, asked)
			t.Prompts = append(t.Prompts, Prompt{Question: safe(asked.HTML), Model: part(t, p.Model, t.prompts[i])})
		}
	}
}

func (l *loader) renderLessons() {
	lib := markup.Library{
		Fact: l.isFact, Term: l.findTerm,
		Lesson: func(id string) (string, bool) {
			t := l.lessons[id]
			if t == nil {
				return "#", false
			}
			return t.Slug, true // relative: lessons of a course are siblings
		},
		Figure: func(id string) (string, bool) {
			f := l.figures[id]
			if f == nil {
				return "", false
			}
			return figureHTML(f), true
		},
		Medium: func(id string) (string, bool) {
			m := l.media[id]
			if m == nil {
				return "", false
			}
			return m.html(l.c.Card), true
		},
		Case: func(id string) (markup.Case, bool) {
			t := l.cases[id]
			if t == nil {
				return markup.Case{}, false
			}
			return t.source, true
		},
	}
	l.eachLesson(func(l *loader, t *lessonText) {
		t.text = markup.Render(t.body, t.line, lib)
		l.markupProblems(t.file, t.text)
		t.HTML, t.Words = safe(t.text.HTML), t.text.Words
		for i, id := range t.text.Cites {
			t.Citations = append(t.Citations, Citation{Number: i + 1, Fact: l.facts[id]})
		}
		for _, h := range t.text.Headings {
			t.Headings = append(t.Headings, Heading{ID: h.ID, Text: h.Text, Level: h.Level})
		}
		for _, u := range t.text.Figures {
			if f := l.figures[u.ID]; f != nil {
				t.Figures = append(t.Figures, f)
			}
		}
		for _, u := range t.text.Media {
			if m := l.media[u.ID]; m != nil {
				t.Media = append(t.Media, m)
			}
		}
	})
}

func (l *loader) findTerm(id string) (term, meaning string, ok bool) {
	t, ok := l.terms[id]
	return t.Term, t.Meaning, ok
}
