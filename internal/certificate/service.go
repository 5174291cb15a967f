package certificate

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
)

// Editions is what this package asks of course.Service.
type Editions interface {
	Edition(ctx context.Context, id string) (*course.Edition, error)
}

// Mailer queues a mail in the transaction of the act.
type Mailer interface {
	Queue(ctx context.Context, to mail.Address, msg mail.Message) error
}

// Provider is who issues, as printed.
type Provider struct {
	Name, Address, SignatoryName, SignatoryTitle string
	BaseURL                                      string // without a slash at the end
}

// Holder is who earned it: Name is the legal name that they confirmed.
type Holder struct{ Name, Email, TimeZone string }

// Deps are what a Service needs.
type Deps struct {
	DB           *db.DB
	Now          func() time.Time
	Audit        *audit.Log
	Queue        *job.Queue
	Mail         Mailer
	Editions     Editions
	Provider     Provider
	Holder       func(ctx context.Context, personID string) (Holder, error)
	Requirements func(ctx context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error)
}

// Service issues, serves, verifies and revokes. It is safe for concurrent use.
type Service struct {
	db           *db.DB
	clock        func() time.Time
	audit        *audit.Log
	queue        *job.Queue
	mail         Mailer
	editions     Editions
	provider     Provider
	holder       func(ctx context.Context, personID string) (Holder, error)
	requirements func(ctx context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error)
}

// New returns the service and registers its job with the queue.
func New(d Deps) *Service {
	s := &Service{db: d.DB, clock: d.Now, audit: d.Audit, queue: d.Queue, mail: d.Mail, editions: d.Editions,
		provider: d.Provider, holder: d.Holder, requirements: d.Requirements}
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

// Verify is ByNumber for the public: what is still being prepared does not
// exist. It returns the history too.
func (s *Service) Verify(ctx context.Context, typed string) (Certificate, []Event, error) {
	c, err := s.ByNumber(ctx, typed)
	if err == nil && !c.Public() {
		err = ErrNotFound
	}
	if err != nil {
		return Certificate{}, nil, err
	}
	events, err := s.events(ctx, c.ID)
	return c, events, err
}

// Own is ByNumber for the holder: NotFound for somebody else's.
func (s *Service) Own(ctx context.Context, personID, typed string) (Certificate, error) {
	c, err := s.ByNumber(ctx, typed)
	if err == nil && c.PersonID != personID {
		return Certificate{}, ErrNotFound
	}
	return c, err
}

// PDF returns the stored bytes, the same every time.
func (s *Service) PDF(ctx context.Context, c Certificate) ([]byte, error) {
	if c.State == Preparing {
		return nil, ErrPreparing
	}
	return s.file(ctx, c.ID)
}

// printed finds a number in a file: the printer writes it uncompressed into
// the document's metadata.
var printed = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{5}`)

// maxCandidates bounds the look-ups that one dropped file can cause.
const maxCandidates = 20

// CheckFile compares a file with what was issued.
func (s *Service) CheckFile(ctx context.Context, file []byte) (FileCheck, error) {
	out := FileCheck{Verdict: Unknown, Hash: digest(file)}
	c, err := s.byHash(ctx, out.Hash)
	if err == nil {
		out.Verdict, out.Certificate = Genuine, &c
		return out, nil
	}
	if !apperr.Is(err, apperr.NotFound) {
		return out, err
	}
	if !bytes.Contains(file[:min(len(file), 1024)], []byte("%PDF-")) {
		return out, nil
	}
	for _, found := range printed.FindAll(file, maxCandidates) {
		c, err := s.ByNumber(ctx, string(found))
		if err == nil && c.Public() {
			out.Verdict, out.Certificate = Altered, &c
			return out, nil
		}
		if err != nil && !apperr.Is(err, apperr.NotFound) {
			return out, err
		}
	}
	return out, nil
}

// Revoke ends a certificate, with a reason that the verification page shows.
// Repeated, it answers ErrNotIssued and changes nothing. It is audited, and the
// holder is told by mail.
func (s *Service) Revoke(ctx context.Context, typed, reason, by string) error {
	reason = strings.TrimSpace(reason)
	if reason == "" || utf8.RuneCountInString(reason) > 500 {
		return apperr.InvalidField("reason", "Give the reason in at most 500 characters. The verification page shows it.")
	}
	c, err := s.ByNumber(ctx, typed)
	if err != nil {
		return err
	}
	holder, err := s.holder(ctx, c.PersonID)
	if err != nil {
		return err
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		changed, err := s.markRevoked(ctx, c.ID, reason, now)
		if err != nil {
			return err
		}
		if !changed {
			return ErrNotIssued
		}
		var actor *string
		if by != "" {
			actor = &by
		}
		if err := s.insertEvent(ctx, Event{ID: db.NewID(), CertificateID: c.ID, Kind: "revoked", Reason: reason, ActorID: actor, At: now}); err != nil {
			return err
		}
		err = s.audit.Record(ctx, audit.Event{Action: "certificate.revoke", ObjectKind: "certificate", ObjectID: c.ID,
			Details: map[string]any{"number": c.Number, "reason": reason}})
		if err != nil {
			return err
		}
		return s.mail.Queue(ctx, mail.Address{Name: holder.Name, Email: holder.Email},
			mail.CertificateRevoked{CourseTitle: c.CourseTitle, Number: c.Number, Reason: reason})
	})
}

// Retry enqueues the printing of a certificate that hangs in preparing, for an
// administrator. It is audited.
func (s *Service) Retry(ctx context.Context, typed string) error {
	c, err := s.ByNumber(ctx, typed)
	if err != nil {
		return err
	}
	if c.State != Preparing {
		return apperr.New(apperr.Conflict, "This certificate is issued already.")
	}
	return s.db.InTx(ctx, func(ctx context.Context) error {
		// Without the unique key of the first job, which may be dead; two prints
		// at once are harmless, since one conditional UPDATE decides.
		if err := s.queue.Enqueue(ctx, JobKind, issueJob{c.ID}); err != nil {
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "certificate.retry", ObjectKind: "certificate", ObjectID: c.ID,
			Details: map[string]any{"number": c.Number}})
	})
}

// Events returns the history of a certificate, oldest first.
func (s *Service) Events(ctx context.Context, id string) ([]Event, error) { return s.events(ctx, id) }
