// Package certificates has the pages of certificates: the holder's, the public
// verification, and the administrator's list.
package certificates

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Certificates *certificate.Service
	Archives     Archives
	Enrollments  *enrollment.Service
	Courses      interface {
		Edition(ctx context.Context, id string) (*course.Edition, error)
		List(ctx context.Context) ([]*course.Edition, error)
	}
	// Attempts are those at the exam of an enrollment, none where there is no exam.
	Attempts func(ctx context.Context, e enrollment.Enrollment) ([]exam.Attempt, error)
	// EvidenceWord names a kind of evidence to people.
	EvidenceWord func(kind string) string
	People       interface {
		Get(ctx context.Context, id string) (account.Person, error)
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Trust are the public keys of this site.
	Trust func(ctx context.Context) (proof.Trust, error)
	// Shared reports whether the holder shares the certificate of an enrollment.
	Shared func(ctx context.Context, enrollmentID string) (bool, error)
	// Practice tells of the questions after a completed course; nil: there are none.
	Practice func(ctx context.Context, e enrollment.Enrollment) (kit.Practice, error)
	// Limit refuses a visitor who verifies too much.
	Limit func(ctx context.Context, ip string) error
	// Fresh demands a second factor given in the last minutes, for revoking,
	// replacing, reinstating and exporting. nil demands nothing.
	Fresh echo.MiddlewareFunc
	Now   func() time.Time
	Zone  *time.Location // where the provider is; nil: UTC
}

type handler struct {
	Deps
	uploads kit.Places // files that are read, by network: each is in memory, and takes a connection
}

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Fresh == nil {
		d.Fresh = func(next echo.HandlerFunc) echo.HandlerFunc { return next }
	}
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	h := &handler{Deps: d, uploads: kit.Places{All: 16, Each: 4}}
	limited, fresh := []echo.MiddlewareFunc{h.limit}, []echo.MiddlewareFunc{d.Fresh}
	return slices.Concat([]kit.Route{
		{Method: http.MethodGet, Path: "/certificates", Name: "certificate.list", Role: kit.SignedIn, Handler: h.getOwnList},
		{Method: http.MethodGet, Path: "/certificates/:number", Name: "certificate.show", Role: kit.SignedIn, Handler: h.getOwn},
		{Method: http.MethodGet, Path: "/verify", Name: "verify.new", Role: kit.Anyone, Handler: h.getVerify},
		{Method: http.MethodPost, Path: "/verify", Name: "verify.check", Role: kit.Anyone, Handler: h.postVerify, Use: limited, Uploads: true},
		{Method: http.MethodGet, Path: "/verify/:number", Name: "verify.show", Role: kit.Anyone, Handler: h.getVerified, Use: limited},
		{Method: http.MethodGet, Path: "/admin/certificates", Name: "admin.certificate.list", Role: kit.Administrator, Handler: h.getList},
		{Method: http.MethodPost, Path: "/admin/certificates.csv", Name: "admin.certificate.csv", Role: kit.Administrator, Handler: h.postCSV},
		{Method: http.MethodGet, Path: toIssue, Name: "admin.certificate.to_issue", Role: kit.Administrator, Handler: h.getToIssue},
		{Method: http.MethodPost, Path: toIssue + ".csv", Name: "admin.certificate.to_issue.csv", Role: kit.Administrator, Handler: h.postToIssueCSV},
		{Method: http.MethodPost, Path: toIssue, Name: "admin.certificate.issue_several", Role: kit.Administrator, Handler: h.postSeveral},
		{Method: http.MethodGet, Path: toIssue + "/confirm", Name: "admin.certificate.issue_several.new", Role: kit.Administrator, Handler: h.getSeveral},
		{Method: http.MethodGet, Path: toIssue + "/:id", Name: "admin.certificate.issue.new", Role: kit.Administrator, Handler: h.getIssue},
		{Method: http.MethodPost, Path: toIssue + "/:id", Name: "admin.certificate.issue", Role: kit.Administrator, Handler: h.postIssue},
		{Method: http.MethodGet, Path: "/admin/certificates/:number", Name: "admin.certificate.show", Role: kit.Administrator, Handler: h.getAdmin},
		{Method: http.MethodPost, Path: "/admin/certificates/:number/retry", Name: "admin.certificate.retry", Role: kit.Administrator, Handler: h.postRetry},
		{Method: http.MethodPost, Path: "/admin/certificates/:number/resend", Name: "admin.certificate.resend", Role: kit.Administrator, Handler: h.postResend},
	}, h.actRoutes(fresh), h.archiveRoutes(fresh))
}

func (h *handler) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := h.Limit(c.Request().Context(), c.RealIP()); err != nil {
			return err
		}
		return next(c)
	}
}

// page is a certificate with what is told about it.
type page struct {
	certificate.Certificate
	CompletedOn, IssuedOn time.Time // dates of the holder's calendar
	Events                []event
	Successor             *certificate.Neighbor // that replaced it, once that was issued
	Dropped               *time.Time            // when the one that was to replace it was revoked, before it was issued
	Predecessor           string                // the number of the one that it replaces
	Own, Slow             bool                  // the viewer's; preparing for longer than usual
	Shared                bool                  // its holder shows it to everybody
	Fell                  bool                  // software believes its badge no more
	Practice              kit.Practice          // of its own holder
	Printing              certificate.Printing  // of one in preparation, for administrators
	Whole                 bool                  // license numbers are shown whole: to the holder and to administrators
	Sums                  bool                  // how hours were worked out, which administrators see (DECISIONS 10)
}

// Stuck reports whether one in preparation needs an administrator, or takes
// longer than usual.
func (p page) Stuck() bool {
	return p.State == certificate.Preparing && (p.Slow || p.Unprintable() || p.Printing.Stuck())
}

// Freezable reports whether its facts can be frozen anew: nothing prepares it any more,
// and what it says is its own.
func (p page) Freezable() bool {
	return p.State == certificate.Preparing && p.Printing.Stuck() && !p.Unprintable() && p.Facts.Replaces == ""
}

// Unprinted says which of its texts no font prints, of one that was given up.
func (p page) Unprinted() []string {
	if !p.Printing.GivenUp {
		return nil
	}
	return p.Facts.Unprinted()
}

// Licenses are the holder's, masked for the public; what is left of a number
// stays on a line with its word.
func (p page) Licenses() []string {
	out := make([]string, len(p.Facts.Licenses))
	for i, l := range p.Facts.Licenses {
		if !p.Whole {
			l = l.Masked()
		}
		out[i] = strings.Replace(l.String(), " …", "\u00a0…\u2060", 1)
	}
	return out
}

// event is an entry of the history; Actor is named to administrators only.
type event struct {
	certificate.Event
	Actor string
}

// LogEntry is the position in the transparency log of what is in it.
func (e event) LogEntry() int64 { return *e.LogPosition }

// slow is how long printing takes only when something is wrong.
const slow = 2 * time.Minute

func (h *handler) page(ctx context.Context, c certificate.Certificate) (page, error) {
	p, err := h.bare(c)
	if err != nil {
		return p, err
	}
	history, err := h.Certificates.History(ctx, c)
	if err != nil {
		return p, err
	}
	p.tell(history)
	return p, nil
}

// bare is a certificate without what happened to it.
func (h *handler) bare(c certificate.Certificate) (p page, err error) {
	p = page{Certificate: c, Slow: h.Now().Sub(c.ReservedAt) > slow}
	p.CompletedOn, p.IssuedOn, err = dates(c.Facts)
	return p, err
}

// tell adds what happened to the certificate.
func (p *page) tell(h certificate.History) {
	for _, e := range h.Events {
		p.Events = append(p.Events, event{Event: e})
	}
	p.Predecessor = h.Predecessor
	if next := h.Successor; next != nil && next.IssuedAt != nil {
		p.Successor = next
	} else if next != nil {
		p.Dropped = next.RevokedAt
	}
}

// ownPage is what the holder has, and what they wait for.
type ownPage struct {
	Certificates []page
	Waiting      []waitingOwn
	Years        []year // the newest first
}

// year is the learning time of the valid certificates of a year.
type year struct {
	Year, Certificates int
	Centihours         int64
}

// years adds up valid certificates by the year of completion.
func years(list []page) (out []year) {
	sums := map[int]year{}
	for _, p := range list {
		if p.State != certificate.Issued {
			continue
		}
		y := sums[p.CompletedOn.Year()]
		sums[p.CompletedOn.Year()] = year{p.CompletedOn.Year(), y.Certificates + 1, y.Centihours + p.Facts.LearningTime}
	}
	return slices.SortedFunc(maps.Values(sums), func(a, b year) int { return b.Year - a.Year })
}

func (h *handler) getOwnList(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := h.Certificates.ByPerson(ctx, kit.ViewerOf(c).PersonID)
	if err != nil {
		return err
	}
	var data ownPage
	if data.Waiting, err = h.waitingOf(ctx, kit.ViewerOf(c).PersonID); err != nil {
		return err
	}
	for _, cert := range list {
		if unseen(cert) {
			continue
		}
		p, err := h.page(ctx, cert)
		if err != nil {
			return err
		}
		data.Certificates = append(data.Certificates, p)
	}
	data.Years = years(data.Certificates)
	return kit.Render(c, http.StatusOK, "certificates/own", data)
}

// unseen is what was superseded before anybody had it: the one in its place is all
// that its holder is told of.
func unseen(c certificate.Certificate) bool {
	return c.State == certificate.Superseded && !c.Public()
}

// forViewer returns the viewer's certificate; an administrator sees every one.
func (h *handler) forViewer(c echo.Context, typed string) (cert certificate.Certificate, own bool, err error) {
	ctx, v := c.Request().Context(), kit.ViewerOf(c)
	cert, err = h.Certificates.Own(ctx, v.PersonID, typed)
	if apperr.Is(err, apperr.NotFound) && kit.Administrator.Allows(v) {
		cert, err = h.Certificates.ByNumber(ctx, typed)
		return cert, false, err
	}
	return cert, true, err
}

func (h *handler) getOwn(c echo.Context) error {
	typed, extension := c.Param("number"), ""
	if i := strings.LastIndexByte(typed, '.'); i >= 0 {
		typed, extension = typed[:i], typed[i:]
	}
	cert, own, err := h.forViewer(c, typed)
	if err != nil {
		return err
	}
	switch extension {
	case "":
	case ".pdf":
		return h.sendPDF(c, cert)
	case ".json", ".jwt":
		return h.sendBadge(c, cert, extension)
	default:
		return certificate.ErrNotFound
	}
	if unseen(cert) && own {
		next, err := h.Certificates.Successor(c.Request().Context(), cert)
		if err != nil {
			return err
		}
		return kit.Redirect(c, "/certificates/"+next.Number, nil)
	}
	p, err := h.page(c.Request().Context(), cert)
	if err != nil {
		return err
	}
	p.Own, p.Whole, p.Sums = own, true, !own
	v := kit.View{Title: "Certificate for " + cert.CourseTitle, NoIndex: true, Data: p}
	if cert.State == certificate.Preparing {
		v.Refresh = 2
		if p.Slow {
			v.Refresh = 30
		}
		return kit.Render(c, http.StatusOK, "certificates/preparing", v)
	}
	if err := h.beside(c.Request().Context(), &p); err != nil {
		return err
	}
	v.Data = p
	return kit.Render(c, http.StatusOK, "certificates/show", v)
}

// beside fills in what stands beside a certificate on its own page.
func (h *handler) beside(ctx context.Context, p *page) (err error) {
	if p.Shared, err = h.Shared(ctx, p.EnrollmentID); err != nil {
		return err
	}
	if p.Fell, err = h.Certificates.BadgeFell(ctx, p.Certificate); err != nil {
		return err
	}
	if h.Practice == nil || !p.Own || p.State != certificate.Issued {
		return nil
	}
	e, err := h.Enrollments.Get(ctx, p.EnrollmentID)
	if err != nil {
		return err
	}
	p.Practice, err = h.Practice(ctx, e)
	return err
}

// sendBadge serves the Open Badge as it was issued, to be saved.
func (h *handler) sendBadge(c echo.Context, cert certificate.Certificate, extension string) error {
	badge, err := h.Certificates.Credential(c.Request().Context(), cert)
	if err != nil {
		return err
	}
	data, kind := badge.JSON, "application/vc"
	if extension == ".jwt" {
		data, kind = []byte(badge.JWT), "application/vc+jwt"
	}
	header := c.Response().Header()
	header.Set("Content-Disposition", `attachment; filename="badge-`+cert.Number+extension+`"`)
	header.Set("Cache-Control", "private, no-cache")
	header.Set("X-Robots-Tag", "noindex")
	return c.Blob(http.StatusOK, kind, data)
}

// sendPDF serves the frozen bytes; ?download=1 saves them instead of showing.
func (h *handler) sendPDF(c echo.Context, cert certificate.Certificate) error {
	file, err := h.Certificates.PDF(c.Request().Context(), cert)
	if err != nil {
		return err
	}
	how := "inline"
	if c.QueryParam("download") != "" {
		how = "attachment"
	}
	header := c.Response().Header()
	header.Set("Content-Type", "application/pdf")
	header.Set("Content-Disposition", how+`; filename="certificate-`+cert.Number+`.pdf"`)
	header.Set("ETag", `"`+cert.PDFHash+`"`)
	// Asked for again each time, so that a device that signed out shows nothing.
	header.Set("Cache-Control", "private, no-cache")
	header.Set("X-Robots-Tag", "noindex")
	http.ServeContent(c.Response(), c.Request(), "", *cert.IssuedAt, bytes.NewReader(file))
	return nil
}
