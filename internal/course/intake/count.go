package intake

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
)

// examPath is where the blueprint says how many questions each objective has.
const examPath = "exam.yaml"

// bank is how many questions a file of the exam has for each objective, at a change of
// the draft.
type bank struct {
	seq int64
	n   map[string]int
}

func bankOf(seq int64, list []Entry) bank {
	b := bank{seq, map[string]int{}}
	for _, e := range list {
		if of := e.Question.Objectives; len(of) > 0 {
			b.n[of[0]]++
		}
	}
	return b
}

// counted are the edits that a portion for the exam takes: a file of its own, and the
// blueprint with the numbers of the objectives that it adds to. They hold for the draft
// as it was at the change seq.
func (s *Service) counted(ctx context.Context, slug, base string, has *inventory, p portion) (files []course.FileEdit, seq int64, err error) {
	list, seq, err := s.Courses.DraftFiles(ctx, slug)
	if err != nil {
		return nil, 0, err
	}
	path, err := freePath(list, base)
	if err != nil {
		return nil, 0, err
	}
	files = []course.FileEdit{{Path: path, Content: p.text}}
	f, err := s.Courses.DraftFile(ctx, slug, examPath)
	switch {
	case errors.Is(err, course.ErrNoFile):
		return files, seq, nil
	case err != nil:
		return nil, 0, err
	}
	doc, err := edit.Parse(f.Content)
	if err != nil {
		return files, seq, nil //nolint:nilerr // the checks say what is wrong with it
	}
	if err := s.recount(ctx, slug, list, has); err != nil {
		return nil, 0, err
	}
	err = doc.Count(edit.At("blueprint"), "objective", "bank", func(objective string) (int, bool) {
		n, adds := p.drawn[objective]
		for _, f := range list {
			n += has.banks[f.Path].n[objective]
		}
		return n, adds
	})
	if text := doc.Bytes(); err == nil && !bytes.Equal(text, f.Content) { // else the checks ask for the number
		files = append(files, course.FileEdit{Path: examPath, Base: f.Seq, Content: text})
	}
	return files, seq, nil
}

// recount reads the files of the exam that changed since they were counted.
func (s *Service) recount(ctx context.Context, slug string, list []course.FileInfo, has *inventory) error {
	now := map[string]bank{}
	for _, f := range list {
		if !strings.HasPrefix(f.Path, "exam/") {
			continue
		}
		if was, there := has.banks[f.Path]; there && was.seq == f.Seq {
			now[f.Path] = was
			continue
		}
		file, err := s.Courses.DraftFile(ctx, slug, f.Path)
		if errors.Is(err, course.ErrNoFile) { // removed meanwhile, which the edit will find
			continue
		}
		if err != nil {
			return err
		}
		now[f.Path] = bankOf(file.Seq, Entries(course.Files{f.Path: file.Content}))
	}
	has.banks = now
	return nil
}
