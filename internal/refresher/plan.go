package refresher

import (
	"slices"
	"strconv"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// firstDays lie between the completion and the first questions, and between one
// batch of SessionMax new ones and the next.
const firstDays = 3

// questionsOf are the questions that are asked again: those of the checks that the
// machine grades, one of each module in turn, so that a session mixes them.
func questionsOf(ed *course.Edition) (list []*question.Question) {
	var checks [][]*question.Question
	for _, m := range ed.Course.Modules {
		checks = append(checks, slices.DeleteFunc(slices.Clone(ed.Check(m.ID)), func(q *question.Question) bool { return q.Kind == question.ShortAnswer }))
	}
	for i, more := 0, true; more; i++ {
		more = false
		for _, c := range checks {
			if i < len(c) {
				list, more = append(list, c[i]), true
			}
		}
	}
	return list
}

// introduce are the cards of a new plan: SessionMax at a time, so that they do not
// all come at once. The first are due three days after the completion, or at once
// if that has passed.
func introduce(planID string, list []*question.Question, completed, now time.Time) []Card {
	first := completed.AddDate(0, 0, firstDays)
	if first.Before(now) {
		first = now
	}
	cards := make([]Card, 0, len(list))
	for i, q := range list {
		cards = append(cards, Card{PlanID: planID, QuestionID: q.ID, Memory: Memory{DueAt: first.AddDate(0, 0, i/SessionMax*firstDays)}})
	}
	return cards
}

// today are the beginning and the end of a person's day.
func today(now time.Time, zone *time.Location) (begins, ends time.Time) {
	n := now.In(zone)
	begins = time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, zone)
	return begins.UTC(), begins.AddDate(0, 0, 1).UTC()
}

// look fills in what the cards say of a day: those of questions that no longer stand
// are left out.
func (st *Standing) look(cards []Card, ends time.Time) {
	for _, c := range standing(cards, st.Edition) {
		if c.DueAt.Before(ends) {
			if st.Waiting++; st.next == nil {
				st.next = &c
			}
			continue
		}
		if at := c.DueAt; st.NextAt == nil {
			st.NextAt = &at
		}
	}
	st.Due = min(st.Waiting, max(0, SessionMax-st.Done))
}

// standing are the cards whose questions are asked, in the order in which they are
// due; of several due at once in that of the list.
func standing(cards []Card, ed *course.Edition) []Card {
	place := map[string]int{}
	for i, q := range questionsOf(ed) {
		place[q.ID] = i + 1
	}
	cards = slices.DeleteFunc(cards, func(c Card) bool { return place[c.QuestionID] == 0 })
	slices.SortFunc(cards, func(a, b Card) int {
		if by := a.DueAt.Compare(b.DueAt); by != 0 {
			return by
		}
		return place[a.QuestionID] - place[b.QuestionID]
	})
	return cards
}

// orderOf is the order in which options stand at a card's n-th review: another one
// each time, so that nobody learns places, and the same for its feedback.
func orderOf(planID string, q *question.Question, rep int) []string {
	return question.ShuffleOrder(q, "refresh "+planID+" "+strconv.Itoa(rep))
}
