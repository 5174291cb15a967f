package e2e

import (
	"net/url"
	"path"
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/scaffold"
)

// removed is a draft that lost a file, a module that may go, and a course that was begun
// by mistake.
func (s *stage) removed() {
	const slug, teacher = "in-the-studio-removed", "instructor@example.org"
	ctx, at := s.t.Context(), "/teach/"+slug
	ed := shortCopy(s.t, slug, "")
	by := s.person(teacher).ID
	lesson := ed.Course.Modules[0].Lessons[1].File
	f := must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, slug, lesson))
	saved := must[course.Saved](s.t)(server.Courses.EditDraft(ctx, course.Edit{Slug: slug, By: by, Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: lesson, Base: f.Seq, Remove: true}}}))
	change := at + "/history/" + strconv.FormatInt(saved.Seq, 10)
	s.add("studio.history", "removed", teacher, at+"/history")
	s.add("studio.change", "removed", teacher, change)
	s.add("studio.change", "removed-file", teacher, change+"?path="+url.QueryEscape(lesson))
	s.add("studio.module_remove_page", "", teacher, at+"/module/remove?dir="+url.QueryEscape(path.Dir(lesson)))

	begun := scaffold.Beginning{Slug: "begun-by-mistake", Title: "Begun by mistake", Author: "Somebody", Currency: "USD", Today: time.Now()}
	must[course.Draft](s.t)(server.Courses.Create(ctx, scaffold.Course(begun), by))
	s.add("studio.discard_page", "", teacher, "/teach/"+begun.Slug+"/discard")
	s.add("studio.show", "begun", teacher, "/teach/"+begun.Slug)
	s.add("studio.find", "none-yet", teacher, "/teach/"+begun.Slug+"/find?kind=fact")
}
