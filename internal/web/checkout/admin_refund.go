package checkout

import (
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// refundPage is the form of a refund.
type refundPage struct {
	payment.Order
	Certificate string
}

func (h *handler) getRefund(c echo.Context) error {
	o, err := h.byNumber(c)
	if err != nil {
		return err
	}
	return h.showRefund(c, o, nil, nil)
}

func (h *handler) showRefund(c echo.Context, o payment.Order, f *kit.Form, failure error) error {
	switch {
	case o.State == payment.Paid:
	case apperr.Is(failure, apperr.Conflict):
		return failure
	default:
		return kit.Redirect(c, "/admin/orders/"+o.Number, nil)
	}
	number, err := h.Payment.Certificate(c.Request().Context(), o)
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "checkout/admin_refund", kit.View{Title: "Refund order " + o.Number, Form: f, Data: refundPage{o, number}})
}

func (h *handler) postRefund(c echo.Context) error {
	o, err := h.byNumber(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	err = h.Payment.Refund(c.Request().Context(), o.ID, f.Str("reason"), payment.Decision(f.Str("certificate")))
	if f.Merge(err) {
		return h.showRefund(c, o, f, err)
	}
	if err != nil {
		return err
	}
	flash := refundAsked
	if o.State != payment.Paid {
		flash = refundDone
	}
	return kit.Redirect(c, "/admin/orders/"+o.Number, flash)
}

// undecided is the refund that waits for a decision about the certificate.
func undecided(refunds []payment.Refund) (payment.Refund, bool) {
	i := slices.IndexFunc(refunds, func(r payment.Refund) bool {
		return r.State == "succeeded" && r.Certificate == payment.Undecided
	})
	if i < 0 {
		return payment.Refund{}, false
	}
	return refunds[i], true
}

// decisionPage is the form of that decision.
type decisionPage struct {
	payment.Order
	Certificate string
	Reason      string // of the refund
}

func (h *handler) getCertificate(c echo.Context) error {
	o, err := h.byNumber(c)
	if err != nil {
		return err
	}
	return h.showCertificate(c, o, nil, nil)
}

func (h *handler) showCertificate(c echo.Context, o payment.Order, f *kit.Form, failure error) error {
	ctx := c.Request().Context()
	history, err := h.Payment.History(ctx, o.ID)
	if err != nil {
		return err
	}
	r, ok := undecided(history.Refunds)
	switch {
	case !ok && failure != nil:
		return failure
	case !ok:
		return kit.Redirect(c, "/admin/orders/"+o.Number, nil)
	}
	number, err := h.Payment.Certificate(ctx, o)
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "checkout/admin_certificate",
		kit.View{Title: "Certificate of order " + o.Number, Form: f, Data: decisionPage{o, number, r.Reason}})
}

func (h *handler) postCertificate(c echo.Context) error {
	o, err := h.byNumber(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	err = h.Payment.DecideCertificate(c.Request().Context(), o.ID, payment.Decision(f.Str("certificate")))
	if f.Merge(err) {
		return h.showCertificate(c, o, f, err)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/orders/"+o.Number, decided)
}
