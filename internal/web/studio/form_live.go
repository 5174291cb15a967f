package studio

import (
	"cmp"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// formTold answers the autosave of a form. Reload asks for the page again: somebody
// else changed other values, which the form does not show; until then it stands on what
// it began as, so that it goes over none of them. Wrong are the fields that
// are not saved; with Error nothing is.
type formTold struct {
	told
	Reload bool         `json:"reload,omitempty"`
	Wrong  []wrongField `json:"wrong,omitempty"`
	Error  string       `json:"error,omitempty"`
}

// wrongField is a field that holds what cannot be saved.
type wrongField struct {
	ID    string `json:"id"`
	Label string `json:"label"`
	Msg   string `json:"msg"`
}

// autosaveForm stores what somebody types into a form; why is what is wrong with it.
// What is right is stored all the same.
func (h *handler) autosaveForm(c echo.Context, s sentForm, o openedForm, why error) error {
	ctx, v := c.Request().Context(), kit.ViewerOf(c)
	if why != nil && len(apperr.FieldsOf(why)) == 0 {
		return o.atFields(why)
	}
	out := formTold{Wrong: o.wrong(why)}
	if err := o.count(); err != nil {
		return o.atFields(err)
	}
	sent := course.FileEdit{Path: s.path, Base: s.was.Seq, Content: o.whole()}
	store := func() (course.Saved, error) {
		return h.Courses.EditDraft(ctx, course.Edit{Slug: s.Slug, Files: []course.FileEdit{sent}, Kind: course.ChangeAutosave, By: v.PersonID})
	}
	saved, err := store()
	if clash, met := errors.AsType[*course.ClashError](err); met && clash.Theirs != nil {
		j, failed := h.join(c, s, clash)
		if failed == nil && len(j.parted) == 0 {
			sent, out.Reload = course.FileEdit{Path: clash.Path, Base: clash.Seq, Content: j.now.whole()}, true
			saved, err = store()
		}
	}
	if fields := o.wrong(err); len(fields) > 0 && apperr.Is(err, apperr.Invalid) {
		out.Wrong, out.Error = append(out.Wrong, fields...), fields[0].said()
		return c.JSON(http.StatusUnprocessableEntity, out)
	}
	if err != nil {
		return errClash(err)
	}
	path := cmp.Or(saved.Names[sent.Path], sent.Path)
	now, err := h.Courses.DraftFile(ctx, s.Slug, path)
	if err != nil {
		return err
	}
	out.told = told{Seq: now.Seq, Clock: kit.Clock(h.zoneOf(v), h.Now())}
	out.Reload = out.Reload || string(now.Content) != string(sent.Content)
	if path != s.path {
		out.Moved = s.place.Form(path, s.id)
	}
	if out.People, err = h.others(c, s.place, path); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// wrong are the fields that an error names, by their labels.
func (o openedForm) wrong(err error) (out []wrongField) {
	if err == nil {
		return nil
	}
	for _, f := range apperr.FieldsOf(o.atFields(err)) {
		out = append(out, wrongField{kit.FieldID(f.Name), o.labelAt(f.Name), f.Msg})
	}
	return out
}

func (w wrongField) said() string {
	if w.Label == "" {
		return w.Msg
	}
	return "“" + w.Label + "”: " + w.Msg
}

// labelAt is the label of a field, with the entry that it is of.
func (o openedForm) labelAt(name string) (label string) {
	_ = o.each(func(field string, a ask) error { // which fails never
		switch name {
		case field:
			label = a.Label
		case field + addToo:
			label = "Add to: " + a.Label
		case field + firstToo:
			label = a.First
		}
		return nil
	})
	return label
}
