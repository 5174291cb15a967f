package course

import (
	"bytes"
	"context"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course/content"
)

// FileView is a file of a draft with what the editor shows beside it.
type FileView struct {
	Draft             // Problems are those of the file
	File    DraftFile // as it is stored
	Course  *Course   // as it was read last: where that takes long, without the newest changes
	Glance  content.Glance
	Preview bool // it is a text that learners read
}

// ViewFile opens a file of a draft with what is wrong with it and how learners
// read it. typed is a text that takes the stored one's place and is not saved, nil
// for none. Errors: ErrNotFound, ErrNoFile.
func (s *Service) ViewFile(ctx context.Context, slug, path string, typed []byte) (v FileView, err error) {
	if v.Draft, err = s.Draft(ctx, slug); err != nil {
		return v, err
	}
	if v.File, err = s.store.draftFile(ctx, v.CourseID, path); err != nil {
		return v, err
	}
	r, err := s.readFor(ctx, v.Draft, path, typed != nil)
	if err != nil {
		return v, err
	}
	text := v.File.Content
	if typed != nil {
		text = typed
	}
	v.Course, v.Preview = r.course, strings.HasSuffix(path, ".md")
	g, known := r.known(path, text)
	if !known {
		if g, err = s.glance(ctx, r, path, text); err != nil {
			return v, err
		}
	}
	v.Glance = g
	v.Problems, err = s.withOutside(ctx, v.CourseID, path, r, g.Problems)
	return v, err
}

// withOutside adds what is not told by the files themselves. It says nothing of
// lessons, cases and questions.
func (s *Service) withOutside(ctx context.Context, courseID, path string, r *reading, problems []Problem) ([]Problem, error) {
	if strings.HasPrefix(path, "modules/") || strings.HasPrefix(path, "cases/") || strings.HasPrefix(path, "exam/") {
		return problems, nil
	}
	_, outside, err := s.besides(ctx, courseID, r.files, r.course, nil)
	if err != nil {
		return nil, err
	}
	return content.Sort(append(slices.Clone(problems), problemsOf(outside, path)...)), nil
}

// readFor is the reading that a file's page needs: what no preview can tell alone
// takes that of the draft as it is now.
func (s *Service) readFor(ctx context.Context, d Draft, path string, typing bool) (*reading, error) {
	alone := strings.HasSuffix(path, ".md") || strings.HasPrefix(path, "exam/") || strings.HasSuffix(path, "/check.yaml")
	if !alone && !typing {
		_, r, err := s.read(ctx, d.Slug)
		return r, err
	}
	return s.soon(ctx, d, typing)
}

// known is what a reading says of a file itself, where the text is still that.
func (r *reading) known(path string, text []byte) (g content.Glance, ok bool) {
	was, there := r.files[path]
	if !there || !bytes.Equal(was, text) {
		return g, false
	}
	g.Problems = problemsOf(r.problems, path)
	for _, l := range r.course.Lessons() {
		if l.File == path {
			g.HTML, g.Words = l.HTML, l.Words
			return g, true
		}
	}
	return g, !strings.HasSuffix(path, ".md")
}

// Insertables is what a draft has to offer its lessons, as it was read last. Errors:
// ErrNotFound.
func (s *Service) Insertables(ctx context.Context, slug string) (*Insertables, error) {
	d, err := s.Draft(ctx, slug)
	if err != nil {
		return nil, err
	}
	r, err := s.soon(ctx, d, false)
	if err != nil {
		return nil, err
	}
	return r.insertables(), nil
}
