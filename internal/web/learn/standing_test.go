package learn_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/learn"
)

// What was taken back is not shown as earned.
func TestARevokedCertificateIsNotOneToShow(t *testing.T) {
	w := newWorld(t)
	w.certificate = learn.Certificate{Number: "7K2M-Q4XT", Issued: true, Revoked: true}
	e := w.begun("p1")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.now(), e.ID).Error)
	w.get("/learn").ok("7K2M-Q4XT</a> was revoked.")
	w.get(base).ok("(ended)", "It was revoked, so it is not valid.").not("being prepared", "Time 1")
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Refunded, "x"))
	w.get("/learn").ok("This enrollment was refunded", "was revoked")
}

// TestAFailedExamSaysWhatIsLeft, and one that was passed leads to its reasons.
func TestAFailedExamSaysWhatIsLeft(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	at := w.now().Add(24 * time.Hour)
	w.standing = learn.ExamStanding{Left: 2, NextAt: &at}
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, SubmittedAt: w.now()}))
	w.get(base).ok("Not passed yet. 2 attempts left; the next one opens December 3, 2026")
	w.standing = learn.ExamStanding{Left: 1}
	w.get(base).ok("1 attempt left; you can begin the next one now.")
	w.standing = learn.ExamStanding{}
	w.get(base).ok("no attempt is left")
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a2", Final: true, Passed: true, SubmittedAt: w.now()}))
	w.get(base).ok(base+"/exam/a2/result", "See your answers with the reasons")
}

// TestTheLastCheckLeadsOn to what is left, not back to the outline.
func TestTheLastCheckLeadsOn(t *testing.T) {
	w := newWorld(t)
	e := w.begun("p1")
	last := w.edition.Course.Modules[len(w.edition.Course.Modules)-1]
	w.get(base + "/checks/" + last.ID).ok("Read “What")
	for _, l := range w.edition.Course.Lessons() {
		w.must(w.enrollments.FinishLesson(t.Context(), e, l.ID))
	}
	w.answerChecks(e)
	w.get(base+"/checks/"+last.ID).ok("Go to the exam", base+"/exam")
}

// TestWaitingForAnAdministrator: where the provider issues certificates, the
// pages say that everything is done, and do not look again by themselves.
func TestWaitingForAnAdministrator(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.CertificateIssue, w.edition.Course.Card.CertificateDays = course.IssueByAdministrator, 5
	e := w.begun("p1")
	w.get(base).ok("The provider issues it when everything above is done.").not("It comes by itself")
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.now()}))
	w.post(base+"/evaluation", w.evaluation()...).to(base + "/evaluation")
	w.get(base + "/evaluation").ok("When you have passed, the provider issues your certificate.").not("follows by itself")
	w.must(w.db.Conn(t.Context()).Exec("UPDATE enrollments SET state = 'completed', completed_at = ? WHERE id = ?", w.now(), e.ID).Error)
	for _, path := range []string{base, base + "/evaluation"} {
		a := w.get(path).ok("Everything is done", "The provider issues your certificate, usually within 5 working days, and we write to you.")
		if a.not("being prepared"); a.Get("Refresh") != "" {
			t.Errorf("%s loads itself again although a person is awaited", path)
		}
	}
	w.get("/learn").ok("Everything is done. The provider issues your certificate.").not("being prepared")
	w.certificate = learn.Certificate{Number: "7K2M-Q4XT"}
	w.get(base).ok("being prepared").not("The provider issues")
}
