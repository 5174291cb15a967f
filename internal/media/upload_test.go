package media_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/once"
)

func TestAnUploadBecomesFiles(t *testing.T) {
	both(t, func(w *world) {
		for name, c := range map[string]struct {
			data  []byte
			kind  sniff.Kind
			files int
			secs  float64
		}{
			"audio": {wav(700, 1), sniff.Audio, 1, 700}, "image": {photo(w.t, 1200, 600), sniff.Image, 3, 0}, "handout": {pdf(), sniff.Handout, 1, 0},
		} {
			u := w.send("ada", c.data)
			if u.State != media.Ready || u.Found == nil || u.Found.Kind != c.kind || len(u.Found.Files) != c.files || u.Found.Seconds != c.secs {
				w.t.Fatalf("%s: %+v, %+v", name, u, u.Found)
			}
			f := u.Found.Files[len(u.Found.Files)-1]
			o, err := w.Open(w.t.Context(), f.SHA256)
			w.must(err)
			got, err := io.ReadAll(o)
			w.must(err)
			w.must(o.Close())
			if int64(len(got)) != f.Bytes || c.kind != sniff.Image && !bytes.Equal(got, c.data) {
				w.t.Errorf("%s: %d bytes come back", name, len(got))
			}
		}
		if left := w.objects("uploads/"); len(left) > 0 {
			w.t.Errorf("parts are left: %v", left)
		}
	})
}

func TestARefusalSaysWhy(t *testing.T) {
	w := inFolder(t)
	for data, says := range map[string]string{"<!doctype html>": "no file that a course", "%PDF-1.7\n/Launch %%EOF": "starts a program", "\xff\xd8\xff\xe0": "damaged"} {
		u := w.send("ada", []byte(data))
		if u.State != media.Refused || !strings.Contains(u.Reason, says) || u.Found != nil {
			t.Errorf("%q: %+v", data, u)
		}
		w.must(w.Discard(t.Context(), "ada", u.ID))
	}
	if left := w.objects(""); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// TestABrokenConnectionGoesOn: what arrived before the break is durable, and another
// replica goes on from there.
func TestABrokenConnectionGoesOn(t *testing.T) {
	both(t, func(w *world) {
		data := wav(1300, 2) // more than two parts
		u := w.begin("ada", len(data))
		broken := io.MultiReader(bytes.NewReader(data[:5_000_000]), iotest.ErrReader(io.ErrUnexpectedEOF))
		at, err := w.Append(w.t.Context(), "ada", u.ID, 0, broken)
		if !errors.Is(err, media.ErrTorn) || at != 5_000_000 {
			w.t.Fatalf("%d, %v", at, err)
		}
		if err := w.Finish(w.t.Context(), "ada", u.ID); !errors.Is(err, media.ErrShort) {
			w.t.Errorf("finished without the rest: %v", err)
		}
		other := media.New(media.Deps{DB: w.db, Now: w.clock, Store: w.store, Log: w.Log})
		u, err = other.Upload(w.t.Context(), "ada", u.ID)
		w.must(err)
		at, err = other.Append(w.t.Context(), "ada", u.ID, u.Received, bytes.NewReader(data[u.Received:]))
		if err != nil || at != int64(len(data)) {
			w.t.Fatalf("%d, %v", at, err)
		}
		for range 2 { // a double click
			w.must(w.Finish(w.t.Context(), "ada", u.ID))
		}
		w.must(w.queue.Drain(w.t.Context()))
		u, err = w.Upload(w.t.Context(), "ada", u.ID)
		w.must(err)
		if u.State != media.Ready || u.Found.Seconds != 1300 {
			w.t.Errorf("%+v", u)
		}
	})
}

// TestAKilledReplicaLosesOnePart: a part that was stored but not written down is sent
// again, and what was stored of it is swept.
func TestAKilledReplicaLosesOnePart(t *testing.T) {
	w := inFolder(t)
	data := wav(10, 3)
	u := w.begin("ada", len(data))
	w.must(w.store.Put(t.Context(), "uploads/"+u.ID+"/lost", strings.NewReader("lost"), 4))
	w.store.fail = errors.New("the disk is full")
	if at, err := w.Append(t.Context(), "ada", u.ID, 0, bytes.NewReader(data)); err == nil || at != 0 {
		t.Errorf("%d, %v", at, err)
	}
	w.store.fail = nil
	at, err := w.Append(t.Context(), "ada", u.ID, 0, bytes.NewReader(data))
	w.must(err)
	if at != int64(len(data)) {
		t.Errorf("at %d", at)
	}
	w.later(25 * time.Hour)
	w.must(w.db.Conn(t.Context()).Exec("UPDATE media_uploads SET expires_at = ?", w.clock().Add(time.Hour)).Error)
	w.sweep(0) // the store is nobody's yet
	w.sweep(0)
	if left := w.objects("uploads/"); len(left) != 1 || strings.HasSuffix(left[0], "/lost") {
		t.Errorf("left: %v", left)
	}
}

// TestOneOffsetTakesOnePart: two who send from one offset do not mix.
func TestOneOffsetTakesOnePart(t *testing.T) {
	both(t, func(w *world) {
		u := w.begin("ada", 0)
		var all sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for i := range 6 {
			all.Go(func() {
				_, err := w.Append(w.t.Context(), "ada", u.ID, 0, bytes.NewReader(wav(5, byte(i))))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if !errors.Is(err, media.ErrOffset) {
					w.t.Error(err)
				}
			})
		}
		all.Wait()
		if left := w.objects("uploads/"); won != 1 || len(left) != 1 {
			w.t.Fatalf("%d won, objects %v", won, left)
		}
		w.must(w.Finish(w.t.Context(), "ada", u.ID))
		w.must(w.queue.Drain(w.t.Context()))
		if got, err := w.Upload(w.t.Context(), "ada", u.ID); err != nil || got.State != media.Ready || got.Found.Seconds != 5 {
			w.t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestOthersUploadsAreNotThere for every act.
func TestOthersUploadsAreNotThere(t *testing.T) {
	w := inFolder(t)
	u := w.begin("ada", 0)
	_, err := w.Upload(t.Context(), "bob", u.ID)
	_, err2 := w.Append(t.Context(), "bob", u.ID, 0, strings.NewReader("x"))
	for i, err := range []error{err, err2, w.Finish(t.Context(), "bob", u.ID), w.Discard(t.Context(), "bob", u.ID)} {
		if !apperr.Is(err, apperr.NotFound) {
			t.Errorf("act %d: %v", i, err)
		}
	}
	if list, err := w.Uploads(t.Context(), "bob", "course"); err != nil || len(list) > 0 {
		t.Errorf("%v, %v", list, err)
	}
	if list, err := w.Uploads(t.Context(), "ada", "course"); err != nil || len(list) != 1 {
		t.Errorf("%v, %v", list, err)
	}
}

func TestBounds(t *testing.T) {
	w := inFolder(t)
	if _, _, err := w.Begin(t.Context(), "ada", "course", "a", media.MaxBytes+1); !errors.Is(err, media.ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	u := w.begin("ada", 10)
	if at, err := w.Append(t.Context(), "ada", u.ID, 0, strings.NewReader("hello, world")); !errors.Is(err, media.ErrTooLarge) || at != 0 {
		t.Errorf("more than promised: %d, %v", at, err)
	}
	if err := w.Finish(t.Context(), "ada", u.ID); !errors.Is(err, media.ErrEmpty) {
		t.Errorf("empty: %v", err)
	}
	if at, err := w.Append(t.Context(), "ada", u.ID, 5, strings.NewReader("x")); !errors.Is(err, media.ErrOffset) || at != 0 {
		t.Errorf("a gap: %d, %v", at, err)
	}
	large := w.send("ada", append(pdf()[:9], bytes.Repeat([]byte("x"), 26<<20)...))
	if large.State != media.Refused || !strings.Contains(large.Reason, "25 MB at most") {
		t.Errorf("a large handout: %+v", large)
	}
	if _, err := w.Append(t.Context(), "ada", large.ID, large.Received, strings.NewReader("x")); !errors.Is(err, media.ErrClosed) {
		t.Errorf("after the end: %v", err)
	}
}

// TestSlots: a person has so many uploads, however many requests race for them.
func TestSlots(t *testing.T) {
	w := inFolder(t)
	var all sync.WaitGroup
	var mu sync.Mutex
	opened := 0
	for range media.Slots + 6 {
		all.Go(func() {
			_, _, err := w.Begin(t.Context(), "ada", "course", "a", 1)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				opened++
			} else if !errors.Is(err, media.ErrFull) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if opened != media.Slots {
		t.Errorf("%d opened", opened)
	}
	w.begin("bob", 1)
	w.later(25 * time.Hour) // what nobody goes on with makes room
	w.begin("ada", 1)
	if list, err := w.Uploads(t.Context(), "ada", "course"); err != nil || len(list) != 1 {
		t.Errorf("%d are left, %v", len(list), err)
	}
}

func TestAFormSentTwiceOpensOne(t *testing.T) {
	w := inFolder(t)
	ctx := once.With(t.Context(), "form")
	for i := range 2 {
		_, again, err := w.Begin(ctx, "ada", "course", "a", 1)
		if err != nil || again != (i == 1) {
			t.Errorf("%d: %v, %v", i, again, err)
		}
	}
}

func TestNamesAreShownOnly(t *testing.T) {
	w := inFolder(t)
	for name, want := range map[string]string{`C:\fake\a.mp4`: "a.mp4", "../../etc/passwd": "passwd", "": "A file without a name", "a\u202eb\x00": "ab"} {
		u, _, err := w.Begin(t.Context(), "ada", "course", name, 1)
		w.must(err)
		if u.Name != want {
			t.Errorf("%q is called %q, want %q", name, u.Name, want)
		}
		w.must(w.Discard(t.Context(), "ada", u.ID))
	}
}

// TestAFaultOfTheStoreIsTriedAgain: it is nobody's fault but the store's.
func TestAFaultOfTheStoreIsTriedAgain(t *testing.T) {
	w := inFolder(t)
	data := wav(5, 4)
	u := w.begin("ada", len(data))
	_, err := w.Append(t.Context(), "ada", u.ID, 0, bytes.NewReader(data))
	w.must(err)
	w.must(w.Finish(t.Context(), "ada", u.ID))
	w.store.fail = fmt.Errorf("down")
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Error("the job succeeds without its store")
	}
	if got, err := w.Upload(t.Context(), "ada", u.ID); err != nil || got.State != media.Received {
		t.Errorf("%+v, %v", got, err)
	}
	w.store.fail = nil
	w.later(time.Hour)
	w.must(w.queue.Drain(t.Context()))
	if got, err := w.Upload(t.Context(), "ada", u.ID); err != nil || got.State != media.Ready {
		t.Errorf("%+v, %v", got, err)
	}
}
