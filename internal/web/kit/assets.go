package kit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"regexp"
	"sort"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"
)

// StaticPrefix is where Assets are served.
const StaticPrefix = "/static/"

// assetTypes pins media types by extension, so that they do not depend on the
// host's mime tables. A file of any other kind is not served.
var assetTypes = map[string]string{
	".css":   "text/css; charset=utf-8",
	".js":    "text/javascript; charset=utf-8",
	".svg":   "image/svg+xml",
	".png":   "image/png",
	".jpg":   "image/jpeg",
	".jpeg":  "image/jpeg",
	".webp":  "image/webp",
	".ico":   "image/x-icon",
	".woff2": "font/woff2",
	".txt":   "text/plain; charset=utf-8",
}

// Assets serves the static files: hashed address, compressed once, immutable in
// caches.
type Assets struct {
	files map[string]*asset // by path below StaticPrefix, hashed and plain
	urls  map[string]string // plain path → hashed address
	icons map[string]template.HTML
}

type asset struct {
	body, gzip []byte
	// brotli is the smallest form, which takes a tenth of a second: it is made when
	// first asked for. nil where gzip is.
	brotli     func() []byte
	kind, hash string
}

var (
	cssComment = regexp.MustCompile(`(?s)/\*.*?\*/\s*`)
	cssSpace   = regexp.MustCompile(`\s*([{};,>\n])\s*`)
	jsHeader   = regexp.MustCompile(`(?s)\A/\*.*?\*/\s*`)
	jsMargin   = regexp.MustCompile(`(?m)^\s*(?://.*\n\s*)*`)
	assetRef   = regexp.MustCompile(`asset:([A-Za-z0-9._/-]+)`)
)

// NewAssets reads fsys (normally static.FS); package static says what is joined.
// extraCSS is appended to css/app.css; AccentCSS makes one.
//
// A reference asset:fonts/x.woff2 inside a style sheet becomes the hashed
// address of that file; an unknown one is an error.
func NewAssets(fsys fs.FS, extraCSS string) (*Assets, error) {
	a := &Assets{files: map[string]*asset{}, urls: map[string]string{}, icons: map[string]template.HTML{}}
	bundles := map[string][]string{}
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		switch ext := path.Ext(p); {
		case ext == ".css", ext == ".js":
			name := bundle(p)
			bundles[name] = append(bundles[name], p)
			return nil
		case assetTypes[ext] == "":
			return nil
		}
		body, err := fs.ReadFile(fsys, p)
		if err != nil {
			return err
		}
		return a.add(p, body)
	})
	if err != nil {
		return nil, fmt.Errorf("static files: %w", err)
	}
	for name, parts := range bundles {
		join, extra := a.addJS, ""
		if path.Ext(name) == ".css" {
			if name == commonCSS {
				extra = extraCSS
			}
			join = func(fsys fs.FS, as string, names []string) error { return a.addCSS(fsys, as, names, extra) }
		}
		if err := join(fsys, name, parts); err != nil {
			return nil, err
		}
	}
	return a, a.readIcons(fsys)
}

const commonCSS = "css/app.css"

// bundle names what a style sheet or script is served in: css/x.css in css/app.css,
// css/area/x.css in css/area.css, css/only/x.css alone.
func bundle(p string) string {
	switch dir := path.Dir(p); {
	case path.Base(dir) == "only":
		return p
	case path.Dir(dir) == ".":
		return dir + "/app" + path.Ext(p)
	default:
		return dir + path.Ext(p)
	}
}

func (a *Assets) addCSS(fsys fs.FS, as string, names []string, extra string) error {
	var b bytes.Buffer
	sort.Strings(names)
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		b.Write(squeeze(body))
	}
	b.WriteString(extra)
	var missing string
	out := assetRef.ReplaceAllFunc(b.Bytes(), func(ref []byte) []byte {
		name := string(ref[len("asset:"):])
		if a.urls[name] == "" {
			missing = name
		}
		return []byte(a.urls[name])
	})
	if missing != "" {
		return fmt.Errorf("static files: %s asks for %q, which does not exist", as, missing)
	}
	return a.add(as, out)
}

// squeeze drops what a style sheet holds for people only: comments, and space
// around { } ; , > and after the colon of a declaration (a pseudo-class has none).
func squeeze(css []byte) []byte {
	css = cssSpace.ReplaceAll(cssComment.ReplaceAll(css, nil), []byte("$1"))
	css = bytes.ReplaceAll(css, []byte(": "), []byte(":"))
	return bytes.ReplaceAll(bytes.ReplaceAll(css, []byte("\n"), nil), []byte(";}"), []byte("}"))
}

// addJS joins the scripts under a name, each in a block of its own, so that top-level names
// of one file are invisible to the next. They may not import or export.
// Indentation and lines of comment stay here, so a template literal must end on
// its line.
func (a *Assets) addJS(fsys fs.FS, as string, names []string) error {
	var b bytes.Buffer
	sort.Strings(names)
	for _, name := range names {
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		for line := range bytes.Lines(body) {
			if bytes.Count(line, []byte("`"))%2 != 0 {
				return fmt.Errorf("static files: %s holds a template literal of several lines: %s", name, bytes.TrimSpace(line))
			}
		}
		b.WriteString("{\n")
		b.Write(jsMargin.ReplaceAll(jsHeader.ReplaceAll(body, nil), nil))
		b.WriteString("}\n")
	}
	return a.add(as, b.Bytes())
}

func (a *Assets) add(name string, body []byte) error {
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:6])
	ext := path.Ext(name)
	f := &asset{body: body, kind: assetTypes[ext], hash: hash}
	switch ext {
	case ".css", ".js", ".svg", ".txt":
		if err := f.pack(); err != nil {
			return err
		}
	}
	hashed := strings.TrimSuffix(name, ext) + "." + hash + ext
	a.files[name], a.files[hashed] = f, f
	a.urls[name] = StaticPrefix + hashed
	return nil
}

// AddLogo serves the provider's logo, beside the program's own files, and
// returns what the header shows. format is png, jpeg or webp.
func (a *Assets) AddLogo(data []byte, format string, width, height int) (Logo, error) {
	name := "img/logo." + format
	if assetTypes["."+format] == "" {
		return Logo{}, fmt.Errorf("static files: a logo cannot be %q", format)
	}
	if err := a.add(name, data); err != nil {
		return Logo{}, err
	}
	return Logo{URL: a.urls[name], Width: width, Height: height}, nil
}

// URL returns the hashed address of a file such as "img/icon.svg".
func (a *Assets) URL(name string) (string, error) {
	if u := a.urls[name]; u != "" {
		return u, nil
	}
	return "", fmt.Errorf("no static file %q", name)
}

// Size returns the length of a file before and after the compression that every
// browser takes, in bytes.
func (a *Assets) Size(name string) (plain, wire int) {
	f := a.files[name]
	if f == nil {
		return 0, 0
	}
	if f.gzip != nil {
		return len(f.body), len(f.gzip)
	}
	return len(f.body), len(f.body)
}

// Serve answers GET and HEAD /static/*. Hashed addresses are immutable; the
// plain ones work too and are checked again on each use.
func (a *Assets) Serve(c echo.Context) error {
	name := c.Param("*")
	f := a.files[name]
	if f == nil {
		return echo.ErrNotFound
	}
	h := c.Response().Header()
	for _, name := range documentHeaders {
		h.Del(name)
	}
	if f.kind == assetTypes[".svg"] { // which can be opened as a document
		h.Set("Content-Security-Policy", drawingPolicy)
	}
	h.Set("Cache-Control", "no-cache")
	if a.urls[name] == "" {
		h.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, encoding := f.sendable(c.Request())
	tag := entityTag(f.hash, encoding)
	h.Set("ETag", tag)
	if f.gzip != nil {
		h.Add("Vary", "Accept-Encoding")
	}
	if hasTag(c.Request(), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, f.kind, body)
}

var symbol = regexp.MustCompile(`(?s)<symbol id="([a-z0-9-]+)">(.*?)</symbol>`)

// readIcons takes the drawings out of img/icons.svg; they are written into the
// page, which costs no request.
func (a *Assets) readIcons(fsys fs.FS) error {
	body, err := fs.ReadFile(fsys, "img/icons.svg")
	if err != nil {
		return fmt.Errorf("static files: %w", err)
	}
	for _, m := range symbol.FindAllSubmatch(body, -1) {
		// #nosec G203 -- our own embedded drawing
		a.icons[string(m[1])] = template.HTML(`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">` +
			strings.Join(strings.Fields(string(m[2])), " ") + `</svg>`)
	}
	return nil
}

func (a *Assets) icon(name string) (template.HTML, error) {
	if s, ok := a.icons[name]; ok {
		return s, nil
	}
	return "", fmt.Errorf("no icon %q in img/icons.svg", name)
}
