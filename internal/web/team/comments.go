package team

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/team"
	"github.com/atmacena/cocare/internal/web/kit"
)

// pageSize is how many comments stand on a page.
const pageSize = 50

type commentsPage struct {
	place
	Path   string // only those on this file, "" for all
	Closed bool   // those that are closed
	Failed *comment
	Rows   []comment
	Files  []kit.Option
	Pager  kit.Pager
}

// Here is the address of the list.
func (p commentsPage) Here() string { return p.list(p.Closed) }

// Tabs lead to the open and to the closed ones.
func (p commentsPage) Tabs() []kit.Link {
	return []kit.Link{{Label: "Open", Href: p.list(false)}, {Label: "Closed", Href: p.list(true)}}
}

func (p commentsPage) list(closed bool) string {
	q := url.Values{}
	if closed {
		q.Set("state", "closed")
	}
	if p.Path != "" {
		q.Set("path", p.Path)
	}
	if len(q) == 0 {
		return p.At("/comments")
	}
	return p.At("/comments?" + q.Encode())
}

// comment is one with where its passage stands now.
type comment struct {
	team.Comment
	Gone bool   // the passage no longer says so
	Href string // of the file, "" where it is removed
}

var errState = apperr.New(apperr.Invalid, "There is no such list. Please open the comments again.")

func (h *handler) commentsPage(c echo.Context) (p commentsPage, err error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return p, err
	}
	if q.State != "" && q.State != "closed" {
		return p, errState
	}
	if p.place, err = h.place(c); err != nil {
		return p, err
	}
	ctx := c.Request().Context()
	p.Path, p.Closed = c.QueryParam("path"), q.State == "closed"
	if p.Path != "" { // comments went along with a file that moved
		if p.Path, err = h.Courses.FileNow(ctx, p.Slug, p.Path, 0); err != nil {
			return p, err
		}
	}
	f := team.CommentFilter{Path: p.Path, Closed: p.Closed, Limit: q.Limit}
	f.After, f.Before = q.Neighbor()
	list, err := h.Team.Comments(ctx, p.Slug, f)
	if err != nil {
		return p, err
	}
	prev, next := kit.Ends(list.Rows, func(x team.Comment) string { return x.ID }, list.Earlier, list.More)
	p.Pager = kit.NewPager(c, int(list.Total), len(list.Rows), prev, next).Counted(list.Over)
	return p, h.fillComments(ctx, &p, list.Rows)
}

// fillComments adds where the passages of comments stand in the draft, whose files are
// read once.
func (h *handler) fillComments(ctx context.Context, p *commentsPage, list []team.Comment) error {
	_, parsed, files, err := h.Courses.CheckDraft(ctx, p.Slug)
	if err != nil {
		return err
	}
	p.Files = []kit.Option{{Value: "", Label: "Choose"}}
	for _, path := range files.Paths() {
		p.Files = append(p.Files, kit.Option{Value: path, Label: path})
	}
	quotes := course.NewQuotes(files, parsed)
	for _, x := range list {
		one := comment{Comment: x}
		if _, there := files[x.Path]; there {
			one.Href = p.At("/file?" + url.Values{"path": {x.Path}}.Encode())
			one.Gone = x.Quote != "" && x.ClosedAt == nil && !quotes.Has(x.Path, x.Quote)
		}
		p.Rows = append(p.Rows, one)
	}
	return nil
}

const commentsTitle = "Comments"

func (h *handler) getComments(c echo.Context) error {
	p, err := h.commentsPage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "team/comments", kit.View{Title: commentsTitle, Form: kit.NewForm("path", p.Path), Data: p})
}

var (
	said   = kit.NewFlash("comment.added", kit.Success, "Your comment is added.")
	closed = kit.NewFlash("comment.closed", kit.Success, "The comment is closed.")
)

func (h *handler) postComment(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	at, err := h.place(c)
	if err != nil {
		return err
	}
	ctx, path := c.Request().Context(), f.Str("path")
	if _, err := h.Courses.DraftFile(ctx, at.Slug, path); apperr.Is(err, apperr.NotFound) {
		path = ""
	} else if err != nil {
		return err
	}
	err = h.Team.Say(ctx, at.Slug, path, f.Str("quote"), f.Str("body"), kit.ViewerOf(c).PersonID)
	if err == nil {
		return kit.Redirect(c, at.At("/comments"), said)
	}
	return h.commentsAgain(c, f, err, "")
}

func (h *handler) postClose(c echo.Context) error {
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
	err = h.Team.Close(c.Request().Context(), at.Slug, id, f.Str("answer"), kit.ViewerOf(c).PersonID)
	if err == nil {
		return kit.Redirect(c, at.At("/comments"), closed)
	}
	return h.commentsAgain(c, f, err, id)
}

// commentsAgain shows the list with what is wrong in a form, and what was typed in it;
// the comment that failed is the one that could not be closed.
func (h *handler) commentsAgain(c echo.Context, f *kit.Form, err error, failed string) error {
	if !f.Merge(err) {
		return err
	}
	p, unread := h.commentsPage(c)
	if unread != nil {
		return unread
	}
	if failed != "" {
		x, unread := h.Team.Comment(c.Request().Context(), p.Slug, failed)
		if unread != nil {
			return unread
		}
		p.Failed = &comment{Comment: x}
		p.Rows = slices.DeleteFunc(p.Rows, func(r comment) bool { return r.ID == failed })
	}
	return kit.Render(c, kit.Status(err), "team/comments", kit.View{Title: commentsTitle, Form: f, Data: p})
}
