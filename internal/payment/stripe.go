package payment

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/checkout/session"
	"github.com/stripe/stripe-go/v76/refund"

	"github.com/atmacena/cocare/internal/apperr"
)

// StripeConfig is how to reach Stripe.
type StripeConfig struct {
	SecretKey     string
	WebhookSecret string
	// URL and Transport replace Stripe's own; empty and nil mean the real one.
	URL       string
	Transport http.RoundTripper
	Log       *slog.Logger
}

// Stripe talks to Stripe's API, version 2023-10-16 (stripe-go v76), and reads
// its events. It uses the clients of two resources instead of client.API,
// which would link all of them.
type Stripe struct {
	sessions session.Client
	refunds  refund.Client
	secret   string
	live     bool
}

// callTimeout bounds one call with its repetitions: a person waits for it.
const callTimeout = 25 * time.Second

// NewStripe returns a gateway. Both secrets are required.
func NewStripe(cfg StripeConfig) (*Stripe, error) {
	if cfg.SecretKey == "" || cfg.WebhookSecret == "" {
		return nil, errors.New("payment: Stripe needs the secret key and the secret of the webhook")
	}
	bc := &stripe.BackendConfig{
		HTTPClient:        &http.Client{Timeout: 20 * time.Second, Transport: cfg.Transport},
		LeveledLogger:     quiet{cfg.Log},
		MaxNetworkRetries: new(int64(2)),
		EnableTelemetry:   new(false),
	}
	if cfg.URL != "" {
		bc.URL = new(cfg.URL)
	}
	b := stripe.GetBackendWithConfig(stripe.APIBackend, bc)
	return &Stripe{
		sessions: session.Client{B: b, Key: cfg.SecretKey},
		refunds:  refund.Client{B: b, Key: cfg.SecretKey},
		secret:   cfg.WebhookSecret,
		live:     strings.HasPrefix(cfg.SecretKey, "sk_live_") || strings.HasPrefix(cfg.SecretKey, "rk_live_"),
	}, nil
}

// Livemode reports whether real money moves.
func (s *Stripe) Livemode() bool { return s.live }

// CreateSession makes the Checkout Session of an order. Two calls for one order
// and try return the same session; a spentKeyError means that they would return
// the same failure, so that the next call must be another try.
func (s *Stripe) CreateSession(ctx context.Context, o Order, successURL, cancelURL string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	meta := map[string]string{"order_id": o.ID, "order_number": o.Number}
	p := &stripe.CheckoutSessionParams{
		Mode:              new(string(stripe.CheckoutSessionModePayment)),
		ClientReferenceID: new(o.ID),
		CustomerEmail:     new(o.BuyerEmail),
		SuccessURL:        new(successURL),
		CancelURL:         new(cancelURL),
		Metadata:          meta,
		// Charges and refunds carry the intent's metadata: that finds their order
		// even when they are told of before the session is.
		PaymentIntentData: &stripe.CheckoutSessionPaymentIntentDataParams{
			Metadata: meta, Description: new("Order " + o.Number),
		},
		LineItems: []*stripe.CheckoutSessionLineItemParams{{
			Quantity: new(int64(1)),
			PriceData: &stripe.CheckoutSessionLineItemPriceDataParams{
				Currency:    new(strings.ToLower(o.Currency)),
				UnitAmount:  new(o.AmountCents),
				ProductData: &stripe.CheckoutSessionLineItemPriceDataProductDataParams{Name: new(o.CourseTitle)},
			},
		}},
	}
	p.Context = ctx
	p.SetIdempotencyKey(fmt.Sprintf("checkout-%s-%d", o.ID, o.SessionTry))
	got, err := s.sessions.New(p)
	if se, ok := errors.AsType[*stripe.Error](err); ok && keepsFailure(se.HTTPStatusCode) {
		return Session{}, apperr.Wrap(apperr.Unavailable, ErrStripe.Msg, spentKeyError{stripeError("create session", err)})
	}
	if err != nil {
		return Session{}, stripeError("create session", err)
	}
	return fromSession(got), nil
}

// GetSession retrieves a session with its payment intent. Errors: errNoSession
// if the account has none with this ID in this mode.
func (s *Stripe) GetSession(ctx context.Context, id string) (Session, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	p := &stripe.CheckoutSessionParams{}
	p.Context = ctx
	p.AddExpand("payment_intent")
	got, err := s.sessions.Get(id, p)
	if se, ok := errors.AsType[*stripe.Error](err); ok && se.Code == stripe.ErrorCodeResourceMissing {
		return Session{}, fmt.Errorf("%w: %s", errNoSession, se.Msg)
	}
	if err != nil {
		return Session{}, stripeError("get session", err)
	}
	return fromSession(got), nil
}

// ExpireSession ends a session: nobody can pay on its page from then on. Errors:
// errNoSession, errSessionOver if it is no longer open.
func (s *Stripe) ExpireSession(ctx context.Context, id string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	p := &stripe.CheckoutSessionExpireParams{}
	p.Context = ctx
	p.SetIdempotencyKey("expire-" + id)
	_, err := s.sessions.Expire(id, p)
	se, ok := errors.AsType[*stripe.Error](err)
	switch {
	case ok && se.Code == stripe.ErrorCodeResourceMissing:
		return fmt.Errorf("%w: %s", errNoSession, se.Msg)
	case ok && se.HTTPStatusCode == http.StatusBadRequest:
		return fmt.Errorf("%w: %s", errSessionOver, se.Msg)
	case err != nil:
		return stripeError("expire session", err)
	}
	return nil
}

// RefundPayment sends the whole amount back. Two calls for one refund row send
// it once. A payment that was refunded already is success.
func (s *Stripe) RefundPayment(ctx context.Context, r Refund, paymentIntent string) (stripeID string, err error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	p := &stripe.RefundParams{
		PaymentIntent: new(paymentIntent),
		Reason:        new(string(stripe.RefundReasonRequestedByCustomer)),
		Metadata:      map[string]string{"order_id": r.OrderID, "refund_id": r.ID},
	}
	p.Context = ctx
	p.SetIdempotencyKey("refund-" + r.ID)
	got, err := s.refunds.New(p)
	var se *stripe.Error
	switch {
	case errors.As(err, &se) && se.Code == stripe.ErrorCodeChargeAlreadyRefunded:
		return "", nil
	case errors.As(err, &se) && se.HTTPStatusCode >= 400 && se.HTTPStatusCode < 500 &&
		se.HTTPStatusCode != http.StatusTooManyRequests && se.HTTPStatusCode != http.StatusConflict &&
		se.HTTPStatusCode != http.StatusUnauthorized:
		return "", refusedError{fmt.Sprintf("%s (%s)", se.Msg, se.Code)}
	case err != nil:
		return "", stripeError("refund", err)
	case got.Status == stripe.RefundStatusFailed || got.Status == stripe.RefundStatusCanceled:
		return "", refusedError{"the refund " + got.ID + " ended as " + string(got.Status)}
	}
	return got.ID, nil
}

var (
	errNoSession   = errors.New("payment: Stripe does not know the session")
	errSessionOver = errors.New("payment: the session is no longer open")
)

// spentKeyError is a failure that Stripe repeats for a day to whoever asks
// again with the same idempotency key.
type spentKeyError struct{ cause error }

func (e spentKeyError) Error() string { return "the idempotency key is spent: " + e.cause.Error() }
func (e spentKeyError) Unwrap() error { return e.cause }

// keepsFailure tells the answers that Stripe stores, or that other parameters
// under the same key caused, from those about the moment: a key that is wrong, a
// request still under way, too many requests.
func keepsFailure(status int) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusConflict, http.StatusTooManyRequests:
		return false
	}
	return status >= http.StatusBadRequest
}

// refusedError is an answer that repeating the call does not change.
type refusedError struct{ why string }

func (e refusedError) Error() string { return "payment: Stripe refuses the refund: " + e.why }

// stripeError is for people "the payment service does not answer" and for the
// log the short of Stripe's answer, without the request.
func stripeError(doing string, err error) error {
	if se, ok := errors.AsType[*stripe.Error](err); ok {
		err = fmt.Errorf("status %d, type %s, code %s, request %s: %s", se.HTTPStatusCode, se.Type, se.Code, se.RequestID, se.Msg)
	}
	return apperr.Wrap(apperr.Unavailable, ErrStripe.Msg, fmt.Errorf("stripe: %s: %w", doing, err))
}

// quiet is a logger for stripe-go, whose own writes to standard error. Its
// errors are returned to us as well, so only warnings count here.
type quiet struct{ log *slog.Logger }

func (q quiet) Debugf(string, ...any) {}
func (q quiet) Infof(string, ...any)  {}
func (q quiet) Errorf(string, ...any) {}
func (q quiet) Warnf(format string, args ...any) {
	if q.log != nil {
		q.log.Warn("stripe client", "message", fmt.Sprintf(format, args...))
	}
}
