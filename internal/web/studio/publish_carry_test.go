package studio_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
)

// TestPublishingAsksWhatBecomesOfWithdrawals and of corrections, and takes no answer
// for granted where the words around have changed.
func TestPublishingAsksWhatBecomesOfWithdrawals(t *testing.T) {
	w := newWorld(t)
	ed, err := w.courses.Current(t.Context(), slug)
	w.must(err)
	gone := ed.Course.Lessons()[1]
	w.must(w.courses.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: gone.ID, Reason: "A study was retracted.", Hollows: []int{ed.Number}}, "ira"))
	lesson := ed.Course.Lessons()[0]
	w.must(w.courses.AddErratum(t.Context(), ed.ID, course.Erratum{LessonID: lesson.ID, Text: "Read 3 for 4.", Safety: true}, "ira"))
	text := strings.TrimRight(string(w.opened(lesson.File).Content), "\n")
	w.Post("ira", file(lesson.File), "base", "1", "body", text+"\n\nMore. {.plain}\n", "step", "save").To(file(lesson.File))
	d, err := w.courses.Draft(t.Context(), slug)
	w.must(err)
	ed, err = w.courses.Edition(t.Context(), ed.ID)
	w.must(err)
	withdrawal, erratum := "w-"+gone.ID, "e-"+ed.Overlays.Errata[0].ID
	w.Get("ira", at+"/publish").OK("What was withdrawn or corrected", "A study was retracted.", "It stays withdrawn in edition 2", "The lesson reads the same", "Read 3 for 4.", "Safety", "says something else in the draft", `value="stays" checked`)
	send := func(more ...string) []string {
		return append([]string{"hash", d.Hash, "note", "A word."}, more...)
	}
	w.Post("ira", at+"/publish", send()...).Is(http.StatusUnprocessableEntity, "Choose what becomes of it", "A word.")
	w.Post("ira", at+"/publish", send(withdrawal, "settled", erratum, "settled")...).Is(http.StatusUnprocessableEntity, "Say why the lesson is back")
	w.Post("ira", at+"/publish", send(withdrawal, "stays", erratum, "settled")...).To(at)
	now, err := w.courses.Current(t.Context(), slug)
	w.must(err)
	if _, is := now.Withdrawn(gone.ID); !is || now.Number != 2 || len(now.Overlays.Errata) > 0 || len(now.Overlays.Settled) != 1 {
		t.Errorf("edition %d: %+v", now.Number, now.Overlays)
	}
}
