package learn

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// seenNote says which note a page shows: its instant, and a digest by which the
// page tells whether somebody typed since. "" stands for none.
func seenNote(p enrollment.LessonRecord) string {
	if p.NotedAt == nil {
		return ""
	}
	return p.NotedAt.Format(time.RFC3339Nano) + " " + digest(p.Note)
}

func digest(note string) string {
	sum := sha256.Sum256([]byte(note))
	return hex.EncodeToString(sum[:4])
}

// saveNote saves the note of a form as it was sent.
func (h *handler) saveNote(c echo.Context, v enrollment.View, form *kit.Form) (time.Time, error) {
	edit := enrollment.NoteEdit{Text: form.Get("note"), Page: form.Str("page")}
	at, _, _ := strings.Cut(form.Str("seen"), " ")
	if seen, err := time.Parse(time.RFC3339Nano, at); err == nil {
		edit.Seen = &seen
	}
	return h.Enrollments.SaveNote(c.Request().Context(), v.Enrollment, v.Lesson.ID, edit)
}

// savedNote is what a script is told: the instant, and its time of day in the
// learner's zone.
func savedNote(v *kit.Viewer, at time.Time) map[string]string {
	told := map[string]string{"saved_at": at.Format(time.RFC3339Nano)}
	if v.Zone != nil {
		told["clock"] = kit.Clock(v.Zone, at)
	}
	return told
}

// changedNote reports whether a form holds another note than is saved, and than its
// page showed: an older one that nobody touched must not undo a newer.
func changedNote(v enrollment.View, form *kit.Form) bool {
	if _, sent := form.Values["note"]; !sent {
		return false
	}
	text := enrollment.CleanNote(form.Get("note"))
	_, shown, ok := strings.Cut(form.Str("seen"), " ")
	if !ok {
		shown = digest("")
	}
	return text != v.Here().Note && digest(text) != shown
}
