package e2e

import "net/url"

// previews are the pages on which a course is walked as a learner does.
func (s *stage) previews() {
	const teacher, at = "instructor@example.org", "/teach/" + short + "/preview"
	ed := edition(s.t)
	lesson := ed.Course.Lessons()[2]
	s.add("preview.show", "draft", teacher, "/teach/"+slug+"/preview")
	s.add("preview.show", "another-place", teacher, at+"?edition=1&profession=psychologist&jurisdiction=US-CA")
	s.add("preview.lesson", "", teacher, "/teach/"+slug+"/preview/lessons/"+lesson.Slug)
	s.add("preview.disclosure", "", teacher, at+"/disclosure?edition=1")
	s.add("preview.check", "", teacher, at+"/checks/m1")
	s.add("preview.exam", "", teacher, at+"/exam?form=one")
	s.answered("preview.exam", "failed", teacher, at+"/exam?form=one", url.Values{})
	s.answered("preview.exam", "last", teacher, at+"/exam?form=one", url.Values{"attempt": {"last"}})
	s.add("preview.evaluation", "", teacher, at+"/evaluation")
	s.add("preview.evaluation", "long", teacher, "/teach/"+slug+"/preview/evaluation")
	const accreditor = "accreditor@example.org"
	s.add("preview.questions", "guest", accreditor, "/teach/"+slug+"/preview/questions")
	s.add("preview.questions", "practice", teacher, at+"/questions?part=practice-m1")
	s.add("preview.question", "", teacher, "/teach/"+slug+"/preview/questions/"+url.PathEscape(ed.Course.Bank[0].ID))
	s.add("preview.card", "guest", accreditor, "/teach/"+slug+"/preview/card")
	s.add("comment.list", "demo", "reviewer@example.org", "/teach/"+slug+"/comments")
	s.add("comment.list", "closed", teacher, "/teach/"+slug+"/comments?state=closed")
	s.add("studio.list", "accreditor", accreditor, "/teach")
	s.add("studio.show", "accreditor", accreditor, "/teach/"+slug)
}
