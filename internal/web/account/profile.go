package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/web/kit"
)

type profilePage struct {
	Person             account.Person
	Zones, Professions []kit.Option
	Tabs               []kit.Link
	Locked             bool // the legal name is an administrator's to change
	Pending            account.PendingEmail
}

// tabs are the pages of the account.
func tabs() []kit.Link {
	return []kit.Link{{Label: "Profile", Href: "/account"}, {Label: "Licenses", Href: "/account/licenses"},
		{Label: "Security", Href: "/account/security"}, {Label: "Your data", Href: "/account/data"}}
}

func (h *handler) profile(c echo.Context) (profilePage, error) {
	ctx, id := c.Request().Context(), identity(c).PersonID
	p, err := h.Accounts.Get(ctx, id)
	if err != nil {
		return profilePage{}, err
	}
	page := profilePage{Person: p, Zones: zones(p.TimeZone), Professions: choices(lists.Professions, "Not given"), Tabs: tabs()}
	if page.Locked, err = h.Accounts.NameLocked(ctx, id); err != nil {
		return page, err
	}
	page.Pending, err = h.Accounts.PendingEmail(ctx, id)
	return page, err
}

func (h *handler) getProfile(c echo.Context) error {
	page, err := h.profile(c)
	if err != nil {
		return err
	}
	p := page.Person
	return kit.Render(c, http.StatusOK, "account/profile", kit.View{Data: page,
		Form: kit.NewForm("name", p.Name, "legal_name", p.LegalName, "time_zone", p.TimeZone, "profession", p.Profession)})
}

var profileSaved = kit.NewFlash("account.profile", kit.Success, "Your profile is saved.")

func (h *handler) postProfile(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	t, i, err := h.Accounts.UpdateProfile(c.Request().Context(), identity(c), account.Profile{
		Name: f.Str("name"), LegalName: f.Str("legal_name"), TimeZone: f.Str("time_zone"), Profession: f.Str("profession"),
		KeepLegalName: len(f.All("legal_name")) == 0, // a locked name has no field
	})
	if err != nil {
		page, e := h.profile(c)
		if e != nil {
			return e
		}
		return again(c, f, err, "account/profile", page)
	}
	h.renewed(c, t, i)
	return kit.Redirect(c, "/account", profileSaved)
}

func (h *handler) getEmail(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "account/email", nil)
}

var emailRequested = kit.NewFlash("account.email", kit.Info, "We sent a mail to the new address. Your address changes when you use the link in it.")

func (h *handler) postEmail(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	err = h.Accounts.RequestEmail(c.Request().Context(), identity(c), f.Str("email"), f.Get("current_password"))
	if err != nil {
		return again(c, f, err, "account/email", nil)
	}
	return kit.Redirect(c, "/account", emailRequested)
}

var (
	emailAgain    = kit.NewFlash("account.email_again", kit.Info, "A mail is on its way to the new address.")
	emailCanceled = kit.NewFlash("account.email_canceled", kit.Success, "The change is canceled. Your address stays, and the link that we sent is void.")
)

// postEmailAgain and postEmailCancel are about the change that the page named: by
// now another one may wait.
func (h *handler) postEmailAgain(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if err := h.Accounts.ResendEmail(c.Request().Context(), identity(c), f.Str("email")); err != nil {
		return err
	}
	return kit.Redirect(c, "/account", emailAgain)
}

func (h *handler) postEmailCancel(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if err := h.Accounts.CancelEmail(c.Request().Context(), identity(c), f.Str("email")); err != nil {
		return err
	}
	return kit.Redirect(c, "/account", emailCanceled)
}

func (h *handler) getPassword(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "account/password", password.MinLength)
}

var passwordChanged = kit.NewFlash("account.password", kit.Success, "Your password is changed. Every other device is signed out.")

func (h *handler) postPassword(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	t, i, err := h.Accounts.ChangePassword(c.Request().Context(), identity(c), f.Get("current_password"), f.Get("password"))
	if err != nil {
		return again(c, f, err, "account/password", password.MinLength)
	}
	h.renewed(c, t, i)
	return kit.Redirect(c, "/account", passwordChanged)
}

// getJWKS publishes the public keys of the sessions, for whoever checks tokens
// beside us.
func (h *handler) getJWKS(c echo.Context) error {
	set, err := h.Accounts.JWKS()
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=60")
	return c.JSON(http.StatusOK, map[string]any{"keys": set})
}
