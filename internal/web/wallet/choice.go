package wallet

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

// choicePage asks how a certificate counts for a license.
type choicePage struct {
	licensePage
	Entry      entry
	Ways       []kit.Option
	Categories []kit.Option
	Crumbs     []kit.Link
}

// The ways to count, as the form sends them; a line is named by its approval.
const (
	byLine = "line "
	byOwn  = "own"
	not    = "none"
)

func (h *handler) choicePage(c echo.Context) (p choicePage, err error) {
	ctx, id := person(c)
	v, e, err := h.Wallet.Certificate(ctx, id, c.Param("id"), c.Param("number"))
	if err != nil {
		return p, err
	}
	p = choicePage{licensePage: pageOf(v), Entry: entry{Entry: e, On: on(e.CompletedOn)}, Crumbs: crumbs(licenseCrumb(v.License))}
	for _, o := range e.Options {
		label := o.Short + ": " + o.Amount()
		if o.Category != "" {
			label += ", " + o.Category
		}
		p.Ways = append(p.Ways, kit.Option{Value: byLine + o.ApprovalID, Label: label, Hint: o.Note, Disabled: !o.Usable})
	}
	learning := e.Certificate.Facts.LearningTime
	p.Ways = append(p.Ways,
		kit.Option{Value: byOwn, Label: wallet.TimeOf(*e.Certificate) + ": " + credit.Amount(learning, "hour"),
			Hint: "No accreditor granted this. Choose it only if your board told you that it counts: it is your own judgment."},
		kit.Option{Value: not, Label: "It does not count for this license"})
	p.Categories = categories(v, e)
	return p, nil
}

// categories are those that the board asks for, and that of the certificate.
func categories(v wallet.View, e wallet.Entry) []kit.Option {
	own := "As the certificate says"
	if e.Category != "" && e.Chosen.Category == "" {
		own += ": " + e.Category
	}
	list := []kit.Option{{Label: own}}
	if v.Period == nil {
		return list
	}
	seen := false
	for _, t := range v.Period.Targets {
		list = append(list, kit.Option{Value: t.Category, Label: t.Category})
		seen = seen || t.Category == e.Chosen.Category
	}
	if e.Chosen.Category != "" && !seen {
		list = append(list, kit.Option{Value: e.Chosen.Category, Label: e.Chosen.Category})
	}
	return list
}

// way is what counts now.
func way(e wallet.Entry) string {
	switch e.Chosen.Kind {
	case wallet.ByLine:
		return byLine + e.Chosen.ApprovalID
	case wallet.ByOwn:
		return byOwn
	case wallet.Not:
		return not
	}
	return ""
}

func (h *handler) getChoice(c echo.Context) error {
	p, err := h.choicePage(c)
	if err != nil {
		return err
	}
	f := kit.NewForm("counts", way(p.Entry.Entry), "category", p.Entry.Chosen.Category)
	return kit.Render(c, http.StatusOK, "wallet/choice", kit.View{Form: f, Data: p})
}

var chosen = kit.NewFlash("wallet.chosen", kit.Success, "Saved. The sum is worked out anew.")

func (h *handler) postChoice(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id := person(c)
	choice := wallet.Choice{LicenseID: c.Param("id"), Category: f.Str("category"), Kind: wallet.Kind(f.Str("counts"))}
	if approval, ok := strings.CutPrefix(f.Str("counts"), byLine); ok {
		choice.Kind, choice.ApprovalID = wallet.ByLine, approval
	}
	if err := h.Wallet.Choose(ctx, id, c.Param("number"), choice); err != nil {
		page, e := h.choicePage(c)
		if e != nil {
			return e
		}
		return again(c, f, err, "wallet/choice", page)
	}
	return kit.Redirect(c, licenseHref(choice.LicenseID), chosen)
}
