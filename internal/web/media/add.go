package media

import (
	"errors"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/caption"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/web/kit"
)

// uploadPage is an upload, with the form that adds it to the course when it is ready.
type uploadPage struct {
	place
	Upload   media.Upload
	Stopped  bool // it waits to be examined, and nothing does so any more
	Medium   shown
	Mistakes []caption.Problem
}

// shown is a medium as its page shows it.
type shown struct {
	manifest.Item
	URL  string // of its largest file
	VTT  string // address of its captions, "" for none
	Size string
}

func show(slug string, it manifest.Item) shown {
	s := shown{Item: it}
	if n := len(it.Files); n > 0 {
		f := it.Files[n-1]
		s.URL, s.Size = fileURL(slug, f), content.Size(f.Bytes)
	}
	return s
}

// Word is the kind of the medium.
func (s shown) Word() string { return word(s.Kind) }

// Is reports whether the medium is of a kind.
func (s shown) Is(kind string) bool { return string(s.Kind) == kind }

// Type is the media type of its file.
func (s shown) Type() string { return s.Files[0].Type }

// Width is that of the picture that is shown.
func (s shown) Width() int { return s.Files[len(s.Files)-1].Width }

// Height is that of the picture that is shown.
func (s shown) Height() int { return s.Files[len(s.Files)-1].Height }

// Action is where the form posts to.
func (p uploadPage) Action() string { return p.At("/uploads/" + p.Upload.ID) }

// Size is how much arrived.
func (p uploadPage) Size() string { return content.Size(p.Upload.Received) }

// Whole reports whether the file came by the plain form, which begins anew.
func (p uploadPage) Whole() bool { return p.Upload.Bytes == 0 }

// refreshEvery is how often the page of an upload that is being examined loads itself
// anew.
const refreshEvery = 2

func (h *handler) getUpload(c echo.Context) error {
	p, u, err := h.upload(c)
	if err != nil {
		return err
	}
	if kit.WantsJSON(c) {
		return say(c, http.StatusOK, p, u)
	}
	return h.renderUpload(c, p, u, kit.NewForm(), nil, http.StatusOK)
}

func (h *handler) renderUpload(c echo.Context, p place, u media.Upload, f *kit.Form, mistakes []caption.Problem, status int) error {
	page := uploadPage{place: p, Upload: u, Mistakes: mistakes}
	v := kit.View{Title: u.Name, Form: f, Data: page}
	switch u.State {
	case media.Ready:
		page.Medium = show(p.Slug, itemOf(u, ""))
		v.Data = page
	case media.Received:
		var err error
		if page.Stopped, err = h.Media.Stopped(c.Request().Context(), u); err != nil {
			return err
		}
		if v.Data = page; !page.Stopped {
			v.Refresh = refreshEvery
		}
	}
	return kit.Render(c, status, "media/upload", v)
}

func itemOf(u media.Upload, id string) manifest.Item {
	return manifest.Item{ID: id, Kind: u.Found.Kind, Seconds: u.Found.Seconds, Files: u.Found.Files}
}

var added = kit.NewFlash("media.added", kit.Success, "It is in the draft. Show it in a lesson with the line that stands beside it.")

// postAdd adds a ready upload to the draft; sent twice, it does so once.
func (h *handler) postAdd(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, u, err := h.upload(c)
	if apperr.Is(err, apperr.NotFound) && p.Slug != "" { // it was added a moment ago
		return kit.Redirect(c, p.At(""), nil)
	}
	if err != nil {
		return err
	}
	if u.State != media.Ready {
		return media.ErrNotReady
	}
	it := itemOf(u, "")
	w := readWords(c, f, it.Kind, it.Length())
	if it.ID = f.Str("id"); it.ID == "" {
		it.ID = slug(w.title)
	}
	if !manifest.ID(it.ID) {
		f.Fail("id", "Begin with a small letter; small letters, digits and hyphens follow, 40 at most.")
	}
	if !f.Bad() {
		err = h.add(c, p, it, w, f)
	}
	if err != nil {
		return err
	}
	if f.Bad() {
		return h.renderUpload(c, p, u, f, w.mistakes, http.StatusUnprocessableEntity)
	}
	if err := h.Media.Discard(c.Request().Context(), u.PersonID, u.ID); err != nil && !apperr.Is(err, apperr.NotFound) {
		return err
	}
	return kit.Redirect(c, p.At(""), added)
}

// add stores a new medium, or marks in the form why it cannot.
func (h *handler) add(c echo.Context, p place, it manifest.Item, w words, f *kit.Form) error {
	list, base, err := h.file(c, p, manifest.Path)
	if err != nil {
		return err
	}
	items, _, _ := manifest.Read(list)
	if was, taken := manifest.Find(items, it.ID); taken {
		if !slices.Equal(was.Files, it.Files) { // or else it is the second click
			f.Fail("id", "Another medium of this course has this name.")
		}
		return nil
	}
	if len(items) >= manifest.MaxItems {
		f.Fail("", "The course has as many media as it can hold. Remove one first.")
		return nil
	}
	b := bases{list: base}
	if _, b.vtt, err = h.file(c, p, manifest.TextPath(it.ID, "vtt")); err != nil {
		return err
	}
	if _, b.txt, err = h.file(c, p, manifest.TextPath(it.ID, "txt")); err != nil {
		return err
	}
	edits, ok := w.edits(list, it, b)
	if !ok {
		f.Fail("", unreadable)
		return nil
	}
	_, err = h.save(c, p, f, edits)
	return err
}

const unreadable = "The list of media (media.yaml) has mistakes, or is written in a way that only its author can change. Change it in the draft, as text."

// file is a file of the draft with the change that it comes from; none is empty.
func (h *handler) file(c echo.Context, p place, path string) (data []byte, base int64, err error) {
	f, err := h.Courses.DraftFile(c.Request().Context(), p.Slug, path)
	if apperr.Is(err, apperr.NotFound) {
		return nil, 0, nil
	}
	return f.Content, f.Seq, err
}

// save changes the draft, or marks in the form why it cannot; clash is the change that
// somebody else made of the same lines.
func (h *handler) save(c echo.Context, p place, f *kit.Form, edits []course.FileEdit) (clash *course.ClashError, err error) {
	_, err = h.Courses.EditDraft(c.Request().Context(), course.Edit{Slug: p.Slug, Files: edits, Kind: course.ChangeSave, By: kit.ViewerOf(c).PersonID})
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &clash):
		f.Fail("", "Somebody else changed this medium while you wrote. What you typed stands below; save it again to keep yours.")
		return clash, nil
	case apperr.Is(err, apperr.Invalid):
		for _, field := range apperr.FieldsOf(err) {
			f.Fail("", field.Name+": "+field.Msg)
		}
		f.Merge(err)
		return nil, nil
	}
	return nil, err
}
