package media_test

import (
	"archive/tar"
	"bytes"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/store"
)

func TestABackupIsRestored(t *testing.T) {
	both(t, func(w *world) {
		named := w.send("ada", wav(5, 1))
		w.send("ada", wav(5, 2))
		w.begin("ada", 10)
		w.name(listOf(w.t, named))
		var backup bytes.Buffer
		if n, err := media.Backup(w.t.Context(), w.store, &backup); err != nil || n != 2 {
			w.t.Fatalf("%d, %v", n, err)
		}
		before := w.objects("blobs/")
		w.must(w.store.Delete(w.t.Context(), before[0]))
		for want := range 2 { // the second time everything is there
			if n, err := media.Restore(w.t.Context(), w.store, bytes.NewReader(backup.Bytes())); err != nil || n != 1-want {
				w.t.Errorf("%d, %v", n, err)
			}
		}
		if after := w.objects("blobs/"); strings.Join(after, " ") != strings.Join(before, " ") {
			w.t.Errorf("%v, not %v", after, before)
		}
		if _, flaws, err := w.CheckStored(w.t.Context()); err != nil || len(flaws) > 0 {
			w.t.Errorf("%v, %v", flaws, err)
		}
	})
}

func TestABackupThatIsNone(t *testing.T) {
	sum := strings.Repeat("0", 64)
	for name, h := range map[string]tar.Header{
		"outside":   {Name: "../../etc/passwd", Typeflag: tar.TypeReg},
		"elsewhere": {Name: "uploads/1/2", Typeflag: tar.TypeReg},
		"a link":    {Name: "blobs/00/" + sum + ".1", Typeflag: tar.TypeSymlink, Linkname: "/etc/passwd"},
		"damaged":   {Name: "blobs/00/" + sum + ".1", Typeflag: tar.TypeReg},
	} {
		var b bytes.Buffer
		out := tar.NewWriter(&b)
		if h.Typeflag == tar.TypeReg {
			h.Size = 5
		}
		if err := out.WriteHeader(&h); err != nil {
			t.Fatal(err)
		}
		if _, err := out.Write([]byte("hello")[:h.Size]); err != nil {
			t.Fatal(err)
		}
		if err := out.Close(); err != nil {
			t.Fatal(err)
		}
		st := store.NewFolder(t.TempDir())
		if n, err := media.Restore(t.Context(), st, &b); err == nil || n != 0 {
			t.Errorf("%s: %d, %v", name, n, err)
		}
		if err := st.Each(t.Context(), "", func(i store.Info) error { t.Errorf("%s: left %s", name, i.Key); return nil }); err != nil {
			t.Error(err)
		}
		_ = st.Close()
	}
}
