package learn

import (
	"crypto/hmac"
	"crypto/rand"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// A lesson is finished by the button on its page (DECISIONS 13), so that nobody finishes
// one whose page was never served to them. The page says so itself: nothing is written or
// read for it, and it holds on every replica and without scripts.

// pageMarkLength is more than anybody guesses.
const pageMarkLength = 22

// newPage is the token of an opening of a lesson's page, with the mark of that page.
func (h *handler) newPage(v enrollment.View) string {
	page := rand.Text()
	return page + "." + h.pageMark(v, page)
}

func (h *handler) pageMark(v enrollment.View, page string) string {
	return h.Fingerprint("lesson.page", []byte(strings.Join([]string{page, v.ID, v.Edition.ID, v.Lesson.ID}, "\x00")))[:pageMarkLength]
}

// opened reports whether a form is of a page of this very lesson that was served to this
// learner.
func (h *handler) opened(v enrollment.View, form *kit.Form) bool {
	page, mark, _ := strings.Cut(form.Str("page"), ".")
	return hmac.Equal([]byte(mark), []byte(h.pageMark(v, page)))
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
	form.Fail("", "This lesson was not opened yet, so it is not finished. Here it is: read it, then press “Finished, next” at its end.")
	h.Tracker.Visit(v.Enrollment, v.Lesson)
	return h.renderLesson(c, v, 0, http.StatusConflict, form)
}
