package e2e

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course"
)

const (
	formsDrawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><rect class="f-a" fill="#1d6470" x="20" y="20" width="160" height="120"/><text class="f-ink" fill="#1a1a1a" x="200" y="90" font-size="22">Half of it is full</text></svg>`
	formsFigure  = "- id: fig-01\n  number: 1\n  file: figures/fig-01.svg\n  title: Halves\n  caption: One half of the bar is full.\n  alt: A bar, its left half filled.\n  facts: [P-01, P-02]\n  axis: [\"0\", \"50\"]\n  marks:\n    - {kind: prevalence, of: everybody who was asked}\n"
	formsSource  = "- id: smith-2023\n  number: 1\n  type: article-journal\n  author:\n    - {family: Smith, given: A}\n  title: On halves\n  container-title: J Small\n  issued: \"2023\"\n  DOI: \"10.1000/halves\"\n"
	formsMatch   = "- id: R1\n  kind: matching\n  prompt: What belongs together?\n  left:\n    - {id: \"1\", text: A lesson, match: b, rationale: It is read.}\n    - {id: \"2\", text: An exam, match: a, rationale: It is taken.}\n  right:\n    - {id: a, text: Taken}\n    - {id: b, text: Read}\n  objectives: [LO1]\n  facts: [P-01]\n"
)

// forms is a course whose parts are all forms: sources, figures, an evaluation, the
// heads of lessons.
func (s *stage) forms() {
	const slug, teacher = "in-forms", "instructor@example.org"
	ctx, at := s.t.Context(), "/teach/"+slug
	ed := shortCopy(s.t, slug, "")
	form := func(path, id string) string {
		q := url.Values{"path": {path}}
		if id != "" {
			q.Set("id", id)
		}
		return at + "/form?" + q.Encode()
	}
	s.add("studio.drawing_page", "", teacher, at+"/drawing")
	edit := course.Edit{Slug: slug, By: s.person(teacher).ID, Kind: course.ChangeSave}
	for path, text := range map[string]string{"figures/fig-01.svg": formsDrawing, "figures.yaml": formsFigure, "references.yaml": formsSource, "modules/01-your-record/check.yaml": formsMatch} {
		f, err := server.Courses.DraftFile(ctx, slug, path)
		if err != nil {
			f.Seq = 0
		}
		edit.Files = append(edit.Files, course.FileEdit{Path: path, Base: f.Seq, Content: []byte(text)})
	}
	before := must[course.Saved](s.t)(server.Courses.EditDraft(ctx, edit))
	s.clashes(slug, form("figures.yaml", "fig-01"), before.Seq)
	s.add("studio.form", "references", teacher, form("references.yaml", ""))
	s.add("studio.form", "reference", teacher, form("references.yaml", "smith-2023"))
	s.add("studio.form", "figures", teacher, form("figures.yaml", ""))
	s.add("studio.form", "figure", teacher, form("figures.yaml", "fig-01"))
	s.add("studio.form", "fact", teacher, form("facts.yaml", "P-01"))
	s.add("studio.form", "glossary-begins", teacher, form("glossary.yaml", ""))
	s.add("studio.form", "evaluation", teacher, form("evaluation.yaml", ""))
	s.add("studio.form", "minutes", teacher, form("evaluation.yaml", "minutes"))
	s.add("studio.form", "reviews", teacher, form("signoff.yaml", ""))
	s.add("studio.form", "matching", teacher, form("modules/01-your-record/check.yaml", "R1"))
	s.add("studio.form", "lesson", teacher, form(ed.Course.Modules[0].Lessons[0].File, ""))
	s.answered("studio.form", "not-there", teacher, form("exam/lo1.yaml", "R1"), url.Values{"facts_add": {"P-99"}})
	s.list[len(s.list)-1].status = 422
}

// clashes answers a form that was opened before somebody else changed the same value.
func (s *stage) clashes(slug, page string, before int64) {
	const teacher = "instructor@example.org"
	must[course.Saved](s.t)(server.Courses.EditDraft(s.t.Context(), course.Edit{Slug: slug, By: s.person("admin@example.org").ID, Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: "figures.yaml", Base: before, Content: []byte(strings.Replace(formsFigure, "Halves", "Two halves", 1))}}}))
	s.answered("studio.form", "clash", teacher, page, url.Values{"base": {strconv.FormatInt(before, 10)}, "title": {"Equal parts"}})
	s.list[len(s.list)-1].status = 409
}
