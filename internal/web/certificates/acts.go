package certificates

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	retried  = kit.NewFlash("certificate.retried", kit.Success, "The certificate is being prepared again. It takes a few seconds.")
	revoked  = kit.NewFlash("certificate.revoked", kit.Success, "The certificate is revoked, and its holder is told by mail.")
	restored = kit.NewFlash("certificate.reinstated", kit.Success, "The revocation is taken back, and the holder is told by mail.")
	resent   = kit.NewFlash("certificate.resent", kit.Success, "The mail with the link is on its way to the holder.")
	replaced = kit.NewFlash("certificate.replaced", kit.Success, "The new certificate is being prepared. Its holder is told by mail when it is ready.")
	frozen   = kit.NewFlash("certificate.frozen_anew", kit.Success, "The facts are frozen anew, and the certificate is being prepared. Its holder is told by mail when it is ready.")
)

// ended says why an act does not fit a certificate any more, or not yet.
var ended = map[certificate.State]*kit.Flash{
	certificate.Superseded: kit.NewFlash("certificate.was_superseded", kit.Info, "It was superseded already. What is wrong with the certificate that replaced it is mended there."),
	certificate.Revoked:    kit.NewFlash("certificate.was_revoked", kit.Info, "It is revoked. Reinstate it if that was a mistake."),
	certificate.Preparing:  kit.NewFlash("certificate.not_issued", kit.Info, "It is still being prepared. It can be replaced once it is issued."),
	certificate.Issued:     kit.NewFlash("certificate.is_valid", kit.Info, "It is valid. There is nothing to reinstate."),
}

// notStuck says why facts are not frozen anew.
var notStuck = map[certificate.State]*kit.Flash{
	certificate.Superseded: ended[certificate.Superseded],
	certificate.Revoked:    ended[certificate.Revoked],
	certificate.Preparing:  kit.NewFlash("certificate.not_given_up", kit.Info, "What it says is frozen anew only where preparing it was given up for another reason than its name."),
	certificate.Issued:     kit.NewFlash("certificate.was_issued", kit.Info, "It was issued. What it says stays as it is."),
}

// adminPath is the page of the certificate of the address, which was found.
func adminPath(c echo.Context) string {
	n, _ := number.Parse(c.Param("number"))
	return "/admin/certificates/" + n
}

// leading gives what a certificate refuses a link to it: it is not as the page that
// asked had it.
func leading(c echo.Context, err error) error {
	if !apperr.Is(err, apperr.Conflict) {
		return err
	}
	return kit.WithLink(err, "Open the certificate", adminPath(c))
}

func (h *handler) postRetry(c echo.Context) error {
	if err := h.Certificates.Retry(c.Request().Context(), c.Param("number")); err != nil {
		return leading(c, err)
	}
	return kit.Redirect(c, adminPath(c), retried)
}

func (h *handler) postResend(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	err = h.Certificates.Resend(c.Request().Context(), c.Param("number"))
	if apperr.Is(err, apperr.Conflict) {
		return h.renderAdmin(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, adminPath(c), resent)
}

// An act upon a certificate has a page of its own: the fresh second factor is
// asked for before anybody types a reason.
type act struct {
	name  string // of the template and of the address
	title string // before the number
	fits  func(page) bool
	not   map[certificate.State]*kit.Flash                           // why it does not
	do    func(c echo.Context, f *kit.Form) (next string, err error) // the address to go to
	done  *kit.Flash
}

func (h *handler) acts() []act {
	return []act{
		{"revoke", "Revoke certificate ", func(p page) bool { return p.Revocable() }, ended, h.revoke, revoked},
		{"replace", "Replace certificate ", func(p page) bool { return p.Replaceable() }, ended, h.replace, replaced},
		{"reinstate", "Reinstate certificate ", func(p page) bool { return p.Reinstatable() }, ended, h.reinstate, restored},
		{"freeze", "Freeze the facts anew of certificate ", page.Freezable, notStuck, h.freeze, frozen},
	}
}

// actRoutes are a page and a form for each act.
func (h *handler) actRoutes(use []echo.MiddlewareFunc) (routes []kit.Route) {
	for _, a := range h.acts() {
		path, name := "/admin/certificates/:number/"+a.name, "admin.certificate."+a.name
		get := func(c echo.Context) error { return h.renderAct(c, a, nil, kit.NewForm()) }
		post := func(c echo.Context) error { return h.postAct(c, a) }
		routes = append(routes,
			kit.Route{Method: http.MethodGet, Path: path, Name: name + ".new", Role: kit.Administrator, Handler: get, Use: use},
			kit.Route{Method: http.MethodPost, Path: path, Name: name, Role: kit.Administrator, Handler: post, Use: use})
	}
	return routes
}

// actPage is the form of an act, with the name that a new certificate would
// bear; without a name there is no new certificate.
type actPage struct {
	page
	PresentName string
	Anew        page   // with the facts that would be frozen; without them where Refused says why
	Refused     string // why they cannot be
}

// renderAct leads back to a certificate that the act does not fit.
func (h *handler) renderAct(c echo.Context, a act, failure error, f *kit.Form) error {
	p, err := h.show(c)
	if err != nil {
		return err
	}
	switch {
	case a.fits(p):
	case apperr.Is(failure, apperr.Conflict):
		return leading(c, failure)
	default:
		return kit.Redirect(c, adminPath(c), a.not[p.State])
	}
	person, err := h.People.Get(c.Request().Context(), p.PersonID)
	if err != nil {
		return err
	}
	data := actPage{page: p, PresentName: person.LegalName}
	if p.Freezable() {
		if err := h.anew(c.Request().Context(), &data); err != nil {
			return err
		}
	}
	return kit.Render(c, kit.Status(failure), "certificates/"+a.name, kit.View{Title: a.title + p.Number, Form: f, Data: data})
}

func (h *handler) postAct(c echo.Context, a act) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	next, err := a.do(c, f)
	if f.Merge(err) {
		return h.renderAct(c, a, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, next, a.done)
}

func (h *handler) revoke(c echo.Context, f *kit.Form) (string, error) {
	return adminPath(c), h.Certificates.Revoke(c.Request().Context(), c.Param("number"), f.Str("reason"), kit.ViewerOf(c).PersonID)
}

func (h *handler) reinstate(c echo.Context, f *kit.Form) (string, error) {
	return adminPath(c), h.Certificates.Reinstate(c.Request().Context(), c.Param("number"), f.Str("reason"), kit.ViewerOf(c).PersonID)
}

func (h *handler) replace(c echo.Context, f *kit.Form) (string, error) {
	fresh, err := h.Certificates.Replace(c.Request().Context(), c.Param("number"), f.Str("name"), f.Str("reason"), kit.ViewerOf(c).PersonID)
	return "/admin/certificates/" + fresh.Number, err
}

func (h *handler) freeze(c echo.Context, f *kit.Form) (string, error) {
	fresh, err := h.Certificates.FreezeAnew(c.Request().Context(), c.Param("number"), f.Str("reason"), kit.ViewerOf(c).PersonID)
	return "/admin/certificates/" + fresh.Number, err
}

// anew adds what a certificate would say if its facts were frozen now.
func (h *handler) anew(ctx context.Context, p *actPage) error {
	facts, err := h.Certificates.PreviewAnew(ctx, p.Certificate)
	if p.Refused, err = refusal(err); err != nil || p.Refused != "" {
		return err
	}
	p.Anew.Facts, p.Anew.Whole, p.Anew.Sums = facts, true, true
	p.Anew.CompletedOn, p.Anew.IssuedOn, err = dates(facts)
	return err
}
