package team

import (
	"context"
	"net/http"
	"net/url"
	"strings"

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
	On     string // what it is called
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

// Act is the address at which something is done with a comment, which leads back to the
// same list.
func (p commentsPage) Act(id, act string) string {
	_, query, listed := strings.Cut(p.Here(), "?")
	at := p.At("/comments/" + id + "/" + act)
	if listed {
		at += "?" + query
	}
	return at
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
	Title string // of its file
	Gone  bool   // the passage no longer says so
	Href  string // of the file, "" where it is removed
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
	names := course.NamesOf(parsed)
	p.Files = fileOptions(names, files)
	if p.Path != "" {
		p.On = names.Of(p.Path)
	}
	quotes := course.NewQuotes(files, parsed)
	for _, x := range list {
		one := comment{Comment: x, Title: names.Of(x.Path)}
		if _, there := files[x.Path]; there {
			one.Href = p.At("/file?" + url.Values{"path": {x.Path}}.Encode())
			one.Gone = x.Quote != "" && x.ClosedAt == nil && !quotes.Has(x.Path, x.Quote)
		}
		p.Rows = append(p.Rows, one)
	}
	return nil
}

// fileOptions are the files of a course by the names that the studio has for them.
func fileOptions(names course.FileNames, files course.Files) []kit.Option {
	out := []kit.Option{{Value: "", Label: "Choose"}}
	for _, g := range append(names.Modules(files), names.Parts(files)...) {
		for _, path := range g.Paths {
			out = append(out, kit.Option{Value: path, Label: names.Of(path), Group: g.Title})
		}
	}
	return out
}

const commentsTitle = "Comments"

func (h *handler) getComments(c echo.Context) error {
	p, err := h.commentsPage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "team/comments", kit.View{Title: commentsTitle, Form: kit.NewForm("path", p.Path), Data: p})
}
