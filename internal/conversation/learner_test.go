package conversation_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/once"
)

func TestAQuestionNamesItsPassage(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	got := w.get(q.ID)
	if got.State != conversation.Open || got.Heading != "Time is measured modestly" || !strings.HasPrefix(got.Quote, "The time beside a lesson’s title is active time.") ||
		len(got.PassageSHA256) != 64 || got.EditionID != w.edition.ID || got.Edition.Hash != w.edition.Hash || got.Lesson.Slug != lesson {
		t.Errorf("%+v", got)
	}
	n := asks("ana")
	n.Anchor = ""
	if q := w.ask(n); q.Heading != "" || !strings.HasPrefix(q.Quote, "You have just opened a lesson.") {
		t.Errorf("at the beginning: %+v", q)
	}
}

func TestAskingNamesEveryWrongField(t *testing.T) {
	w := newWorld(t)
	n := asks("ana")
	n.Kind, n.Anchor, n.Body = "complaint", "s-nowhere", strings.Repeat("x", 2001)
	_, err := w.Ask(t.Context(), n)
	var fields []string
	for _, f := range apperr.FieldsOf(err) {
		fields = append(fields, f.Name)
	}
	if got := fmt.Sprint(fields); got != "[kind at body]" {
		t.Errorf("fields %s, error %v", got, err)
	}
}

// hiding is a text with what reorders it or is not seen; plain is it without.
const hiding, plain = "\ufeffTake 5\u202e0 mg\u202c\r\n\u2066now\u2069, \u0645\u06cc\u200c\u062e \U0001f469\u200d\u2695\ufe0f\u200b", "Take 50 mg\nnow, \u0645\u06cc\u200c\u062e \U0001f469\u200d\u2695\ufe0f"

// TestNothingHiddenIsSaid, in no text that somebody else reads.
func TestNothingHiddenIsSaid(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	n := asks("ana")
	n.Body = hiding
	q := w.ask(n)
	if again, err := w.Ask(once.With(ctx, "x"), n); err != nil || again.Body != plain {
		t.Errorf("%+q, %v", again.Body, err)
	}
	w.must(w.Reword(ctx, "ana", q.ID, hiding+"?"))
	w.must(w.Reword(ctx, "ana", q.ID, "\u200b"+plain+"\u202a?")) // the same
	w.must(w.Add(ctx, "ana", q.ID, hiding))
	w.must(w.Answer(ctx, w.on(q.ID, "dora"), hiding))
	w.must(w.Show(ctx, w.on(q.ID, "dora"), hiding, hiding))
	w.must(w.KeepNote(ctx, q.ID, "dora", hiding))
	w.must(w.Close(ctx, w.on(q.ID, "dora"), hiding))
	got, said, notes, err := w.Get(ctx, q.ID, true)
	w.must(err)
	if got.Body != plain+"?" || got.ShownQuestion != plain || got.ShownAnswer != plain || got.Outcome != plain || len(said) != 2 || said[0].Body != plain || said[1].Body != plain ||
		len(notes) != 1 || notes[0].Body != plain {
		t.Errorf("%+v, %+v, %+v", got.Thread, said, notes)
	}
	r := w.report("ben")
	w.must(w.Judge(ctx, w.on(r.ID, "dora"), conversation.Verdict{Confirmed: true, Text: hiding, Note: hiding}))
	w.must(w.Hide(ctx, r.ID, "emil", hiding))
	got, _, notes, err = w.Get(ctx, r.ID, true)
	w.must(err)
	if got.Outcome != plain || got.HiddenReason != plain || len(notes) != 1 || notes[0].Body != plain {
		t.Errorf("%+v, %+v", got.Thread, notes)
	}
	for _, m := range w.mails.sent {
		if strings.ContainsAny(fmt.Sprint(m), "\u202e\u2066\u200b\ufeff") {
			t.Errorf("mailed: %+v", m)
		}
	}
	n.Body = "\u200b\u202e"
	if _, err := w.Ask(ctx, n); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("nothing but what nobody sees: %v", err)
	}
	n.Body = strings.Repeat("\r\n.", 1000) // which a browser counts as 2,000 characters
	w.ask(n)
}

// Only who may read a lesson asks about it.
func TestOnlyLearnersOfTheCourseAsk(t *testing.T) {
	w := newWorld(t)
	if _, err := w.Ask(t.Context(), asks("dora")); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("not enrolled: %v", err)
	}
	n := asks("ana")
	n.Lesson = "elsewhere"
	if _, err := w.Ask(t.Context(), n); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("no such lesson: %v", err)
	}
	e, err := w.enrollments.Find(t.Context(), "ben", slug, 0)
	w.must(err)
	w.must(w.enrollments.End(t.Context(), e.ID, enrollment.Withdrawn, "Asked for."))
	if _, err := w.Ask(t.Context(), asks("ben")); !errors.Is(err, enrollment.ErrWithdrawn) {
		t.Errorf("withdrawn: %v", err)
	}
	n = asks("ana")
	n.Edition = 2
	if _, err := w.Ask(t.Context(), n); !errors.Is(err, enrollment.ErrMovedOn) {
		t.Errorf("from a page of another edition: %v", err)
	}
	w.pass(400 * 24 * time.Hour)
	if _, err := w.Ask(t.Context(), asks("ana")); !errors.Is(err, conversation.ErrReadOnly) {
		t.Errorf("expired: %v", err)
	}
}

func TestAskingTwiceIsOneQuestion(t *testing.T) {
	w := newWorld(t)
	var mu sync.Mutex
	ids := map[string]bool{}
	w.clicks(func(ctx context.Context) error {
		q, err := w.Ask(ctx, asks("ana"))
		mu.Lock()
		defer mu.Unlock()
		ids[q.ID] = true
		return err
	})
	if list, err := w.OwnAll(t.Context(), "ana"); err != nil || len(list) != 1 || len(ids) != 1 {
		t.Errorf("%d threads, %v, %v", len(list), ids, err)
	}
}

func TestOnePersonAsksOnlySoMuch(t *testing.T) {
	w := newWorld(t)
	for i := range 21 {
		n := asks("ana")
		n.Body = fmt.Sprint("Question ", i)
		if _, err := w.Ask(t.Context(), n); (i < 20) != (err == nil) || i == 20 && !apperr.Is(err, apperr.Limited) {
			t.Fatalf("%d: %v", i, err)
		}
	}
	w.pass(19 * time.Hour)
	if _, err := w.Ask(t.Context(), asks("ana")); apperr.Message(err) != "You can send 20 questions and reports in 24 hours. You can send the next one in 5 hours." || apperr.AfterOf(err) != 5*time.Hour {
		t.Errorf("%v after %s", err, apperr.AfterOf(err))
	}
	w.ask(asks("ben"))
	q := w.ask(asks("ben"))
	for i := range 41 {
		if err := w.Add(t.Context(), "ben", q.ID, fmt.Sprint("More ", i)); (i < 40) != (err == nil) || i == 40 && !apperr.Is(err, apperr.Limited) {
			t.Fatalf("%d: %v", i, err)
		}
	}
}

// Changing what one wrote counts as adding to it does: every wording is kept for good.
func TestOnePersonRewordsOnlySoMuch(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	for i := range 41 {
		err := w.Reword(t.Context(), "ana", q.ID, fmt.Sprint("Wording ", i))
		if (i < 40) != (err == nil) || i == 40 && !strings.HasPrefix(apperr.Message(err), "You can add to your questions or change them 40 times in 24 hours.") {
			t.Fatalf("%d: %v", i, err)
		}
	}
	w.must(w.Reword(t.Context(), "ana", q.ID, "Wording 39")) // as it is
	if err := w.Add(t.Context(), "ana", q.ID, "And more."); !apperr.Is(err, apperr.Limited) {
		t.Errorf("added: %v", err)
	}
	copies, err := w.CopiesOf(t.Context(), "ana")
	if err != nil || len(copies[0].Messages) != 40 || copies[0].Body != "Wording 39" {
		t.Errorf("%d wordings, %v", len(copies[0].Messages), err)
	}
}

func TestSomebodyElsesQuestionDoesNotExist(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	_, _, own := w.Own(t.Context(), "ben", q.ID)
	for name, err := range map[string]error{
		"read": own, "add": w.Add(t.Context(), "ben", q.ID, "Me too."),
		"reword": w.Reword(t.Context(), "ben", q.ID, "Mine."), "withdraw": w.Withdraw(t.Context(), "ben", q.ID),
		"none": w.Withdraw(t.Context(), "ana", "none"),
	} {
		if !errors.Is(err, conversation.ErrNoThread) {
			t.Errorf("%s: %v", name, err)
		}
	}
	p, err := w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{})
	if err != nil || len(p.Own) != 0 || len(p.Shown) != 0 {
		t.Errorf("%+v, %v", p, err)
	}
}

// TestTheCopyHasNothingOfWhatIsHiddenButTheirOwnWords: not what was answered, and not how
// it ended, as on their page.
func TestTheCopyHasNothingOfWhatIsHiddenButTheirOwnWords(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	q := w.ask(asks("ana"))
	w.must(w.Answer(ctx, w.on(q.ID, "dora"), "No."))
	w.must(w.Close(ctx, w.on(q.ID, "dora"), "It names a client."))
	copies, err := w.CopiesOf(ctx, "ana")
	if err != nil || len(copies) != 1 || copies[0].Outcome != "It names a client." {
		t.Fatalf("%+v, %v", copies, err)
	}
	w.must(w.Hide(ctx, q.ID, "emil", "Not for here."))
	copies, err = w.CopiesOf(ctx, "ana")
	if err != nil || len(copies) != 1 || copies[0].Outcome != "" || copies[0].Body != "Does my tea count?" || copies[0].HiddenReason != "Not for here." || len(copies[0].Messages) != 0 {
		t.Errorf("%+v, %v", copies, err)
	}
}

// A question can be reworded until it is answered; the earlier words stay on record.
func TestAQuestionIsRewordedBeforeItIsAnswered(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	for range 2 {
		w.must(w.Reword(t.Context(), "ana", q.ID, " Does a pause count? "))
	}
	if got := w.get(q.ID); got.Body != "Does a pause count?" {
		t.Errorf("%q", got.Body)
	}
	if _, said, err := w.Own(t.Context(), "ana", q.ID); err != nil || len(said) != 0 {
		t.Errorf("the earlier words are shown: %+v, %v", said, err)
	}
	copies, err := w.CopiesOf(t.Context(), "ana")
	if err != nil || len(copies) != 1 || len(copies[0].Messages) != 1 || copies[0].Messages[0].Body != "Does my tea count?" || copies[0].Messages[0].Part != conversation.Earlier {
		t.Errorf("the earlier words are lost: %+v, %v", copies, err)
	}
	w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No."))
	for name, err := range map[string]error{"reword": w.Reword(t.Context(), "ana", q.ID, "Late."), "withdraw": w.Withdraw(t.Context(), "ana", q.ID)} {
		if !errors.Is(err, conversation.ErrAnswered) {
			t.Errorf("%s after the answer: %v", name, err)
		}
	}
	if !apperr.Is(w.Reword(t.Context(), "ana", q.ID, " "), apperr.Invalid) {
		t.Error("reworded to nothing")
	}
}

// Two windows at once: no wording is lost, whoever comes first.
func TestNoWordingIsLostWhenTwoWindowsChangeIt(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	words := map[string]bool{"Does my tea count?": true}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			text := fmt.Sprint("Wording ", i)
			err := w.Reword(t.Context(), "ana", q.ID, text)
			mu.Lock()
			defer mu.Unlock()
			words[text] = err == nil
			if err != nil && !errors.Is(err, conversation.ErrReworded) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	copies, err := w.CopiesOf(t.Context(), "ana")
	w.must(err)
	kept := map[string]bool{copies[0].Body: true}
	for _, m := range copies[0].Messages {
		kept[m.Body] = true
	}
	for text, accepted := range words {
		if kept[text] != accepted {
			t.Errorf("%q: accepted %v, kept %v", text, accepted, kept[text])
		}
	}
}

func TestAWithdrawnQuestionIsGoneForThoseWhoTeach(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	for range 2 {
		w.must(w.Withdraw(t.Context(), "ana", q.ID))
	}
	if _, _, _, err := w.Get(t.Context(), q.ID, true); !errors.Is(err, conversation.ErrNoThread) {
		t.Errorf("read: %v", err)
	}
	if err := w.Answer(t.Context(), w.on(q.ID, "dora"), "No."); !errors.Is(err, conversation.ErrNoThread) {
		t.Errorf("answer: %v", err)
	}
	if p, err := w.List(t.Context(), conversation.Filter{Reach: all}); err != nil || p.Total != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	if err := w.Add(t.Context(), "ana", q.ID, "Still."); !errors.Is(err, conversation.ErrEnded) {
		t.Errorf("add: %v", err)
	}
	if p, _, err := w.Own(t.Context(), "ana", q.ID); err != nil || p.State != conversation.Withdrawn {
		t.Errorf("own: %+v, %v", p, err)
	}
}

func TestAFollowUpOpensAgainUntilTheEnd(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No."))
	w.clicks(func(ctx context.Context) error { return w.Add(ctx, "ana", q.ID, "And coffee?") })
	_, said, err := w.Own(t.Context(), "ana", q.ID)
	if got := w.get(q.ID); err != nil || got.State != conversation.Open || len(said) != 2 || said[1].Part != conversation.FollowUp {
		t.Errorf("%+v %+v, %v", got, said, err)
	}
	w.must(w.Close(t.Context(), w.on(q.ID, "dora"), "Said above."))
	if err := w.Add(t.Context(), "ana", q.ID, "Really?"); !errors.Is(err, conversation.ErrEnded) {
		t.Errorf("after the end: %v", err)
	}
}

// Learners of another edition see what was asked where the passage is the same, and
// are told where it is not.
func TestShownQuestionsFollowTheirPassage(t *testing.T) {
	w := newWorld(t)
	same, changed := w.ask(asks("ana")), asks("ana")
	changed.Anchor, changed.Body = "s-finished-means-that-you-said-so", "Must I scroll?"
	other := w.ask(changed)
	for _, q := range []conversation.Thread{same, other} {
		w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No."))
		w.must(w.Show(t.Context(), w.on(q.ID, "dora"), "As shown?", "No, as shown."))
	}
	second := w.publish(map[string]string{"a tired thumb can scroll": "a tired thumb may scroll"})
	w.people["cleo"] = w.person("cleo")
	w.begin("cleo")
	p, err := w.OfLesson(t.Context(), "cleo", slug, 0, lesson, conversation.Place{})
	w.must(err)
	if len(p.Shown) != 2 || p.View.EditionID != second.ID || p.Shown[0].Here != nil || p.Shown[0].Edition.Number != 1 || p.Shown[1].Here == nil || p.Shown[1].Here.Anchor != timed {
		t.Errorf("%+v", p.Shown)
	}
	if p, err = w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{Limit: 1}); err != nil || len(p.Shown) != 1 || !p.More || p.Shown[0].Here == nil {
		t.Errorf("in edition 1: %+v, %v", p.Shown, err)
	}
	p, err = w.OfLesson(t.Context(), "ben", slug, 0, lesson, conversation.Place{Limit: 1, After: p.Shown[0].ID})
	if err != nil || len(p.Shown) != 1 || p.More || !p.Earlier || p.Shown[0].ID != same.ID {
		t.Errorf("the next page: %+v, %v", p.Shown, err)
	}
	if p, err = w.OfLesson(t.Context(), "ana", slug, 0, lesson, conversation.Place{}); err != nil || len(p.Shown) != 0 || len(p.Own) != 2 {
		t.Errorf("her own are shown as others': %+v, %v", p, err)
	}
}

// The way to a passage is to its words, else to what stands under its heading now.
func TestTheWayFollowsThePassage(t *testing.T) {
	w := newWorld(t)
	p := w.get(w.ask(asks("ana")).ID)
	const heading, words = "Time is measured modestly", "Go and make tea"
	for _, c := range []struct {
		change map[string]string
		anchor string
	}{
		{map[string]string{heading: "Time is counted modestly"}, "s-time-is-counted-modestly"},
		{map[string]string{words: "Go and make coffee"}, timed},
		{map[string]string{heading: "Time", words: "Go and make coffee"}, ""},
	} {
		to := w.publish(c.change)
		e, err := w.enrollments.Find(t.Context(), "ana", slug, 0)
		w.must(err)
		w.must(w.enrollments.MoveTo(t.Context(), e, to.ID))
		if got, err := w.Way(t.Context(), p); err != nil || got.Lesson == nil || got.Anchor != c.anchor {
			t.Errorf("%v: %+v, %v", c.change, got, err)
		}
	}
}
