package content

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/reason"
)

// forms reads exam.yaml, evaluation.yaml, disclosure.md and signoff.yaml.
func (l *loader) forms() {
	l.exam()
	l.evaluation()
	l.signoffs()
	l.disclosure()
}

func (l *loader) exam() {
	var f struct {
		Blueprint []struct {
			Objective string `yaml:"objective"`
			Bank      int    `yaml:"bank"`
			Draw      int    `yaml:"draw"`
		} `yaml:"blueprint"`
		Require []struct {
			AtLeast int      `yaml:"at_least"`
			Of      []string `yaml:"of"`
			Why     string   `yaml:"why"`
		} `yaml:"require"`
		Limits []struct {
			Kind          string `yaml:"kind"`
			AtMostPercent int    `yaml:"at_most_percent"`
		} `yaml:"limits"`
	}
	l.examDoc = l.yaml("exam.yaml", true, &f)
	e := &l.c.Exam
	for _, row := range f.Blueprint {
		e.Blueprint = append(e.Blueprint, BlueprintRow(row))
	}
	for _, row := range f.Require {
		e.Require = append(e.Require, Requirement(row))
	}
	for _, row := range f.Limits {
		e.Limits = append(e.Limits, Limit{question.Kind(row.Kind), row.AtMostPercent})
	}
}

var evaluationKinds = []string{"scale", "single", "multiple", "text", "minutes", "consent"}

func (l *loader) evaluation() {
	var f struct {
		Scale []string `yaml:"scale"`
		Items []struct {
			ID        string `yaml:"id"`
			Kind      string `yaml:"kind"`
			Objective string `yaml:"objective"`
			Text      string `yaml:"text"`
			To        string `yaml:"to"`
			Options   []struct {
				ID   string `yaml:"id"`
				Text string `yaml:"text"`
			} `yaml:"options"`
			Parts    []string `yaml:"parts"`
			Required bool     `yaml:"required"`
		} `yaml:"items"`
	}
	d := l.yaml("evaluation.yaml", true, &f)
	l.evaluationDoc = d
	l.c.Evaluation.Scale = f.Scale
	seen := map[string]spot{}
	for i, it := range f.Items {
		at := d.line("items[%d].id", i)
		l.id(d, at, "an item", it.ID, seen)
		l.text(d, d.line("items[%d].text", i), "the item’s text", it.Text, MaxStatement)
		l.oneOf(d, d.line("items[%d].kind", i), "kind", it.Kind, evaluationKinds...)
		item := EvaluationItem{ID: it.ID, Kind: it.Kind, Objective: it.Objective, Text: it.Text, To: it.To, Parts: it.Parts, Required: it.Required}
		options := map[string]spot{}
		for j, o := range it.Options {
			l.id(d, d.line("items[%d].options[%d].id", i, j), "an option", o.ID, options)
			item.Options = append(item.Options, Choice(o))
		}
		switch {
		case it.Kind == "scale" && len(f.Scale) < 2:
			l.because(reason.Answerable).errorf(d.file, d.line("scale"), "write its steps, two or more (scale)", "an item uses a scale that is not there")
		case (it.Kind == "single" || it.Kind == "multiple") && len(it.Options) == 0:
			l.because(reason.Answerable).errorf(d.file, at, "write what can be chosen (options)", "the item %q offers nothing to choose", clip(it.ID))
		case it.Kind == "minutes" && len(it.Parts) == 0:
			l.because(reason.Answerable).errorf(d.file, at, "name what it asks the minutes of (parts), as in reading and questions", "the item %q asks for the minutes of nothing", clip(it.ID))
		case it.Objective != "" && !l.objectives[it.Objective]:
			l.because(reason.There).errorf(d.file, at, "name one of objectives.yaml", "the item names the unknown objective %q", clip(it.Objective))
		}
		l.c.Evaluation.Items = append(l.c.Evaluation.Items, item)
	}
}

func (l *loader) signoffs() {
	var list []struct {
		ID      string   `yaml:"id"`
		Kind    string   `yaml:"kind"`
		Text    string   `yaml:"text"`
		Lessons []string `yaml:"lessons"`
		Cases   bool     `yaml:"cases"`
		List    []string `yaml:"list"`
	}
	d := l.yaml("signoff.yaml", true, &list)
	l.signoffDoc = d
	seen := map[string]spot{}
	for i, s := range list {
		l.id(d, d.line("[%d].id", i), "a sign-off", s.ID, seen)
		l.oneOf(d, d.line("[%d].kind", i), "kind", s.Kind, "medical", "therapist", "legal", "editorial")
		l.text(d, d.line("[%d].text", i), "what the sign-off covers", s.Text, MaxParagraph)
		for j, id := range s.Lessons {
			_, lesson := l.lessons[id]
			if !lesson && !slices.ContainsFunc(l.c.Modules, func(m *Module) bool { return m.ID == id }) {
				l.because(reason.There).errorf(d.file, d.line("[%d].lessons[%d]", i, j), "name a module or lesson by its id", "there is no module or lesson %q", clip(id))
			}
		}
		l.c.Signoffs = append(l.c.Signoffs, Signoff{ID: s.ID, Kind: s.Kind, Text: s.Text, Lessons: s.Lessons, Cases: s.Cases, List: s.List})
	}
}

func (l *loader) disclosure() {
	const path = "disclosure.md"
	data, ok := l.file(path, true)
	if !ok {
		return
	}
	t := markup.Render(string(data), 1, markup.Library{HideCites: true, Fact: l.isFact})
	l.markupProblems(path, t)
	if t.Words == 0 {
		l.because(reason.Before).errorf(path, 0, "say who made the course, who paid, and what its limits are", "the disclosure is empty")
	}
	sum := sha256.Sum256(data)
	l.c.Disclosure = Disclosure{HTML: safe(t.HTML), Hash: hex.EncodeToString(sum[:])}
}

func (l *loader) isFact(id string) bool { return l.facts[id] != nil }

func (l *loader) markupProblems(path string, t *markup.Text) {
	for _, p := range t.Problems {
		l.because(p.Why).errorf(path, p.Line, p.Fix, "%s", p.Msg)
	}
}
