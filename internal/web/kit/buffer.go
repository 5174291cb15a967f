package kit

import (
	"bytes"
	"compress/gzip"
	"io"
	"sync"
)

// gzipAbove is the size in bytes from which a page is worth compressing.
const gzipAbove = 1024

var (
	buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}
	gzips   = sync.Pool{New: func() any {
		// On a lesson page level 3 takes half the time of the default for 6 %
		// more bytes. The error is of levels that do not exist.
		w, _ := gzip.NewWriterLevel(io.Discard, 3)
		return w
	}}
)

func compress(to *bytes.Buffer, body []byte) error {
	w := gzips.Get().(*gzip.Writer)
	defer gzips.Put(w)
	w.Reset(to)
	if _, err := w.Write(body); err != nil {
		return err
	}
	return w.Close()
}

func getBuffer() *bytes.Buffer {
	buf := buffers.Get().(*bytes.Buffer)
	buf.Reset()
	return buf
}

// putBuffer lets go of the few that a huge page has grown.
func putBuffer(buf *bytes.Buffer) {
	if buf.Cap() <= 1<<20 {
		buffers.Put(buf)
	}
}
