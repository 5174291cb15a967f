package account

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/web/kit"
)

// carried takes the form that a page of the sign-in carries on out of its fields.
// The page that comes next holds it, so nobody's cache may.
func carried(c echo.Context, f *kit.Form) *kit.Unsent {
	u := f.Unsent(c)
	if u != nil {
		c.Response().Header().Set("Cache-Control", "no-store")
	}
	return u
}

// staleError is the form of somebody who has to confirm first that it is them.
type staleError struct{ unsent *kit.Unsent }

func (e *staleError) Error() string { return account.ErrFactorNeeded.Error() }

// Unwrap returns what kind of error it is.
func (e *staleError) Unwrap() error { return account.ErrFactorNeeded }

// keepTyped answers a form that nobody may send now with the page of the sign-in,
// or of the proof, that carries it on. It returns err where there is nothing to keep.
func (h *handler) keepTyped(c echo.Context, err error) error {
	if stale, ok := errors.AsType[*staleError](err); ok {
		page, err := h.confirmPage(c, stale.unsent.From, stale.unsent)
		if err != nil {
			return err
		}
		return kept(c, http.StatusForbidden, "account/confirm", page)
	}
	if !kit.SignedOut(err) {
		return err
	}
	u := kit.TakeUnsent(c)
	if u == nil {
		return err
	}
	return kept(c, http.StatusUnauthorized, "account/login", loginPage{Next: u.From, Unsent: u})
}

// showUnsent shows what a form holds that was carried through the sign-in, with the
// button that sends it: nothing is sent without a press of it. enroll says that a
// second factor has to be set up first.
func showUnsent(c echo.Context, u *kit.Unsent, enroll bool) error {
	v := kit.ViewerOf(c)
	if err := u.For(v); err != nil {
		return err
	}
	return kept(c, http.StatusOK, "account/unsent", unsentPage{u, v.Mark(), enroll})
}

type unsentPage struct {
	*kit.Unsent
	Mark   string // of whom the form is sent for
	Enroll bool
}

func kept(c echo.Context, status int, page string, data any) error {
	c.Response().Header().Set("Cache-Control", "no-store")
	return kit.Render(c, status, page, kit.View{NoIndex: true, Data: data})
}
