package demo

import (
	"context"
	"errors"
	"time"

	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
)

// enter brings a learner into the course, or to where they turn back.
func (l *learner) enter(ctx context.Context) error {
	ctx = l.as(ctx, l.email)
	switch {
	case l.editions[l.slug].Course.Card.PriceCents == 0:
		policies, err := l.Payments.CurrentPolicies(ctx)
		if err != nil {
			return err
		}
		if _, err := l.Payments.EnrollFree(ctx, l.people[l.email], l.slug, policies); err != nil {
			return err
		}
	case l.way.how == byHand:
		_, err := l.Enrollments.EnrollByHand(l.as(ctx, admin), l.people[l.email], l.editions[l.slug].ID,
			"Supervised trainee; the clinic that employs her pays by invoice.")
		if err != nil {
			return err
		}
	default:
		if err := l.buy(ctx); err != nil {
			return err
		}
	}
	return l.work(ctx)
}

// buy goes through the checkout, as a buyer does.
func (l *learner) buy(ctx context.Context) error {
	order, err := l.Payments.Start(ctx, l.people[l.email], l.slug)
	if err != nil || l.way.how == hesitates {
		return err
	}
	l.clock.pass(2 * time.Minute)
	policies, err := l.Payments.CurrentPolicies(ctx)
	if err != nil {
		return err
	}
	if _, err := l.Payments.Checkout(ctx, l.people[l.email], order.Number, policies); err != nil {
		return err
	}
	if order, err = l.Payments.Own(ctx, l.people[l.email], order.Number); err != nil {
		return err
	}
	l.clock.pass(time.Minute)
	return l.pay(ctx, order)
}

// acts says what a buyer does on the page, and how its events arrive.
var acts = map[entry]struct {
	action   stripesandbox.Action
	delivery stripesandbox.Delivery
}{
	card: {stripesandbox.Pay, stripesandbox.AtOnce}, declinedFirst: {stripesandbox.Pay, stripesandbox.AtOnce},
	debit: {stripesandbox.Debit, stripesandbox.AtOnce}, told2x: {stripesandbox.Pay, stripesandbox.Twice},
	toldLate: {stripesandbox.Pay, stripesandbox.Late}, toldWrong: {stripesandbox.Debit, stripesandbox.OutOfOrder},
	bounces: {stripesandbox.Bounce, stripesandbox.AtOnce}, abandons: {stripesandbox.Abandon, stripesandbox.AtOnce},
}

func (l *learner) pay(ctx context.Context, o payment.Order) error {
	if l.way.how == declinedFirst {
		_, err := l.Sandbox.Act(ctx, o.SessionID, stripesandbox.Decline, stripesandbox.AtOnce)
		if !errors.Is(err, stripesandbox.ErrDeclined) {
			return errors.Join(errors.New("the card was not declined"), err)
		}
		l.clock.pass(time.Minute)
	}
	act := acts[l.way.how]
	if _, err := l.Sandbox.Act(ctx, o.SessionID, act.action, act.delivery); err != nil {
		return err
	}
	if err := l.work(ctx); err != nil {
		return err
	}
	l.clock.pass(stripesandbox.LateBy + time.Second) // what comes late has come
	return nil
}
