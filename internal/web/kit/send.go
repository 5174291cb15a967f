package kit

import (
	"bytes"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"
)

// Page renders to memory first, so that a page is sent whole or not at all.
func (r *Renderer) Page(c echo.Context, status int, page string, data any) error {
	view := r.view(c, status, data)
	if content, ok := view.Data.(Ready); ok {
		joined, err := r.join(page, view, content)
		if err != nil {
			return err
		}
		if joined != nil {
			pageHeaders(c, status, view)
			return sendReady(c, status, joined)
		}
	}
	buf := getBuffer()
	defer putBuffer(buf)
	if err := r.execute(buf, page, view); err != nil {
		return err
	}
	pageHeaders(c, status, view)
	return sendPage(c, status, buf)
}

func pageHeaders(c echo.Context, status int, view *View) {
	h := c.Response().Header()
	retryAfter(h, status, view.Form.wait())
	h.Set("Content-Type", "text/html; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-cache")
	}
	if view.NoIndex || view.Viewer != nil {
		h.Set("X-Robots-Tag", "noindex")
	}
	if view.Refresh > 0 {
		// Not a meta element: checkers count one as a timing fault, whatever it is for.
		h.Set("Refresh", strconv.Itoa(view.Refresh))
	}
	h.Add("Vary", "Cookie")
}

// sendPage compresses what is worth it.
func sendPage(c echo.Context, status int, buf *bytes.Buffer) error {
	if buf.Len() <= gzipAbove {
		return send(c, status, buf)
	}
	h := c.Response().Header()
	h.Add("Vary", "Accept-Encoding")
	if !acceptsGzip(c.Request()) {
		return send(c, status, buf)
	}
	small := getBuffer()
	defer putBuffer(small)
	if err := compress(small, buf.Bytes()); err != nil {
		return err
	}
	h.Set("Content-Encoding", "gzip")
	return send(c, status, small)
}

// Bytes sends what is no page, compressed where that is worth it.
func Bytes(c echo.Context, kind string, body []byte) error {
	c.Response().Header().Set("Content-Type", kind)
	return sendPage(c, http.StatusOK, bytes.NewBuffer(body))
}

func send(c echo.Context, status int, buf *bytes.Buffer) error {
	c.Response().Header().Set("Content-Length", strconv.Itoa(buf.Len()))
	c.Response().WriteHeader(status)
	_, err := c.Response().Write(buf.Bytes())
	return err
}
