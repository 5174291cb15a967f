package certificates

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

const toIssue = "/admin/certificates/to-issue"

// toIssuePage is the list of what is completed and waits for its certificate.
type toIssuePage struct {
	Tabs    []kit.Link
	Rows    []waitingRow
	Courses []kit.Option
	Pager   kit.Pager
}

// waitingRow is a completed enrollment without a certificate.
type waitingRow struct {
	enrollment.Entry
	Edition *course.Edition
}

// Tabs lead to the register, to what waits, and to what other areas have of
// certificates.
func (d Deps) Tabs(ctx context.Context) ([]kit.Link, error) {
	n, err := d.Enrollments.CountUncertified(ctx)
	return []kit.Link{{Label: "Register", Href: "/admin/certificates"}, {Label: "To issue: " + strconv.Itoa(n), Href: toIssue},
		{Label: "Live events", Href: "/admin/certificates/events"}, {Label: "Archives", Href: archives}}, err
}

// readWaiting reads the address of the list.
func readWaiting(c echo.Context) (enrollment.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return enrollment.Filter{}, err
	}
	f := enrollment.Filter{Uncertified: true, PersonID: q.Person, Slug: c.QueryParam("course"), Query: q.Q, Sort: q.SortOf(enrollment.UncertifiedSorts), Limit: q.Limit}
	if len(f.Slug) > 200 {
		return f, errFilter
	}
	f.After, f.Before = q.Neighbor()
	return f, nil
}

func (h *handler) getToIssue(c echo.Context) error {
	f, err := readWaiting(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := h.Enrollments.List(ctx, f)
	if err != nil {
		return err
	}
	var data toIssuePage
	if data.Tabs, err = h.Tabs(ctx); err != nil {
		return err
	}
	if data.Courses, err = h.courseOptions(ctx); err != nil {
		return err
	}
	for _, e := range list.Entries {
		ed, err := h.Courses.Edition(ctx, e.EditionID)
		if err != nil {
			return err
		}
		data.Rows = append(data.Rows, waitingRow{e, ed})
	}
	prev, next := kit.Ends(list.Entries, func(e enrollment.Entry) string { return e.ID }, list.Earlier, list.More)
	data.Pager = kit.NewPager(c, int(list.Total), len(data.Rows), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "certificates/to_issue", data)
}

// courseOptions lists the courses for the filter.
func (h *handler) courseOptions(ctx context.Context) ([]kit.Option, error) {
	editions, err := h.Courses.List(ctx)
	list := []kit.Option{{Label: "All"}}
	for i, label := range course.Labels(editions) {
		list = append(list, kit.Option{Value: editions[i].Slug, Label: label})
	}
	return list, err
}

func (h *handler) postToIssueCSV(c echo.Context) error {
	f, err := readWaiting(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	header := []string{"enrollment", "name", "email", "course", "edition", "edition_sha256", "cycle", "completed_at"}
	record := func(ctx context.Context) error {
		return h.Certificates.RecordExport(ctx, certificate.Filter{Q: f.Query, State: "to_issue", Sort: f.Sort})
	}
	return kit.Export(c, h.Fresh, record, "certificates-to-issue.csv", header, func(write func(...string) error) error {
		return h.Enrollments.Each(ctx, f, func(e enrollment.Entry) error {
			ed, err := h.Courses.Edition(ctx, e.EditionID)
			if err != nil {
				return err
			}
			return write(e.ID, e.PersonName, e.PersonEmail, e.Slug, strconv.Itoa(ed.Number), ed.Hash, strconv.Itoa(e.Cycle), kit.Stamp(e.CompletedAt))
		})
	})
}

// severalPage asks before several certificates are issued at once, and says
// afterwards what became of those that were refused.
type severalPage struct {
	Rows  []severalRow
	Ready int // rows without a refusal and without a certificate
}

type severalRow struct {
	enrollment.Enrollment
	Person  string
	Edition *course.Edition
	Refused string // why it cannot be issued
	Number  string // of its certificate, once there is one
}

var (
	issuedOne  = kit.NewFlash("certificate.issued", kit.Success, "The certificate is being prepared. Its holder is told by mail when it is ready.")
	issuedMany = kit.NewFlash("certificate.issued_many", kit.Success, "The certificates are being prepared. Their holders are told by mail when they are ready.")
	issuedThen = kit.NewFlash("certificate.issued_then", kit.Info, "This certificate had been issued before. Nothing was changed.")
	issuedOld  = kit.NewFlash("certificate.issued_before", kit.Info, "All of them had been issued before. There was nothing left to issue.")
	noneChosen = kit.NewFlash("certificate.none_chosen", kit.Warning, "Nothing was chosen. Tick the certificates that you want to issue.")
	errTooMany = apperr.Newf(apperr.Invalid, "That is more than %d certificates at once. Choose fewer.", pageSize)
)

// several reads the enrollments that a form names, each once.
func (h *handler) several(ctx context.Context, ids []string) (p severalPage, err error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(ids) > pageSize {
		return p, errTooMany
	}
	var people []string
	for _, id := range ids {
		row := severalRow{}
		if row.Enrollment, err = h.Enrollments.Get(ctx, id); err != nil {
			return p, orNoEnrollment(err)
		}
		if row.Edition, err = h.Courses.Edition(ctx, row.EditionID); err != nil {
			return p, err
		}
		p.Rows, people = append(p.Rows, row), append(people, row.PersonID)
	}
	names, err := h.People.Names(ctx, people)
	for i, row := range p.Rows {
		p.Rows[i].Person = cmp.Or(names[row.PersonID], "An account that is gone")
	}
	slices.SortStableFunc(p.Rows, func(a, b severalRow) int { return cmp.Compare(a.Person, b.Person) })
	return p, err
}

var errNoEnrollment = apperr.New(apperr.NotFound, "There is no such enrollment.")

func orNoEnrollment(err error) error {
	if apperr.Is(err, apperr.NotFound) {
		return errNoEnrollment
	}
	return err
}

func (h *handler) getSeveral(c echo.Context) error {
	f, err := kit.BindQuery(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := h.several(ctx, f.Values["id"])
	if err != nil {
		return err
	}
	if len(p.Rows) == 0 {
		return kit.Redirect(c, toIssue, noneChosen)
	}
	for i := range p.Rows {
		row := &p.Rows[i]
		if row.Number, err = h.numberOf(ctx, row.ID); err != nil {
			return err
		}
		if row.Number == "" {
			_, err = h.Certificates.Preview(ctx, row.Enrollment)
			if row.Refused, err = refusal(err); err != nil {
				return err
			}
		}
		if row.Number == "" && row.Refused == "" {
			p.Ready++
		}
	}
	return kit.Render(c, http.StatusOK, "certificates/issue_several", p)
}

// refusal turns a Conflict into its words.
func refusal(err error) (why string, rest error) {
	if apperr.Is(err, apperr.Conflict) {
		return apperr.Message(err), nil
	}
	return "", err
}

// numberOf is the number of the certificate of an enrollment, "" if there is
// none.
func (h *handler) numberOf(ctx context.Context, enrollmentID string) (string, error) {
	cert, err := h.Certificates.OfEnrollment(ctx, enrollmentID)
	if apperr.Is(err, apperr.NotFound) {
		return "", nil
	}
	return cert.Number, err
}

// postSeveral issues each by itself: one that is refused does not hold up the
// others.
func (h *handler) postSeveral(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	p, err := h.several(ctx, f.Values["id"])
	if err != nil {
		return err
	}
	if len(p.Rows) == 0 {
		return kit.Redirect(c, toIssue, noneChosen)
	}
	refused, said := false, issuedOld
	for i := range p.Rows {
		row := &p.Rows[i]
		before, err := h.numberOf(ctx, row.ID)
		if err != nil {
			return err
		}
		if before == "" {
			said = issuedMany
		}
		cert, err := h.Certificates.Issue(ctx, row.ID, kit.ViewerOf(c).PersonID)
		if row.Refused, err = refusal(err); err != nil {
			return err
		}
		row.Number, refused = cert.Number, refused || row.Refused != ""
	}
	if refused {
		return kit.Render(c, http.StatusConflict, "certificates/issue_several", p)
	}
	return kit.Redirect(c, toIssue, said)
}

// waitingOwn is a course that its learner has completed and whose certificate an
// administrator is to issue.
type waitingOwn struct {
	Title, Slug string
	CompletedAt time.Time
	Days        int // working days as promised, 0 without a promise
}

// waitingOf lists what a person has completed without a certificate.
func (h *handler) waitingOf(ctx context.Context, personID string) (list []waitingOwn, err error) {
	p, err := h.Enrollments.List(ctx, enrollment.Filter{Uncertified: true, PersonID: personID})
	for _, e := range p.Entries {
		ed, err := h.Courses.Edition(ctx, e.EditionID)
		if err != nil {
			return nil, err
		}
		list = append(list, waitingOwn{ed.Course.Card.Title, e.Slug, *e.CompletedAt, ed.Course.Card.CertificateDays})
	}
	return list, err
}
