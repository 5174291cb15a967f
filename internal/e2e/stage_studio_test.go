package e2e

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/course"
)

// studio is a course whose draft two people change, and one whose draft is broken.
func (s *stage) studio() {
	const slug, teacher = "in-the-studio", "instructor@example.org"
	ctx, at := s.t.Context(), "/teach/"+slug
	ed := shortCopy(s.t, slug, "")
	lesson := ed.Course.Modules[0].Lessons[0].File
	file := func(path string) string { return at + "/file?" + url.Values{"path": {path}}.Encode() }
	save := func(path, by, text string, base int64) int64 {
		saved := must[course.Saved](s.t)(server.Courses.EditDraft(ctx, course.Edit{Slug: slug, By: s.person(by).ID, Kind: course.ChangeSave,
			Files: []course.FileEdit{{Path: path, Base: base, Content: []byte(text)}}}))
		return saved.Seq
	}
	open := func(path string) course.DraftFile {
		return must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, slug, path))
	}
	s.add("studio.list", "", teacher, "/teach")
	s.add("studio.new_course_page", "", teacher, "/teach/new")
	s.add("studio.import_page", "", teacher, "/teach/import")
	s.add("studio.new_file_page", "", teacher, at+"/new")
	s.add("studio.show", "as-published", teacher, "/teach/"+short)
	s.add("studio.publish_page", "nothing", teacher, "/teach/"+short+"/publish")
	text := string(open(lesson).Content)
	base := open(lesson).Seq
	second := save(lesson, teacher, strings.TrimRight(text, "\n")+"\n\nA paragraph that is new in this draft. {.plain}\n", base)
	save("disclosure.md", "admin@example.org", "We sell nothing that this course speaks of.\n", open("disclosure.md").Seq)
	s.add("studio.show", "changed", teacher, at)
	s.add("studio.publish_page", "ready", teacher, at+"/publish")
	s.add("studio.file", "lesson", teacher, file(lesson))
	s.answered("studio.file", "preview", teacher, file(lesson), url.Values{"body": {text + "\nOne word more, not saved. {.plain}\n"}, "step": {"preview"}})
	s.add("studio.file", "card", teacher, file("course.yaml"))
	must[[]course.Present](s.t)(server.Courses.Arrive(ctx, slug, "evaluation.yaml", s.person("admin@example.org").ID))
	s.add("studio.file", "with-others", teacher, file("evaluation.yaml"))
	s.add("studio.show", "with-others", teacher, at)
	s.add("studio.find", "", teacher, at+"/find")
	s.add("studio.find", "nothing", teacher, at+"/find?q=nowhere")
	paste := at + "/paste?" + url.Values{"path": {lesson}}.Encode()
	s.add("studio.paste_page", "", teacher, paste)
	s.add("studio.outline", "", teacher, at+"/outline")
	s.add("studio.outline", "moving", teacher, at+"/outline?"+url.Values{"move": {lesson}}.Encode())
	form := func(path, id string) string {
		q := url.Values{"path": {path}}
		if id != "" {
			q.Set("id", id)
		}
		return at + "/form?" + q.Encode()
	}
	s.add("studio.form", "card", teacher, form("course.yaml", ""))
	s.add("studio.form", "objectives", teacher, form("objectives.yaml", ""))
	s.add("studio.form", "questions", teacher, form("exam/lo1.yaml", ""))
	s.add("studio.form", "question", teacher, form("exam/lo1.yaml", "R1"))
	s.same("studio.form", "blueprint", teacher, form("exam.yaml", ""))
	s.answered("studio.form", "refused", teacher, form("course.yaml", ""), url.Values{"access_days": {"many"}})
	s.list[len(s.list)-1].status = 422
	s.add("studio.history", "", teacher, at+"/history")
	s.add("studio.history", "file", teacher, at+"/history?path="+url.QueryEscape(lesson))
	s.add("studio.change", "newest", teacher, at+"/history/"+strconv.FormatInt(second+1, 10))
	s.add("studio.change", "file", teacher, at+"/history/"+strconv.FormatInt(second, 10)+"?path="+url.QueryEscape(lesson))

	const broken = "in-the-studio-broken"
	shortCopy(s.t, broken, "")
	f := must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, broken, lesson))
	must[course.Saved](s.t)(server.Courses.EditDraft(ctx, course.Edit{Slug: broken, By: s.person(teacher).ID, Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: lesson, Base: f.Seq, Content: []byte(strings.Replace(text, "minutes: ", "minutes: 9", 1) + "\nAll of it is <b>proven</b>.\n")}}}))
	s.add("studio.show", "mistakes", teacher, "/teach/"+broken)
	s.add("studio.publish_page", "mistakes", teacher, "/teach/"+broken+"/publish")
	s.add("studio.file", "mistakes", teacher, "/teach/"+broken+"/file?"+url.Values{"path": {lesson}}.Encode())

	// Of two who change one line, the later is asked.
	const two = "in-the-studio-twice"
	shortCopy(s.t, two, "")
	f = must[course.DraftFile](s.t)(server.Courses.DraftFile(ctx, two, "disclosure.md"))
	must[course.Saved](s.t)(server.Courses.EditDraft(ctx, course.Edit{Slug: two, By: s.person("admin@example.org").ID, Kind: course.ChangeSave,
		Files: []course.FileEdit{{Path: "disclosure.md", Base: f.Seq, Content: []byte("The authors are paid by nobody.\n")}}}))
	s.refused("studio.file", "clash", teacher, "/teach/"+two+"/file?path=disclosure.md", 409)
	p := &s.list[len(s.list)-1]
	p.fill = url.Values{"body": {"The authors are paid by the publisher.\n"}, "base": {strconv.FormatInt(f.Seq, 10)}, "step": {"save"}}
}
