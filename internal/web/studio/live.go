package studio

import (
	"cmp"
	"context"
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/aymanbagabas/go-udiff"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// What the script of the editor asks for. Without it a form does the same.

// previewed answers a preview.
type previewed struct {
	Preview  template.HTML `json:"preview"`
	Findings template.HTML `json:"findings"`
}

var errOldPreview = apperr.New(apperr.Conflict, "A newer preview took the place of this one.")

// postPreview shows a text that is not saved as learners would read it, with what
// is wrong with it.
func (h *handler) postPreview(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, done := h.previews.take(c.Request().Context(), kit.ViewerOf(c).PersonID)
	defer done()
	c.SetRequest(c.Request().WithContext(ctx))
	p, err := h.filePage(c, []byte(strings.ReplaceAll(f.Get("body"), "\r\n", "\n")), baseSent(f))
	if ctx.Err() != nil {
		return errOldPreview
	}
	if err != nil {
		return err
	}
	findings, err := kit.Fragment(c, "studio/file", "studio-beside", p)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, previewed{Preview: p.Preview, Findings: findings})
}

// told answers an autosave and a sign that somebody is there. Edits turn the text
// that was sent into the one of Seq, where somebody else changed other lines, or what
// was sent could not be stored as it was. Moved is where the file is edited from now on, if it was renamed.
type told struct {
	Seq    int64         `json:"seq"`
	Clock  string        `json:"clock,omitempty"`
	Edits  []textEdit    `json:"edits,omitempty"`
	Moved  string        `json:"moved,omitempty"`
	Said   string        `json:"said,omitempty"` // what Edits are
	Note   string        `json:"note,omitempty"` // what was changed in what was sent
	People template.HTML `json:"people"`
}

// textEdit replaces what stands from At up to To, in the units that browsers count.
type textEdit struct {
	At   int    `json:"at"`
	To   int    `json:"to"`
	Text string `json:"text"`
}

// autosave stores what somebody types while they type it.
func (h *handler) autosave(c echo.Context, p place, edit course.FileEdit, text typedText) error {
	ctx, v := c.Request().Context(), kit.ViewerOf(c)
	saved, err := h.Courses.EditDraft(ctx, course.Edit{Slug: p.Slug, Files: []course.FileEdit{edit}, Kind: course.ChangeAutosave, By: v.PersonID})
	if err != nil {
		return errClash(firstRefusal(err, string(edit.Content)))
	}
	path := cmp.Or(saved.Names[edit.Path], edit.Path)
	now, err := h.Courses.DraftFile(ctx, p.Slug, path)
	if err != nil {
		return err
	}
	out := told{Seq: now.Seq, Clock: kit.Clock(h.zoneOf(v), h.Now()), Edits: edits(text.sent, unix(now.Content)), Note: text.Said()}
	if len(saved.Merged) > 0 {
		out.Said = "Other lines were changed elsewhere; they are in the text now."
	}
	if path != edit.Path {
		out.Moved = p.File(path)
	}
	if out.People, err = h.others(c, p, path); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// firstField says what is wrong with a text in the error itself: a script shows one
// line.
func firstField(err error) error { return firstRefusal(err, "") }

// firstRefusal is firstField of a text that cannot be stored.
func firstRefusal(err error, text string) error {
	fields := apperr.FieldsOf(err)
	if !apperr.Is(err, apperr.Invalid) || len(fields) == 0 {
		return err
	}
	return apperr.New(apperr.Invalid, refusal(fields[0], text)).Because(err)
}

func unix(text []byte) string { return strings.ReplaceAll(string(text), "\r\n", "\n") }

// edits are what makes one text of another, the last first, so that none moves the
// next.
func edits(from, to string) (out []textEdit) {
	if from == to {
		return nil
	}
	list := udiff.Lines(from, to)
	units, at := 0, 0
	for _, e := range list {
		units += utf16Len(from[at:e.Start])
		one := textEdit{At: units, Text: e.New}
		units += utf16Len(from[e.Start:e.End])
		one.To, at = units, e.End
		out = append([]textEdit{one}, out...)
	}
	return out
}

func utf16Len(s string) (n int) {
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// postHere notes that somebody still has a file open, and tells who else has, and
// which change the file is at.
func (h *handler) postHere(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	now, err := h.fileNow(c.Request().Context(), p, c.QueryParam("path"), baseSent(f))
	if err != nil {
		return err
	}
	out := told{Seq: now.Seq}
	if out.People, err = h.others(c, p, now.Path); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, out)
}

// person is somebody who has a file open, in words.
type person struct {
	Name, Since string
	When        time.Time
}

// others notes that the viewer has a file open, and shows who else has.
func (h *handler) others(c echo.Context, p place, path string) (template.HTML, error) {
	ctx, v := c.Request().Context(), kit.ViewerOf(c)
	list, err := h.Courses.Arrive(ctx, p.Slug, path, v.PersonID)
	if err != nil {
		return "", err
	}
	people, err := h.people(ctx, v, list)
	if err != nil || len(people) == 0 {
		return "", err
	}
	return kit.Fragment(c, "studio/file", "studio-people", people[path])
}

// people names who is there, by file.
func (h *handler) people(ctx context.Context, v *kit.Viewer, list []course.Present) (map[string][]person, error) {
	if len(list) == 0 {
		return nil, nil //nolint:nilnil // nobody is there
	}
	ids := make([]string, len(list))
	for i, one := range list {
		ids[i] = one.PersonID
	}
	names, err := h.named(ctx, ids...)
	if err != nil {
		return nil, err
	}
	out := map[string][]person{}
	for _, one := range list {
		if one.PersonID != v.PersonID {
			out[one.Path] = append(out[one.Path], person{Name: names[one.PersonID], Since: kit.Clock(h.zoneOf(v), one.Since), When: one.Since})
		}
	}
	return out, nil
}

func (h *handler) zoneOf(v *kit.Viewer) *time.Location {
	if v.Zone != nil {
		return v.Zone
	}
	return h.Zone
}

// errClash is a clash for a script, which sends the form for the page that asks.
func errClash(err error) error {
	if clash, ok := errors.AsType[*course.ClashError](err); ok {
		return apperr.New(apperr.Conflict, "The same lines were changed elsewhere. Your text is not saved yet, and nothing is lost.").Because(clash)
	}
	return err
}

// baseSent is baseOf where a form need not say it: 0 where it does not.
func baseSent(f *kit.Form) int64 {
	base, err := baseOf(f)
	if err != nil {
		return 0
	}
	return base
}

// baseOf reads which change a form's text began as.
func baseOf(f *kit.Form) (int64, error) {
	base, err := strconv.ParseInt(f.Str("base"), 10, 64)
	if err != nil {
		return 0, apperr.New(apperr.Invalid, "The form could not be read. Open the file again.")
	}
	return base, nil
}
