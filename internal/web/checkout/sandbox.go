package checkout

import (
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/stripesandbox"
	"github.com/atmacena/cocare/internal/web/kit"
)

// getSandbox is the page that stands in for Stripe's. Like that one it knows
// its visitor by the address alone.
func (h *handler) getSandbox(c echo.Context) error {
	s, err := h.session(c)
	if err != nil {
		return err
	}
	return showSandbox(c, s, nil, nil)
}

// sandboxPage is the session with its price in words.
type sandboxPage struct {
	stripesandbox.Session
	Price string
}

func showSandbox(c echo.Context, s stripesandbox.Session, f *kit.Form, failure error) error {
	price, err := kit.Money(s.Data.AmountCents, strings.ToUpper(s.Data.Currency))
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "checkout/sandbox", kit.View{NoIndex: true, Form: f, Data: sandboxPage{s, price}})
}

func (h *handler) session(c echo.Context) (stripesandbox.Session, error) {
	id, err := kit.PathParam(c, "session")
	if err != nil {
		return stripesandbox.Session{}, err
	}
	return h.Sandbox.Get(c.Request().Context(), id)
}

func (h *handler) postSandbox(c echo.Context) error {
	s, err := h.session(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	to, err := h.Sandbox.Act(c.Request().Context(), s.ID, stripesandbox.Action(f.Str("action")), stripesandbox.Delivery(f.Str("delivery")))
	if f.Merge(err) {
		return showSandbox(c, s, f, err)
	}
	if err != nil {
		return err
	}
	return h.leave(c, to)
}
