package learn_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
)

// A certificate freezes what it prints, so the learner sees it while it can still
// be mended.
func TestWhatWillBePrintedIsShownBefore(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	w.get(base).ok("What will be printed", "Ana Ruiz of p1", "<dt>Licenses</dt>", "None listed", `href="/account/licenses?next=%2flearn%2f`+slug+`"`)
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.now()}))
	w.licenses = []string{"Nurse, Ontario, license 77"}
	w.get(base+"/evaluation").ok("What will be printed", "<dt>License</dt>", "Nurse, Ontario, license 77", `next=%2flearn%2f`+slug+`%2fevaluation"`).not("None listed")
	w.post(base+"/evaluation", "change", "Something").is(422, "What will be printed")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.now(), e.ID).Error)
	w.get(base).not("What will be printed")
}
