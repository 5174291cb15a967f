package sharing

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/certificate/card"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/web/kit"
)

// publicPage is a shared certificate, and what stands in its head for sites that
// show links to it. Addresses are absolute there, from the base URL.
type publicPage struct {
	share.Shown
	Own         bool // the viewer's
	Address     string
	Preview     string
	Words       string // what the preview shows
	LinkTitle   string
	Description string
	Seal        seal
}

// seal is the drawing of the seal.
type seal struct {
	Side, Line int
	Disk, Ring string
}

// PreviewWidth and PreviewHeight are of the preview, in pixels.
func (publicPage) PreviewWidth() int  { return card.PreviewWidth }
func (publicPage) PreviewHeight() int { return card.PreviewHeight }

// The forms in which a badge is asked for.
const (
	asPage = ""
	asJSON = ".json"
	asJWT  = ".jwt"
)

// form is what is asked for, by the end of the address or by the Accept header.
func form(c echo.Context, typed string) (number, as string, attached bool) {
	if i := strings.LastIndexByte(typed, '.'); i >= 0 {
		return typed[:i], typed[i:], true
	}
	return typed, accepted(strings.Join(c.Request().Header.Values("Accept"), ",")), false
}

func (h *handler) getPublic(c echo.Context) error {
	number, as, attached := form(c, c.Param("number"))
	c.Response().Header().Add("Vary", "Accept")
	switch as {
	case asPage:
		return h.showPublic(c, number)
	case asJSON, asJWT:
		return h.sendBadge(c, number, as, attached)
	}
	return share.ErrNotShared
}

func (h *handler) showPublic(c echo.Context, typed string) error {
	s, err := h.Shares.Public(c.Request().Context(), typed)
	if err != nil {
		return err
	}
	if typed != s.Number {
		return c.Redirect(http.StatusFound, publicPath(s.Number))
	}
	p := h.publicPage(s)
	v := kit.ViewerOf(c)
	p.Own = v != nil && v.PersonID == s.PersonID
	return kit.Render(c, http.StatusOK, "sharing/public", kit.View{Title: p.LinkTitle, Description: p.Description,
		Canonical: publicPath(s.Number), NoIndex: !s.Listed, Data: p})
}

func (h *handler) publicPage(s share.Shown) publicPage {
	f := h.facts(s)
	p := publicPage{Shown: s, Address: h.BaseURL + publicPath(s.Number), Preview: h.BaseURL + previewPath(s.Number), Words: f.Words(), LinkTitle: s.Title,
		Seal: seal{Side: card.SealSide, Line: card.SealLine}}
	p.Seal.Disk, p.Seal.Ring = card.Seal()
	if state := f.State.String(); state != "" {
		p.LinkTitle = state + ": " + s.Title
		p.Description = "This certificate of " + s.Provider + " is no longer valid."
		return p
	}
	p.Description = "Certificate of completion, issued by " + s.Provider + "."
	if s.Holder != "" {
		p.Description = "Certificate of completion, earned by " + s.Holder + " and issued by " + s.Provider + "."
	}
	return p
}

// sendBadge answers the Open Badge as it was issued, where its holder shows it.
// Scripts of other sites may read it.
func (h *handler) sendBadge(c echo.Context, typed, as string, attached bool) error {
	ctx := c.Request().Context()
	cert, err := h.Shares.Badge(ctx, typed)
	if err != nil {
		return err
	}
	if typed != cert.Number {
		if !attached {
			as = ""
		}
		return c.Redirect(http.StatusFound, publicPath(cert.Number)+as)
	}
	badge, err := h.Credential(ctx, cert)
	if err != nil {
		return err
	}
	data, kind := badge.JSON, "application/vc"
	if as == asJWT {
		data, kind = []byte(badge.JWT), "application/vc+jwt"
	}
	header := c.Response().Header()
	if attached {
		header.Set("Content-Disposition", `attachment; filename="badge-`+cert.Number+as+`"`)
	}
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Cross-Origin-Resource-Policy", "cross-origin")
	// Asked for again each time: its holder may have stopped sharing.
	header.Set("Cache-Control", "private, no-cache")
	header.Set("X-Robots-Tag", "noindex")
	return c.Blob(http.StatusOK, kind, data)
}
