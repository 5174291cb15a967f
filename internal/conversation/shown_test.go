package conversation_test

import (
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
