package media_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
)

// world has two people, a course, and a store.
type world struct {
	*media.Service
	t     testing.TB
	db    *db.DB
	queue *job.Queue
	store *watched

	mu    sync.Mutex
	now   time.Time
	lists [][]byte

	listed func() // after the lists were read
}

// watched is a store that fails when it is told to, and tells what it is about to do.
type watched struct {
	store.Store
	fail            error
	opened, putting func(key string)
}

func (w *watched) Open(ctx context.Context, key string) (store.Object, error) {
	if w.opened != nil {
		w.opened(key)
	}
	return w.Store.Open(ctx, key)
}

func (w *watched) Put(ctx context.Context, key string, r io.Reader, size int64) error {
	if w.fail != nil {
		return w.fail
	}
	if w.putting != nil {
		w.putting(key)
	}
	return w.Store.Put(ctx, key, r, size)
}

func slogTo(w io.Writer) *slog.Logger { return slog.New(slog.NewTextHandler(w, nil)) }

func both(t *testing.T, test func(w *world)) {
	t.Run("folder", func(t *testing.T) {
		f := store.NewFolder(t.TempDir())
		t.Cleanup(func() { _ = f.Close() })
		test(newWorld(t, f))
	})
	t.Run("S3", func(t *testing.T) {
		back := s3mem.New()
		if err := back.CreateBucket("media"); err != nil {
			t.Fatal(err)
		}
		srv := httptest.NewServer(gofakes3.New(back).Server())
		t.Cleanup(srv.Close)
		s, err := store.NewS3(store.S3Config{Endpoint: srv.URL, Bucket: "media", Region: "us-east-1", AccessKey: "a", SecretKey: "b"})
		if err != nil {
			t.Fatal(err)
		}
		test(newWorld(t, s))
	})
}

func inFolder(t testing.TB) *world {
	t.Helper()
	f := store.NewFolder(t.TempDir())
	t.Cleanup(func() { _ = f.Close() })
	return newWorld(t, f)
}

func newWorld(t testing.TB, s store.Store) *world {
	t.Helper()
	return worldOn(t, dbtest.New(t), s)
}

func worldOn(t testing.TB, d *db.DB, s store.Store) *world {
	t.Helper()
	w := &world{t: t, db: d, store: &watched{Store: s}, now: db.Now()}
	quiet := slog.New(slog.DiscardHandler)
	w.queue = job.New(w.db, quiet, w.clock)
	w.Service = media.New(media.Deps{DB: w.db, Now: w.clock, Queue: w.queue, Store: w.store, Site: "https://ce.example.org", Log: quiet, Lists: func(context.Context) ([][]byte, error) {
		w.mu.Lock()
		lists := slices.Clone(w.lists)
		w.mu.Unlock()
		if w.listed != nil {
			w.listed()
		}
		return lists, nil
	}})
	for _, name := range []string{"ada", "bob"} {
		w.must(w.db.Conn(t.Context()).Exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at)
			VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`, name, name+"@example.org", name+"@example.org", name, w.now).Error)
	}
	w.must(w.db.Conn(t.Context()).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at)
		VALUES ('course', 'course', 'Course', '', ?, 'ada', ?)`, w.now, w.now).Error)
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) later(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) name(lists ...[]byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lists = lists
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) begin(person string, size int) media.Upload {
	w.t.Helper()
	u, _, err := w.Begin(w.t.Context(), person, "course", "file", int64(size))
	w.must(err)
	return u
}

// send uploads data as a person and has it examined.
func (w *world) send(person string, data []byte) media.Upload {
	w.t.Helper()
	u := w.begin(person, len(data))
	n, err := w.Append(w.t.Context(), person, u.ID, 0, bytes.NewReader(data))
	w.must(err)
	if n != int64(len(data)) {
		w.t.Fatalf("%d of %d bytes arrived", n, len(data))
	}
	w.must(w.Finish(w.t.Context(), person, u.ID))
	w.must(w.queue.Drain(w.t.Context()))
	u, err = w.Upload(w.t.Context(), person, u.ID)
	w.must(err)
	return u
}

// sweep deletes so many files.
func (w *world) sweep(want int) {
	w.t.Helper()
	if n, err := w.Sweep(w.t.Context()); err != nil || n != want {
		w.t.Errorf("%d files are swept, not %d: %v", n, want, err)
	}
}

// objects are the keys in the store.
func (w *world) objects(prefix string) (keys []string) {
	w.t.Helper()
	w.must(w.store.Each(w.t.Context(), prefix, func(i store.Info) error {
		if i.Key != "owner" {
			keys = append(keys, i.Key)
		}
		return nil
	}))
	return keys
}

// wav is a recording of so many seconds; seed makes it another.
func wav(seconds int, seed byte) []byte {
	n := 8000 * seconds
	head := "RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00\x40\x1f\x00\x00\x40\x1f\x00\x00\x01\x00\x08\x00data" +
		string([]byte{byte(n), byte(n >> 8), byte(n >> 16), byte(n >> 24)})
	return append([]byte(head), bytes.Repeat([]byte{seed}, n)...)
}

func photo(t testing.TB, w, h int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = byte(i * 31 >> 3)
	}
	img.Set(0, 0, color.White)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pdf() []byte { return []byte("%PDF-1.7\n" + strings.Repeat("% x\n", 100) + "%%EOF\n") }
