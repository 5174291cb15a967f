package certificates

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/web/kit"
)

const pageSize = 50

var errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")

// listPage is the administrator's list.
type listPage struct {
	Tabs   []kit.Link
	Totals []stateTotal
	Rows   []page
	Pager  kit.Pager
}

type stateTotal struct {
	State certificate.State
	N     int64
}

// readFilter reads the address of the list.
func readFilter(c echo.Context) (certificate.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 2)
	if err != nil {
		return certificate.Filter{}, err
	}
	f := certificate.Filter{Q: q.Q, State: certificate.State(q.State), PersonID: q.Person, ApprovalID: c.QueryParam("approval"), Sort: q.SortOf(certificate.Sorts), After: q.After, Before: q.Before, Limit: q.Limit}
	if f.State != "" && !slices.Contains(certificate.States, f.State) || len(f.ApprovalID) > 50 || apperr.Unstorable(f.ApprovalID) {
		return f, errFilter
	}
	return f, nil
}

func (h *handler) getList(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := h.Certificates.List(ctx, f)
	if err != nil {
		return err
	}
	counts, err := h.Certificates.Totals(ctx)
	if err != nil {
		return err
	}
	printing, err := h.Certificates.Printing(ctx, list.Certificates...)
	if err != nil {
		return err
	}
	var data listPage
	if data.Tabs, err = h.Tabs(ctx); err != nil {
		return err
	}
	for _, s := range certificate.States {
		data.Totals = append(data.Totals, stateTotal{s, counts[s]})
	}
	for _, cert := range list.Certificates {
		data.Rows = append(data.Rows, page{Certificate: cert, Slow: h.Now().Sub(cert.ReservedAt) > slow, Printing: printing[cert.ID]})
	}
	prev, next := "", ""
	if n := len(list.Certificates); n > 0 {
		if list.Earlier {
			prev = kit.Cursor(f.Key(list.Certificates[0])...)
		}
		if list.More {
			next = kit.Cursor(f.Key(list.Certificates[n-1])...)
		}
	}
	data.Pager = kit.NewPager(c, int(list.Total), len(data.Rows), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "certificates/admin", data)
}

func (h *handler) postCSV(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	header := []string{"number", "state", "holder", "course", "edition", "edition_sha256", "completed_on", "issued_on", "learning_time_hours", "credit",
		"reserved_at", "issued_at", "revoked_at", "revoked_reason", "replaces", "pdf_sha256"}
	record := func(ctx context.Context) error { return h.Certificates.RecordExport(ctx, f) }
	return kit.Export(c, h.Fresh, record, "certificates.csv", header, func(write func(...string) error) error {
		return h.Certificates.Each(c.Request().Context(), f, func(r certificate.Certificate) error {
			hours, err := kit.Hours(r.Facts.LearningTime)
			if err != nil {
				return err
			}
			return write(r.Number, string(r.State), r.HolderName, r.CourseTitle, strconv.Itoa(r.Facts.EditionNumber), r.Facts.EditionHash,
				r.Facts.CompletedOn, r.Facts.IssuedOn, hours, credits(r.Facts), kit.Stamp(&r.ReservedAt), kit.Stamp(r.IssuedAt), kit.Stamp(r.RevokedAt),
				r.RevokedReason, r.Facts.Replaces, r.PDFHash)
		})
	})
}

// credits are the credit lines in one cell.
func credits(f certificate.Facts) string {
	var out []string
	for _, l := range f.CreditLines {
		out = append(out, l.Short+": "+l.Amount())
	}
	return strings.Join(out, "; ")
}

// show reads the certificate of the address with what an administrator sees.
func (h *handler) show(c echo.Context) (page, error) {
	ctx := c.Request().Context()
	cert, err := h.Certificates.ByNumber(ctx, c.Param("number"))
	if err != nil {
		return page{}, err
	}
	p, err := h.page(ctx, cert)
	if err != nil {
		return page{}, err
	}
	p.Whole, p.Sums = true, true
	printing, err := h.Certificates.Printing(ctx, cert)
	if err != nil {
		return page{}, err
	}
	p.Printing = printing[cert.ID]
	var actors []string
	for _, e := range p.Events {
		if e.ActorID != nil {
			actors = append(actors, *e.ActorID)
		}
	}
	names, err := h.People.Names(ctx, actors)
	if err != nil {
		return page{}, err
	}
	for i := range p.Events {
		e := &p.Events[i]
		switch {
		case e.ActorID == nil:
			e.Actor = "the system"
		case *e.ActorID == audit.CommandLine:
			e.Actor = "the command line"
		case names[*e.ActorID] == "":
			e.Actor = "an account that is gone"
		default:
			e.Actor = names[*e.ActorID]
		}
	}
	return p, nil
}

func (h *handler) getAdmin(c echo.Context) error { return h.renderAdmin(c, nil, kit.NewForm()) }

func (h *handler) renderAdmin(c echo.Context, failure error, f *kit.Form) error {
	p, err := h.show(c)
	if err != nil {
		return err
	}
	f.Merge(failure)
	return kit.Render(c, kit.Status(failure), "certificates/admin_show", kit.View{Title: "Certificate " + p.Number, Form: f, Data: p})
}
