package payment_test

import (
	"errors"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
)

// A process beside the server may lack the sender. What it cannot tell the buyer
// it leaves to the server as a whole: the decision about the certificate too.
func TestARefundWithoutASenderIsLeftToTheServer(t *testing.T) {
	for _, decision := range []payment.Decision{payment.Keep, payment.Revoke} {
		w := newWorld(t)
		o := w.bought()
		w.certs.number = "CERT-1"
		w.must(w.Refund(audit.WithActor(t.Context(), audit.Actor{PersonID: "admin"}), o.ID, "Asked for.", decision))
		w.deaf = true // the event is of no help
		server := w.Mail
		// certificate.Revoke mails its holder, and so it answers the same.
		w.Mail, w.certs.refuse = mail.New(job.New(w.db, w.Log, w.clock.now), mail.Nowhere{}, mail.Address{}, mail.Site{}), mail.ErrNoSender
		if err := w.CompleteRefund(t.Context(), o.ID); !errors.Is(err, mail.ErrNoSender) {
			t.Errorf("%s: reported as done: %v", decision, err)
		}
		if o = w.want(o, payment.Refunding, enrollment.Active); o.Attention() != "" {
			t.Errorf("%s: attention %q", decision, o.Attention())
		}
		w.Mail, w.certs.refuse, w.deaf = server, nil, false
		w.drain()
		o = w.want(o, payment.Refunded, enrollment.Refunded)
		if revoked := len(w.certs.revoked) == 1; revoked != (decision == payment.Revoke) || w.mails("Refund for") != 1 || o.Attention() != "" {
			t.Errorf("%s: revoked %v, %d mails, attention %q", decision, w.certs.revoked, w.mails("Refund for"), o.Attention())
		}
	}
}
