package media

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/atmacena/cocare/internal/media/store"
	"github.com/atmacena/cocare/internal/progress"
)

// kept is what a backup holds: files that are whole. Parts of uploads are sent again.
const kept = "blobs/"

// Backup writes the files of a store as a tar, and returns how many there were. A
// copy of the database is made first: what that names is then here, for files never
// change, and those that something names are never deleted.
func Backup(ctx context.Context, st store.Store, w io.Writer) (n int, err error) {
	out := tar.NewWriter(w)
	err = st.Each(ctx, kept, func(i store.Info) error {
		progress.Report(ctx, progress.State{Step: "Copying media", Done: int64(n)})
		o, err := st.Open(ctx, i.Key)
		if errors.Is(err, store.ErrMissing) { // deleted meanwhile
			return nil
		}
		if err != nil {
			return err
		}
		defer o.Close()
		if err := out.WriteHeader(&tar.Header{Name: i.Key, Mode: 0o600, Size: o.Size(), ModTime: i.ModifiedAt, Format: tar.FormatPAX}); err != nil {
			return err
		}
		_, err = io.Copy(out, o)
		n++
		return err
	})
	if err = errors.Join(err, out.Close()); err != nil {
		return n, fmt.Errorf("media: backup: %w", err)
	}
	return n, nil
}

// Restore puts what Backup wrote into a store; what is there already stays. It
// returns how many files it put. A file that differs from the hash in its name is an
// error, and not put.
func Restore(ctx context.Context, st store.Store, r io.Reader) (n int, err error) {
	in := tar.NewReader(r)
	for {
		h, err := in.Next()
		if errors.Is(err, io.EOF) {
			return n, nil
		}
		if err != nil {
			return n, fmt.Errorf("media: restore: %w", err)
		}
		progress.Report(ctx, progress.State{Step: "Restoring media", Done: int64(n)})
		put, err := restore(ctx, st, h, in)
		if err != nil {
			return n, fmt.Errorf("media: restore %q: %w", h.Name, err)
		}
		if put {
			n++
		}
	}
}

var errNoBackup = errors.New("this is no file that a backup of media holds")

func restore(ctx context.Context, st store.Store, h *tar.Header, in io.Reader) (put bool, err error) {
	parts := strings.Split(strings.TrimPrefix(h.Name, kept), "/")
	if h.Typeflag != tar.TypeReg || !strings.HasPrefix(h.Name, kept) || len(parts) != 2 || !store.Key(h.Name) {
		return false, errNoBackup
	}
	want, _, _ := strings.Cut(parts[1], ".")
	if o, err := st.Open(ctx, h.Name); err == nil {
		there := o.Size() == h.Size
		if err := o.Close(); err != nil || there {
			return false, err
		}
	}
	sum := sha256.New()
	if err := st.Put(ctx, h.Name, io.TeeReader(in, sum), h.Size); err != nil {
		return false, err
	}
	if hex.EncodeToString(sum.Sum(nil)) != want {
		return false, errors.Join(errors.New("the backup is damaged: the file differs from its hash"), st.Delete(ctx, h.Name))
	}
	return true, nil
}
