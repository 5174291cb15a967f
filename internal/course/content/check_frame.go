package content

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/reason"
)

// checkFrame holds what stands around the lessons to the language rules: all of
// it is shown to readers.
func (l *loader) checkFrame(p *phrases) {
	l.checkCard(p)
	for _, t := range l.order {
		l.words(p, t.file, t.doc.line("title"), t.Title)
		for _, b := range t.text.Boxes {
			l.headline(p, t.file, b.Line, b.Title)
		}
		for _, h := range t.text.Headings {
			l.headline(p, t.file, h.Line, h.Text)
		}
	}
	for _, m := range l.c.Modules {
		l.words(p, l.moduleFile[m.ID], 1, m.Title+". "+m.Aim)
	}
	for i, o := range l.c.Objectives {
		l.words(p, "objectives.yaml", l.objectiveDoc.line("[%d].text", i), o.Text)
	}
	for i, t := range l.c.Glossary {
		l.words(p, "glossary.yaml", l.glossaryDoc.line("[%d].meaning", i), t.Term+": "+t.Meaning)
	}
	for i, f := range l.c.Facts {
		if f.Status != ArticleOnly { // an article's claims are there to be judged
			l.words(p, "facts.yaml", l.factDoc.line("[%d].text", i), quoted.ReplaceAllString(f.Title+". "+f.Text, "“…”"))
		}
	}
	l.mediaWords(p)
	for i, e := range l.c.Evaluation.Items {
		l.words(p, "evaluation.yaml", l.evaluationDoc.line("[%d].text", i), e.Text)
	}
	for i, line := range strings.Split(string(l.files["disclosure.md"]), "\n") {
		l.words(p, "disclosure.md", i+1, line)
	}
}

func (l *loader) checkCard(p *phrases) {
	c := l.c.Card
	for _, t := range []struct{ key, text string }{
		{"title", c.Title}, {"subtitle", c.Subtitle}, {"summary", c.Summary}, {"audience", c.Audience}, {"level", c.Level},
		{"prerequisites", c.Prerequisites}, {"not_for", c.NotFor}, {"format", c.Format}, {"footer", c.Footer},
	} {
		l.words(p, "course.yaml", l.cardDoc.line("%s", t.key), t.text)
	}
}

// headline: a heading carries no citation and no mark, so it holds no share.
func (l *loader) headline(p *phrases, file string, line int, text string) {
	l.words(p, file, line, text)
	if showsShare(quoted.ReplaceAllString(text, "“…”")) {
		l.because(reason.Cited).errorf(file, line, "move the number into a sentence that can be cited and marked", "a heading shows a percentage: “%s”", clip(text))
	}
}

// checkPlain: what makes no clinical claim counts nothing and names no outcome.
func (l *loader) checkPlain(file string, u markup.Unit) {
	if len(u.Cites) > 0 || u.Claim() || strings.HasPrefix(file, "cases/") { // a story counts what it invents
		return
	}
	text := quoted.ReplaceAllString(u.Text, "“…”")
	if n := numbers(text); len(n) > 0 {
		l.because(reason.Cited).errorf(file, u.Line, "cite the fact and take {.plain} away", "a passage marked {.plain} holds the number %s: “%s”", n[0], clip(u.Text))
	}
}

// compared reports whether versus is one of the fixed phrases, or holds a
// number and shows only numbers of the text.
func (l *loader) compared(versus, text string) bool {
	phrases := l.c.Lint.VersusPhrases
	if len(phrases) == 0 || slices.Contains(phrases, versus) {
		return true
	}
	shown := numbers(versus)
	have := append(numbers(text), spelled(text)...)
	return len(shown) > 0 && !slices.ContainsFunc(shown, func(n string) bool { return !supported(n, have) })
}

// checkOutcomes: every outcome that a passage with a share names has its mark.
func (l *loader) checkOutcomes(file string, u markup.Unit) {
	if !u.Has("outcome") {
		return
	}
	text := normalize(u.Text)
	for _, w := range l.c.Lint.OutcomeWords {
		marked := slices.ContainsFunc(u.Marks, func(m markup.Mark) bool { return m.Kind == "outcome" && strings.Contains(m.What, w) })
		if strings.Contains(text, normalize(w)) && !marked {
			l.because(reason.Compared).errorf(file, u.Line, fmt.Sprintf("add {.outcome what=%q when=\"…\" versus=\"…\"}, or say it in another paragraph", w), "the passage names %s and marks only another outcome: “%s”", w, clip(u.Text))
		}
	}
}
