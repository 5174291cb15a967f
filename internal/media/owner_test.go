package media_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
)

// neighbor is another installation with the store of w: its database is new, or a copy
// of that of w.
func (w *world) neighbor(s store.Store, copied bool) *world {
	w.t.Helper()
	other := worldOn(w.t, dbtest.New(w.t), s)
	other.now = w.clock()
	if copied {
		id, err := w.db.Setting(w.t.Context(), "media.database")
		w.must(err)
		w.must(other.db.SetSetting(w.t.Context(), "media.database", id))
		other.Site = "https://staging.example.org"
	}
	return other
}

// TestTwoWithOneStoreDeleteNothingOfEachOther: who came first goes on, the other says
// whose the store is.
func TestTwoWithOneStoreDeleteNothingOfEachOther(t *testing.T) {
	for name, copied := range map[string]bool{"another database": false, "a copy": true} {
		both(t, func(w *world) {
			w.send("ada", wav(5, 1))
			half := w.begin("ada", 100)
			_, err := w.Append(w.t.Context(), "ada", half.ID, 0, bytes.NewReader(make([]byte, 50)))
			w.must(err)
			w.sweep(0)
			other := w.neighbor(w.store.Store, copied)
			var log bytes.Buffer
			other.Log = slogTo(&log)
			mine := other.send("bob", wav(5, 2))
			before := w.objects("")
			other.later(40 * 24 * time.Hour)
			for range 3 {
				other.sweep(0)
			}
			if left := w.objects(""); len(left) != len(before) {
				w.t.Errorf("%s: left of %v are %v", name, before, left)
			}
			if !strings.Contains(log.String(), "belongs to another installation") || !strings.Contains(log.String(), w.Site) {
				w.t.Errorf("%s: the log says %q", name, log.String())
			}
			if whose, err := other.Stranger(w.t.Context()); err != nil || !strings.Contains(whose, w.Site) || strings.Contains(whose, "copy") != copied {
				w.t.Errorf("%s: a stranger's is %q, %v", name, whose, err)
			}
			if whose, err := w.Stranger(w.t.Context()); err != nil || whose != "" {
				w.t.Errorf("%s: one's own is %q, %v", name, whose, err)
			}
			if mine.State != media.Ready {
				w.t.Errorf("%s: %+v", name, mine)
			}
			w.must(w.store.Delete(w.t.Context(), "owner")) // the first is gone, and an operator says so
			other.sweep(0)
			if whose, err := other.Stranger(w.t.Context()); err != nil || whose != "" {
				w.t.Errorf("%s: claimed, it is %q, %v", name, whose, err)
			}
		})
	}
}

// TestACommandOwnsTheStoreOfItsServer though it does not know the address.
func TestACommandOwnsTheStoreOfItsServer(t *testing.T) {
	w := inFolder(t)
	if whose, err := w.Stranger(t.Context()); err != nil || whose != "" {
		t.Errorf("nobody's is %q, %v", whose, err)
	}
	w.send("ada", wav(5, 1))
	command := media.New(media.Deps{DB: w.db, Now: w.clock, Store: w.store, Log: w.Log})
	if whose, err := command.Stranger(t.Context()); err != nil || whose != "" {
		t.Errorf("it is %q, %v", whose, err)
	}
	bare := worldOn(t, dbtest.New(t), w.store.Store)
	if whose, err := bare.Stranger(t.Context()); err != nil || whose == "" {
		t.Errorf("for a database without an ID it is %q, %v", whose, err)
	}
}
