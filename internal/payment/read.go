package payment

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// FixedCurrency returns the currency of the first order, which all others have
// too; "" before it.
func (s *Service) FixedCurrency(ctx context.Context) (string, error) {
	return s.store.fixedCurrency(ctx)
}

// Own returns a person's order by its number; somebody else's is ErrNotFound.
func (s *Service) Own(ctx context.Context, personID, number string) (Order, error) {
	n := ParseNumber(number)
	if n == "" {
		return Order{}, ErrNotFound
	}
	return s.store.one(ctx, "o.number = ? AND o.person_id = ?", n, personID)
}

// ByNumber returns anybody's order with its open alerts, for administrators.
func (s *Service) ByNumber(ctx context.Context, number string) (Order, error) {
	n := ParseNumber(number)
	if n == "" {
		return Order{}, ErrNotFound
	}
	o, err := s.store.one(ctx, "o.number = ?", n)
	if err != nil {
		return Order{}, err
	}
	list := []Order{o}
	err = s.addAlerts(ctx, list)
	return list[0], err
}

// Get returns anybody's order by its ID, for administrators.
func (s *Service) Get(ctx context.Context, id string) (Order, error) {
	return s.store.one(ctx, "o.id = ?", id)
}

// ByPerson returns a person's orders, the newest first, at most 500.
func (s *Service) ByPerson(ctx context.Context, personID string) ([]Order, error) {
	return s.store.many(ctx, `WHERE o.person_id = ? ORDER BY o.id DESC LIMIT 500`, personID)
}

// Underway are a person's orders whose payment is on its way, or not confirmed
// yet: there is no enrollment, and nothing to pay again.
func (s *Service) Underway(ctx context.Context, personID string) ([]Order, error) {
	return s.store.many(ctx, `WHERE o.person_id = ? AND o.state = 'open' AND (o.pending_at IS NOT NULL OR o.returned_at IS NOT NULL)
		ORDER BY o.id LIMIT 50`, personID)
}

// List returns a page of orders with their open alerts, and whether there are
// more in the direction that was asked for. Errors: Invalid for a damaged key.
func (s *Service) List(ctx context.Context, f Filter) (page []Order, more bool, err error) {
	f.Limit = db.PageLimit(f.Limit)
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
	return page, more, s.addAlerts(ctx, page)
}

// Each calls fn with every order of the filtered list, in its order, without
// loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Order) error) error {
	f.After, f.Before, f.Limit = nil, nil, db.MaxPage
	return db.Walk(func(last *Order) ([]Order, bool, error) {
		if last != nil {
			f.After = f.Key(*last)
		}
		return s.List(ctx, f)
	}, fn)
}

// Count returns how many orders the filter finds; over says that there are more.
func (s *Service) Count(ctx context.Context, f Filter) (n int64, over bool, err error) {
	return s.store.count(ctx, f)
}

// Totals sums up the orders of a filter, whatever page it shows, one line a
// currency. It reads them all: for lists that Count has found short.
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
