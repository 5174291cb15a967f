package course

import (
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/question"
)

// Measures are what the rules of accreditors look at, on a day. Nobody has
// measured how long pilot readers take: rules that ask for it work out no hours.
func (e *Edition) Measures(day time.Time) pack.Measures {
	c := e.Course
	return pack.Measures{
		Inputs:        e.inputs(),
		ExamQuestions: e.ExamQuestions(), TrueFalsePercent: e.trueFalsePercent(), PassPercent: c.Card.PassPercent, Attempts: c.Card.Attempts,
		Objectives: len(c.Objectives), Evaluation: len(c.Evaluation.Items) > 0, Disclosure: len(c.Card.Authors) > 0, Identity: true,
		ReferenceYears: oldest(c.References, day.Year()), ReviewYears: years(c.Card.CheckedOn, c.Card.ExpiresOn),
	}
}

// inputs are what hours are worked out from: the words of the required lessons,
// and the questions that a form can still have.
func (e *Edition) inputs() credit.Inputs {
	card := e.Course.Card
	questions := card.CreditQuestions
	if e.Course.Exam.Draw() > 0 {
		questions = min(questions, e.ExamQuestions())
	}
	return credit.Inputs{Words: e.Words(), Questions: questions, Difficulty: card.CreditDifficulty}
}

// trueFalsePercent is the most that a form can hold: the limit of the exam, else
// as many as the bank has.
func (e *Edition) trueFalsePercent() int {
	for _, l := range e.Course.Exam.Limits {
		if l.Kind == question.TrueFalse {
			return l.AtMostPercent
		}
	}
	n, draw := 0, e.ExamQuestions()
	for _, q := range e.Bank() {
		if q.Kind == question.TrueFalse {
			n++
		}
	}
	if draw == 0 {
		return 0
	}
	return (min(n, draw)*100 + draw - 1) / draw
}

// oldest is the age of the oldest reference that says its year.
func oldest(list []*Reference, now int) (age int) {
	for _, r := range list {
		if len(r.Issued) < 4 {
			continue
		}
		if year, err := strconv.Atoi(r.Issued[:4]); err == nil {
			age = max(age, now-year)
		}
	}
	return age
}

// years are from one day to another, begun ones in full; 0 where one is missing.
func years(from, until string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, until)
	if errA != nil || errB != nil {
		return 0
	}
	n := 0
	for ; a.Before(b); a = a.AddDate(1, 0, 0) {
		n++
	}
	return n
}
