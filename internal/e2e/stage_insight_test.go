package e2e

import (
	"strconv"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// insight is the free course of the demonstration, whose exam a clinic's staff took,
// the clinical one, of which there is less, and a course that nobody takes.
func (s *stage) insight() {
	const teacher, full, less, empty = "instructor@example.org", "/teach/how-learning-is-recorded/insight", "/teach/" + slug + "/insight", "in-the-insight"
	s.add("insight.show", "full", teacher, full)
	s.add("insight.show", "less", teacher, less)
	s.add("insight.items", "full", teacher, full+"/items")
	s.same("insight.items", "sorted", teacher, full+"/items?sort=-right")
	s.add("insight.items", "less", teacher, less+"/items")
	s.add("insight.item", "choices", teacher, full+"/items/R1")
	s.add("insight.item", "marked", teacher, full+"/items/R2")
	s.add("insight.item", "flagged", teacher, full+"/items/R8")
	s.add("insight.item", "written", teacher, less+"/items/E28")
	s.add("insight.evaluation", "full", teacher, less+"/evaluation?edition="+s.evaluated())
	s.add("insight.compare", "full", teacher, full+"/compare")

	shortCopy(s.t, empty, "")
	none := "/teach/" + empty + "/insight"
	s.add("insight.show", "empty", teacher, none)
	s.add("insight.items", "empty", teacher, none+"/items")
	s.add("insight.evaluation", "empty", teacher, none+"/evaluation")
	s.add("insight.compare", "empty", teacher, none+"/compare")
}

// evaluated is the number of the clinical course's edition of which most evaluations
// are added up: other tests publish further ones.
func (s *stage) evaluated() (number string) {
	most := 0
	for _, a := range must[[]enrollment.EditionAnswers](s.t)(server.Enrollments.EvaluatedEditions(s.t.Context())) {
		ed := must[*course.Edition](s.t)(server.Courses.Edition(s.t.Context(), a.EditionID))
		if ed.Slug == slug && a.Counted > most {
			most, number = a.Counted, strconv.Itoa(ed.Number)
		}
	}
	return number
}
