package enrollment_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/uuid"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

// said stores answers to ed1 as SubmitEvaluation does.
func (w *world) said(bodies ...string) {
	w.t.Helper()
	for _, body := range bodies {
		w.exec("INSERT INTO evaluation_answers (id, edition_id, month, answers) VALUES (?, 'ed1', '2026-11', ?)", uuid.NewString(), body)
	}
}

func (w *world) takeIn(want int) {
	w.t.Helper()
	if n, err := w.CountAnswers(w.t.Context()); err != nil || n != want {
		w.t.Errorf("%d answers taken in, want %d, %v", n, want, err)
	}
}

func (w *world) summary() enrollment.Summary {
	w.t.Helper()
	sum, err := w.EvaluationSummary(w.t.Context(), "ed1")
	w.must(err)
	return sum
}

func (w *world) comments() (list []string) {
	w.t.Helper()
	w.must(w.EachComment(w.t.Context(), "ed1", "change", func(text string) error {
		list = append(list, text)
		return nil
	}))
	return list
}

func TestSummaryAddsUp(t *testing.T) {
	w := newWorld(t)
	w.said(`{"lo1":["5"],"barriers":["time","payer"],"minutes.reading":["60"],"change":["One."]}`,
		`{"lo1":["4"],"barriers":["time"],"minutes.reading":["30"]}`,
		`{"lo1":["4"],"minutes.reading":["100"],"change":["Two."]}`,
		`{"lo1":["1"],"minutes.reading":["40"],"minutes.questions":["15"]}`,
		`{"lo1":["5"],"gone":["x"]}`)
	w.takeIn(5)
	sum := w.summary()
	if sum.Responses != 5 || sum.Counted != 5 || sum.LastMonth != "2026-11" || len(sum.Items) != 4 {
		t.Fatalf("%+v", sum)
	}
	scale, multiple, comment, minutes := sum.Items[0], sum.Items[1], sum.Items[2], sum.Items[3]
	if !slices.Equal(scale.Counts, []int{1, 0, 0, 2, 2}) || scale.Answers != 5 || scale.Mean() != 3.8 {
		t.Errorf("scale %v of %d, mean %v", scale.Counts, scale.Answers, scale.Mean())
	}
	if !slices.Equal(multiple.Counts, []int{2, 1}) || multiple.Answers != 2 {
		t.Errorf("multiple %v of %d", multiple.Counts, multiple.Answers)
	}
	if comment.Answers != 2 || comment.Counts != nil {
		t.Errorf("text %+v", comment)
	}
	want := []enrollment.PartSummary{{Part: "reading", Answers: 4, Median: 50}, {Part: "questions", Answers: 1, Median: 15}}
	if !slices.Equal(minutes.Minutes, want) {
		t.Errorf("minutes %v", minutes.Minutes)
	}
	got := w.comments()
	slices.Sort(got)
	if !slices.Equal(got, []string{"One.", "Two."}) {
		t.Errorf("comments %v", got)
	}
	if _, err := w.EvaluationSummary(t.Context(), "unknown"); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("unknown edition: %v", err)
	}
}

// TestSummaryChangesByFiveAtLeast: nobody is recognized, neither among few nor
// by comparing a summary with the one of yesterday.
func TestSummaryChangesByFiveAtLeast(t *testing.T) {
	w := newWorld(t)
	seen := 0
	for sent := 1; sent <= 23; sent++ {
		w.said(fmt.Sprintf(`{"lo1":["4"],"change":["%d"]}`, sent))
		if _, err := w.CountAnswers(t.Context()); err != nil {
			t.Fatal(err)
		}
		sum := w.summary()
		if n := len(w.comments()); n != sum.Counted {
			t.Errorf("%d sent: %d comments, %d counted", sent, n, sum.Counted)
		}
		if sum.Responses != sent || sum.Counted != sent/5*5 || (sum.Counted == 0) != (sum.Items == nil) {
			t.Errorf("%d sent: %d responses, %d counted", sent, sum.Responses, sum.Counted)
		}
		if step := sum.Counted - seen; step%enrollment.SummaryMin != 0 {
			t.Errorf("%d sent: the summary grew by %d", sent, step)
		}
		seen = sum.Counted
	}
	w.said(`{"lo1":["4"]}`, `{"lo1":["4"]}`, `{"lo1":["4"]}`, `{"lo1":["4"]}`)
	w.takeIn(5) // of seven that wait
	w.takeIn(0)
	// The nightly mixing takes nothing out of it.
	w.must(w.MixEvaluations(t.Context()))
	w.takeIn(0)
	if sum := w.summary(); sum.Counted != 25 || sum.Items[0].Answers != 25 {
		t.Errorf("after mixing %d counted, %d answers", sum.Counted, sum.Items[0].Answers)
	}
	list, err := w.EvaluatedEditions(t.Context())
	if err != nil || len(list) != 1 || list[0].Responses != 27 || list[0].Counted != 25 || list[0].EditionID != "ed1" {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestCommentsAreMixed: neither the order of sending nor a second look tells
// whose a comment is. That 40 mixed ones stand in a given order happens once in
// 40!.
func TestCommentsAreMixed(t *testing.T) {
	w := newWorld(t)
	var sent []string
	for i := range 40 {
		text := fmt.Sprintf("comment %02d", i)
		sent = append(sent, text)
		w.said(`{"lo1":["4"],"change":["` + text + `"]}`)
	}
	w.takeIn(40)
	first, second := w.comments(), w.comments()
	if len(first) != 40 || slices.Equal(first, sent) || slices.Equal(first, second) {
		t.Errorf("%d comments: %v", len(first), first)
	}
}

func TestNoEvaluationsYet(t *testing.T) {
	w := newWorld(t)
	if list, err := w.EvaluatedEditions(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v, %v", list, err)
	}
	if sum := w.summary(); sum.Responses != 0 || sum.Counted != 0 || sum.Edition == nil {
		t.Errorf("%+v", sum)
	}
}
