package account

import (
	"bytes"
	"encoding/base64"
	"html/template"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"
	"rsc.io/qr"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

type securityPage struct {
	Sessions []account.Session
	Methods  account.Methods
	Passkeys []account.Passkey
	Place    passkeyPlace
	Enroll   bool // no role counts before a factor is set up
	Tabs     []kit.Link
}

func (h *handler) getSecurity(c echo.Context) error {
	ctx, i := c.Request().Context(), identity(c)
	page := securityPage{Place: h.passkeyPlace(c, "/account/security"), Enroll: i.Enroll, Tabs: tabs()}
	var err error
	if page.Sessions, err = h.Accounts.Sessions(ctx, i); err != nil {
		return err
	}
	if page.Methods, err = h.Accounts.Methods(ctx, i.PersonID); err != nil {
		return err
	}
	if page.Passkeys, err = h.Accounts.Passkeys(ctx, i.PersonID); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "account/security", page)
}

var errNoPasskey = apperr.New(apperr.NotFound, "There is no such passkey.")

var (
	deviceOut     = kit.NewFlash("account.device_out", kit.Success, "That device is signed out.")
	othersOut     = kit.NewFlash("account.others_out", kit.Success, "Every other device is signed out.")
	factorAdded   = kit.NewFlash("account.factor_added", kit.Success, "Your second factor is set up. Make recovery codes now, in case you lose it.")
	factorRemoved = kit.NewFlash("account.factor_removed", kit.Success, "It is removed.")
)

func (h *handler) postEndSession(c echo.Context) error {
	i := identity(c)
	if err := h.Accounts.EndSession(c.Request().Context(), i, c.Param("id")); err != nil {
		return err
	}
	if c.Param("id") == i.SessionID {
		return h.leave(c)
	}
	return kit.Redirect(c, "/account/security", deviceOut)
}

func (h *handler) postEndOthers(c echo.Context) error {
	if err := h.Accounts.EndOtherSessions(c.Request().Context(), identity(c)); err != nil {
		return err
	}
	return kit.Redirect(c, "/account/security", othersOut)
}

func (h *handler) postTOTP(c echo.Context) error {
	if err := h.Accounts.BeginTOTP(c.Request().Context(), identity(c)); err != nil {
		return err
	}
	return kit.Redirect(c, "/account/security/totp", nil)
}

type totpPage struct {
	Secret string
	QR     template.URL
	Side   int // of the picture, in pixels
}

// totpSetup draws the code to scan as a picture inside the page.
func (h *handler) totpSetup(c echo.Context) (totpPage, error) {
	secret(c)
	setup, err := h.Accounts.PendingTOTP(c.Request().Context(), identity(c))
	if err != nil {
		return totpPage{}, err
	}
	code, err := qr.Encode(setup.URI, qr.M)
	if err != nil {
		return totpPage{}, err
	}
	code.Scale = 5
	groups := slices.Collect(slices.Chunk([]byte(setup.Secret), 4))
	grouped := string(bytes.Join(groups, []byte(" ")))
	// #nosec G203 -- a picture that we drew
	return totpPage{grouped, template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())), (code.Size + 8) * code.Scale}, nil
}

func (h *handler) getTOTP(c echo.Context) error {
	page, err := h.totpSetup(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "account/totp", page)
}

func (h *handler) postConfirmTOTP(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	t, i, err := h.Accounts.ConfirmTOTP(c.Request().Context(), identity(c), f.Str("code"))
	if err != nil {
		page, e := h.totpSetup(c)
		if e != nil {
			return e
		}
		return again(c, f, err, "account/totp", page)
	}
	h.renewed(c, t, i)
	return kit.Redirect(c, "/account/security", factorAdded)
}

func (h *handler) postRemoveTOTP(c echo.Context) error {
	t, i, err := h.Accounts.RemoveTOTP(c.Request().Context(), identity(c))
	if err != nil {
		return err
	}
	h.renewed(c, t, i)
	return kit.Redirect(c, "/account/security", factorRemoved)
}

func (h *handler) getPasskey(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "account/passkey", h.passkeyPlace(c, "/account/security/passkeys"))
}

func (h *handler) postPasskeyChallenge(c echo.Context) error {
	ch, err := h.Accounts.BeginPasskey(c.Request().Context(), identity(c))
	return sendChallenge(c, ch, err)
}

func (h *handler) postPasskey(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	t, i, err := h.Accounts.AddPasskey(c.Request().Context(), identity(c), f.Str("challenge"), f.Str("passkey_name"), []byte(f.Get("passkey")))
	if err != nil {
		return again(c, f, err, "account/passkey", h.passkeyPlace(c, "/account/security/passkeys"))
	}
	h.renewed(c, t, i)
	return kit.Redirect(c, "/account/security", factorAdded)
}

func (h *handler) postRemovePasskey(c echo.Context) error {
	t, i, err := h.Accounts.RemovePasskey(c.Request().Context(), identity(c), c.Param("id"))
	if err != nil {
		return err
	}
	h.renewed(c, t, i)
	return kit.Redirect(c, "/account/security", factorRemoved)
}

type confirmPage struct {
	factorPage
	HasFactor bool
}

func (h *handler) confirmPage(c echo.Context, next string, unsent *kit.Unsent) (confirmPage, error) {
	i := identity(c)
	m, err := h.Accounts.Methods(c.Request().Context(), i.PersonID)
	return confirmPage{h.factorPage(c, m, next, "/account/security/confirm", unsent), m.Any()}, err
}

func (h *handler) getConfirm(c echo.Context) error {
	page, err := h.confirmPage(c, kit.Next(c, c.QueryParam("next")), nil)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "account/confirm", page)
}

func (h *handler) postConfirm(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	next, unsent := kit.Next(c, f.Str("next")), carried(c, f)
	t, i, err := h.Accounts.Confirm(c.Request().Context(), identity(c), proof(f))
	if err != nil {
		page, e := h.confirmPage(c, next, unsent)
		if e != nil {
			return e
		}
		return again(c, f, err, "account/confirm", page)
	}
	h.renewed(c, t, i)
	if unsent != nil {
		return showUnsent(c, unsent, i.Enroll)
	}
	if next == "" {
		next = "/account/security"
	}
	return kit.Redirect(c, next, confirmed)
}

var confirmed = kit.NewFlash("account.confirmed", kit.Success, "Thank you, it is you. What you wanted to do is open for ten minutes.")

func (h *handler) postConfirmChallenge(c echo.Context) error {
	ch, err := h.Accounts.ChallengePerson(c.Request().Context(), identity(c))
	return sendChallenge(c, ch, err)
}
