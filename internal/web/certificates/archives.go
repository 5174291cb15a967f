package certificates

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/archive"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

const archives = "/admin/certificates/archives"

// Archives is what the pages ask of archive.Service.
type Archives interface {
	Request(ctx context.Context, f certificate.Filter, about, by string) error
	List(ctx context.Context) ([]archive.Archive, error)
	Open(ctx context.Context, id string) (archive.Archive, error)
	Copy(ctx context.Context, a archive.Archive, write func([]byte) error) error
	Delete(ctx context.Context, id string) error
}

// archiveRoutes are the pages of archives; what hands the file out asks for a
// fresh second factor.
func (h *handler) archiveRoutes(fresh []echo.MiddlewareFunc) []kit.Route {
	return []kit.Route{
		{Method: http.MethodGet, Path: archives, Name: "admin.certificate.archive.list", Role: kit.Administrator, Handler: h.getArchives},
		{Method: http.MethodGet, Path: archives + "/new", Name: "admin.certificate.archive.new", Role: kit.Administrator, Handler: h.getArchiveForm},
		{Method: http.MethodPost, Path: archives, Name: "admin.certificate.archive.create", Role: kit.Administrator, Handler: h.postArchive},
		{Method: http.MethodPost, Path: archives + "/:id/download", Name: "admin.certificate.archive.download", Role: kit.Administrator, Handler: h.postArchiveDownload, Use: fresh},
		{Method: http.MethodPost, Path: archives + "/:id/delete", Name: "admin.certificate.archive.delete", Role: kit.Administrator, Handler: h.postArchiveDelete},
	}
}

// archivesPage lists the archives; By are the names of who asked.
type archivesPage struct {
	Tabs []kit.Link
	Rows []archiveRow
}

type archiveRow struct {
	archive.Archive
	By string
}

// Megabytes is the size so far, as people read it.
func (r archiveRow) Megabytes() string {
	return strconv.FormatFloat(float64(r.Size)/1e6, 'f', 1, 64) + " MB"
}

var (
	archiveAsked   = kit.NewFlash("archive.asked", kit.Success, "The archive is being written. You can close the page.")
	archiveDeleted = kit.NewFlash("archive.deleted", kit.Success, "The archive is deleted.")
)

func (h *handler) getArchives(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := h.Archives.List(ctx)
	if err != nil {
		return err
	}
	var p archivesPage
	if p.Tabs, err = h.Tabs(ctx); err != nil {
		return err
	}
	ids := make([]string, 0, len(list))
	for _, a := range list {
		ids = append(ids, a.RequestedBy)
	}
	names, err := h.People.Names(ctx, ids)
	if err != nil {
		return err
	}
	v := kit.View{}
	for _, a := range list {
		p.Rows = append(p.Rows, archiveRow{a, names[a.RequestedBy]})
		if !a.Ready() && !a.Failed {
			v.Refresh = 3
		}
	}
	v.Data = p
	return kit.Render(c, http.StatusOK, "certificates/archives", v)
}

// archiveForm asks what an archive is to hold.
type archiveForm struct {
	Tabs    []kit.Link
	Courses []kit.Option
	Today   string
	Zone    string
	Most    int
}

func (h *handler) getArchiveForm(c echo.Context) error {
	return h.renderArchiveForm(c, nil, kit.NewForm("q", c.QueryParam("q"), "state", c.QueryParam("state")))
}

func (h *handler) renderArchiveForm(c echo.Context, failure error, f *kit.Form) error {
	ctx := c.Request().Context()
	p := archiveForm{Today: h.Now().In(h.Zone).Format(time.DateOnly), Zone: kit.ZoneWords(h.Zone), Most: archive.Most}
	var err error
	if p.Tabs, err = h.Tabs(ctx); err != nil {
		return err
	}
	list, err := h.Courses.List(ctx)
	if err != nil {
		return err
	}
	p.Courses = []kit.Option{{Label: "All"}}
	for i, label := range course.Labels(list) {
		p.Courses = append(p.Courses, kit.Option{Value: list[i].CourseID, Label: label})
	}
	return kit.Render(c, kit.Status(failure), "certificates/archive_new", kit.View{Form: f, Data: p})
}

func (h *handler) postArchive(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	courses, err := h.Courses.List(ctx)
	if err != nil {
		return err
	}
	filter, about := h.archiveFilter(f, courses)
	if f.Bad() {
		return h.renderArchiveForm(c, apperr.New(apperr.Invalid, "Please correct what is marked."), f)
	}
	err = h.Archives.Request(ctx, filter, about, kit.ViewerOf(c).PersonID)
	if f.Merge(err) {
		return h.renderArchiveForm(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, archives, archiveAsked)
}

// archiveFilter reads the form, and says the same in words.
func (h *handler) archiveFilter(f *kit.Form, courses []*course.Edition) (filter certificate.Filter, about string) {
	filter = certificate.Filter{Q: f.Str("q"), State: certificate.State(f.Str("state")), CourseID: f.Str("course")}
	var words []string
	switch filter.State {
	case "":
	case certificate.Issued, certificate.Superseded, certificate.Revoked:
		words = append(words, map[certificate.State]string{certificate.Issued: "valid", certificate.Superseded: "superseded", certificate.Revoked: "revoked"}[filter.State])
	default:
		f.Fail("state", "Choose one of the states.")
	}
	if filter.CourseID != "" {
		i := slices.IndexFunc(courses, func(ed *course.Edition) bool { return ed.CourseID == filter.CourseID })
		if i < 0 {
			f.Fail("course", "Choose one of the courses.")
		} else {
			words = append(words, courses[i].Course.Card.Title)
		}
	}
	if utf8.RuneCountInString(filter.Q) > kit.MaxQuery {
		f.Fail("q", "Use fewer words: 200 characters at the most.")
	}
	if filter.Q != "" {
		words = append(words, "“"+filter.Q+"”")
	}
	var last time.Time
	filter.From = h.day(f, "from")
	if last = h.day(f, "until"); !last.IsZero() {
		filter.Until = last.AddDate(0, 0, 1)
	}
	if !last.IsZero() && last.Before(filter.From) {
		f.Fail("until", "The last day lies before the first.")
	}
	if !filter.From.IsZero() {
		words = append(words, "earned from "+filter.From.Format(time.DateOnly))
	}
	if !last.IsZero() {
		words = append(words, "earned until "+last.Format(time.DateOnly))
	}
	if len(words) == 0 {
		return filter, "All that were issued"
	}
	about = strings.Join(words, ", ")
	return filter, strings.ToUpper(about[:1]) + about[1:]
}

// day reads the start of a day in the provider's zone; zero where none was given.
func (h *handler) day(f *kit.Form, name string) time.Time {
	typed := f.Str(name)
	if typed == "" {
		return time.Time{}
	}
	day, err := time.ParseInLocation(time.DateOnly, typed, h.Zone)
	if err != nil || day.Year() < 1000 {
		f.Fail(name, "Enter a day, such as "+h.Now().In(h.Zone).Format(time.DateOnly)+".")
		return time.Time{}
	}
	return day
}

// postArchiveDownload hands the file out. Where it breaks off, the length that was
// announced shows it.
func (h *handler) postArchiveDownload(c echo.Context) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	a, err := h.Archives.Open(ctx, id)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Type", "application/zip")
	header.Set("Content-Length", strconv.FormatInt(a.Size, 10))
	header.Set("Content-Disposition", `attachment; filename="`+a.Filename()+`"`)
	header.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(http.StatusOK)
	return h.Archives.Copy(ctx, a, func(part []byte) error {
		_, err := c.Response().Write(part)
		return err
	})
}

func (h *handler) postArchiveDelete(c echo.Context) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	if err := h.Archives.Delete(c.Request().Context(), id); err != nil {
		return err
	}
	return kit.Redirect(c, archives, archiveDeleted)
}
