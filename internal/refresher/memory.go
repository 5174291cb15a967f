package refresher

import (
	"math"
	"time"

	"github.com/open-spaced-repetition/go-fsrs/v4"
)

// Grade is how an answer went.
type Grade string

// The grades. A wrong answer is Again, a right one Good, or Hard where the person
// said that they were not sure.
const (
	Again Grade = "again"
	Hard  Grade = "hard"
	Good  Grade = "good"
)

// gradeOf is the grade of an answer.
func gradeOf(correct, unsure bool) Grade {
	switch {
	case !correct:
		return Again
	case unsure:
		return Hard
	default:
		return Good
	}
}

// Memory is the state of one question as the scheduler keeps it. The zero value is
// that of a question that was never reviewed.
type Memory struct {
	DueAt                 time.Time
	ReviewedAt            *time.Time
	Stability, Difficulty float64 // Stability in days
	ScheduledDays         int
	Reps, Lapses          int
}

// DesiredRetention is how likely a question is to be answered when it is due.
const DesiredRetention = 0.9

// maxDays bounds an interval: beyond a plan nothing is asked.
const maxDays = Lasts

// scheduler is FSRS 6 with its published weights, intervals in whole days and no
// chance in them.
var scheduler = fsrs.NewFSRS(parameters())

func parameters() fsrs.Parameters {
	p := fsrs.DefaultParam()
	p.RequestRetention, p.MaximumInterval = DesiredRetention, maxDays
	p.EnableShortTerm, p.EnableFuzz = false, false
	return p
}

// Next is the memory after a review at an instant. What cannot be a state, as after
// damage in a database, is taken for that of a new question; a clock that went back
// stands still.
func (m Memory) Next(now time.Time, g Grade) Memory {
	now = now.UTC()
	card := m.card()
	if card.LastReview.After(now) {
		now = card.LastReview
	}
	info, err := scheduler.Next(card, now, g.rating())
	if err != nil { // the state is damaged; from a new one there is always a next
		info, err = scheduler.Next(fsrs.NewCard(now), now, g.rating())
	}
	if err != nil {
		return Memory{DueAt: now.AddDate(0, 0, 1), ReviewedAt: &now, ScheduledDays: 1, Reps: max(m.Reps, 0) + 1, Lapses: max(m.Lapses, 0)}
	}
	days := clampDays(info.Card.ScheduledDays)
	next := Memory{DueAt: now.AddDate(0, 0, days), ReviewedAt: &now, Stability: info.Card.Stability, Difficulty: info.Card.Difficulty,
		ScheduledDays: days, Reps: max(m.Reps, 0) + 1, Lapses: max(m.Lapses, 0)}
	if g == Again && m.Reps > 0 {
		next.Lapses++
	}
	return next
}

// card is the memory in the scheduler's words. What the scheduler does not check is
// checked here.
func (m Memory) card() fsrs.Card {
	c := fsrs.Card{Due: m.DueAt, State: fsrs.New}
	if m.Reps <= 0 || m.ReviewedAt == nil || !sound(m.Stability, math.MaxFloat64) || !sound(m.Difficulty, 10) {
		return c
	}
	c.State, c.LastReview, c.Stability, c.Difficulty = fsrs.Review, m.ReviewedAt.UTC(), m.Stability, m.Difficulty
	return c
}

func sound(v, most float64) bool { return v > 0 && v <= most }

func clampDays(days uint64) int { return int(min(max(days, 1), maxDays)) } // #nosec G115 -- at most maxDays

func (g Grade) rating() fsrs.Rating {
	switch g {
	case Good:
		return fsrs.Good
	case Hard:
		return fsrs.Hard
	default:
		return fsrs.Again
	}
}

// elapsedDays are the whole days since the review before, 0 where there is none.
func (m Memory) elapsedDays(now time.Time) int {
	if m.ReviewedAt == nil {
		return 0
	}
	return max(0, int(now.Sub(*m.ReviewedAt)/(24*time.Hour)))
}
