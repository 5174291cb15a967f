package learn_test

import (
	"net/http"
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

// TestAFormOfAnotherEditionRecordsNothing: the page is shown as the learner's edition
// has it, with the words that they wrote.
func TestAFormOfAnotherEditionRecordsNothing(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	const moved, here = "You have moved to another edition", `name="edition" value="1"`
	w.get(base + "/disclosure").ok(here)
	w.post(base+"/disclosure", "acknowledged", "yes", "edition", "2").is(http.StatusConflict, moved, here).not(`value="yes" checked`)
	w.get(first).to(base + "/disclosure?lesson=what-treatment-resistant-means")
	w.post(base+"/disclosure", "acknowledged", "yes", "edition", "1").to(base)

	var short *question.Question
	module := ""
	for _, m := range w.edition.Course.Modules {
		for _, q := range m.Check {
			if q.Kind == question.ShortAnswer && short == nil {
				short, module = q, m.ID
			}
		}
	}
	check := base + "/checks/" + module
	w.get(check).ok(here)
	w.post(check, "question", short.ID, "answer-"+short.ID, "Each can help some.", "edition", "2").is(http.StatusConflict, moved, here, "Each can help some.")
	w.post(base+"/checks/m1", "question", "K1.1", "answer-K1.1", "A", "edition", "2").is(http.StatusConflict, moved).not(`value="A" checked`)
	if l, err := w.enrollments.Learning(t.Context(), e); err != nil || len(l.Record.Checks) > 0 {
		t.Errorf("answers %v, %v", l.Record.Checks, err)
	}
	w.post(check, "question", short.ID, "answer-"+short.ID, "Each can help some.", "edition", "1").to(check + "#q-" + short.ID)

	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", SubmittedAt: w.now()}))
	w.get(base + "/evaluation").ok(here)
	w.post(base+"/evaluation", append(w.evaluation(), "change", "I will ask.", "edition", "2")...).is(http.StatusConflict, moved, here, "I will ask.")
	w.post(base+"/evaluation", append(w.evaluation(), "edition", "1")...).to(base + "/evaluation")
	w.post(base+"/evaluation", append(w.evaluation(), "edition", "2")...).to(base + "/evaluation") // it is sent
}
