package account

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// The cookies. The prefix of Secure ones keeps a sibling host from planting
// them (RFC 6265bis, 4.1.3.2).
const (
	cookieAccess  = "session"
	cookieRefresh = "refresh"
	cookieTicket  = "ticket"
	cookieTyped   = "typed"   // see typed
	cookieDevices = "devices" // who signed in here: see account.Client
)

const jwksPath = "/.well-known/jwks.json"

// Session tells the kit who is asking and the audit log who acts. An expired
// access token is renewed on the way, whatever the request is; its body is not
// touched. A form that came too late for its session is carried through the sign-in:
// see kit.Unsent.
func Session(d Deps) echo.MiddlewareFunc {
	h := &handler{d}
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			// Public files, which shared caches keep, must not carry anybody's cookies.
			if path := c.Request().URL.Path; strings.HasPrefix(path, kit.StaticPrefix) || path == jwksPath {
				return next(c)
			}
			i, ok, err := h.authenticate(c)
			if err != nil {
				return err
			}
			h.setActor(c, i)
			if !ok {
				return h.keepTyped(c, next(c))
			}
			h.setIdentity(c, i)
			if i.Enroll && !openToEnroll(c.Request().URL.Path) {
				if kit.WantsJSON(c) { // a script would take the page that it is led to for an answer
					return errEnrollFirst
				}
				if u := kit.TakeUnsent(c); u != nil {
					return showUnsent(c, u, true)
				}
				return c.Redirect(http.StatusSeeOther, "/account/security")
			}
			return h.keepTyped(c, next(c))
		}
	}
}

var errEnrollFirst = apperr.New(apperr.Unauthenticated, "Set up your second factor first, then go on. What you wrote is kept.")

func (h *handler) authenticate(c echo.Context) (account.Identity, bool, error) {
	if i, err := h.Accounts.Authenticate(h.cookie(c, cookieAccess)); err == nil {
		return i, true, nil
	}
	refresh := h.cookie(c, cookieRefresh)
	if refresh == "" {
		return account.Identity{}, false, nil
	}
	t, i, err := h.Accounts.Refresh(c.Request().Context(), refresh, h.client(c))
	if apperr.Is(err, apperr.Unauthenticated) {
		h.clearSession(c)
		return account.Identity{}, false, nil
	}
	if err != nil { // a fault of ours must not sign anybody out
		return account.Identity{}, false, err
	}
	h.setTokens(c, t)
	return i, true, nil
}

func (h *handler) setActor(c echo.Context, i account.Identity) {
	r := c.Request()
	a := audit.Actor{PersonID: i.PersonID, IP: c.RealIP(), UserAgent: r.UserAgent(),
		RequestID: c.Response().Header().Get(echo.HeaderXRequestID)}
	c.SetRequest(r.WithContext(audit.WithActor(r.Context(), a)))
}

func (h *handler) setIdentity(c echo.Context, i account.Identity) {
	c.Set(identityKey, i)
	kit.SetViewer(c, viewer(i))
}

func viewer(i account.Identity) *kit.Viewer {
	v := &kit.Viewer{PersonID: i.PersonID, Name: i.Name, Email: i.Email, Zone: zone(i.TimeZone),
		SessionID: i.SessionID, Confirmed: i.EmailConfirmed, FactorAt: i.FactorAt}
	for _, r := range i.Roles {
		if role, err := kit.ParseRole(string(r)); err == nil && i.Has(r) {
			v.Roles |= role
		}
	}
	return v
}

// openToEnroll lists what an administrator may use who still has to set a
// second factor up.
func openToEnroll(path string) bool {
	return strings.HasPrefix(path, "/account/security") || path == "/logout" || path == "/theme" ||
		strings.HasPrefix(path, "/email/") || path == "/healthz" || path == "/readyz" || path == "/metrics" ||
		strings.HasPrefix(path, "/.well-known/")
}

var locations sync.Map // of *time.Location by name: loading one reads a file

func zone(name string) *time.Location {
	if l, ok := locations.Load(name); ok {
		return l.(*time.Location) //nolint:forcetypeassert // only this function stores
	}
	l, err := time.LoadLocation(name)
	if err != nil {
		return nil // the kit then uses the site's
	}
	locations.Store(name, l)
	return l
}

func (h *handler) cookieName(name string) string {
	if h.HTTPS {
		return "__Host-" + name
	}
	return name
}

func (h *handler) cookie(c echo.Context, name string) string {
	cookie, err := c.Cookie(h.cookieName(name))
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setCookie stores a cookie until an instant; an empty value removes it.
func (h *handler) setCookie(c echo.Context, name, value string, until time.Time) {
	// #nosec G124 -- Secure wherever the base URL is https (DECISIONS 17)
	cookie := &http.Cookie{Name: h.cookieName(name), Value: value, Path: "/", HttpOnly: true, Secure: h.HTTPS, SameSite: http.SameSiteLaxMode}
	if value == "" {
		cookie.MaxAge = -1
	} else {
		cookie.MaxAge = max(1, int(until.Sub(h.Now())/time.Second))
	}
	c.SetCookie(cookie)
}

func (h *handler) setTokens(c echo.Context, t account.Tokens) {
	h.setCookie(c, cookieAccess, t.Access, t.AccessExpires)
	if t.Refresh != "" {
		h.setCookie(c, cookieRefresh, t.Refresh, t.RefreshExpires)
	}
}

func (h *handler) clearSession(c echo.Context) {
	h.setCookie(c, cookieAccess, "", time.Time{})
	h.setCookie(c, cookieRefresh, "", time.Time{})
}

// renewed hands the browser an access token that says what is true after a
// change, and makes this request's page say it too.
func (h *handler) renewed(c echo.Context, t account.Tokens, i account.Identity) {
	h.setTokens(c, t)
	h.setIdentity(c, i)
}
