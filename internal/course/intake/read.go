package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// The kinds of the jobs.
const (
	readKind = "questions.read"
	addKind  = "questions.add"
)

// payload names an import.
type payload struct {
	ID string `json:"id"`
}

func key(kind, id string) string { return kind + ":" + id }

func (s *Service) enqueue(ctx context.Context, kind, id string) error {
	return s.Queue.Enqueue(ctx, kind, payload{id}, job.Unique(key(kind, id)))
}

// taken is the import that a job is for, with its course; ok is false where there is
// nothing to do any more.
func (s *Service) taken(ctx context.Context, data []byte, in State) (i Import, slug string, ok bool, err error) {
	var p payload
	if err := json.Unmarshal(data, &p); err != nil {
		return i, "", false, job.Permanent(fmt.Errorf("intake: job: %w", err))
	}
	i, err = s.find(ctx, "id = ?", p.ID)
	switch {
	case errors.Is(err, ErrNoImport): // deleted meanwhile
		return i, "", false, nil
	case err != nil || i.State != in:
		return i, "", false, err
	}
	slug, err = s.slug(ctx, i.CourseID)
	return i, slug, err == nil, err
}

// batch is how many items are stored at a time.
const batch = 200

// read is the job that reads a file. It begins anywhere: what was read before is
// passed over, and each batch is noted with its items.
func (s *Service) read(ctx context.Context, data []byte) error {
	i, slug, ok, err := s.taken(ctx, data, Reading)
	if err != nil || !ok {
		return err
	}
	has, err := s.inventory(ctx, slug)
	if err != nil {
		return err
	}
	r := &reading{s: s, i: i, has: has}
	f, err := open(ctx, s.stored(ctx, i), i.Size)
	if errors.Is(err, ErrFormat) { // as never a file that Upload kept
		return job.Permanent(err)
	}
	if err != nil {
		return err
	}
	n := 0
	for it := range f.Items(ctx) {
		if n++; n <= i.Items {
			continue
		}
		if err := r.take(ctx, n, it); err != nil {
			return stopped(err)
		}
	}
	if err := f.Err(); err != nil { // the rest is there, and comes with the next try
		return fmt.Errorf("intake: %w", err)
	}
	if err := r.flush(ctx); err != nil {
		return stopped(err)
	}
	return s.setReady(ctx, i.ID)
}

// errTaken ends a job whose work somebody else does.
var errTaken = errors.New("intake: another job is further")

func stopped(err error) error {
	if errors.Is(err, errTaken) {
		return nil
	}
	return err
}

// reading is a file while it is read.
type reading struct {
	s    *Service
	i    Import
	has  *inventory
	rows []row
}

func (r *reading) take(ctx context.Context, n int, it exchange.Item) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	one, err := r.row(n, it)
	if err != nil {
		return err
	}
	if r.rows = append(r.rows, one); len(r.rows) < batch {
		return nil
	}
	return r.flush(ctx)
}

// row judges an item against the course.
func (r *reading) row(n int, it exchange.Item) (row, error) {
	r.has.fit(&it)
	j, err := judged(n, &it)
	if err != nil {
		return row{}, err
	}
	out := row{Position: n, Place: j.Place, Title: j.Title, Type: j.Type, Kind: string(j.Kind), Bytes: j.Bytes}
	if j.Verdict != exchange.Refused {
		id, there := r.has.place(it.Question)
		if it.Question.ID = id; there {
			j.Verdict, j.Notes = There, nil // nothing is done with it
		}
		text, err := json.Marshal(it.Question)
		if err != nil {
			return out, err
		}
		out.Question, out.QuestionID = string(text), id
	}
	out.Verdict = string(j.Verdict)
	notes, err := json.Marshal(j.Notes)
	out.Notes = string(notes)
	return out, err
}

// flush stores what was read.
func (r *reading) flush(ctx context.Context) error {
	if len(r.rows) == 0 {
		return nil
	}
	to := r.rows[len(r.rows)-1].Position
	err := r.s.DB.InTx(ctx, func(ctx context.Context) error {
		on, err := r.s.advance(ctx, r.i.ID, r.i.Items, to)
		if err != nil {
			return err
		}
		if !on {
			return errTaken
		}
		return r.s.insertItems(ctx, r.i.ID, r.rows)
	})
	r.i.Items, r.rows = to, nil
	return err
}

// inventory is what a course has: its questions by their IDs, and what questions may
// name.
type inventory struct {
	questions                map[string][8]byte // their kind and prompt
	objectives, facts, cases map[string]bool
	banks                    map[string]bank // by the files of exam/
}

func (s *Service) inventory(ctx context.Context, slug string) (*inventory, error) {
	out := &inventory{questions: map[string][8]byte{}, objectives: map[string]bool{}, facts: map[string]bool{}, cases: map[string]bool{}, banks: map[string]bank{}}
	return out, s.eachFile(ctx, slug, func(f course.DraftFile) {
		path, data := f.Path, f.Content
		switch {
		case path == "objectives.yaml":
			out.objectives = ids(data)
		case path == "facts.yaml":
			out.facts = ids(data)
		case strings.HasPrefix(path, "cases/"):
			if m := caseID.FindSubmatch(data); m != nil {
				out.cases[string(m[1])] = true
			}
		}
		list := Entries(course.Files{path: data})
		for _, e := range list {
			out.questions[e.Question.ID] = essence(e.Question)
		}
		if strings.HasPrefix(path, "exam/") {
			out.banks[path] = bankOf(f.Seq, list)
		}
	})
}

// caseID finds the ID in the head of a case.
var caseID = regexp.MustCompile(`(?m)\A---\r?\n(?:[^\n]*\n)*?id:[ \t]*"?([A-Za-z0-9._-]+)`)

// ids are the IDs of a list in a file of a course, as far as it can be read: a draft may
// have mistakes.
func ids(data []byte) map[string]bool {
	var list []struct {
		ID string `yaml:"id"`
	}
	out := map[string]bool{}
	if yaml.Unmarshal(data, &list) != nil {
		return out
	}
	for _, x := range list {
		out[x.ID] = true
	}
	return out
}

// essence is what tells a question that its author went on with from another one.
func essence(q question.Question) [8]byte {
	return exchange.Digest(question.Question{Kind: q.Kind, Prompt: q.Prompt})
}

// place is the ID that a question has in the course, and whether it is there.
func (v *inventory) place(q question.Question) (id string, there bool) {
	return exchange.Place(q.ID, essence(q), v.questions)
}

// fit takes out of a question what the course does not know, and notes it.
func (v *inventory) fit(it *exchange.Item) {
	q := &it.Question
	lost := func(what string) {
		it.Notes = append(it.Notes, exchange.Note{Kind: exchange.Lost, What: what, Why: "this course has none of that name"})
	}
	unknown := func(known map[string]bool, what string) func(string) bool {
		return func(id string) bool {
			if !known[id] {
				lost("The " + what + " " + id + " is left out")
			}
			return !known[id]
		}
	}
	q.Objectives = slices.DeleteFunc(slices.Clone(q.Objectives), unknown(v.objectives, "objective"))
	q.Facts = slices.DeleteFunc(slices.Clone(q.Facts), unknown(v.facts, "fact"))
	if q.Case != "" && !v.cases[q.Case] {
		lost("The case " + q.Case + " is left out")
		q.Case = ""
	}
}

// Entry is a question of a draft with its file, and the line on which it begins.
type Entry struct {
	Question question.Question
	File     string
	Line     int
}

// Entries lists the questions of a draft, file by file, also those with mistakes.
func Entries(files course.Files) []Entry {
	var out []Entry
	for _, path := range files.Paths() {
		if !questionFile(path) {
			continue
		}
		qs, all, _ := question.Read(files[path])
		for i, q := range qs {
			e := Entry{Question: q, File: path}
			if all != nil && i < len(all.Content) {
				e.Line = all.Content[i].Line
			}
			out = append(out, e)
		}
	}
	return out
}
