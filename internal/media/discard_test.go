package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media"
)

// TestWhatIsThrownAwayIsGone at once, unless something else names its files.
func TestWhatIsThrownAwayIsGone(t *testing.T) {
	both(t, func(w *world) {
		ctx := w.t.Context()
		for range 3 { // a loop fills nothing
			u := w.send("ada", photo(w.t, 1200, 600))
			w.must(w.Discard(ctx, "ada", u.ID))
			if left := w.objects(""); len(left) > 0 {
				w.t.Fatalf("left: %v", left)
			}
		}
		ada, bob, named := w.send("ada", wav(5, 1)), w.send("bob", wav(5, 1)), w.send("ada", wav(5, 2))
		w.name(listOf(w.t, named))
		w.must(w.Discard(ctx, "ada", ada.ID))
		w.must(w.Discard(ctx, "ada", named.ID))
		for _, u := range []media.Upload{bob, named} {
			o, err := w.Open(ctx, u.Found.Files[0].SHA256)
			w.must(err)
			w.must(o.Close())
		}
		w.must(w.Discard(ctx, "bob", bob.ID))
		if left := w.objects(""); len(left) != 1 || !strings.Contains(left[0], named.Found.Files[0].SHA256) {
			w.t.Errorf("left: %v", left)
		}
		if again := w.send("ada", wav(5, 1)); again.State != media.Ready {
			w.t.Errorf("%+v", again)
		}
	})
}

// TestDiscardingWhileOthersSendTheSame: whoever is told that a file can be used has it.
func TestDiscardingWhileOthersSendTheSame(t *testing.T) {
	both(t, func(w *world) {
		ctx, data := w.t.Context(), photo(w.t, 1200, 600)
		ada := w.send("ada", data)
		bob := w.begin("bob", len(data))
		_, err := w.Append(ctx, "bob", bob.ID, 0, bytes.NewReader(data))
		w.must(err)
		w.must(w.Finish(ctx, "bob", bob.ID))
		looked := 0
		w.store.opened = func(key string) { // the first width is kept, the second is about to be
			if looked++; strings.HasPrefix(key, "blobs/") && strings.Contains(key, ada.Found.Files[1].SHA256) && ada.ID != "" {
				id := ada.ID
				ada.ID = ""
				w.must(w.Discard(ctx, "ada", id))
			}
		}
		for range 3 { // an attempt may find that what it kept is gone
			_ = w.queue.Drain(ctx)
			w.later(time.Hour)
		}
		w.store.opened = nil
		bob, err = w.Upload(ctx, "bob", bob.ID)
		w.must(err)
		if ada.ID != "" || bob.State != media.Ready {
			w.t.Fatalf("%d opened: %+v", looked, bob)
		}
		for _, f := range bob.Found.Files {
			o, err := w.Open(ctx, f.SHA256)
			if err != nil {
				w.t.Fatalf("%d wide: %v", f.Width, err)
			}
			w.must(o.Close())
		}
	})
}

// TestNamingBeatsDiscarding: a draft names a file after Discard has looked, and before
// it deletes.
func TestNamingBeatsDiscarding(t *testing.T) {
	w := inFolder(t)
	u := w.send("ada", wav(5, 1))
	list := listOf(t, u)
	looked := 0
	w.listed = func() {
		if looked++; looked == 1 {
			w.must(w.db.InTx(t.Context(), func(ctx context.Context) error {
				_, err := w.Named(ctx, media.Listing{CourseID: "course", List: list})
				return err
			}))
			w.name(list)
		}
	}
	w.must(w.Discard(t.Context(), "ada", u.ID))
	o, err := w.Open(t.Context(), u.Found.Files[0].SHA256)
	if err != nil || looked == 0 {
		t.Fatalf("%v; it looked %d times", err, looked)
	}
	w.must(o.Close())
}

// TestAnUploadThrownAwayWhileItIsExamined leaves nothing.
func TestAnUploadThrownAwayWhileItIsExamined(t *testing.T) {
	both(t, func(w *world) {
		u := w.begin("ada", 0)
		_, err := w.Append(w.t.Context(), "ada", u.ID, 0, bytes.NewReader(wav(5, 1)))
		w.must(err)
		w.must(w.Finish(w.t.Context(), "ada", u.ID))
		w.store.putting = func(key string) {
			if strings.HasPrefix(key, "blobs/") {
				w.store.putting = nil
				w.must(w.Discard(w.t.Context(), "ada", u.ID))
			}
		}
		w.must(w.queue.Drain(w.t.Context()))
		if left := w.objects(""); len(left) > 0 {
			w.t.Errorf("left: %v", left)
		}
	})
}

// TestADayHasItsBytes: what somebody may send, whatever becomes of it.
func TestADayHasItsBytes(t *testing.T) {
	both(t, func(w *world) {
		ctx, day := w.t.Context(), w.clock().UTC().Format(time.DateOnly)
		w.must(w.db.Conn(ctx).Exec("INSERT INTO media_sent (person_id, day, bytes) VALUES ('ada', ?, ?)", day, media.DayBytes-100).Error)
		if _, _, err := w.Begin(ctx, "ada", "course", "a", 101); !errors.Is(err, media.ErrDay) {
			w.t.Errorf("more than is left: %v", err)
		}
		u := w.begin("ada", 0) // of a size that nobody knows
		at, err := w.Append(ctx, "ada", u.ID, 0, bytes.NewReader(make([]byte, 60)))
		w.must(err)
		if at, err = w.Append(ctx, "ada", u.ID, at, bytes.NewReader(make([]byte, 60))); !errors.Is(err, media.ErrDay) || at != 60 || !apperr.Is(err, apperr.Conflict) {
			w.t.Errorf("at %d, %v", at, err)
		}
		if left := w.objects("uploads/"); len(left) != 1 {
			w.t.Errorf("parts: %v", left)
		}
		w.must(w.Discard(ctx, "ada", u.ID)) // frees the slot, not the day
		if _, err := w.Append(ctx, "ada", w.begin("ada", 0).ID, 0, io.LimitReader(bytes.NewReader(make([]byte, 60)), 60)); !errors.Is(err, media.ErrDay) {
			w.t.Errorf("after throwing it away: %v", err)
		}
		w.send("bob", wav(5, 1))
		w.later(24 * time.Hour)
		if u := w.send("ada", wav(5, 1)); u.State != media.Ready {
			w.t.Errorf("the next day: %+v", u)
		}
		w.later(72 * time.Hour)
		w.sweep(0)
		w.sweep(0)
		var rows int
		w.must(w.db.Conn(ctx).Raw("SELECT count(*) FROM media_sent").Scan(&rows).Error)
		if rows != 0 {
			w.t.Errorf("%d days are remembered", rows)
		}
	})
}
