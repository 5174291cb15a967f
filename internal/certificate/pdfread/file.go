// Package pdfread reads the PDF files that package pdf writes, and no others: one
// revision, a plain cross-reference table, and objects that fill the file from
// its header to that table without a gap. So nothing can lie in a file that its
// table does not name, and no two readers can see different documents in it.
//
// It is made for hostile input: sizes, counts, depth and what is inflated are
// bounded, every offset is checked, and nothing panics.
package pdfread

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// Bounds on what is read, many times a certificate of ours.
const (
	MaxFile    = 16 << 20 // bytes
	maxObjects = 20_000
	maxDepth   = 32
	maxValues  = 50_000 // in one object
)

// ErrForeign means that the bytes are not laid out as package pdf lays them out:
// cut short, damaged, changed, or written by another program.
var ErrForeign = errors.New("pdfread: not a file of this program's making")

func foreign(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrForeign, fmt.Sprintf(format, args...))
}

// File is an opened file. Its objects are parsed when they are asked for.
type File struct {
	Trailer Dict

	data  []byte
	start []int // of object n+1; the last is the table's
}

var header = []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

// The last lines of a file: the table's offset has at most 8 digits.
const tailLength = len("startxref\n") + 8 + len("\n%%EOF\n")

// Open checks the layout of data, which it keeps and does not change. Errors:
// ErrForeign.
func Open(data []byte) (*File, error) {
	if len(data) > MaxFile {
		return nil, foreign("%d bytes", len(data))
	}
	if !bytes.HasPrefix(data, header) {
		return nil, foreign("the header")
	}
	table, end, err := tail(data)
	if err != nil {
		return nil, err
	}
	f := &File{data: data}
	rest, err := f.readTable(data[table:end], table)
	if err != nil {
		return nil, err
	}
	p := parser{src: data[:end], at: end - len(rest)}
	v, err := p.value(0)
	if err != nil {
		return nil, err
	}
	trailer, ok := v.(Dict)
	if !ok || !bytes.Equal(data[p.at:end], []byte("\n")) || trailer["Size"] != len(f.start) {
		return nil, foreign("the trailer")
	}
	for _, k := range []string{"Prev", "XRefStm", "Encrypt"} {
		if trailer[k] != nil {
			return nil, foreign("the trailer has %s", k)
		}
	}
	f.Trailer = trailer
	return f, f.checkLayout()
}

// tail returns where the table begins and where its trailer ends.
func tail(data []byte) (table, end int, err error) {
	from := max(0, len(data)-tailLength)
	i := bytes.LastIndex(data[from:], []byte("startxref\n"))
	if i < 0 {
		return 0, 0, foreign("no startxref at its end")
	}
	end = from + i
	digits, ok := bytes.CutSuffix(data[end+len("startxref\n"):], []byte("\n%%EOF\n"))
	table, err = strconv.Atoi(string(digits))
	if !ok || err != nil || table < len(header) || table >= end {
		return 0, 0, foreign("startxref %q", digits)
	}
	return table, end, nil
}

const entryLength = 20

// readTable reads the cross-reference table and returns what follows "trailer".
func (f *File) readTable(table []byte, at int) (rest []byte, err error) {
	table, ok := bytes.CutPrefix(table, []byte("xref\n0 "))
	line, table, found := bytes.Cut(table, []byte("\n"))
	n, err := strconv.Atoi(string(line))
	if !ok || !found || err != nil || n < 2 || n > maxObjects || len(table) < n*entryLength {
		return nil, foreign("the cross-reference table")
	}
	if string(table[:entryLength]) != "0000000000 65535 f \n" {
		return nil, foreign("the free entry")
	}
	f.start = make([]int, n)
	for i := 1; i < n; i++ {
		e := table[i*entryLength : (i+1)*entryLength]
		offset, err := strconv.Atoi(string(e[:10]))
		if err != nil || string(e[10:]) != " 00000 n \n" {
			return nil, foreign("the entry of object %d", i)
		}
		f.start[i-1] = offset
	}
	f.start[n-1] = at
	rest, ok = bytes.CutPrefix(table[n*entryLength:], []byte("trailer\n"))
	if !ok {
		return nil, foreign("no trailer")
	}
	return rest, nil
}

var endobj = []byte("\nendobj\n")

// checkLayout makes sure that the objects follow one another without a gap.
func (f *File) checkLayout() error {
	if f.start[0] != len(header) {
		return foreign("object 1 is at %d", f.start[0])
	}
	for n := 1; n < len(f.start); n++ {
		from, to := f.start[n-1], f.start[n]
		if from >= to || to > len(f.data) {
			return foreign("object %d is at %d", n, from)
		}
		head := append(strconv.AppendInt(make([]byte, 0, 16), int64(n), 10), " 0 obj\n"...)
		body, begins := bytes.CutPrefix(f.data[from:to], head)
		if !begins || !bytes.HasSuffix(body, endobj) {
			return foreign("object %d does not begin or end where the table says", n)
		}
	}
	return nil
}

// Extent returns where an object begins and ends in the file.
func (f *File) Extent(r Ref) (from, to int) {
	if r < 1 || int(r) >= len(f.start) {
		return 0, 0
	}
	return f.start[r-1], f.start[r]
}

// Get follows v where it is a reference, once: an object of ours is never a
// reference itself. Errors: ErrForeign.
func (f *File) Get(v any) (any, error) {
	r, ok := v.(Ref)
	if !ok {
		return v, nil
	}
	if r < 1 || int(r) >= len(f.start) {
		return nil, foreign("no object %d", r)
	}
	from, to := f.start[r-1], f.start[r]
	p := parser{src: f.data[:to-len(endobj)], at: from + bytes.IndexByte(f.data[from:to], '\n') + 1}
	value, err := p.value(0)
	if err != nil {
		return nil, err
	}
	if d, ok := value.(Dict); ok && bytes.HasPrefix(p.src[p.at:], []byte("\nstream\n")) {
		return p.stream(d)
	}
	if p.at != len(p.src) {
		return nil, foreign("object %d goes on at %d", r, p.at)
	}
	return value, nil
}

// Dict returns the dictionary that v is or refers to. Errors: ErrForeign.
func (f *File) Dict(v any) (Dict, error) {
	v, err := f.Get(v)
	if err != nil {
		return nil, err
	}
	d, ok := v.(Dict)
	if !ok {
		return nil, foreign("a dictionary is a %T", v)
	}
	return d, nil
}

// Array returns the array that v is or refers to. Errors: ErrForeign.
func (f *File) Array(v any) (Array, error) {
	v, err := f.Get(v)
	if err != nil {
		return nil, err
	}
	a, ok := v.(Array)
	if !ok {
		return nil, foreign("an array is a %T", v)
	}
	return a, nil
}

// Catalog returns the document's root. Errors: ErrForeign.
func (f *File) Catalog() (Dict, error) { return f.Dict(f.Trailer["Root"]) }
