package media_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/manifest"
)

// listOf is a media.yaml that names what was found in an upload.
func listOf(t testing.TB, u media.Upload) []byte {
	t.Helper()
	data, ok := manifest.Put(nil, itemOf(u))
	if !ok {
		t.Fatal("no list")
	}
	return data
}

func itemOf(u media.Upload) manifest.Item {
	it := manifest.Item{ID: "medium", Kind: u.Found.Kind, Title: "Title", Seconds: u.Found.Seconds, Files: u.Found.Files}
	if it.Kind == "image" {
		it.Alt = "An alternative text"
	}
	return it
}

// TestOneBlobForEverybody: the same bytes from many at once are kept once.
func TestOneBlobForEverybody(t *testing.T) {
	both(t, func(w *world) {
		data := wav(5, 7)
		var ids []media.Upload
		for i := range 6 {
			person := []string{"ada", "bob"}[i%2]
			u := w.begin(person, len(data))
			_, err := w.Append(w.t.Context(), person, u.ID, 0, bytes.NewReader(data))
			w.must(err)
			w.must(w.Finish(w.t.Context(), person, u.ID))
			ids = append(ids, u)
		}
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { w.must(w.queue.Drain(w.t.Context())) })
		}
		all.Wait()
		for _, u := range ids {
			got, err := w.Upload(w.t.Context(), u.PersonID, u.ID)
			if err != nil || got.State != media.Ready {
				w.t.Errorf("%+v, %v", got, err)
			}
		}
		if left := w.objects(""); len(left) != 1 || !strings.HasPrefix(left[0], "blobs/") {
			w.t.Errorf("objects: %v", left)
		}
	})
}

func TestSweepKeepsWhatIsNamed(t *testing.T) {
	both(t, func(w *world) {
		named, other := w.send("ada", wav(5, 1)), w.send("ada", wav(5, 2))
		w.name(listOf(w.t, named))
		w.later(6 * 24 * time.Hour) // the uploads are still there
		w.sweep(0)
		w.later(2 * 24 * time.Hour)
		w.sweep(0)
		w.later(13 * 24 * time.Hour)
		w.sweep(0)
		w.later(2 * 24 * time.Hour)
		w.sweep(1)
		o, err := w.Open(w.t.Context(), named.Found.Files[0].SHA256)
		w.must(err)
		w.must(o.Close())
		if _, err := w.Open(w.t.Context(), other.Found.Files[0].SHA256); !apperr.Is(err, apperr.NotFound) {
			w.t.Errorf("what nothing names is there: %v", err)
		}
		if left := w.objects("blobs/"); len(left) != 1 {
			w.t.Errorf("objects: %v", left)
		}
		if again := w.send("ada", wav(5, 2)); again.State != media.Ready { // as if for the first time
			w.t.Errorf("%+v", again)
		}
	})
}

// TestWhatIsNoLongerNamedStaysTwoWeeks, from when the last list let go of it, however
// long it had been named before.
func TestWhatIsNoLongerNamedStaysTwoWeeks(t *testing.T) {
	both(t, func(w *world) {
		u := w.send("ada", wav(5, 1))
		w.must(w.db.InTx(w.t.Context(), func(ctx context.Context) error {
			_, err := w.Named(ctx, media.Listing{CourseID: "course", List: listOf(w.t, u)})
			return err
		}))
		w.name(listOf(w.t, u))
		w.must(w.Discard(w.t.Context(), "ada", u.ID)) // it is in the course
		w.sweep(0)
		w.later(13 * 24 * time.Hour)
		w.sweep(0)
		w.name() // somebody removes it
		w.later(25 * time.Hour)
		w.sweep(0)
		w.later(12 * 24 * time.Hour)
		w.sweep(0)
		w.name(listOf(w.t, u)) // the history brings it back, and it goes again
		w.sweep(0)
		w.name()
		w.later(13 * 24 * time.Hour)
		w.sweep(0)
		w.later(25 * time.Hour)
		w.sweep(0)
		w.later(14 * 24 * time.Hour)
		w.sweep(1)
		if left := w.objects("blobs/"); len(left) != 0 {
			w.t.Errorf("objects: %v", left)
		}
	})
}

// TestAServerThatSleptKeepsWhatWasNamed: nothing saw for weeks what was named, and the
// first that sees it sees it gone.
func TestAServerThatSleptKeepsWhatWasNamed(t *testing.T) {
	w := inFolder(t)
	u := w.send("ada", wav(5, 1))
	w.name(listOf(t, u))
	w.must(w.Discard(t.Context(), "ada", u.ID))
	w.sweep(0)
	w.later(60 * 24 * time.Hour)
	w.name()
	w.sweep(0)
	w.later(13 * 24 * time.Hour)
	w.sweep(0)
}

// TestAListThatCannotBeReadNames what stands in it: it is autosaved while somebody
// types.
func TestAListThatCannotBeReadNames(t *testing.T) {
	w := inFolder(t)
	u := w.send("ada", wav(5, 1))
	broken := append(listOf(t, u), "- id: [\n"...)
	if _, _, problems := manifest.Read(broken); len(problems) == 0 {
		t.Fatal("it can be read")
	}
	w.name(broken)
	w.must(w.Discard(t.Context(), "ada", u.ID))
	for range 4 {
		w.later(10 * 24 * time.Hour)
		w.sweep(0)
	}
	o, err := w.Open(t.Context(), u.Found.Files[0].SHA256)
	w.must(err)
	w.must(o.Close())
}

// TestNamingBeatsTheSweep: a draft that names a file in the moment in which it would
// be deleted either keeps it or learns that it is gone.
func TestNamingBeatsTheSweep(t *testing.T) {
	w := inFolder(t)
	u := w.send("ada", wav(5, 1))
	list := listOf(t, u)
	w.later(8 * 24 * time.Hour) // the upload is gone
	w.sweep(0)
	w.later(15 * 24 * time.Hour)
	began := make(chan struct{})
	done := make(chan error, 1)
	go func() {
		done <- w.db.InTx(t.Context(), func(ctx context.Context) error {
			if _, err := w.Named(ctx, media.Listing{CourseID: "course", List: list}); err != nil {
				return err
			}
			close(began)
			time.Sleep(100 * time.Millisecond) // the sweep runs into the open transaction
			return nil
		})
	}()
	<-began
	n, err := w.Sweep(t.Context()) // no list holds it yet: the draft is not committed
	w.must(err)
	w.must(<-done)
	if n != 0 {
		t.Errorf("%d deleted", n)
	}
	o, err := w.Open(t.Context(), u.Found.Files[0].SHA256)
	w.must(err)
	w.must(o.Close())
}

func TestALostObjectIsHealed(t *testing.T) {
	both(t, func(w *world) {
		u := w.send("ada", wav(5, 1))
		w.name(listOf(w.t, u))
		for _, key := range w.objects("blobs/") {
			w.must(w.store.Delete(w.t.Context(), key))
		}
		if n, flaws, err := w.CheckStored(w.t.Context()); err != nil || n != 1 || len(flaws) != 1 || !strings.Contains(flaws[0], "lost") {
			w.t.Errorf("%d, %v, %v", n, flaws, err)
		}
		w.send("bob", wav(5, 1))
		if n, flaws, err := w.CheckStored(w.t.Context()); err != nil || n != 1 || len(flaws) != 0 {
			w.t.Errorf("%d, %v, %v", n, flaws, err)
		}
	})
}

func TestDamageIsFound(t *testing.T) {
	w := inFolder(t)
	u := w.send("ada", wav(5, 1))
	w.name(listOf(t, u), listOf(t, u))
	key := w.objects("blobs/")[0]
	w.must(w.store.Delete(t.Context(), key))
	w.must(w.store.Put(t.Context(), key, bytes.NewReader(wav(5, 2)), int64(len(wav(5, 2)))))
	if _, flaws, err := w.CheckStored(t.Context()); err != nil || len(flaws) != 1 || !strings.Contains(flaws[0], "differs") {
		t.Errorf("%v, %v", flaws, err)
	}
}

// export writes what is kept as a folder has it.
func export(w *world, u media.Upload) fstest.MapFS {
	folder := fstest.MapFS{}
	for _, f := range u.Found.Files {
		o, err := w.Open(w.t.Context(), f.SHA256)
		w.must(err)
		data, err := io.ReadAll(o)
		w.must(errors.Join(err, o.Close()))
		folder[f.Path()] = &fstest.MapFile{Data: data}
	}
	return folder
}

// TestAFolderIsTaken on a machine that has nothing, and only as it says.
func TestAFolderIsTaken(t *testing.T) {
	there := inFolder(t)
	for _, data := range [][]byte{photo(t, 1000, 500), wav(5, 1), pdf()} {
		u := there.send("ada", data)
		folder := export(there, u)
		both(t, func(w *world) {
			items := []manifest.Item{itemOf(u)}
			if missing, err := w.Missing(w.t.Context(), "course", items); err != nil || len(missing) != len(u.Found.Files) {
				w.t.Errorf("missing: %v, %v", missing, err)
			}
			for range 2 {
				came, flaws, err := w.Take(w.t.Context(), "course", folder, items)
				w.must(err)
				w.must(w.Hold(w.t.Context(), "course", came))
				if len(flaws) > 0 {
					w.t.Fatal(flaws)
				}
			}
			if missing, err := w.Missing(w.t.Context(), "course", items); err != nil || len(missing) != 0 {
				w.t.Errorf("missing: %v, %v", missing, err)
			}
			if left := w.objects(""); len(left) != len(u.Found.Files) {
				w.t.Errorf("objects: %v", left)
			}
			if _, flaws, err := w.Take(w.t.Context(), "course", fstest.MapFS{}, items); err != nil || len(flaws) > 0 {
				w.t.Errorf("what is kept need not lie in the folder: %v, %v", flaws, err)
			}
		})
	}
}

// TestAFolderIsTakenBeforeItsListIsStored: what was about to be deleted stays.
func TestAFolderIsTakenBeforeItsListIsStored(t *testing.T) {
	w := inFolder(t)
	u := w.send("ada", wav(5, 1))
	w.later(8 * 24 * time.Hour) // the upload is gone
	w.sweep(0)
	w.later(15 * 24 * time.Hour)
	_, flaws, err := w.Take(t.Context(), "course", fstest.MapFS{}, []manifest.Item{itemOf(u)})
	if err != nil || len(flaws) > 0 {
		t.Fatal(flaws, err)
	}
	w.sweep(0)
}

func TestAFolderThatLies(t *testing.T) {
	there := inFolder(t)
	audio, image := there.send("ada", wav(5, 1)), there.send("ada", photo(t, 300, 200))
	for name, c := range map[string]struct {
		of     media.Upload
		change func(it *manifest.Item, folder fstest.MapFS)
		says   string
	}{
		"other bytes": {audio, func(it *manifest.Item, folder fstest.MapFS) {
			folder[it.Files[0].Path()].Data[1000] ^= 1
		}, "another than the list says"},
		"cut": {audio, func(it *manifest.Item, folder fstest.MapFS) {
			folder[it.Files[0].Path()].Data = folder[it.Files[0].Path()].Data[:100]
		}, "bytes"},
		"another kind": {audio, func(it *manifest.Item, folder fstest.MapFS) {
			data := folder[it.Files[0].Path()].Data
			it.Kind, it.Files[0].Type = "handout", "application/pdf"
			folder[it.Files[0].Path()] = &fstest.MapFile{Data: data}
		}, "of the type audio/wav"},
		"another length": {audio, func(it *manifest.Item, _ fstest.MapFS) { it.Seconds = 60 }, "seconds long"},
		"another width":  {image, func(it *manifest.Item, _ fstest.MapFS) { it.Files[0].Width = 299 }, "pixels"},
		"no size": {audio, func(it *manifest.Item, _ fstest.MapFS) {
			it.Files[0].Bytes = 1 << 40
		}, "size that it cannot have"},
		"a folder": {audio, func(it *manifest.Item, folder fstest.MapFS) {
			folder[it.Files[0].Path()].Mode = fs.ModeDir
		}, "cannot be read"},
	} {
		w := inFolder(t)
		it, folder := itemOf(c.of), export(there, c.of)
		it.Files = append([]manifest.File(nil), it.Files...)
		c.change(&it, folder)
		_, flaws, err := w.Take(t.Context(), "course", folder, []manifest.Item{it})
		if err != nil || len(flaws) != 1 || !strings.Contains(flaws[0].Msg, c.says) || flaws[0].Path == "" {
			t.Errorf("%s: %v, %v; want %q", name, flaws, err, c.says)
		}
		if left := w.objects(""); len(left) > 0 {
			t.Errorf("%s: left %v", name, left)
		}
	}
}
