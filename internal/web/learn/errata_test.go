package learn_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// correct records a correction about safety, and returns where it is said to be read.
func (w *world) correct() string {
	w.t.Helper()
	w.must(w.courses.AddErratum(w.t.Context(), w.edition.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "ira"))
	ed, err := w.courses.Edition(w.t.Context(), w.edition.ID)
	w.must(err)
	return `action="` + base + "/errata/" + ed.Overlays.Errata[0].ID + `/read"`
}

// TestACorrectionIsShownInEachTime of a course: the mail of it leads there.
func TestACorrectionIsShownInEachTime(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	read := w.correct()
	w.get(base).ok("A correction about safety", "Read 3 for 4.", read).not(`name="cycle"`)
	w.get(base + "?cycle=1").to(base) // the mail of it, when there is no newer time
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Expired, "x"))
	w.begun("p1")
	w.get(base+"?cycle=1").ok("An earlier time in this course", "A correction about safety", read, `name="cycle" value="1"`)
	w.get(base + "?cycle=2").to(base)
}

// TestWhoAttendedAnEventReadsCorrections of its edition.
func TestWhoAttendedAnEventReadsCorrections(t *testing.T) {
	w := newWorld(t)
	now := w.now()
	w.must(w.db.Conn(t.Context()).Exec(`INSERT INTO live_events (id, course_id, edition_id, title, time_zone, starts_at, ends_at, minutes, least_minutes, online, place, presenters, disclosed, evaluation, exam, version, created_by, created_at)
		VALUES ('ev1', ?, ?, 'Live', 'UTC', ?, ?, 100, 100, ?, '', '', ?, ?, ?, 1, '', ?)`, w.edition.CourseID, w.edition.ID, now.Add(-5*time.Hour), now.Add(-3*time.Hour), true, true, true, true, now).Error)
	_, err := w.enrollments.Attend(t.Context(), "p1", w.edition.ID, enrollment.Attendance{EventID: "ev1", Title: "Live", StartsAt: now.Add(-5 * time.Hour), EndsAt: now.Add(-3 * time.Hour),
		Zone: "UTC", Minutes: 100, Of: 100, ListSHA256: "ab", RecordedBy: "dora"})
	w.must(err)
	w.get(base).ok("You attended this live event").not("Corrections", "A correction about safety")
	read := w.correct()
	w.get(base).ok("A correction about safety", "Corrections", "Read 3 for 4.", read)
}

// TestALessonSaysThatItsCorrectionIsAboutSafety, on which day for its reader, and takes
// there that it was read; the list of courses says that it waits.
func TestALessonSaysThatItsCorrectionIsAboutSafety(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	lesson := w.edition.Course.Lessons()[0]
	w.must(w.courses.AddErratum(t.Context(), w.edition.ID, course.Erratum{LessonID: lesson.ID, Text: "Read 3 for 4.", Safety: true}, "ira"))
	w.must(w.courses.AddErratum(t.Context(), w.edition.ID, course.Erratum{LessonID: lesson.ID, Text: "A name was wrong."}, "ira"))
	w.must(w.courses.AddErratum(t.Context(), w.edition.ID, course.Erratum{Text: "The whole course is about rats.", Safety: true}, "ira"))
	ed, err := w.courses.Edition(t.Context(), w.edition.ID)
	w.must(err)
	at := base + "/lessons/" + lesson.Slug
	read := base + "/errata/" + ed.Overlays.Errata[0].ID + "/read"
	w.get(at).ok("A correction about safety, ", "Read 3 for 4.", `action="`+read+`"`, `name="back" value="/lessons/`+lesson.Slug+`"`, "Correction, ", "A name was wrong.", "about rats")
	w.get(base + "/lessons/" + w.edition.Course.Lessons()[1].Slug).ok("about rats").not("Read 3 for 4.")
	w.get("/learn").ok("2 corrections about safety are waiting to be read")
	for _, x := range ed.Overlays.Errata {
		e, err := w.enrollments.Find(t.Context(), "p1", w.edition.Slug, 0)
		w.must(err)
		w.must(w.enrollments.ReadErratum(t.Context(), e, x.ID))
	}
	w.get(at).ok("A correction about safety, ", "Read 3 for 4.").not(`action="`+read+`"`, "about rats")
	w.get("/learn").not("waiting to be read")
}
