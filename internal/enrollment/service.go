package enrollment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

// Editions is what this package asks of course.Service. The answer is shared
// and never changed.
type Editions interface {
	Edition(ctx context.Context, id string) (*course.Edition, error)
}

// Deps are what a Service stands on. The hooks and Person may be set after New
// and before the first use.
type Deps struct {
	DB       *db.DB
	Now      func() time.Time
	Audit    *audit.Log
	Mail     *mail.Mailer
	Editions Editions
	// EditionNow is Editions as the transaction in ctx sees it, with what was recorded
	// beside an edition a moment ago; nil: Editions is.
	EditionNow func(ctx context.Context, id string) (*course.Edition, error)
	// Newest returns the edition of a course in which people enroll.
	Newest func(ctx context.Context, slug string) (*course.Edition, error)
	// Group commits answers and active time together.
	Group *db.Group
	// BaseURL begins the links in mails; it has no slash at its end.
	BaseURL string
	// Person returns the name and the mail address of a person.
	Person func(ctx context.Context, personID string) (name, email string, err error)
	// Reachable tells whether a person may be written to: their account is not closed.
	// nil: everybody.
	Reachable func(ctx context.Context, personID string) (bool, error)
	// Zone is where a person is, for the dates in mails; nil: UTC.
	Zone func(ctx context.Context, personID string) (*time.Location, error)
	// CertificateRevoked tells whether what an enrollment earned was taken back; in a
	// transaction it stays so until that is over. nil: never.
	CertificateRevoked func(ctx context.Context, enrollmentID string) (bool, error)
	// CertificatesRevoked tells the same of many, at most db.MaxPage, without holding
	// anything; nil: they are asked one by one.
	CertificatesRevoked func(ctx context.Context, enrollmentIDs []string) (map[string]bool, error)
	// Open says whether people may enroll in an edition; nil: always. A paid order
	// is not asked: its buyer was let in before the money moved.
	Open func(ctx context.Context, ed *course.Edition) error
	// Asks is what accreditors ask for of an enrollment beside its edition, where the
	// credit by them is live on the day of an instant; nil: nothing.
	Asks func(ctx context.Context, e Enrollment, ed *course.Edition, at time.Time) (Asks, error)
	// HasLicense says whether a person lists a license that a certificate of that
	// instant would print. It is set wherever Asks is.
	HasLicense func(ctx context.Context, personID string, at time.Time) (bool, error)
	// OnComplete runs once in the transaction in which an enrollment becomes
	// completed; its error undoes the act.
	OnComplete func(ctx context.Context, e Enrollment) error
	// OnExtend runs twice in the transaction in which the end of an enrollment's
	// access moves, before and after its row is held; nil: nothing depends on it.
	OnExtend func(ctx context.Context, enrollmentID string, until time.Time) error
}

// Service is the way through a course. It is safe for concurrent use.
type Service struct {
	Deps
	sql   statements
	slugs slugs
	once  *once.Log
}

// New returns a service on d.
func New(d Deps) *Service {
	return &Service{Deps: d, sql: newStatements(d.DB.Engine()), slugs: slugs{m: map[lessonAddress]string{}}, once: once.New(d.DB, d.Now)}
}

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

// NewEnrollment asks for an enrollment. Source is order, free, admin or seat;
// OrderID names the order where there is one.
type NewEnrollment struct {
	PersonID, EditionID, Source, OrderID string
}

// Enroll places a person in an edition, in the transaction that ctx carries or
// in one of its own, and queues the mail unless an order's receipt says it
// already. Repeated with the same order it returns the enrollment that the
// order made. Errors: ErrAlreadyEnrolled while one is open, ErrNotRepeatable and
// ErrTooEarly by the course's repeat_after (DECISIONS 2), and the refusal of
// Deps.Open unless an order was paid.
func (s *Service) Enroll(ctx context.Context, p NewEnrollment) (Enrollment, error) {
	ed, err := s.Editions.Edition(ctx, p.EditionID)
	if err != nil {
		return Enrollment{}, err
	}
	var e Enrollment
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		last, found, err := s.lastCycle(ctx, p.PersonID, ed.CourseID)
		if err != nil {
			return err
		}
		if found && p.OrderID != "" && last.OrderID == p.OrderID {
			e = last
			return nil
		}
		if found {
			if err := s.admit(ctx, ed, last); err != nil {
				return err
			}
		}
		if s.Open != nil && p.Source != "order" {
			if err := s.Open(ctx, ed); err != nil {
				return err
			}
		}
		e = s.place(ed, p, last.Cycle+1)
		inserted, err := s.insert(ctx, e)
		if err != nil {
			return err
		}
		if inserted {
			return s.announce(ctx, ed, e)
		}
		// Somebody was faster: the same order, or another way in.
		e, _, err = s.lastCycle(ctx, p.PersonID, ed.CourseID)
		if err == nil && (p.OrderID == "" || e.OrderID != p.OrderID) {
			err = ErrAlreadyEnrolled
		}
		return err
	})
	if err != nil {
		return Enrollment{}, err
	}
	return e, nil
}

func (s *Service) place(ed *course.Edition, p NewEnrollment, cycle int) Enrollment {
	now := s.now()
	return Enrollment{
		ID: db.NewID(), PersonID: p.PersonID, CourseID: ed.CourseID, EditionID: ed.ID, Slug: ed.Slug,
		Cycle: cycle, State: Active, Source: p.Source, OrderID: p.OrderID,
		EnrolledAt: now, ExpiresAt: now.AddDate(0, 0, max(1, ed.Course.Card.AccessDays)),
	}
}

// MayEnroll says whether the rule of cycles lets a person into the edition now,
// without doing anything: nil, or the refusal of Enroll.
func (s *Service) MayEnroll(ctx context.Context, personID string, ed *course.Edition) error {
	last, found, err := s.lastCycle(ctx, personID, ed.CourseID)
	if err != nil || !found {
		return err
	}
	return s.mayRepeat(ctx, ed, last, past{}, s.now())
}

// admit asks the rule of cycles, and ends here what has run out unnoticed,
// because the index on open enrollments does not look at the clock.
func (s *Service) admit(ctx context.Context, ed *course.Edition, last Enrollment) error {
	if err := s.mayRepeat(ctx, ed, last, past{}, s.now()); err != nil {
		return err
	}
	now := s.now()
	if last.State == Active && last.At(now).State == Expired {
		_, err := s.expire(ctx, last.ID, now)
		return err
	}
	return nil
}

// past is what was read for many people at once of what the rule of cycles asks about
// one; what is not there is read when it is needed.
type past struct {
	all     []Enrollment    // of the person in the course, by cycle
	revoked map[string]bool // whether the certificate of an enrollment is, by its ID
}

// mayRepeat is the rule of cycles for somebody who begins again on a day, after last
// and all that they have begun before it.
func (s *Service) mayRepeat(ctx context.Context, ed *course.Edition, last Enrollment, p past, day time.Time) error {
	if err := s.mayFollow(ctx, ed, last, p, day); err != nil || last.Cycle == 1 {
		return err
	}
	return s.earlierLet(ctx, ed, last, p, day)
}

// earlierLet asks the rule of the cycles before one. A certificate that was revoked
// when that began, and was reinstated since, stands against another.
func (s *Service) earlierLet(ctx context.Context, ed *course.Edition, e Enrollment, p past, day time.Time) (err error) {
	if p.all == nil {
		if p.all, err = s.ofPeople(ctx, e.CourseID, []string{e.PersonID}); err != nil {
			return err
		}
	}
	for _, before := range p.all {
		if before.Cycle >= e.Cycle {
			break
		}
		if err := s.mayFollow(ctx, ed, before, p, day); err != nil {
			return err
		}
	}
	return nil
}

// mayFollow is the rule for what follows one enrollment. Who completed a course and
// was refunded, or was recorded as attending an event, waits like everybody who has a
// certificate, unless it was revoked.
func (s *Service) mayFollow(ctx context.Context, ed *course.Edition, last Enrollment, p past, day time.Time) error {
	switch last.At(s.now()).State {
	case Pending, Active:
		return ErrAlreadyEnrolled
	case Completed:
		if last.Attendance == nil {
			return waited(ed, last, day)
		}
		return s.unlessRevoked(ctx, ed, last, p, day)
	case Refunded:
		if last.CompletedAt == nil {
			return nil
		}
		return s.unlessRevoked(ctx, ed, last, p, day)
	}
	return nil
}

// unlessRevoked is waited for whoever still has the certificate.
func (s *Service) unlessRevoked(ctx context.Context, ed *course.Edition, last Enrollment, p past, day time.Time) (err error) {
	revoked, known := p.revoked[last.ID]
	if !known && s.CertificateRevoked != nil {
		if revoked, err = s.CertificateRevoked(ctx, last.ID); err != nil {
			return err
		}
	}
	if revoked {
		return nil
	}
	return waited(ed, last, day)
}

// waited is the course's repeat_after, counted from the completion.
func waited(ed *course.Edition, last Enrollment, day time.Time) error {
	days := ed.Course.Card.RepeatAfterDays
	if days == 0 {
		return ErrNotRepeatable
	}
	if last.CompletedAt.AddDate(0, 0, days).After(day) {
		return ErrTooEarly
	}
	return nil
}

// InCourse returns every enrollment of a person in a course, by cycle.
func (s *Service) InCourse(ctx context.Context, personID, courseID string) ([]Enrollment, error) {
	list, err := s.ofPeople(ctx, courseID, []string{personID})
	for i := range list {
		list[i] = list[i].At(s.now())
	}
	return list, err
}

// MayStandBeside reports whether what two enrollments of a person in a course earn
// counts twice: by the edition of the second, the course could be taken again when
// that one began.
func MayStandBeside(first, second Enrollment, ed *course.Edition) bool {
	return first.CompletedAt == nil || waited(ed, first, second.begun()) == nil
}

// begun is the instant to which the course's repeat_after counts.
func (e Enrollment) begun() time.Time {
	if e.Attendance != nil {
		return e.Attendance.EndsAt
	}
	return e.EnrolledAt
}

// reasonExpired stands where nobody gave another.
const reasonExpired = "access ended"

// announce records an administrator's act and queues the mail.
func (s *Service) announce(ctx context.Context, ed *course.Edition, e Enrollment) error {
	details := map[string]any{"person": e.PersonID, "course": e.Slug, "edition": ed.Number, "cycle": e.Cycle, "source": e.Source, "order": e.OrderID}
	if err := s.record(ctx, "enrollment.create", e.ID, details); err != nil {
		return err
	}
	if e.Source == "order" {
		return nil
	}
	until, err := s.there(ctx, e.PersonID, e.ExpiresAt)
	if err != nil {
		return err
	}
	return s.mailTo(ctx, e.PersonID, mail.Enrolled{CourseTitle: ed.Course.Card.Title, LearnLink: s.link(e), AccessUntil: until})
}

// there is an instant as a person's own clock shows it.
func (s *Service) there(ctx context.Context, personID string, at time.Time) (time.Time, error) {
	if s.Zone == nil {
		return at, nil
	}
	zone, err := s.Zone(ctx, personID)
	if err != nil {
		return at, err
	}
	return at.In(zone), nil
}

func (s *Service) record(ctx context.Context, action, id string, details map[string]any) error {
	return s.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: "enrollment", ObjectID: id, Details: details})
}

func (s *Service) mailTo(ctx context.Context, personID string, m mail.Message) error {
	name, email, err := s.Person(ctx, personID)
	if err != nil {
		return err
	}
	return s.Mail.Queue(ctx, mail.Address{Name: name, Email: email}, m)
}

func (s *Service) link(e Enrollment) string { return s.BaseURL + "/learn/" + e.Slug }

// Get returns an enrollment by its ID, whoever it belongs to.
func (s *Service) Get(ctx context.Context, id string) (Enrollment, error) {
	e, err := s.byID(ctx, id)
	return e.At(s.now()), err
}

// Find returns a person's enrollment in a course by its address; cycle 0 is
// the newest.
func (s *Service) Find(ctx context.Context, personID, slug string, cycle int) (Enrollment, error) {
	e, err := s.find(ctx, personID, slug, cycle)
	return e.At(s.now()), err
}

// ListByPerson returns all enrollments of a person, the newest first.
func (s *Service) ListByPerson(ctx context.Context, personID string) ([]Enrollment, error) {
	list, err := s.byPerson(ctx, personID)
	for i := range list {
		list[i] = list[i].At(s.now())
	}
	return list, err
}

// AddEvidence adds what the learner did; the same kind and ref counts once.
func (s *Service) AddEvidence(ctx context.Context, enrollmentID string, ev Evidence) error {
	details := []byte("{}")
	if len(ev.Details) > 0 {
		var err error
		if details, err = json.Marshal(ev.Details); err != nil {
			return fmt.Errorf("enrollment: details of %s: %w", ev.Kind, err)
		}
	}
	return s.insertEvidence(ctx, enrollmentID, ev.Kind, ev.Ref, string(details), db.Truncate(ev.OccurredAt))
}

// Evidence lists what is recorded, oldest first.
func (s *Service) Evidence(ctx context.Context, enrollmentID string) ([]Evidence, error) {
	return s.evidenceOf(ctx, enrollmentID)
}
