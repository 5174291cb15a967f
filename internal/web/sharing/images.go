package sharing

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/card"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/web/kit"
)

func (h *handler) getPreview(c echo.Context) error {
	return h.picture(c, previewPath, h.pictures.Preview)
}

func (h *handler) getBadge(c echo.Context) error {
	return h.picture(c, badgePath, h.pictures.Badge)
}

// picture answers an image of a shared certificate. What stands in its place is
// text: nobody looks at a page inside of an image.
func (h *handler) picture(c echo.Context, path func(number string) string, draw func(card.Facts) (card.Picture, error)) error {
	typed := c.Param("number")
	s, err := h.Shares.Public(c.Request().Context(), typed)
	if apperr.Is(err, apperr.NotFound) {
		c.Response().Header().Set("Cache-Control", "no-store")
		return c.String(http.StatusNotFound, share.ErrNotShared.Msg+"\n")
	}
	if err != nil {
		return err
	}
	if typed != s.Number {
		return c.Redirect(http.StatusFound, path(s.Number))
	}
	p, err := draw(h.facts(s))
	if err != nil {
		return err
	}
	if !s.Listed {
		c.Response().Header().Set("X-Robots-Tag", "noindex")
	}
	return kit.SendPicture(c, kit.Picture(p), keep)
}
