package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
)

// Service is the use cases of money. It is safe for concurrent use.
type Service struct {
	Deps
	store store
}

const jobRefund = "payment.refund"

// New returns a service and registers its jobs.
func New(d Deps) *Service {
	s := &Service{Deps: d, store: store{d.DB}}
	d.Jobs.Handle(jobRefund, s.onRefund)
	if d.Gateway != nil {
		d.Jobs.Every("payment.reconcile", 5*time.Minute, s.Reconcile)
		d.Jobs.Every("payment.forget", 24*time.Hour, s.ForgetEvents)
	}
	return s
}

func (s *Service) now() time.Time { return db.Truncate(s.Now()) }

var errCursor = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")

// Start returns the person's open order for the current edition of a course,
// making it if there is none: whoever starts twice at once gets one order.
// Nothing is charged and nothing accepted yet. Errors: ErrUnconfirmed, ErrFree,
// ErrCurrency, ErrNoGateway, and the refusals of course and enrollment.
func (s *Service) Start(ctx context.Context, personID, slug string) (Order, error) {
	ed, err := s.Courses.Current(ctx, slug)
	if err != nil {
		return Order{}, err
	}
	card := ed.Course.Card
	if card.PriceCents == 0 {
		return Order{}, ErrFree
	}
	if s.Gateway == nil {
		return Order{}, ErrNoGateway
	}
	if card.Currency != s.Currency {
		return Order{}, ErrCurrency
	}
	p, err := s.mayBuy(ctx, personID, ed)
	if err != nil {
		return Order{}, err
	}
	now := s.now()
	o := Order{
		PersonID: p.ID, CourseID: ed.CourseID, EditionID: ed.ID, Slug: ed.Slug, State: Open,
		AmountCents: card.PriceCents, Currency: card.Currency, Livemode: s.Gateway.Livemode(),
		BuyerName: p.Name, BuyerEmail: p.Email, CourseTitle: card.Title, Seller: s.Seller, CreatedAt: now,
	}
	var open Order
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		kept, err := s.store.fixCurrency(ctx, o.Currency, now)
		if err != nil {
			return err
		}
		if kept != o.Currency { // the setting was changed after the first order
			return ErrCurrency
		}
		open, err = s.openOrder(ctx, o)
		return err
	})
	if err != nil {
		return Order{}, err
	}
	return open, nil
}

// openOrder inserts o or returns the one that is open. One that was not taken
// to Stripe and names another edition or price than today's gives way, and so
// does one of another mode: nobody can pay it here.
func (s *Service) openOrder(ctx context.Context, o Order) (Order, error) {
	for range 5 {
		o.ID, o.Number = db.NewID(), newNumber()
		inserted, err := s.store.insertOrder(ctx, o)
		if err != nil {
			return Order{}, err
		}
		if inserted {
			return o, s.record(ctx, "order.open", o.ID, map[string]any{"number": o.Number, "course": o.Slug, "cents": o.AmountCents, "currency": o.Currency})
		}
		open, err := s.store.one(ctx, `o.person_id = ? AND o.course_id = ? AND o.state = 'open'`, o.PersonID, o.CourseID)
		switch {
		case errors.Is(err, ErrNotFound): // the number was taken, or the other has just been closed
		case err != nil:
			return Order{}, err
		case open.Livemode == o.Livemode && (open.SessionID != "" || open.EditionID == o.EditionID && open.AmountCents == o.AmountCents):
			return open, nil
		default:
			if _, err := s.abandon(ctx, open.ID, "gave way to another order"); err != nil {
				return Order{}, err
			}
		}
	}
	return Order{}, errors.New("payment: no order could be opened in five tries")
}

// mayBuy checks everything that would stop an enrollment, before money moves.
func (s *Service) mayBuy(ctx context.Context, personID string, ed *course.Edition) (account.Person, error) {
	p, err := s.People.Get(ctx, personID)
	if err != nil {
		return p, err
	}
	if p.EmailConfirmedAt == nil {
		return p, ErrUnconfirmed
	}
	if err := s.Courses.OpenForEnrollment(ctx, ed); err != nil {
		return p, err
	}
	return p, s.Enrollments.MayEnroll(ctx, personID, ed)
}

// Checkout accepts the policies and returns the address of Stripe's page. Asked
// twice it returns the same page. accepted must name every policy in the
// version in force. Errors: ErrNotFound (also somebody else's), ErrPaid,
// ErrPending, ErrOver, ErrMode, ErrPolicies, ErrStripe, and those of Start.
func (s *Service) Checkout(ctx context.Context, personID, number string, accepted []PolicyVersion) (redirectURL string, err error) {
	o, err := s.Own(ctx, personID, number)
	if err != nil {
		return "", err
	}
	if err := s.CanPay(ctx, o); err != nil {
		return "", err
	}
	if o.SessionID != "" {
		return o.SessionURL, nil
	}
	if err := s.accept(ctx, o, accepted); err != nil {
		return "", err
	}
	return s.openSession(ctx, o)
}

// Returned notes that a buyer came back from Stripe's page. It grants nothing: it
// keeps pages from asking them to pay again while Stripe's word is on its way.
func (s *Service) Returned(ctx context.Context, o Order) error {
	if o.State != Open || o.SessionID == "" || o.ReturnedAt != nil {
		return nil
	}
	return s.store.returned(ctx, o.ID, s.now())
}

// CanPay says whether an order can be paid now, nil if so. Errors: those of
// Checkout but ErrNotFound, ErrPolicies and ErrStripe.
func (s *Service) CanPay(ctx context.Context, o Order) error {
	if err := o.mayPay(); err != nil {
		return err
	}
	if s.Gateway == nil {
		return ErrNoGateway
	}
	if o.Livemode != s.Gateway.Livemode() {
		return ErrMode
	}
	ed, err := s.Courses.Edition(ctx, o.EditionID)
	if err != nil {
		return err
	}
	_, err = s.mayBuy(ctx, o.PersonID, ed)
	return err
}

// openSession asks Stripe for the order's page and returns its address, or that
// of the page that another click made meanwhile.
func (s *Service) openSession(ctx context.Context, o Order) (string, error) {
	at := s.BaseURL + "/checkout/" + o.Number
	sess, err := s.Gateway.CreateSession(ctx, o, at+"/return", at+"?canceled=yes")
	if _, spent := errors.AsType[spentKeyError](err); spent {
		return "", errors.Join(err, s.store.nextTry(ctx, o))
	}
	if err != nil {
		return "", err
	}
	if sess.URL == "" || sess.ID == "" {
		return "", apperr.Wrap(apperr.Unavailable, ErrStripe.Msg, fmt.Errorf("session %q of order %s has no address", sess.ID, o.ID))
	}
	var url string
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		url = sess.URL
		changed, err := s.store.setSession(ctx, o.ID, sess, s.now())
		if err != nil {
			return err
		}
		if !changed {
			o, err := s.byID(ctx, o.ID)
			url = o.SessionURL
			return err
		}
		return s.record(ctx, "order.session", o.ID, map[string]any{"session": sess.ID, "cents": o.AmountCents, "currency": o.Currency})
	})
	return url, err
}

// record writes an audit event about an order.
func (s *Service) record(ctx context.Context, action, orderID string, details map[string]any) error {
	return s.Audit.Record(ctx, audit.Event{Action: action, ObjectKind: "order", ObjectID: orderID, Details: details})
}
