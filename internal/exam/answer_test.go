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

// TestALaterAnswerWins: a page saves out of order, another one meanwhile, a
// request comes twice, an old page is submitted by its button.
func TestALaterAnswerWins(t *testing.T) {
	w := newWorld(t)
	a := w.begin(w.ready("p1"))
	id := firstChoice(w, a)
	now := w.clock.now().UnixMilli()
	for _, step := range []struct {
		name, page     string
		seen, revision int64
		bump           bool
		choose         string
		err            error
		want           string
	}{
		{"the first", "one", 0, now, false, "A", nil, "A"},
		{"a later change, the acknowledgment was lost", "one", 0, now + 500, false, "B", nil, "B"},
		{"an earlier change that arrives late", "one", 0, now + 400, false, "C", exam.ErrNewer, "B"},
		{"the same request again", "one", 0, now + 500, false, "B", nil, "B"},
		{"an old text in a second tab, later", "two", 0, now + 9000, false, "C", exam.ErrNewer, "B"},
		{"the same answer in a second tab", "two", 0, now + 9500, false, "B", nil, "B"},
		{"a second tab that has seen it", "two", now + 500, now + 9900, false, "C", nil, "C"},
		{"the first tab has not seen that", "one", now + 500, now + 99_000, false, "A", exam.ErrNewer, "C"},
		{"nor does its button know", "one", now + 500, now + 99_000, true, "A", exam.ErrNewer, "C"},
		{"a button without a change since", "two", 0, now + 9900, true, "A", nil, "A"},
		{"an autosave older than the button", "two", 0, now + 9900, false, "B", exam.ErrNewer, "A"},
		{"a page that names no opening", "", 0, now + 99_999, false, "B", exam.ErrNewer, "A"},
	} {
		in := exam.Answer{QuestionID: id, Response: choice(step.choose), Page: step.page, Seen: &step.seen, Revision: step.revision, Bump: step.bump}
		saved, err := w.SaveAnswer(t.Context(), "p1", a.ID, in)
		if !errors.Is(err, step.err) {
			t.Fatalf("%s: %v, want %v", step.name, err, step.err)
		}
		got := w.stored(a, id)
		if got.Response.Choices[0] != step.want {
			t.Fatalf("%s: stored %s, want %s", step.name, got.Response.Choices, step.want)
		}
		if saved.Revision != got.Revision {
			t.Fatalf("%s: told of revision %d, stored %d", step.name, saved.Revision, got.Revision)
		}
	}
	if _, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: id, Response: choice("B")}); err != nil {
		t.Errorf("without anything seen: %v", err)
	}
	_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{QuestionID: id, Response: choice("B"), Page: strings.Repeat("x", 65)})
	if !apperr.Is(err, apperr.Invalid) {
		t.Errorf("a page of 65 letters: %v", err)
	}
}

// TestAClockThatWasAheadLocksNoAnswer: what was saved while it was is replaced
// once it is right again.
func TestAClockThatWasAheadLocksNoAnswer(t *testing.T) {
	w := newWorld(t)
	a := w.begin(w.ready("p1"))
	id := firstChoice(w, a)
	save := func(choose, page string) {
		t.Helper()
		seen := w.stored(a, id).Revision
		_, err := w.SaveAnswer(t.Context(), "p1", a.ID, exam.Answer{
			QuestionID: id, Response: choice(choose), Page: page, Seen: &seen, Revision: w.clock.now().UnixMilli()})
		w.must(err)
	}
	w.clock.add(24 * time.Hour)
	save("A", "one")
	w.clock.add(-24 * time.Hour)
	save("B", "two")
	save("C", "three")
	if got := w.stored(a, id); got.Response.Choices[0] != "C" {
		t.Errorf("%+v", got)
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
			_, err := w.SaveAnswer(context.Background(), "p1", a.ID, exam.Answer{QuestionID: it.Question.ID, Response: r, Page: "one", Seen: new(int64), Revision: base + int64(i)})
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
