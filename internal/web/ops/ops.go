// Package ops has the operator's addresses beyond health: the metrics, and
// under demo the outbox that shows what mail would have been sent.
package ops

import (
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the addresses need.
type Deps struct {
	Metrics prometheus.Gatherer
	// Token opens /metrics to whoever presents it as a bearer; without one the
	// address answers this machine only.
	Token string
	// Outbox is nil but under demo: then its pages do not exist. It shows
	// everybody's mail, reset links included.
	Outbox *mail.Outbox
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	metrics := promhttp.HandlerFor(d.Metrics, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError, MaxRequestsInFlight: 4})
	routes := []kit.Route{
		{Method: http.MethodGet, Path: "/metrics", Name: "ops.metrics", Role: kit.Anyone, Handler: echo.WrapHandler(metrics), Use: []echo.MiddlewareFunc{h.operator}},
	}
	if d.Outbox != nil {
		routes = append(routes,
			kit.Route{Method: http.MethodGet, Path: "/outbox", Name: "outbox.list", Role: kit.Anyone, Handler: h.getOutbox},
			kit.Route{Method: http.MethodGet, Path: "/outbox/:id", Name: "outbox.show", Role: kit.Anyone, Handler: h.getMail},
			kit.Route{Method: http.MethodGet, Path: "/outbox/:id/html", Name: "outbox.html", Role: kit.Anyone, Handler: h.getMailHTML},
		)
	}
	return routes
}

// operator lets monitoring in. It answers plainly: a scraper cannot follow a
// redirect to the sign-in page.
func (h *handler) operator(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		switch {
		case h.Token == "" && !local(c):
			return c.String(http.StatusForbidden, "Metrics answer this machine only. Set COCARE_METRICS_TOKEN to read them from another.\n")
		case h.Token != "" && !bears(c.Request(), h.Token):
			c.Response().Header().Set("WWW-Authenticate", `Bearer realm="metrics"`)
			return c.String(http.StatusUnauthorized, "Metrics need the token that COCARE_METRICS_TOKEN names.\n")
		}
		return next(c)
	}
}

// local reports whether the request was made on this machine: a proxy that
// runs here passes on the requests of others, and says so in a header.
func local(c echo.Context) bool {
	r := c.Request()
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// bears compares hashes, so that neither the token's length nor its beginning
// shows in the time that a refusal takes.
func bears(r *http.Request, token string) bool {
	scheme, got, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	a, b := sha256.Sum256([]byte(strings.TrimSpace(got))), sha256.Sum256([]byte(token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(a[:], b[:]) == 1
}
