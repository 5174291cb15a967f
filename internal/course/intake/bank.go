package intake

import (
	"context"
	"errors"
	"slices"
	"sort"
	"strings"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/question"
)

// Line is a question of a draft as a list shows it.
type Line struct {
	ID         string
	Kind       question.Kind
	Prompt     string // its beginning
	Objectives []string
	File       string
	Problems   int // mistakes that stop publishing, as the page of the draft counts them
}

// Questions are all questions of a draft, in the order of its files, with what may be
// said of them: the objectives, and the checks by their paths. Nothing may change them.
type Questions struct {
	Lines      []Line
	Objectives []course.Choice
	Checks     []course.Choice
}

// promptRunes is how much of a prompt a list shows.
const promptRunes = 160

// Questions lists the questions of a draft. Errors: ErrNotFound.
func (s *Service) Questions(ctx context.Context, slug string) (course.Draft, *Questions, error) {
	d, err := s.Courses.Draft(ctx, slug)
	if err != nil {
		return d, nil, err
	}
	if q := s.seen.get(d); q != nil {
		return d, q, nil
	}
	d, _, files, err := s.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return d, nil, err
	}
	q := &Questions{}
	for _, path := range files.Paths() {
		data := files[path]
		if path == "objectives.yaml" {
			q.Objectives = objectives(data)
		}
		if folder, is := strings.CutSuffix(path, "/module.yaml"); is {
			q.Checks = append(q.Checks, course.Choice{ID: folder + "/check.yaml", Text: title(data, folder)})
		}
		list := Entries(course.Files{path: data})
		bad := mistakes(list, path, d.Problems)
		for i, e := range list {
			q.Lines = append(q.Lines, Line{ID: e.Question.ID, Kind: e.Question.Kind, Prompt: apperr.Clip(e.Question.Prompt, promptRunes), Objectives: e.Question.Objectives,
				File: e.File, Problems: bad[i]})
		}
	}
	s.seen.put(d, q)
	return d, q, nil
}

// mistakes counts what stops publishing in each of the questions of a file: a finding
// belongs to the last of them that begins above it.
func mistakes(list []Entry, path string, problems []course.Problem) []int {
	n := make([]int, len(list))
	for _, p := range problems {
		if p.Severity != course.Error || p.File != path {
			continue
		}
		at := sort.Search(len(list), func(i int) bool { return list[i].Line > p.Line }) - 1
		if p.Line > 0 && at >= 0 {
			n[at]++
		}
	}
	return n
}

// All returns the questions of a draft themselves, in the order of its files, those that
// keep wants.
func (s *Service) All(ctx context.Context, slug string, keep func(Line) bool) ([]question.Question, error) {
	var out []question.Question
	err := s.eachFile(ctx, slug, func(f course.DraftFile) {
		for _, e := range Entries(course.Files{f.Path: f.Content}) {
			if keep(Line{ID: e.Question.ID, Kind: e.Question.Kind, Objectives: e.Question.Objectives, File: e.File}) {
				out = append(out, e.Question)
			}
		}
	})
	return out, err
}

// eachFile calls fn with the files of a draft that questions stand in, and with those
// of what they name, in order, one at a time.
func (s *Service) eachFile(ctx context.Context, slug string, fn func(f course.DraftFile)) error {
	list, _, err := s.Courses.DraftFiles(ctx, slug)
	if err != nil {
		return err
	}
	for _, f := range list {
		named := f.Path == "objectives.yaml" || f.Path == "facts.yaml" || strings.HasPrefix(f.Path, "cases/") || strings.HasSuffix(f.Path, "/module.yaml")
		if !named && !questionFile(f.Path) {
			continue
		}
		file, err := s.Courses.DraftFile(ctx, slug, f.Path)
		if errors.Is(err, course.ErrNoFile) { // removed meanwhile
			continue
		}
		if err != nil {
			return err
		}
		fn(file)
	}
	return nil
}

// objectives reads what can be read of a file of objectives: a draft may have mistakes.
func objectives(data []byte) []course.Choice {
	var list []struct {
		ID   string `yaml:"id"`
		Text string `yaml:"text"`
	}
	if yaml.Unmarshal(data, &list) != nil {
		return nil
	}
	var out []course.Choice
	for _, o := range list {
		if o.ID != "" && !slices.ContainsFunc(out, func(c course.Choice) bool { return c.ID == o.ID }) {
			out = append(out, course.Choice{ID: o.ID, Text: apperr.Clip(o.Text, 80)})
		}
	}
	return out
}

// title is what a module calls itself, or its folder.
func title(data []byte, folder string) string {
	var m struct {
		Title string `yaml:"title"`
	}
	if yaml.Unmarshal(data, &m) != nil || m.Title == "" {
		return folder
	}
	return apperr.Clip(m.Title, 80)
}

// seenDrafts is how many drafts are kept read: a large bank takes seconds.
const seenDrafts = 4

// seen keeps the questions of the drafts that were listed last, by what the drafts say.
type seen struct {
	mu    sync.Mutex
	order []string // hashes, the newest last
	by    map[string]*Questions
}

func (s *seen) get(d course.Draft) *Questions {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.by[d.Hash]
}

func (s *seen) put(d course.Draft, q *Questions) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.by == nil {
		s.by = map[string]*Questions{}
	}
	if s.by[d.Hash] == nil {
		s.order = append(s.order, d.Hash)
	}
	s.by[d.Hash] = q
	if len(s.order) > seenDrafts {
		delete(s.by, s.order[0])
		s.order = s.order[1:]
	}
}
