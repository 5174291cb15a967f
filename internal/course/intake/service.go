package intake

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// Courses is what this package asks of course.Service.
type Courses interface {
	Draft(ctx context.Context, slug string) (course.Draft, error)
	CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error)
	DraftFiles(ctx context.Context, slug string) ([]course.FileInfo, int64, error)
	DraftFile(ctx context.Context, slug, path string) (course.DraftFile, error)
	EditDraft(ctx context.Context, e course.Edit) (course.Saved, error)
}

// Deps are what a Service stands on.
type Deps struct {
	DB      *db.DB
	Now     func() time.Time
	Audit   *audit.Log
	Queue   *job.Queue
	Courses Courses
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	seen seen
}

// New returns the service and registers its jobs with the queue.
func New(d Deps) *Service {
	s := &Service{Deps: d}
	d.Queue.Handle(readKind, s.read)
	d.Queue.Handle(addKind, s.add)
	return s
}

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

// Upload keeps a file with questions for who sends it, and has it read. The draft
// stays as it is. The same file sent again while it is kept, and not added, is the same
// import. name is what the browser calls the file. Errors: ErrNotFound for no such course,
// ErrEmpty, ErrTooLarge, ErrFormat, ErrMany.
func (s *Service) Upload(ctx context.Context, slug, name string, body []byte, by string) (Import, error) {
	d, err := s.Courses.Draft(ctx, slug)
	if err != nil {
		return Import{}, err
	}
	f, err := open(ctx, bytes.NewReader(body), int64(len(body)))
	if err != nil {
		return Import{}, err
	}
	sum := sha256.Sum256(body)
	i := Import{ID: db.NewID(), CourseID: d.CourseID, OwnerID: by, Name: apperr.FileName(name, "questions"), SHA256: hex.EncodeToString(sum[:]), Size: int64(len(body)),
		Format: f.Format, Notes: f.Notes, State: Reading, UploadedAt: s.now()}
	err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.insert(ctx, &i, body) })
	if err != nil && !apperr.Is(err, apperr.Invalid) {
		err = fmt.Errorf("intake: upload: %w", err)
	}
	return i, err
}

func (s *Service) insert(ctx context.Context, i *Import, body []byte) error {
	added, err := s.insertImport(ctx, *i)
	if err != nil {
		return err
	}
	if !added {
		*i, err = s.same(ctx, *i)
		return err
	}
	open, err := s.countOpen(ctx, i.CourseID, i.OwnerID)
	switch {
	case err != nil:
		return err
	case open > maxOpen:
		return ErrMany
	}
	for n := 0; n*partBytes < len(body); n++ {
		if err := s.insertPart(ctx, i.ID, n, body[n*partBytes:min((n+1)*partBytes, len(body))]); err != nil {
			return err
		}
	}
	return s.enqueue(ctx, readKind, i.ID)
}

// limits bound what is read from a file.
var limits = exchange.Limits{Items: MaxItems}

// Draft returns a draft without looking at its questions. Errors: ErrNotFound.
func (s *Service) Draft(ctx context.Context, slug string) (course.Draft, error) {
	return s.Courses.Draft(ctx, slug)
}

// Get returns an import of somebody in a course. Errors: ErrNoImport, also for
// somebody else's; ErrNotFound.
func (s *Service) Get(ctx context.Context, slug, id, by string) (Import, error) {
	d, err := s.Courses.Draft(ctx, slug)
	if err != nil {
		return Import{}, err
	}
	return s.one(ctx, d.CourseID, id, by)
}

// List returns what somebody keeps in a course: all that is not done, then the newest of
// what is, both the newest first.
func (s *Service) List(ctx context.Context, slug, by string) ([]Import, error) {
	d, err := s.Courses.Draft(ctx, slug)
	if err != nil {
		return nil, err
	}
	return s.ofOwner(ctx, d.CourseID, by)
}

// Discard deletes an import with its file. One that is gone already stays gone; what was
// added to the draft stays there. Errors: ErrBusy while its questions are added.
func (s *Service) Discard(ctx context.Context, slug, id, by string) error {
	i, err := s.Get(ctx, slug, id, by)
	if errors.Is(err, ErrNoImport) {
		return nil
	}
	if err != nil {
		return err
	}
	deleted, err := s.delete(ctx, i.ID)
	if err == nil && !deleted {
		err = ErrBusy
	}
	return err
}

// Confirm has the new questions of an import added to the draft: to files of their own
// in the exam, or to the check of a module. objective is theirs unless they have one of the
// course. The second click succeeds too. It is audited. Errors: ErrNoImport, ErrNotReady,
// ErrNothing, ErrTarget, ErrObjective, Invalid where the course or the check would grow too
// large.
func (s *Service) Confirm(ctx context.Context, slug, id, by, target, objective string) error {
	i, err := s.Get(ctx, slug, id, by)
	switch {
	case err != nil:
		return err
	case i.State == Reading:
		return ErrNotReady
	case i.State != Ready:
		return nil
	}
	if err := s.room(ctx, i, slug, target, objective); err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		begun, err := s.begin(ctx, i.ID, target, objective)
		if err != nil || !begun {
			return err
		}
		counts, err := s.Counts(ctx, i.ID)
		if err != nil {
			return err
		}
		err = s.Audit.Record(ctx, audit.Event{Action: "course.questions_import", ObjectKind: "course", ObjectID: i.CourseID, Details: map[string]any{
			"slug": slug, "name": i.Name, "sha256": i.SHA256, "format": string(i.Format), "target": target, "objective": objective,
			"questions": counts.New(), "changed": counts[exchange.Changed], "refused": counts[exchange.Refused]}})
		if err != nil {
			return err
		}
		return s.enqueue(ctx, addKind, i.ID)
	})
}

// room refuses what has no place in the course.
func (s *Service) room(ctx context.Context, i Import, slug, target, objective string) error {
	draft, all, err := s.Questions(ctx, slug)
	if err != nil {
		return err
	}
	named := func(list []course.Choice, id string) bool {
		return slices.ContainsFunc(list, func(c course.Choice) bool { return c.ID == id })
	}
	if !named(all.Objectives, objective) {
		return ErrObjective
	}
	if target != Bank && !named(all.Checks, target) {
		return ErrTarget
	}
	n, size, err := s.toAdd(ctx, i.ID)
	switch {
	case err != nil:
		return err
	case n == 0:
		return ErrNothing
	case draft.Bytes+size > content.MaxCourseBytes || draft.Files+filesFor(n, size) > content.MaxFiles:
		return apperr.Newf(apperr.Invalid, "With these questions the course would hold more than 32 MB or %d files. Split the course, or import fewer.", content.MaxFiles)
	}
	if target == Bank {
		return nil
	}
	f, err := s.Courses.DraftFile(ctx, slug, target)
	if err != nil && !errors.Is(err, course.ErrNoFile) {
		return err
	}
	return checkRoom(f.Content, n, size)
}

// Stopped reports whether nothing works any more on an import that is not done.
func (s *Service) Stopped(ctx context.Context, i Import) (bool, error) {
	kind := readKind
	switch i.State {
	case Ready, Done:
		return false, nil
	case Adding:
		kind = addKind
	}
	jobs, err := s.Queue.ByKey(ctx, key(kind, i.ID))
	if err != nil {
		return false, fmt.Errorf("intake: job: %w", err)
	}
	e, there := jobs[key(kind, i.ID)]
	return !there || e.State == job.Dead, nil
}

// GoOn has an import worked on again whose job was given up.
func (s *Service) GoOn(ctx context.Context, slug, id, by string) error {
	i, err := s.Get(ctx, slug, id, by)
	if err != nil {
		return err
	}
	stopped, err := s.Stopped(ctx, i)
	if err != nil || !stopped {
		return err
	}
	kind := readKind
	if i.State == Adding {
		kind = addKind
	}
	return s.enqueue(ctx, kind, i.ID)
}

// RecordExport audits that somebody takes the questions of a course away.
func (s *Service) RecordExport(ctx context.Context, d course.Draft, f exchange.Format, n int) error {
	return s.Audit.Record(ctx, audit.Event{Action: "course.questions_export", ObjectKind: "course", ObjectID: d.CourseID,
		Details: map[string]any{"slug": d.Slug, "format": string(f), "questions": n}})
}

// Forget deletes what was kept for long enough, and returns how many it were.
func (s *Service) Forget(ctx context.Context) (int, error) {
	n, err := s.deleteBefore(ctx, s.now().AddDate(0, 0, -Keep))
	if err != nil {
		return 0, fmt.Errorf("intake: forget: %w", err)
	}
	return n, nil
}
