package e2e

import (
	"testing"

	"github.com/atmacena/cocare/internal/enrollment"
)

// evaluations are the pages on which evaluations are read, and the follow-up in
// each of its states.
func (s *stage) evaluations() {
	const admin, asked = "admin@example.org", "certified@example.org"
	t := s.t
	s.add("admin.evaluation.list", "", admin, "/admin/evaluations")
	s.add("admin.evaluation.show", "none", admin, "/admin/evaluations/"+evaluated(t, func(e enrollment.EditionAnswers) bool { return e.Asked == 0 }).EditionID)
	full := evaluated(t, func(e enrollment.EditionAnswers) bool { return e.Counted >= enrollment.SummaryMin && e.Answered > 0 })
	s.add("admin.evaluation.show", "full", admin, "/admin/evaluations/"+full.EditionID)
	list, _, _, err := server.Enrollments.FollowUpAnswers(t.Context(), enrollment.FollowUpFilter{EditionID: full.EditionID, Limit: 1})
	if err != nil || len(list) == 0 {
		t.Fatalf("nobody answered a follow-up: %v", err)
	}
	const path = "/learn/" + slug + "/follow-up"
	s.add("followup.show", "open", asked, path)
	s.add("followup.withdraw_page", "open", asked, path+"/withdraw")
	s.add("data.show", "agreed", asked, "/account/data")
	s.add("followup.show", "answered", s.mailOf(list[0].PersonID), path)
	s.add("followup.withdraw_page", "answered", s.mailOf(list[0].PersonID), path+"/withdraw")
	for state, email := range map[string]string{"waiting": "agreed.pages@example.org", "withdrawn": "withdrawn.pages@example.org"} {
		e := learner(t, email, "Agreed Pages", 20)
		agree(t, e)
		if state == "withdrawn" {
			if err := server.Enrollments.WithdrawFollowUp(t.Context(), e.PersonID, slug); err != nil {
				t.Fatal(err)
			}
		}
		s.add("followup.show", state, email, path)
	}
}

// TestWhatAPersonAgreedToStandsOnTheirDataPage: from there they can take it back.
func TestWhatAPersonAgreedToStandsOnTheirDataPage(t *testing.T) {
	const link = "a[href='/learn/" + slug + "/follow-up']"
	p := server.As(t, "certified@example.org").Get("/account/data")
	if p.Find(link).Length() != 1 {
		t.Errorf("no link to the follow-up: %s", p.Text())
	}
	p = server.As(t, "new@example.org").Get("/account/data")
	if p.Find(link).Length() != 0 {
		t.Errorf("a link to a follow-up that nobody agreed to: %s", p.Text())
	}
}

// evaluated finds an edition by what was said about it.
func evaluated(t testing.TB, wanted func(enrollment.EditionAnswers) bool) enrollment.EditionAnswers {
	t.Helper()
	list, err := server.Enrollments.EvaluatedEditions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range list {
		if wanted(e) {
			return e
		}
	}
	t.Fatalf("no edition is as wanted: %+v", list)
	return enrollment.EditionAnswers{}
}

// agree sends the evaluation of somebody who waits for a grade, with everything
// in the middle and the consent to a follow-up.
func agree(t testing.TB, e enrollment.Enrollment) {
	t.Helper()
	form := map[string][]string{}
	for _, item := range edition(t).Course.Evaluation.Items {
		switch item.Kind {
		case "scale":
			form[item.ID] = []string{"3"}
		case "consent":
			form[item.ID] = []string{"yes"}
		}
	}
	err := server.Enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "00000000-0000-7000-8000-000000000001", SubmittedAt: server.Now()})
	if err == nil {
		err = server.Enrollments.SubmitEvaluation(t.Context(), e, form)
	}
	if err != nil {
		t.Fatal(err)
	}
}
