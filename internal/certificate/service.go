package certificate

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

// Editions is what this package asks of course.Service.
type Editions interface {
	EditionNow(ctx context.Context, id string) (*course.Edition, error)
	EditionAsOf(ctx context.Context, id, overlays string) (*course.Edition, error)
}

// Mailer queues a mail in the transaction of the act.
type Mailer interface {
	Queue(ctx context.Context, to mail.Address, msg mail.Message) error
}

// Provider is who issues, as printed.
type Provider struct {
	Name, Address, SignatoryName, SignatoryTitle string
	Signature                                    string         // hash of the signatory's, see UseSignature
	Paper                                        string         // LetterPaper or A4Paper; empty: letter
	BaseURL                                      string         // without a slash at the end
	Zone                                         *time.Location // where the provider is; nil: UTC
}

// The sizes of paper.
const (
	LetterPaper = "letter"
	A4Paper     = "a4"
)

func (p Provider) zone() *time.Location {
	if p.Zone == nil {
		return time.UTC
	}
	return p.Zone
}

// Holder is who earned it: Name is their legal name as the account has it now.
// Email is empty when nobody can be reached there any more.
type Holder struct {
	Name, Email, TimeZone string
	// NoLegalName says that nobody gave one: Name is what the account shows. It
	// serves where the holder saw it before their last act, and nowhere else.
	NoLegalName bool
}

// Deps are what a Service needs.
type Deps struct {
	DB           *db.DB
	Now          func() time.Time
	Audit        *audit.Log
	Queue        *job.Queue
	Mail         Mailer
	Editions     Editions
	Enrollments  Enrollments
	Provider     Provider
	Holder       func(ctx context.Context, personID string) (Holder, error)
	Requirements func(ctx context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error)
	// Licenses are those of the holder that are live on the day, all of which are
	// printed; nil prints none.
	Licenses func(ctx context.Context, personID string, day time.Time) ([]License, error)
	// Credit are the lines that a completed enrollment earns in an edition; nil earns
	// none.
	Credit func(ctx context.Context, e enrollment.Enrollment, ed *course.Edition) ([]CreditLine, error)
	Log    Log
	// Keys are those that sign now: asked for each time, since one may be retired or
	// distrusted at any moment.
	Keys func(ctx context.Context) (Signing, error)
	// AttestedName is the legal name that the learner attested before an exam
	// attempt: the one that is printed (DECISIONS 5).
	AttestedName func(ctx context.Context, attemptID string) (string, error)
}

// Service issues, serves, verifies, replaces and revokes. It is safe for
// concurrent use.
type Service struct {
	db           *db.DB
	clock        func() time.Time
	audit        *audit.Log
	queue        *job.Queue
	once         *once.Log
	mail         Mailer
	editions     Editions
	enrollments  Enrollments
	provider     Provider
	holder       func(ctx context.Context, personID string) (Holder, error)
	requirements func(ctx context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error)
	licenses     func(ctx context.Context, personID string, day time.Time) ([]License, error)
	credit       func(ctx context.Context, e enrollment.Enrollment, ed *course.Edition) ([]CreditLine, error)
	log          Log
	keys         func(ctx context.Context) (Signing, error)
	attestedName func(ctx context.Context, attemptID string) (string, error)
	signatures   sync.Map // hash → *pdf.Picture: pictures never change
}

// New returns the service and registers its job with the queue.
func New(d Deps) *Service {
	s := &Service{db: d.DB, clock: d.Now, audit: d.Audit, queue: d.Queue, once: once.New(d.DB, d.Now), mail: d.Mail, editions: d.Editions, enrollments: d.Enrollments,
		provider: d.Provider, holder: d.Holder, requirements: d.Requirements, licenses: d.Licenses, credit: d.Credit, log: d.Log, keys: d.Keys, attestedName: d.AttestedName}
	d.Queue.Handle(JobKind, s.issue)
	return s
}

func (s *Service) now() time.Time { return db.Truncate(s.clock()) }

// ByNumber returns a certificate by its number as people type it, whatever its
// state; NotFound for anything that is not a number of ours.
func (s *Service) ByNumber(ctx context.Context, typed string) (Certificate, error) {
	n, ok := number.Parse(typed)
	if !ok {
		return Certificate{}, ErrNotFound
	}
	return s.byNumber(ctx, n)
}

// Verify is ByNumber for the public: what was never issued does not exist. It
// returns the history too; the two together are two reads.
func (s *Service) Verify(ctx context.Context, typed string) (Certificate, History, error) {
	c, err := s.ByNumber(ctx, typed)
	if err == nil && !c.Public() {
		err = ErrNotFound
	}
	if err != nil {
		return Certificate{}, History{}, err
	}
	h, err := s.History(ctx, c)
	return c, h, err
}

// Own is ByNumber for the holder: NotFound for somebody else's.
func (s *Service) Own(ctx context.Context, personID, typed string) (Certificate, error) {
	c, err := s.ByNumber(ctx, typed)
	if err == nil && c.PersonID != personID {
		err = ErrNotFound
	}
	if err != nil {
		return Certificate{}, err
	}
	return c, nil
}

// PDF returns the stored bytes, the same every time. Errors: ErrPreparing,
// ErrNoFile. Bytes that are no longer those that were issued are a fault, not
// served.
func (s *Service) PDF(ctx context.Context, c Certificate) ([]byte, error) {
	if err := c.handedOut(); err != nil {
		return nil, err
	}
	file, err := s.file(ctx, c.ID)
	if err == nil && digest(file) != c.PDFHash {
		err = fmt.Errorf("certificate: the stored file of %s is damaged", c.Number)
	}
	if err != nil {
		return nil, err
	}
	return file, nil
}

// handedOut says why a certificate has no files: ErrPreparing, ErrNoFile.
func (c Certificate) handedOut() error {
	switch {
	case c.State == Preparing:
		return ErrPreparing
	case !c.Public():
		return ErrNoFile
	}
	return nil
}
