package enrollment_test

import (
	"slices"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
)

// TestWhatLacksItsEvidenceIsFound: the row says that it was done, or a certificate
// says when.
func TestWhatLacksItsEvidenceIsFound(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.study(e)
	w.pass(e)
	w.clock.add(time.Minute)
	w.must(w.SubmitEvaluation(t.Context(), w.again(e), goodForm()))
	if w.again(e).State != enrollment.Completed {
		t.Fatal("not completed")
	}
	listed, err := w.Requirements(t.Context(), w.again(e))
	w.must(err)
	finds := func(how string, want ...string) {
		t.Helper()
		got, err := w.Unproven(t.Context(), e.ID, listed)
		if w.must(err); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", how, got, want)
		}
	}
	finds("untouched")
	for _, kind := range []string{"disclosure.acknowledged", "lesson.finished", "exam.passed", "evaluation.sent"} {
		w.exec("CREATE TABLE kept AS SELECT * FROM evidence WHERE kind = ?", kind)
		w.exec("DELETE FROM evidence WHERE kind = ?", kind)
		if got, err := w.Unproven(t.Context(), e.ID, nil); err != nil || !slices.Equal(got, []string{kind}) {
			t.Errorf("without %s: %q, %v", kind, got, err)
		}
		w.exec("INSERT INTO evidence SELECT * FROM kept")
		w.exec("DROP TABLE kept")
	}
	finds("put back")
	w.exec("UPDATE evidence SET occurred_at = ? WHERE kind = 'disclosure.acknowledged'", w.clock.now().AddDate(-1, 0, 0))
	finds("another day", "Read and acknowledge the disclosure", "disclosure.acknowledged")
	w.exec("DELETE FROM evidence WHERE kind IN ('exam.passed', 'exam.submitted', 'disclosure.acknowledged')")
	w.exec("UPDATE enrollments SET disclosed_at = NULL, exam_passed = ?, exam_submitted_at = NULL", false)
	finds("the row as well", "Pass the exam with 80% or more", "Read and acknowledge the disclosure")
	w.exec("DELETE FROM check_answers")
	if got, err := w.Unproven(t.Context(), e.ID, listed); err != nil || !slices.Contains(got, "check.answered") {
		t.Errorf("no answers: %q, %v", got, err)
	}
}

// A license is listed in the account, which tells when.
func TestALicenseIsNoEvidence(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	at := w.clock.now().Add(time.Hour)
	got, err := w.Unproven(t.Context(), e.ID, []enrollment.Requirement{
		{Title: "Add the license that this credit is reported for", DoneAt: &at}, {Title: "Something else", DoneAt: &at}, {Title: "Without a time"}})
	if w.must(err); !slices.Equal(got, []string{"Something else"}) {
		t.Errorf("%q", got)
	}
}
