package accreditation

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	saved   = kit.NewFlash("rules.saved", kit.Success, "The rules are saved. They hold from now on; certificates that are there stay as they are.")
	shipped = kit.NewFlash("rules.shipped", kit.Success, "The rules that ship with the program hold again.")
)

// skeleton is what a pack of one's own begins with.
const skeleton = `code:
kind: accreditor
name:
short:
unit: hour
professions: []
from: 2026-01-01
checked_on: 2026-01-01
rules:
  hours:
    value: {formula: words-per-hour, words_per_hour: 6000, round: down-quarter}
    mark: unverified
    source:
    checked_on: 2026-01-01
    says:
`

// getNewPack shows the form with a skeleton, or with a copy of others' rules.
func (h *handler) getNewPack(c echo.Context) error {
	text := skeleton
	if from := c.QueryParam("from"); from != "" {
		p, err := h.Accreditation.Pack(c.Request().Context(), from)
		if err != nil {
			return err
		}
		text = p.Text
	}
	return kit.Render(c, http.StatusOK, "accreditation/pack_new", kit.View{Form: kit.NewForm("body", text), Data: mistakes(nil)})
}

func (h *handler) postNewPack(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	again := func(err error) error {
		return kit.Render(c, kit.Status(err), "accreditation/pack_new", kit.View{Form: f, Data: mistakes(err)})
	}
	ctx, body, note := c.Request().Context(), f.Get("body"), f.Str("note")
	switch {
	case f.Str(stepField) == stepBack:
		return again(nil)
	case seen(f):
		var code string
		if code, err = h.Accreditation.AddPack(ctx, body, note, kit.ViewerOf(c).PersonID); err == nil {
			return kit.Redirect(c, "/admin/rules/"+code, saved)
		}
	default:
		var change accreditation.Change
		if change, err = h.Accreditation.PreviewNew(ctx, body, note); err == nil {
			return h.preview(c, change, f, previewPage{Action: "/admin/rules/new", Note: "note"})
		}
	}
	return h.again(err, f, again)
}

// editPage is a pack to change, the version that the change begins from, and every
// mistake in what was typed.
type editPage struct {
	accreditation.Pack
	Base     int
	Mistakes []string
}

// mistakes lists what is wrong with a text where it is more than one thing: the
// field itself says the first.
func mistakes(err error) (list []string) {
	for _, f := range apperr.FieldsOf(err) {
		if f.Name == "body" {
			list = append(list, f.Msg)
		}
	}
	if len(list) < 2 {
		return nil
	}
	return list
}

func (h *handler) getEdit(c echo.Context) error { return h.showEdit(c, nil, nil) }

// showEdit keeps what was typed, and the version that it was typed on: only who has
// read that somebody changed the rules meanwhile goes on from the rules as they are
// now, so that saving over another's change is a decision.
func (h *handler) showEdit(c echo.Context, formErr error, f *kit.Form) error {
	p, err := h.Accreditation.Pack(c.Request().Context(), c.Param("code"))
	if err != nil {
		return err
	}
	page := editPage{p, p.Version, mistakes(formErr)}
	if f != nil && f.Err("base") == "" && !errors.Is(formErr, accreditation.ErrMoved) {
		page.Base = f.Int("base", 0, maxVersion)
	}
	return kit.Render(c, kit.Status(formErr), "accreditation/pack_edit", kit.View{Title: "Change the rules: " + p.Short, Form: f, Data: page})
}

func (h *handler) postEdit(c echo.Context) error {
	return h.save(c, "edit", "note", saved, func(f *kit.Form) string { return f.Get("body") })
}

func (h *handler) postShipped(c echo.Context) error {
	return h.save(c, "shipped", "why", shipped, func(*kit.Form) string { return "" })
}

const maxVersion = 1 << 30

// save shows what a version of a pack would change, and then makes it; note is the
// field that says why.
func (h *handler) save(c echo.Context, verb, note string, done *kit.Flash, body func(*kit.Form) string) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	base := f.Int("base", 0, maxVersion)
	text := body(f)
	if note == "note" && text == "" {
		f.Fail("body", "Write the rules.")
	}
	ctx, code := c.Request().Context(), c.Param("code")
	switch {
	case f.Bad():
	case f.Str(stepField) == stepBack:
		return h.showEdit(c, nil, f)
	case seen(f):
		if err = h.Accreditation.SavePack(ctx, code, text, f.Str(note), kit.ViewerOf(c).PersonID, base); err == nil {
			return kit.Redirect(c, "/admin/rules/"+code, done)
		}
	default:
		var change accreditation.Change
		if change, err = h.Accreditation.Preview(ctx, code, text, f.Str(note), base); err == nil {
			return h.preview(c, change, f, previewPage{Action: "/admin/rules/" + code + "/" + verb, Note: note})
		}
	}
	err = renamed(err, "note", note)
	if note == "why" && errors.Is(err, accreditation.ErrSamePack) {
		return kit.Redirect(c, "/admin/rules/"+code, done) // they hold already
	}
	return h.again(err, f, func(err error) error { return h.showEdit(c, err, f) })
}
