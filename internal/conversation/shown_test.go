package conversation_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/migrations"
)

// Each wording that every learner could read stays, with who showed it and when.
func TestEveryWordingThatWasShownIsKept(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No, Ana."))
	w.must(w.Show(t.Context(), w.on(q.ID, "dora"), "Does a pause count?", "No."))
	w.pass(time.Hour)
	w.must(w.Show(t.Context(), w.on(q.ID, "emil"), "Does a pause count?", "It does not."))
	w.must(w.Unshow(t.Context(), q.ID))
	w.pass(time.Hour)
	w.must(w.Show(t.Context(), w.on(q.ID, "dora"), "Does a pause count?", "It does not."))
	want := []conversation.Wording{
		{Answer: "It does not.", ShownBy: "dora", ShownAt: w.now()},
		{Answer: "It does not.", ShownBy: "emil", ShownAt: w.now().Add(-time.Hour)},
		{Answer: "No.", ShownBy: "dora", ShownAt: w.now().Add(-2 * time.Hour)},
	}
	got, err := w.Wordings(t.Context(), q.ID)
	if err != nil || len(got) != len(want) {
		t.Fatalf("%+v, %v", got, err)
	}
	for i, g := range got {
		if g.Question != "Does a pause count?" || g.Answer != want[i].Answer || g.ShownBy != want[i].ShownBy || !g.ShownAt.Equal(want[i].ShownAt) {
			t.Errorf("%d: %+v", i, g)
		}
	}
	copies, err := w.CopiesOf(t.Context(), "ana")
	if err != nil || len(copies[0].Shown) != 3 || copies[0].Shown[2].Answer != "No." || copies[0].Shown[2].ShownBy != "" {
		t.Errorf("%+v, %v", copies, err)
	}
	w.must(w.Hide(t.Context(), q.ID, "emil", "It names a client."))
	if copies, err = w.CopiesOf(t.Context(), "ana"); err != nil || len(copies[0].Shown) != 0 || copies[0].ShownAnswer != "" {
		t.Errorf("of what is hidden: %+v, %v", copies, err)
	}
}

// What was shown before wordings were kept comes with who showed it last, as the audit
// log has it, also where it was taken back.
func TestWhatWasShownBeforeIsKept(t *testing.T) {
	w := newWorld(t)
	q, other := w.ask(asks("ana")), w.ask(asks("ben"))
	for _, id := range []string{q.ID, other.ID} {
		w.must(w.Answer(t.Context(), w.on(id, "dora"), "No."))
	}
	show := func(by, answer string) {
		t.Helper()
		w.pass(time.Hour)
		w.must(w.Show(audit.WithActor(t.Context(), audit.Actor{PersonID: by}), w.on(q.ID, by), "Does a pause count?", answer))
	}
	show("dora", "No.")
	show("emil", "It does not.")
	w.must(w.Unshow(t.Context(), q.ID))
	conn := w.db.Conn(t.Context())
	w.must(conn.Exec("DELETE FROM conversation_shown").Error)
	step, err := migrations.FS.ReadFile("00294_conversation_kept.sql")
	w.must(err)
	_, rest, _ := strings.Cut(string(step), "INSERT INTO conversation_shown")
	insert, _, _ := strings.Cut(rest, ";")
	w.must(conn.Exec("INSERT INTO conversation_shown" + insert).Error)
	got, err := w.Wordings(t.Context(), q.ID)
	if err != nil || len(got) != 1 || got[0].Answer != "It does not." || got[0].ShownBy != "emil" || !got[0].ShownAt.Equal(w.now()) {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err = w.Wordings(t.Context(), other.ID); err != nil || len(got) != 0 {
		t.Errorf("never shown: %+v, %v", got, err)
	}
}

// TestWhatIsHiddenIsNotShown, also where an administrator hides it in the moment in which
// another shows it, or takes it back: neither knows of the other, and what is hidden stays
// as it was.
func TestWhatIsHiddenIsNotShown(t *testing.T) {
	w := newWorld(t)
	for name, act := range map[string]func(id string, a conversation.Act) error{
		"show": func(_ string, a conversation.Act) error {
			return w.Show(t.Context(), a, "Does a pause count?", "It does not.")
		},
		"unshow":   func(id string, _ conversation.Act) error { return w.Unshow(t.Context(), id) },
		"as shown": func(_ string, a conversation.Act) error { return w.Show(t.Context(), a, "Does a pause count?", "No.") },
	} {
		q := w.ask(asks("ana"))
		w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No, Ana."))
		w.must(w.Show(t.Context(), w.on(q.ID, "dora"), "Does a pause count?", "No."))
		seen := w.on(q.ID, "emil")
		hiding, done := make(chan struct{}), make(chan error, 1)
		go func() {
			<-hiding
			done <- act(q.ID, seen)
		}()
		w.must(w.db.InTx(t.Context(), func(ctx context.Context) error {
			err := w.Hide(ctx, q.ID, "dora", "It names a client.")
			close(hiding)
			time.Sleep(100 * time.Millisecond) // the other reads, and waits for the row
			return err
		}))
		if err := <-done; !errors.Is(err, conversation.ErrHidden) && (name != "as shown" || err != nil) { // what is shown already needs no row
			t.Errorf("%s: %v", name, err)
		}
		if err := act(q.ID, seen); !errors.Is(err, conversation.ErrHidden) {
			t.Errorf("%s once more: %v", name, err)
		}
		w.must(w.Unhide(t.Context(), q.ID))
		now, _, _, err := w.Get(t.Context(), q.ID, true)
		if wordings, failed := w.Wordings(t.Context(), q.ID); err != nil || failed != nil || len(wordings) != 1 || now.ShownAt == nil || now.ShownAnswer != "No." {
			t.Errorf("%s: %+v, %+v, %v, %v", name, now, wordings, err, failed)
		}
	}
}

// TestShownByTwoAtOnceIsShownOnce: the same words, by two who saw the same.
func TestShownByTwoAtOnceIsShownOnce(t *testing.T) {
	w := newWorld(t)
	q := w.ask(asks("ana"))
	w.must(w.Answer(t.Context(), w.on(q.ID, "dora"), "No, Ana."))
	errs := make(chan error, 2)
	for _, by := range []string{"dora", "emil"} {
		seen := w.on(q.ID, by)
		go func() { errs <- w.Show(t.Context(), seen, "Does a pause count?", "No.") }()
	}
	for range 2 {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	if list, err := w.Wordings(t.Context(), q.ID); err != nil || len(list) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
}
