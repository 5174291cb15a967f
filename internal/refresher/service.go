package refresher

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/kept"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/question"
)

// Deps are what a Service needs.
type Deps struct {
	DB   *db.DB
	Now  func() time.Time
	Mail interface {
		Queue(ctx context.Context, to mail.Address, m mail.Message) error
	}
	Editions interface {
		Edition(ctx context.Context, id string) (*course.Edition, error)
	}
	Enrollments interface {
		ListByPerson(ctx context.Context, personID string) ([]enrollment.Enrollment, error)
	}
	// Keys signs the links that stop mails; replicas share the key.
	Keys interface {
		Fingerprint(label string, secret []byte) string
	}
	// Person returns the name and the mail address of a person.
	Person func(ctx context.Context, personID string) (name, email string, err error)
	// Zone is where a person is.
	Zone    func(ctx context.Context, personID string) (*time.Location, error)
	BaseURL string // without a slash at its end
}

// Service is the practice after courses. It is safe for concurrent use.
type Service struct {
	Deps
	retained *kept.Counts[Retention]
}

// New returns the service.
func New(d Deps) *Service { return &Service{d, kept.New[Retention](d.Now)} }

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

// completed is a person's newest time in a course that they completed online. Errors:
// ErrNotFound for who was never in it, ErrNotCompleted, enrollment.ErrLiveEvent.
func (s *Service) completed(ctx context.Context, personID, slug string) (enrollment.Enrollment, error) {
	list, err := s.Enrollments.ListByPerson(ctx, personID)
	if err != nil {
		return enrollment.Enrollment{}, err
	}
	err = ErrNotFound
	for _, e := range list {
		switch {
		case e.Slug != slug:
		case e.State != enrollment.Completed || e.CompletedAt == nil:
			err = ErrNotCompleted
		case e.Attendance != nil:
			err = enrollment.ErrLiveEvent
		default:
			return e, nil
		}
	}
	return enrollment.Enrollment{}, err
}

// Start begins a person's plan after a course, or changes whether they are written to,
// or begins it anew after it was stopped or had ended; what was learned of their memory
// is kept. An earlier time's plan in the same course ends. Repeated it changes
// nothing. Errors: those of completed, ErrNoQuestions.
func (s *Service) Start(ctx context.Context, personID, slug string, byMail bool) error {
	e, err := s.completed(ctx, personID, slug)
	if err != nil {
		return err
	}
	ed, err := s.Editions.Edition(ctx, e.EditionID)
	if err != nil {
		return err
	}
	list := questionsOf(ed)
	if len(list) == 0 {
		return ErrNoQuestions
	}
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		now := s.now()
		if err := s.stopOthers(ctx, e, now); err != nil {
			return err
		}
		p := Plan{ID: db.NewID(), EnrollmentID: e.ID, PersonID: personID, EditionID: e.EditionID, ByMail: byMail, StartedAt: now, EndsAt: now.AddDate(0, 0, Lasts)}
		first, err := s.insertPlan(ctx, p)
		if err != nil {
			return err
		}
		if !first {
			return s.resume(ctx, p, now)
		}
		for _, c := range introduce(p.ID, list, *e.CompletedAt, now) {
			if err := s.insertCard(ctx, c); err != nil {
				return err
			}
		}
		return nil
	})
}

// Stop ends a person's plan after a course. Repeated it changes nothing. Errors:
// ErrNotFound for who has none.
func (s *Service) Stop(ctx context.Context, personID, slug string) error {
	list, err := s.plansOf(ctx, personID, slug)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return ErrNotFound
	}
	for _, p := range list {
		if err := s.stopPlan(ctx, p.ID, s.now()); err != nil {
			return err
		}
	}
	return nil
}

// Standing tells how a person stands after a course. Errors: those of completed.
func (s *Service) Standing(ctx context.Context, personID, slug string) (Standing, error) {
	e, err := s.completed(ctx, personID, slug)
	if err != nil {
		return Standing{}, err
	}
	return s.Of(ctx, e)
}

// Of tells how the person of a completed enrollment stands after it.
func (s *Service) Of(ctx context.Context, e enrollment.Enrollment) (Standing, error) {
	st := Standing{Enrollment: e}
	var err error
	if st.Edition, err = s.Editions.Edition(ctx, e.EditionID); err != nil {
		return st, err
	}
	st.Questions = len(questionsOf(st.Edition))
	p, err := s.planOf(ctx, e.ID)
	if errors.Is(err, ErrNotFound) {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	now := s.now()
	if st.Plan, st.Running = &p, p.Running(now); !st.Running {
		return st, nil
	}
	zone, err := s.Zone(ctx, e.PersonID)
	if err != nil {
		return st, err
	}
	return st, s.look(ctx, &st, now, zone)
}

// look fills in what a running plan asks on a day of the person's.
func (s *Service) look(ctx context.Context, st *Standing, now time.Time, zone *time.Location) (err error) {
	begins, ends := today(now, zone)
	if st.Done, err = s.countReviews(ctx, st.Plan.ID, begins); err != nil {
		return err
	}
	cards, err := s.cardsOf(ctx, st.Plan.ID)
	if err != nil {
		return err
	}
	st.look(cards, ends)
	return nil
}

// Choice is a course after which a person is asked questions.
type Choice struct{ Slug, Title string }

// Choices are the courses after which a person is asked questions now, for the page
// on which they see what they agreed to.
func (s *Service) Choices(ctx context.Context, personID string) ([]Choice, error) {
	plans, err := s.runningPlans(ctx, personID, s.now())
	if err != nil {
		return nil, err
	}
	list := make([]Choice, 0, len(plans))
	for _, p := range plans {
		ed, err := s.Editions.Edition(ctx, p.EditionID)
		if err != nil {
			return nil, err
		}
		list = append(list, Choice{p.Slug, ed.Course.Card.Title})
	}
	return list, nil
}

// Next is the question to ask now; false when nothing is left today.
func (st Standing) Next() (Ask, bool) {
	if st.Due == 0 || st.next == nil {
		return Ask{}, false
	}
	return st.ask(*st.next)
}

func (st Standing) ask(c Card) (Ask, bool) {
	q, ok := st.Edition.Question(c.QuestionID)
	if !ok {
		return Ask{}, false
	}
	return Ask{Question: q, Public: question.Public(q, orderOf(c.PlanID, q, c.Reps+1)), Reps: c.Reps}, true
}
