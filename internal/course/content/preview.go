package content

import (
	"bytes"
	"fmt"
	"html/template"
	"path"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/reason"
)

// Glance is one file of a course, read against the rest of it.
type Glance struct {
	HTML     template.HTML // as learners read it, "" for questions
	Words    int           // counted for credit
	Problems []Problem     // in this file, in the order of its lines
}

// Preview reads one file of files against c, the course as it was parsed when
// somebody last read all of it: what Parse says of that file, without the price of
// the others. It knows lessons, cases, the disclosure and files of questions; ok
// is false for every other file.
func Preview(c *Course, files Files, name string) (g Glance, ok bool) {
	l := around(c, files)
	switch {
	case strings.HasPrefix(name, "modules/") && strings.HasSuffix(name, ".md"):
		g, _ = l.previewLesson(c, name)
	case strings.HasPrefix(name, "cases/"):
		g = l.previewCase(c, name)
	case name == "disclosure.md":
		l.disclosure()
		g.HTML = l.c.Disclosure.HTML
		l.disclosureWords(newPhrases(c.Lint))
	case strings.HasPrefix(name, "exam/"), path.Base(name) == "check.yaml":
		l.previewQuestions(c, name)
	default:
		return g, false
	}
	l.placeholders(name)
	l.problems = slices.DeleteFunc(l.problems, func(p Problem) bool { return p.File != name })
	g.Problems = l.sorted()
	return g, true
}

// around is a loader that knows what a course holds besides the one file.
func around(c *Course, files Files) *loader {
	l := &loader{
		files: files, c: &Course{Card: c.Card, Objectives: c.Objectives, Facts: c.Facts, Figures: c.Figures, Media: c.Media, Modules: c.Modules, Lint: c.Lint},
		facts: map[string]*Fact{}, figures: map[string]*Figure{}, media: map[string]*Medium{}, terms: map[string]Term{}, cases: map[string]*caseText{},
		objectives: map[string]bool{}, lessons: map[string]*lessonText{}, questions: map[string]spot{},
	}
	for _, f := range c.Facts {
		l.facts[f.ID] = f
	}
	for _, f := range c.Figures {
		l.figures[f.ID] = f
	}
	for _, m := range c.Media {
		l.media[m.ID] = m
	}
	for _, t := range c.Glossary {
		l.terms[t.ID] = t
	}
	for _, o := range c.Objectives {
		l.objectives[o.ID] = true
	}
	l.loadCases()
	return l
}

// previewLesson also returns the lesson, nil where there is no such file.
func (l *loader) previewLesson(c *Course, name string) (Glance, *Lesson) {
	m := &Module{}
	seen, slugs, shown := map[string]spot{}, map[string]string{}, map[string]string{}
	for _, of := range c.Modules {
		if path.Dir(of.File) == path.Dir(name) {
			m.ID = of.ID
		}
		for _, t := range of.Lessons {
			if t.File == name || l.files[t.File] == nil {
				continue
			}
			l.lessons[t.ID] = &lessonText{Lesson: t, file: t.File}
			if t.File > name {
				continue
			}
			seen[t.ID], slugs[t.Slug] = spot{t.File, lineWith(l.files[t.File], "id:")}, t.File
			for _, f := range t.Figures {
				shown[f.ID] = fmt.Sprintf("%s, line %d", t.File, lineWith(l.files[t.File], "![](figure:"+f.ID+")"))
			}
		}
	}
	if l.files[name] == nil {
		return Glance{}, nil
	}
	l.lesson(m, name, seen, slugs)
	t := l.order[0]
	l.renderLessons()
	l.checkUses(t, shown)
	l.checkLesson(t)
	l.lessonWords(newPhrases(c.Lint), t)
	return Glance{HTML: t.HTML, Words: t.Words}, t.Lesson
}

// lineWith is the line on which a text first stands in a file, at its beginning.
func lineWith(data []byte, text string) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if bytes.HasPrefix(line, []byte(text)) {
			return n
		}
	}
	return n
}

// checkUses holds what a lesson shows against the other lessons and the cases.
func (l *loader) checkUses(t *lessonText, shown map[string]string) {
	for _, u := range t.text.Figures {
		if first := shown[u.ID]; first != "" {
			l.because(reason.Once).errorf(t.file, u.Line, "show it once and point to that lesson", "figure %s is shown already in %s", clip(u.ID), first)
		}
		shown[u.ID] = fmt.Sprintf("%s, line %d", t.file, u.Line)
	}
	for _, k := range l.caseOrder {
		for _, u := range t.text.Cases {
			if u.ID == k.ID && !slices.Contains(k.Modules, t.ModuleID) {
				l.because(reason.Met).warnf(t.file, u.Line, "add the module to the case, or remove the box", "case %s is shown in module %s, which its front matter does not name", k.ID, t.ModuleID)
			}
		}
	}
}

func (l *loader) lessonWords(p *phrases, t *lessonText) {
	for _, u := range t.text.Units {
		l.checkUnit(p, t.file, u)
	}
	l.words(p, t.file, t.doc.line("title"), t.Title)
	for _, b := range t.text.Boxes {
		l.headline(p, t.file, b.Line, b.Title)
	}
	for _, h := range t.text.Headings {
		l.headline(p, t.file, h.Line, h.Text)
	}
}

func (l *loader) previewCase(c *Course, name string) (g Glance) {
	l.caseOrder = slices.DeleteFunc(l.caseOrder, func(k *caseText) bool { return k.file != name })
	if len(l.caseOrder) == 0 {
		return g
	}
	l.renderCases()
	t := l.caseOrder[0]
	for i, id := range t.Modules {
		if _, ok := c.Module(id); !ok {
			l.because(reason.There).errorf(t.file, t.doc.line("modules[%d]", i), "name the id of a module", "there is no module %q", clip(id))
		}
	}
	if len(t.source.Prompts) == 0 {
		l.because(reason.Pondered).errorf(t.file, l.end(t.file), "add “## Discussion” with numbered questions, each with a model point", "the case asks nothing")
	}
	if !slices.ContainsFunc(c.Lessons(), func(lesson *Lesson) bool { return shows(lesson.Source, t.ID) }) {
		l.because(reason.Shown).errorf(t.file, 0, "show it with “::: case "+t.ID+"”, or remove it", "no lesson shows the case")
	}
	p := newPhrases(c.Lint)
	for _, part := range t.parts {
		g.Words += part.Words
		for _, u := range part.Units {
			l.checkUnit(p, t.file, u)
		}
	}
	g.HTML = safe(markup.Render("::: case "+t.ID+"\n:::\n", 1, markup.Library{Fact: l.isFact, Term: l.findTerm, HideCites: true,
		Case: func(string) (markup.Case, bool) { return t.source, true }}).HTML)
	return g
}

// shows reports whether a lesson's text has the box of a case.
func shows(source, id string) bool {
	for line := range strings.Lines(source) {
		if strings.HasPrefix(line, ":::") && slices.Equal(strings.Fields(strings.TrimLeft(line, ":")), []string{"case", id}) {
			return true
		}
	}
	return false
}

func (l *loader) disclosureWords(p *phrases) {
	text := string(l.files["disclosure.md"])
	if n := len(strings.Fields(text)); n < l.c.Lint.DisclosureWords {
		l.because(reason.Before).errorf("disclosure.md", 1, "say who paid, who controls the content, what is off-label and what the course is not", "the disclosure has %s where at least %d are asked for", several(n, "word"), l.c.Lint.DisclosureWords)
	}
	for i, line := range strings.Split(text, "\n") {
		l.words(p, "disclosure.md", i+1, line)
	}
}

func (l *loader) previewQuestions(c *Course, name string) {
	l.otherQuestions(name)
	list := l.questionsIn(name)
	l.checkQuestions(list)
	if strings.HasPrefix(name, "exam/") {
		for _, q := range list {
			if len(q.Objectives) > 0 && !slices.ContainsFunc(c.Exam.Blueprint, func(r BlueprintRow) bool { return r.Objective == q.Objectives[0] && r.Draw != 0 }) {
				at := l.questions[q.ID]
				l.because(reason.Shown).errorf(at.file, at.line, "add its first objective to the blueprint", "%s is never drawn", q.ID)
			}
		}
	}
	l.questionWords(newPhrases(c.Lint), list)
}

// otherQuestions remembers where the questions of the files stand that are read
// before one: those of the modules, then those of the exam.
func (l *loader) otherQuestions(name string) {
	exam := strings.HasPrefix(name, "exam/")
	for _, p := range l.files.Paths() {
		other := strings.HasPrefix(p, "exam/")
		if !other && path.Base(p) != "check.yaml" || other && !exam || other == exam && p >= name {
			continue
		}
		n := 0
		for line := range bytes.Lines(l.files[p]) {
			n++
			if id, found := bytes.CutPrefix(line, []byte("- id: ")); found {
				l.questions[string(bytes.Trim(id, "\" '\r\n"))] = spot{p, n}
			}
		}
	}
}
