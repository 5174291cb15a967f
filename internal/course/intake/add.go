package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/question"
)

// fileBytes is how large a file of questions becomes; a course takes 1 MiB.
const fileBytes = 900 << 10

// oneBytes is how large one question may be as it is read: with the objective and the
// longer ID that it may get, a file still takes it.
const oneBytes = fileBytes - 1<<10

// questionFile reports whether a file of a course holds questions.
func questionFile(path string) bool {
	return strings.HasPrefix(path, "exam/") || strings.HasPrefix(path, "modules/") && strings.HasSuffix(path, "/check.yaml")
}

// filesFor is how many files of a draft so many questions take, at the most.
func filesFor(n int, size int64) int {
	return n/question.MaxPerFile + int(size/(fileBytes/2)) + 1
}

// checkRoom refuses questions that a check has no place for.
func checkRoom(was []byte, n int, size int64) error {
	qs, _ := question.Parse(was)
	if len(qs)+n > question.MaxPerFile || int64(len(was))+size > content.MaxFileBytes {
		return apperr.InvalidField("target", "A check holds at most %d questions and 1 MB; this one has %d already. Choose the exam, or import fewer.", question.MaxPerFile, len(qs))
	}
	return nil
}

// add is the job that adds the questions. Each file of the draft is one transaction
// with the note of what is in it, so it begins anywhere.
func (s *Service) add(ctx context.Context, data []byte) error {
	i, slug, ok, err := s.taken(ctx, data, Adding)
	if err != nil || !ok {
		return err
	}
	has, err := s.inventory(ctx, slug)
	if err != nil {
		return err
	}
	for {
		rest, err := s.addFile(ctx, i, slug, has)
		switch {
		case errors.Is(err, errTaken):
			return nil
		case apperr.Is(err, apperr.Invalid) || apperr.Is(err, apperr.NotFound): // no second try mends it
			return s.back(ctx, i.ID, apperr.Message(err))
		case err != nil:
			return fmt.Errorf("intake: add: %w", err)
		case !rest:
			return s.finishAll(ctx, i)
		}
	}
}

func (s *Service) finishAll(ctx context.Context, i Import) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error { return s.finish(ctx, i.ID, s.now()) })
}

// portion is what goes into one file of the draft.
type portion struct {
	path  string
	base  int64
	text  []byte
	ids   map[int]string
	drawn map[string]int // how many an objective gets for the exam
	there []int          // items that the course has by now
}

// errMoved is the error of an edit that rests on a draft that somebody changed.
var errMoved = errors.New("intake: the draft was changed meanwhile")

// maxTries is how often a file is added anew to a draft that others change.
const maxTries = 5

// addFile adds the next file; rest says whether there was anything to add.
func (s *Service) addFile(ctx context.Context, i Import, slug string, has *inventory) (rest bool, err error) {
	if err := ctx.Err(); err != nil {
		return false, err
	}
	rows, err := s.pending(ctx, i.ID, question.MaxPerFile)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	p, err := s.portion(ctx, i, slug, has, rows)
	if err != nil {
		return false, err
	}
	for range maxTries {
		if err = s.put(ctx, i, slug, has, p); !errors.Is(err, errMoved) {
			break
		}
	}
	return true, err
}

// put adds a file with the note of what is in it. One of the exam is counted in the
// same change; the error is errMoved where others changed the draft since it was counted.
func (s *Service) put(ctx context.Context, i Import, slug string, has *inventory, p portion) error {
	var files []course.FileEdit
	var seq int64
	var err error
	switch {
	case len(p.ids) == 0:
	case i.Target == Bank:
		files, seq, err = s.counted(ctx, slug, fileBase(i.Name), has, p)
	default:
		files = []course.FileEdit{{Path: p.path, Base: p.base, Content: p.text}}
	}
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.found(ctx, i.ID, p.there); err != nil || len(p.ids) == 0 {
			return err
		}
		saved, err := s.Courses.EditDraft(ctx, course.Edit{Slug: slug, Kind: course.ChangeSave, Note: "Questions of " + i.Name, By: i.OwnerID, Files: files})
		if _, clash := errors.AsType[*course.ClashError](err); i.Target == Bank && (clash || err == nil && saved.Seq != seq+1) {
			return errMoved
		}
		if err != nil {
			return err
		}
		if held, err := s.hold(ctx, i.ID, saved.Seq); err != nil || !held {
			return errors.Join(err, orTaken(held))
		}
		return s.added(ctx, i.ID, files[0].Path, p.ids)
	})
}

func orTaken(held bool) error {
	if held {
		return nil
	}
	return errTaken
}

// portion puts the next questions together, as many as one file takes. From then on the
// inventory has them: a job that fails takes another.
func (s *Service) portion(ctx context.Context, i Import, slug string, has *inventory, rows []row) (p portion, err error) {
	p = portion{ids: map[int]string{}, drawn: map[string]int{}}
	var text bytes.Buffer
	for _, r := range rows {
		var q question.Question
		if err := json.Unmarshal([]byte(r.Question), &q); err != nil {
			return p, err
		}
		id, there := has.place(q)
		if there {
			p.there = append(p.there, r.Position)
			continue
		}
		if q.ID = id; len(q.Objectives) == 0 {
			q.Objectives = []string{i.Objective}
		}
		lines, err := yaml.Marshal([]question.Question{q})
		if err != nil {
			return p, err
		}
		if text.Len() == 0 && len(lines) > fileBytes { // of an older version, which let it in
			return p, apperr.Newf(apperr.Invalid, "The question %s is larger than a file of a course may be. Delete this import, shorten the question and send the file again.", id)
		}
		if text.Len()+len(lines) > fileBytes {
			break
		}
		text.Write(lines)
		p.ids[r.Position], has.questions[id] = id, essence(q)
		p.drawn[q.Objectives[0]]++
	}
	if len(p.ids) == 0 {
		return p, nil
	}
	if i.Target == Bank { // what it is called says counted
		p.text = text.Bytes()
		return p, nil
	}
	p.path = i.Target
	p.text, p.base, err = s.behind(ctx, slug, i.Target, text.Bytes(), len(p.ids))
	return p, err
}

// freePath is a name in the draft that no file has.
func freePath(files []course.FileInfo, base string) (string, error) {
	for n := 1; n <= content.MaxFiles; n++ {
		path := fmt.Sprintf("%s%02d.yaml", base, n)
		if !slices.ContainsFunc(files, func(f course.FileInfo) bool { return f.Path == path }) {
			return path, nil
		}
	}
	return "", apperr.New(apperr.Invalid, "The course holds too many files.")
}

// behind puts questions behind those of a check, whose bytes stay as they are.
func (s *Service) behind(ctx context.Context, slug, path string, more []byte, n int) (text []byte, base int64, err error) {
	f, err := s.Courses.DraftFile(ctx, slug, path)
	if err != nil && !errors.Is(err, course.ErrNoFile) {
		return nil, 0, err
	}
	before, _ := question.Parse(f.Content)
	text = slices.Clone(f.Content)
	if len(before) == 0 && len(bytes.TrimSpace(text)) <= len("[]") { // an empty list
		text = nil
	}
	if len(text) > 0 && !bytes.HasSuffix(text, []byte("\n")) {
		text = append(text, '\n')
	}
	text = append(text, more...)
	if all, _ := question.Parse(text); len(all) != len(before)+n {
		return nil, 0, apperr.New(apperr.Invalid, "Nothing can be put behind the questions of this check as its file is written. Begin each of its questions with “- id:” at the line’s start, or choose the exam.")
	}
	return text, f.Seq, nil
}
