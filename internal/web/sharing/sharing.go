// Package sharing has what holders of certificates show to others: the page on
// which they choose, the public page of a certificate, the image of its link and
// its badge.
//
// The public page has the address that the Open Badge names as its own
// (DECISIONS 29). It is a page to who reads HTML, and the badge to who asks for one.
package sharing

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/card"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Shares *share.Service
	// Credential is the Open Badge of a certificate.
	Credential func(ctx context.Context, c certificate.Certificate) (credential.Issued, error)
	// Fell reports whether software believes the badge of a certificate no more.
	Fell func(ctx context.Context, c certificate.Certificate) (bool, error)
	// Limit refuses a visitor who asks too often.
	Limit   func(ctx context.Context, ip string) error
	BaseURL string // without a slash at the end
}

type handler struct {
	Deps
	pictures *card.Shelf
	site     string // the host, as images say where to check
}

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{Deps: d, pictures: card.NewShelf()}
	if u, err := url.Parse(d.BaseURL); err == nil {
		h.site = u.Host
	}
	limited := []echo.MiddlewareFunc{h.limit}
	return []kit.Route{
		{Method: http.MethodGet, Path: "/certificates/:number/share", Name: "share.edit", Role: kit.SignedIn, Handler: h.getChoice},
		{Method: http.MethodPost, Path: "/certificates/:number/share", Name: "share.update", Role: kit.SignedIn, Handler: h.postChoice},
		{Method: http.MethodGet, Path: "/credentials/:number", Name: "credential.show", Role: kit.Anyone, Handler: h.getPublic, Use: limited},
		{Method: http.MethodGet, Path: "/credentials/:number/preview.png", Name: "credential.preview", Role: kit.Anyone, Handler: h.getPreview, Use: limited, ForAll: true},
		{Method: http.MethodGet, Path: "/credentials/:number/badge.svg", Name: "credential.badge", Role: kit.Anyone, Handler: h.getBadge, Use: limited, ForAll: true},
	}
}

func (h *handler) limit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if err := h.Limit(c.Request().Context(), c.RealIP()); err != nil {
			return err
		}
		return next(c)
	}
}

// The paths of a certificate's public page and of its images.
func publicPath(number string) string  { return "/credentials/" + number }
func previewPath(number string) string { return publicPath(number) + "/preview.png" }
func badgePath(number string) string   { return publicPath(number) + "/badge.svg" }

// keep is how long others may keep an image: a revocation shows by then.
const keep = 5 * time.Minute

// facts are what is drawn of a shared certificate.
func (h *handler) facts(s share.Shown) card.Facts {
	f := card.Facts{Title: s.Title, Provider: s.Provider, Holder: s.Holder, Number: s.Number, Site: h.site, Hours: hours(s)}
	switch s.State {
	case certificate.Revoked:
		f.State = card.Revoked
	case certificate.Superseded:
		f.State = card.Superseded
	}
	if s.CompletedOn != nil {
		f.Completed = "Completed on " + kit.Day(time.UTC, *s.CompletedOn)
	}
	if len(s.Caveats) > 0 {
		f.Caveat = s.Caveats[len(s.Caveats)-1] // that nobody reviewed it comes last
	}
	return f
}

// hours is one line of what was earned, "" for what is not shown.
func hours(s share.Shown) string {
	switch len(s.Credit) {
	case 0:
		return s.LearningTime
	case 1:
		return s.Credit[0].String()
	}
	line := s.Credit[0].Amount
	for _, l := range s.Credit[1:] {
		if l.Amount != line { // each counts its own way
			return "Credit of several accreditors"
		}
	}
	return line + " of several accreditors"
}
