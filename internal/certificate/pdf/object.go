package pdf

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"maps"
	"math"
	"sort"
	"strconv"
	"sync"
	"time"
)

// The PDF object types (ISO 32000-1, 7.3) that Go has no name for. Go's int,
// float64, bool and nil stand for themselves.
type (
	// Name is written with a leading slash.
	Name string
	// Text is a text string: ASCII as it stands, everything else as UTF-16.
	Text string
	// Bytes is a byte string, written in hexadecimal.
	Bytes []byte
	// Array is a sequence of objects.
	Array []any
	// Dict is written with its keys sorted, so that equal input gives equal bytes.
	Dict map[Name]any
	// Ref is the number of an indirect object.
	Ref int
	// Raw is written as it stands.
	Raw string
)

// Stream is a dictionary with data. Length and Filter are added when it is
// written.
type Stream struct {
	Dict Dict
	Data []byte
	Form StreamForm
}

// StreamForm says how a stream's data are given and written.
type StreamForm uint8

// The forms.
const (
	Compress StreamForm = iota // Data are plain and compressed when written
	Deflated                   // Data are compressed already
	Plain                      // Data stay plain, so that any tool finds metadata
)

func appendObject(b []byte, o any) ([]byte, error) {
	switch v := o.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case int:
		return strconv.AppendInt(b, int64(v), 10), nil
	case float64:
		return appendNumber(b, v), nil
	case Ref:
		return append(strconv.AppendInt(b, int64(v), 10), " 0 R"...), nil
	case Raw:
		return append(b, v...), nil
	case Name:
		return appendName(b, v), nil
	case Text:
		return appendText(b, string(v)), nil
	case time.Time:
		return appendText(b, pdfDate(v)), nil
	case Bytes:
		return fmt.Appendf(b, "<%x>", []byte(v)), nil
	case Array:
		return appendArray(b, v)
	case Dict:
		return appendDict(b, v)
	case Stream:
		return appendStream(b, v)
	}
	return nil, fmt.Errorf("pdf: cannot write a %T", o)
}

// appendNumber writes at most three decimals: a thousandth of a point is below
// what any device resolves.
func appendNumber(b []byte, v float64) []byte {
	n := int64(math.Round(v * 1000))
	if n < 0 {
		b, n = append(b, '-'), -n
	}
	b = strconv.AppendInt(b, n/1000, 10)
	if n %= 1000; n == 0 {
		return b
	}
	b = append(b, '.', byte('0'+n/100))
	if n%100 != 0 {
		b = append(b, byte('0'+n/10%10))
	}
	if n%10 != 0 {
		b = append(b, byte('0'+n%10))
	}
	return b
}

func appendName(b []byte, n Name) []byte {
	b = append(b, '/')
	for i := range len(n) {
		c := n[i]
		if c <= ' ' || c > '~' || bytes.IndexByte([]byte("#/%()<>[]{}"), c) >= 0 {
			b = fmt.Appendf(b, "#%02x", c)
			continue
		}
		b = append(b, c)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return appendUTF16(b, s)
		}
	}
	b = append(b, '(')
	for i := range len(s) {
		if c := s[i]; c == '(' || c == ')' || c == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, ')')
}

func appendArray(b []byte, a Array) (_ []byte, err error) {
	b = append(b, '[')
	for i, o := range a {
		if i > 0 {
			b = append(b, ' ')
		}
		if b, err = appendObject(b, o); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

func appendDict(b []byte, d Dict) (_ []byte, err error) {
	keys := make([]string, 0, len(d))
	for k := range d {
		keys = append(keys, string(k))
	}
	sort.Strings(keys)
	b = append(b, "<<"...)
	for i, k := range keys {
		if i > 0 {
			b = append(b, ' ')
		}
		b = append(appendName(b, Name(k)), ' ')
		if b, err = appendObject(b, d[Name(k)]); err != nil {
			return nil, err
		}
	}
	return append(b, ">>"...), nil
}

func appendStream(b []byte, s Stream) ([]byte, error) {
	d := Dict{}
	maps.Copy(d, s.Dict)
	data := s.Data
	if s.Form == Compress {
		data = deflate(data)
	}
	if s.Form != Plain {
		d["Filter"] = Name("FlateDecode")
	}
	d["Length"] = len(data)
	b, err := appendDict(b, d)
	if err != nil {
		return nil, err
	}
	b = append(b, "\nstream\n"...)
	b = append(b, data...)
	return append(b, "\nendstream"...), nil
}

// A compressor holds about a megabyte, more than everything else here.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func deflate(data []byte) []byte {
	var out bytes.Buffer
	w, _ := compressors.Get().(*zlib.Writer)
	defer compressors.Put(w)
	w.Reset(&out)
	_, _ = w.Write(data) // a bytes.Buffer does not fail
	_ = w.Close()
	return out.Bytes()
}

// pdfDate is the date format of ISO 32000-1, 7.9.4, in UTC.
func pdfDate(t time.Time) string { return t.UTC().Format("D:20060102150405+00'00'") }
