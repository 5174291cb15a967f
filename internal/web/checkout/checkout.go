// Package checkout has the pages of money: enrolling and paying, a person's
// orders and receipts, Stripe's webhook, the administrator's orders, and under
// demo the sandbox's page that stands in for Stripe's.
package checkout

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/stripesandbox"
	"github.com/atmacena/cocare/internal/web/kit"
)

// WebhookPattern is the pattern of the one address that the cross-origin check
// lets pass: Stripe proves itself by its signature.
const WebhookPattern = "POST /webhooks/stripe"

// StripeOrigin is where the pay button leads; the form-action of the
// Content-Security-Policy must allow it.
const StripeOrigin = "https://checkout.stripe.com"

// Deps are what the pages need.
type Deps struct {
	Payment *payment.Service
	Courses interface {
		Current(ctx context.Context, slug string) (*course.Edition, error)
	}
	People interface {
		Get(ctx context.Context, id string) (account.Person, error)
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	Audit interface {
		List(ctx context.Context, f audit.Filter) ([]audit.Entry, error)
	}
	// Fresh demands a second factor given in the last minutes, for refunds and
	// exports. nil demands nothing.
	Fresh echo.MiddlewareFunc
	// Confirmed leads whoever has not confirmed their address to do so before they
	// enroll. nil leaves it to the error page.
	Confirmed echo.MiddlewareFunc
	// KeyReader reports whether somebody could read the keys of a course's exam and so
	// takes none of it. nil: nobody.
	KeyReader func(ctx context.Context, personID, courseID string) (bool, error)
	// Sandbox is nil but under demo: then its page does not exist.
	Sandbox *stripesandbox.Sandbox
	Log     *slog.Logger
	Now     func() time.Time
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Fresh == nil {
		d.Fresh = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	if d.Confirmed == nil {
		d.Confirmed = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	if d.KeyReader == nil {
		d.KeyReader = func(context.Context, string, string) (bool, error) { return false, nil }
	}
	h := &handler{d}
	fresh, confirmed := []echo.MiddlewareFunc{d.Fresh}, []echo.MiddlewareFunc{d.Confirmed}
	routes := []kit.Route{
		{Method: http.MethodPost, Path: "/courses/:slug/enroll", Name: "enrollment.start", Role: kit.SignedIn, Handler: h.postEnroll, Use: confirmed},
		{Method: http.MethodGet, Path: "/checkout/:order", Name: "checkout.show", Role: kit.SignedIn, Handler: h.getCheckout},
		{Method: http.MethodPost, Path: "/checkout/:order", Name: "checkout.pay", Role: kit.SignedIn, Handler: h.postCheckout, Use: confirmed},
		{Method: http.MethodGet, Path: "/checkout/:order/return", Name: "checkout.return", Role: kit.SignedIn, Handler: h.getReturn},
		{Method: http.MethodGet, Path: "/orders", Name: "order.list", Role: kit.SignedIn, Handler: h.getOrders},
		{Method: http.MethodGet, Path: "/orders/:order", Name: "order.show", Role: kit.SignedIn, Handler: h.getReceipt},
		{Method: http.MethodPost, Path: "/orders/:order/cancel", Name: "order.cancel", Role: kit.SignedIn, Handler: h.postCancel},
		{Method: http.MethodPost, Path: "/webhooks/stripe", Name: "webhook.stripe", Role: kit.Anyone, Handler: h.postWebhook},
		{Method: http.MethodGet, Path: "/admin/orders", Name: "admin.order.list", Role: kit.Administrator, Handler: h.getList},
		{Method: http.MethodPost, Path: "/admin/orders.csv", Name: "admin.order.csv", Role: kit.Administrator, Handler: h.postCSV},
		{Method: http.MethodGet, Path: "/admin/orders/:order", Name: "admin.order.show", Role: kit.Administrator, Handler: h.getOrder},
		{Method: http.MethodPost, Path: "/admin/orders/:order/seen", Name: "admin.order.seen", Role: kit.Administrator, Handler: h.postSeen},
		{Method: http.MethodGet, Path: "/admin/orders/:order/refund", Name: "admin.order.refund.new", Role: kit.Administrator, Handler: h.getRefund, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/orders/:order/refund", Name: "admin.order.refund", Role: kit.Administrator, Handler: h.postRefund, Use: fresh},
		{Method: http.MethodGet, Path: "/admin/orders/:order/certificate", Name: "admin.order.certificate.new", Role: kit.Administrator, Handler: h.getCertificate, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/orders/:order/certificate", Name: "admin.order.certificate", Role: kit.Administrator, Handler: h.postCertificate, Use: fresh},
	}
	if d.Sandbox != nil {
		path := stripesandbox.PagePath + ":session"
		routes = append(routes,
			kit.Route{Method: http.MethodGet, Path: path, Name: "sandbox.show", Role: kit.Anyone, Handler: h.getSandbox},
			kit.Route{Method: http.MethodPost, Path: path, Name: "sandbox.act", Role: kit.Anyone, Handler: h.postSandbox},
		)
	}
	return routes
}

// viewer is the signed-in person's ID; the routes above admit nobody else.
func viewer(c echo.Context) string {
	if v := kit.ViewerOf(c); v != nil {
		return v.PersonID
	}
	return ""
}
