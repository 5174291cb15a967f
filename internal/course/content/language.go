package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/question"
)

// checkLanguage holds every text to lint.yaml and to the rules of citations.
func (l *loader) checkLanguage() {
	p := newPhrases(l.c.Lint)
	for _, t := range l.order {
		for _, u := range t.text.Units {
			l.checkUnit(p, t.file, u)
		}
	}
	for _, t := range l.caseOrder {
		for _, part := range t.parts {
			for _, u := range part.Units {
				l.checkUnit(p, t.file, u)
			}
		}
	}
	for i, f := range l.c.Figures {
		l.checkFigureWords(p, i, f)
	}
	for _, m := range l.c.Modules {
		l.questionWords(p, m.Check)
	}
	l.questionWords(p, l.c.Bank)
	card := l.c.Card
	for _, t := range []struct{ key, text string }{{"title", card.Title}, {"subtitle", card.Subtitle}, {"summary", card.Summary}} {
		l.words(p, "course.yaml", l.cardDoc.line("%s", t.key), t.text)
	}
}

// checkLesson holds one lesson to its front matter and to the required parts.
func (l *loader) checkLesson(t *lessonText) {
	for _, kind := range l.c.Lint.RequiredBoxes {
		if !slices.ContainsFunc(t.text.Boxes, func(b markup.Box) bool { return b.Kind == kind }) {
			l.errorf(t.file, 0, "add “::: "+kind+"”", "the lesson has no box of kind %s", kind)
		}
	}
	for _, place := range []string{"us", "canada"} {
		has := slices.ContainsFunc(t.text.Boxes, func(b markup.Box) bool { return b.Kind == place })
		if named := slices.Contains(t.Jurisdictions, place); named != has {
			l.errorf(t.file, t.doc.line("jurisdictions"), "let jurisdictions and the boxes agree", "jurisdictions and the boxes differ on %s", place)
		}
	}
	if tol := l.c.Lint.WordsTolerancePercent; tol > 0 && t.PlannedWords > 0 {
		if diff := t.Words - t.PlannedWords; max(diff, -diff)*100 > tol*t.PlannedWords {
			l.warnf(t.file, t.doc.line("words"), "shorten or extend the text, or change the plan", "%d words where %d are planned (%+d%%)", t.Words, t.PlannedWords, diff*100/t.PlannedWords)
		}
	}
}

// hasShare finds a percentage with its number.
var hasShare = regexp.MustCompile(`\d\s*(%|percent\b)`)

// checkUnit holds a paragraph, list item or table row to the rules of facts.
func (l *loader) checkUnit(p *phrases, file string, u markup.Unit) {
	if !u.Claim() {
		l.words(p, file, u.Line, u.Text)
	}
	if u.Kind == markup.HeaderRow {
		return
	}
	plain := u.Has("plain")
	if len(u.Cites) == 0 && !plain && !u.Has("claim") {
		l.errorf(file, u.Line, "cite a fact, as in [@F-T01], or mark it {.plain} if it makes no clinical claim", "the %s has no citation: “%s”", u.Kind, clip(u.Text))
		return
	}
	for _, c := range u.Cites {
		if f := l.facts[c.ID]; f != nil && !f.Status.KeyWorthy() && !u.Claim() && !u.Has("question") && u.Box != "unknown" {
			l.errorf(file, c.Line, "mark it {.claim by=\"…\"} or {.question}, or lean on a verified fact", "%s is %s and must not be taught as true", c.ID, f.Status)
		}
	}
	if !plain && !u.Has("claim") {
		for _, s := range u.Sentences {
			if hasDigit(s.Text) && !s.Cited {
				l.errorf(file, u.Line, "cite a fact in this sentence", "a sentence with a number has no citation of its own: “%s”", clip(s.Text))
			}
		}
	}
	if hasShare.MatchString(u.Text) && !u.Has("outcome") && !u.Has("prevalence") && !u.Has("calculation") && !u.Claim() {
		l.errorf(file, u.Line, `add {.outcome what="…" when="…" versus="…"}, {.prevalence of="…"} or {.calculation from="…"}`, "a percentage is not marked: “%s”", clip(u.Text))
	}
	for _, m := range u.Marks {
		l.checkMark(file, u.Line, Mark(m))
	}
}

// checkMark: outcomes are named in the course's words, calculations by fact.
func (l *loader) checkMark(file string, line int, m Mark) {
	words := l.c.Lint.OutcomeWords
	if m.Kind == "outcome" && len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(m.What, w) }) {
		l.errorf(file, line, "name the outcome: "+strings.Join(words, ", "), "the outcome is %q", clip(m.What))
	}
	if m.Kind == "calculation" {
		for id := range strings.SplitSeq(m.From, ",") {
			if id = strings.TrimSpace(id); !l.isFact(id) {
				l.errorf(file, line, "name the fact that the sum starts from", "there is no fact %q", clip(id))
			}
		}
	}
}

func hasDigit(s string) bool { return strings.ContainsFunc(s, unicode.IsDigit) }

// checkFigureWords: a drawing's numbers need marks as a paragraph's do.
func (l *loader) checkFigureWords(p *phrases, i int, f *Figure) {
	d := l.figureDoc
	for _, m := range f.Marks {
		must, ok := markup.MarkKeys(m.Kind)
		values := map[string]string{"what": m.What, "when": m.When, "versus": m.Versus, "of": m.Of, "from": m.From, "by": m.By}
		missing := slices.DeleteFunc(slices.Clone(must), func(k string) bool { return values[k] != "" })
		if !ok || len(missing) > 0 {
			l.errorf(d.file, d.line("[%d].marks", i), "see “Marks” in the format’s description", "a mark of kind %q lacks %s", clip(m.Kind), strings.Join(missing, ", "))
		}
		l.checkMark(d.file, d.line("[%d].marks", i), m)
	}
	if len(f.Facts) == 0 {
		l.errorf(d.file, d.line("[%d].id", i), "name the facts that it shows", "figure %s rests on no fact", f.ID)
	}
	claim := slices.ContainsFunc(f.Marks, func(m Mark) bool { return m.Kind == "claim" })
	for key, text := range map[string]string{"title": f.Title, "caption": f.Caption, "alt": f.Alt} {
		if !claim {
			l.words(p, d.file, d.line("[%d].%s", i, key), text)
		}
	}
	if !claim {
		l.words(p, f.File, 0, f.Words)
	}
	if hasShare.MatchString(f.Caption+" "+f.Alt+" "+f.Words) && len(f.Marks) == 0 {
		l.errorf(d.file, d.line("[%d].id", i), "add marks: with outcome, prevalence or calculation", "figure %s shows a percentage that is not marked", f.ID)
	}
}

// quoted is what an item quotes: somebody else's words.
var quoted = regexp.MustCompile(`“[^”]*”`)

// questionWords holds an item's own voice to the rules: the prompt, the right
// options and the model answer, but not wrong options and quotations, which
// are there to be judged.
func (l *loader) questionWords(p *phrases, list []*question.Question) {
	for _, q := range list {
		at := l.questions[q.ID]
		own := []string{q.Prompt, q.Rationale, q.Working, q.Model}
		for _, o := range q.Options {
			if o.Correct && q.Kind != question.TrueFalse {
				own = append(own, o.Text)
			}
		}
		for _, s := range own {
			l.words(p, at.file, at.line, quoted.ReplaceAllString(s, "“…”"))
		}
	}
}

// words reports banned and unkind words.
func (l *loader) words(p *phrases, file string, line int, text string) {
	for _, f := range p.find(text) {
		l.errorf(file, line, f.fix, "%s: “%s”", f.msg, clip(text))
	}
}
