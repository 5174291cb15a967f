package refresher_test

import (
	"errors"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/refresher"
)

func TestAnAnswerSetsTheNextDay(t *testing.T) {
	w := newWorld(t)
	w.start("p1", false)
	w.pass(3)
	ask := w.next("p1")
	right := w.answer("p1", true)
	unsure := reply(w.next("p1"), true)
	unsure.Unsure = true
	hard, err := w.Answer(t.Context(), "p1", slug, unsure)
	w.must(err)
	wrong := w.answer("p1", false)
	for id, want := range map[string]struct {
		days    int
		correct bool
	}{right: {3, true}, hard: {2, true}, wrong: {1, false}} {
		r, err := w.Review(t.Context(), "p1", slug, id)
		if err != nil || r.NextDays != want.days || r.Feedback.Result.Correct != want.correct || !r.Feedback.Answered {
			t.Errorf("%+v, %v; want %+v", r, err, want)
		}
	}
	if _, err := w.Review(t.Context(), "p2", slug, right); !errors.Is(err, refresher.ErrNotFound) {
		t.Errorf("somebody else's review: %v", err)
	}
	r, err := w.Review(t.Context(), "p1", slug, right)
	w.must(err)
	if r.QuestionID != ask.Public.ID || r.Feedback.Options[0].ID != ask.Public.Options[0].ID {
		t.Errorf("the feedback shows other places than the question: %+v, %+v", r.Feedback.Options, ask.Public.Options)
	}
	w.pass(1)
	var asked []string
	w.day("p1", func(id string) bool { asked = append(asked, id); return true })
	if len(asked) != 8 || asked[7] != "q2" { // the other seven have waited since the day before
		t.Errorf("after a day %v are asked", asked)
	}
	if n := w.count("SELECT count(*) FROM refresher_reviews r JOIN refresher_cards c ON c.plan_id = r.plan_id AND c.question_id = r.question_id WHERE c.reps = r.rep AND c.scheduled_days = r.next_days"); n != 10 {
		t.Errorf("%d reviews agree with their cards", n)
	}
}

func TestAnAnswerMustBeOne(t *testing.T) {
	w := newWorld(t)
	w.start("p1", false)
	w.pass(3)
	a := reply(w.next("p1"), true)
	var bad *question.InputError
	for _, choices := range [][]string{nil, {"Z"}, {"A", "B"}} {
		a.Response.Choices = choices
		if _, err := w.Answer(t.Context(), "p1", slug, a); !errors.As(err, &bad) {
			t.Errorf("%v: %v", choices, err)
		}
	}
	for _, id := range []string{"q21", "q99", ""} {
		if _, err := w.Answer(t.Context(), "p1", slug, refresher.Answer{QuestionID: id, Response: question.Response{Choices: []string{"A"}}}); !errors.Is(err, refresher.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	for _, reps := range []int{1, 7} {
		a := reply(w.next("p1"), true)
		a.Reps = reps
		if _, err := w.Answer(t.Context(), "p1", slug, a); !errors.Is(err, refresher.ErrNotDue) {
			t.Errorf("reviewed %d times before: %v", reps, err)
		}
	}
	if n := w.count("SELECT count(*) FROM refresher_reviews"); n != 0 {
		t.Errorf("%d reviews", n)
	}
}

// TestOfManyClicksOneCounts, whatever they answer.
func TestOfManyClicksOneCounts(t *testing.T) {
	w := newWorld(t)
	w.start("p1", false)
	w.pass(3)
	ask := w.next("p1")
	ids := make([]string, 8)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			id, err := w.Answer(t.Context(), "p1", slug, reply(ask, i%2 == 0))
			if err != nil {
				t.Error(err)
			}
			ids[i] = id
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("several reviews: %v", ids)
		}
	}
	if n := w.count("SELECT count(*) FROM refresher_reviews"); n != 1 || w.count("SELECT reps FROM refresher_cards WHERE question_id = 'q1'") != 1 {
		t.Errorf("%d reviews", n)
	}
}

// TestDamageIsMended: a state that cannot be is that of a new question.
func TestDamageIsMended(t *testing.T) {
	w := newWorld(t)
	w.start("p1", false)
	w.exec("UPDATE refresher_cards SET reps = 5, reviewed_at = ?, stability = -3, difficulty = 900, scheduled_days = 4 WHERE question_id = 'q1'", w.now())
	w.pass(3)
	if ask := w.next("p1"); ask.Public.ID != "q1" || ask.Reps != 5 {
		t.Fatalf("%+v", ask)
	}
	r, err := w.Review(t.Context(), "p1", slug, w.answer("p1", true))
	if err != nil || r.NextDays != 3 {
		t.Errorf("%+v, %v", r, err)
	}
}
