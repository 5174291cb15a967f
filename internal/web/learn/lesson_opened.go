package learn

import (
	"crypto/hmac"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// A lesson is finished by the button on its page (DECISIONS 13), so that nobody finishes
// one whose page was never served to them. The page says so itself: nothing is written or
// read for it, and it holds on every replica and without scripts.

// openedLength is more than anybody guesses.
const openedLength = 22

// openedMark is what the page of a lesson says of itself. It is the same whenever the
// learner opens it, so that no older page of this edition is refused.
func (h *handler) openedMark(v enrollment.View) string {
	return h.Fingerprint("lesson.page", []byte(strings.Join([]string{v.ID, v.Edition.ID, v.Lesson.ID}, "\x00")))[:openedLength]
}

// opened reports whether a form is of a page of this very lesson that was served to this
// learner.
func (h *handler) opened(v enrollment.View, form *kit.Form) bool {
	return hmac.Equal([]byte(form.Str("opened")), []byte(h.openedMark(v)))
}

// openFirst shows the lesson that was to be finished unopened, as it is by now: a note that
// came along is saved, and the page must tell which one it shows.
func (h *handler) openFirst(c echo.Context, form *kit.Form) error {
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	if _, sent := form.Values["note"]; !sent {
		form.Values.Set("note", v.Here().Note)
	}
	form.Fail("", "We cannot tell that this lesson’s page was open, so it is not finished yet. Here it is: read it, then press “Finished, next” at its end.")
	h.Tracker.Visit(v.Enrollment, v.Lesson)
	return h.renderLesson(c, v, 0, http.StatusConflict, form)
}
