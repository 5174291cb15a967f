package content

import (
	"bytes"
	"slices"
	"strings"
)

// Patch is what Parse makes of after, from what it made of before: c with problems.
// It knows one change, that of a lesson's text, which costs the price of that
// lesson; ok is false where more may differ, in the lesson's keys, in what it shows
// of the course, or in another file. Files but name must be the same.
func Patch(c *Course, problems []Problem, before, after Files, name string) (patched *Course, found []Problem, ok bool) {
	if !strings.HasPrefix(name, "modules/") || !strings.HasSuffix(name, ".md") || len(problems) >= maxProblems || !sameFrame(before[name], after[name]) {
		return nil, nil, false
	}
	l := around(c, after)
	g, fresh := l.previewLesson(c, name)
	l.placeholders(name)
	for i, m := range c.Modules {
		at := slices.IndexFunc(m.Lessons, func(t *Lesson) bool { return t.File == name })
		if at < 0 || fresh == nil {
			continue
		}
		fresh.Number = m.Lessons[at].Number
		patched = &Course{Card: c.Card, Objectives: c.Objectives, Facts: c.Facts, References: c.References, Glossary: c.Glossary, Figures: c.Figures, Media: c.Media, Cases: c.Cases,
			Modules: slices.Clone(c.Modules), Exam: c.Exam, Bank: c.Bank, Evaluation: c.Evaluation, Disclosure: c.Disclosure, Signoffs: c.Signoffs, Lint: c.Lint}
		changed := *m
		changed.Lessons = slices.Clone(m.Lessons)
		changed.Lessons[at] = fresh
		patched.Modules[i] = &changed
	}
	if patched == nil || g.HTML == "" {
		return nil, nil, false
	}
	r := &report{problems: slices.DeleteFunc(slices.Clone(problems), func(p Problem) bool { return p.File == name })}
	r.problems = append(r.problems, slices.DeleteFunc(l.problems, func(p Problem) bool { return p.File != name })...)
	return patched, r.sorted(), len(r.problems) < maxProblems
}

// sameFrame reports whether two texts of a lesson differ in nothing that the rest
// of the course looks at: its keys, and the lines that show a figure, a medium or a case.
func sameFrame(before, after []byte) bool {
	return before != nil && after != nil && slices.Equal(frame(before), frame(after))
}

func frame(data []byte) (lines []string) {
	keys := 0 // lines --- seen
	for line := range bytes.Lines(data) {
		text := strings.TrimRight(string(line), " \t\r\n")
		switch {
		case keys < 2:
			lines = append(lines, text)
			if text == "---" {
				keys++
			}
		case strings.Contains(text, "figure:"), strings.Contains(text, "media:"), strings.HasPrefix(text, ":::") && strings.Contains(text, "case"):
			lines = append(lines, text)
		}
	}
	return lines
}
