package team

import (
	"cmp"
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	said     = kit.NewFlash("comment.added", kit.Success, "Your comment is added.")
	answered = kit.NewFlash("comment.answered", kit.Success, "Your answer is added. The comment stays open.")
	closed   = kit.NewFlash("comment.closed", kit.Success, "The comment is closed.")
	reopened = kit.NewFlash("comment.reopened", kit.Success, "The comment is open again.")
)

// errNotThere refuses a passage that never stood in its file: nobody would find it.
var errNotThere = apperr.InvalidField("quote", "These words do not stand there. Copy them from the file or from its preview, or leave this empty and say in the comment what you mean.")

// postComment takes a comment from the list, or from the preview of a lesson: then
// "heading" is one of its headings, and "lesson" where the page leads back to.
func (h *handler) postComment(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	at, err := h.place(c)
	if err != nil {
		return err
	}
	if f.Str("quote") == "" && f.Str("heading") != "" {
		f.Values.Set("quote", f.Str("heading"))
	}
	ctx, quote, body := c.Request().Context(), f.Str("quote"), f.Str("body")
	path, bad := h.checkPassage(ctx, at.Slug, f.Str("path"), quote)
	if bad != nil && !f.Merge(bad) {
		return bad
	}
	err = team.CheckSaid(path, quote, body)
	if err == nil && bad == nil {
		err = h.Team.Say(ctx, at.Slug, path, quote, body, kit.ViewerOf(c).PersonID)
	}
	if err != nil && !f.Merge(err) {
		return err
	}
	if f.Bad() {
		return h.commentsAgain(c, f, cmp.Or(err, bad), "")
	}
	to := at.At("/comments")
	if lesson := f.Str("lesson"); lesson != "" && !strings.Contains(lesson, "/") {
		to = at.At("/preview/lessons/" + url.PathEscape(lesson))
	}
	return kit.Redirect(c, to, said)
}

// checkPassage refuses words that do not stand in a file of the draft; the path is ""
// for a file that is not there.
func (h *handler) checkPassage(ctx context.Context, slug, path, quote string) (string, error) {
	_, parsed, files, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return "", err
	}
	if _, there := files[path]; !there {
		return "", nil
	}
	if quote = apperr.Plain(quote); quote != "" && !course.NewQuotes(files, parsed).Has(path, quote) {
		return path, errNotThere
	}
	return path, nil
}

func (h *handler) postAnswer(c echo.Context) error {
	return h.onComment(c, answered, func(ctx context.Context, at place, id string, f *kit.Form) error {
		return h.Team.Answer(ctx, at.Slug, id, f.Str("answer"), kit.ViewerOf(c).PersonID)
	})
}

func (h *handler) postClose(c echo.Context) error {
	return h.onComment(c, closed, func(ctx context.Context, at place, id string, f *kit.Form) error {
		return h.Team.Close(ctx, at.Slug, id, f.Str("answer"), kit.ViewerOf(c).PersonID)
	})
}

func (h *handler) postReopen(c echo.Context) error {
	return h.onComment(c, reopened, func(ctx context.Context, at place, id string, _ *kit.Form) error {
		return h.Team.Reopen(ctx, at.Slug, id)
	})
}

// onComment does something with the comment of the address and goes back to the list that
// the address names, or shows it with what was typed where that fails.
func (h *handler) onComment(c echo.Context, done *kit.Flash, act func(ctx context.Context, at place, id string, f *kit.Form) error) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	at, err := h.place(c)
	if err != nil {
		return err
	}
	id, err := kit.PathParam(c, "comment")
	if err != nil {
		return err
	}
	err = act(c.Request().Context(), at, id, f)
	if err == nil {
		list := commentsPage{place: at, Path: c.QueryParam("path"), Closed: c.QueryParam("state") == "closed"}
		return kit.Redirect(c, list.Here(), done)
	}
	if !f.Merge(err) {
		return err
	}
	return h.commentsAgain(c, f, err, id)
}

// commentsAgain shows the list with what is wrong in a form, and what was typed in it;
// the comment that failed is the one with which something could not be done.
func (h *handler) commentsAgain(c echo.Context, f *kit.Form, why error, failed string) error {
	ctx := c.Request().Context()
	p, err := h.commentsPage(c)
	if err != nil {
		return err
	}
	if failed != "" {
		x, err := h.Team.Comment(ctx, p.Slug, failed)
		if err != nil {
			return err
		}
		rows := p.Rows
		p.Rows = nil
		if err := h.fillComments(ctx, &p, []team.Comment{x}); err != nil {
			return err
		}
		p.Failed = &p.Rows[0]
		p.Rows = slices.DeleteFunc(rows, func(r comment) bool { return r.ID == failed })
	}
	return kit.Render(c, kit.Status(why), "team/comments", kit.View{Title: commentsTitle, Form: f, Data: p})
}
