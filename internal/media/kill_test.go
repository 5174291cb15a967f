package media_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
)

const (
	victimDB     = "COCARE_TEST_MEDIA_VICTIM"
	victimFolder = "COCARE_TEST_MEDIA_FOLDER"
	victimUpload = "COCARE_TEST_MEDIA_UPLOAD"
)

// doomed is a recording of which a process sends parts until it is killed.
func doomed() []byte { return wav(2000, 9) }

// TestVictim is the process that is killed; alone it does nothing.
func TestVictim(t *testing.T) {
	path := os.Getenv(victimDB)
	if path == "" {
		return // it is no test of its own
	}
	d, err := db.Open(t.Context(), db.Config{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	s := media.New(media.Deps{DB: d, Now: db.Now, Store: store.NewFolder(os.Getenv(victimFolder)), Log: slog.New(slog.DiscardHandler)})
	_, err = s.Append(t.Context(), "ada", os.Getenv(victimUpload), 0, &slow{bytes.NewReader(doomed())})
	t.Fatal("it was not killed", err)
}

// slow gives a little at a time.
type slow struct{ r io.Reader }

func (s *slow) Read(p []byte) (int, error) {
	time.Sleep(5 * time.Millisecond)
	return s.r.Read(p[:min(len(p), 64<<10)])
}

// TestAfterAKillAnUploadGoesOn at the last durable offset, in another process.
func TestAfterAKillAnUploadGoesOn(t *testing.T) {
	cfg := dbtest.DiskConfig(t)
	d, err := db.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	dir := t.TempDir()
	folder := store.NewFolder(dir)
	t.Cleanup(func() { _ = folder.Close() })
	w := worldOn(t, d, folder)
	u := w.begin("ada", len(doomed()))

	victim := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestVictim$")
	victim.Env = append(os.Environ(), victimDB+"="+cfg.Path, victimFolder+"="+dir, victimUpload+"="+u.ID)
	w.must(victim.Start())
	for end := time.Now().Add(30 * time.Second); u.Received == 0 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		u, err = w.Upload(t.Context(), "ada", u.ID)
		w.must(err)
	}
	w.must(victim.Process.Kill())
	if exit := (*exec.ExitError)(nil); !errors.As(victim.Wait(), &exit) {
		t.Fatal("the process ended by itself")
	}
	if u, err = w.Upload(t.Context(), "ada", u.ID); err != nil || u.Received == 0 || u.Received == int64(len(doomed())) {
		t.Fatalf("%d bytes were durable, %v", u.Received, err)
	}
	_, err = w.Append(t.Context(), "ada", u.ID, u.Received, bytes.NewReader(doomed()[u.Received:]))
	w.must(err)
	w.must(w.Finish(t.Context(), "ada", u.ID))
	w.must(w.queue.Drain(t.Context()))
	if u, err = w.Upload(t.Context(), "ada", u.ID); err != nil || u.State != media.Ready || u.Found.Seconds != 2000 {
		t.Fatalf("%+v, %v", u, err)
	}
	o, err := w.Open(t.Context(), u.Found.Files[0].SHA256)
	w.must(err)
	defer o.Close()
	if got, err := io.ReadAll(o); err != nil || !bytes.Equal(got, doomed()) {
		t.Errorf("%d bytes come back, %v", len(got), err)
	}
}
