package checkout

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/facts"
	"github.com/atmacena/cocare/internal/web/kit"
)

const pageSize = 50

var (
	refundAsked = kit.NewFlash("order.refund", kit.Success, "The refund is on its way to Stripe. This page says when it is done.")
	refundDone  = kit.NewFlash("order.refund.before", kit.Info, "This order is being refunded already.")
	seen        = kit.NewFlash("order.seen", kit.Success, "It is recorded that you have dealt with it.")
	decided     = kit.NewFlash("order.certificate", kit.Success, "The decision about the certificate is recorded.")
	errFilter   = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")
)

// listPage is the administrator's list.
type listPage struct {
	Orders []payment.Order
	Totals []payment.Total
	Pager  kit.Pager
}

// readFilter reads the address of the list.
func readFilter(c echo.Context) (payment.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 2)
	if err != nil {
		return payment.Filter{}, err
	}
	f := payment.Filter{Query: q.Q, PersonID: q.Person, Sort: q.SortOf([]string{"created", "amount", "-amount"}), After: q.After, Before: q.Before, Limit: q.Limit}
	switch {
	case q.State == "attention":
		f.Attention = true
	case q.State == "" || slices.Contains(payment.States, payment.State(q.State)):
		f.State = payment.State(q.State)
	default:
		return f, errFilter
	}
	return f, nil
}

func (h *handler) getList(c echo.Context) error {
	ctx := c.Request().Context()
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	var page listPage
	var more bool
	if page.Orders, more, err = h.Payment.List(ctx, f); err != nil {
		return err
	}
	total, over, err := h.Payment.Count(ctx, f)
	if err != nil {
		return err
	}
	// A sum reads every order of the filter: it is there where they are countable.
	if !over {
		if page.Totals, err = h.Payment.Totals(ctx, f); err != nil {
			return err
		}
	}
	page.Pager = pager(c, f, page, int(total), more).Counted(over)
	return kit.Render(c, http.StatusOK, "checkout/admin_orders", page)
}

// pager links to where there are more rows: more is about the direction that
// was asked for, and where one came from there is always a page.
func pager(c echo.Context, f payment.Filter, page listPage, total int, more bool) kit.Pager {
	prev, next := "", ""
	if n := len(page.Orders); n > 0 {
		back := len(f.Before) > 0
		if back && more || !back && len(f.After) > 0 {
			prev = kit.Cursor(f.Key(page.Orders[0])...)
		}
		if !back && more || back {
			next = kit.Cursor(f.Key(page.Orders[n-1])...)
		}
	}
	return kit.NewPager(c, total, len(page.Orders), prev, next)
}

// postCSV hands out every row of the filter.
func (h *handler) postCSV(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	record := func(ctx context.Context) error { return h.Payment.RecordListExport(ctx, f) }
	header := []string{"number", "state", "created_at", "paid_at", "refunded_at", "buyer", "email", "course", "amount_cents", "currency", "payment", "attention"}
	return kit.Export(c, h.Fresh, record, "orders.csv", header, func(write func(...string) error) error {
		return h.Payment.Each(c.Request().Context(), f, func(o payment.Order) error {
			return write(o.Number, string(o.State), kit.Stamp(&o.CreatedAt), kit.Stamp(o.PaidAt), kit.Stamp(o.RefundedAt), o.BuyerName,
				o.BuyerEmail, o.CourseTitle, strconv.FormatInt(o.AmountCents, 10), o.Currency, o.PaymentIntent, o.Attention())
		})
	})
}

// orderPage is everything that is known about an order.
type orderPage struct {
	payment.Order
	payment.History
	Certificate string // number, if one counts
	Trail       []facts.Entry
	Names       map[string]string // of whoever did something
}

// actors are the IDs of whoever did something to an order.
func actors(trail []audit.Entry, refunds []payment.Refund) (ids []string) {
	for _, e := range trail {
		ids = append(ids, e.ActorID)
	}
	for _, r := range refunds {
		ids = append(ids, r.RequestedBy)
	}
	return ids
}

func (h *handler) byNumber(c echo.Context) (payment.Order, error) {
	return h.Payment.ByNumber(c.Request().Context(), c.Param("order"))
}

func (h *handler) getOrder(c echo.Context) error {
	o, err := h.byNumber(c)
	if err != nil {
		return err
	}
	return h.showOrder(c, o)
}

func (h *handler) showOrder(c echo.Context, o payment.Order) error {
	ctx := c.Request().Context()
	page := orderPage{Order: o}
	var err error
	if page.History, err = h.Payment.History(ctx, o.ID); err != nil {
		return err
	}
	if page.Certificate, err = h.Payment.Certificate(ctx, o); err != nil {
		return err
	}
	trail, err := h.Audit.List(ctx, audit.Filter{ObjectKind: "order", ObjectID: o.ID, Limit: 200})
	if err != nil {
		return err
	}
	if page.Names, err = h.People.Names(ctx, actors(trail, page.Refunds)); err != nil {
		return err
	}
	for _, id := range []string{"", audit.CommandLine} {
		page.Names[id] = audit.ActorName(id)
	}
	for _, e := range trail {
		told, err := facts.Tell(e, o.Currency, nil)
		if err != nil {
			return err
		}
		page.Trail = append(page.Trail, told)
	}
	return kit.Render(c, http.StatusOK, "checkout/admin_order", kit.View{Title: "Order " + o.Number, Refresh: h.refundPace(page), Data: page})
}

// refundPace is how soon the page of an order that is being refunded looks
// again: Stripe commonly answers at once.
func (h *handler) refundPace(page orderPage) int {
	if page.State != payment.Refunding {
		return 0
	}
	for _, r := range page.Refunds {
		if r.State == "requested" && h.Now().Sub(r.RequestedAt) < askFor {
			return askOften
		}
	}
	return askSeldom
}

func (h *handler) postSeen(c echo.Context) error {
	o, err := h.byNumber(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if err := h.Payment.SettleAlert(c.Request().Context(), o.ID, f.Str("alert")); err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/orders/"+o.Number, seen)
}
