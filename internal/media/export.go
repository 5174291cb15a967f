package media

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/progress"
)

// Write writes the files that a list names, each once: create makes the place of one,
// by its path in a course folder. A file is streamed and compared with its hash, so
// that what is written is what the list says, or an error. It returns how many there
// were.
func (s *Service) Write(ctx context.Context, list []byte, create func(path string, size int64) (io.WriteCloser, error)) (n int, err error) {
	items, _, _ := manifest.Read(list)
	files := manifest.Files(items)
	for i, f := range files {
		progress.Report(ctx, progress.State{Step: "Writing media", Done: int64(i), Total: int64(len(files))})
		if err := s.write(ctx, f, create); err != nil {
			return i, fmt.Errorf("media: write %s: %w", f.Name(), err)
		}
	}
	return len(files), nil
}

func (s *Service) write(ctx context.Context, f manifest.File, create func(path string, size int64) (io.WriteCloser, error)) error {
	o, err := s.Open(ctx, f.SHA256)
	if err != nil {
		return err
	}
	defer o.Close()
	out, err := create(f.Path(), o.Size())
	if err != nil {
		return err
	}
	sum := sha256.New()
	_, err = io.Copy(io.MultiWriter(out, sum), o)
	if closed := out.Close(); err == nil {
		err = closed
	}
	if err == nil && hex.EncodeToString(sum.Sum(nil)) != f.SHA256 {
		err = fmt.Errorf("what is kept differs from its hash; see cocare doctor")
	}
	return err
}
