// Package transparency has the public addresses of the transparency log: a page
// for people, and checkpoints, tiles, entries and proofs for tools
// (c2sp.org/tlog-checkpoint, c2sp.org/tlog-tiles, c2sp.org/tlog-proof).
package transparency

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/witness"
)

// Deps are what the addresses need.
type Deps struct {
	Log interface {
		Tree(ctx context.Context) (translog.Tree, error)
		VerifierKeys(ctx context.Context) ([]string, error)
		FallenKeys(ctx context.Context) ([]string, error)
		Tile(ctx context.Context, level int, n int64, hashes int) ([]byte, error)
		Entries(ctx context.Context, n int64, entries int) ([]byte, error)
	}
	Witnesses interface {
		Checkpoint(ctx context.Context) (translog.Checkpoint, error)
		List(ctx context.Context) ([]witness.Standing, error)
		Proof(ctx context.Context, position int64, witnesses ...string) (p translog.EntryProof, complete bool, err error)
	}
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	routes := []kit.Route{
		{Method: http.MethodGet, Path: "/log", Name: "log.show", Role: kit.Anyone, Handler: h.getLog},
		{Method: http.MethodGet, Path: "/log/checkpoint", Name: "log.checkpoint", Role: kit.Anyone, Handler: h.getCheckpoint, ForAll: true},
		{Method: http.MethodGet, Path: "/log/proof/:leaf", Name: "log.proof", Role: kit.Anyone, Handler: h.getProof, ForAll: true},
	}
	// The number of a tile is in groups of three digits, and a partial tile ends
	// with its width.
	for i, path := range []string{"/:n", "/:n/:m", "/:n/:m/:w", "/:n/:m/:w/:x"} {
		routes = append(routes, kit.Route{Method: http.MethodGet, Path: "/log/tile/:level" + path, Name: "log.tile." + strconv.Itoa(i), Role: kit.Anyone, Handler: h.getTile, ForAll: true})
	}
	return routes
}

// logPage is what people read.
type logPage struct {
	translog.Checkpoint       // that is shown
	Lines               int64 // there are now
	Keys, Fallen        []string
	Witnesses           []standing
	Signing             int // witnesses that sign now
}

// Text is the signed checkpoint.
func (p logPage) Text() string { return string(p.Note) }

// Behind is how many of the lines are not in the checkpoint yet.
func (p logPage) Behind() int64 { return p.Lines - p.Size }

// standing is a witness as people read of it.
type standing struct {
	witness.Standing
	Name, Key string
	Long      bool   // the key would fill the page
	Proof     string // where the proof of the last line is that it signed, if there is one
}

// newStanding is one of a witness of a log that has so many lines.
func newStanding(s witness.Standing, lines int64) standing {
	p := standing{Standing: s, Name: s.Key.Name(), Key: s.Key.String()}
	p.Long = len(p.Key) > longKey
	if s.Size > 0 && s.Size <= lines {
		p.Proof = "/log/proof/" + strconv.FormatInt(s.Size-1, 10) + "?" + url.Values{witnessParam: {s.Key.ID()}}.Encode()
	}
	return p
}

// witnessParam names a witness that must have signed a proof.
const witnessParam = "witness"

// longKey is more than a key of Ed25519 has: two lines of a page.
const longKey = 400

func (h *handler) getLog(c echo.Context) error {
	ctx := c.Request().Context()
	now, err := h.Log.Tree(ctx)
	if err != nil {
		return err
	}
	p := logPage{Lines: now.Size}
	if p.Checkpoint, err = h.Witnesses.Checkpoint(ctx); err != nil {
		return err
	}
	if p.Keys, err = h.Log.VerifierKeys(ctx); err != nil {
		return err
	}
	if p.Fallen, err = h.Log.FallenKeys(ctx); err != nil {
		return err
	}
	list, err := h.Witnesses.List(ctx)
	if err != nil {
		return err
	}
	for _, s := range list {
		if p.Witnesses = append(p.Witnesses, newStanding(s, now.Size)); s.Signs() {
			p.Signing++
		}
	}
	return kit.Render(c, http.StatusOK, "transparency/show", kit.View{Canonical: "/log", Data: p,
		Description: "An append-only log of every certificate that was issued, replaced or revoked here, which anyone can check."})
}

func (h *handler) getCheckpoint(c echo.Context) error {
	p, err := h.Witnesses.Checkpoint(c.Request().Context())
	if err != nil {
		return err
	}
	c.Response().Header().Set("Cache-Control", "public, max-age=5")
	return c.Blob(http.StatusOK, plain, p.Note)
}

const plain = "text/plain; charset=utf-8"

// getProof answers with a file to keep beside a certificate. Once all witnesses have
// signed it, it changes only when others are asked.
func (h *handler) getProof(c echo.Context) error {
	n, err := strconv.ParseInt(c.Param("leaf"), 10, 64)
	if err != nil || strconv.FormatInt(n, 10) != c.Param("leaf") {
		return translog.ErrNoLeaf
	}
	p, complete, err := h.Witnesses.Proof(c.Request().Context(), n, named(c)...)
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Cache-Control", "public, max-age=5")
	if complete {
		header.Set("Cache-Control", "public, max-age=300")
	}
	header.Set("Content-Disposition", `attachment; filename="log-`+strconv.FormatInt(n, 10)+`.tlog-proof"`)
	return kit.Bytes(c, plain, p.File())
}

// named are the witnesses whose proof it is to be. A key has a plus sign, which people
// forget to escape, and no space.
func named(c echo.Context) (names []string) {
	for _, name := range c.QueryParams()[witnessParam] {
		if name != "" {
			names = append(names, strings.ReplaceAll(name, " ", "+"))
		}
	}
	return names
}

func (h *handler) getTile(c echo.Context) error {
	level := c.Param("level")
	n, width, ok := number([]string{c.Param("n"), c.Param("m"), c.Param("w"), c.Param("x")})
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
	if level == "entries" {
		return kit.Bytes(c, octets, data)
	}
	return c.Blob(http.StatusOK, octets, data) // hashes cannot be made smaller
}

const octets = "application/octet-stream"

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
