package content

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
)

// checkLanguage holds every text to lint.yaml and to the rules of citations.
func (l *loader) checkLanguage() {
	p := newPhrases(l.c.Lint)
	l.eachLesson(func(l *loader, t *lessonText) {
		for _, u := range t.text.Units {
			l.checkUnit(p, t.file, u)
		}
	})
	if l.stopped() {
		return
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
	l.checkFrame(p)
}

// checkLesson holds one lesson to its front matter and to the required parts.
func (l *loader) checkLesson(t *lessonText) {
	for _, kind := range l.c.Lint.RequiredBoxes {
		if !slices.ContainsFunc(t.text.Boxes, func(b markup.Box) bool { return b.Kind == kind }) {
			l.because(reason.Boxed).errorf(t.file, l.end(t.file), "add “::: "+kind+"”", "the lesson has no box of kind %s", kind)
		}
	}
	for _, place := range []string{"us", "canada"} {
		has := slices.ContainsFunc(t.text.Boxes, func(b markup.Box) bool { return b.Kind == place })
		if named := slices.Contains(t.Jurisdictions, place); named != has {
			l.because(reason.Placed).errorf(t.file, t.doc.line("jurisdictions"), "let jurisdictions and the boxes agree", "jurisdictions and the boxes differ on %s", place)
		}
	}
	if len(t.text.Cites) == 0 && len(l.facts) > 0 {
		l.because(reason.Cited).errorf(t.file, l.end(t.file), "cite the facts that it rests on", "the lesson cites no fact")
	}
	for _, place := range []string{"us", "canada"} {
		if l.c.Lint.legal(t.ID) && !slices.Contains(t.Jurisdictions, place) {
			l.because(reason.Placed).errorf(t.file, t.doc.line("jurisdictions"), "add “::: "+place+"” and name it here", "the lesson depends on the place and lacks %s", place)
		}
	}
	l.checkMinutes(t)
	l.checkReading(t)
	if tol := l.c.Lint.WordsTolerancePercent; tol > 0 && t.PlannedWords > 0 {
		if diff := t.Words - t.PlannedWords; max(diff, -diff)*100 > tol*t.PlannedWords {
			l.because(reason.Timed).warnf(t.file, t.doc.line("words"), "shorten or extend the text, or change the plan", "the lesson has %s where %d are planned (%+d%%)", several(t.Words, "word"), t.PlannedWords, diff*100/t.PlannedWords)
		}
	}
}

// checkMinutes: reading at the course's pace, and a minute for each figure.
func (l *loader) checkMinutes(t *lessonText) {
	pace := l.c.Lint.WordsPerMinute
	if pace == 0 {
		return
	}
	if want := (t.Words+pace/2)/pace + len(t.text.Figures) + t.played(); t.Minutes < want-1 || t.Minutes > want+1 {
		l.because(reason.Timed).warnf(t.file, t.doc.line("minutes"), "correct the minutes", "the lesson is to take %s for %s, %s and what is played, where %d are expected",
			several(t.Minutes, "minute"), several(t.Words, "word"), several(len(t.text.Figures), "figure"), want)
	}
}

// hasShare finds a percentage with its number, also a spelled one.
var (
	hasShare     = regexp.MustCompile(`(?i)\d\s*(%|per\s?cent\b)`)
	spelledShare = regexp.MustCompile(`(?i)\b(ten|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|one|two|three|four|five|six|seven|eight|nine)\s+per\s?cent\b`)
)

// showsShare reports a percentage. Spelled and in quotation marks it is the name
// of somebody's claim.
func showsShare(text string) bool {
	if !strings.Contains(text, "%") && !saysCent(text) { // which both searches need
		return false
	}
	return hasShare.MatchString(text) || spelledShare.MatchString(quoted.ReplaceAllString(text, "“…”"))
}

// saysCent finds “cent” in any case.
func saysCent(text string) bool {
	for i := 0; i+4 <= len(text); i++ {
		if text[i]|0x20 == 'c' && strings.EqualFold(text[i:i+4], "cent") {
			return true
		}
	}
	return false
}

// checkUnit holds a paragraph, list item or table row to the rules of facts.
func (l *loader) checkUnit(p *phrases, file string, u markup.Unit) {
	if !u.Claim() {
		l.words(p, file, u.Line, u.Text)
	}
	if u.Kind == markup.HeaderRow {
		return
	}
	plain := u.Has("plain")
	if plain {
		l.checkPlain(file, u)
	}
	if len(u.Cites) == 0 && !plain && !u.Has("claim") {
		l.because(reason.Cited).errorf(file, u.Line, "cite a fact, as in "+l.someCite()+", or mark it {.plain} if it makes no clinical claim", "the %s has no citation: “%s”", u.Kind, clip(u.Text))
		return
	}
	for _, c := range u.Cites {
		if f := l.facts[c.ID]; f != nil && !f.Status.KeyWorthy() && !u.Claim() && !u.Has("question") && (u.Box != "unknown" || f.Status == Inference) {
			l.because(reason.Checked).errorf(file, c.Line, "mark it {.claim by=\"…\"} or {.question}, or lean on a verified fact", "%s is %s and must not be taught as true", c.ID, f.Status)
		}
	}
	if !plain && !u.Has("claim") {
		for _, s := range u.Sentences {
			if hasDigit(s.Text) && !s.Cited {
				l.because(reason.Cited).errorf(file, u.Line, "cite a fact in this sentence", "a sentence with a number has no citation of its own: “%s”", clip(s.Text))
			}
		}
	}
	if showsShare(u.Text) && !u.Has("outcome") && !u.Has("prevalence") && !u.Has("calculation") && !u.Claim() {
		l.because(reason.Compared).errorf(file, u.Line, `add {.outcome what="…" when="…" versus="…"}, {.prevalence of="…"} or {.calculation from="…"}`, "a percentage is not marked: “%s”", clip(u.Text))
	}
	if !u.Claim() && !u.Has("question") {
		l.checkSearch(file, u.Line, u.Text, citedIn(u))
	}
	l.checkNumbers(file, u)
	for _, m := range u.Marks {
		l.words(p, file, u.Line, strings.Join([]string{m.What, m.When, m.Versus, m.Of}, ". ")) // shown below the block
		l.checkMark(file, u.Line, Mark(m), u.Text)
	}
	l.checkOutcomes(file, u)
}

// checkMark: outcomes are named in the course's words and compared with a
// number that text shows, calculations name facts, claims a known voice.
func (l *loader) checkMark(file string, line int, m Mark, text string) {
	words := l.c.Lint.OutcomeWords
	if m.Kind == "outcome" && len(words) > 0 && !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(m.What, w) }) {
		l.because(reason.Compared).errorf(file, line, "name the outcome: "+strings.Join(words, ", "), "the outcome is %q", clip(m.What))
	}
	if m.Kind == "outcome" && !l.compared(m.Versus, text) {
		l.because(reason.Compared).errorf(file, line, "name the other group’s number as the text has it, or write: "+strings.Join(l.c.Lint.VersusPhrases, ", "), "the text does not show what it is compared with: %q", clip(m.Versus))
	}
	if by := l.c.Lint.Claimants; m.Kind == "claim" && len(by) > 0 && !slices.Contains(by, m.By) {
		l.because(reason.Marked).errorf(file, line, "ascribe it to one of: "+strings.Join(by, ", "), "a claim is ascribed to %q", clip(m.By))
	}
	if m.Kind == "calculation" {
		for id := range strings.SplitSeq(m.From, ",") {
			if id = strings.TrimSpace(id); !l.isFact(id) {
				l.because(reason.There).errorf(file, line, "name the fact that the sum starts from", "there is no fact %q", clip(id))
			}
		}
	}
}

func citedIn(u markup.Unit) (ids []string) {
	for _, c := range u.Cites {
		ids = append(ids, c.ID)
	}
	return ids
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
			l.because(reason.Marked).errorf(d.file, d.line("[%d].marks", i), "see “Marks” in the format’s description", "a mark of kind %q lacks %s", clip(m.Kind), strings.Join(missing, ", "))
		}
		l.checkMark(d.file, d.line("[%d].marks", i), m, f.Caption+" "+f.Alt+" "+f.Words)
	}
	if trivialAlt(f.Alt) {
		l.because(reason.Alt).errorf(d.file, d.line("[%d].alt", i), "describe what the figure shows to somebody who cannot see it", "the alternative text is %q", clip(f.Alt))
	}
	claim := f.has("claim")
	if len(f.Facts) == 0 {
		l.because(reason.Cited).errorf(d.file, d.line("[%d].id", i), "name the facts that it shows", "figure %s rests on no fact", f.ID)
	}
	for key, text := range map[string]string{"title": f.Title, "caption": f.Caption, "alt": f.Alt} {
		if !claim {
			l.words(p, d.file, d.line("[%d].%s", i, key), text)
		}
	}
	if !claim {
		l.labelWords(p, f)
	}
	if n := strayNumber(f.Caption+" | "+f.Alt+" | "+f.Words, f.Facts, f.Axis...); n != "" && !claim && !f.has("calculation") {
		l.because(reason.TrueNumber).errorf(d.file, d.line("[%d].id", i), "correct it, or name the fact that holds it", "no fact of figure %s holds the number %s", f.ID, n)
	}
	if showsShare(f.Caption+" "+f.Alt+" "+f.Words) && len(f.Marks) == 0 {
		l.because(reason.Compared).errorf(d.file, d.line("[%d].id", i), "say whether it is an outcome, a prevalence or a calculation, and of what (marks)", "figure %s shows a percentage that is not marked", f.ID)
	}
}

// labelWords reports words in a drawing, by the label that holds them; what only
// two labels together say stands at the drawing's beginning.
func (l *loader) labelWords(p *phrases, f *Figure) {
	found := map[string]bool{}
	for _, label := range l.labels[f.ID] {
		for _, hit := range p.find(label.Text) {
			l.because(hit.why).errorf(f.File, label.Line, hit.fix, "%s: “%s”", hit.msg, clip(label.Text))
			found[hit.msg] = true
		}
	}
	for _, hit := range p.find(f.Words) {
		if !found[hit.msg] {
			l.because(hit.why).errorf(f.File, 1, hit.fix, "%s: “%s”", hit.msg, clip(f.Words))
		}
	}
}

// quoted is what an item quotes: somebody else's words.
var quoted = regexp.MustCompile(`“[^”]*”`)

// questionWords holds an item's own voice to the rules: the prompt, the right
// options and the model answer, but not wrong options and quotations, which
// are there to be judged.
func (l *loader) questionWords(p *phrases, list []*question.Question) {
	l.eachQuestion(list, func(l *loader, q *question.Question) {
		at := l.questions[q.ID]
		own := []string{q.Rationale, q.Working, q.Model}
		wrong := false // the prompt is a statement that is to be judged wrong
		for _, o := range q.Options {
			switch {
			case !o.Correct:
			case q.Kind == question.TrueFalse:
				wrong = o.ID == "false"
				own = append(own, o.Rationale)
			default:
				own = append(own, o.Text, o.Rationale)
			}
		}
		if !wrong {
			own = append(own, q.Prompt)
		}
		l.checkSearch(at.file, at.line, strings.Join(append(own, q.Prompt), " "), q.Facts)
		for _, s := range own {
			l.words(p, at.file, at.line, quoted.ReplaceAllString(s, "“…”"))
		}
	})
}

// words reports banned and unkind words.
func (l *loader) words(p *phrases, file string, line int, text string) {
	for _, f := range p.find(text) {
		l.because(f.why).errorf(file, line, f.fix, "%s: “%s”", f.msg, clip(text))
	}
}

// someCite is a citation as it is written, of a fact that the course has.
func (l *loader) someCite() string {
	if len(l.c.Facts) == 0 {
		return "[@ID] with the ID of a fact"
	}
	return "[@" + l.c.Facts[0].ID + "]"
}
