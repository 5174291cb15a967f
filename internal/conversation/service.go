package conversation

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

// Mailer queues a mail in the transaction of the act.
type Mailer interface {
	Queue(ctx context.Context, to mail.Address, msg mail.Message) error
}

// Editions finds what threads are about.
type Editions interface {
	Edition(ctx context.Context, id string) (*course.Edition, error)
	Editions(ctx context.Context, slug string) ([]course.Published, error)
}

// Lessons opens a lesson to its learner, or says why it does not, and finds the
// edition that they are in.
type Lessons interface {
	Find(ctx context.Context, personID, slug string, cycle int) (enrollment.Enrollment, error)
	LessonView(ctx context.Context, personID, slug string, cycle int, lesson string) (enrollment.View, error)
}

// Staff is somebody who works on courses, with what they see.
type Staff struct {
	account.Person
	Reach Reach
}

// Deps are what a Service needs.
type Deps struct {
	DB       *db.DB
	Now      func() time.Time
	Audit    *audit.Log
	Mail     Mailer
	Editions Editions
	Lessons  Lessons
	// Person returns an account as it stands now.
	Person func(ctx context.Context, personID string) (account.Person, error)
	// Staff lists those who work on courses and may be told by mail.
	Staff   func(ctx context.Context) ([]Staff, error)
	Keys    limit.Keys
	BaseURL string // without a slash at the end, for links in mails
}

// Service answers for threads, notes and digests. It is safe for concurrent use.
type Service struct {
	d      Deps
	limits *limit.Limiter
	once   *once.Log
}

// The limits on what one person writes.
var (
	perAsk = limit.Rule{Door: "conversation ask", Max: 20, Per: 24 * time.Hour}
	perAdd = limit.Rule{Door: "conversation add", Max: 40, Per: 24 * time.Hour}
)

// What somebody reads who came to a limit: what it is, and how long to wait.
const (
	askedOut = "You can send %d questions and reports in 24 hours. You can send the next one in %s."
	addedOut = "You can add to your questions or change them %d times in 24 hours. You can do it again in %s."
)

// New returns the service.
func New(d Deps) *Service {
	return &Service{d: d, limits: limit.New(d.DB, d.Now, d.Keys), once: once.New(d.DB, d.Now)}
}

func (s *Service) now() time.Time { return db.Truncate(s.d.Now()) }

// allow counts what a person writes, and refuses with Limited in the words given.
func (s *Service) allow(ctx context.Context, r limit.Rule, personID, words string) error {
	err := s.limits.Allow(ctx, r, personID)
	if !apperr.Is(err, apperr.Limited) {
		return err
	}
	e := apperr.Newf(apperr.Limited, words, r.Max, limit.Wait(apperr.AfterOf(err)))
	e.After = apperr.AfterOf(err)
	return e
}

// place finds the lesson that a thread is about.
func (s *Service) place(ctx context.Context, t Thread) (Placed, error) {
	ed, err := s.d.Editions.Edition(ctx, t.EditionID)
	if err != nil {
		return Placed{}, err
	}
	l, ok := ed.LessonByID(t.LessonID)
	if !ok {
		return Placed{}, fmt.Errorf("conversation: edition %s has no lesson %q", ed.ID, t.LessonID)
	}
	return Placed{Thread: t, Edition: ed, Lesson: l}, nil
}

func (s *Service) placeAll(ctx context.Context, list []Thread) ([]Placed, error) {
	out := make([]Placed, 0, len(list))
	for _, t := range list {
		p, err := s.place(ctx, t)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

// record leaves an audit event about a thread.
func (s *Service) record(ctx context.Context, action, threadID string, details map[string]any) error {
	return s.d.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: "conversation", ObjectID: threadID, Details: details})
}

// tell queues a mail to who asked, unless the account was erased or is blocked.
func (s *Service) tell(ctx context.Context, t Thread, msg mail.Message) error {
	p, err := s.d.Person(ctx, t.PersonID)
	if err != nil || p.ErasedAt != nil || p.BlockedAt != nil {
		return err
	}
	return s.d.Mail.Queue(ctx, mail.Address{Name: p.Name, Email: p.Email, PersonID: p.ID}, msg)
}

func (s *Service) link(t Thread) string { return s.d.BaseURL + "/questions/" + t.ID }
