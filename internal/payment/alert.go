package payment

import (
	"context"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
)

// AlertKind says what an alert is about: what settles that, settles it.
type AlertKind string

// The kinds.
const (
	AlertEnrollment  AlertKind = "enrollment"  // paid, and the buyer could not be enrolled
	AlertPayment     AlertKind = "payment"     // money that does not match its order
	AlertRefund      AlertKind = "refund"      // a refund that was refused, or made in part
	AlertReturn      AlertKind = "return"      // a refund that did not reach the buyer
	AlertDispute     AlertKind = "dispute"     // the buyer's bank asks the money back
	AlertCertificate AlertKind = "certificate" // refunded, and nobody has decided about it
)

// Alert is something about an order that an administrator must look at. It
// stays until somebody settles it or what it is about is settled; a later one
// never takes its place.
type Alert struct {
	ID, OrderID string
	Kind        AlertKind
	Text        string
	RaisedAt    time.Time
	SettledAt   *time.Time
	SettledBy   string // a person or audit.CommandLine; empty: what it was about was settled
}

var (
	errNoAlert = apperr.New(apperr.NotFound, "There is no such alert.")
	errDecide  = apperr.New(apperr.Conflict, "Decide whether the certificate stays valid; that settles this.")
)

// Attention is everything that an administrator must look at, in one line,
// empty if there is nothing.
func (o Order) Attention() string {
	var texts []string
	for _, a := range o.Alerts {
		texts = append(texts, a.Text)
	}
	return strings.Join(texts, " ")
}

// addAlerts gives every order of a list its open alerts.
func (s *Service) addAlerts(ctx context.Context, list []Order) error {
	if len(list) == 0 {
		return nil
	}
	ids, at := make([]string, len(list)), map[string]int{}
	for i, o := range list {
		ids[i], at[o.ID] = o.ID, i
	}
	open, err := s.store.openAlerts(ctx, ids)
	for _, a := range open {
		o := &list[at[a.OrderID]]
		o.Alerts = append(o.Alerts, a)
	}
	return err
}

// alert tells an administrator, once a fact: on the order, in the audit log, in
// the log. ref tells the facts of one kind apart.
func (s *Service) alert(ctx context.Context, orderID string, kind AlertKind, ref, text string, details map[string]any) error {
	a := Alert{ID: db.NewID(), OrderID: orderID, Kind: kind, Text: text, RaisedAt: s.now()}
	raised, err := s.store.insertAlert(ctx, a, ref)
	if err != nil || !raised {
		return err
	}
	s.DB.AfterCommit(ctx, func() { s.Log.Error("payment needs attention", "order", orderID, "why", text) })
	if details == nil {
		details = map[string]any{}
	}
	details["why"] = text
	return s.record(ctx, "order.alert", orderID, details)
}

// SettleAlert takes one alert of an order off the administrator's list; one
// that is settled already is success. Errors: NotFound, also for another
// order's alert; Conflict for one that a decision about a certificate settles.
func (s *Service) SettleAlert(ctx context.Context, orderID, alertID string) error {
	return s.DB.InTx(ctx, func(ctx context.Context) error {
		a, err := s.store.alert(ctx, orderID, alertID)
		if err != nil || a.SettledAt != nil {
			return err
		}
		if a.Kind == AlertCertificate {
			return errDecide
		}
		changed, err := s.store.settleAlert(ctx, a.ID, audit.ActorOf(ctx).PersonID, s.now())
		if err != nil || !changed {
			return err
		}
		return s.record(ctx, "order.alert_settled", orderID, map[string]any{"why": a.Text})
	})
}
