package e2e

import (
	"strings"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// editions is a course with two editions and a correction: one learner has finished
// a lesson that says something else by now, another may move.
func (s *stage) editions() {
	const slug, teacher, stays, moves, reads = "in-editions", "instructor@example.org", "eddy.stays@example.org", "mona.moves@example.org", "rita.reads@example.org"
	ctx, at := s.t.Context(), "/teach/"+slug
	ed := shortCopy(s.t, slug, "")
	lesson := ed.Course.Lessons()[0]
	if ed.Number > 1 { // the stage was set before
		ed = must[*course.Edition](s.t)(server.Courses.Edition(ctx, s.enrollment(stays, slug).EditionID))
	} else {
		s.twoEditions(ed, lesson, stays, moves, reads)
		ed = must[*course.Edition](s.t)(server.Courses.Edition(ctx, ed.ID))
	}
	s.add("edition.list", "", teacher, at+"/editions")
	s.add("edition.compare", "draft", teacher, at+"/editions/compare")
	s.add("edition.compare", "two", teacher, at+"/editions/compare?a=1&b=2")
	s.add("erratum.readers", "", teacher, at+"/errata/"+ed.Overlays.Errata[0].ID)
	s.add("edition.newer", "stays", stays, "/learn/"+slug+"/newer")
	s.add("edition.newer", "may-move", moves, "/learn/"+slug+"/newer")
	s.add("edition.newer", "reads-a-correction-first", reads, "/learn/"+slug+"/newer")
	s.add("learn.show", "correction-and-newer-edition", stays, "/learn/"+slug)
	s.add("lesson.show", "corrected", stays, "/learn/"+slug+"/lessons/"+lesson.Slug)
	s.add("lesson.show", "correction-to-read", reads, "/learn/"+slug+"/lessons/"+lesson.Slug)
	s.changedPages(stays, slug)
}

func (s *stage) twoEditions(ed *course.Edition, lesson *course.Lesson, stays, moves, reads string) {
	ctx := s.t.Context()
	check := func(err error) {
		s.t.Helper()
		if err != nil {
			s.t.Fatal(err)
		}
	}
	for _, email := range []string{stays, moves, reads} {
		must[account.Person](s.t)(server.Accounts.Create(ctx, account.NewPerson{Email: email, Name: "Edie Pages", Password: apptest.Password, Published: true,
			TimeZone: "America/New_York", Roles: []account.Role{account.Therapist}}))
		e := must[enrollment.Enrollment](s.t)(server.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: s.person(email).ID, EditionID: ed.ID, Source: "free"}))
		check(server.Enrollments.AcknowledgeDisclosure(ctx, e))
		if email == stays {
			check(server.Enrollments.FinishLesson(ctx, e, lesson.ID))
		}
	}
	check(server.Courses.AddErratum(ctx, ed.ID, course.Erratum{LessonID: lesson.ID, Text: "The record keeps minutes, not seconds.", Safety: true}, "test"))
	check(server.Enrollments.ReadErratum(ctx, s.enrollment(moves, ed.Slug), must[*course.Edition](s.t)(server.Courses.Edition(ctx, ed.ID)).Overlays.Errata[0].ID))
	f := must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, ed.Slug, lesson.File))
	text := strings.TrimRight(string(f.Content), "\n") + "\n\nA sentence that the second edition adds. {.plain}\n"
	o := must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, ed.Slug, "objectives.yaml"))
	objectives := strings.Replace(string(o.Content), "text: Explain what", "text: Explain in your own words what", 1)
	must[course.Saved](s.t)(server.Courses.EditDraft(ctx, course.Edit{Slug: ed.Slug, By: "test", Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: lesson.File, Base: f.Seq, Content: []byte(text)}, {Path: o.Path, Base: o.Seq, Content: []byte(objectives)}}}))
	second := must[*course.Edition](s.t)(server.Courses.Publish(ctx, ed.Slug, "A sentence more at the end of the first lesson.", "test"))
	s.changed(stays, lesson, second)
}
