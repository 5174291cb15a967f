package exam_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/exam"
)

// TestWhatAResultTells: score and objectives after a failure with tries left,
// everything after a pass or the last try (DECISIONS 4).
func TestWhatAResultTells(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.Attempts = 2
	e := w.ready("p1")
	first := w.handIn(e, 1)
	r, err := w.Result(t.Context(), "p1", first.ID)
	w.must(err)
	if len(r.Review) != 0 {
		t.Error("keys are shown while a try is left")
	}
	if len(r.Objectives) != 2 || r.Objectives[0].Points != 1000 || !r.Objectives[0].ToReview() || r.Objectives[1].ToReview() || r.Objectives[1].Open != 1000 {
		t.Errorf("%+v", r.Objectives)
	}
	w.clock.add(24 * time.Hour)
	last := w.handIn(e, 1)
	for _, a := range []exam.Attempt{first, last} {
		r, err = w.Result(t.Context(), "p1", a.ID)
		w.must(err)
		if len(r.Review) != 5 || r.Review[0].Feedback.Rationale == "" && r.Review[1].Feedback.Rationale == "" {
			t.Errorf("after the last try: %d reviewed", len(r.Review))
		}
	}
	w.must(w.Grant(t.Context(), "admin", e.ID, "A second chance."))
	if r, err = w.Result(t.Context(), "p1", last.ID); err != nil || len(r.Review) != 0 {
		t.Errorf("keys are shown although one more was granted: %v", err)
	}
	_, err = w.Result(t.Context(), "p2", first.ID)
	w.fails(err, exam.ErrNotFound)
}

// A person's own copy has what they answered from the first save on, and what it
// earned only once the review is open.
func TestACopyOfTheAnswers(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.Attempts = 2
	e := w.ready("p1")
	saved := func(a exam.Attempt, marks bool) {
		t.Helper()
		all, err := w.Answers(t.Context(), e)
		w.must(err)
		given := 0
		for _, c := range all[a.ID] {
			if c.SavedAt != nil {
				given++
			}
			for _, id := range c.Response.Choices {
				if slices.Contains([]string{"A", "B", "C"}, id) {
					t.Errorf("%s: the author's letter is told: %+v", c.QuestionID, c.Response)
				}
			}
			if (c.Points != nil) != marks || !marks && (c.MaxPoints != nil || c.Comment != "" || c.GradedAt != nil) {
				t.Errorf("%+v, marks %v", c, marks)
			}
		}
		if given == 0 || len(all[a.ID]) != 5 {
			t.Errorf("%d of %d answers", given, len(all[a.ID]))
		}
	}
	first := w.begin(e)
	w.answer(first, 1, "So.")
	saved(first, false)
	w.submit(first)
	saved(first, false)
	w.clock.add(24 * time.Hour)
	last := w.handIn(e, 1)
	saved(first, true)
	saved(last, true)
}

func TestAResultWaitsForTheSubmit(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	_, err := w.Result(t.Context(), "p1", a.ID)
	w.fails(err, exam.ErrInProgress)
	w.answer(a, 3, "So.")
	w.submit(a)
	r, err := w.Result(t.Context(), "p1", a.ID)
	w.must(err)
	if len(r.Review) != 0 {
		t.Error("keys are shown while an answer decides")
	}
	w.grade(3, 1)
	r, err = w.Result(t.Context(), "p1", a.ID)
	w.must(err)
	data, err := json.Marshal(r.Review)
	w.must(err)
	if len(r.Review) != 5 || !strings.Contains(string(data), "secret rationale") || !strings.Contains(string(data), "Well said.") {
		t.Errorf("after the pass: %s", data)
	}
}
