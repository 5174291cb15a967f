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
}
