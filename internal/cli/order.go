package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/payment"
)

// orderRefund sends the whole amount of an order back.
type orderRefund struct {
	store
	Number      string `arg:"" help:"The order's number, as on the receipt."`
	Reason      string `required:"" help:"Why the money goes back; kept in the record, not shown to the buyer."`
	Certificate string `help:"What becomes of a certificate that the order earned: keep or revoke." enum:",keep,revoke" default:""`
	JSON        bool   `help:"Print JSON."`
}

// Run implements the command. It calls Stripe at once; if that fails, the
// running server's queue tries again.
func (o *orderRefund) Run(ctx context.Context, e *Environment) (err error) {
	ctx = acting(ctx)
	if _, err := apperr.Reason("--reason", o.Reason, "Say why the money goes back. The buyer does not see it."); err != nil {
		return err
	}
	a, err := o.openApp(ctx, e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	return o.refund(ctx, e, a)
}

type refundedView struct {
	Number string        `json:"number"`
	State  payment.State `json:"state"`
}

func (o *orderRefund) refund(ctx context.Context, e *Environment, a *app.App) error {
	// Stripe is not asked before the buyer can be told.
	if err := a.Mail.Ready(); err != nil {
		return err
	}
	order, err := a.Payments.ByNumber(ctx, o.Number)
	if err != nil {
		return err
	}
	err = a.Payments.Refund(ctx, order.ID, o.Reason, payment.Decision(o.Certificate))
	if errors.Is(err, payment.ErrDecide) {
		number, lookErr := a.Payments.Certificate(ctx, order)
		if lookErr != nil {
			return lookErr
		}
		return usage("this order earned certificate %s; say what becomes of it: --certificate keep or --certificate revoke", number)
	}
	if err != nil {
		return err
	}
	if err := a.Payments.CompleteRefund(ctx, order.ID); err != nil {
		return fmt.Errorf("the refund is written down, but not finished: %w; the running server finishes it by itself", err)
	}
	order, err = a.Payments.ByNumber(ctx, o.Number)
	if err != nil {
		return err
	}
	if o.JSON {
		return printJSON(e.Out, refundedView{order.Number, order.State})
	}
	fmt.Fprintf(e.Out, "Order %s: %s.\n", order.Number, order.State)
	return nil
}
