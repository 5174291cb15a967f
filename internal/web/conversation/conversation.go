// Package conversation has the pages on which learners ask at a passage of a lesson
// and report inaccuracies, and those who teach answer, show answers to all, and keep
// notes for the next edition.
package conversation

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Conversation *conversation.Service
	Courses      interface {
		Drafts(ctx context.Context) ([]course.Draft, error)
		Draft(ctx context.Context, slug string) (course.Draft, error)
		DraftFiles(ctx context.Context, slug string) ([]course.FileInfo, int64, error)
		Editions(ctx context.Context, slug string) ([]course.Published, error)
	}
	People interface {
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Reach is what a viewer sees of what learners say.
	Reach func(ctx context.Context, v *kit.Viewer) (conversation.Reach, error)
	// Leave tells the clock of active time that the learner left the lesson.
	Leave func(enrollment.Enrollment)
	// Fresh demands a second factor given in the last minutes, for the export.
	Fresh echo.MiddlewareFunc
}

type handler struct{ Deps }

const (
	lessonPath = "/learn/:slug/lessons/:lesson/questions"
	ownRoot    = "/questions"
	ownPath    = ownRoot + "/:id"
	inbox      = "/teach/questions"
	threadPath = inbox + "/:id"
	notesPath  = "/teach/:slug/notes"
)

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	const teach = kit.Instructor | kit.Administrator | kit.Guest // within their reach
	const write = kit.Instructor | kit.Administrator
	within := []echo.MiddlewareFunc{h.within}
	return []kit.Route{
		{Method: http.MethodGet, Path: lessonPath, Name: "question.lesson", Role: kit.SignedIn, Handler: h.getLesson},
		{Method: http.MethodPost, Path: lessonPath, Name: "question.ask", Role: kit.SignedIn, Handler: h.postAsk},
		{Method: http.MethodGet, Path: ownRoot, Name: "question.list", Role: kit.SignedIn, Handler: h.getOwnList},
		{Method: http.MethodGet, Path: ownPath, Name: "question.show", Role: kit.SignedIn, Handler: h.getOwn},
		{Method: http.MethodPost, Path: ownPath + "/add", Name: "question.add", Role: kit.SignedIn, Handler: h.postAdd},
		{Method: http.MethodPost, Path: ownPath + "/reword", Name: "question.reword", Role: kit.SignedIn, Handler: h.postReword},
		{Method: http.MethodGet, Path: ownPath + "/withdraw", Name: "question.withdraw_page", Role: kit.SignedIn, Handler: h.getWithdraw},
		{Method: http.MethodPost, Path: ownPath + "/withdraw", Name: "question.withdraw", Role: kit.SignedIn, Handler: h.postWithdraw},

		{Method: http.MethodGet, Path: inbox, Name: "teach.question.list", Role: teach, Handler: h.getInbox},
		{Method: http.MethodPost, Path: inbox + ".csv", Name: "teach.question.csv", Role: teach, Handler: h.postCSV},
		{Method: http.MethodGet, Path: inbox + "/settings", Name: "teach.question.settings", Role: teach, Handler: h.getSettings},
		{Method: http.MethodPost, Path: inbox + "/settings", Name: "teach.question.set", Role: teach, Handler: h.postSettings},
		{Method: http.MethodGet, Path: threadPath, Name: "teach.question.show", Role: teach, Handler: h.getThread, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/answer", Name: "teach.question.answer", Role: teach, Handler: h.postAnswer, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/show", Name: "teach.question.publish", Role: teach, Handler: h.postShow, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/unshow", Name: "teach.question.unpublish", Role: teach, Handler: h.postUnshow, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/close", Name: "teach.question.close", Role: teach, Handler: h.postClose, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/judge", Name: "teach.question.judge", Role: teach, Handler: h.postJudge, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/note", Name: "teach.question.note", Role: teach, Handler: h.postNote, Use: within},
		{Method: http.MethodGet, Path: threadPath + "/hide", Name: "teach.question.hide_page", Role: kit.Administrator, Handler: h.getHide, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/hide", Name: "teach.question.hide", Role: kit.Administrator, Handler: h.postHide, Use: within},
		{Method: http.MethodPost, Path: threadPath + "/unhide", Name: "teach.question.unhide", Role: kit.Administrator, Handler: h.postUnhide, Use: within},
		{Method: http.MethodGet, Path: notesPath, Name: "teach.note.list", Role: write, Handler: h.getNotes},
		{Method: http.MethodPost, Path: notesPath + "/:id/done", Name: "teach.note.done", Role: write, Handler: h.postDone},
		{Method: http.MethodPost, Path: notesPath + "/:id/reopen", Name: "teach.note.reopen", Role: write, Handler: h.postReopen},
	}
}

const reachKey = "conversation.reach"

// within lets a request go on to a thread that the viewer may see.
func (h *handler) within(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id, err := kit.PathParam(c, "id")
		if err != nil {
			return err
		}
		r, err := h.Reach(c.Request().Context(), kit.ViewerOf(c))
		if err != nil {
			return err
		}
		if err := h.Conversation.Within(c.Request().Context(), id, r); err != nil {
			return beyond(c, err)
		}
		c.Set(reachKey, r)
		return next(c)
	}
}

// reach is what within found.
func reach(c echo.Context) conversation.Reach {
	r, _ := c.Get(reachKey).(conversation.Reach)
	return r
}

// person is who asks, and ctx what their acts run in; after BindForm the latter
// knows the form.
func person(c echo.Context) (ctx context.Context, id string) {
	return c.Request().Context(), kit.ViewerOf(c).PersonID
}

// nameOf is a name of the answer of Names.
func nameOf(names map[string]string, id string) string {
	if name := names[id]; name != "" {
		return name
	}
	return "Somebody whose account is gone"
}

// errataHref leads to where a correction of a lesson of an edition is published.
func errataHref(ed *course.Edition, lessonID string) string {
	return "/teach/" + ed.Slug + "/signoff?" + url.Values{"edition": {strconv.Itoa(ed.Number)}, "lesson": {lessonID}}.Encode() + "#correct-title"
}

// fileHref leads to a file in the studio, "" where the draft has it no more.
func fileHref(slug, path string, files []course.FileInfo) string {
	if !slices.ContainsFunc(files, func(f course.FileInfo) bool { return f.Path == path }) {
		return ""
	}
	return "/teach/" + slug + "/file?" + url.Values{"path": {path}}.Encode()
}

// disclosureFirst turns a lesson that waits for its disclosure into the way there.
func disclosureFirst(c echo.Context, err error) error {
	if !errors.Is(err, enrollment.ErrDisclosureFirst) {
		return err
	}
	return kit.Redirect(c, disclosureHref(c), nil)
}
