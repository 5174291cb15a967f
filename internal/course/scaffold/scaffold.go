// Package scaffold writes the first words of what an author begins: a lesson, a
// module, a case, practice questions, or a whole course. What they still have to
// write says so by a word that stops publishing wherever it stands, so that the checks
// lead from one place to the next.
package scaffold

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"
	"golang.org/x/text/unicode/norm"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
)

// Placeholder stands where somebody has to write.
const Placeholder = content.Placeholder

// maxNumber is how many modules, or files of a module, a folder can number.
const maxNumber = 99

// The errors of a scaffold.
var (
	ErrNoModule = apperr.New(apperr.NotFound, "There is no such module in this draft.")
	ErrFull     = apperr.New(apperr.Conflict, "No number is left: files are numbered to 99.")
	ErrThere    = apperr.New(apperr.Conflict, "It is there already.")
)

// Slug turns a title into what stands in addresses: "" where nothing of it can.
func Slug(title string) string {
	var s strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(title)) {
		switch {
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			s.WriteRune(r)
		case unicode.Is(unicode.Mn, r), r == '\'', r == '’':
		case s.Len() > 0 && !strings.HasSuffix(s.String(), "-"):
			s.WriteByte('-')
		}
	}
	const most = 50
	out := s.String()
	if len(out) > most {
		out = out[:most]
		if i := strings.LastIndexByte(out, '-'); i > 0 {
			out = out[:i]
		}
	}
	return strings.Trim(out, "-")
}

// free is a slug that is not taken: the title's own, or with a number.
func free(title, otherwise string, taken func(string) bool) string {
	base := Slug(title)
	if base == "" {
		base = otherwise
	}
	slug := base
	for n := 2; taken(slug); n++ {
		slug = fmt.Sprintf("%s-%d", base, n)
	}
	return slug
}

// text is a string as YAML writes it on one line.
func text(s string) string {
	out, err := yaml.Marshal(&yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s, Style: yaml.DoubleQuotedStyle})
	if err != nil { // of a plain string
		return `""`
	}
	return strings.TrimSpace(strings.ReplaceAll(string(out), "\n  ", " "))
}

// next is the number after the highest of names such as 03-title.
func next(names []string) (int, error) {
	n := 0
	for _, name := range names {
		var i int
		if _, err := fmt.Sscanf(path.Base(name), "%02d-", &i); err == nil {
			n = max(n, i)
		}
	}
	if n >= maxNumber {
		return 0, ErrFull
	}
	return n + 1, nil
}

// Lesson is a new lesson at the end of a module. Errors: ErrNoModule, ErrFull.
func Lesson(c *content.Course, module, title string) (content.Files, string, error) {
	m := find(c, module)
	if m == nil {
		return nil, "", ErrNoModule
	}
	slugs, ids := map[string]bool{}, map[string]bool{}
	for _, m := range c.Modules {
		for _, l := range m.Lessons {
			slugs[l.Slug], ids[l.ID] = true, true
		}
	}
	var names []string
	for _, l := range m.Lessons {
		names = append(names, l.File)
	}
	n, err := next(names)
	if err != nil {
		return nil, "", err
	}
	slug := free(title, "lesson", func(s string) bool { return slugs[s] })
	id := free(fmt.Sprintf("%s-l%d", m.ID, n), "lesson", func(s string) bool { return ids[s] })
	file := fmt.Sprintf("%s/%02d-%s.md", path.Dir(m.File), n, slug)
	return content.Files{file: lesson(id, slug, title, m.Objectives)}, file, nil
}

func lesson(id, slug, title string, objectives []string) []byte {
	return fmt.Appendf(nil, `---
id: %s
slug: %s
title: %s
objectives: [%s]
minutes: 5
words: 500
jurisdictions: []
roles: []
---

%s: the text of the lesson, in Markdown.
{.plain}
`, id, slug, text(title), strings.Join(objectives, ", "), Placeholder)
}

func find(c *content.Course, module string) *content.Module {
	i := slices.IndexFunc(c.Modules, func(m *content.Module) bool { return m.ID == module })
	if i < 0 {
		return nil
	}
	return c.Modules[i]
}

// Module is a new module at the end of a course, with its first lesson. Errors:
// ErrFull.
func Module(c *content.Course, title string) (content.Files, string, error) {
	var names []string
	ids := map[string]bool{}
	for _, m := range c.Modules {
		names, ids[m.ID] = append(names, path.Dir(m.File)), true
	}
	n, err := next(names)
	if err != nil {
		return nil, "", err
	}
	id := free(fmt.Sprintf("m%d", n), "m", func(s string) bool { return ids[s] })
	var objectives []string
	if len(c.Objectives) > 0 {
		objectives = []string{c.Objectives[0].ID}
	}
	dir := fmt.Sprintf("modules/%02d-%s", n, free(title, "module", func(string) bool { return false }))
	file := dir + "/module.yaml"
	files := content.Files{file: fmt.Appendf(nil, "id: %s\ntitle: %s\naim: %s\nobjectives: [%s]\nplanned_words: 500\n",
		id, text(title), text(Placeholder+": what learners take from it"), strings.Join(objectives, ", "))}
	first, _, err := Lesson(&content.Course{Modules: append(slices.Clone(c.Modules), &content.Module{ID: id, File: file, Objectives: objectives})}, id, title)
	maps.Copy(files, first)
	return files, file, err
}

// Case is a new fictional case.
func Case(c *content.Course, title string) (content.Files, string, error) {
	ids := map[string]bool{}
	for _, k := range c.Cases {
		ids[k.ID] = true
	}
	base := Slug(title)
	if base != "" && base[0] < 'a' { // an ID begins with a letter
		base = "case-" + base
	}
	const most = 36 // of the 40 of an ID; a number may follow
	id := free(base[:min(len(base), most)], "case", func(s string) bool { return ids[s] })
	file := "cases/" + id + ".md"
	return content.Files{file: fmt.Appendf(nil, `---
id: %s
name: %s
title: %s
modules: []
---
%s: the story, fictional.

## Discussion
1. %s: a question?
   %s: a model point.
`, id, text(title), text(title), Placeholder, Placeholder, Placeholder)}, file, nil
}

// Check is the practice questions of a module, with a first one. Errors:
// ErrNoModule, ErrThere.
func Check(c *content.Course, module string) (content.Files, string, error) {
	m := find(c, module)
	switch {
	case m == nil:
		return nil, "", ErrNoModule
	case len(m.Check) > 0:
		return nil, "", ErrThere
	}
	file := path.Dir(m.File) + "/check.yaml"
	return content.Files{file: []byte(questions(strings.ToUpper(m.ID)+".1", m.Objectives))}, file, nil
}

// questions are a first one of which nothing is right yet: only its author knows what is.
func questions(id string, objectives []string) string {
	return fmt.Sprintf(`- id: %s
  kind: single-choice
  prompt: %s
  options:
    - {id: A, text: %s, rationale: %s}
    - {id: B, text: %s, rationale: %s}
  objectives: [%s]
  facts: []
`, id, text(Placeholder+": the question?"), text(Placeholder+": an option"), text(Placeholder+": why it is right or wrong"), text(Placeholder+": another option"), text(Placeholder+": why it is right or wrong"),
		strings.Join(objectives[:min(1, len(objectives))], ", "))
}
