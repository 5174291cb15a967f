package apptest

import (
	"net/url"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// Study makes a therapist who has done everything in an edition that comes before
// the evaluation: disclosures, lessons, checks and the exam, passed. evaluation is
// the form that they would send.
func Study(t testing.TB, a *app.App, ed *course.Edition, email, name string) (e enrollment.Enrollment, evaluation url.Values) {
	t.Helper()
	ctx := t.Context()
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p, err := a.Accounts.Create(ctx, account.NewPerson{Email: email, Name: name, Password: Password, Published: true,
		TimeZone: "America/New_York", Roles: []account.Role{account.Therapist}})
	check(err)
	e, err = a.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "free"})
	check(err)
	check(a.Enrollments.AcknowledgeDisclosure(ctx, e))
	for _, l := range ed.RequiredLessons() {
		check(a.Enrollments.FinishLesson(ctx, e, l.ID))
	}
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			_, err := a.Enrollments.SaveCheckAnswer(ctx, e, q.ID, Solution(q))
			check(err)
		}
	}
	attempt, err := a.Exams.Begin(ctx, exam.Beginning{PersonID: p.ID, EnrollmentID: e.ID, LegalName: name, Attested: true})
	check(err)
	sitting, err := a.Exams.Sitting(ctx, p.ID, attempt.ID)
	check(err)
	for _, i := range sitting.Items {
		_, err := a.Exams.SaveAnswer(ctx, p.ID, attempt.ID, exam.Answer{QuestionID: i.Question.ID, Response: Solution(i.Question)})
		check(err)
	}
	_, err = a.Exams.Submit(ctx, p.ID, attempt.ID)
	check(err)
	return e, content(ed.Course.Evaluation)
}

// content is the evaluation of somebody who answers what must be answered.
func content(ev course.Evaluation) url.Values {
	form := url.Values{}
	for _, item := range ev.Items {
		switch item.Kind {
		case "scale":
			form.Set(item.ID, "4")
		case "single":
			form.Set(item.ID, item.Options[0].ID)
		}
	}
	return form
}

// Solution answers a question rightly.
func Solution(q *question.Question) question.Response {
	var r question.Response
	for _, o := range q.Options {
		if o.Correct {
			r.Choices = append(r.Choices, o.ID)
		}
	}
	if q.Kind == question.Matching {
		r.Pairs = map[string]string{}
		for _, l := range q.Left {
			r.Pairs[l.ID] = l.Match
		}
	}
	if q.Answer != nil {
		r.Order = q.Answer.Order
		if q.Answer.Numeric != nil {
			r.Number = q.Answer.Numeric.Value
		}
	}
	r.Text = q.Model
	return r
}
