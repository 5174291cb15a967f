package course

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/reason"
)

// What the service answers when it cannot.
var (
	ErrNotFound     = apperr.New(apperr.NotFound, "There is no such course.")
	ErrNoLesson     = apperr.New(apperr.NotFound, "There is no such lesson in this edition.")
	ErrNotReviewed  = apperr.New(apperr.Conflict, "This edition is not open for enrollment: it has not been clinically reviewed yet.")
	ErrHollow       = apperr.New(apperr.Conflict, "So much of this course was withdrawn that it cannot be completed, so nobody can enroll in it.")
	ErrHollows      = apperr.New(apperr.Conflict, "Without this lesson nobody can complete the course. Nothing was withdrawn yet.")
	ErrWithdrawn    = apperr.New(apperr.Conflict, "This lesson was withdrawn already.")
	ErrDraftChanged = apperr.New(apperr.Conflict, "The draft changed while it was being checked. Nothing was published; try again.")
	ErrSigned       = apperr.New(apperr.Conflict, "This review is recorded already, with the same name and license for the same lessons.")
	ErrNoRecord     = apperr.New(apperr.NotFound, "There is no such record beside this edition.")
	ErrNoErratum    = apperr.New(apperr.NotFound, "This course has no such correction.")
	ErrStale        = apperr.New(apperr.Conflict, "This edition is not the one you looked at. Load the page again and read it before you sign.")
)

// Deps is what the service needs.
type Deps struct {
	DB    *db.DB
	Now   func() time.Time
	Audit *audit.Log
	// Drawable reports whether an exam can be drawn from an edition; nil: always.
	Drawable func(ed *Edition) bool
	// Created runs in the transaction in which a course is stored that was not there;
	// by is who did. nil: nobody needs to know.
	Created func(ctx context.Context, courseID, by string) error
	// Renamed runs in the transaction in which files of a draft get other names; names
	// has the new by the old, which may be the old of others. nil: nobody needs to know.
	Renamed func(ctx context.Context, courseID string, names map[string]string) error
	// Corrected runs in the transaction in which a correction about safety is recorded;
	// nil: nobody is told.
	Corrected func(ctx context.Context, editionID, erratumID string) error
	// People counts by edition who learns in a course; nil, and a nil map: it is not known,
	// so that somebody may.
	People func(ctx context.Context, courseID string) (map[string]int, error)
	// Asks says what accreditors ask of a course that it does not have; now is the
	// edition in which people enroll, nil before the first. nil: nothing.
	Asks func(ctx context.Context, courseID string, now *Edition, m pack.Measures) ([]Ask, error)
	// Media keeps the files that media.yaml names; nil: nothing is asked.
	Media Media
	// Reads tells which courses, by their IDs, somebody may read who stores a list of
	// media, by their ID or the name of the program; nil: none. What those hold may be
	// named in another.
	Reads    func(ctx context.Context, by string) (may func(courseID string) bool, err error)
	Currency string         // in which the site sells; "": any
	Demo     bool           // open enrollment although reviews are missing (DECISIONS 9)
	Zone     *time.Location // the provider's, in which the day of a review is a day; nil: UTC
}

// Service imports, publishes and hands out courses. It is safe for concurrent
// use.
type Service struct {
	d     Deps
	store store
	cache *cache
	once  *once.Log

	drafts readings
}

// New returns the service.
func New(d Deps) *Service {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	s := &Service{d: d, store: store{d.DB}, once: once.New(d.DB, d.Now)}
	s.cache = &cache{store: s.store, now: d.Now}
	return s
}

// Draft is the working copy of a course.
type Draft struct {
	CourseID, Slug, Title, Hash string
	Seq                         int64 // of its newest change
	Edition                     int   // the newest edition, 0 before the first
	Changed                     bool  // it is not what that edition says
	Files                       int
	Bytes                       int64
	Problems                    []Problem
	ImportedAt                  time.Time
}

// invalid turns problems into an error that names file, line, remedy and reason.
func invalid(msg string, problems []Problem) error {
	e := apperr.New(apperr.Invalid, msg)
	for _, run := range reason.Runs(problems, func(p Problem) string { return p.Why }) {
		for i, p := range run.Found {
			msg := p.Msg + "; " + p.Fix
			if i == len(run.Found)-1 {
				msg += ", " + run.Because()
			}
			e.Fields = append(e.Fields, apperr.Field{Name: p.Where(), Msg: msg})
		}
	}
	return e
}

func (s *Service) created(ctx context.Context, courseID, by string) error {
	if s.d.Created == nil {
		return nil
	}
	return s.d.Created(ctx, courseID, by)
}

// check parses and checks files, at once if they are the last that passed.
func (s *Service) check(files Files) (*Course, []Problem) {
	c, problems, _ := s.checkFor(context.Background(), files) // which never ends
	return c, problems
}

// checkFor is check for somebody who may stop waiting: then it is the error of ctx.
func (s *Service) checkFor(ctx context.Context, files Files) (*Course, []Problem, error) {
	hash := files.Hash()
	if last := s.cache.clean.Load(); last != nil && last.hash == hash {
		return last.course, last.warnings, nil
	}
	c, problems, err := content.ParseContext(ctx, files)
	if err != nil {
		return nil, nil, err
	}
	if s.d.Currency != "" {
		problems = append(content.CheckCurrency(files, c.Card, s.d.Currency), problems...)
	}
	if len(Errors(problems)) == 0 {
		s.cache.clean.Store(&clean{hash, files.Bytes(), c, problems})
	}
	return c, problems, nil
}

// Publish freezes the draft as the next edition. A draft with errors is
// refused as Invalid, one field a mistake. A draft equal to the newest edition
// makes no new one: that edition is returned. It must not be called inside a
// transaction: what is published is read back from memory.
//
// What was withdrawn or corrected in earlier editions is carried over; see Carry.Stays.
func (s *Service) Publish(ctx context.Context, slug, note, by string) (*Edition, error) {
	return s.PublishSeen(ctx, slug, "", note, by, nil)
}

// publication is what is being published.
type publication struct {
	course         *Course
	slug           string
	hash, note, by string
	decisions      Decisions
}

// PublishSeen is Publish of the draft that somebody has looked at, by its hash: with
// any other it is ErrDraftChanged. made says what becomes of Carries; where it leaves one
// open that is Invalid, with the Carry's key as field.
func (s *Service) PublishSeen(ctx context.Context, slug, hash, note, by string, made Decisions) (*Edition, error) {
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	files, err := s.store.draftFiles(ctx, c.ID)
	if err != nil {
		return nil, fmt.Errorf("course: draft: %w", err)
	}
	if hash != "" && files.Hash() != hash {
		return nil, ErrDraftChanged
	}
	parsed, problems, err := s.examine(ctx, c.ID, files)
	if err != nil {
		return nil, fmt.Errorf("course: publish: %w", err)
	}
	if len(Errors(problems)) > 0 {
		return nil, invalid("The draft has mistakes. Nothing was published.", Errors(problems))
	}
	before, err := s.opened(ctx, slug)
	if err != nil {
		return nil, fmt.Errorf("course: publish: %w", err)
	}
	id, err := s.freeze(ctx, publication{parsed, slug, files.Hash(), note, by, made}, before)
	if err != nil {
		return nil, fmt.Errorf("course: publish: %w", err)
	}
	return s.Edition(ctx, id)
}

// freeze inserts the edition, unless the newest has the same hash. The
// transactions of all publishers meet at the version row first. before are the editions
// so far, the newest first.
func (s *Service) freeze(ctx context.Context, p publication, before []*Edition) (id string, err error) {
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.bump(ctx); err != nil {
			return err
		}
		if err := s.store.lockDraft(ctx, p.slug); err != nil { // not while somebody saves
			return err
		}
		draft, err := s.store.course(ctx, p.slug)
		if err != nil {
			return err
		}
		if draft.DraftHash != p.hash {
			return ErrDraftChanged
		}
		last, found, err := s.store.newest(ctx, draft.ID)
		if err != nil {
			return err
		}
		if found && last.Hash == p.hash {
			id = last.ID
			return nil
		}
		if found && (len(before) == 0 || before[0].ID != last.ID) { // one that this publication does not know
			return ErrDraftChanged
		}
		row := editionRow{
			ID: db.NewID(), CourseID: draft.ID, Number: last.Number + 1, Hash: p.hash, Note: strings.TrimSpace(p.note),
			PublishedAt: db.Truncate(s.d.Now()), PublishedBy: p.by,
		}
		id = row.ID
		if err := s.store.insertEdition(ctx, row); err != nil {
			return err
		}
		s.d.DB.AfterCommit(ctx, s.cache.changed)
		err = s.d.Audit.Record(ctx, audit.Event{Action: "course.publish", ObjectKind: "edition", ObjectID: id,
			Details: map[string]any{"course": p.slug, "number": row.Number, "hash": p.hash}})
		if err != nil {
			return err
		}
		return s.carry(ctx, id, p, before)
	})
	return id, err
}

// Export returns the files of an edition, the same bytes that were imported.
// Number 0 means the draft.
func (s *Service) Export(ctx context.Context, slug string, number int) (Files, error) {
	if number != 0 {
		e, err := s.store.edition(ctx, slug, number)
		if err != nil {
			return nil, err
		}
		return s.store.editionFiles(ctx, e.ID)
	}
	c, err := s.store.course(ctx, slug)
	if err != nil {
		return nil, err
	}
	return s.store.draftFiles(ctx, c.ID)
}

// Download is Export for somebody who takes the files away, and the keys of the exam
// with them: it is audited. media says that the files of its media go too.
func (s *Service) Download(ctx context.Context, slug string, number int, media bool) (files Files, err error) {
	err = s.d.DB.InTx(ctx, func(ctx context.Context) error {
		if files, err = s.Export(ctx, slug, number); err != nil {
			return err
		}
		c, err := s.store.course(ctx, slug)
		if err != nil {
			return err
		}
		return s.d.Audit.Record(ctx, audit.Event{Action: "course.download", ObjectKind: "course", ObjectID: c.ID,
			Details: map[string]any{"slug": slug, "edition": number, "media": media, "hash": files.Hash()}})
	})
	return files, err
}

// Edition returns an edition by its ID, from memory after the first time.
// Callers share it and must not change it.
func (s *Service) Edition(ctx context.Context, id string) (*Edition, error) {
	v, err := s.cache.view(ctx)
	if err != nil {
		return nil, err
	}
	e := v.byID[id]
	if e == nil {
		if v, err = s.cache.viewNow(ctx); err != nil {
			return nil, err
		}
		if e = v.byID[id]; e == nil {
			return nil, ErrNotFound
		}
	}
	return s.cache.open(ctx, e)
}

// Current returns the newest published edition of a course.
func (s *Service) Current(ctx context.Context, slug string) (*Edition, error) {
	v, err := s.cache.view(ctx)
	if err != nil {
		return nil, err
	}
	e := v.current[slug]
	if e == nil {
		return nil, ErrNotFound
	}
	return s.cache.open(ctx, e)
}

// List returns the newest published edition of every course, by slug.
func (s *Service) List(ctx context.Context) ([]*Edition, error) {
	v, err := s.cache.view(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]*Edition, 0, len(v.list))
	for _, e := range v.list {
		ed, err := s.cache.open(ctx, e)
		if err != nil {
			return nil, err
		}
		out = append(out, ed)
	}
	return out, nil
}

// Warm reads and parses what is published, so that nobody waits for it. What
// cannot be read stays for who asks for it; the errors tell of it.
func (s *Service) Warm(ctx context.Context) error {
	v, err := s.cache.view(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range v.list {
		_, err := s.cache.open(ctx, e)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Completable reports whether what withdrawals left of an edition can be completed: a
// lesson, and an exam that can be drawn.
func (s *Service) Completable(ed *Edition) bool {
	return !ed.Hollow() && (s.d.Drawable == nil || s.d.Drawable(ed))
}

// OpenForEnrollment returns nil when people may enroll in the edition. An
// edition that lacks a review which its course asks for is ErrNotReviewed,
// except in the demo (DECISIONS 9). One of which too much was withdrawn to be
// completed is ErrHollow.
func (s *Service) OpenForEnrollment(_ context.Context, ed *Edition) error {
	if !s.Completable(ed) {
		return ErrHollow
	}
	if s.d.Demo || ed.Reviewed() {
		return nil
	}
	return ErrNotReviewed
}

// Demo reports whether enrollment opens without reviews.
func (s *Service) Demo() bool { return s.d.Demo }
