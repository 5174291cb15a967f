package demo

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// sit takes the exam in one evening, and sends the evaluation after it if that
// is how the way ends.
func (l *learner) sit(ctx context.Context, how sitting, evaluates bool) error {
	ctx = l.as(ctx, l.email)
	e, err := l.found(ctx)
	if err != nil {
		return err
	}
	if err := l.takeExam(ctx, e, how); err != nil {
		return err
	}
	if evaluates {
		l.clock.pass(time.Duration(5+l.rng.IntN(6)) * time.Minute)
		if err := l.Enrollments.SubmitEvaluation(ctx, e, l.evaluation(l.editions[l.slug].Course.Evaluation)); err != nil {
			return err
		}
	}
	return l.work(ctx) // prints the certificate
}

func (l *learner) takeExam(ctx context.Context, e enrollment.Enrollment, how sitting) error {
	name := l.legal
	if name == "" {
		name = l.name
	}
	a, err := l.Exams.Begin(ctx, exam.Beginning{PersonID: e.PersonID, EnrollmentID: e.ID, LegalName: name, Attested: true})
	if err != nil {
		return err
	}
	sit, err := l.Exams.Sitting(ctx, e.PersonID, a.ID)
	if err != nil {
		return err
	}
	wrong := l.mistakes(sit, how)
	for _, i := range sit.Items {
		l.clock.pass(time.Duration(45+l.rng.IntN(75)) * time.Second)
		in := exam.Answer{QuestionID: i.Question.ID, Response: respond(i.Question, !wrong[i.Question.ID], l.rng)}
		if _, err := l.Exams.SaveAnswer(ctx, e.PersonID, a.ID, in); err != nil {
			return err
		}
	}
	l.clock.pass(2 * time.Minute)
	_, err = l.Exams.Submit(ctx, e.PersonID, a.ID)
	return err
}

// mistakes chooses what goes wrong, so that the sitting ends as the table says
// whatever form was drawn.
func (l *learner) mistakes(sit exam.Sitting, how sitting) map[string]bool {
	var machine, essays []*question.Question
	for _, i := range sit.Items {
		if i.Question.Kind == question.ShortAnswer {
			essays = append(essays, i.Question)
		} else {
			machine = append(machine, i.Question)
		}
	}
	total := len(sit.Items)
	need := (sit.PassPercent*total + 99) / 100
	n := 0
	switch how {
	case passes:
		n = l.rng.IntN(min(4, len(machine)-need+1))
	case needsGrade, missesIt:
		n = len(machine) - need + 1
	case fails:
		n = min(total-need+2+l.rng.IntN(4), len(machine))
	}
	wrong := wrongs(machine, n, how != fails, l.rng)
	for _, q := range essays {
		wrong[q.ID] = how == missesIt || how != needsGrade && l.rng.IntN(3) == 0
	}
	return wrong
}

// evaluation fills the form in.
func (l *learner) evaluation(ev course.Evaluation) map[string][]string {
	form := map[string][]string{}
	one := func(item course.EvaluationItem, part, value string) {
		form[enrollment.EvaluationField(item, part)] = []string{value}
	}
	for _, item := range ev.Items {
		switch item.Kind {
		case "scale":
			one(item, "", l.agreement(len(ev.Scale)))
		case "multiple":
			if len(item.Options) > 1 && l.rng.IntN(2) == 0 {
				one(item, "", item.Options[l.rng.IntN(len(item.Options))].ID)
			}
		case "minutes":
			for _, part := range item.Parts {
				one(item, part, l.minutesFor(part))
			}
		case "text":
			if list := comments[item.ID]; len(list) > 0 && l.rng.IntN(5) < 2 {
				one(item, "", list[l.rng.IntN(len(list))])
			}
		case "consent":
			if l.rng.IntN(3) == 0 || l.email == silent {
				one(item, "", "yes")
			}
		}
	}
	return form
}
