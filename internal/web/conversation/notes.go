package conversation

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	noteDone = kit.NewFlash("note.done", kit.Success, "The note is done.")
	noteOpen = kit.NewFlash("note.open", kit.Success, "The note is open again.")
)

// notesPage is what the next edition of a course owes.
type notesPage struct {
	course.Draft
	Done  bool
	Rows  []noteRow
	Pager kit.Pager
}

type noteRow struct {
	conversation.PlacedNote
	File     string // where it is edited, "" where the draft has it no more
	By       string
	Editions []kit.Option // that can have the change, the newest first
}

// Crumbs lead to the draft.
func (p notesPage) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title, Href: "/teach/" + p.Slug}}
}

// Tabs are the two halves of the list.
func (p notesPage) Tabs() []kit.Link {
	return []kit.Link{{Label: "Open", Href: p.at("")}, {Label: "Done", Href: p.at("done")}}
}

// Here is the half that is shown.
func (p notesPage) Here() string {
	if p.Done {
		return p.at("done")
	}
	return p.at("")
}

func (p notesPage) at(state string) string {
	if state != "" {
		state = "?state=" + state
	}
	return "/teach/" + p.Slug + "/notes" + state
}

func (h *handler) getNotes(c echo.Context) error { return h.renderNotes(c, nil, kit.NewForm()) }

func (h *handler) renderNotes(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return err
	}
	if q.State != "" && q.State != "done" {
		return errFilter
	}
	p := notesPage{Done: q.State == "done"}
	if p.Draft, err = h.draft(c); err != nil {
		return err
	}
	at := conversation.Place{Limit: q.Limit}
	at.After, at.Before = q.Neighbor()
	list, earlier, more, err := h.Conversation.Notes(ctx, p.CourseID, p.Done, at)
	if err != nil {
		return err
	}
	if err := h.fillNotes(c, &p, list); err != nil {
		return err
	}
	prev, next := kit.Ends(list, func(n conversation.PlacedNote) string { return n.ID }, earlier, more)
	p.Pager = kit.NewPager(c, len(list), len(list), prev, next)
	return kit.Render(c, kit.Status(formErr), "conversation/notes", kit.View{Form: f, Data: p})
}

// fillNotes adds who kept each note, where its file is, and the editions to choose
// from.
func (h *handler) fillNotes(c echo.Context, p *notesPage, list []conversation.PlacedNote) error {
	ctx := c.Request().Context()
	if len(list) == 0 {
		return nil
	}
	files, _, err := h.Courses.DraftFiles(ctx, p.Slug)
	if err != nil {
		return err
	}
	editions, err := h.Courses.Editions(ctx, p.Slug)
	if err != nil {
		return err
	}
	ids := make([]string, 0, len(list))
	for _, n := range list {
		ids = append(ids, n.CreatedBy)
	}
	names, err := h.People.Names(ctx, ids)
	for _, n := range list {
		row := noteRow{PlacedNote: n, File: fileHref(p.Slug, n.Path, files), By: nameOf(names, n.CreatedBy)}
		for _, e := range n.Of.Later(editions) {
			row.Editions = append(row.Editions, kit.Option{Value: e.ID, Label: "Edition " + strconv.Itoa(e.Number)})
		}
		p.Rows = append(p.Rows, row)
	}
	return err
}

func (h *handler) draft(c echo.Context) (course.Draft, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return course.Draft{}, err
	}
	return h.Courses.Draft(c.Request().Context(), slug)
}

// tick changes a note of a course.
func (h *handler) tick(c echo.Context, done *kit.Flash, act func(ctx context.Context, d course.Draft, id string, f *kit.Form) error) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	d, err := h.draft(c)
	if err != nil {
		return err
	}
	err = act(c.Request().Context(), d, id, f)
	if f.Merge(err) {
		return h.renderNotes(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/teach/"+d.Slug+"/notes", done)
}

func (h *handler) postDone(c echo.Context) error {
	return h.tick(c, noteDone, func(ctx context.Context, d course.Draft, id string, f *kit.Form) error {
		return h.Conversation.Done(ctx, d.Slug, d.CourseID, id, f.Str("edition"), kit.ViewerOf(c).PersonID)
	})
}

func (h *handler) postReopen(c echo.Context) error {
	return h.tick(c, noteOpen, func(ctx context.Context, d course.Draft, id string, _ *kit.Form) error {
		return h.Conversation.Reopen(ctx, d.CourseID, id)
	})
}
