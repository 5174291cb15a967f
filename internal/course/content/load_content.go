package content

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/atmacena/cocare/internal/course/drawing"
	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
)

func (l *loader) loadFigures() {
	var list []struct {
		ID      string   `yaml:"id"`
		Number  int      `yaml:"number"`
		File    string   `yaml:"file"`
		Title   string   `yaml:"title"`
		Caption string   `yaml:"caption"`
		Alt     string   `yaml:"alt"`
		Facts   []string `yaml:"facts"`
		Axis    []string `yaml:"axis"`
		Marks   []struct {
			Kind   string `yaml:"kind"`
			What   string `yaml:"what"`
			When   string `yaml:"when"`
			Versus string `yaml:"versus"`
			Of     string `yaml:"of"`
			From   string `yaml:"from"`
			By     string `yaml:"by"`
		} `yaml:"marks"`
	}
	d := l.yaml("figures.yaml", false, &list)
	l.figureDoc = d
	seen, used := map[string]spot{}, map[string]bool{}
	for i, f := range list {
		l.id(d, d.line("[%d].id", i), "a figure", f.ID, seen)
		l.oneLine(d, d.line("[%d].title", i), "the figure’s title", f.Title, MaxTitle)
		l.text(d, d.line("[%d].caption", i), "the caption", f.Caption, MaxParagraph)
		l.because(reason.Alt).text(d, d.line("[%d].alt", i), "the alternative text", f.Alt, MaxLong)
		if f.Number != i+1 {
			l.because(reason.Numbered).errorf(d.file, d.line("[%d].number", i), "number the figures from 1 in the order of the file", "the figure %q has the number %d", clip(f.ID), f.Number)
		}
		fig := &Figure{ID: f.ID, Number: f.Number, File: f.File, Title: f.Title, Caption: f.Caption, Alt: f.Alt, Axis: f.Axis}
		for _, m := range f.Marks {
			fig.Marks = append(fig.Marks, Mark(m))
		}
		for j, id := range f.Facts {
			if fact := l.facts[id]; fact != nil {
				fig.Facts = append(fig.Facts, fact)
			} else {
				l.because(reason.There).errorf(d.file, d.line("[%d].facts[%d]", i, j), "name an id of facts.yaml", "there is no fact %q", clip(id))
			}
		}
		l.drawing(d, i, fig, used)
		l.figures[f.ID] = fig
		l.c.Figures = append(l.c.Figures, fig)
	}
	l.strayDrawings(used)
}

func (l *loader) strayDrawings(used map[string]bool) {
	for _, p := range l.under("figures/", ".svg") {
		if !used[p] {
			l.because(reason.Shown).errorf(p, 1, "describe it in figures.yaml, or remove it", "no record names this drawing")
		}
	}
}

func (l *loader) drawing(d *yamlDoc, i int, fig *Figure, used map[string]bool) {
	data, ok := l.files[fig.File]
	if !ok || !strings.HasPrefix(fig.File, "figures/") {
		l.because(reason.There).errorf(d.file, d.line("[%d].file", i), "name a file such as figures/fig-01.svg", "there is no drawing %q", clip(fig.File))
		return
	}
	used[fig.File] = true
	dr, problems := drawing.Parse(data, fig.ID+"-")
	for _, p := range problems {
		l.because(p.Why).errorf(fig.File, p.Line, p.Fix, "%s", p.Msg)
	}
	fig.SVG, fig.Words = svg(fig, dr), dr.Text
	l.labels[fig.ID] = dr.Labels
}

func (l *loader) loadCases() {
	seen := map[string]spot{}
	for _, p := range l.under("cases/", ".md") {
		var f struct {
			ID      string   `yaml:"id"`
			Name    string   `yaml:"name"`
			Title   string   `yaml:"title"`
			Modules []string `yaml:"modules"`
		}
		doc, body, line := l.front(p, &f)
		l.id(doc, doc.line("id"), "a case", f.ID, seen)
		l.oneLine(doc, doc.line("title"), "the case’s title", f.Title, MaxTitle)
		t := &caseText{Case: &Case{ID: f.ID, Name: f.Name, Title: f.Title, File: p, Modules: f.Modules}, file: p, doc: doc, body: body, line: line}
		l.splitCase(t)
		l.cases[f.ID] = t
		l.caseOrder = append(l.caseOrder, t)
		l.c.Cases = append(l.c.Cases, t.Case)
	}
}

var promptStart = regexp.MustCompile(`^\d{1,2}\.\s+(.*)$`)

// splitCase takes the story and the prompts apart: a numbered line is a
// prompt, the indented lines below it are its model point.
func (l *loader) splitCase(t *caseText) {
	story, rest, found := strings.Cut(t.body, "\n## Discussion")
	t.source = markup.Case{Title: t.Title, Story: story}
	if !found {
		return
	}
	line := t.line + strings.Count(story, "\n") + 1
	for s := range strings.Lines(rest) {
		text := strings.TrimSpace(s)
		n := len(t.source.Prompts)
		switch m := promptStart.FindStringSubmatch(text); {
		case m != nil && !strings.HasPrefix(s, "  "):
			t.source.Prompts = append(t.source.Prompts, markup.Prompt{Question: m[1]})
			t.prompts = append(t.prompts, line+1)
		case text == "":
		case n == 0:
			l.because(reason.Pondered).errorf(t.file, line, "begin it with a number, as in “1. What now?”", "this line stands before the first prompt")
		default:
			t.source.Prompts[n-1].Model += text + "\n"
		}
		line++
	}
	for i, p := range t.source.Prompts {
		if p.Model == "" {
			l.because(reason.Pondered).errorf(t.file, t.prompts[i]-1, "write a model point on an indented line below", "the prompt has no model point")
		}
	}
}

func (l *loader) modules() {
	modules, lessons, slugs := map[string]spot{}, map[string]spot{}, map[string]string{}
	for _, p := range l.under("modules/", "/module.yaml") {
		var f struct {
			ID           string   `yaml:"id"`
			Title        string   `yaml:"title"`
			Aim          string   `yaml:"aim"`
			Objectives   []string `yaml:"objectives"`
			PlannedWords int      `yaml:"planned_words"`
		}
		d := l.yaml(p, true, &f)
		l.id(d, d.line("id"), "a module", f.ID, modules)
		l.oneLine(d, d.line("title"), "the module’s title", f.Title, MaxTitle)
		l.knownObjectives(p, d.line("objectives"), "the module", f.Objectives)
		m := &Module{ID: f.ID, Title: f.Title, File: p, Aim: f.Aim, Objectives: f.Objectives, PlannedWords: f.PlannedWords, Number: len(l.c.Modules) + 1}
		l.moduleFile[m.ID] = p
		folder := strings.TrimSuffix(p, "module.yaml")
		for _, path := range l.under(folder, ".md") {
			l.lesson(m, path, lessons, slugs)
		}
		if len(m.Lessons) == 0 {
			l.because(reason.Complete).errorf(p, 0, "add a lesson such as 01-first.md", "the module has no lesson")
		}
		if _, ok := l.files[folder+"check.yaml"]; ok {
			m.Check = l.questionsIn(folder + "check.yaml")
		}
		l.c.Modules = append(l.c.Modules, m)
	}
	l.strayModules()
	if len(l.c.Modules) == 0 {
		l.because(reason.Complete).errorf("", 0, "add modules/01-name/module.yaml", "the course has no module")
	}
}

// strayModules finds files in a module's folder that lacks its module.yaml.
func (l *loader) strayModules() {
	for _, p := range l.under("modules/", "") {
		folder := p[:strings.LastIndex(p, "/")+1]
		if _, ok := l.files[folder+"module.yaml"]; !ok {
			l.because(reason.Complete).errorf(p, 0, "add "+folder+"module.yaml", "the folder is not a module yet")
		}
	}
}

func (l *loader) lesson(m *Module, p string, seen map[string]spot, slugs map[string]string) {
	var f struct {
		ID            string   `yaml:"id"`
		Slug          string   `yaml:"slug"`
		Title         string   `yaml:"title"`
		Objectives    []string `yaml:"objectives"`
		Minutes       int      `yaml:"minutes"`
		Words         int      `yaml:"words"`
		Jurisdictions []string `yaml:"jurisdictions"`
		Roles         []string `yaml:"roles"`
	}
	doc, body, line := l.front(p, &f)
	l.id(doc, doc.line("id"), "a lesson", f.ID, seen)
	if other, twice := slugs[f.Slug]; twice || !slugName.MatchString(f.Slug) || len(f.Slug) > 80 {
		l.because(reason.Address).errorf(p, doc.line("slug"), "use lower case words joined by hyphens, different from every other lesson’s", "slug is %q%s", clip(f.Slug), alsoIn(other))
	}
	slugs[f.Slug] = p
	l.oneLine(doc, doc.line("title"), "the lesson’s title", f.Title, MaxTitle)
	l.between(doc, doc.line("minutes"), "minutes", f.Minutes, 1, 240)
	l.between(doc, doc.line("words"), "words", f.Words, 1, 20_000)
	l.knownObjectives(p, doc.line("objectives"), "the lesson", f.Objectives)
	for i, j := range f.Jurisdictions {
		l.oneOf(doc, doc.line("jurisdictions[%d]", i), "a jurisdiction", j, "us", "canada")
	}
	t := &lessonText{file: p, doc: doc, body: body, line: line, Lesson: &Lesson{
		ID: f.ID, Slug: f.Slug, Title: f.Title, File: p, ModuleID: m.ID, Number: len(l.order) + 1, Objectives: f.Objectives,
		Minutes: f.Minutes, PlannedWords: f.Words, Jurisdictions: f.Jurisdictions, Roles: f.Roles, Source: body,
	}}
	l.lessons[f.ID] = t
	l.order = append(l.order, t)
	m.Lessons = append(m.Lessons, t.Lesson)
}

func alsoIn(other string) string {
	if other == "" {
		return ""
	}
	return fmt.Sprintf(", as in %s", other)
}

func (l *loader) bank() {
	for _, p := range l.under("exam/", ".yaml") {
		l.c.Bank = append(l.c.Bank, l.questionsIn(p)...)
	}
}

// placeQuestions remembers where each question stands and that no two share an
// ID, across checks and exam: evidence names questions by their ID alone.
func (l *loader) placeQuestions(doc *yamlDoc, list []*question.Question) {
	path := doc.file
	l.visibleValues(doc)
	for i, q := range list {
		at := spot{path, doc.line("[%d].id", i)}
		if first, twice := l.questions[q.ID]; twice && first.file != path {
			l.because(reason.Named).errorf(path, at.line, "give every question of the course its own id", "the id %q is used already in %s, line %d", clip(q.ID), first.file, first.line)
		}
		l.questions[q.ID] = at
	}
}
