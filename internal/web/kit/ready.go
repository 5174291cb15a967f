package kit

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"hash/crc32"
	"html/template"
	"io"
	"strings"
	"sync"
)

// Ready is a page's content that a handler kept in memory: pass it as Data, and
// the page is joined instead of rendered. Such a page's template prints .Data as
// its content and asks in its other blocks for nothing but the viewer's name.
type Ready []Piece

// HTML joins the pieces; {{.Data.HTML}} prints them.
func (r Ready) HTML() template.HTML {
	n := 0
	for _, p := range r {
		n += len(p.HTML)
	}
	var b strings.Builder
	b.Grow(n)
	for _, p := range r {
		b.WriteString(string(p.HTML))
	}
	return template.HTML(b.String()) // #nosec G203 -- pieces are HTML already
}

// Piece is a stretch of HTML. Pack adds its compressed form, which makes a page
// out of pieces cost next to no compression when it is sent.
type Piece struct {
	HTML   template.HTML
	packed string // raw deflate (RFC 1951), ending on a byte, not final
}

// Text is a piece that shows text, escaped as html/template does; it is safe in
// text and in a quoted attribute.
func Text(s string) Piece {
	return Piece{HTML: template.HTML(strings.ReplaceAll(template.HTMLEscapeString(s), "+", "&#43;"))} // #nosec G203 -- escaped
}

// flates are for pieces that stay: they take their time.
var flates = sync.Pool{New: func() any {
	// The error is of levels that do not exist.
	w, _ := flate.NewWriter(io.Discard, flate.BestCompression)
	return w
}}

// Pack makes a piece that will be sent many times.
func Pack(html template.HTML) Piece {
	if len(html) < 64 {
		return Piece{HTML: html}
	}
	w := flates.Get().(*flate.Writer)
	defer flates.Put(w)
	return pack(html, w, len(html))
}

// packAfter is Pack for a piece that always stands behind the same text, which it
// may refer to.
func packAfter(before []byte, html template.HTML) Piece {
	w, err := flate.NewWriterDict(io.Discard, flate.BestCompression, before)
	if err != nil || len(html) == 0 {
		return Piece{HTML: html}
	}
	return pack(html, w, len(html)+storedHead)
}

// pack compresses into less than most bytes, or not at all.
func pack(html template.HTML, w *flate.Writer, most int) Piece {
	p := Piece{HTML: html}
	var b bytes.Buffer
	w.Reset(&b) // a dictionary stays
	if _, err := io.WriteString(w, string(html)); err != nil {
		return p // a buffer takes everything
	}
	if err := w.Flush(); err != nil { // to the next byte, with an empty block (RFC 1951, 3.2.4)
		return p
	}
	if b.Len() < most {
		p.packed = b.String()
	}
	return p
}

// maxLoose is how much of a page may be without a compressed form before
// compressing it whole is worth more than it costs.
const maxLoose = 4096

// loose counts the bytes that have no compressed form.
func (r Ready) loose() (n int) {
	for _, p := range r {
		if p.packed == "" {
			n += len(p.HTML)
		}
	}
	return n
}

// gzipHead begins every gzip file of ours: deflate, no name, no time (RFC 1952).
var gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255}

// gzip writes the pieces as one gzip file: packed ones as they are, the others,
// joined where they meet, as stored blocks.
func (r Ready) gzip(to *bytes.Buffer) {
	to.Write(gzipHead)
	loose := getBuffer()
	defer putBuffer(loose)
	raw := getBuffer()
	defer putBuffer(raw)
	for _, p := range r {
		raw.WriteString(string(p.HTML))
		if p.packed == "" {
			loose.WriteString(string(p.HTML))
			continue
		}
		store(to, loose)
		to.WriteString(p.packed)
	}
	store(to, loose)
	sum, size := crc32.ChecksumIEEE(raw.Bytes()), raw.Len()
	to.Write([]byte{1, 0, 0, 0xff, 0xff}) // the final block, empty
	tail := binary.LittleEndian.AppendUint32(to.AvailableBuffer(), sum)
	to.Write(binary.LittleEndian.AppendUint32(tail, uint32(size))) // #nosec G115 -- modulo 2³², as the format says
}

// storedHead is how long the head of a stored block is.
const storedHead = 5

// store writes and empties loose as stored blocks; maxLoose fits into one.
func store(to, loose *bytes.Buffer) {
	n := uint16(loose.Len()) // #nosec G115 -- the caller compresses what is longer than maxLoose
	if n == 0 {
		return
	}
	to.Write([]byte{0, byte(n), byte(n >> 8), ^byte(n), ^byte(n >> 8)})
	to.Write(loose.Bytes())
	loose.Reset()
}
