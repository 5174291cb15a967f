package wallet

import (
	"cmp"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

// periodPage is the form of a renewal period.
type periodPage struct {
	licensePage
	ID      string // of the period that is changed, "" for a new one
	Next    bool   // a new one behind others
	Sets    bool   // the license expires on its last day because of it
	Targets []targetFields
	Months  []kit.Option
	Crumbs  []kit.Link
}

// targetFields are the names of the fields of a category.
type targetFields struct{ Category, Hours string }

func (p periodPage) action() string {
	return licenseHref(p.License.ID) + "/periods/" + cmp.Or(p.ID, "new")
}

// Action is where the form posts to.
func (p periodPage) Action() string { return p.action() }

// lengths are how long periods commonly last, in months; "" takes the first day as
// it was typed.
var lengths = []kit.Option{{Label: "As the first day below says"}, {Value: "12", Label: "One year"}, {Value: "24", Label: "Two years"}, {Value: "36", Label: "Three years"}}

func (h *handler) periodPage(c echo.Context) (p periodPage, err error) {
	ctx, id := person(c)
	p.ID = c.Param("period")
	v, err := h.Wallet.License(ctx, id, c.Param("id"), p.ID)
	if err != nil {
		return p, err
	}
	p.licensePage, p.Months, p.Crumbs = pageOf(v), lengths, crumbs(licenseCrumb(v.License))
	p.Sets = p.ID != "" && v.Sets(*v.Period)
	p.Next = p.ID == "" && len(v.Periods) > 0
	for n := range wallet.MaxTargets {
		category, hours := wallet.TargetFields(n)
		p.Targets = append(p.Targets, targetFields{category, hours})
	}
	return p, nil
}

// proposal is what the form holds at first: the period as it is, or a new one that
// follows the newest and asks for as much. It proposes days, not hours that nobody
// entered.
func (p periodPage) proposal() wallet.Period {
	if p.ID != "" {
		return *p.Period
	}
	if !p.Next {
		return wallet.Period{EndsOn: p.License.Expiry()}
	}
	last := p.Periods[0]
	next := wallet.Period{BeginsOn: wallet.After(last.EndsOn), Centihours: last.Centihours, Targets: last.Targets}
	if p.Renewed() {
		next.EndsOn = p.License.Expiry()
	}
	return next
}

func formOf(p wallet.Period) *kit.Form {
	pairs := []string{"begins_on", p.BeginsOn, "ends_on", p.EndsOn, "hours", typed(p.Centihours), "carried", typed(p.Carried)}
	for n, t := range p.Targets {
		category, hours := wallet.TargetFields(n)
		pairs = append(pairs, category, t.Category, hours, typed(t.Centihours))
	}
	return kit.NewForm(pairs...)
}

// typed is how hours stand in a field, "" for none.
func typed(centihours int64) string {
	if centihours == 0 {
		return ""
	}
	return credit.Hours(centihours)
}

// centihours reads hours of a form; the service refuses -1.
func centihours(text string) int64 {
	if n, ok := credit.ParseHours(text); ok {
		return n
	}
	return -1
}

func (h *handler) getPeriod(c echo.Context) error {
	p, err := h.periodPage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "wallet/period", kit.View{Form: formOf(p.proposal()), Data: p})
}

var (
	periodSaved = kit.NewFlash("wallet.period", kit.Success, "The renewal period is saved.")
	periodMoved = kit.NewFlash("wallet.period_moved", kit.Success, "The renewal period is saved, and the license expires on another day than before. The day stands below.")
)

func (h *handler) postPeriod(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id := person(c)
	p := wallet.Period{ID: c.Param("period"), LicenseID: c.Param("id"), BeginsOn: f.Str("begins_on"), EndsOn: f.Str("ends_on"),
		Centihours: centihours(f.Str("hours")), Carried: centihours(f.Str("carried"))}
	if months, err := strconv.Atoi(f.Str("months")); err == nil && months > 0 && months <= 120 {
		p.Months = months
	}
	for n := range wallet.MaxTargets {
		category, hours := wallet.TargetFields(n)
		p.Targets = append(p.Targets, wallet.Target{Category: f.Str(category), Centihours: centihours(f.Str(hours))})
	}
	saved, moved, err := h.Wallet.SavePeriod(ctx, id, p)
	if err != nil {
		page, e := h.periodPage(c)
		if e != nil {
			return e
		}
		return again(c, f, err, "wallet/period", page)
	}
	said := periodSaved
	if moved {
		said = periodMoved
	}
	return kit.Redirect(c, licenseHref(p.LicenseID)+"?period="+saved, said)
}

func (h *handler) getRemovePeriod(c echo.Context) error {
	p, err := h.periodPage(c)
	if err != nil {
		return err
	}
	text := "Its days and the hours that you entered for it go. Certificates stay, and so does the license."
	if p.Sets {
		text += " " + p.setBack()
	}
	return ask(c, act{Question: "Remove the period through " + kit.Day(p.Ends().Location(), p.Ends()) + "?", Label: "Remove period",
		Text: text, Post: p.action() + "/remove", Crumbs: append(p.Crumbs, kit.Link{Label: "Renewal period", Href: p.action()})})
}

// setBack says what removing a period that set it does to the day of expiry.
func (p periodPage) setBack() string {
	day := p.Without(*p.Period)
	if day == "" {
		return "The license then has no expiry date, as before."
	}
	return "The license then expires on " + kit.Day(time.UTC, on(day)) + "."
}

var (
	periodRemoved = kit.NewFlash("wallet.period_removed", kit.Success, "The renewal period is removed.")
	periodGone    = kit.NewFlash("wallet.period_gone", kit.Success, "The renewal period is removed, and the day on which the license expires, which it had set, is set back.")
)

func (h *handler) postRemovePeriod(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	ctx, id := person(c)
	moved, err := h.Wallet.RemovePeriod(ctx, id, c.Param("id"), c.Param("period"))
	if err != nil {
		return err
	}
	said := periodRemoved
	if moved {
		said = periodGone
	}
	return kit.Redirect(c, licenseHref(c.Param("id")), said)
}
