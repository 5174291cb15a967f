package exam_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// stored is what is saved for a question.
func (w *world) stored(a exam.Attempt, id string) exam.Item {
	w.t.Helper()
	i, ok := w.sit(a).Item(id)
	if !ok {
		w.t.Fatalf("no item %s", id)
	}
	return i
}

// TestALaterAnswerWins: two pages save out of order, a request comes twice, an
// old page is submitted by its button.
func TestALaterAnswerWins(t *testing.T) {
	w := newWorld(t)
	a := w.begin(w.ready("p1"))
	id := firstChoice(w, a)
	now := w.clock.now().UnixMilli()
	for _, step := range []struct {
		name     string
		revision int64
		bump     bool
		choose   string
		err      error
		want     string
	}{
		{"the first", now, false, "A", nil, "A"},
		{"a later change", now + 500, false, "B", nil, "B"},
		{"an earlier change that arrives late", now + 400, false, "C", exam.ErrNewer, "B"},
		{"the same request again", now + 500, false, "B", nil, "B"},
		{"another answer at the same instant", now + 500, false, "C", exam.ErrNewer, "B"},
		{"a button on a page that does not know", now + 100, true, "C", exam.ErrNewer, "B"},
		{"a button on a page that does not know, but agrees", now + 100, true, "B", nil, "B"},
		{"a button on a page that knows", now + 500, true, "C", nil, "C"},
		{"an autosave older than the button", now + 500, false, "A", exam.ErrNewer, "C"},
		{"a clock that runs a year ahead is brought back", now + 365*86400_000, false, "A", nil, "A"},
	} {
		_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: id, Response: choice(step.choose), Revision: step.revision, Bump: step.bump})
		if !errors.Is(err, step.err) {
			t.Fatalf("%s: %v, want %v", step.name, err, step.err)
		}
		if got := w.stored(a, id).Response.Choices[0]; got != step.want {
			t.Fatalf("%s: stored %s, want %s", step.name, got, step.want)
		}
	}
	if r := w.stored(a, id).Revision; r > now+60_000 {
		t.Errorf("revision %d is %d ms ahead", r, r-now)
	}
	w.clock.add(2 * time.Minute)
	if _, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: id, Response: choice("B")}); err != nil {
		t.Errorf("without a revision: %v", err)
	}
}

func TestPartialAnswersAndFlagsAreKept(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Bank = append(w.edition.Course.Bank, &question.Question{
		ID: "o1", Kind: question.Ordering, Objectives: []string{"LO2"}, Items: []question.Item{{ID: "1"}, {ID: "2"}, {ID: "3"}},
		Answer: &question.Answer{Order: []string{"3", "1", "2"}},
	})
	w.edition.Course.Exam.Blueprint[1].Draw = 3
	a := w.begin(w.ready("p1"))
	_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: "o1", Response: question.Response{Order: []string{"3", "", "2"}}, Flagged: true})
	w.must(err)
	i := w.stored(a, "o1")
	if fmt.Sprint(i.Response.Order) != "[3  2]" || !i.Flagged || !i.Answered() || i.Complete() || i.SavedAt == nil {
		t.Errorf("%+v", i)
	}
	w.clock.add(time.Second)
	_, err = w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: "o1"})
	w.must(err)
	if i := w.stored(a, "o1"); i.Answered() || i.Flagged {
		t.Errorf("an answer taken back: %+v", i)
	}
}

func TestWhatIsNotAnAnswerIsRefused(t *testing.T) {
	w := newWorld(t)
	a := w.begin(w.ready("p1"))
	id := firstChoice(w, a)
	_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: id, Response: choice("Z")})
	if f := apperr.FieldsOf(err); !apperr.Is(err, apperr.Invalid) || len(f) != 1 || f[0].Name != id {
		t.Errorf("an unknown option: %v", err)
	}
	_, err = w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: firstShort(w, a), Response: question.Response{Text: strings.Repeat("x", question.MaxTextRunes+1)}})
	if !apperr.Is(err, apperr.Invalid) {
		t.Errorf("a book: %v", err)
	}
	_, err = w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: "nonsense"})
	w.fails(err, exam.ErrNoQuestion)
	notDrawn := ""
	for _, q := range w.edition.Course.Bank {
		if _, drawn := w.sit(a).Item(q.ID); !drawn && q.Kind == question.SingleChoice {
			notDrawn = q.ID
		}
	}
	_, err = w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: notDrawn, Response: choice("A")})
	w.fails(err, exam.ErrNoQuestion)
	_, err = w.SaveAnswer(t.Context(), "p2", a.ID, exam.Answer{QuestionID: id, Response: choice("A")})
	w.fails(err, exam.ErrNotFound)
	_, err = w.SaveAnswer(t.Context(), "p1", "nonsense", exam.Answer{QuestionID: id, Response: choice("A")})
	w.fails(err, exam.ErrNotFound)
	if n := w.count("SELECT COUNT(*) FROM exam_items WHERE saved_at IS NOT NULL"); n != 0 {
		t.Errorf("%d answers saved", n)
	}
}

// TestDeadline: the accommodation lengthens it, a few seconds of grace are for
// saves under way, then what was saved counts.
func TestDeadline(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 45
	w.acc.ExtraTimePercent = 50
	e := w.ready("p1")
	if o := w.overview(e); o.Minutes != 68 {
		t.Errorf("%d minutes, want 67.5 rounded up", o.Minutes)
	}
	a := w.begin(e)
	if a.TimeLimitMinutes != 68 || a.ExtraTimePercent != 50 || !a.DeadlineAt.Equal(w.clock.now().Add(68*time.Minute)) {
		t.Fatalf("%+v", a)
	}
	w.answer(a, 4, "")
	id := firstChoice(w, a)
	save := func(choose string) error {
		_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: id, Response: choice(choose)})
		return err
	}
	w.clock.add(68*time.Minute + exam.Grace - time.Millisecond)
	w.must(save("B"))
	if n, err := w.CloseDue(t.Context()); n != 0 || err != nil {
		t.Errorf("closed %d within the grace: %v", n, err)
	}
	w.clock.add(time.Millisecond)
	w.fails(save("C"), exam.ErrTimeUp)
	n, err := w.CloseDue(t.Context())
	if n != 1 || err != nil {
		t.Errorf("closed %d: %v", n, err)
	}
	got := w.sit(a)
	if got.State != exam.Graded || !got.Passed || got.SubmittedBy != exam.ByDeadline || !got.SubmittedAt.Equal(*a.DeadlineAt) {
		t.Errorf("%+v", got.Attempt)
	}
	w.fails(save("C"), exam.ErrSubmitted)
	if n, err := w.CloseDue(t.Context()); n != 0 || err != nil {
		t.Errorf("closed %d again: %v", n, err)
	}
}

// TestOpeningAPageAfterTheDeadlineSubmits without waiting for the periodic work.
func TestOpeningAPageAfterTheDeadlineSubmits(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.TimeLimitMinutes = 30
	a := w.begin(w.ready("p1"))
	w.answer(a, 1, "")
	w.clock.add(time.Hour)
	if s := w.sit(a); s.State != exam.Graded || s.Passed || s.Points != 1000 {
		t.Errorf("%+v", s.Attempt)
	}
}

// TestTheEndOfAccessEndsTheSitting: a course without a time limit.
func TestTheEndOfAccessEndsTheSitting(t *testing.T) {
	w := newWorld(t)
	e := w.ready("p1")
	a := w.begin(e)
	w.answer(a, 4, "")
	w.clock.add(e.ExpiresAt.Sub(w.clock.now()) + exam.Grace)
	_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: firstChoice(w, a), Response: choice("C")})
	w.fails(err, exam.ErrTimeUp)
	if s := w.sit(a); !s.Passed || !s.SubmittedAt.Equal(e.ExpiresAt) {
		t.Errorf("%+v", s.Attempt)
	}
}

// TestFiftySavesAtOnce: every acknowledged revision is there, and of one
// question the highest wins, whatever the order.
func TestFiftySavesAtOnce(t *testing.T) {
	w := newWorld(t)
	a := w.begin(w.ready("p1"))
	items, base := w.sit(a).Items, w.clock.now().UnixMilli()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			it := items[i%len(items)]
			r := question.Response{Text: fmt.Sprint(i)}
			if it.Question.Kind != question.ShortAnswer {
				r = choice([]string{"A", "B", "C"}[i/5%3])
			}
			_, err := w.SaveAnswer(context.Background(), "p1", a.ID, exam.Answer{QuestionID: it.Question.ID, Response: r, Revision: base + int64(i)})
			if err != nil && !errors.Is(err, exam.ErrNewer) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	for n, it := range items {
		if got := w.stored(a, it.Question.ID).Revision; got != base+int64(45+n) {
			t.Errorf("item %d: revision %d, want %d", n, got-base, 45+n)
		}
	}
}

// TestSavesThatRaceWithTheSubmit: an answer that was acknowledged is graded.
func TestSavesThatRaceWithTheSubmit(t *testing.T) {
	w := newWorld(t)
	for round := range 10 {
		person := fmt.Sprint("racer", round)
		w.seed(person)
		a := w.begin(w.ready(person))
		items := w.sit(a).Items
		saved := make([]atomic.Bool, len(items))
		var wg sync.WaitGroup
		for n, it := range items {
			if it.Question.Kind == question.ShortAnswer {
				continue
			}
			wg.Go(func() {
				_, err := w.SaveAnswer(context.Background(), person, a.ID, exam.Answer{QuestionID: it.Question.ID, Response: choice("B")})
				if err != nil && !errors.Is(err, exam.ErrSubmitted) {
					t.Error(err)
				}
				saved[n].Store(err == nil)
			})
		}
		for range 5 {
			wg.Go(func() {
				if _, err := w.Submit(context.Background(), person, a.ID); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		points := 0
		for n, it := range w.sit(a).Items {
			if saved[n].Load() {
				points += question.Mark
			}
			if it.Result.Correct != saved[n].Load() {
				t.Errorf("round %d item %d: acknowledged %v, graded %+v", round, n, saved[n].Load(), it.Result)
			}
		}
		if got := w.sit(a).Attempt; got.Points != points {
			t.Errorf("round %d: %d points, want %d", round, got.Points, points)
		}
	}
}
