// Package payment owns money: orders, what came in for them, refunds, disputes,
// and the conversation with Stripe.
//
// It owns the tables orders, order_alerts, payments, refunds, stripe_events and
// disputes, and the setting payment.currency.
//
// Invariants:
//   - Paid means enrolled, in the same transaction. Where the enrollment is
//     impossible (the person was enrolled by other means meanwhile), the order
//     is paid and marked for an administrator, never dropped.
//   - One open order a person and course (a partial unique index): a double
//     click returns to the same checkout page.
//   - An order freezes amount, currency, mode, edition and what its receipt
//     says. Money that does not match them grants nothing (DECISIONS 16).
//   - What an administrator must look at is an alert of its own. It stays until
//     somebody settles it or what it is about is settled; none hides another.
//   - An event of Stripe acts once (its ID is inserted in the transaction that
//     it causes), and every change of state is a conditional UPDATE, so that
//     events may come late, twice and in any order.
//   - Stripe is called outside transactions, with an idempotency key made from
//     our row; what must be called after a commit is a job.
//
// Amounts are cents of a currency with two decimals; a provider sells in one
// currency, fixed by the first order.
package payment

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
)

// State of an order.
type State string

// The states. Money that comes in late turns Expired and Failed into Paid;
// from Refunded nothing leads back.
const (
	Open      State = "open"
	Paid      State = "paid"
	Expired   State = "expired"
	Failed    State = "failed"
	Refunding State = "refunding" // asked of Stripe, not yet confirmed
	Refunded  State = "refunded"
)

// States lists every state in the order in which pages show them.
var States = []State{Open, Paid, Refunding, Refunded, Expired, Failed}

// Seller is who sells, as receipts name them. Address and TaxID may be empty.
type Seller struct{ Name, Address, TaxID string }

// Order is a person's purchase of one edition. Buyer, title and seller are as
// they were when the order was made.
type Order struct {
	ID, Number                          string
	PersonID, CourseID, EditionID, Slug string
	State                               State
	AmountCents                         int64
	Currency                            string // ISO 4217, upper case
	Livemode                            bool
	BuyerName, BuyerEmail               string
	CourseTitle                         string
	Seller                              Seller
	Policies                            []PolicyVersion // accepted
	AcceptedAt                          *time.Time
	SessionID                           string // Stripe's Checkout Session, empty before it was made
	SessionURL                          string
	SessionTry                          int // how often Stripe failed for good to make one
	PaymentIntent                       string
	EnrollmentID                        string
	Alerts                              []Alert // the open ones; only what administrators read fills them
	CreatedAt                           time.Time
	ReturnedAt                          *time.Time // the buyer came back from Stripe's page
	PendingAt                           *time.Time // the buyer is done, the bank is not
	PaidAt, ClosedAt, RefundedAt        *time.Time
}

// Pending reports whether the buyer has done their part and the money is on its
// way, as with a bank debit: there is nothing left to pay, and nothing paid yet.
func (o Order) Pending() bool { return o.State == Open && o.PendingAt != nil }

// Confirming reports whether the buyer came back from Stripe's page and Stripe has
// not said yet that they paid. It proves nothing: the address can be typed.
func (o Order) Confirming() bool { return o.State == Open && o.ReturnedAt != nil && !o.Pending() }

// PolicyVersion is one version of a policy that a buyer accepts. Href is where
// it can be read.
type PolicyVersion struct {
	Name    string `json:"name"`
	Title   string `json:"title"`
	Version string `json:"version"`
	Href    string `json:"href"`
}

// Payment is money that Stripe says came in for an order. Reason says why a
// rejected one granted nothing.
type Payment struct {
	ID, OrderID, SessionID, PaymentIntent string
	State                                 string // accepted, rejected
	Reason                                string
	AmountCents                           int64
	Currency                              string
	Livemode                              bool
	ReceivedAt                            time.Time
}

// Decision says what becomes of a certificate when its order is refunded.
type Decision string

// The decisions. Undecided is what a refund made in Stripe's own dashboard
// leaves behind.
const (
	NoCertificate Decision = "none"
	Undecided     Decision = "open"
	Keep          Decision = "keep"
	Revoke        Decision = "revoke"
)

// Refund is money on its way back, always the full amount.
type Refund struct {
	ID, OrderID    string
	State          string // requested, succeeded, failed
	AmountCents    int64
	Currency       string
	Reason         string
	RequestedBy    string // a person or audit.CommandLine; empty for a refund made in Stripe's dashboard
	Certificate    Decision
	StripeRefundID string
	Failure        string
	RequestedAt    time.Time
	SettledAt      *time.Time
}

// Dispute is a buyer's complaint to their bank.
type Dispute struct {
	ID, OrderID, PaymentIntent string
	State                      string // open, won, lost
	Reason                     string
	AmountCents                int64
	Currency                   string
	OpenedAt                   time.Time
	ClosedAt                   *time.Time
}

// The errors that callers tell apart.
var (
	ErrNotFound    = apperr.New(apperr.NotFound, "There is no such order.")
	ErrUnconfirmed = apperr.New(apperr.Conflict, "Please confirm your email address first: receipts and links go there. We can send you the mail again from your account page.")
	ErrFree        = apperr.New(apperr.Conflict, "This course is free; there is nothing to pay.")
	ErrNotFree     = apperr.New(apperr.Conflict, "This course has a price.")
	ErrOver        = apperr.New(apperr.Conflict, "This order has ended without a payment. Please start again from the course page.")
	ErrPaid        = apperr.New(apperr.Conflict, "This order is paid already.")
	ErrPending     = apperr.New(apperr.Conflict, "Your payment is on its way; there is nothing left to pay.")
	ErrMode        = apperr.New(apperr.Conflict, "The payment service was set up anew, so this order can no longer be paid. Nothing was charged. Please start again from the course page.")
	ErrPolicies    = apperr.InvalidField("policies", "Please read and accept every policy, in the version shown.")
	ErrCurrency    = apperr.New(apperr.Conflict, "This course is priced in another currency than this site sells in. Please tell us; nothing was charged.")
	ErrNoGateway   = apperr.New(apperr.Unavailable, "This site cannot take payments yet. Please ask for help.")
	ErrStripe      = apperr.New(apperr.Unavailable, "The payment service does not answer. Nothing was charged. Please try again in a minute.")
	ErrSignature   = apperr.New(apperr.Invalid, "The signature of this event is missing, wrong or too old.")
	ErrUnreadable  = apperr.New(apperr.Invalid, "This event is signed, but cannot be read.")
	ErrNotPaid     = apperr.New(apperr.Conflict, "Only a paid order can be refunded.")
	ErrDecide      = apperr.InvalidField("certificate", "A certificate was issued. Say whether it stays valid or is revoked.")
)

// Mismatch says what about the session does not match the frozen order, "" if
// everything does. It is the rule of DECISIONS 16 but for the payment's status.
func (o Order) Mismatch(s Session) string {
	switch {
	case s.OrderID != o.ID:
		return "the session names another order"
	case o.SessionID != "" && o.SessionID != s.ID:
		return "another session than the one of this order"
	case s.AmountCents != o.AmountCents:
		return fmt.Sprintf("amount %d instead of %d cents", s.AmountCents, o.AmountCents)
	case !strings.EqualFold(s.Currency, o.Currency):
		return fmt.Sprintf("currency %q instead of %s", s.Currency, o.Currency)
	case s.Livemode != o.Livemode:
		return "test and live mode are mixed"
	}
	return ""
}

// mayPay says whether the order still waits for its money.
func (o Order) mayPay() error {
	switch {
	case o.Pending():
		return ErrPending
	case o.State == Open:
		return nil
	case o.State == Expired, o.State == Failed:
		return ErrOver
	}
	return ErrPaid
}

// crockford leaves out I, L, O and U, which people misread or mind.
var crockford = base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)

// newNumber returns an order number of 50 random bits, as 4F7QK-9M2XT. It need
// not be secret: an order is shown to its buyer only.
func newNumber() string {
	var b [7]byte
	rand.Read(b[:])
	s := crockford.EncodeToString(b[:])[:10]
	return s[:5] + "-" + s[5:]
}

var typed = strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1")

// ParseNumber brings an order number, as a person may type it, to the form in
// which it is stored; "" if it cannot be one.
func ParseNumber(s string) string {
	s = typed.Replace(strings.ToUpper(strings.TrimSpace(s)))
	if len(s) != 10 {
		return ""
	}
	for _, r := range s {
		if !strings.ContainsRune("0123456789ABCDEFGHJKMNPQRSTVWXYZ", r) {
			return ""
		}
	}
	return s[:5] + "-" + s[5:]
}
