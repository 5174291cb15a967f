package payment

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/audit"
)

// Own returns a person's order by its number; somebody else's is ErrNotFound.
func (s *Service) Own(ctx context.Context, personID, number string) (Order, error) {
	n := ParseNumber(number)
	if n == "" {
		return Order{}, ErrNotFound
	}
	return s.store.one(ctx, "o.number = ? AND o.person_id = ?", n, personID)
}

// ByNumber returns anybody's order, for administrators.
func (s *Service) ByNumber(ctx context.Context, number string) (Order, error) {
	n := ParseNumber(number)
	if n == "" {
		return Order{}, ErrNotFound
	}
	return s.store.one(ctx, "o.number = ?", n)
}

// Get returns anybody's order by its ID, for administrators.
func (s *Service) Get(ctx context.Context, id string) (Order, error) {
	return s.store.one(ctx, "o.id = ?", id)
}

// ByPerson returns a person's orders, the newest first, at most 500.
func (s *Service) ByPerson(ctx context.Context, personID string) ([]Order, error) {
	return s.store.many(ctx, `WHERE o.person_id = ? ORDER BY o.id DESC LIMIT 500`, personID)
}

// List returns a page of orders and whether there are more in the direction
// that was asked for. Errors: Invalid for a damaged key.
func (s *Service) List(ctx context.Context, f Filter) (page []Order, more bool, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	page, err = s.store.list(ctx, f)
	if err != nil {
		return nil, false, err
	}
	if more = len(page) > f.Limit; more {
		page = page[:f.Limit]
	}
	if len(f.Before) > 0 {
		slices.Reverse(page)
	}
	return page, more, nil
}

// Totals sums up the orders of a filter, whatever page it shows, one line a
// currency.
func (s *Service) Totals(ctx context.Context, f Filter) ([]Total, error) {
	return s.store.totals(ctx, f)
}

// RecordListExport records that an administrator took a copy of the list.
func (s *Service) RecordListExport(ctx context.Context, f Filter) error {
	return s.Audit.Record(ctx, audit.Event{Action: "order.export", ObjectKind: "orders",
		Details: map[string]any{"q": f.Query, "state": f.State, "attention": f.Attention}})
}

// History is what happened to an order besides its own states.
type History struct {
	Payments []Payment
	Refunds  []Refund
	Disputes []Dispute
	Events   []EventRecord
}

// History returns what came in, what went back and what Stripe said.
func (s *Service) History(ctx context.Context, orderID string) (h History, err error) {
	if h.Payments, err = s.store.payments(ctx, orderID); err != nil {
		return h, err
	}
	if h.Refunds, err = s.store.refunds(ctx, orderID); err != nil {
		return h, err
	}
	if h.Disputes, err = s.store.disputes(ctx, orderID); err != nil {
		return h, err
	}
	h.Events, err = s.store.events(ctx, orderID)
	return h, err
}

// ClearAttention takes an order off the administrator's list. Errors:
// ErrNotFound.
func (s *Service) ClearAttention(ctx context.Context, orderID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		o, err := s.byID(ctx, orderID)
		if err != nil || o.Attention == "" {
			return err
		}
		if err := s.store.setAttention(ctx, o.ID, ""); err != nil {
			return err
		}
		return s.record(ctx, "order.attention_cleared", o.ID, map[string]any{"was": o.Attention})
	})
}

// The times after which the reconciling job looks at an order again, and after
// which an order without a checkout page is over: Stripe's pages live 24 h.
const (
	uncheckedFor = 10 * time.Minute
	abandonedFor = 24 * time.Hour
	perRun       = 50
)

// Reconcile asks Stripe about sessions that have been open for ten minutes and
// grants, closes or leaves them by the same rules as the webhook; it ends orders
// that nobody took to Stripe, and pushes refunds whose job was given up.
func (s *Service) Reconcile(ctx context.Context) error {
	if s.Gateway == nil {
		return nil
	}
	now := s.now()
	waiting, err := s.store.unchecked(ctx, now.Add(-uncheckedFor), perRun)
	if err != nil {
		return err
	}
	var errs []error
	for _, o := range waiting {
		if err := s.reconcile(ctx, o); err != nil {
			errs = append(errs, fmt.Errorf("payment: order %s: %w", o.ID, err))
		}
	}
	left, err := s.store.abandoned(ctx, now.Add(-abandonedFor), perRun)
	errs = append(errs, err)
	for _, o := range left {
		_, err := s.abandon(ctx, o.ID)
		errs = append(errs, err)
	}
	stuck, err := s.store.stuckRefunds(ctx, perRun)
	errs = append(errs, err)
	for _, id := range stuck {
		errs = append(errs, s.enqueueRefund(ctx, id)) // none while the job waits
	}
	return errors.Join(errs...)
}

// abandon ends an open order that nobody took to Stripe; false if it ended or
// went there meanwhile.
func (s *Service) abandon(ctx context.Context, orderID string) (ended bool, err error) {
	err = s.DB.InTx(ctx, func(ctx context.Context) error {
		if ended, err = s.store.abandon(ctx, orderID, s.now()); err != nil || !ended {
			return err
		}
		return s.record(ctx, "order.expired", orderID, map[string]any{"why": "nobody took it to Stripe"})
	})
	return ended && err == nil, err
}

func (s *Service) reconcile(ctx context.Context, o Order) error {
	// Marked first: an order whose answer always fails must not stand before the
	// others for ever.
	if err := s.store.setChecked(ctx, o.ID, s.now()); err != nil {
		return err
	}
	sess, err := s.Gateway.GetSession(ctx, o.SessionID)
	if err != nil {
		return err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.bySession(ctx, o.ID, sess, true) })
	if refused(err) {
		err = s.DB.InTx(ctx, func(ctx context.Context) error { return s.bySession(ctx, o.ID, sess, false) })
	}
	return err
}

func (s *Service) bySession(ctx context.Context, orderID string, sess Session, enroll bool) error {
	o, err := s.byID(ctx, orderID) // again: it may have changed meanwhile
	if err != nil {
		return err
	}
	switch {
	case sess.Status == "expired":
		_, err = s.closeOrder(ctx, o, sess, Expired)
	case sess.Status == "complete" && !sess.Granting() && (sess.IntentStatus == "requires_payment_method" || sess.IntentStatus == "canceled"):
		_, err = s.closeOrder(ctx, o, sess, Failed) // the bank said no and the event was lost
	case sess.Status == "complete":
		_, err = s.grant(ctx, o, sess, enroll)
	}
	return err
}
