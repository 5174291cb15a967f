package kit

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// pack compresses what is worth it.
func (f *asset) pack() error {
	w, err := gzip.NewWriterLevel(io.Discard, gzip.BestCompression)
	if err != nil {
		return err
	}
	small, err := packed(f.body, w)
	if err != nil || len(small) >= len(f.body) {
		return err
	}
	f.gzip = small
	f.brotli = sync.OnceValue(func() []byte {
		smaller, err := packed(f.body, brotli.NewWriterLevel(io.Discard, brotli.BestCompression))
		if err != nil || len(smaller) >= len(small) {
			return nil
		}
		return smaller
	})
	return nil
}

func packed(body []byte, w interface {
	io.WriteCloser
	Reset(to io.Writer)
}) ([]byte, error) {
	var z bytes.Buffer
	w.Reset(&z)
	if _, err := w.Write(body); err != nil {
		return nil, err
	}
	err := w.Close()
	return z.Bytes(), err
}

// sendable returns the smallest form that a browser takes, and what it is called.
func (f *asset) sendable(r *http.Request) (body []byte, encoding string) {
	if f.gzip != nil && accepts(r, "br") {
		if body = f.brotli(); body != nil {
			return body, "br"
		}
	}
	if f.gzip != nil && accepts(r, "gzip") {
		return f.gzip, "gzip"
	}
	return f.body, ""
}

func acceptsGzip(r *http.Request) bool { return accepts(r, "gzip") }

// accepts reads Accept-Encoding; "gzip;q=0" is a refusal.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, q, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name != encoding && name != "*" {
			continue
		}
		v, found := strings.CutPrefix(strings.ReplaceAll(q, " ", ""), "q=")
		n, err := strconv.ParseFloat(v, 64)
		return !found || (err == nil && n > 0)
	}
	return false
}
