package payment

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"
)

// Session is what we read of a Checkout Session.
type Session struct {
	ID, URL, OrderID string // OrderID is ours, from the client reference
	Status           string // open, complete, expired
	PaymentStatus    string // paid, unpaid, no_payment_required
	IntentStatus     string // only where the intent was expanded
	AmountCents      int64
	Currency         string
	Livemode         bool
	PaymentIntent    string
}

// Granting reports whether Stripe calls the session paid (DECISIONS 16).
func (s Session) Granting() bool {
	return s.PaymentStatus == "paid" || s.PaymentStatus == "no_payment_required"
}

// Event is what we read of an event. At most one of the pointers is set; none
// for a kind that does not concern us.
type Event struct {
	ID, Kind string
	Session  *Session
	Charge   *Charge
	Refund   *RefundUpdate
	Dispute  *Dispute
}

// Charge is what we read of charge.refunded.
type Charge struct {
	ID, OrderID, PaymentIntent string
	RefundID                   string // where the event holds one for the whole amount
	AmountCents, RefundedCents int64
	Currency                   string
	Livemode                   bool
}

// RefundUpdate is what we read of charge.refund.updated.
type RefundUpdate struct {
	ID, PaymentIntent, Status, Failure string
	AmountCents                        int64
}

// The events that act. Anything else is answered 200 and noted.
const (
	evCompleted      = string(stripe.EventTypeCheckoutSessionCompleted)
	evAsyncSucceeded = string(stripe.EventTypeCheckoutSessionAsyncPaymentSucceeded)
	evAsyncFailed    = string(stripe.EventTypeCheckoutSessionAsyncPaymentFailed)
	evExpired        = string(stripe.EventTypeCheckoutSessionExpired)
	evRefunded       = string(stripe.EventTypeChargeRefunded)
	evRefundUpdated  = string(stripe.EventTypeChargeRefundUpdated)
	evDisputeOpened  = string(stripe.EventTypeChargeDisputeCreated)
	evDisputeClosed  = string(stripe.EventTypeChargeDisputeClosed)
)

// EventKinds are the events that the webhook endpoint must be subscribed to.
var EventKinds = []string{evCompleted, evAsyncSucceeded, evAsyncFailed, evExpired, evRefunded, evRefundUpdated, evDisputeOpened, evDisputeClosed}

// maxEventID bounds Stripe's IDs, in bytes.
const maxEventID = 255

// ParseEvent checks the signature, its age and the API version, and reads the
// event. Errors: ErrSignature; ErrUnreadable for what Stripe would not send; a
// fault for an event of another API version, so that Stripe sends it again once
// the endpoint is set right.
func (s *Stripe) ParseEvent(payload []byte, signature string) (Event, error) {
	e, err := webhook.ConstructEvent(payload, signature, s.secret)
	switch {
	case errors.Is(err, webhook.ErrNotSigned), errors.Is(err, webhook.ErrInvalidHeader),
		errors.Is(err, webhook.ErrNoValidSignature), errors.Is(err, webhook.ErrTooOld):
		return Event{}, ErrSignature.Because(err)
	case err != nil && e.APIVersion != "" && e.APIVersion != stripe.APIVersion:
		return Event{}, fmt.Errorf("payment: event %q: %w", e.ID, err)
	case err != nil:
		return Event{}, ErrUnreadable.Because(err)
	case !plain(e.ID) || !plain(string(e.Type)) || e.Data == nil:
		return Event{}, ErrUnreadable.Because(errors.New("no usable ID, kind or data"))
	}
	out := Event{ID: e.ID, Kind: string(e.Type)}
	switch out.Kind {
	case evCompleted, evAsyncSucceeded, evAsyncFailed, evExpired:
		var v stripe.CheckoutSession
		err = json.Unmarshal(e.Data.Raw, &v)
		got := fromSession(&v)
		out.Session = &got
	case evRefunded:
		var v stripe.Charge
		err = json.Unmarshal(e.Data.Raw, &v)
		out.Charge = &Charge{ID: v.ID, OrderID: v.Metadata["order_id"], PaymentIntent: intentID(v.PaymentIntent), RefundID: wholeRefund(v), AmountCents: v.Amount,
			RefundedCents: v.AmountRefunded, Currency: upper(v.Currency), Livemode: v.Livemode}
	case evRefundUpdated:
		var v stripe.Refund
		err = json.Unmarshal(e.Data.Raw, &v)
		out.Refund = &RefundUpdate{ID: v.ID, PaymentIntent: intentID(v.PaymentIntent), Status: string(v.Status), Failure: string(v.FailureReason),
			AmountCents: v.Amount}
	case evDisputeOpened, evDisputeClosed:
		var v stripe.Dispute
		err = json.Unmarshal(e.Data.Raw, &v)
		out.Dispute = &Dispute{ID: v.ID, PaymentIntent: intentID(v.PaymentIntent), State: disputeState(v.Status), Reason: string(v.Reason),
			AmountCents: v.Amount, Currency: upper(v.Currency)}
	}
	if err != nil {
		return Event{}, ErrUnreadable.Because(fmt.Errorf("event %s: %w", e.ID, err))
	}
	return out, nil
}

// plain reports whether s can be an ID of Stripe's.
func plain(s string) bool {
	return s != "" && len(s) <= maxEventID && !strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// wholeRefund finds the refund of the whole charge. Events of newer versions of
// the API leave the list out.
func wholeRefund(c stripe.Charge) string {
	if c.Refunds == nil {
		return ""
	}
	for _, r := range c.Refunds.Data {
		if r.Amount == c.Amount && r.Status != stripe.RefundStatusFailed && r.Status != stripe.RefundStatusCanceled {
			return r.ID
		}
	}
	return ""
}

func fromSession(v *stripe.CheckoutSession) Session {
	s := Session{
		ID: v.ID, URL: v.URL, OrderID: v.ClientReferenceID, Status: string(v.Status), PaymentStatus: string(v.PaymentStatus),
		AmountCents: v.AmountTotal, Currency: upper(v.Currency), Livemode: v.Livemode, PaymentIntent: intentID(v.PaymentIntent),
	}
	if v.PaymentIntent != nil {
		s.IntentStatus = string(v.PaymentIntent.Status)
	}
	return s
}

func intentID(p *stripe.PaymentIntent) string {
	if p == nil {
		return ""
	}
	return p.ID
}

func upper(c stripe.Currency) string { return strings.ToUpper(string(c)) }

// disputeState folds Stripe's seven states into ours: inquiries ("warning")
// that are closed cost nothing.
func disputeState(s stripe.DisputeStatus) string {
	switch s {
	case stripe.DisputeStatusWon, stripe.DisputeStatusWarningClosed:
		return "won"
	case stripe.DisputeStatusLost:
		return "lost"
	}
	return "open"
}
