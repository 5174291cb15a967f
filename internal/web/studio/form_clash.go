package studio

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// partedPage asks what stays of the values that two people changed.
type partedPage struct {
	formPage
	Seq    int64 // of what the other saved
	Author string
	When   time.Time
	Parted []partedValue
	Sent   []sentValue
	Theirs string // address of what the other saved
}

// sentValue is sent again with the choices.
type sentValue struct{ Name, Value string }

var (
	errListMoved = apperr.New(apperr.Conflict, "This list was changed elsewhere meanwhile. Nothing was saved. Open the form again, and move or remove the entry there.")
	theirsStay   = kit.NewFlash("studio.theirs_stay", kit.Success, "Saved. What you chose stays.")
)

// joinForm saves a form over what somebody else saved since it was opened, and asks
// where both changed one value.
func (h *handler) joinForm(c echo.Context, s sentForm, clash *course.ClashError) (done savedForm, err error) {
	for range 3 { // somebody may save once more in between
		if clash.Theirs == nil {
			return done, clash
		}
		j, err := h.join(c, s, clash)
		if err != nil {
			return done, err
		}
		if len(j.parted) > 0 {
			done.ask, err = h.askParted(c, s, clash, j)
			return done, err
		}
		var files []course.FileEdit
		step := strings.Fields(s.Str("step"))
		if err = j.restep(step); err == nil {
			done.next, files, err = h.act(c, s.place, s.Form, &j.now, step)
		}
		if err != nil {
			return done, err
		}
		done.path, done.flash = clash.Path, theirsStay
		if s.Str("seq") == "" {
			done.flash = saidOf(s.Form, true)
		}
		_, err = h.saveCounted(c, s.place, j.now, clash.Theirs, course.ChangeSave, append(files, course.FileEdit{Path: clash.Path, Base: clash.Seq, Content: j.now.whole()})...)
		if again, met := errors.AsType[*course.ClashError](err); met {
			clash = again
			continue
		}
		return done, err
	}
	return done, clash
}

// join brings a form together with what is saved now. Errors: Conflict where that
// cannot be read as a form.
func (h *handler) join(c echo.Context, s sentForm, clash *course.ClashError) (*joining, error) {
	base, err := openForm(s.path, s.id, s.was.Content)
	if err != nil {
		return nil, err
	}
	mine, err := openForm(s.path, s.id, s.was.Content)
	if err != nil {
		return nil, err
	}
	j := &joining{kept: kit.NewForm()}
	if s.Str("seq") == strconv.FormatInt(clash.Seq, 10) {
		j.kept = s.Form
	}
	for _, o := range []*openedForm{&base, &mine} {
		if err := h.withCourse(c, s.place, o); err != nil {
			return nil, err
		}
	}
	if err := mine.take(s.Form, s.typing); err != nil && !s.typing {
		return nil, err
	}
	j.base, j.mine = base, mine
	now, err := openForm(clash.Path, s.id, clash.Theirs)
	if errors.Is(err, errNoEntry) {
		return j, j.goneEntry(s, clash)
	}
	if err != nil {
		return nil, err
	}
	now.course, now.all, now.signed = base.course, base.all, base.signed
	j.now = now
	return j, j.run()
}

// goneEntry is a form of an entry that somebody removed, or gave another ID.
func (j *joining) goneEntry(s sentForm, clash *course.ClashError) (err error) {
	if j.now, err = openForm(clash.Path, "", clash.Theirs); err != nil {
		return err
	}
	j.now.course, j.now.all, j.now.signed = j.base.course, j.base.all, j.base.signed
	switch j.kept.Str(keepToo + "all") {
	case course.KeepTheirs:
		return nil
	case course.KeepYours:
		if err := j.putBack(j.mine, j.mine.at, j.mine.at[:len(j.mine.at)-1]); err != nil {
			return err
		}
		id, _ := j.mine.doc.Get(append(slices.Clip(j.mine.at), "id"))
		j.now, err = j.now.entry(id)
		return err
	}
	var said strings.Builder
	for _, a := range j.mine.sheet.Asks {
		said.WriteString(a.Label + ": " + j.mine.inWords(a.Key, a) + "\n")
	}
	j.parted = append(j.parted, partedValue{Name: "all", Label: j.mine.rows.One + " " + s.id, Yours: said.String()})
	return nil
}

// restep turns what a button said of an entry into where that stands now.
func (j *joining) restep(step []string) error {
	if len(step) != 3 {
		return nil
	}
	for _, r := range j.base.sheet.Lists {
		i, err := strconv.Atoi(step[2])
		if r.Key != strings.TrimPrefix(step[1], ".") || err != nil {
			continue
		}
		if to := j.places(r); i >= 0 && i < len(to) && to[i] >= 0 {
			step[2] = strconv.Itoa(to[i])
			return nil
		}
	}
	return errListMoved
}

// askParted is the page that asks. It carries what was typed.
func (h *handler) askParted(c echo.Context, s sentForm, clash *course.ClashError, j *joining) (*partedPage, error) {
	names, err := h.named(c.Request().Context(), clash.By)
	if err != nil {
		return nil, err
	}
	page := &partedPage{formPage: formPage{place: s.place, Path: clash.Path, From: s.path, ID: s.id, Title: "Two changes of one value", Whole: cmp.Or(words[s.path], s.path)}, Seq: clash.Seq, Author: names[clash.By], When: clash.At, Parted: j.parted}
	page.Theirs = chosen(s.place.Form(clash.Path, s.id))
	if j.now.at == nil { // the entry is gone
		page.Theirs = chosen(s.place.Form(clash.Path, ""))
	}
	for _, name := range slices.Sorted(maps.Keys(s.Values)) {
		if strings.HasPrefix(name, "_") || strings.HasPrefix(name, keepToo) || name == "seq" {
			continue
		}
		for _, v := range s.Values[name] {
			page.Sent = append(page.Sent, sentValue{name, v})
		}
	}
	if s.Str("seq") == "" {
		return page, nil
	}
	for _, p := range j.parted {
		s.Fail(p.Field(), "Choose what stays here.")
	}
	return page, nil
}
