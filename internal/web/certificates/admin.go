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
	"github.com/atmacena/cocare/internal/certificate/number"
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
	f := certificate.Filter{Q: q.Q, State: certificate.State(q.State), PersonID: q.Person, Sort: q.SortOf(certificate.Sorts), After: q.After, Before: q.Before, Limit: q.Limit}
	if f.State != "" && !slices.Contains(certificate.States, f.State) {
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
	if data.Tabs, err = h.tabs(ctx); err != nil {
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

func (h *handler) getAdmin(c echo.Context) error {
	p, err := h.show(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "certificates/admin_show", kit.View{Title: "Certificate " + p.Number, Data: p})
}

var (
	retried  = kit.NewFlash("certificate.retried", kit.Success, "The certificate is being prepared again. It takes a few seconds.")
	revoked  = kit.NewFlash("certificate.revoked", kit.Success, "The certificate is revoked, and its holder is told by mail.")
	replaced = kit.NewFlash("certificate.replaced", kit.Success, "The new certificate is being prepared. Its holder is told by mail when it is ready.")
)

// ended says why an act does not fit a certificate any more, or not yet.
var ended = map[certificate.State]*kit.Flash{
	certificate.Superseded: kit.NewFlash("certificate.was_superseded", kit.Info, "It was superseded already. What is wrong with the certificate that replaced it is mended there."),
	certificate.Revoked:    kit.NewFlash("certificate.was_revoked", kit.Info, "It was revoked already, and that cannot be taken back."),
	certificate.Preparing:  kit.NewFlash("certificate.not_issued", kit.Info, "It is still being prepared. It can be replaced once it is issued."),
}

// adminPath is the page of the certificate of the address, which was found.
func adminPath(c echo.Context) string {
	n, _ := number.Parse(c.Param("number"))
	return "/admin/certificates/" + n
}

func (h *handler) postRetry(c echo.Context) error {
	if err := h.Certificates.Retry(c.Request().Context(), c.Param("number")); err != nil {
		return err
	}
	return kit.Redirect(c, adminPath(c), retried)
}

// The two acts that end a certificate have a page of their own: the fresh
// second factor is asked for before anybody types a reason.
func (h *handler) getRevoke(c echo.Context) error {
	return h.renderAct(c, "revoke", nil, kit.NewForm())
}
func (h *handler) getReplace(c echo.Context) error {
	return h.renderAct(c, "replace", nil, kit.NewForm())
}

// actPage is the form of an act, with the name that a new certificate would
// bear; without a name there is no new certificate.
type actPage struct {
	page
	PresentName string
}

// renderAct leads back to a certificate that the act does not fit.
func (h *handler) renderAct(c echo.Context, act string, failure error, f *kit.Form) error {
	p, err := h.show(c)
	if err != nil {
		return err
	}
	can, why := p.Revocable(), ended[p.State]
	if act == "replace" {
		can = p.Replaceable()
	}
	switch {
	case can:
	case apperr.Is(failure, apperr.Conflict):
		return failure
	default:
		return kit.Redirect(c, adminPath(c), why)
	}
	data := actPage{page: p}
	if act == "replace" {
		person, err := h.People.Get(c.Request().Context(), p.PersonID)
		if err != nil {
			return err
		}
		data.PresentName = person.LegalName
	}
	title := map[string]string{"revoke": "Revoke certificate ", "replace": "Replace certificate "}[act] + p.Number
	return kit.Render(c, kit.Status(failure), "certificates/"+act, kit.View{Title: title, Form: f, Data: data})
}

func (h *handler) postRevoke(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	err = h.Certificates.Revoke(c.Request().Context(), c.Param("number"), f.Str("reason"), kit.ViewerOf(c).PersonID)
	if f.Merge(err) {
		return h.renderAct(c, "revoke", err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, adminPath(c), revoked)
}

func (h *handler) postReplace(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	fresh, err := h.Certificates.Replace(c.Request().Context(), c.Param("number"), f.Str("name"), f.Str("reason"), kit.ViewerOf(c).PersonID)
	if f.Merge(err) {
		return h.renderAct(c, "replace", err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/certificates/"+fresh.Number, replaced)
}
