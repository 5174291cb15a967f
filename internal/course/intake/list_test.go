package intake_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/question/exchange"
)

func TestOthersFilesDoNotExist(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	i := w.sent(three)
	if _, err := w.Get(ctx, slug, i.ID, "ida"); !errors.Is(err, intake.ErrNoImport) {
		t.Error(err)
	}
	if err := w.Confirm(ctx, slug, i.ID, "ida", intake.Bank, "LO1"); !errors.Is(err, intake.ErrNoImport) {
		t.Error(err)
	}
	if err := w.GoOn(ctx, slug, i.ID, "ida"); !errors.Is(err, intake.ErrNoImport) {
		t.Error(err)
	}
	w.must(w.Discard(ctx, slug, i.ID, "ida"))
	if list, err := w.List(ctx, slug, "ida"); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
	if list, err := w.List(ctx, slug, "ira"); err != nil || len(list) != 1 {
		t.Error(list, err)
	}
	if _, err := w.Get(ctx, "no-such-course", i.ID, "ira"); !apperr.Is(err, apperr.NotFound) {
		t.Error(err)
	}
	theirs, err := w.Upload(ctx, slug, "x", []byte(three), "ida")
	w.must(err)
	if theirs.ID == i.ID {
		t.Error("one file of two people")
	}
}

func TestItemsByPages(t *testing.T) {
	w := newWorld(t)
	i := w.sent(three)
	list, earlier, more, err := w.Items(t.Context(), i.ID, intake.Filter{Limit: 2})
	w.must(err)
	if len(list) != 2 || earlier || !more || list[0].Place != "line 1" || len(list[1].Notes) == 0 {
		t.Errorf("%+v", list)
	}
	list, earlier, more, err = w.Items(t.Context(), i.ID, intake.Filter{Limit: 2, After: 2})
	w.must(err)
	if len(list) != 2 || !earlier || more || list[0].Verdict != exchange.Refused {
		t.Errorf("%+v", list)
	}
	list, _, _, err = w.Items(t.Context(), i.ID, intake.Filter{Verdict: exchange.Refused})
	w.must(err)
	var all []int
	w.must(w.Each(t.Context(), i.ID, func(it intake.Item) error { all = append(all, it.Position); return nil }))
	if len(list) != 1 || !slices.Equal(all, []int{1, 2, 3, 4}) {
		t.Errorf("%+v %v", list, all)
	}
}

// TestWhatWaitsIsListedFirst: an import that is not done counts against the bound, so it is
// to be seen, however many were done since.
func TestWhatWaitsIsListedFirst(t *testing.T) {
	w := newWorld(t)
	open := w.sent("Old?{T}")
	for n := range 22 {
		i := w.sent(fmt.Sprintf("Q%d?{T}", n))
		w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
		w.drain()
	}
	newer := w.sent("New?{T}")
	list, err := w.List(t.Context(), slug, "ira")
	w.must(err)
	if len(list) != 20 || list[0].ID != newer.ID || list[1].ID != open.ID || list[2].State != intake.Done || list[2].ID < list[3].ID {
		t.Errorf("%d: %+v", len(list), list[:min(len(list), 4)])
	}
}

func TestWhatIsKeptIsForgotten(t *testing.T) {
	w := newWorld(t)
	i := w.sent(three)
	w.clock = w.clock.AddDate(0, 0, intake.Keep-1)
	if n, err := w.Forget(t.Context()); err != nil || n != 0 {
		t.Error(n, err)
	}
	w.clock = w.clock.AddDate(0, 0, 2)
	if n, err := w.Forget(t.Context()); err != nil || n != 1 {
		t.Error(n, err)
	}
	var left int
	w.must(w.db.Conn(t.Context()).Raw("SELECT count(*) FROM question_import_items WHERE import_id = ?", i.ID).Scan(&left).Error)
	if left != 0 {
		t.Errorf("%d items are left", left)
	}
}

// TestTheCourseIsBounded: what does not fit is refused before anything is added.
func TestTheCourseIsBounded(t *testing.T) {
	w := newWorld(t)
	i := w.sent(three)
	w.must(w.db.Conn(t.Context()).Exec("UPDATE question_import_items SET bytes = ? WHERE import_id = ?", 20<<20, i.ID).Error)
	if err := w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"); !apperr.Is(err, apperr.Invalid) {
		t.Error(err)
	}
}

// TestMistakesAreCountedAsThePageOfTheDraftCountsThem: all that stop publishing, each at
// its question.
func TestMistakesAreCountedAsThePageOfTheDraftCountsThem(t *testing.T) {
	w := newWorld(t)
	fine := string(w.file("exam/lo1.yaml").Content)
	w.write("exam/lo1.yaml", fine+"\n- id: X1\n  kind: single-choice\n  objectives: [LO1]\n  facts: [F-NONE]\n  prompt: TODO\n  options:\n    - {id: A, text: TODO, correct: true, rationale: TODO}\n    - {id: B, text: TODO, rationale: TODO}\n"+
		"- id: X2\n  kind: true-false\n  objectives: [LO9]\n  prompt: So?\n  options:\n    - {id: \"true\", text: \"True\", correct: true, rationale: Yes.}\n    - {id: \"false\", text: \"False\", rationale: No.}\n")
	d, _, _, err := w.courses.CheckDraft(t.Context(), slug)
	w.must(err)
	want := 0
	for _, p := range d.Problems {
		if p.File == "exam/lo1.yaml" && p.Severity == course.Error {
			want++
		}
	}
	_, q, err := w.Questions(t.Context(), slug)
	w.must(err)
	got := map[string]int{}
	sum := 0
	for _, l := range q.Lines {
		if l.File == "exam/lo1.yaml" {
			got[l.ID], sum = l.Problems, sum+l.Problems
		}
	}
	if want < 4 || sum != want || got["X1"] < 2 || got["X2"] < 2 || got["R1"] != 0 {
		t.Errorf("%v of %d: %+v", got, want, d.Problems)
	}
}
