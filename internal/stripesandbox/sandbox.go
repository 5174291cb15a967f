// Package stripesandbox plays Stripe for the demonstration: the few endpoints
// that the product calls, and signed events to the product's own webhook. The
// product talks to it with the same client and believes it by the same
// signature as the real one. No money moves.
//
// It owns the tables sandbox_sessions and sandbox_requests, so that a demo that
// is stopped in the middle of a payment goes on after it.
//
// The endpoints have no address in the network: the product's client reaches
// them through Transport. What a buyer does on Stripe's page is a call of Act;
// the page itself belongs to package web. `serve` never makes a Sandbox.
//
// Its shape follows Stripe's public API reference, version 2023-10-16: objects
// hold the fields that the product reads, and a few more for people who look.
package stripesandbox

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"net/http"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/job"
)

// URL is the address that the product's client must be told; Transport answers
// for it and nothing listens there.
const URL = "https://stripe.sandbox.invalid"

// PagePath is where package web mounts the checkout page; the session's ID
// follows.
const PagePath = "/sandbox/stripe/"

// apiVersion is the version of events, as stripe-go v76 demands.
const apiVersion = "2023-10-16"

// sessionLife is how long Stripe keeps a Checkout Session open by default.
const sessionLife = 24 * time.Hour

// Options are what a Sandbox stands on.
type Options struct {
	DB   *db.DB
	Jobs *job.Queue
	Now  func() time.Time
	// SecretKey is what the client must present, WebhookSecret signs the events.
	SecretKey, WebhookSecret string
	// BaseURL is the product's own address, without a slash at its end.
	BaseURL string
	// Webhook is the product's handler for POST {BaseURL}/webhooks/stripe.
	Webhook http.Handler
}

// Sandbox is a Stripe with one account. It is safe for concurrent use.
type Sandbox struct {
	opt   Options
	store store
	mux   *http.ServeMux
}

// New returns a sandbox and registers the job that delivers its events.
func New(o Options) *Sandbox {
	s := &Sandbox{opt: o, store: store{o.DB}, mux: http.NewServeMux()}
	s.mux.HandleFunc("POST /v1/checkout/sessions", s.once(s.createSession))
	s.mux.HandleFunc("GET /v1/checkout/sessions/{id}", s.getSession)
	s.mux.HandleFunc("POST /v1/checkout/sessions/{id}/expire", s.expireSession)
	s.mux.HandleFunc("POST /v1/refunds", s.once(s.createRefund))
	s.mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		fail(w, http.StatusNotFound, "invalid_request_error", "", "Unrecognized request URL ("+r.Method+": "+r.URL.Path+").")
	})
	o.Jobs.Handle(jobDeliver, s.deliver)
	return s
}

func (s *Sandbox) now() time.Time { return db.Truncate(s.opt.Now()) }

// Session is a Checkout Session. Data never changes, the rest does.
type Session struct {
	ID, PaymentIntent, Charge string
	Status                    string // open, complete, expired
	PaymentStatus             string // unpaid, paid, failed (a debit that the bank refused)
	Refund                    string // ID of the refund, empty if none
	Data                      Data
	CreatedAt                 time.Time
}

// Data is what the client asked for.
type Data struct {
	AmountCents       int64
	Currency          string // lower case, as Stripe has it
	Title             string
	Email             string
	ClientReferenceID string
	SuccessURL        string
	CancelURL         string
	Metadata          map[string]string
	IntentMetadata    map[string]string
}

// ErrNotFound is returned for a session that does not exist.
var ErrNotFound = apperr.New(apperr.NotFound, "There is no such checkout page.")

// ErrOver is returned by Act when the session is no longer open.
var ErrOver = apperr.New(apperr.Conflict, "This checkout page has been used or has expired.")

// ErrDeclined is what a declined card is told; the page stays open.
var ErrDeclined = apperr.New(apperr.Invalid, "Your card was declined. Try another one.")

// Action is what the buyer does on the page.
type Action string

// The actions.
const (
	Pay     Action = "pay"     // by card, at once
	Decline Action = "decline" // the card is refused
	Debit   Action = "debit"   // bank debit: complete now, the money arrives later
	Bounce  Action = "bounce"  // bank debit that the bank refuses later
	Abandon Action = "abandon" // go back to the shop
	Expire  Action = "expire"  // let the 24 hours pass
)

// Delivery is how the events reach the product.
type Delivery string

// The deliveries. OutOfOrder matters with Debit: the money is told before the
// completed session.
const (
	AtOnce     Delivery = "once"
	Late       Delivery = "late"
	Twice      Delivery = "twice"
	OutOfOrder Delivery = "reversed"
)

// LateBy is the delay of Late; settleAfter is the time between a bank debit and
// its money.
const (
	LateBy      = 20 * time.Second
	settleAfter = 5 * time.Second
)

// Get returns a session by its ID. Errors: ErrNotFound.
func (s *Sandbox) Get(ctx context.Context, id string) (Session, error) {
	v, err := s.store.session(ctx, id)
	if err != nil || v.Status != "open" || s.now().Before(v.CreatedAt.Add(sessionLife)) {
		return v, err
	}
	if _, err := s.Act(ctx, id, Expire, AtOnce); err != nil && !apperr.Is(err, apperr.Conflict) {
		return v, err
	}
	return s.store.session(ctx, id)
}

// Act does what the buyer chose and returns where the browser goes. Errors:
// ErrNotFound, ErrOver, ErrDeclined, Invalid for an unknown choice.
func (s *Sandbox) Act(ctx context.Context, id string, a Action, d Delivery) (next string, err error) {
	v, err := s.store.session(ctx, id)
	if err != nil {
		return "", err
	}
	switch {
	case a == Abandon:
		return v.Data.CancelURL, nil
	case v.Status != "open":
		return "", ErrOver
	case a == Decline:
		return "", ErrDeclined
	}
	if d != AtOnce && d != Late && d != Twice && d != OutOfOrder {
		return "", apperr.InvalidField("delivery", "Choose how the shop is told.")
	}
	next = v.Data.SuccessURL
	var events []event
	switch a {
	case Pay:
		v.Status, v.PaymentStatus = "complete", "paid"
		events = []event{{kind: evCompleted}}
	case Debit:
		v.Status = "complete"
		events = []event{{kind: evCompleted}, {kind: evSucceeded, after: settleAfter}}
	case Bounce:
		v.Status = "complete"
		events = []event{{kind: evCompleted}, {kind: evFailed, after: settleAfter}}
	case Expire:
		v.Status, next = "expired", v.Data.CancelURL
		events = []event{{kind: evExpired}}
	default:
		return "", apperr.InvalidField("action", "Choose what happens to the payment.")
	}
	err = s.opt.DB.InTx(ctx, func(ctx context.Context) error {
		changed, err := s.store.leaveOpen(ctx, v.ID, v.Status, v.PaymentStatus)
		if err != nil {
			return err
		}
		if !changed {
			return ErrOver
		}
		return s.send(ctx, v, events, d)
	})
	if err != nil {
		return "", err
	}
	return next, nil
}

// newID returns an ID as Stripe's look, with 100 random bits.
func newID(prefix string) string {
	b := make([]byte, 13)
	rand.Read(b)
	return prefix + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(b))
}
