package account

import (
	"cmp"
	"net/http"
	"strings"
	"time"

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
	next := kit.Next(c, c.QueryParam("next"))
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
	next := kit.Next(c, f.Str("next"))
	err = h.Accounts.Register(c.Request().Context(), account.Registration{
		Name: f.Str("name"), Email: f.Str("email"), Password: f.Get("password"),
		TimeZone: f.Str("time_zone"), Profession: f.Str("profession"), Next: next,
	}, h.client(c))
	if err != nil {
		return again(c, f, err, "account/register", newRegisterPage(next))
	}
	h.setTyped(c, typed{f.Str("email"), next})
	return kit.Redirect(c, "/register/sent", nil)
}

// typed is what a visitor gave a moment ago: the page after it shows the address,
// so that a slip of the finger is noticed. It travels in a sealed cookie, because
// an address in a URL would lie in histories and logs.
type typed struct{ Email, Next string }

const typedLife = 20 * time.Minute

func (h *handler) setTyped(c echo.Context, t typed) {
	until := h.Now().Add(typedLife)
	h.setCookie(c, cookieTyped, h.Accounts.SealFor(cookieTyped, t.Email+"\n"+t.Next, until), until)
}

func (h *handler) typed(c echo.Context) (t typed) {
	text, _ := h.Accounts.Unseal(cookieTyped, h.cookie(c, cookieTyped))
	t.Email, t.Next, _ = strings.Cut(text, "\n")
	return t
}

func (h *handler) getRegistered(c echo.Context) error {
	secret(c)
	t := h.typed(c)
	return kit.Render(c, http.StatusOK, "account/sent", kit.View{NoIndex: true, Form: kit.NewForm("email", t.Email), Data: t})
}

// Confirmed is for routes that demand a confirmed address: it leads whoever has
// none to the page that sends the mail again, and from its link back to the page
// that they were on.
func Confirmed(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		i, ok := IdentityOf(c)
		if !ok || i.EmailConfirmed || kit.WantsJSON(c) {
			return next(c)
		}
		return kit.Redirect(c, withNext("/email/unconfirmed", kit.Next(c, pageOf(c, ""))), nil)
	}
}

func (h *handler) getUnconfirmed(c echo.Context) error {
	next := kit.Next(c, c.QueryParam("next"))
	if identity(c).EmailConfirmed {
		return kit.Redirect(c, h.target(c, next), nil)
	}
	return kit.Render(c, http.StatusOK, "account/unconfirmed", kit.View{NoIndex: true, Data: next})
}

var mailSentAgain = kit.NewFlash("account.mail_again", kit.Info, "If this address waits for confirmation, a new mail is on its way.")

// postResend serves the page after registration, where the address is typed,
// and the pages of somebody signed in, where it is known.
func (h *handler) postResend(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	i, known := IdentityOf(c)
	t := typed{f.Str("email"), kit.Next(c, f.Str("next"))}
	if known {
		t.Email = i.Email
	}
	err = h.Accounts.ResendConfirmation(c.Request().Context(), t.Email, t.Next, h.client(c))
	switch {
	case known && err != nil:
		return err
	case err != nil:
		return again(c, f, err, "account/sent", typed{Next: t.Next})
	case known && t.Next != "":
		return kit.Redirect(c, withNext("/email/unconfirmed", t.Next), mailSentAgain)
	case known:
		return kit.Redirect(c, "/account", mailSentAgain)
	}
	h.setTyped(c, t)
	return kit.Redirect(c, "/register/sent", mailSentAgain)
}

// getConfirmEmail only shows a button: programs that scan mails open links.
func (h *handler) getConfirmEmail(c echo.Context) error {
	secret(c)
	email, done, err := h.Accounts.CheckConfirmLink(c.Request().Context(), c.Param("token"), h.client(c))
	if err != nil {
		return err
	}
	if done {
		return h.confirmedOn(c, email, emailConfirmed)
	}
	return kit.Render(c, http.StatusOK, "account/confirm_email", kit.View{NoIndex: true, Data: email})
}

var (
	emailConfirmed = kit.NewFlash("account.email_confirmed", kit.Success, "Your email address is confirmed.")
	confirmedIn    = kit.NewFlash("account.confirmed_in", kit.Success, "Your email address is confirmed. Please sign in.")
	emailChanged   = kit.NewFlash("account.email_changed", kit.Success, "Your email address is changed. Every other device is signed out.")
	confirmedOut   = kit.NewFlash("account.confirmed_out", kit.Success, "Your email address is confirmed. It was registered more than once, so for safety we signed every device out; please sign in.")
)

func (h *handler) postConfirmEmail(c echo.Context) error {
	secret(c)
	i, _ := IdentityOf(c)
	done, err := h.Accounts.ConfirmEmail(c.Request().Context(), c.Param("token"), i.SessionID, h.client(c))
	if err != nil {
		return err
	}
	_, gone := h.Accounts.Authenticate(h.cookie(c, cookieAccess))
	switch {
	case done.Out && gone != nil:
		h.clearSession(c)
		return h.toLogin(c, done.Email, confirmedOut)
	case done.Changed:
		return h.confirmedOn(c, done.Email, emailChanged)
	}
	return h.confirmedOn(c, done.Email, emailConfirmed)
}

// confirmedOn leads on whoever used the link of a confirmation mail.
func (h *handler) confirmedOn(c echo.Context, email string, say *kit.Flash) error {
	next := kit.Next(c, c.QueryParam("next"))
	switch {
	case kit.ViewerOf(c) != nil:
		return kit.Redirect(c, cmp.Or(next, "/account"), say)
	case say == emailConfirmed:
		say = confirmedIn
	}
	return h.toLogin(c, email, say)
}

// toLogin leads to the sign-in page, with the address filled in.
func (h *handler) toLogin(c echo.Context, email string, say *kit.Flash) error {
	next := kit.Next(c, c.QueryParam("next"))
	h.setTyped(c, typed{email, next})
	return kit.Redirect(c, withNext("/login", next), say)
}

// secret keeps a page whose address or text is a secret out of caches, and its
// address out of the Referer.
func secret(c echo.Context) {
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer")
}
