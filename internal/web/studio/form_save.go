package studio

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	errFormOld  = apperr.New(apperr.Invalid, "The form could not be read. Open it again.")
	errFormKept = apperr.New(apperr.Invalid, "This file is written in a way that the form cannot keep. Nothing was saved. Edit it as text.")
	errFormLeft = apperr.New(apperr.Conflict, "This page was open so long that the text it began with is no longer kept. What you typed stands below; look through it and save it over what the file says now.")
	entryAdded  = kit.NewFlash("studio.entry_added", kit.Success, "It is added. Write it here.")
	kindChanged = kit.NewFlash("studio.kind_changed", kit.Success, "It is of the other kind. Write what that asks for besides; the history keeps what it had.")
	entryGone   = kit.NewFlash("studio.entry_gone", kit.Success, "It is removed. The history keeps it.")
)

// autosaves is the step of a form that its script sends while somebody types.
const autosaves = "autosave"

// sentForm is a form that was sent, with what it began as.
type sentForm struct {
	place
	*kit.Form
	path, id string
	was      course.DraftFile
	typing   bool
}

// postForm saves what a form says, and nothing else of the file; a button may move,
// remove or add an entry besides.
func (h *handler) postForm(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	base, err := baseOf(f)
	if err != nil {
		return err
	}
	s := sentForm{place: p, Form: f, path: c.QueryParam("path"), id: c.QueryParam("id"), typing: f.Str("step") == autosaves}
	if s.was, err = h.listAt(c, p, s.path, base); err != nil {
		return err
	}
	o, err := openForm(s.path, s.id, s.was.Content)
	if err != nil {
		return err
	}
	if s.was.Seq != base {
		return h.showForm(c, s, o, errFormLeft)
	}
	if err := h.withCourse(c, p, &o); err != nil {
		return err
	}
	why := o.take(f, s.typing)
	if s.typing {
		return h.autosaveForm(c, s, o, why)
	}
	var done savedForm
	if why == nil {
		done, why = h.saveForm(c, s, o)
	}
	switch clash, met := errors.AsType[*course.ClashError](why); {
	case met: // the other removed the file
		return h.showClash(c, p, clash)
	case done.ask != nil:
		return kit.Render(c, http.StatusConflict, "studio/form_clash", kit.View{Title: done.ask.Title, Form: f, Data: done.ask})
	case why != nil:
		return h.showForm(c, s, o, why)
	}
	return kit.Redirect(c, done.where(p), done.flash)
}

// withCourse adds to a form what it is held against.
func (h *handler) withCourse(c echo.Context, p place, o *openedForm) (err error) {
	if _, o.course, o.all, err = h.Courses.CheckDraft(c.Request().Context(), p.Slug); err != nil {
		return err
	}
	return h.withRecords(c.Request().Context(), p.Slug, o)
}

// savedForm is what became of a form: where it goes on, or what is to be asked first.
type savedForm struct {
	path, next string
	flash      *kit.Flash
	ask        *partedPage
}

// where leads to what comes after a form. Once it was chosen what stays, that is not
// to be asked again.
func (s savedForm) where(p place) string {
	href := p.Form(s.path, s.next)
	if s.flash == theirsStay {
		return chosen(href)
	}
	return href
}

// chosen is the address of a text or a form of which somebody has settled what stays:
// its script then drops what the browser kept of it. It is no fragment, which would
// not leave the page that asks at the same address.
func chosen(href string) string { return withQuery(href, "chosen", "yes") }

// saveForm does what the button says and stores the file. What somebody else changed
// meanwhile is brought together with it, value by value.
func (h *handler) saveForm(c echo.Context, s sentForm, o openedForm) (savedForm, error) {
	if err := s.kept(o); err != nil {
		return savedForm{}, err
	}
	next, files, err := h.act(c, s.place, s.Form, &o, strings.Fields(s.Str("step")))
	if err != nil {
		return savedForm{}, err
	}
	saved, err := h.saveCounted(c, s.place, o, s.was.Content, course.ChangeSave, append(files, course.FileEdit{Path: s.path, Base: s.was.Seq, Content: o.whole()})...)
	if clash, met := errors.AsType[*course.ClashError](err); met {
		return h.joinForm(c, s, clash)
	}
	if err != nil {
		return savedForm{}, err
	}
	return savedForm{path: cmp.Or(saved.Names[s.path], s.path), next: next, flash: saidOf(s.Form, len(saved.Merged) > 0)}, nil // a move may have renamed it meanwhile
}

// saidOf is what is said of a form that is stored.
func saidOf(f *kit.Form, merged bool) *kit.Flash {
	switch verb, _, _ := strings.Cut(f.Str("step"), " "); {
	case merged:
		return fileMerged
	case verb == "add":
		return entryAdded
	case verb == "remove":
		return entryGone
	case verb == "kind":
		return kindChanged
	}
	return fileSaved
}

// showForm shows what was typed again, with what is wrong with it: in the form as it
// was sent, whatever others made of the file since.
func (h *handler) showForm(c echo.Context, s sentForm, o openedForm, why error) error {
	if why = o.atFields(why); !s.Merge(why) {
		return why
	}
	page, err := h.formPage(c, &s.was)
	if err != nil {
		return err
	}
	page.Typed, page.Errors, page.Warnings = true, nil, nil // those are of what is stored
	page.tickAsSent(s.Form)
	return kit.Render(c, kit.Status(why), "studio/form", kit.View{Title: page.Title, Form: s.Form, Data: page})
}

// tickAsSent leaves boxes empty that were, which a form does not tell by itself.
func (p formPage) tickAsSent(f *kit.Form) {
	tick := func(list []input) {
		for _, in := range list {
			if _, sent := f.Values[in.Name+askedToo]; !sent {
				continue
			}
			for i := range in.Options {
				in.Options[i].Checked = f.Has(in.Name, in.Options[i].Value)
			}
		}
	}
	tick(p.Inputs)
	for _, l := range p.Lists {
		for _, e := range l.Entries {
			tick(e.Inputs)
		}
	}
}

// atField says at a field that its value cannot be kept as it is written.
func (o openedForm) atField(name string, err error) error {
	if errors.Is(err, edit.ErrCannot) {
		return apperr.InvalidField(name, "This is written in the file in a way that the form cannot keep. Edit it as text.")
	}
	return err
}

// atFields says what is wrong at the field that it is about: what cannot be stored
// is told by its line.
func (o openedForm) atFields(err error) error {
	if errors.Is(err, edit.ErrCannot) && len(apperr.FieldsOf(err)) == 0 {
		return errFormKept.Because(err)
	}
	var out apperr.Check
	changed := false
	for _, f := range apperr.FieldsOf(err) {
		file, line, _ := strings.Cut(f.Name, ":")
		if n, bad := strconv.Atoi(line); bad == nil && file == o.path {
			f.Name, changed = o.fieldAt(n), true
		}
		out.Field(f.Name, "%s", f.Msg)
	}
	if !changed {
		return err
	}
	return out.Err()
}

// act does what the button of a form says. next is the entry whose page comes after it,
// files what changes besides.
func (h *handler) act(c echo.Context, p place, f *kit.Form, o *openedForm, step []string) (next string, files []course.FileEdit, err error) {
	if o.at != nil {
		next, _ = o.doc.Get(append(slices.Clip(o.at), "id"))
	}
	switch {
	case len(step) == 1 && step[0] == "kind":
		return next, nil, o.rekind(f.Str(kindField))
	case len(step) < 2:
		for _, r := range o.sheet.Lists {
			if err := o.reorder(r); err != nil {
				return next, nil, err
			}
		}
		return next, nil, o.count()
	}
	for _, r := range o.sheet.Lists {
		if r.Key != strings.TrimPrefix(step[1], ".") {
			continue
		}
		was := *o.doc
		added, err := h.restep(c.Request().Context(), p, f, o, r, step)
		if err == nil {
			err = errors.Join(o.number(r), o.reorder(r), o.count())
		}
		if err == nil && o.path == figuresFile {
			files, err = h.undrawn(c, p.Slug, &was, o.doc)
		}
		return cmp.Or(added, next), files, err
	}
	return "", nil, errFormOld
}

// restep moves, removes or adds an entry; it returns the id of a new one that has a
// page of its own.
func (h *handler) restep(ctx context.Context, p place, f *kit.Form, o *openedForm, r rows, step []string) (added string, err error) {
	if step[0] == "add" && r.Fresh != nil {
		return h.add(ctx, p, f, o, r)
	}
	if len(step) != 3 {
		return "", errFormOld
	}
	i, err := strconv.Atoi(step[2])
	if err != nil || i < 0 || i >= o.entries(r) {
		return "", errFormOld
	}
	switch step[0] {
	case "up":
		return "", o.move(r, i, -1)
	case "down":
		return "", o.move(r, i, 1)
	case "remove":
		return "", o.doc.Remove(append(o.place(r.Key), i))
	}
	return "", errFormOld
}

// number counts the entries of a list that is numbered.
func (o openedForm) number(r rows) error {
	for i := range o.entries(r) {
		at := append(o.place(r.Key), i, r.Numbered)
		if now, _ := o.doc.Get(at); r.Numbered == "" || now == strconv.Itoa(i+1) {
			continue
		}
		if err := o.doc.Set(at, i+1); err != nil {
			return err
		}
	}
	return nil
}

func (h *handler) add(ctx context.Context, p place, f *kit.Form, o *openedForm, r rows) (string, error) {
	at := o.place(r.Key)
	fresh := begun{Kind: f.Str("kind"), Objective: o.unnamed(r)}
	if len(r.Kinds) > 0 && !slices.Contains(r.Kinds, fresh.Kind) {
		return "", apperr.InvalidField("kind", "Choose the kind.")
	}
	taken, err := h.takenIDs(ctx, p, o, r)
	if err != nil {
		return "", err
	}
	last := r.Begin
	if own := idsOf(o.doc, at); len(own) > 0 && !r.Names {
		last = own[len(own)-1]
	}
	fresh.ID = nextID(last, func(id string) bool { return slices.Contains(taken, id) })
	if n := o.entries(r); n == 0 && !o.there(at) {
		err = o.doc.Set(at, []any{r.Fresh(fresh)})
	} else {
		err = o.doc.Insert(at, n, r.Fresh(fresh))
	}
	if !r.Apart {
		fresh.ID = ""
	}
	return fresh.ID, err
}

// unnamed is the first objective that no entry of a list names, "" for none.
func (o openedForm) unnamed(r rows) string {
	var have []string
	for i := range o.entries(r) {
		id, _ := o.doc.Get(append(o.place(r.Key), i, "objective"))
		have = append(have, id)
	}
	for _, x := range o.course.Objectives {
		if !slices.Contains(have, x.ID) {
			return x.ID
		}
	}
	return ""
}

// idsOf are the ids of the entries of a list.
func idsOf(doc *edit.Doc, list edit.Path) (ids []string) {
	for i := range doc.Len(list) {
		if id, ok := doc.Get(append(slices.Clip(list), i, "id")); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// takenIDs are those that a new entry cannot have. Of this file they are those of the
// text that the form began as, so that the same form sent twice asks for one; the
// questions of a course share their ids with its other files.
func (h *handler) takenIDs(ctx context.Context, p place, o *openedForm, r rows) ([]string, error) {
	taken := idsOf(o.doc, o.place(r.Key))
	if !r.Shared {
		return taken, nil
	}
	now, err := h.Courses.DraftFile(ctx, p.Slug, o.path)
	if err != nil {
		return nil, err
	}
	var here []string
	if doc, err := edit.Parse(now.Content); err == nil {
		here = idsOf(doc, nil)
	}
	all := slices.Clone(o.course.Bank)
	for _, m := range o.course.Modules {
		all = append(all, m.Check...)
	}
	for _, q := range all {
		if !slices.Contains(here, q.ID) {
			taken = append(taken, q.ID)
		}
	}
	return taken, nil
}

var numbered = regexp.MustCompile(`^(.*?)(\d+)$`)

// nextID is an id after the last one: E08 after E07, C after B, c after b.
func nextID(last string, taken func(string) bool) string {
	if len(last) == 1 {
		for c := last[0] + 1; c > 'A'-1 && c <= 'Z' || c > 'a'-1 && c <= 'z'; c++ {
			if !taken(string(c)) {
				return string(c)
			}
		}
	}
	stem, digits := last+"-", "1"
	if m := numbered.FindStringSubmatch(last); m != nil {
		stem, digits = m[1], m[2]
	}
	n, err := strconv.Atoi(digits)
	if err != nil {
		n = 0
	}
	for {
		n++
		if id := fmt.Sprintf("%s%0*d", stem, len(digits), n); !taken(id) {
			return id
		}
	}
}
