package account

import (
	"errors"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/factor"
	"github.com/atmacena/cocare/internal/web/kit"
)

const sheetPath = "/account/security/recovery-codes/sheet"

// getRecoveryCodes asks before codes are made that may replace others.
func (h *handler) getRecoveryCodes(c echo.Context) error {
	m, err := h.Accounts.Methods(c.Request().Context(), identity(c).PersonID)
	if err != nil {
		return err
	}
	if !m.Any() {
		return kit.Redirect(c, "/account/security", nil)
	}
	a := act{Question: "Make recovery codes?", Label: "Make recovery codes", Text: "They are shown once. We tell you by mail that they were made.",
		Post: "/account/security/recovery-codes", Crumbs: crumbSecurity}
	if m.RecoveryCodes > 0 {
		a.Question, a.Label = "Make new recovery codes?", "Make new codes"
		a.Text += " The " + strconv.Itoa(m.RecoveryCodes) + " that you have left stop working."
	}
	return renderAct(c, a)
}

// postRecoveryCodes leads to a page that shows the codes: one that answered the
// POST would make others when it is loaded again.
func (h *handler) postRecoveryCodes(c echo.Context) error {
	if _, err := h.Accounts.NewRecoveryCodes(c.Request().Context(), identity(c)); err != nil {
		return err
	}
	return kit.Redirect(c, sheetPath, nil)
}

var (
	codesKept = kit.NewFlash("account.codes_kept", kit.Success, "Your recovery codes are set up. They are not shown again.")
	codesGone = kit.NewFlash("account.codes_gone", kit.Info, "The codes are not shown any more. If you have not kept them, make new ones.")
)

func (h *handler) getRecoverySheet(c echo.Context) error {
	secret(c)
	codes, err := h.Accounts.RecoveryCodes(c.Request().Context(), identity(c))
	if errors.Is(err, factor.ErrNoSheet) {
		return kit.Redirect(c, "/account/security", codesGone)
	}
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "account/recovery_codes", kit.View{NoIndex: true, Data: codes})
}

func (h *handler) postRecoverySheet(c echo.Context) error {
	if err := h.Accounts.PutAwayRecoveryCodes(c.Request().Context(), identity(c)); err != nil {
		return err
	}
	return kit.Redirect(c, "/account/security", codesKept)
}
