// Package web assembles the HTTP server: the chain that every request passes,
// the table of routes, and the operator's addresses. What a page says and does
// is in the areas below it, how it is made in kit.
//
// The order of the chain is deliberate. The request ID comes first, so that
// everything after it can be found in the log; the host check comes before
// anything that reads a cookie; the cross-origin check before the session, so
// that a foreign form costs nothing; the session last, because only handlers
// need it; what everybody gets the same has none.
package web

import (
	"fmt"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Options are what New needs; all fields without "optional" are required.
type Options struct {
	BaseURL        *url.URL
	Renderer       *kit.Renderer
	Session        echo.MiddlewareFunc
	Routes         []kit.Route
	Log            *slog.Logger
	TrustedProxies []netip.Prefix // optional: whose X-Forwarded-For is believed
	Demo           bool           // answer only to loopback host names
	FormAction     []string       // optional: origins that a form may lead to
	CSRFBypass     []string       // optional: http.ServeMux patterns for callers that are no browsers
	Metrics        prometheus.Registerer
	Ready          func(*http.Request) error // for /readyz
}

// bodyLimit bounds every request; a form is far smaller.
const bodyLimit = "12M"

// bounded reports whether a request's handler bounds what it reads.
func bounded(routes []kit.Route) func(c echo.Context) bool {
	uploads := map[string]bool{}
	for _, r := range routes {
		if r.Uploads {
			uploads[r.Method+" "+r.Path] = true
		}
	}
	return func(c echo.Context) bool {
		r := c.Request()
		if !uploads[r.Method+" "+c.Path()] {
			return false
		}
		kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		return err == nil && kind == "multipart/form-data"
	}
}

// notForAll is the session on every route whose answer may depend on it.
func notForAll(routes []kit.Route, session echo.MiddlewareFunc) echo.MiddlewareFunc {
	forAll := map[string]bool{}
	for _, r := range routes {
		if r.ForAll {
			forAll[r.Path] = true
		}
	}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		signedIn := session(next)
		return func(c echo.Context) error {
			if forAll[c.Path()] {
				return next(c)
			}
			return signedIn(c)
		}
	}
}

// New returns the server's handler with every route registered.
func New(o Options) (*echo.Echo, error) {
	e := echo.New()
	e.HideBanner, e.HidePort = true, true
	e.Renderer = o.Renderer
	e.HTTPErrorHandler = kit.ErrorHandler(o.Log)
	e.IPExtractor = warnOfProxy(o.Log, extractor(o.TrustedProxies))

	cross, err := kit.CrossOrigin(nil, o.CSRFBypass)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	observe, err := observe(o.Log, o.Metrics)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	e.Use(
		kit.RequestID,
		observe,
		middleware.RecoverWithConfig(middleware.RecoverConfig{DisableErrorHandler: true, DisablePrintStack: true}),
		kit.Headers(kit.HeaderOptions{HTTPS: o.BaseURL.Scheme == "https", FormAction: o.FormAction}),
		onlyHost(o.BaseURL, o.Demo),
		onlyText,
		oneAddress,
		middleware.BodyLimitWithConfig(middleware.BodyLimitConfig{Limit: bodyLimit, Skipper: bounded(o.Routes)}),
		cross,
		notForAll(o.Routes, o.Session),
	)
	kit.Register(e, append(o.Renderer.Routes(), o.Routes...))
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok\n") }).Name = "ops.health"
	e.GET("/readyz", ready(o.Ready)).Name = "ops.ready"
	return e, nil
}

// extractor believes a forwarded address only from the named proxies: Echo's
// default believes anybody.
func extractor(proxies []netip.Prefix) echo.IPExtractor {
	if len(proxies) == 0 {
		return echo.ExtractIPDirect()
	}
	trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
	for _, p := range proxies {
		trust = append(trust, echo.TrustIPRange(&net.IPNet{IP: p.Addr().AsSlice(), Mask: net.CIDRMask(p.Bits(), p.Addr().BitLen())}))
	}
	return echo.ExtractIPFromXFFHeader(trust...)
}

// warnOfProxy says once that requests come through a proxy that nobody named:
// everybody then has the proxy's address, and one rate limit for all.
func warnOfProxy(log *slog.Logger, next echo.IPExtractor) echo.IPExtractor {
	var once sync.Once
	return func(r *http.Request) string {
		ip := next(r)
		if forwarded := r.Header.Get(echo.HeaderXForwardedFor); namesAddress(forwarded) && ip == echo.ExtractIPDirect()(r) {
			once.Do(func() {
				log.Warn("a proxy that COCARE_TRUSTED_PROXIES does not name forwards requests: rate limits see its address for everybody", "proxy", ip)
			})
		}
		return ip
	}
}

// namesAddress reports whether a header ends with an address, as a proxy writes
// it: what a client makes up does not blame a proxy.
func namesAddress(forwarded string) bool {
	last := forwarded[strings.LastIndexByte(forwarded, ',')+1:]
	_, err := netip.ParseAddr(strings.TrimSpace(last))
	return err == nil
}

func ready(check func(*http.Request) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := check(c.Request()); err != nil {
			return c.String(http.StatusServiceUnavailable, "not ready\n")
		}
		return c.String(http.StatusOK, "ready\n")
	}
}

var errHost = apperr.New(apperr.NotFound, "This server does not answer under that name.")

// onlyHost refuses requests under another name (DNS rebinding, links built
// from a forged Host). The operator's probes pass: they come by address.
func onlyHost(base *url.URL, demo bool) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			switch path := c.Request().URL.Path; {
			case path == "/healthz", path == "/readyz", path == "/metrics" && !demo && scraped(c.Request()):
				return next(c)
			case demo && loopbackHost(c.Request().Host), !demo && strings.EqualFold(c.Request().Host, base.Host):
				return next(c)
			}
			return errHost
		}
	}
}

// scraped reports a request for the metrics that no page in a browser can be
// tricked into: by address, under a name of this machine, or with a token.
func scraped(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return net.ParseIP(strings.Trim(host, "[]")) != nil || loopbackHost(r.Host) || r.Header.Get("Authorization") != ""
}

// oneAddress leads from /courses/ to /courses: pages have one address, but
// people type both.
var oneAddress = middleware.RemoveTrailingSlashWithConfig(middleware.TrailingSlashConfig{
	RedirectCode: http.StatusPermanentRedirect,
	Skipper: func(c echo.Context) bool {
		m := c.Request().Method
		return m != http.MethodGet && m != http.MethodHead
	},
})

var (
	errPath  = apperr.New(apperr.NotFound, "There is nothing at this address.")
	errQuery = apperr.New(apperr.Invalid, "This address holds characters that cannot be read. Please open the page again from its start.")
)

// onlyText refuses addresses that are no text: a database refuses them too, but
// only after a handler trusted them.
func onlyText(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		if !text(u.Path) {
			return errPath
		}
		if u.RawQuery != "" {
			if plain, err := url.QueryUnescape(u.RawQuery); err != nil || !text(plain) {
				return errQuery
			}
		}
		return next(c)
	}
}

func text(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

func loopbackHost(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(host, "localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// observe logs each request and counts it, by the route's pattern: an address
// can hold a token or a number, which the log must not. Who asked, from where and
// for what in particular is not in it either.
func observe(log *slog.Logger, reg prometheus.Registerer) (echo.MiddlewareFunc, error) {
	seconds := prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "cocare_http_request_seconds", Help: "Time to answer, by route and status class.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5},
	}, []string{"method", "route", "status"})
	if err := reg.Register(seconds); err != nil {
		return nil, err
	}
	known := kinds{seconds: seconds, log: log}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			start := time.Now()
			err := next(c)
			if err != nil {
				c.Error(err) // answers now, so that the status below is the one sent
			}
			took := time.Since(start)
			k := known.get(method(c), c.Path(), c.Response().Status)
			k.seconds.Observe(took.Seconds())
			ctx := c.Request().Context()
			if !k.log.Enabled(ctx, k.level) {
				return nil
			}
			k.log.LogAttrs(ctx, k.level, "request", slog.Int64("us", took.Microseconds()), slog.Int64("bytes", c.Response().Size),
				slog.String("request_id", c.Response().Header().Get(echo.HeaderXRequestID)))
			return nil
		}
	}, nil
}

// humdrum reports a route that is asked for all the time and tells nothing: the
// operator's probes and static files.
func humdrum(route string) bool {
	switch route {
	case "/healthz", "/readyz", "/metrics":
		return true
	}
	return strings.HasPrefix(route, kit.StaticPrefix)
}

// kinds remembers what every request of a kind would look up and write anew: its
// histogram, and the beginning of its line. There are no more kinds than routes,
// methods and statuses.
type kinds struct {
	seconds *prometheus.HistogramVec
	log     *slog.Logger
	m       sync.Map // kindKey → *kind
}

type kindKey struct {
	method, route string
	status        int
}

type kind struct {
	seconds prometheus.Observer
	log     *slog.Logger
	level   slog.Level
}

func (ks *kinds) get(method, route string, status int) *kind {
	key := kindKey{method, route, status}
	if k, ok := ks.m.Load(key); ok {
		return k.(*kind) //nolint:forcetypeassert // only this function stores
	}
	if route == "" {
		route = "none"
	}
	k := &kind{
		seconds: ks.seconds.WithLabelValues(method, route, strconv.Itoa(status/100)+"xx"),
		log:     ks.log.With(slog.String("method", method), slog.String("route", route), slog.Int("status", status)),
		level:   slog.LevelInfo,
	}
	if humdrum(route) {
		k.level = slog.LevelDebug
	}
	ks.m.Store(key, k)
	return k
}

// method keeps made-up methods out of the labels.
func method(c echo.Context) string {
	switch m := c.Request().Method; m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodOptions:
		return m
	}
	return "other"
}
