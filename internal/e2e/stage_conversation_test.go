package e2e

import (
	"net/http"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
)

// conversations looks at those of the demonstration, and at what it lacks: a
// confirmed report, and a hidden conversation.
func (s *stage) conversations() {
	const asker, reader, teacher, office = "therapist@example.org", "ready@example.org", "instructor@example.org", "admin@example.org"
	ctx, c := s.t.Context(), server.Conversation
	place := func(lesson string) string { return "/learn/" + slug + "/lessons/" + lesson + "/questions" }
	ask := func(email string, kind conversation.Kind, body string) string {
		return must[conversation.Thread](s.t)(c.Ask(ctx, conversation.NewThread{PersonID: s.person(email).ID, Slug: slug, Lesson: "diminishing-returns",
			Kind: kind, Anchor: "s-four-steps-down", Body: body})).ID
	}
	by := s.person(teacher).ID
	report, question, hidden := ask(reader, conversation.Inaccuracy, "The figure has no unit."), ask(asker, conversation.Question, "What is a step?"), ask(asker, conversation.Question, "Never mind.")
	open := ask(asker, conversation.Inaccuracy, "The figure has no title.")
	s.check(c.Judge(ctx, conversation.Act{ID: report, By: by}, conversation.Verdict{Confirmed: true, Text: "It has one now.", Note: "Name the unit."}))
	s.check(c.Answer(ctx, conversation.Act{ID: question, By: by}, "A treatment that follows another."))
	s.check(c.Show(ctx, conversation.Act{ID: question, By: by, Seen: 1}, "What is a step?", "A treatment that follows another."))
	s.check(c.Add(ctx, s.person(asker).ID, question, "Thank you. And the fourth?"))
	s.check(c.KeepNote(ctx, question, by, "Say what a step is."))
	s.check(c.Hide(ctx, hidden, s.person(office).ID, "Asked by mistake."))

	s.add("question.lesson", "", reader, place("diminishing-returns")+"?at=s-four-steps-down")
	s.add("question.lesson", "empty", reader, place("how-many-people"))
	s.add("question.list", "", asker, "/questions")
	s.add("question.list", "empty", "new@example.org", "/questions")
	s.add("question.show", "", asker, "/questions/"+question)
	s.add("question.show", "editable", asker, "/questions/"+open)
	s.add("question.show", "report", reader, "/questions/"+report)
	s.add("question.show", "hidden", asker, "/questions/"+hidden)
	s.refused("question.show", "not-found", reader, "/questions/"+question, http.StatusNotFound)
	s.add("question.withdraw_page", "", asker, "/questions/"+open+"/withdraw")

	s.add("teach.question.list", "", teacher, "/teach/questions")
	s.add("teach.question.list", "hidden", office, "/teach/questions?state=hidden")
	s.add("teach.question.list", "nothing", teacher, "/teach/questions?state=closed")
	s.add("teach.question.settings", "", teacher, "/teach/questions/settings")
	s.add("teach.question.show", "", teacher, "/teach/questions/"+question)
	s.add("teach.question.show", "report", office, "/teach/questions/"+open)
	s.add("teach.question.show", "confirmed", teacher, "/teach/questions/"+report)
	s.add("teach.question.show", "hidden", office, "/teach/questions/"+hidden)
	s.add("teach.question.hide_page", "", office, "/teach/questions/"+open+"/hide")
	s.add("teach.note.list", "", teacher, "/teach/"+slug+"/notes")
	s.add("teach.note.list", "empty", teacher, "/teach/"+short+"/notes")
}

// changed makes a question of a learner whose note a later edition has done.
func (s *stage) changed(asker string, lesson *course.Lesson, later *course.Edition) {
	ctx, c, by := s.t.Context(), server.Conversation, s.person("instructor@example.org").ID
	q := must[conversation.Thread](s.t)(c.Ask(ctx, conversation.NewThread{PersonID: s.person(asker).ID, Slug: later.Slug, Lesson: lesson.Slug, Kind: conversation.Question,
		Anchor: conversation.Passages(lesson)[0].Anchor, Body: "Is there more?"}))
	s.check(c.KeepNote(ctx, q.ID, by, "Add a sentence."))
	list, _, _, err := c.Notes(ctx, later.CourseID, false, conversation.Place{})
	s.check(err)
	s.check(c.Done(ctx, later.Slug, later.CourseID, list[0].ID, later.ID, by))
}

// changedPages are where that is seen.
func (s *stage) changedPages(asker, slug string) {
	list, err := server.Conversation.OwnAll(s.t.Context(), s.person(asker).ID)
	s.check(err)
	s.add("question.show", "changed", asker, "/questions/"+list[0].ID)
	s.add("teach.note.list", "done", "instructor@example.org", "/teach/"+slug+"/notes?state=done")
}
