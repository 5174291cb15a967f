package team

import (
	"context"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/once"
)

// Account is what the team needs to know of an account.
type Account struct {
	PersonID          string
	Instructor, Guest bool
}

// Deps are what a Service stands on.
type Deps struct {
	DB    *db.DB
	Now   func() time.Time
	Audit *audit.Log
	// FindAccount finds an account by its address, one that can be used. Errors:
	// NotFound.
	FindAccount func(ctx context.Context, email string) (Account, error)
	// Named runs in the transaction in which somebody gets a part in a course that they did
	// not have: they are told. nil: nobody is.
	Named func(ctx context.Context, slug string, m Member) error
	// Tried counts how often somebody names people, and refuses too much of it as
	// Limited; nil: nothing is too much.
	Tried func(ctx context.Context, by string) error
	Zone  *time.Location // the provider's, in which a last day is a day; nil: UTC
}

// Service is the use cases. It is safe for concurrent use.
type Service struct {
	Deps
	once *once.Log
	read sync.Map // reader → nothing: who is on record as one
}

// New returns the service.
func New(d Deps) *Service {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	if d.Tried == nil {
		d.Tried = func(context.Context, string) error { return nil }
	}
	return &Service{Deps: d, once: once.New(d.DB, d.Now)}
}

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

// Rights are what somebody may do with a course, by its short name. Whoever may not
// even read it gets ErrNoCourse, as for a course that is not there.
func (s *Service) Rights(ctx context.Context, slug string, v Viewer) (Rights, error) {
	st, found, err := s.standing(ctx, slug, v.PersonID)
	switch {
	case err != nil:
		return Rights{}, err
	case !found:
		return Rights{}, ErrNoCourse
	}
	r := st.rights(v, s.now())
	if !r.Read {
		return Rights{}, ErrNoCourse
	}
	return r, nil
}

// Ended reports whether somebody was named for a course, by its short name. It is asked
// of who has no rights in it: then their access is over.
func (s *Service) Ended(ctx context.Context, slug, personID string) (bool, error) {
	return s.wasNamed(ctx, slug, personID)
}

// rights are those of a viewer in the course; the zero Rights for who may not even
// read it.
func (st standing) rights(v Viewer, now time.Time) Rights {
	if v.Administrator || v.Instructor && !st.Owned {
		return all
	}
	r := st.member().rights(now)
	if r.Write && !v.Instructor { // the account lost what an author needs
		r = Editor.rights()
	}
	if !v.Instructor && !v.Guest {
		return Rights{}
	}
	return r
}

// RightsByCourse are what somebody may do with each course, by its ID. What they may
// not read is not in it.
func (s *Service) RightsByCourse(ctx context.Context, v Viewer) (map[string]Rights, error) {
	list, err := s.standings(ctx, v.PersonID)
	rights := make(map[string]Rights, len(list))
	for _, st := range list {
		if r := st.rights(v, s.now()); r.Read {
			rights[st.CourseID] = r
		}
	}
	return rights, err
}

// Visible tells which courses, by their short names, somebody may read.
func (s *Service) Visible(ctx context.Context, v Viewer) (func(slug string) bool, error) {
	if v.Administrator {
		return func(string) bool { return true }, nil
	}
	list, err := s.standings(ctx, v.PersonID)
	if err != nil {
		return nil, err
	}
	now, may := s.now(), map[string]bool{}
	for _, st := range list {
		may[st.Slug] = st.rights(v, now).Read
	}
	return func(slug string) bool { return may[slug] }, nil
}

// Unwritable are the courses, by their short names, that somebody may not write.
func (s *Service) Unwritable(ctx context.Context, v Viewer) ([]string, error) {
	list, err := s.standings(ctx, v.PersonID)
	now, slugs := s.now(), []string(nil)
	for _, st := range list {
		if !st.rights(v, now).Write {
			slugs = append(slugs, st.Slug)
		}
	}
	return slugs, err
}

// rights are those of a membership, none when it is over.
func (m Member) rights(now time.Time) Rights {
	if m.Ended(now) {
		return Rights{}
	}
	return m.Role.rights()
}
