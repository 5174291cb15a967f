package media

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // pictures as courses keep them
	_ "image/png"
	"io"
	"io/fs"
	"math"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/picture"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/progress"
)

// Flaw is a file in a course folder that cannot be taken.
type Flaw struct {
	Path, Msg, Fix string
}

// Take keeps the files of media that lie in a course folder and are not kept yet, and
// returns the hashes of those that came in it: the course is to hold them. courseID is
// "" for a course that is not there yet. A file that is in neither place is no flaw: a
// draft may name it, an edition may not.
func (s *Service) Take(ctx context.Context, courseID string, fsys fs.FS, items []manifest.Item) (came []string, flaws []Flaw, err error) {
	wanted, err := s.wanted(ctx, courseID, items)
	if err != nil {
		return nil, nil, err
	}
	kinds := kindsOf(items)
	for i, f := range wanted {
		progress.Report(ctx, progress.State{Step: "Storing media", Done: int64(i), Total: int64(len(wanted))})
		there, msg, err := s.take(ctx, fsys, f, kinds[f.SHA256])
		if err != nil {
			return nil, nil, fmt.Errorf("media: take %s: %w", f.Name(), err)
		}
		if msg != "" {
			flaws = append(flaws, Flaw{f.Path(), msg, "export the course again where it is kept"})
		} else if there {
			came = append(came, f.SHA256)
		}
	}
	return came, flaws, nil
}

// wanted are the files that a course does not hold, and those that are not kept or whose
// object is gone, as after a restore without it. What is kept counts as used now: the
// list that names it is not stored yet.
func (s *Service) wanted(ctx context.Context, courseID string, items []manifest.Item) (out []wanted, err error) {
	missing, err := s.Missing(ctx, courseID, items)
	if err != nil {
		return nil, err
	}
	foreign := map[string]bool{}
	for _, l := range missing {
		foreign[l.SHA256] = l.Foreign
	}
	for _, f := range manifest.Files(items) {
		b, err := s.findBlob(ctx, f.SHA256)
		if err != nil && !apperr.Is(err, apperr.NotFound) {
			return nil, err
		}
		kept := err == nil && b.Bytes == f.Bytes && s.sound(ctx, b)
		if kept {
			if kept, err = s.touch(ctx, f.SHA256, s.now()); err != nil {
				return nil, err
			}
		}
		if !kept || foreign[f.SHA256] {
			out = append(out, wanted{f, kept})
		}
	}
	return out, nil
}

// wanted is a file that is to come in a folder.
type wanted struct {
	manifest.File
	kept bool // by another course: its bytes are only compared
}

// kindsOf returns the medium of each file.
func kindsOf(items []manifest.Item) map[string]manifest.Item {
	out := map[string]manifest.Item{}
	for _, it := range items {
		for _, f := range it.Files {
			out[f.SHA256] = it
		}
	}
	return out
}

// maxPacked is how much smaller a file of media may be inside a ZIP: it is packed
// already, so more is made to fill a disk.
const maxPacked = 50

// take keeps one file; there says that it lies in the folder, msg what is wrong with it.
func (s *Service) take(ctx context.Context, fsys fs.FS, f wanted, it manifest.Item) (there bool, msg string, err error) {
	if f.Bytes < 1 || f.Bytes > manifest.Limit(it.Kind) {
		return false, "the list gives it a size that it cannot have", nil
	}
	info, err := fs.Stat(fsys, f.Path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, "", nil
	case err != nil || !info.Mode().IsRegular():
		return true, "it cannot be read", nil
	case info.Size() != f.Bytes:
		return true, fmt.Sprintf("it has %d bytes, not %d as the list says", info.Size(), f.Bytes), nil
	}
	if z, ok := info.Sys().(*zip.FileHeader); ok && z.UncompressedSize64 > 1<<20 && z.UncompressedSize64/maxPacked > z.CompressedSize64 {
		return true, "it is packed tighter than media can be", nil
	}
	file, err := fsys.Open(f.Path())
	if err != nil {
		return true, "it cannot be read", nil
	}
	defer file.Close()
	if f.kept {
		return true, compare(file, f.File), nil
	}
	msg, err = s.takeFile(ctx, file, f.File, it)
	return true, msg, err
}

const otherSum = "its SHA-256 is another than the list says"

// compare says what is wrong with a file of which the same is kept already.
func compare(file io.Reader, f manifest.File) (msg string) {
	sum := sha256.New()
	n, err := io.Copy(sum, io.LimitReader(file, f.Bytes+1))
	switch {
	case err != nil:
		return "it cannot be read"
	case n != f.Bytes || hex.EncodeToString(sum.Sum(nil)) != f.SHA256:
		return otherSum
	}
	return ""
}

func (s *Service) takeFile(ctx context.Context, file io.Reader, f manifest.File, it manifest.Item) (msg string, err error) {
	// Under a key of its own first: only what was found to be right gets a row.
	object := "blobs/" + f.SHA256[:2] + "/" + f.SHA256 + "." + db.NewID()
	sum := sha256.New()
	if err := s.Store.Put(ctx, object, io.TeeReader(file, sum), f.Bytes); err != nil {
		return "", err
	}
	if msg, err = s.takeObject(ctx, object, f, it, hex.EncodeToString(sum.Sum(nil))); msg != "" || err != nil {
		s.drop(ctx, object)
	}
	return msg, err
}

func (s *Service) takeObject(ctx context.Context, object string, f manifest.File, it manifest.Item, sum string) (msg string, err error) {
	if sum != f.SHA256 {
		return otherSum, nil
	}
	o, err := s.Store.Open(ctx, object)
	if err != nil {
		return "", err
	}
	defer o.Close()
	err = as(o, f, it)
	if refused, ok := errors.AsType[*sniff.RefusedError](err); ok {
		return refused.Reason, nil
	}
	if err != nil {
		return "", err
	}
	ok, err := s.adopt(ctx, Blob{f.SHA256, object, f.Bytes})
	if err == nil && !ok { // somebody else stored the same
		s.drop(ctx, object)
	}
	return "", err
}

// as reports whether a file is what the list says. The error is a *sniff.RefusedError.
func as(o source, f manifest.File, it manifest.Item) error {
	info, err := sniff.Read(o, o.Size())
	switch {
	case err != nil:
		return err
	case info.Kind != it.Kind || info.Type != f.Type:
		return sniff.Refuse(fmt.Sprintf("It is of the type %s, not %s as the list says.", info.Type, f.Type))
	case it.Timed() && math.Abs(info.Duration.Seconds()-it.Seconds) > 1:
		return sniff.Refuse(fmt.Sprintf("It is %.1f seconds long, not %.1f as the list says.", info.Duration.Seconds(), it.Seconds))
	case it.Kind == sniff.Handout:
		return checkHandout(o)
	case it.Kind == sniff.Image:
		cfg, _, err := image.DecodeConfig(reader(o))
		if err != nil || cfg.Width != f.Width || cfg.Height != f.Height {
			return sniff.Refuse(fmt.Sprintf("It has not %d × %d pixels as the list says.", f.Width, f.Height))
		}
		if !picture.Bare(o, o.Size()) {
			return sniff.Refuse("It holds what a camera or program wrote beside the picture, such as the place. Send the picture itself on the page of media.")
		}
	}
	return nil
}
