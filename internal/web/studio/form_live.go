package studio

import (
	"cmp"
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// formTold answers the autosave of a form. Values are those that somebody else changed.
// Reload asks for the page again where they are no matter of values; until then it stands
// on what it began as, so that it goes over none of them. Wrong are the fields that
// are not saved; with Error nothing is.
type formTold struct {
	told
	Values map[string]string `json:"values,omitempty"`
	Reload bool              `json:"reload,omitempty"`
	Wrong  []wrongField      `json:"wrong,omitempty"`
	Error  string            `json:"error,omitempty"`
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
	saved, err := h.saveCounted(c, s.place, o, s.was.Content, course.ChangeAutosave, sent)
	if clash, met := errors.AsType[*course.ClashError](err); met && clash.Theirs != nil {
		j, failed := h.join(c, s, clash)
		if failed == nil && len(j.parted) == 0 {
			sent = course.FileEdit{Path: clash.Path, Base: clash.Seq, Content: j.now.whole()}
			saved, err = h.saveCounted(c, s.place, j.now, clash.Theirs, course.ChangeAutosave, sent)
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
	if out.Values, err = o.since(path, now.Content, out.Wrong); err != nil {
		out.Reload = true
	}
	if path != s.path {
		out.Moved = s.place.Form(path, s.id)
	}
	if out.People, err = h.others(c, s.place, path); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

var errOtherForm = errors.New("studio: the form has other fields by now")

// since are the values of a form that differ in what is saved now, from what it sent.
// The error says that it has other fields by now, or boxes that nobody can put in.
func (o openedForm) since(path string, data []byte, wrong []wrongField) (values map[string]string, err error) {
	id := ""
	if o.at != nil {
		id, _ = o.doc.Get(o.place("id"))
	}
	now, err := openForm(path, id, data)
	if err != nil {
		return nil, err
	}
	now.course = o.course
	was, _ := o.doc.Get(o.place("kind"))
	if is, _ := now.doc.Get(now.place("kind")); o.at != nil && was != is {
		return nil, errOtherForm
	}
	for _, r := range o.sheet.Lists {
		if !r.Apart && (!slices.Equal(o.ordered(r), now.ordered(r)) || !slices.Equal(idsOf(o.doc, o.place(r.Key)), idsOf(now.doc, now.place(r.Key)))) {
			return nil, errOtherForm
		}
	}
	values = map[string]string{}
	err = o.each(func(name string, a ask) error {
		at, to := o.place(name), now.place(name)
		if edit.Equal(o.doc, at, now.doc, to) {
			return nil
		}
		failed := slices.ContainsFunc(wrong, func(w wrongField) bool { return w.ID == kit.FieldID(name) })
		if in := now.input(name, a); failed || a.boxes() && a.As != asCheck || a.As == asOrder || in.Type == string(asFixed) {
			return errOtherForm
		} else if in.Checked {
			values[name] = "yes"
		} else {
			values[name] = in.Value
		}
		return nil
	})
	return values, err
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
