package studio

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// clashPage asks what stays where two people changed the same lines.
type clashPage struct {
	place
	Path, Title   string
	Was           string // what the file was called at Base
	Base, Seq     int64
	Yours, Author string
	When          time.Time
	Gone          bool // the other side removed the file
	Parts         []clashPart
}

// clashPart is text that agrees, clipped to its ends, or a choice.
type clashPart struct {
	Same                string
	Choice              int // from 1; 0 where nothing is to choose
	Base, Yours, Theirs string
}

// Crumbs lead to the draft.
func (p clashPage) Crumbs() []kit.Link { return p.crumbs() }

// Field is the name of a choice.
func (p clashPart) Field() string { return "keep_" + strconv.Itoa(p.Choice) }

// Theirs is where the other's text is opened.
func (p clashPage) Theirs() string { return chosen(p.File(p.Path)) }

// Options are the ways to settle it.
func (p clashPart) Options() []kit.Option {
	return []kit.Option{{Value: course.KeepYours, Label: "Keep yours"}, {Value: course.KeepTheirs, Label: "Keep theirs"},
		{Value: course.KeepBoth, Label: "Keep both: theirs, then yours"}}
}

func (h *handler) showClash(c echo.Context, p place, clash *course.ClashError) error {
	if clash.Yours == nil { // it was to be removed
		return kit.Redirect(c, p.File(clash.Path), notRemoved)
	}
	return h.renderClash(c, p, clash, kit.NewForm(), http.StatusConflict)
}

var notRemoved = kit.NewFlash("studio.not_removed", kit.Warning, "Somebody changed this file meanwhile, so it was not removed. Look at it first.")

func (h *handler) renderClash(c echo.Context, p place, clash *course.ClashError, f *kit.Form, status int) error {
	page := clashPage{place: p, Path: clash.Path, Title: clash.Path, Was: clash.Was, Base: clash.BaseSeq, Seq: clash.Seq, Yours: string(clash.Yours), When: clash.At, Gone: clash.Theirs == nil}
	names, err := h.named(c.Request().Context(), clash.By)
	if err != nil {
		return err
	}
	page.Author = names[clash.By]
	n := 0
	for _, part := range clash.Parts() {
		one := clashPart{Same: ends(part.Text), Base: part.Base, Yours: part.Yours, Theirs: part.Theirs}
		if part.Clash {
			n++
			one.Choice = n
		}
		page.Parts = append(page.Parts, one)
	}
	return kit.Render(c, status, "studio/clash", kit.View{Title: "Two changes of one place", Form: f, Data: page})
}

// ends is a text without what is far from where it ends: enough to see the place.
func ends(text string) string {
	const keep = 2
	lines := strings.SplitAfter(text, "\n")
	if len(lines) <= 2*keep+1 {
		return text
	}
	return strings.Join(lines[:keep], "") + "…\n" + strings.Join(lines[len(lines)-keep-1:], "")
}

// postMerge settles a clash: what was chosen is saved over the newer side.
func (h *handler) postMerge(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	clash, known, err := h.clashAgain(c, p, f)
	if err != nil {
		return err
	}
	if !known {
		return h.showClash(c, p, clash)
	}
	var choices []string
	for _, part := range clash.Parts() {
		if !part.Clash {
			continue
		}
		field := "keep_" + strconv.Itoa(len(choices)+1)
		kept := f.Str(field)
		if kept != course.KeepYours && kept != course.KeepTheirs && kept != course.KeepBoth {
			f.Fail(field, "Choose what stays here.")
		}
		choices = append(choices, kept)
	}
	text, ok := clash.Settle(choices)
	if !ok {
		return h.renderClash(c, p, clash, f, http.StatusUnprocessableEntity)
	}
	if broken := clash.Broken(text); len(broken) > 0 {
		f.Fail("keep_"+strconv.Itoa(bothOr1(choices)), fmt.Sprintf("Nothing is saved: with this choice the file cannot be read, for %s (line %d). Keep one of the two.", broken[0].Msg, broken[0].Line))
		return h.renderClash(c, p, clash, f, http.StatusUnprocessableEntity)
	}
	if clash.Theirs == nil && choices[0] == course.KeepTheirs { // it stays removed
		return h.showRemoved(c, p, clash.Path)
	}
	edit := course.FileEdit{Path: clash.Path, Base: clash.Seq, Content: []byte(text)}
	saved, err := h.save(c, p, edit)
	var again *course.ClashError
	switch {
	case errors.As(err, &again):
		return h.showClash(c, p, again)
	case f.Merge(err):
		return h.renderClash(c, p, clash, f, kit.Status(err))
	case err != nil:
		return err
	}
	return kit.Redirect(c, chosen(p.File(cmp.Or(saved.Names[clash.Path], clash.Path))), fileSaved)
}

// bothOr1 is the first choice that keeps both sides, or the first.
func bothOr1(choices []string) int { return max(slices.Index(choices, course.KeepBoth), 0) + 1 }

// clashAgain is the clash that a form tells of, made anew from what is kept. known is
// false where that is too little: then it is one with the file as it is now.
func (h *handler) clashAgain(c echo.Context, p place, f *kit.Form) (clash *course.ClashError, known bool, err error) {
	ctx := c.Request().Context()
	base, err1 := strconv.ParseInt(f.Str("base"), 10, 64)
	seq, err2 := strconv.ParseInt(f.Str("seq"), 10, 64)
	if err1 != nil || err2 != nil {
		return nil, false, apperr.New(apperr.Invalid, "The form could not be read. Open the file again.")
	}
	clash = &course.ClashError{Path: c.QueryParam("path"), BaseSeq: base, Seq: seq}
	clash.Was = cmp.Or(f.Get("was"), clash.Path)
	yours, err := h.typed(c, p, clash.Was, base, f.Get("body"))
	if err != nil {
		return nil, false, err
	}
	clash.Yours = yours.data
	clash.Theirs, err = h.Courses.DraftFileAt(ctx, p.Slug, clash.Path, seq)
	if apperr.Is(err, apperr.NotFound) { // of a run of saves, only the last is kept
		clash, err = h.Courses.Clash(ctx, p.Slug, course.FileEdit{Path: clash.Was, Base: base, Content: clash.Yours})
		return clash, false, err
	}
	if err != nil {
		return nil, false, err
	}
	if clash.Base, err = h.Courses.DraftFileAt(ctx, p.Slug, clash.Was, base); err != nil && !apperr.Is(err, apperr.NotFound) {
		return nil, false, err
	}
	change, err := h.Courses.ChangeOf(ctx, p.Slug, seq)
	clash.By, clash.At = change.By, change.At
	return clash, true, err
}
