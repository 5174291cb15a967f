package account

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/web/kit"
)

type registerPage struct {
	Zones, Professions []kit.Option
	MinLength          int
	Next               string
}

func newRegisterPage(next string) registerPage {
	return registerPage{append([]kit.Option{{Label: "Choose one"}}, zones("")...), choices(lists.Professions, "Choose one"), password.MinLength, next}
}

func (h *handler) getRegister(c echo.Context) error {
	next := kit.SafeNext(c.QueryParam("next"))
	if kit.ViewerOf(c) != nil {
		return kit.Redirect(c, h.target(c, next), nil)
	}
	return kit.Render(c, http.StatusOK, "account/register", kit.View{NoIndex: next != "", Data: newRegisterPage(next)})
}

func (h *handler) postRegister(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	next := kit.SafeNext(f.Str("next"))
	err = h.Accounts.Register(c.Request().Context(), account.Registration{
		Name: f.Str("name"), Email: f.Str("email"), Password: f.Get("password"),
		TimeZone: f.Str("time_zone"), Profession: f.Str("profession"), Next: next,
	}, client(c))
	if err != nil {
		return again(c, f, err, "account/register", newRegisterPage(next))
	}
	return kit.Redirect(c, "/register/sent", nil)
}

func (h *handler) getRegistered(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "account/sent", kit.View{NoIndex: true})
}

var mailSentAgain = kit.NewFlash("account.mail_again", kit.Info, "If this address waits for confirmation, a new mail is on its way.")

// postResend serves the page after registration, where the address is typed,
// and the account page, where it is known.
func (h *handler) postResend(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	to, email := "/register/sent", f.Str("email")
	if i, ok := IdentityOf(c); ok {
		to, email = "/account", i.Email
	}
	if err := h.Accounts.ResendConfirmation(c.Request().Context(), email, client(c)); err != nil {
		return again(c, f, err, "account/sent", nil)
	}
	return kit.Redirect(c, to, mailSentAgain)
}

// getConfirmEmail only shows a button: programs that scan mails open links.
func (h *handler) getConfirmEmail(c echo.Context) error {
	secret(c)
	email, done, err := h.Accounts.CheckConfirmLink(c.Request().Context(), c.Param("token"), client(c))
	if err != nil {
		return err
	}
	if done {
		return confirmedOn(c)
	}
	return kit.Render(c, http.StatusOK, "account/confirm_email", kit.View{NoIndex: true, Data: email})
}

var emailConfirmed = kit.NewFlash("account.email_confirmed", kit.Success, "Your email address is confirmed.")

func (h *handler) postConfirmEmail(c echo.Context) error {
	secret(c)
	if err := h.Accounts.ConfirmEmail(c.Request().Context(), c.Param("token"), client(c)); err != nil {
		return err
	}
	return confirmedOn(c)
}

// confirmedOn leads on whoever used the link of a confirmation mail.
func confirmedOn(c echo.Context) error {
	next := kit.SafeNext(c.QueryParam("next"))
	switch {
	case kit.ViewerOf(c) == nil:
		return kit.Redirect(c, withNext("/login", next), emailConfirmed)
	case next != "":
		return kit.Redirect(c, next, emailConfirmed)
	}
	return kit.Redirect(c, "/account", emailConfirmed)
}

// secret keeps a page whose address or text is a secret out of caches, and its
// address out of the Referer.
func secret(c echo.Context) {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
}
