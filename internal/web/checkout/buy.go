package checkout

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	enrolled = kit.NewFlash("checkout.enrolled", kit.Success, "You are enrolled. Begin whenever you like; everything you do is kept.")
	changed  = kit.NewFlash("checkout.policies", kit.Warning, "The policies have changed. Please read the versions below, then enroll.")
	canceled = kit.NewFlash("checkout.canceled", kit.Success, "The order was canceled. Nothing was charged.")
	later    = kit.NewFlash("checkout.later", kit.Warning, "The order was not canceled: the payment service does not answer. Try again in a minute, or leave it; it ends by itself within a day.")
	already  = kit.NewFlash("checkout.already", kit.Info, "You are enrolled in this course already. Nothing was charged.")
)

// postEnroll is the course page's button: a free course begins at once, a paid
// one leads to its checkout page.
func (h *handler) postEnroll(c echo.Context) error {
	ctx := c.Request().Context()
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	ed, err := h.Courses.Current(ctx, slug)
	if err != nil {
		return err
	}
	if ed.Course.Card.PriceCents == 0 {
		return h.enrollFree(c, slug)
	}
	o, err := h.Payment.Start(ctx, viewer(c), slug)
	if errors.Is(err, enrollment.ErrAlreadyEnrolled) {
		return kit.Redirect(c, "/learn/"+slug, already)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/checkout/"+o.Number, nil)
}

// enrollFree takes the versions that the course page showed beside its button.
func (h *handler) enrollFree(c echo.Context, slug string) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	_, err = h.Payment.EnrollFree(c.Request().Context(), viewer(c), slug, acceptedIn(f))
	if errors.Is(err, payment.ErrPolicies) {
		return kit.Redirect(c, "/courses/"+slug+"#enroll", changed)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/learn/"+slug, enrolled)
}

// acceptedIn reads the versions that a form accepts, each as name@version.
func acceptedIn(f *kit.Form) (accepted []payment.PolicyVersion) {
	for _, v := range f.All("policies") {
		name, version, _ := strings.Cut(v, "@")
		accepted = append(accepted, payment.PolicyVersion{Name: name, Version: version})
	}
	return accepted
}

// reviewPage is what somebody reads before paying.
type reviewPage struct {
	Order     payment.Order
	Policies  []payment.PolicyVersion
	Canceled  bool
	KeyReader bool // works on the course, or did: cannot take its exam
}

func (h *handler) own(c echo.Context) (payment.Order, error) {
	return h.Payment.Own(c.Request().Context(), viewer(c), c.Param("order"))
}

func (h *handler) getCheckout(c echo.Context) error {
	o, err := h.own(c)
	if err != nil {
		return err
	}
	return h.showCheckout(c, o, nil, nil)
}

func (h *handler) showCheckout(c echo.Context, o payment.Order, f *kit.Form, failure error) error {
	switch o.State {
	case payment.Open, payment.Expired, payment.Failed:
	default:
		return kit.Redirect(c, "/orders/"+o.Number, nil)
	}
	if o.Pending() {
		return kit.Redirect(c, "/orders/"+o.Number, nil)
	}
	if failure == nil && errors.Is(h.Payment.CanPay(c.Request().Context(), o), enrollment.ErrAlreadyEnrolled) {
		return kit.Redirect(c, "/orders/"+o.Number, nil)
	}
	policies, err := h.Payment.CurrentPolicies(c.Request().Context())
	if err != nil {
		return err
	}
	page := reviewPage{Order: o, Policies: policies, Canceled: c.QueryParam("canceled") != ""}
	if page.KeyReader, err = h.KeyReader(c.Request().Context(), o.PersonID, o.CourseID); err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "checkout/show", kit.View{NoIndex: true, Form: f, Data: page})
}

func (h *handler) postCheckout(c echo.Context) error {
	o, err := h.own(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	to, err := h.Payment.Checkout(c.Request().Context(), viewer(c), o.Number, acceptedIn(f))
	switch {
	case errors.Is(err, payment.ErrPaid), errors.Is(err, payment.ErrPending):
		return kit.Redirect(c, "/checkout/"+o.Number+"/return", nil)
	case errors.Is(err, enrollment.ErrAlreadyEnrolled):
		return kit.Redirect(c, "/learn/"+o.Slug, already)
	case apperr.Is(err, apperr.Unavailable):
		h.Log.Error("checkout failed", "order", o.ID, "error", err)
		f.Fail("", apperr.Message(err))
		return h.showCheckout(c, o, f, err)
	case f.Merge(err):
		return h.showCheckout(c, o, f, err)
	case err != nil:
		return err
	}
	return h.leave(c, to)
}

// leave redirects to Stripe's page. The sandbox's pages are ours: there only the
// path counts, so that whoever opened the demo as localhost stays signed in.
func (h *handler) leave(c echo.Context, to string) error {
	if h.Sandbox != nil {
		u, err := url.Parse(to)
		if err != nil {
			return err
		}
		to = u.RequestURI()
	}
	return c.Redirect(http.StatusSeeOther, to)
}

// The pace at which the return page asks again, in seconds. A card's event is
// there in a moment; a bank debit takes days.
const (
	askOften  = 3
	askSeldom = 60
	askFor    = 15 * time.Minute
)

// getReturn is where Stripe sends the buyer. It grants nothing: only the signed
// webhook or Stripe's own answer does.
func (h *handler) getReturn(c echo.Context) error {
	o, err := h.own(c)
	if err != nil {
		return err
	}
	if err := h.Payment.Returned(c.Request().Context(), o); err != nil {
		return err
	}
	pace := 0
	if o.State == payment.Open {
		pace = askOften
		if o.Pending() || h.Now().Sub(o.CreatedAt) > askFor {
			pace = askSeldom
		}
	}
	return kit.Render(c, http.StatusOK, "checkout/return", kit.View{NoIndex: true, Refresh: pace, Data: o})
}

func (h *handler) getOrders(c echo.Context) error {
	list, err := h.Payment.ByPerson(c.Request().Context(), viewer(c))
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "checkout/orders", list)
}

// receiptPage is an order for its buyer.
type receiptPage struct {
	payment.Order
	Why      string // an open order cannot be paid
	Enrolled bool   // because the course is open to them without it
}

func (h *handler) getReceipt(c echo.Context) error {
	o, err := h.own(c)
	if err != nil {
		return err
	}
	page := receiptPage{Order: o}
	if o.State == payment.Open && !o.Pending() {
		err := h.Payment.CanPay(c.Request().Context(), o)
		page.Enrolled = errors.Is(err, enrollment.ErrAlreadyEnrolled)
		if apperr.KindOf(err) == apperr.Internal && err != nil {
			return err
		}
		if err != nil {
			page.Why = apperr.Message(err)
		}
	}
	return kit.Render(c, http.StatusOK, "checkout/receipt", kit.View{NoIndex: true, Data: page})
}

// postCancel leads back to the order, whose page says how it stands.
func (h *handler) postCancel(c echo.Context) error {
	o, err := h.own(c)
	if err != nil {
		return err
	}
	said := canceled
	err = h.Payment.Cancel(c.Request().Context(), viewer(c), o.Number)
	switch {
	case errors.Is(err, payment.ErrPaid), errors.Is(err, payment.ErrPending):
		said = nil
	case apperr.Is(err, apperr.Unavailable):
		h.Log.Error("order not canceled", "order", o.ID, "error", err)
		said = later
	case err != nil:
		return err
	}
	return kit.Redirect(c, "/orders/"+o.Number, said)
}

// postWebhook answers 200 when the event has acted or does not concern us, 400
// when it is not from Stripe or cannot be read, 500 when Stripe shall try again.
func (h *handler) postWebhook(c echo.Context) error {
	r := c.Request()
	payload, err := io.ReadAll(http.MaxBytesReader(c.Response(), r.Body, payment.MaxPayload))
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return c.String(http.StatusRequestEntityTooLarge, "too large\n")
	}
	if err != nil {
		return c.String(http.StatusBadRequest, "cannot be read\n")
	}
	switch err := h.Payment.Webhook(r.Context(), payload, r.Header.Get("Stripe-Signature")); {
	case err == nil:
		return c.String(http.StatusOK, "ok\n")
	case errors.Is(err, payment.ErrSignature):
		h.Log.Warn("webhook refused", "error", err)
		return c.String(http.StatusBadRequest, "signature refused\n")
	case errors.Is(err, payment.ErrUnreadable):
		h.Log.Error("webhook not understood", "error", err)
		return c.String(http.StatusBadRequest, "cannot be read\n")
	default:
		h.Log.Error("webhook failed", "error", err)
		return c.String(http.StatusInternalServerError, "try again\n")
	}
}
