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
	MaxFile    = 8 << 20 // bytes
	maxObjects = 20_000
	maxDepth   = 32
	maxValues  = 200_000 // memory is bounded by them, not by bytes
)

// ErrForeign means that the bytes are not laid out as package pdf lays them out:
// cut short, damaged, changed, or written by another program.
var ErrForeign = errors.New("pdfread: not a file of this program's making")

func foreign(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrForeign, fmt.Sprintf(format, args...))
}

// File is an opened file.
type File struct {
	Trailer Dict

	start   []int // of object n+1; the last is the table's
	objects []any // object n is objects[n-1]
}

var header = []byte("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

// The last lines of a file: the table's offset has at most 8 digits.
const tailLength = len("startxref\n") + 8 + len("\n%%EOF\n")

// Open reads data to the last byte but for what is compressed. The values share
// its memory. Errors: ErrForeign.
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
	f := &File{}
	rest, err := f.readTable(data[table:end], table)
	if err != nil {
		return nil, err
	}
	p := &parser{src: data[:end], at: end - len(rest)}
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
	if err := f.readObjects(p, data); err != nil {
		return nil, err
	}
	return f, nil
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
	if !ok || err != nil || table < len(header) || table >= end || strconv.Itoa(table) != string(digits) {
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
		offset, err := strconv.ParseUint(string(e[:10]), 10, 32)
		if err != nil || string(e[10:]) != " 00000 n \n" {
			return nil, foreign("the entry of object %d", i)
		}
		f.start[i-1] = int(offset)
	}
	f.start[n-1] = at
	rest, ok = bytes.CutPrefix(table[n*entryLength:], []byte("trailer\n"))
	if !ok {
		return nil, foreign("no trailer")
	}
	return rest, nil
}

// readObjects parses all objects, which must follow one another without a gap.
func (f *File) readObjects(p *parser, data []byte) error {
	if f.start[0] != len(header) {
		return foreign("object 1 is at %d", f.start[0])
	}
	f.objects = make([]any, len(f.start)-1)
	for i := range f.objects {
		from, to := f.start[i], f.start[i+1]
		if from >= to || to > len(data) {
			return foreign("object %d is at %d", i+1, from)
		}
		head := append(strconv.AppendInt(make([]byte, 0, 16), int64(i+1), 10), " 0 obj\n"...)
		body, begins := bytes.CutPrefix(data[from:to], head)
		body, ends := bytes.CutSuffix(body, []byte("\nendobj\n"))
		if !begins || !ends {
			return foreign("object %d does not begin or end where the table says", i+1)
		}
		var err error
		p.at = from + len(head)
		p.src = data[:p.at+len(body)]
		if f.objects[i], err = p.object(); err != nil {
			return err
		}
	}
	return nil
}

// Get follows v where it is a reference, once: an object of ours is never a
// reference itself. Errors: ErrForeign.
func (f *File) Get(v any) (any, error) {
	r, ok := v.(Ref)
	if !ok {
		return v, nil
	}
	if r < 1 || int(r) > len(f.objects) {
		return nil, foreign("no object %d", r)
	}
	return f.objects[r-1], nil
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
