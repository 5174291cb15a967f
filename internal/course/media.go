package course

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/reason"
)

// Media is what a course asks of package media: an edition's hash covers its list of
// media, and the files lie there.
type Media interface {
	// Take keeps the files that lie in a course folder.
	Take(ctx context.Context, folder fs.FS, items []manifest.Item) ([]media.Flaw, error)
	// Named is called in the transaction that stores a list in a draft.
	Named(ctx context.Context, list []byte) error
	// Missing returns the files that are not kept.
	Missing(ctx context.Context, items []manifest.Item) ([]manifest.File, error)
}

// takeMedia keeps the media of a folder before its list is stored: what nothing names
// in the end is swept.
func (s *Service) takeMedia(ctx context.Context, folder fs.FS, c *Course) error {
	if s.d.Media == nil || len(c.Media) == 0 {
		return nil
	}
	flaws, err := s.d.Media.Take(ctx, folder, c.Items())
	if err != nil {
		return fmt.Errorf("course: import: %w", err)
	}
	if len(flaws) == 0 {
		return nil
	}
	e := apperr.New(apperr.Invalid, "The media of the folder cannot be used. Nothing was imported.")
	for _, f := range flaws {
		e.Fields = append(e.Fields, apperr.Field{Name: f.Path, Msg: f.Msg + "; " + f.Fix})
	}
	return e
}

// CheckMedia compares the files of media that lie in a course folder with its list. One
// that does not lie there may be kept already.
func CheckMedia(folder fs.FS, c *Course) (problems []Problem) {
	for _, f := range manifest.Files(c.Items()) {
		sum, n, err := hashIn(folder, f.Path())
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			problems = append(problems, Problem{File: f.Path(), Severity: content.Error, Msg: "cannot be read", Fix: "check its permissions", Why: reason.Whole.String()})
		case n != f.Bytes || sum != f.SHA256:
			problems = append(problems, Problem{File: f.Path(), Severity: content.Error, Msg: "it has other bytes than media.yaml says", Fix: "export the course again where it is kept", Why: reason.Listed.String()})
		}
	}
	return problems
}

func hashIn(folder fs.FS, path string) (sum string, n int64, err error) {
	in, err := folder.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer in.Close()
	h := sha256.New()
	n, err = io.Copy(h, in)
	return hex.EncodeToString(h.Sum(nil)), n, err
}

// missingMedia: an edition with a hole in it would never be whole.
func (s *Service) missingMedia(ctx context.Context, c *Course) (problems []Problem, err error) {
	if s.d.Media == nil || len(c.Media) == 0 {
		return nil, nil
	}
	missing, err := s.d.Media.Missing(ctx, c.Items())
	if err != nil {
		return nil, err
	}
	gone := map[string]bool{}
	for _, f := range missing {
		gone[f.SHA256] = true
	}
	for _, m := range c.Media {
		for _, f := range m.Files {
			if gone[f.SHA256] {
				problems = append(problems, Problem{File: manifest.Path, Line: m.Line, Severity: content.Error,
					Msg: fmt.Sprintf("the file of the medium %q is not kept here", m.ID), Fix: "send it again on the page of media, or import the course with its folder media/blobs", Why: reason.Listed.String()})
				break
			}
		}
	}
	return problems, nil
}

// MediaLists returns the list of media of every draft and of every edition, each text
// once: what they name is kept.
func (s *Service) MediaLists(ctx context.Context) ([][]byte, error) {
	lists, err := s.store.mediaLists(ctx)
	if err != nil {
		return nil, fmt.Errorf("course: lists of media: %w", err)
	}
	return lists, nil
}

// MediaListsOf are the lists of one course, of its draft and its editions.
func (s *Service) MediaListsOf(ctx context.Context, slug string) ([][]byte, error) {
	lists, err := s.store.mediaListsOf(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("course: lists of media: %w", err)
	}
	return lists, nil
}
