package account

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/factor"
	"github.com/atmacena/cocare/internal/account/password"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

// home is where a person goes who did not come from anywhere.
func (h *handler) home(c echo.Context) string {
	if h.Home == nil {
		return "/"
	}
	return h.Home(kit.ViewerOf(c))
}

// target is where to go after a sign-in.
func (h *handler) target(c echo.Context, next string) string {
	if next = kit.Next(c, next); next != "" {
		return next
	}
	return h.home(c)
}

func (h *handler) getLogin(c echo.Context) error {
	next := kit.Next(c, c.QueryParam("next"))
	if kit.ViewerOf(c) != nil {
		return kit.Redirect(c, h.target(c, next), nil)
	}
	return kit.Render(c, http.StatusOK, "account/login", kit.View{NoIndex: next != "", Form: kit.NewForm("email", h.typed(c).Email), Data: loginPage{Next: next}})
}

// loginPage is where to go afterward, and the form that the sign-in carries on, if any.
type loginPage struct {
	Next    string
	Unsent  *kit.Unsent
	Blocked bool
}

func (h *handler) postLogin(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	next, unsent := kit.Next(c, f.Str("next")), carried(c, f)
	page := loginPage{Next: next, Unsent: unsent}
	in, err := h.Accounts.SignIn(c.Request().Context(), f.Str("email"), f.Get("password"), h.client(c))
	if errors.Is(err, account.ErrBlocked) {
		f.Fail("", apperr.Message(err))
		page.Blocked = true
		return kit.Render(c, kit.Status(err), "account/login", kit.View{Form: f, NoIndex: true, Data: page})
	}
	if err != nil {
		return again(c, f, err, "account/login", page)
	}
	if in.Ticket != "" {
		h.setCookie(c, cookieTicket, in.Ticket, h.Now().Add(10*time.Minute))
		if unsent != nil {
			return h.showFactor(c, in.Ticket, next, unsent)
		}
		return kit.Redirect(c, withNext("/login/factor", next), nil)
	}
	return h.signedIn(c, in.Tokens, in.Identity, page)
}

// withNext carries on where a person was on their way to, if anywhere.
func withNext(path, next string) string {
	if next == "" {
		return path
	}
	return path + "?next=" + url.QueryEscape(next)
}

// signedIn ends what this browser was signed in with before and goes on. A
// second click may find the session that the first one opened.
func (h *handler) signedIn(c echo.Context, t account.Tokens, i account.Identity, to loginPage) error {
	current, _ := IdentityOf(c)
	if old := h.cookie(c, cookieRefresh); old != "" && current.SessionID != i.SessionID {
		if err := h.Accounts.SignOut(c.Request().Context(), old); err != nil {
			return err
		}
	}
	h.renewed(c, t, i)
	if i.EmailConfirmed { // before that it may be anybody's account
		h.remember(c, i.PersonID)
	}
	if h.cookie(c, cookieTyped) != "" {
		h.setCookie(c, cookieTyped, "", time.Time{})
	}
	if to.Unsent != nil {
		return showUnsent(c, to.Unsent, i.Enroll)
	}
	return kit.Redirect(c, h.target(c, to.Next), nil)
}

// remember makes this browser known for the person: no stranger's guesses keep
// them out here. It stays when they sign out.
func (h *handler) remember(c echo.Context, personID string) {
	h.setCookie(c, cookieDevices, h.Accounts.Remember(personID, h.cookie(c, cookieDevices)), h.Now().Add(account.DeviceLife))
}

type factorPage struct {
	account.Methods
	Next   string
	Action string // where the code goes; Action/passkey is where the script asks for a challenge
	Place  passkeyPlace
	Unsent *kit.Unsent
}

func (h *handler) factorPage(c echo.Context, m account.Methods, next, action string, unsent *kit.Unsent) factorPage {
	there := action
	if action == "/login/factor" {
		there = "/login" // the cookie of the first step stays here
	}
	return factorPage{m, next, action, h.passkeyPlace(c, withNext(there, next)), unsent}
}

// passkeyPlace says whether passkeys work at the address under which the browser
// came. Elsewhere is the same page where they do, if there is such a place.
type passkeyPlace struct {
	Here      bool
	Elsewhere string
}

// passkeyPlace judges by the request: whoever opened the demonstration by its
// number finds passkeys only as localhost, on the same port.
func (h *handler) passkeyPlace(c echo.Context, path string) passkeyPlace {
	origin, err := url.Parse(h.Accounts.PasskeyOrigin())
	if err != nil || origin.Host == "" {
		return passkeyPlace{}
	}
	if origin.Hostname() == "localhost" && !strings.EqualFold(c.Request().Host, origin.Host) {
		return passkeyPlace{Elsewhere: origin.String() + path}
	}
	return passkeyPlace{Here: true}
}

func (h *handler) getFactor(c echo.Context) error {
	return h.showFactor(c, h.cookie(c, cookieTicket), kit.Next(c, c.QueryParam("next")), nil)
}

// showFactor asks for the second step of the sign-in that a ticket stands for.
func (h *handler) showFactor(c echo.Context, ticket, next string, unsent *kit.Unsent) error {
	m, err := h.Accounts.TicketMethods(c.Request().Context(), ticket)
	if errors.Is(err, account.ErrTicket) {
		return kit.Redirect(c, "/login", startAgain)
	}
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "account/factor", kit.View{NoIndex: true,
		Data: h.factorPage(c, m, next, "/login/factor", unsent)})
}

var startAgain = kit.NewFlash("account.start_again", kit.Warning, "The sign-in took too long. Please start again.")

func (h *handler) postFactor(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, ticket := c.Request().Context(), h.cookie(c, cookieTicket)
	to := loginPage{Next: kit.Next(c, f.Str("next")), Unsent: carried(c, f)}
	t, i, err := h.Accounts.FinishSignIn(ctx, ticket, proof(f), h.client(c))
	if errors.Is(err, account.ErrTicket) {
		return startedAgain(c, to)
	}
	if err != nil {
		m, e := h.Accounts.TicketMethods(ctx, ticket)
		if e != nil {
			return e
		}
		return again(c, f, err, "account/factor", h.factorPage(c, m, to.Next, "/login/factor", to.Unsent))
	}
	h.setCookie(c, cookieTicket, "", time.Time{})
	return h.signedIn(c, t, i, to)
}

// startedAgain asks for the password once more; what is carried on stays.
func startedAgain(c echo.Context, to loginPage) error {
	if to.Unsent == nil {
		return kit.Redirect(c, "/login", startAgain)
	}
	f := kit.NewForm()
	f.Fail("", apperr.Message(account.ErrTicket))
	return kit.Render(c, http.StatusUnprocessableEntity, "account/login", kit.View{Form: f, NoIndex: true, Data: to})
}

// proof reads what the pages factor and confirm send.
func proof(f *kit.Form) account.Proof {
	return account.Proof{Password: f.Get("password"), Proof: factor.Proof{
		Code: f.Str("code"), ChallengeID: f.Str("challenge"), Passkey: []byte(f.Get("passkey")),
	}}
}

// challengeJSON is what static/js/only/passkey.js reads.
type challengeJSON struct {
	ID      string          `json:"id"`
	Options json.RawMessage `json:"options"`
}

func sendChallenge(c echo.Context, ch account.Challenge, err error) error {
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "no-store")
	return c.JSON(http.StatusOK, challengeJSON(ch))
}

func (h *handler) postLoginChallenge(c echo.Context) error {
	ch, err := h.Accounts.ChallengeTicket(c.Request().Context(), h.cookie(c, cookieTicket))
	return sendChallenge(c, ch, err)
}

var signedOut = kit.NewFlash("account.signed_out", kit.Success, "You are signed out.")

func (h *handler) postLogout(c echo.Context) error {
	if refresh := h.cookie(c, cookieRefresh); refresh != "" {
		if err := h.Accounts.SignOut(c.Request().Context(), refresh); err != nil {
			return err
		}
	}
	return h.leave(c)
}

// leave takes from this browser what it holds of a person who signed out here:
// the session, pages in the cache, and what scripts kept to send later, which
// the next person at the device must not find. The choice of colors is a cookie
// and stays.
func (h *handler) leave(c echo.Context) error {
	h.clearSession(c)
	c.Response().Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return kit.Redirect(c, "/login", signedOut)
}

func (h *handler) getForgot(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "account/forgot", kit.View{Form: kit.NewForm("email", h.typed(c).Email)})
}

func (h *handler) postForgot(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	if err := h.Accounts.Forgot(c.Request().Context(), f.Str("email"), h.client(c)); err != nil {
		return again(c, f, err, "account/forgot", nil)
	}
	h.setTyped(c, typed{Email: f.Str("email")})
	return kit.Redirect(c, "/password/forgot/sent", nil)
}

func (h *handler) getForgotSent(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "account/forgot_sent", kit.View{NoIndex: true})
}

func (h *handler) getReset(c echo.Context) error {
	secret(c)
	if err := h.Accounts.CheckResetLink(c.Request().Context(), c.Param("token"), h.client(c)); err != nil {
		return orAskAgain(err)
	}
	return kit.Render(c, http.StatusOK, "account/reset", kit.View{NoIndex: true, Data: password.MinLength})
}

// orAskAgain leads from a link that is over to where one gets another.
func orAskAgain(err error) error {
	if errors.Is(err, account.ErrLink) {
		return kit.WithLink(err, "Ask for a new link", "/password/forgot")
	}
	return err
}

var passwordReset = kit.NewFlash("account.reset", kit.Success, "Your new password is set. Please sign in with it.")

func (h *handler) postReset(c echo.Context) error {
	secret(c)
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	personID, err := h.Accounts.Reset(c.Request().Context(), c.Param("token"), f.Get("password"), h.client(c))
	if err != nil {
		return again(c, f, orAskAgain(err), "account/reset", password.MinLength)
	}
	h.clearSession(c)
	h.remember(c, personID)
	return kit.Redirect(c, "/login", passwordReset)
}
