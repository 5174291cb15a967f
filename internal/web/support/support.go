// Package support has the pages of policies and requests, and the
// administrator's lists of both.
package support

import (
	"context"
	"fmt"
	"html/template"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Support *support.Service
	People  interface {
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Courses lists what an accommodation can be limited to.
	Courses func(ctx context.Context) ([]Course, error)
	// Fresh demands a second factor of the last ten minutes.
	Fresh echo.MiddlewareFunc
	Now   func() time.Time
}

// Course is a choice in a form.
type Course struct {
	ID, Slug, Title string
	Timed           bool // its exam has a time limit
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/policies", Name: "policy.list", Role: kit.Anyone, Handler: h.getPolicies},
		{Method: http.MethodGet, Path: "/policies/:name", Name: "policy.show", Role: kit.Anyone, Handler: h.getPolicy},
		{Method: http.MethodGet, Path: "/requests", Name: "request.list", Role: kit.SignedIn, Handler: h.getOwnList},
		{Method: http.MethodGet, Path: "/requests/new", Name: "request.new", Role: kit.Anyone, Handler: h.getNew},
		{Method: http.MethodPost, Path: "/requests", Name: "request.create", Role: kit.Anyone, Handler: h.postNew},
		{Method: http.MethodGet, Path: "/requests/sent", Name: "request.sent", Role: kit.Anyone, Handler: h.getSent},
		{Method: http.MethodGet, Path: "/requests/:id", Name: "request.show", Role: kit.SignedIn, Handler: h.getOwn},
		{Method: http.MethodGet, Path: "/admin/requests", Name: "admin.request.list", Role: kit.Administrator, Handler: h.getList},
		{Method: http.MethodPost, Path: "/admin/requests.csv", Name: "admin.request.csv", Role: kit.Administrator, Handler: h.postCSV},
		{Method: http.MethodGet, Path: "/admin/requests/:id", Name: "admin.request.show", Role: kit.Administrator, Handler: h.getAdmin},
		{Method: http.MethodPost, Path: "/admin/requests/:id/reply", Name: "admin.request.reply", Role: kit.Administrator, Handler: h.postReply},
		{Method: http.MethodPost, Path: "/admin/requests/:id/accommodation", Name: "admin.accommodation.grant", Role: kit.Administrator, Handler: h.postGrant},
		{Method: http.MethodGet, Path: "/admin/accommodations/:id/end", Name: "admin.accommodation.end_page", Role: kit.Administrator, Handler: h.getEnd},
		{Method: http.MethodPost, Path: "/admin/accommodations/:id/end", Name: "admin.accommodation.end", Role: kit.Administrator, Handler: h.postEnd},
		{Method: http.MethodGet, Path: "/admin/policies", Name: "admin.policy.list", Role: kit.Administrator, Handler: h.getAdminPolicies},
		{Method: http.MethodPost, Path: "/admin/policies.csv", Name: "admin.policy.csv", Role: kit.Administrator, Handler: h.postPoliciesCSV},
		{Method: http.MethodGet, Path: "/admin/policies/:name", Name: "admin.policy.edit", Role: kit.Administrator, Handler: h.getEdit},
		{Method: http.MethodPost, Path: "/admin/policies/:name", Name: "admin.policy.publish", Role: kit.Administrator, Handler: h.postPublish},
	}
}

// policyPage is a policy with its text rendered.
type policyPage struct {
	support.Policy
	HTML     template.HTML
	Current  bool
	Versions []support.Policy
}

func (h *handler) getPolicies(c echo.Context) error {
	list, err := h.Support.Policies(c.Request().Context())
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "support/policies", list)
}

func (h *handler) getPolicy(c echo.Context) error {
	ctx := c.Request().Context()
	version := 0
	if v := c.QueryParam("version"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 {
			return support.ErrNoPolicy
		}
		version = n
	}
	p, err := h.Support.Policy(ctx, c.Param("name"), version)
	if err != nil {
		return err
	}
	page := policyPage{Policy: p}
	if page.HTML, err = render(p.Body, 2); err != nil {
		return err
	}
	if page.Versions, err = h.Support.PolicyVersions(ctx, p.Name); err != nil {
		return err
	}
	page.Current = page.Versions[0].Version == p.Version
	return kit.Render(c, http.StatusOK, "support/policy", kit.View{Title: p.Title, NoIndex: !page.Current, Data: page})
}

func (h *handler) getNew(c echo.Context) error {
	v := kit.ViewerOf(c)
	about, err := h.about(c)
	if err != nil {
		return err
	}
	pairs := []string{"kind", c.QueryParam("kind"), "about", about}
	if v != nil {
		pairs = append(pairs, "name", v.Name, "email", v.Email)
	}
	return h.renderNew(c, nil, kit.NewForm(pairs...))
}

// renderNew shows the form; its data are the kinds to choose from.
func (h *handler) renderNew(c echo.Context, err error, f *kit.Form) error {
	kinds := make([]kit.Option, 0, len(support.Kinds))
	for _, k := range support.Kinds {
		kinds = append(kinds, kit.Option{Value: string(k.Kind), Label: k.Title, Hint: fmt.Sprintf("%s We answer within %d days.", k.Hint, k.AnswerDays)})
	}
	return kit.Render(c, kit.Status(err), "support/new", kit.View{Form: f, NoIndex: true, Data: kinds})
}

// subjects are what links of ours say that a request is about.
var subjects = map[string]string{
	"attempt":       "Another attempt at an exam",
	"accommodation": "More time or another form of an exam",
	"blocked":       "A blocked account",
	"data":          "A copy of my data",
	"erasure":       "Erasure of my data",
	"factor":        "A lost second factor",
	"legal-name":    "Change of my legal name",
}

// thing is the number of an order or a certificate, or the reference of a request.
var thing = regexp.MustCompile(`^(?:(?:Order|Certificate) )?[A-Za-z0-9-]{1,40}$`)

// about is the subject with the course of an address, by its short name.
func (h *handler) about(c echo.Context) (string, error) {
	about, slug := subject(c), c.QueryParam("course")
	if about == "" || slug == "" {
		return about, nil
	}
	list, err := h.Courses(c.Request().Context())
	if i := slices.IndexFunc(list, func(x Course) bool { return x.Slug == slug }); i >= 0 {
		about = apperr.Clip(about+": "+list[i].Title, maxAbout-1)
	}
	return about, err
}

// maxAbout is what the form and the service take, in characters.
const maxAbout = 200

// subject is what an address says that a request is about: words of ours, or a
// number. No other words: anybody can write an address.
func subject(c echo.Context) string {
	if s := subjects[c.QueryParam("subject")]; s != "" {
		return s
	}
	if about := c.QueryParam("about"); thing.MatchString(about) {
		return about
	}
	return ""
}

func (h *handler) postNew(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	n := support.NewRequest{Kind: support.Kind(f.Str("kind")), Name: f.Str("name"), Email: f.Str("email"),
		About: f.Str("about"), Body: f.Get("body")}
	r, err := h.submit(c, n)
	if f.Merge(err) { // what was typed is kept, also where it is one request too many
		return h.renderNew(c, err, f)
	}
	if err != nil {
		return err
	}
	if r.PersonID != nil {
		return kit.Redirect(c, "/requests/"+r.ID, sent)
	}
	return kit.Redirect(c, "/requests/sent", nil)
}

func (h *handler) submit(c echo.Context, n support.NewRequest) (support.Request, error) {
	if v := kit.ViewerOf(c); v != nil {
		n.PersonID, n.Email, n.Confirmed = v.PersonID, v.Email, v.Confirmed
	} else {
		n.IP = c.RealIP()
	}
	return h.Support.Submit(c.Request().Context(), n)
}

var (
	sent      = kit.NewFlash("request.sent", kit.Success, "Your request is filed. We also confirmed it by mail.")
	replied   = kit.NewFlash("request.replied", kit.Success, "The answer is saved and on its way by mail.")
	closed    = kit.NewFlash("request.closed", kit.Success, "The request is closed.")
	noted     = kit.NewFlash("request.noted", kit.Success, "The note is saved. Only administrators see it; no mail was sent.")
	granted   = kit.NewFlash("accommodation.granted", kit.Success, "Granted. It holds from the next exam on.")
	ended     = kit.NewFlash("accommodation.ended", kit.Success, "The accommodation has ended.")
	published = kit.NewFlash("policy.published", kit.Success, "The new version is published.")
)

func (h *handler) getSent(c echo.Context) error {
	return kit.Render(c, http.StatusOK, "support/sent", kit.View{NoIndex: true})
}

func (h *handler) getOwnList(c echo.Context) error {
	list, err := h.Support.OwnRequests(c.Request().Context(), kit.ViewerOf(c).PersonID)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "support/own", list)
}

// requestPage is one request with what was said.
type requestPage struct {
	support.Request
	Info           support.KindInfo
	Messages       []support.Message
	Overdue        bool
	AboutHref      string     // what it is about, for administrators; "" where the text names nothing
	Now            *addressee // where an answer goes, if not to what was filed; for administrators
	Accommodations []grant
	Courses        []kit.Option
	Untimed        string            // where more time changes nothing, in words
	names          map[string]string // of authors by ID, for administrators
}

// addressee is an account as it stands now.
type addressee struct{ Name, Email string }

// grant is an accommodation with the course that it holds in.
type grant struct {
	support.Accommodation
	Where string
}

// Author is who wrote a message, "" for the person who asks.
func (p requestPage) Author(m support.Message) string {
	if m.AuthorID == nil {
		return ""
	}
	return nameOf(p.names, *m.AuthorID)
}

// nameOf is a name of the answer of Names.
func nameOf(names map[string]string, id string) string {
	if name, ok := names[id]; ok {
		return name
	}
	return "An account that is gone"
}

func (h *handler) getOwn(c echo.Context) error {
	r, msgs, err := h.Support.Own(c.Request().Context(), kit.ViewerOf(c).PersonID, c.Param("id"))
	if err != nil {
		return err
	}
	info, _ := r.Kind.Info()
	return kit.Render(c, http.StatusOK, "support/show", requestPage{Request: r, Info: info, Messages: msgs})
}

var errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")
