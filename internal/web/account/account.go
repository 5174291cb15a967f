// Package account has the pages of accounts: register, sign in, profile,
// licenses, security, the person's data, and the administrator's list of
// people. It also has the session middleware, which every request passes.
package account

import (
	"context"
	"net/http"
	"net/url"
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

	// Home is where a person lands after signing in; "/" if nil.
	Home func(*kit.Viewer) string
	// Extra adds what other packages hold about a person to their own copy.
	Extra func(ctx context.Context, personID string) (map[string]any, error)
	// PersonLinks leads from the administrator's page of a person to what other
	// areas know about them.
	PersonLinks func(personID string) []kit.Link
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	fresh := []echo.MiddlewareFunc{Fresh(d.Now)}
	owner := []echo.MiddlewareFunc{h.owner}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/register", Name: "register.new", Role: kit.Anyone, Handler: h.getRegister},
		{Method: http.MethodPost, Path: "/register", Name: "register.create", Role: kit.Anyone, Handler: h.postRegister},
		{Method: http.MethodGet, Path: "/register/sent", Name: "register.sent", Role: kit.Anyone, Handler: h.getRegistered},
		{Method: http.MethodPost, Path: "/email/resend", Name: "email.resend", Role: kit.Anyone, Handler: h.postResend},
		{Method: http.MethodGet, Path: "/email/confirm/:token", Name: "email.confirm_page", Role: kit.Anyone, Handler: h.getConfirmEmail},
		{Method: http.MethodPost, Path: "/email/confirm/:token", Name: "email.confirm", Role: kit.Anyone, Handler: h.postConfirmEmail},

		{Method: http.MethodGet, Path: "/login", Name: "login.new", Role: kit.Anyone, Handler: h.getLogin},
		{Method: http.MethodPost, Path: "/login", Name: "login.create", Role: kit.Anyone, Handler: h.postLogin},
		{Method: http.MethodGet, Path: "/login/factor", Name: "login.factor_page", Role: kit.Anyone, Handler: h.getFactor},
		{Method: http.MethodPost, Path: "/login/factor", Name: "login.factor", Role: kit.Anyone, Handler: h.postFactor},
		{Method: http.MethodPost, Path: "/login/factor/passkey", Name: "login.passkey", Role: kit.Anyone, Handler: h.postLoginChallenge},
		{Method: http.MethodPost, Path: "/logout", Name: "login.end", Role: kit.Anyone, Handler: h.postLogout},

		{Method: http.MethodGet, Path: "/password/forgot", Name: "password.forgot_page", Role: kit.Anyone, Handler: h.getForgot},
		{Method: http.MethodPost, Path: "/password/forgot", Name: "password.forgot", Role: kit.Anyone, Handler: h.postForgot},
		{Method: http.MethodGet, Path: "/password/forgot/sent", Name: "password.sent", Role: kit.Anyone, Handler: h.getForgotSent},
		{Method: http.MethodGet, Path: "/password/reset/:token", Name: "password.reset_page", Role: kit.Anyone, Handler: h.getReset},
		{Method: http.MethodPost, Path: "/password/reset/:token", Name: "password.reset", Role: kit.Anyone, Handler: h.postReset},

		{Method: http.MethodGet, Path: "/account", Name: "account.show", Role: kit.SignedIn, Handler: h.getProfile},
		{Method: http.MethodPost, Path: "/account", Name: "account.update", Role: kit.SignedIn, Handler: h.postProfile},
		{Method: http.MethodGet, Path: "/account/email", Name: "account.email_page", Role: kit.SignedIn, Handler: h.getEmail},
		{Method: http.MethodPost, Path: "/account/email", Name: "account.email", Role: kit.SignedIn, Handler: h.postEmail},
		{Method: http.MethodGet, Path: "/account/password", Name: "account.password_page", Role: kit.SignedIn, Handler: h.getPassword},
		{Method: http.MethodPost, Path: "/account/password", Name: "account.password", Role: kit.SignedIn, Handler: h.postPassword},

		{Method: http.MethodGet, Path: "/account/licenses", Name: "license.list", Role: kit.SignedIn, Handler: h.getLicenses},
		{Method: http.MethodPost, Path: "/account/licenses", Name: "license.create", Role: kit.SignedIn, Handler: h.postLicense},
		{Method: http.MethodGet, Path: "/account/licenses/:id", Name: "license.edit", Role: kit.SignedIn, Handler: h.getLicense},
		{Method: http.MethodPost, Path: "/account/licenses/:id", Name: "license.update", Role: kit.SignedIn, Handler: h.postLicense},
		{Method: http.MethodPost, Path: "/account/licenses/:id/remove", Name: "license.remove", Role: kit.SignedIn, Handler: h.postRemoveLicense},

		{Method: http.MethodGet, Path: "/account/security", Name: "security.show", Role: kit.SignedIn, Handler: h.getSecurity},
		{Method: http.MethodPost, Path: "/account/security/sessions/others/end", Name: "session.end_others", Role: kit.SignedIn, Handler: h.postEndOthers},
		{Method: http.MethodPost, Path: "/account/security/sessions/:id/end", Name: "session.end", Role: kit.SignedIn, Handler: h.postEndSession},
		{Method: http.MethodPost, Path: "/account/security/totp", Name: "totp.begin", Role: kit.SignedIn, Handler: h.postTOTP, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/totp", Name: "totp.show", Role: kit.SignedIn, Handler: h.getTOTP, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/totp/confirm", Name: "totp.confirm", Role: kit.SignedIn, Handler: h.postConfirmTOTP, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/totp/remove", Name: "totp.remove", Role: kit.SignedIn, Handler: h.postRemoveTOTP, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/passkeys", Name: "passkey.new", Role: kit.SignedIn, Handler: h.getPasskey, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/passkeys/challenge", Name: "passkey.challenge", Role: kit.SignedIn, Handler: h.postPasskeyChallenge, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/passkeys", Name: "passkey.create", Role: kit.SignedIn, Handler: h.postPasskey, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/passkeys/:id/remove", Name: "passkey.remove", Role: kit.SignedIn, Handler: h.postRemovePasskey, Use: owner},
		{Method: http.MethodPost, Path: "/account/security/recovery-codes", Name: "recovery.create", Role: kit.SignedIn, Handler: h.postRecoveryCodes, Use: owner},
		{Method: http.MethodGet, Path: "/account/security/confirm", Name: "confirm.show", Role: kit.SignedIn, Handler: h.getConfirm},
		{Method: http.MethodPost, Path: "/account/security/confirm", Name: "confirm.create", Role: kit.SignedIn, Handler: h.postConfirm},
		{Method: http.MethodPost, Path: "/account/security/confirm/passkey", Name: "confirm.passkey", Role: kit.SignedIn, Handler: h.postConfirmChallenge},

		{Method: http.MethodGet, Path: "/account/data", Name: "data.show", Role: kit.SignedIn, Handler: h.getData},
		{Method: http.MethodPost, Path: "/account/data", Name: "data.download", Role: kit.SignedIn, Handler: h.postData, Use: fresh},
		{Method: http.MethodGet, Path: jwksPath, Name: "jwks.show", Role: kit.Anyone, Handler: h.getJWKS},

		{Method: http.MethodGet, Path: "/admin/people", Name: "admin.person.list", Role: kit.Administrator, Handler: h.getPeople},
		{Method: http.MethodGet, Path: "/admin/people.csv", Name: "admin.person.csv", Role: kit.Administrator, Handler: h.getPeopleCSV, Use: fresh},
		{Method: http.MethodGet, Path: "/admin/people/:id", Name: "admin.person.show", Role: kit.Administrator, Handler: h.getPerson},
		{Method: http.MethodGet, Path: "/admin/people/:id/edit", Name: "admin.person.edit", Role: kit.Administrator, Handler: h.getEditPerson, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/factors/remove", Name: "admin.person.factors", Role: kit.Administrator, Handler: h.postRemoveFactors, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/roles", Name: "admin.person.role", Role: kit.Administrator, Handler: h.postRole, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/block", Name: "admin.person.block", Role: kit.Administrator, Handler: h.postBlock, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/unblock", Name: "admin.person.unblock", Role: kit.Administrator, Handler: h.postUnblock, Use: fresh},
		{Method: http.MethodPost, Path: "/admin/people/:id/legal-name", Name: "admin.person.legal_name", Role: kit.Administrator, Handler: h.postLegalName, Use: fresh},
	}
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
	r := c.Request()
	back := r.URL.RequestURI()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		back = "/account/security"
		if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
			back = u.RequestURI()
		}
	}
	return c.Redirect(http.StatusSeeOther, "/account/security/confirm?next="+url.QueryEscape(kit.SafeNext(back)))
}

func client(c echo.Context) account.Client {
	return account.Client{IP: c.RealIP(), UserAgent: c.Request().UserAgent()}
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
