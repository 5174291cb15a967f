package learn

import (
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// postFinish records the lesson and goes on to the next, if its page was opened. The
// button carries the note: what was typed there is saved first, and if that cannot be, the
// page says so and nothing is finished.
func (h *handler) postFinish(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil { // somebody else's page finishes nothing
		return err
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	if changedNote(v, form) {
		_, err := h.saveNote(c, v, form)
		if form.Merge(err) {
			return h.renderLesson(c, v, 0, kit.Status(err), form)
		}
		if err != nil {
			return err
		}
	}
	f := newFrame(v.Learning, 0)
	if f.outdated(form) {
		return enrollment.ErrMovedOn
	}
	if _, gone := v.Edition.Withdrawn(v.Lesson.ID); f.Live && !gone && !v.Here().Finished() && !h.opened(v, form) {
		return h.openFirst(c, form)
	}
	h.leave(c, v.Enrollment)
	err = h.Enrollments.FinishLesson(c.Request().Context(), v.Enrollment, v.Lesson.ID)
	if err != nil && !errors.Is(err, enrollment.ErrCompleted) {
		return err
	}
	_, next := neighbors(v.Edition, v.Lesson, f)
	return kit.Redirect(c, next.Href, nil)
}

// maxTimeBytes bounds a beacon; an honest one has about 100 bytes.
const maxTimeBytes = 2 << 10

// postTime takes what static/js/learn/active.js sends: seconds (1 … 20), seq and page,
// which together name the batch. It answers with the lesson's total.
func (h *handler) postTime(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxTimeBytes)
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	seconds := form.Int("seconds", 1, 60)
	if form.Bad() {
		return apperr.InvalidField("seconds", "%s", form.Err("seconds"))
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	n, err := h.Enrollments.RecordActive(c.Request().Context(), v.Enrollment, v.Lesson.ID, enrollment.ActiveBatch{
		Token: form.Str("page") + "." + form.Str("seq"), Seconds: seconds, Source: enrollment.FromBrowser,
		From: h.Now().Add(-time.Duration(seconds) * time.Second),
	})
	if err != nil {
		return err
	}
	if !kit.WantsJSON(c) {
		return c.NoContent(http.StatusNoContent)
	}
	total := spent(v.Here().ActiveSeconds + v.Here().RequestSeconds + n)
	return c.JSON(http.StatusOK, map[string]any{"total": total, "accepted": n})
}

var (
	bookmarkSet  = kit.NewFlash("learn.bookmark.set", kit.Success, "Bookmarked. You find it on the course’s page.")
	bookmarkGone = kit.NewFlash("learn.bookmark.gone", kit.Success, "The bookmark is removed.")
	noteSaved    = kit.NewFlash("learn.note.saved", kit.Success, "Your note is saved.")
)

func (h *handler) postBookmark(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	on := form.Bool("on")
	if err := h.Enrollments.SetBookmark(c.Request().Context(), v.Enrollment, v.Lesson.ID, on); err != nil {
		return err
	}
	flash := bookmarkGone
	if on {
		flash = bookmarkSet
	}
	return kit.Redirect(c, "/learn/"+v.Slug+"/lessons/"+v.Lesson.Slug, flash)
}

// postNote saves the note of a lesson; the script's autosave and the button
// arrive here alike.
func (h *handler) postNote(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	at, err := h.saveNote(c, v, form)
	switch {
	case kit.WantsJSON(c) && err == nil:
		return c.JSON(http.StatusOK, savedNote(kit.ViewerOf(c), at))
	case kit.WantsJSON(c):
		return err
	case form.Merge(err):
		return h.renderLesson(c, v, 0, kit.Status(err), form)
	case err != nil:
		return err
	}
	return kit.Redirect(c, "/learn/"+v.Slug+"/lessons/"+v.Lesson.Slug+"#note", noteSaved)
}
