package share

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/db"
)

// Deps are what a Service needs.
type Deps struct {
	DB           *db.DB
	Now          func() time.Time
	Audit        *audit.Log
	Certificates interface {
		Own(ctx context.Context, personID, typed string) (certificate.Certificate, error)
		Verify(ctx context.Context, typed string) (certificate.Certificate, certificate.History, error)
		Successor(ctx context.Context, c certificate.Certificate) (certificate.Certificate, error)
	}
}

// Service is what holders choose, and what everybody sees of it. It is safe for
// concurrent use.
type Service struct{ Deps }

// New returns the service.
func New(d Deps) *Service { return &Service{d} }

// Own returns a person's own certificate with what they chose. If it was replaced,
// and the replacement is issued, that is returned: the choice is about it.
// Errors: certificate.ErrNotFound for somebody else's, ErrNotIssued.
func (s *Service) Own(ctx context.Context, personID, typed string) (certificate.Certificate, Choice, error) {
	c, err := s.Certificates.Own(ctx, personID, typed)
	for err == nil && c.State == certificate.Superseded {
		var next certificate.Certificate
		next, err = s.Certificates.Successor(ctx, c)
		if apperr.Is(err, apperr.NotFound) || err == nil && !next.Public() {
			err = nil
			break
		}
		c = next
	}
	if err == nil && !c.Public() {
		err = ErrNotIssued
	}
	if err != nil {
		return certificate.Certificate{}, Choice{}, err
	}
	choice, err := s.Of(ctx, c.EnrollmentID)
	return c, choice, err
}

// Save sets what a person shows of their own certificate. Repeated it changes
// nothing. It is audited. Errors: Invalid (shows), and those of Own.
func (s *Service) Save(ctx context.Context, personID, typed string, choice Choice) error {
	if err := choice.check(); err != nil {
		return err
	}
	c, _, err := s.Own(ctx, personID, typed)
	if err != nil {
		return err
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.put(ctx, c.EnrollmentID, personID, choice, db.Truncate(s.Now()))
		if err != nil || !changed {
			return err
		}
		e := audit.Event{Action: "certificate.unshare", ObjectKind: "certificate", ObjectID: c.ID, Details: map[string]any{"number": c.Number}}
		if choice.Shared {
			e.Action = "certificate.share"
			e.Details["shows"], e.Details["search_engines"] = choice.shows(), choice.Listed
		}
		return s.Audit.Record(ctx, e)
	})
}

// Public returns what everybody may know of a certificate, by its number as people
// type it. Errors: ErrNotShared.
func (s *Service) Public(ctx context.Context, typed string) (Shown, error) {
	c, choice, h, err := s.shared(ctx, typed)
	if err != nil {
		return Shown{}, err
	}
	return shown(c, h, choice)
}

// shared reads a certificate that is shared.
func (s *Service) shared(ctx context.Context, typed string) (c certificate.Certificate, choice Choice, h certificate.History, err error) {
	if c, h, err = s.Certificates.Verify(ctx, typed); err == nil {
		choice, err = s.publicOf(ctx, c.EnrollmentID)
	}
	if apperr.Is(err, apperr.NotFound) {
		err = ErrNotShared
	}
	return c, choice, h, err
}

// Badge returns the certificate of which everybody may have the Open Badge. Errors:
// ErrNotShared.
func (s *Service) Badge(ctx context.Context, typed string) (certificate.Certificate, error) {
	c, choice, h, err := s.shared(ctx, typed)
	if err != nil {
		return certificate.Certificate{}, err
	}
	out, err := shown(c, h, choice)
	if err == nil && !out.Badge {
		err = ErrNotShared
	}
	return c, err
}
