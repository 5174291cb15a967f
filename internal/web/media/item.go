package media

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media/caption"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/web/kit"
)

// itemPage is a medium of the draft with the form of its words.
type itemPage struct {
	place
	Medium               shown
	Uses                 []kit.Link
	Lacks                string // why it cannot be shown
	List, VTT, TXT       int64  // changes that the form comes from
	Mistakes             []caption.Problem
	captions, transcript string
}

// Action is where the form posts to.
func (p itemPage) Action() string { return p.At("/items/" + p.Medium.ID) }

// Markup is how a lesson shows the medium.
func (p itemPage) Markup() string { return "![](media:" + p.Medium.ID + ")" }

var errNoMedium = apperr.New(apperr.NotFound, "There is no such medium in this draft.")

// item opens the medium of the address.
func (h *handler) item(c echo.Context) (p itemPage, err error) {
	if p.place, err = h.place(c); err != nil {
		return p, err
	}
	id, err := kit.PathParam(c, "medium")
	if err != nil {
		return p, err
	}
	_, parsed, _, err := h.Courses.CheckDraft(c.Request().Context(), p.Slug)
	if err != nil {
		return p, err
	}
	list, base, err := h.file(c, p.place, manifest.Path)
	if err != nil {
		return p, err
	}
	items, _, _ := manifest.Read(list)
	it, found := manifest.Find(items, id)
	if !found {
		return p, errNoMedium
	}
	p.List, p.Medium, p.Uses = base, show(p.Slug, it), usesOf(p.Slug, parsed)[id]
	missing, err := h.Media.Missing(c.Request().Context(), p.CourseID, []manifest.Item{it})
	if err != nil {
		return p, err
	}
	p.Lacks = lackOf(missing, it)
	for _, m := range parsed.Media {
		if m.ID == id && len(m.VTT) > 0 {
			p.Medium.VTT = "/media/" + p.Slug + "/" + m.CaptionsName()
		}
	}
	for _, text := range []struct {
		path, ext string
		into      *string
		base      *int64
	}{{it.Captions, "vtt", &p.captions, &p.VTT}, {it.Transcript, "txt", &p.transcript, &p.TXT}} {
		path := text.path
		if path == "" {
			path = manifest.TextPath(id, text.ext)
		}
		data, base, err := h.file(c, p.place, path)
		if err != nil {
			return p, err
		}
		*text.into, *text.base = string(data), base
	}
	return p, nil
}

func (h *handler) getItem(c echo.Context) error {
	p, err := h.item(c)
	if err != nil {
		return err
	}
	m := p.Medium
	return h.renderItem(c, p, kit.NewForm("title", m.Title, "alt", m.Alt, "caption", m.Caption, "captions", p.captions, "transcript", p.transcript), http.StatusOK)
}

func (h *handler) renderItem(c echo.Context, p itemPage, f *kit.Form, status int) error {
	return kit.Render(c, status, "media/item", kit.View{Title: p.Medium.Title, Form: f, Data: p})
}

var saved = kit.NewFlash("media.saved", kit.Success, "It is saved in the draft.")

// postItem saves what is said of a medium. The form names the changes that it comes
// from, so that what somebody else wrote meanwhile is merged or told.
func (h *handler) postItem(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.item(c)
	if err != nil {
		return err
	}
	w := readWords(c, f, p.Medium.Kind, p.Medium.Length())
	p.Mistakes = w.mistakes
	from, err := basesOf(f)
	if err != nil {
		return err
	}
	if f.Bad() {
		p.List, p.VTT, p.TXT = from.list, from.vtt, from.txt
		return h.renderItem(c, p, f, http.StatusUnprocessableEntity)
	}
	list, err := h.Courses.DraftFileAt(c.Request().Context(), p.Slug, manifest.Path, from.list)
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return err
	}
	edits, ok := w.edits(list, p.Medium.Item, from)
	if !ok || err != nil {
		f.Fail("", unreadable)
		return h.renderItem(c, p, f, http.StatusUnprocessableEntity)
	}
	clash, err := h.save(c, p.place, f, edits)
	switch {
	case err != nil:
		return err
	case clash != nil: // p holds the newest changes: saved again, this wins
		return h.renderItem(c, p, f, http.StatusConflict)
	case f.Bad():
		return h.renderItem(c, p, f, http.StatusUnprocessableEntity)
	}
	return kit.Redirect(c, p.At(""), saved)
}

func basesOf(f *kit.Form) (b bases, err error) {
	for name, into := range map[string]*int64{"list": &b.list, "vtt": &b.vtt, "txt": &b.txt} {
		if *into, err = strconv.ParseInt(f.Str(name), 10, 64); err != nil || *into < 0 {
			return b, errNoForm
		}
	}
	return b, nil
}

var (
	removed = kit.NewFlash("media.removed", kit.Success, "It is removed from the draft. Editions keep it. For two weeks the history can bring it back.")
	errUsed = apperr.New(apperr.Conflict, "A lesson shows this medium. Take it out of the lesson first.")
	errMine = apperr.New(apperr.Conflict, "Somebody else changed this medium meanwhile, so it was not removed. Look at it first.")
)

// postRemove takes a medium that no lesson shows out of the draft, with its texts.
func (h *handler) postRemove(c echo.Context) error {
	p, err := h.item(c)
	if errors.Is(err, errNoMedium) { // the second click
		return kit.Redirect(c, p.At(""), nil)
	}
	if err != nil {
		return err
	}
	if len(p.Uses) > 0 {
		return errUsed
	}
	err = h.remove(c.Request().Context(), p, kit.ViewerOf(c).PersonID)
	if clash := (*course.ClashError)(nil); errors.As(err, &clash) {
		return errMine
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.At(""), removed)
}

func (h *handler) remove(ctx context.Context, p itemPage, by string) error {
	list, err := h.Courses.DraftFile(ctx, p.Slug, manifest.Path)
	if err != nil {
		return err
	}
	rest, ok := manifest.Remove(list.Content, p.Medium.ID)
	if !ok {
		return apperr.New(apperr.Invalid, unreadable)
	}
	edits := []course.FileEdit{{Path: manifest.Path, Base: list.Seq, Content: rest, Remove: rest == nil}}
	if p.Medium.Captions != "" && p.VTT > 0 {
		edits = append(edits, course.FileEdit{Path: p.Medium.Captions, Base: p.VTT, Remove: true})
	}
	if p.Medium.Transcript != "" && p.TXT > 0 {
		edits = append(edits, course.FileEdit{Path: p.Medium.Transcript, Base: p.TXT, Remove: true})
	}
	_, err = h.Courses.EditDraft(ctx, course.Edit{Slug: p.Slug, Files: edits, Kind: course.ChangeSave, By: by})
	return err
}
