package wallet

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

// licensePage is a license in one of its periods.
type licensePage struct {
	wallet.View
	Entries []entry
	Tabs    []kit.Link // its periods, where there are several
}

// entry is an entry with its day and where it is changed.
type entry struct {
	wallet.Entry
	On   time.Time
	Href string
}

func pageOf(v wallet.View) licensePage {
	p := licensePage{View: v}
	for _, e := range v.Entries {
		row := entry{Entry: e, On: on(e.CompletedOn)}
		switch {
		case e.Revoked:
			row.Href = "/certificates/" + e.Certificate.Number
		case e.Elsewhere():
			row.Href = recordsPath + "/" + e.Record.ID
		default:
			row.Href = licenseHref(v.License.ID) + "/certificates/" + e.Certificate.Number
		}
		p.Entries = append(p.Entries, row)
	}
	if len(v.Periods) > 1 {
		for _, one := range v.Periods {
			p.Tabs = append(p.Tabs, kit.Link{Label: on(one.BeginsOn).Format("Jan 2006") + " to " + on(one.EndsOn).Format("Jan 2006"), Href: p.at(one)})
		}
	}
	return p
}

func (p licensePage) at(one wallet.Period) string {
	return licenseHref(p.License.ID) + "?period=" + one.ID
}

// Here is the page's own address among its tabs.
func (p licensePage) Here() string { return p.at(*p.Period) }

// Begins and Ends are the days of the period, Expires that of the license.
func (p licensePage) Begins() time.Time { return on(p.Period.BeginsOn) }

// Ends is the last day of the period.
func (p licensePage) Ends() time.Time { return on(p.Period.EndsOn) }

// Expires is the zero time where no day was given.
func (p licensePage) Expires() time.Time { return on(p.License.Expiry()) }

// Entered is the day that was entered before a period set another, the zero time for
// none.
func (p licensePage) Entered() time.Time { return on(p.Move.From) }

// Expired reports whether the day has passed where the person is.
func (p licensePage) Expired() bool {
	return p.License.ExpiresOn != nil && p.License.Expiry() < p.Today
}

// Reminders says when we write before the license expires; "" where no mail is to
// come any more.
func (p licensePage) Reminders() string {
	var days []string
	for _, d := range wallet.ReminderDays {
		if d <= p.DaysToGo() {
			days = append(days, strconv.Itoa(d))
		}
	}
	if n := len(days); n > 1 {
		return strings.Join(days[:n-1], ", ") + " and " + days[n-1]
	}
	return strings.Join(days, "")
}

// Bar is how far the progress bar has come.
func (p licensePage) Bar() int64 { return min(p.Sum.Counted, p.Sum.Required) }

// OwnHours are those that count by the person's own judgment.
func (p licensePage) OwnHours() (hours int64) {
	for _, e := range p.Entries {
		if e.Own {
			hours += e.Centihours
		}
	}
	return hours
}

// Newest is the period that ends last.
func (p licensePage) Newest() wallet.Period { return p.Periods[0] }

// NewestEnds is its last day.
func (p licensePage) NewestEnds() time.Time { return on(p.Newest().EndsOn) }

// Lapsed reports whether the newest period is over, so that the next is due.
func (p licensePage) Lapsed() bool { return p.Past() && p.Period.ID == p.Newest().ID }

// Asked is the board's rule on the hours of a renewal, nil if none is known.
func (p licensePage) Asked() *asked { return askedBy(p.Board) }

// asked is how many hours a board's rules ask for, and where that stands.
type asked struct {
	Board, Mark, Source, Says string
	CheckedOn                 time.Time
	Centihours                int64
}

func askedBy(b wallet.Board) *asked {
	if b.Pack == nil || b.Pack.Rules.RenewalCentihours == nil {
		return nil
	}
	r := b.Pack.Rules.RenewalCentihours
	return &asked{b.Pack.Short, string(r.Mark), r.Source, r.Says, r.CheckedOn, r.Value}
}

func (h *handler) getOverview(c echo.Context) error {
	ctx, id := person(c)
	o, err := h.Wallet.Overview(ctx, id)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "wallet/overview", overviewOf(o))
}

// overviewPage is the wallet at a glance.
type overviewPage struct {
	Licenses []licensePage
	Records  []recordRow
	Total    int64 // centihours of the records
	MB       int64 // of their files
}

// MaxMB is how much files may take together.
func (overviewPage) MaxMB() int64 { return wallet.MaxFiles >> 20 }

// recordRow is a certificate from elsewhere in a list.
type recordRow struct {
	wallet.Record
	On time.Time
}

func overviewOf(o wallet.Overview) overviewPage {
	p := overviewPage{MB: (o.Bytes + 1<<20 - 1) >> 20}
	for _, v := range o.Licenses {
		p.Licenses = append(p.Licenses, pageOf(v))
	}
	for _, r := range o.Records {
		p.Records = append(p.Records, recordRow{r, on(r.CompletedOn)})
		p.Total += r.Centihours
	}
	return p
}

// view looks at the license and the period of the address.
func (h *handler) view(c echo.Context) (licensePage, error) {
	ctx, id := person(c)
	v, err := h.Wallet.License(ctx, id, c.Param("id"), c.QueryParam("period"))
	return pageOf(v), err
}

func (h *handler) getLicense(c echo.Context) error {
	p, err := h.view(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "wallet/license", kit.View{Title: p.License.ProfessionName + ", " + p.License.JurisdictionName, Data: p})
}

// getPrint is the answer to an audit: what counts in a period, for paper.
func (h *handler) getPrint(c echo.Context) error {
	p, err := h.view(c)
	if err != nil {
		return err
	}
	if p.Period == nil {
		return wallet.ErrNoPeriod
	}
	return kit.Render(c, http.StatusOK, "wallet/print", kit.View{Title: "Continuing education, license " + p.License.Number, Data: p})
}

func (h *handler) postCSV(c echo.Context) error {
	p, err := h.view(c)
	if err != nil {
		return err
	}
	if p.Period == nil {
		return wallet.ErrNoPeriod
	}
	header := []string{"completed_on", "title", "provider", "granted_by", "category", "format", "hours", "counts", "by_own_judgment", "note", "issued_here", "certificate_number"}
	record := func(ctx context.Context) error {
		return h.Wallet.RecordExport(ctx, kit.ViewerOf(c).PersonID, p.License.ID)
	}
	return kit.Export(c, h.Fresh, record, "hours-"+p.Period.EndsOn+".csv", header, func(write func(...string) error) error {
		for _, e := range p.Entries {
			number := ""
			if !e.Elsewhere() {
				number = e.Certificate.Number
			}
			err := write(e.CompletedOn, e.Title, e.Provider(), e.By, e.Category, e.Format(), credit.Hours(e.Centihours), strconv.FormatBool(e.Counts), strconv.FormatBool(e.Own),
				e.Why, strconv.FormatBool(!e.Elsewhere()), number)
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// Provider is who gave it.
func (e entry) Provider() string {
	if e.Elsewhere() {
		return e.Record.Provider
	}
	return e.Certificate.Facts.Provider
}

// Format says how it was taken.
func (e entry) Format() string {
	if e.SelfPaced {
		return "Self-paced"
	}
	return "Live"
}

var (
	remindersOn  = kit.NewFlash("wallet.reminders_on", kit.Success, "We will remind you of this license by mail.")
	remindersOff = kit.NewFlash("wallet.reminders_off", kit.Success, "No more mail about this license.")
)

func (h *handler) postReminders(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id := person(c)
	wanted, said := f.Str("remind") == "yes", remindersOff
	switch {
	case wanted:
		said = remindersOn
	case f.Str("remind") != "no":
		if _, err := h.view(c); err != nil { // another's does not exist
			return err
		}
		return apperr.InvalidField("remind", "Say whether reminders are wanted.")
	}
	if err := h.Wallet.Remind(ctx, id, c.Param("id"), wanted); err != nil {
		return err
	}
	return kit.Redirect(c, licenseHref(c.Param("id")), said)
}
