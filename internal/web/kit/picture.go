package kit

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
)

// Picture is an image that everybody gets the same.
type Picture struct {
	Kind string // a media type
	Body []byte
	Gzip []byte // the same, compressed; nil where that gains nothing
	Hash string // of Body
}

// SendPicture answers an image that pages of other sites may show, and that shared
// caches may keep for so long: its route is ForAll. Opened as a document it loads
// and runs nothing.
func SendPicture(c echo.Context, p Picture, keep time.Duration) error {
	h := c.Response().Header()
	for _, name := range documentHeaders {
		h.Del(name)
	}
	h.Set("Content-Security-Policy", drawingPolicy)
	h.Set("Cross-Origin-Resource-Policy", "cross-origin")
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(int(keep.Seconds())))
	body, tag := p.Body, entityTag(p.Hash, "")
	if p.Gzip != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(c.Request()) {
			h.Set("Content-Encoding", "gzip")
			body, tag = p.Gzip, entityTag(p.Hash, "gzip")
		}
	}
	h.Set("ETag", tag)
	if hasTag(c.Request(), tag) {
		return c.NoContent(http.StatusNotModified)
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	return c.Blob(http.StatusOK, p.Kind, body)
}

// entityTag names content as it is sent: the same in another encoding has another.
func entityTag(hash, encoding string) string {
	if encoding != "" {
		hash += "-" + encoding
	}
	return `"` + hash + `"`
}

// hasTag reads If-None-Match: whether whoever asks has what this tag names. A cache may
// have made the tag weak.
func hasTag(r *http.Request, tag string) bool {
	for _, line := range r.Header.Values("If-None-Match") {
		for part := range strings.SplitSeq(line, ",") {
			if part = strings.TrimSpace(part); part == "*" || strings.TrimPrefix(part, "W/") == tag {
				return true
			}
		}
	}
	return false
}
