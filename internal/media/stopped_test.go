package media_test

import (
	"bytes"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media"
)

// TestAnExaminationThatWasGivenUp is taken up by whoever sent the file, or thrown away.
func TestAnExaminationThatWasGivenUp(t *testing.T) {
	for name, giveUp := range map[string]string{"dead": "UPDATE jobs SET state = 'dead', died_at = run_at", "gone": "DELETE FROM jobs"} {
		w := inFolder(t)
		ctx := t.Context()
		u := w.begin("ada", 0)
		_, err := w.Append(ctx, "ada", u.ID, 0, bytes.NewReader(wav(5, 1)))
		w.must(err)
		is := func(state media.State, stopped bool) {
			t.Helper()
			u, err = w.Upload(ctx, "ada", u.ID)
			w.must(err)
			if got, err := w.Stopped(ctx, u); err != nil || got != stopped || u.State != state {
				t.Errorf("%s: %s, stopped: %v, %v", name, u.State, got, err)
			}
		}
		is(media.Open, false)
		w.must(w.Finish(ctx, "ada", u.ID))
		is(media.Received, false)
		w.must(w.db.Conn(ctx).Exec(giveUp).Error)
		is(media.Received, true)
		if err := w.GoOn(ctx, "bob", u.ID); !apperr.Is(err, apperr.NotFound) {
			t.Errorf("%s: somebody else: %v", name, err)
		}
		for range 2 {
			w.must(w.GoOn(ctx, "ada", u.ID))
		}
		is(media.Received, false)
		w.must(w.queue.Drain(ctx))
		is(media.Ready, false)
		w.must(w.GoOn(ctx, "ada", u.ID))
		w.must(w.Discard(ctx, "ada", u.ID))
	}
}
