// Package account has the pages of accounts: register, sign in, profile,
// licenses, security, the person's data, and the administrator's list of
// people. It also has the session middleware, which every request passes.
package account

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need. The hooks may be nil.
type Deps struct {
	Accounts *account.Service
	Now      func() time.Time
	HTTPS    bool // the base URL is https: cookies are Secure and carry __Host-

	// Zone is the provider's, in which dates are read and compared; UTC if nil.
	Zone *time.Location
	// Home is where a person lands after signing in; "/" if nil.
	Home func(*kit.Viewer) string
	// Extra adds what other packages hold about a person to their own copy.
	Extra func(ctx context.Context, personID string) (Extra, error)
	// Consents leads to what a person agreed to and can take back.
	Consents func(ctx context.Context, personID string) ([]kit.Link, error)
	// PersonLinks leads from the administrator's page of a person to what other
	// areas know about them.
	PersonLinks func(personID string) []kit.Link
	// OpenNames lists the names that were attested and that certificates would
	// still print; CorrectName makes the ticked ones print the legal name instead,
	// and changes it, at once.
	OpenNames   func(ctx context.Context, personID string) ([]OpenName, error)
	CorrectName func(ctx context.Context, personID, name string, enrollments []string) error
	// PersonTables tells that page what they have of them.
	PersonTables func(ctx context.Context, personID string) ([]kit.Table, error)
}

// OpenName is a name that a certificate of a course would print.
type OpenName struct {
	EnrollmentID, Course, Name string
	At                         time.Time // of the attestation
}

// Extra is part of a person's own copy: Parts as they are, Lists one by one,
// because they may be long.
type Extra struct {
	Parts map[string]any
	Lists map[string]iter.Seq2[any, error]
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	h := &handler{d}
	return slices.Concat(h.doorRoutes(), h.ownRoutes(), h.securityRoutes(), h.peopleRoutes())
}

const identityKey = "account.identity"

// IdentityOf returns who is signed in; ok is false for a visitor.
func IdentityOf(c echo.Context) (i account.Identity, ok bool) {
	i, ok = c.Get(identityKey).(account.Identity)
	return i, ok
}

// identity is IdentityOf behind a route that demands somebody.
func identity(c echo.Context) account.Identity {
	i, _ := IdentityOf(c)
	return i
}

// Fresh is for routes that demand a second factor of the last ten minutes:
// refund, revoke, role change, export, erasure. It sends the person to confirm
// and back to the page that they were on.
func Fresh(now func() time.Time) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if i, ok := IdentityOf(c); ok && account.RequireFresh(i, now()) != nil {
				return toConfirm(c)
			}
			return next(c)
		}
	}
}

// owner demands a proof of the last ten minutes before the ways of signing in
// change.
func (h *handler) owner(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if account.RequireOwner(identity(c), h.Now()) != nil {
			return toConfirm(c)
		}
		return next(c)
	}
}

func toConfirm(c echo.Context) error {
	if kit.WantsJSON(c) {
		return account.ErrFactorNeeded
	}
	if u := kit.TakeUnsent(c); u != nil {
		return &staleError{u}
	}
	return c.Redirect(http.StatusSeeOther, "/account/security/confirm?next="+url.QueryEscape(kit.Next(c, pageOf(c, "/account/security"))))
}

// pageOf is the page that somebody is on who sent a request: for a form the one
// that it stands on, or if the browser does not tell, other.
func pageOf(c echo.Context, other string) string {
	r := c.Request()
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return r.URL.RequestURI()
	}
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		return u.RequestURI()
	}
	return other
}

func (h *handler) client(c echo.Context) account.Client {
	return account.Client{IP: c.RealIP(), UserAgent: c.Request().UserAgent(), Devices: h.cookie(c, cookieDevices)}
}

// again shows a form again with what was typed if err is about it, and returns
// err otherwise.
func again(c echo.Context, f *kit.Form, err error, page string, data any) error {
	if !f.Merge(err) {
		return err
	}
	return kit.Render(c, kit.Status(err), page, kit.View{Form: f, NoIndex: true, Data: data})
}

func choices(list []lists.Choice, blank string) []kit.Option {
	var options []kit.Option
	if blank != "" {
		options = append(options, kit.Option{Label: blank})
	}
	for _, c := range list {
		options = append(options, kit.Option{Value: c.Code, Label: c.Name})
	}
	return options
}

// zones offers the usual time zones, and the person's own if it is another.
func zones(current string) []kit.Option {
	options := choices(lists.Zones, "")
	if current != "" && lists.NameOf(lists.Zones, current) == current && current != "UTC" {
		options = append(options, kit.Option{Value: current, Label: current})
	}
	return options
}
