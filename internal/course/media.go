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
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/reason"
)

// Media is what a course asks of package media: an edition's hash covers its list of
// media, and the files lie there.
type Media interface {
	// Take keeps the files that lie in a course folder; came are the hashes of those that
	// the course does not hold yet.
	Take(ctx context.Context, courseID string, folder fs.FS, items []manifest.Item) (came []string, flaws []media.Flaw, err error)
	// Hold says that a course holds files.
	Hold(ctx context.Context, courseID string, sums []string) error
	// Named is called in the transaction that stores a list in a draft. It returns the
	// files that came along from other courses.
	Named(ctx context.Context, l media.Listing) ([]media.Copied, error)
	// Missing returns the files that the course does not hold, or that are not kept.
	Missing(ctx context.Context, courseID string, items []manifest.Item) ([]media.Lack, error)
}

// takeMedia keeps the media of a folder before its list is stored, and returns the
// hashes of those that came in it: what nothing names in the end is swept. was is the
// course as it is, without an ID where it is not there.
func (s *Service) takeMedia(ctx context.Context, folder fs.FS, c *Course, was Draft) (came []string, err error) {
	if s.d.Media == nil || len(c.Media) == 0 {
		return nil, nil
	}
	came, flaws, err := s.d.Media.Take(ctx, was.CourseID, folder, c.Items())
	if err != nil {
		return nil, fmt.Errorf("course: import: %w", err)
	}
	if len(flaws) == 0 {
		return came, nil
	}
	e := apperr.New(apperr.Invalid, "The media of the folder cannot be used. Nothing was imported.")
	for _, f := range flaws {
		e.Fields = append(e.Fields, apperr.Field{Name: f.Path, Msg: f.Msg + "; " + f.Fix})
	}
	return nil, e
}

// holdMedia gives a course the files that came with it. It is called in the transaction
// that stores its list.
func (s *Service) holdMedia(ctx context.Context, courseID string, came []string) error {
	if s.d.Media == nil || len(came) == 0 {
		return nil
	}
	return s.d.Media.Hold(ctx, courseID, came)
}

// nameMedia tells of the list of media that a change of the draft stores, and records what
// the course was given with it. It is called before the change is stored.
func (s *Service) nameMedia(ctx context.Context, courseID string, files map[string][]byte, by string) error {
	list, ok := files[manifest.Path]
	if !ok || s.d.Media == nil {
		return nil
	}
	was, err := s.store.draftFile(ctx, courseID, manifest.Path)
	if err != nil && !errors.Is(err, ErrNoFile) {
		return err
	}
	l := media.Listing{CourseID: courseID, Was: was.Content, List: list}
	if s.d.Reads != nil {
		l.Reads = func(ctx context.Context) (func(courseID string) bool, error) { return s.d.Reads(ctx, by) }
	}
	came, err := s.d.Media.Named(ctx, l)
	if err != nil {
		return err
	}
	for _, c := range came {
		if err := s.d.Audit.Record(ctx, audit.Event{Action: "media.copied", ObjectKind: "course", ObjectID: courseID,
			Details: map[string]any{"from": c.From, "sha256": c.SHA256}}); err != nil {
			return err
		}
	}
	return nil
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

// missingMedia: an edition with a hole in it would never be whole, and a course shows
// nothing that it never had.
func (s *Service) missingMedia(ctx context.Context, courseID string, c *Course) (problems []Problem, err error) {
	if s.d.Media == nil || len(c.Media) == 0 {
		return nil, nil
	}
	missing, err := s.d.Media.Missing(ctx, courseID, c.Items())
	if err != nil {
		return nil, err
	}
	lacks := map[string]media.Lack{}
	for _, l := range missing {
		lacks[l.SHA256] = l
	}
	for _, m := range c.Media {
		for _, f := range m.Files {
			if l, lacking := lacks[f.SHA256]; lacking {
				problems = append(problems, lackingMedia(m.ID, m.Line, l.Foreign))
				break
			}
		}
	}
	return problems, nil
}

func lackingMedia(id string, line int, foreign bool) Problem {
	p := Problem{File: manifest.Path, Line: line, Severity: content.Error,
		Msg: fmt.Sprintf("the file of the medium %q is not kept here", id), Fix: "send it again on the page of media, or import the course with its folder media/blobs", Why: reason.Listed.String()}
	if foreign {
		p.Msg = fmt.Sprintf("the file of the medium %q was never uploaded to this course", id)
		p.Fix = "upload it on the page of media, or import the course with its folder media/blobs; if another course has it that you may read, remove it from this list, save, and add it again"
	}
	return p
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
