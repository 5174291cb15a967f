package enrollment

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/atmacena/cocare/internal/course"
)

// SummaryMin is the number of answers from which there is a summary, and by
// multiples of which it grows (DECISIONS 12).
const SummaryMin = 5

// EditionAnswers is an edition to whose evaluation somebody answered. Counted of
// its responses are in the summary; LastMonth (YYYY-MM) is that of the latest.
// Consented is how many agreed to a follow-up.
type EditionAnswers struct {
	EditionID                  string
	Responses, Counted         int
	LastMonth                  string
	Consented, Asked, Answered int
}

// Summary is what the answers to an edition's evaluation say together. Counted
// is 0, and then nothing else is known, or at least SummaryMin.
type Summary struct {
	EditionAnswers
	Edition *course.Edition
	Items   []ItemSummary // in the order of the form; no consents
}

// ItemSummary is what is said to one item by those Answers who answered it.
// Counts are by step of the scale or by option. Texts are not in it: see
// EachComment.
type ItemSummary struct {
	course.EvaluationItem
	Answers int
	Counts  []int
	Minutes []PartSummary
}

// PartSummary is the time that people say they spent on a part.
type PartSummary struct {
	Part    string
	Answers int
	Median  float64
}

// Mean is the mean step on the scale, from 1; 0 if nobody answered.
func (i ItemSummary) Mean() float64 {
	sum := 0
	for step, n := range i.Counts {
		sum += (step + 1) * n
	}
	return float64(sum) / float64(max(i.Answers, 1))
}

// ToReviewer reports whether the answers are for the clinical reviewer.
func (i ItemSummary) ToReviewer() bool { return i.To == "reviewer" }

// EvaluatedEditions lists the editions that were evaluated, by ID.
func (s *Service) EvaluatedEditions(ctx context.Context) ([]EditionAnswers, error) {
	return s.editionAnswers(ctx, "")
}

// EvaluationSummary adds up an edition's answers, for administrators: it says
// nothing by person, and nothing at all about fewer than SummaryMin. Errors:
// NotFound for an unknown edition.
func (s *Service) EvaluationSummary(ctx context.Context, editionID string) (Summary, error) {
	ed, err := s.Editions.Edition(ctx, editionID)
	if err != nil {
		return Summary{}, err
	}
	sum := Summary{Edition: ed, EditionAnswers: EditionAnswers{EditionID: editionID}}
	list, err := s.editionAnswers(ctx, editionID)
	if err != nil {
		return Summary{}, err
	}
	if len(list) > 0 {
		sum.EditionAnswers = list[0]
	}
	if sum.Counted < SummaryMin {
		sum.Counted = 0
		return sum, nil
	}
	t := newTally(ed.Course.Evaluation)
	err = s.eachCounted(ctx, editionID, "", func(body string) error { return t.add(body) })
	sum.Counted, sum.Items = t.n, t.items()
	return sum, err
}

// EachComment calls fn with every text that the summary has to an item, in
// another order at every call and for every item, so that no two texts are known
// to be one person's. It stops at an error of fn.
func (s *Service) EachComment(ctx context.Context, editionID, itemID string, fn func(text string) error) error {
	return s.eachCounted(ctx, editionID, " ORDER BY random()", func(body string) error {
		answers, err := readAnswers(body)
		if err != nil || len(answers[itemID]) == 0 {
			return err
		}
		return fn(answers[itemID][0])
	})
}

// CountAnswers takes answers into the summary of an edition, SummaryMin or a multiple
// of it at a time, so that it covers a multiple: who looks before and after sees what
// so many people add together (package veil counts on it). It returns how many were
// taken in. It is periodic work: two at the same time could each take in fewer.
func (s *Service) CountAnswers(ctx context.Context) (counted int, err error) {
	editions, err := s.uncounted(ctx, SummaryMin)
	if err != nil {
		return 0, err
	}
	for _, id := range editions {
		n, err := s.countAnswers(ctx, id, SummaryMin)
		if err != nil {
			return counted, err
		}
		counted += n
	}
	return counted, nil
}

func readAnswers(body string) (map[string][]string, error) {
	var answers map[string][]string
	if err := json.Unmarshal([]byte(body), &answers); err != nil {
		return nil, fmt.Errorf("enrollment: evaluation answers: %w", err)
	}
	return answers, nil
}

// tally adds answers up in a memory that does not grow with their number.
type tally struct {
	ev      course.Evaluation
	n       int
	counts  map[string]map[string]int // field → value → how many said so
	answers map[string]int            // field → how many answered
}

func newTally(ev course.Evaluation) *tally {
	t := &tally{ev: ev, counts: map[string]map[string]int{}, answers: map[string]int{}}
	for _, item := range ev.Items {
		for _, part := range parts(item) {
			t.counts[EvaluationField(item, part)] = map[string]int{}
		}
	}
	return t
}

func (t *tally) add(body string) error {
	answers, err := readAnswers(body)
	if err != nil {
		return err
	}
	t.n++
	for _, item := range t.ev.Items {
		for _, part := range parts(item) {
			field := EvaluationField(item, part)
			if len(answers[field]) == 0 {
				continue
			}
			t.answers[field]++
			if item.Kind == "text" {
				continue
			}
			for _, v := range answers[field] {
				t.counts[field][v]++
			}
		}
	}
	return nil
}

func (t *tally) items() (list []ItemSummary) {
	for _, item := range t.ev.Items {
		if item.Kind == "consent" {
			continue
		}
		out := ItemSummary{EvaluationItem: item, Answers: t.answers[item.ID]}
		switch item.Kind {
		case "scale":
			for step := range t.ev.Scale {
				out.Counts = append(out.Counts, t.counts[item.ID][strconv.Itoa(step+1)])
			}
		case "single", "multiple":
			for _, o := range item.Options {
				out.Counts = append(out.Counts, t.counts[item.ID][o.ID])
			}
		case "minutes":
			for _, part := range item.Parts {
				field := EvaluationField(item, part)
				out.Minutes = append(out.Minutes, PartSummary{part, t.answers[field], median(t.counts[field])})
			}
		}
		list = append(list, out)
	}
	return list
}

// median of whole numbers that are counted by their text; 0 of none.
func median(counts map[string]int) float64 {
	type bar struct{ value, n int }
	var bars []bar
	total := 0
	for text, n := range counts {
		v, err := strconv.Atoi(text)
		if err != nil {
			continue
		}
		bars, total = append(bars, bar{v, n}), total+n
	}
	slices.SortFunc(bars, func(a, b bar) int { return a.value - b.value })
	at := func(place int) float64 {
		for _, b := range bars {
			if place -= b.n; place < 0 {
				return float64(b.value)
			}
		}
		return 0
	}
	return (at((total-1)/2) + at(total/2)) / 2
}
