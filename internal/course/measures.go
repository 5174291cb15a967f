package course

import (
	"slices"
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

// trueFalsePercent is the most that a form can hold, in percent, a begun one in full:
// of each objective no more than it has and than is drawn for it, of them all no more
// than the exam's limit lets through.
func (e *Edition) trueFalsePercent() int {
	draw := e.ExamQuestions()
	if draw == 0 {
		return 0
	}
	has := map[string]int{}
	for _, q := range e.Bank() {
		if q.Kind == question.TrueFalse && len(q.Objectives) > 0 {
			has[q.Objectives[0]]++
		}
	}
	most := 0
	for _, row := range e.Course.Exam.Blueprint {
		most += min(row.Draw, has[row.Objective])
	}
	limited := func(l Limit) bool { return l.Kind == question.TrueFalse }
	if i := slices.IndexFunc(e.Course.Exam.Limits, limited); i >= 0 {
		most = min(most, draw*e.Course.Exam.Limits[i].AtMostPercent/100)
	}
	return (most*100 + draw - 1) / draw
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
