package account

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

type licenseRow struct {
	account.License
	ProfessionName, JurisdictionName string
	Expires                          time.Time // zero if not given
	Expired                          bool
}

type licensesPage struct {
	Rows                       []licenseRow
	Professions, Jurisdictions []kit.Option
	Tabs                       []kit.Link
	ID                         string // of the license being changed, "" for a new one
	Next                       string // the page that sent the person here to add one
}

func (h *handler) licenses(ctx context.Context, i account.Identity, id string) (licensesPage, error) {
	list, err := h.Accounts.Licenses(ctx, i.PersonID)
	return licensesPage{Rows: h.licenseRows(list), Professions: choices(lists.Professions, "Choose one"),
		Jurisdictions: choices(lists.Jurisdictions, "Choose one"), Tabs: tabs(), ID: id}, err
}

// licenseRows compares dates in the provider's zone, as everywhere
// (DECISIONS 11).
func (h *handler) licenseRows(list []account.License) []licenseRow {
	today := h.Now().In(h.Zone).Format(time.DateOnly)
	rows := make([]licenseRow, len(list))
	for n, l := range list {
		rows[n] = licenseRow{License: l, ProfessionName: lists.NameOf(lists.Professions, l.Profession), JurisdictionName: lists.NameOf(lists.Jurisdictions, l.Jurisdiction)}
		if l.ExpiresOn == nil {
			continue
		}
		rows[n].Expired = *l.ExpiresOn < today
		if d, err := time.Parse(time.DateOnly, *l.ExpiresOn); err == nil { // it was checked when it was saved
			rows[n].Expires = d
		}
	}
	return rows
}

func (h *handler) getLicenses(c echo.Context) error {
	page, err := h.licenses(c.Request().Context(), identity(c), "")
	if err != nil {
		return err
	}
	page.Next = kit.Next(c, c.QueryParam("next"))
	return kit.Render(c, http.StatusOK, "account/licenses", page)
}

var errNoLicense = apperr.New(apperr.NotFound, "There is no such license.")

func (h *handler) getLicense(c echo.Context) error {
	page, err := h.licenses(c.Request().Context(), identity(c), c.Param("id"))
	if err != nil {
		return err
	}
	n := slices.IndexFunc(page.Rows, func(r licenseRow) bool { return r.ID == page.ID })
	if n < 0 {
		return errNoLicense
	}
	l := page.Rows[n]
	expires := ""
	if l.ExpiresOn != nil {
		expires = *l.ExpiresOn
	}
	return kit.Render(c, http.StatusOK, "account/license", kit.View{Data: page,
		Form: kit.NewForm("profession", l.Profession, "jurisdiction", l.Jurisdiction, "number", l.Number, "expires_on", expires)})
}

var licenseSaved = kit.NewFlash("account.license", kit.Success, "The license is saved.")

func (h *handler) postLicense(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, i, id := c.Request().Context(), identity(c), c.Param("id")
	l := account.License{ID: id, PersonID: i.PersonID, Profession: f.Str("profession"), Jurisdiction: f.Str("jurisdiction"), Number: f.Str("number")}
	if day := f.Str("expires_on"); day != "" {
		l.ExpiresOn = &day
	}
	if _, err := h.Accounts.SaveLicense(ctx, l); err != nil {
		page, e := h.licenses(ctx, i, id)
		if e != nil {
			return e
		}
		page.Next = kit.Next(c, f.Str("next"))
		template := "account/licenses"
		if id != "" {
			template = "account/license"
		}
		return again(c, f, err, template, page)
	}
	return kit.Redirect(c, cmp.Or(kit.Next(c, f.Str("next")), "/account/licenses"), licenseSaved)
}

var licenseRemoved = kit.NewFlash("account.license_removed", kit.Success, "The license is removed from your list. Certificates already issued keep what they print.")

func (h *handler) postRemoveLicense(c echo.Context) error {
	if err := h.Accounts.RemoveLicense(c.Request().Context(), identity(c).PersonID, c.Param("id")); err != nil {
		return err
	}
	return kit.Redirect(c, "/account/licenses", licenseRemoved)
}
