package refresher

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/veil"
)

// mostForgotten is how many questions are named.
const mostForgotten = 10

// Retention is how much of an edition is remembered by those who chose to be asked, as
// far as package veil lets it be told.
//
// A learner counts once in each span of days, when it is over for them, with the share
// of right answers among the first ones that they gave to each question in it: who
// forgot something is asked sooner, and would otherwise count more often. So nothing
// that anybody answers changes what was counted. Of several times through the edition
// the first one with a plan counts.
type Retention struct {
	Edition    *course.Edition
	Spans      []Span
	Objectives []ByObjective
	Questions  []ByQuestion // the most forgotten, first the most
}

// Figure gives bounds, from 0 to 1, of the mean share of right answers of the learners
// counted. In a figure over all spans a learner counts for each of them.
type Figure struct {
	Counted   int // in whole batches
	Low, High float64
}

// Known reports whether enough are counted to say anything.
func (f Figure) Known() bool { return f.Counted >= veil.Enough }

// Middle is between the bounds, to draw and to sort by.
func (f Figure) Middle() float64 { return (f.Low + f.High) / 2 }

// Span are days since the completion.
type Span struct {
	From, To int
	Figure
}

// ByObjective is the share of an objective's questions.
type ByObjective struct {
	course.Objective
	Figure
}

// ByQuestion is the share of one question.
type ByQuestion struct {
	Question *question.Question
	Figure
}

// spans are where the days since the completion are cut; what comes later is not told.
var spans = []Span{{From: 0, To: 14}, {From: 15, To: 45}, {From: 46, To: 90}, {From: 91, To: 180}, {From: 181, To: 365}}

// over is when a span is over for who completed the course at an instant.
func (s Span) over(completed time.Time) time.Time {
	return completed.Add(time.Duration(s.To+1) * day)
}

// spanOf is the index of the span of a review, −1 if it lies behind them all.
func spanOf(completed, reviewed time.Time) int {
	return slices.IndexFunc(spans, func(s Span) bool { return reviewed.Before(s.over(completed)) })
}

// Retention adds up the reviews of an edition, for instructors; what it counted is
// kept for a moment. Errors: NotFound for an unknown edition.
func (s *Service) Retention(ctx context.Context, editionID string) (Retention, error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return Retention{}, err
	}
	return s.retained.Get(editionID, func() (Retention, error) {
		list, err := s.entries(ctx, ed)
		return tell(ed, list), err
	})
}

// entry is what a learner remembered in a span.
type entry struct {
	at      time.Time // when the span was over for them
	person  string
	span    int
	answers []answered
}

// answered is the first answer to a question in a span; the question is its place among
// those that are asked.
type answered struct {
	question int
	right    bool
}

// entries lists what counts of an edition by now, in the order in which it came.
func (s *Service) entries(ctx context.Context, ed *course.Edition) (list []entry, err error) {
	now, place := s.now(), map[string]int{}
	for i, q := range questionsOf(ed) {
		place[q.ID] = i
	}
	person, of := "", map[int]int{} // of a person by span: the place in list
	err = s.eachReview(ctx, ed.ID, func(r reviewed) {
		question, asked := place[r.QuestionID]
		span := spanOf(r.CompletedAt, r.ReviewedAt)
		if !asked || span < 0 || spans[span].over(r.CompletedAt).After(now) {
			return
		}
		if person != r.PersonID {
			person, of = r.PersonID, map[int]int{}
		}
		at, begun := of[span]
		if !begun {
			at, of[span] = len(list), len(list)
			list = append(list, entry{at: spans[span].over(r.CompletedAt), person: r.PersonID, span: span})
		}
		e := &list[at]
		if n := len(e.answers); n == 0 || e.answers[n-1].question != question { // the reviews of a question stand together
			e.answers = append(e.answers, answered{question, r.Correct})
		}
	})
	slices.SortFunc(list, func(a, b entry) int { return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.person, b.person)) })
	return list, err
}

// tell counts entries.
func tell(ed *course.Edition, list []entry) Retention {
	r := Retention{Edition: ed}
	asked := questionsOf(ed)
	bySpan, byQuestion, byObjective := make([]tally, len(spans)), make([]tally, len(asked)), map[string]*tally{}
	for _, q := range asked {
		for _, o := range q.Objectives {
			byObjective[o] = cmp.Or(byObjective[o], &tally{})
		}
	}
	for _, e := range list {
		all, of := share{person: e.person}, map[string]share{}
		for _, a := range e.answers {
			all = all.plus(a.right)
			byQuestion[a.question].add(share{person: e.person}.plus(a.right))
			for _, o := range asked[a.question].Objectives {
				of[o] = share{e.person, of[o].right, of[o].all}.plus(a.right)
			}
		}
		bySpan[e.span].add(all)
		for o, s := range of {
			byObjective[o].add(s)
		}
	}
	for i, span := range spans {
		span.Figure = bySpan[i].figure()
		r.Spans = append(r.Spans, span)
	}
	for _, o := range ed.Course.Objectives {
		if t := byObjective[o.ID]; t != nil {
			r.Objectives = append(r.Objectives, ByObjective{o, t.figure()})
		}
	}
	r.Questions = forgotten(asked, byQuestion)
	return r
}

func forgotten(asked []*question.Question, tallies []tally) (list []ByQuestion) {
	for i, q := range asked {
		if f := tallies[i].figure(); f.Known() {
			list = append(list, ByQuestion{q, f})
		}
	}
	slices.SortStableFunc(list, func(a, b ByQuestion) int { return cmp.Compare(a.Middle(), b.Middle()) })
	return list[:min(len(list), mostForgotten)]
}

// share is how many of a person's answers were right.
type share struct {
	person     string
	right, all int
}

func (s share) plus(right bool) share {
	if s.all++; right {
		s.right++
	}
	return s
}

// whole is the share of who was right throughout: shares are counted in thousandths.
const whole = 1000

// tally counts shares in batches of as many different people; who comes again before
// one is full adds to their share in it.
type tally struct {
	waiting []share
	counts  map[int]int // share → people
	n       int
}

func (t *tally) add(s share) {
	if at := slices.IndexFunc(t.waiting, func(w share) bool { return w.person == s.person }); at >= 0 {
		t.waiting[at].right += s.right
		t.waiting[at].all += s.all
		return
	}
	if t.waiting = append(t.waiting, s); len(t.waiting) < veil.Batch {
		return
	}
	if t.counts == nil {
		t.counts = map[int]int{}
	}
	for _, w := range t.waiting {
		t.counts[w.right*whole/w.all]++
	}
	t.n, t.waiting = t.n+len(t.waiting), t.waiting[:0]
}

func (t *tally) figure() Figure {
	low, high := veil.CountedValues(t.counts).Mean(whole)
	return Figure{Counted: t.n, Low: low / whole, High: high / whole}
}
