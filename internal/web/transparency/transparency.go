// Package transparency has the public addresses of the transparency log: a page
// for people, and checkpoints, tiles and entries for tools
// (c2sp.org/tlog-checkpoint, c2sp.org/tlog-tiles).
package transparency

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the addresses need.
type Deps struct {
	Log interface {
		Checkpoint(ctx context.Context) (translog.Checkpoint, error)
		VerifierKeys(ctx context.Context) ([]string, error)
		Tile(ctx context.Context, level int, n int64, hashes int) ([]byte, error)
		Entries(ctx context.Context, n int64, entries int) ([]byte, error)
	}
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	routes := []kit.Route{
		{Method: http.MethodGet, Path: "/log", Name: "log.show", Role: kit.Anyone, Handler: h.getLog},
		{Method: http.MethodGet, Path: "/log/checkpoint", Name: "log.checkpoint", Role: kit.Anyone, Handler: h.getCheckpoint},
	}
	// The number of a tile is in groups of three digits, and a partial tile ends
	// with its width.
	for i, path := range []string{"/:n", "/:n/:m", "/:n/:m/:w"} {
		routes = append(routes, kit.Route{Method: http.MethodGet, Path: "/log/tile/:level" + path, Name: "log.tile." + strconv.Itoa(i), Role: kit.Anyone, Handler: h.getTile})
	}
	return routes
}

// logPage is what people read.
type logPage struct {
	translog.Checkpoint
	Keys []string
}

// Text is the signed checkpoint.
func (p logPage) Text() string { return string(p.Note) }

func (h *handler) getLog(c echo.Context) error {
	ctx := c.Request().Context()
	var p logPage
	var err error
	if p.Checkpoint, err = h.Log.Checkpoint(ctx); err != nil {
		return err
	}
	if p.Keys, err = h.Log.VerifierKeys(ctx); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "transparency/show", kit.View{Canonical: "/log", Data: p,
		Description: "An append-only log of every certificate that was issued, replaced or revoked here, which anyone can check."})
}

func (h *handler) getCheckpoint(c echo.Context) error {
	p, err := h.Log.Checkpoint(c.Request().Context())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=5")
	return c.Blob(http.StatusOK, "text/plain; charset=utf-8", p.Note)
}

func (h *handler) getTile(c echo.Context) error {
	level := c.Param("level")
	n, width, ok := number([]string{c.Param("n"), c.Param("m"), c.Param("w")})
	if !ok {
		return translog.ErrNoLeaf
	}
	ctx := c.Request().Context()
	var data []byte
	var err error
	if level == "entries" {
		data, err = h.Log.Entries(ctx, n, width)
	} else {
		l, bad := strconv.Atoi(level)
		if bad != nil || strconv.Itoa(l) != level {
			return translog.ErrNoLeaf
		}
		data, err = h.Log.Tile(ctx, l, n, width)
	}
	if err != nil {
		return err
	}
	// What a tile holds never changes.
	c.Response().Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	return c.Blob(http.StatusOK, "application/octet-stream", data)
}

// number reads the end of a tile's address, such as 067, x001/234 or x001/234.p/5.
func number(parts []string) (n int64, width int, ok bool) {
	width = translog.Width
	for i, part := range parts {
		digits, group := strings.CutPrefix(part, "x")
		digits, partial := strings.CutSuffix(digits, ".p")
		v, err := strconv.ParseUint(digits, 10, 16)
		if err != nil || len(digits) != 3 || group && partial || i == 0 && group && v == 0 {
			return 0, 0, false
		}
		n = n*1000 + int64(v) // #nosec G115 -- three digits
		if group {
			continue
		}
		rest := parts[i+1:]
		if partial {
			if len(rest) == 0 {
				return 0, 0, false
			}
			w, err := strconv.Atoi(rest[0])
			if err != nil || w < 1 || w >= translog.Width || strconv.Itoa(w) != rest[0] {
				return 0, 0, false
			}
			width, rest = w, rest[1:]
		}
		return n, width, strings.Join(rest, "") == ""
	}
	return 0, 0, false
}
