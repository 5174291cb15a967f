package pdf_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// file is a PDF as the tests read it: a reader of our own, so that the checks of
// structure need no tool.
type file struct {
	objects map[int]any // dictionaries, arrays, … or stream
	trailer dict
}

type (
	dict   map[string]any
	ref    int
	name   string
	str    string // decoded bytes of a string
	stream struct {
		dict
		data []byte
	}
)

var tokens = regexp.MustCompile(`^(?:<<|>>|\[|\]|/[^\s/<>\[\]()]*|<[0-9a-fA-F\s]*>|\d+ \d+ R\b|[^\s/<>\[\]()]+)`)

// parser reads objects; anything that the writer does not write fails the test.
type parser struct {
	t   testing.TB
	src []byte
}

func (p *parser) next() string {
	p.src = bytes.TrimLeft(p.src, " \n")
	if len(p.src) > 0 && p.src[0] == '(' {
		depth := 0
		for i := 0; i < len(p.src); i++ {
			switch p.src[i] {
			case '\\':
				i++
			case '(':
				depth++
			case ')':
				if depth--; depth == 0 {
					tok := string(p.src[:i+1])
					p.src = p.src[i+1:]
					return tok
				}
			}
		}
	}
	tok := tokens.Find(p.src)
	p.src = p.src[len(tok):]
	return string(tok)
}

func (p *parser) value(tok string) any {
	switch {
	case tok == "<<":
		d := dict{}
		for k := p.next(); k != ">>"; k = p.next() {
			if !strings.HasPrefix(k, "/") {
				p.t.Fatalf("key %q", k)
			}
			d[k[1:]] = p.value(p.next())
		}
		return d
	case tok == "[":
		a := []any{}
		for v := p.next(); v != "]"; v = p.next() {
			a = append(a, p.value(v))
		}
		return a
	case tok == "null":
		return nil
	case tok == "true", tok == "false":
		return tok == "true"
	case strings.HasPrefix(tok, "/"):
		return name(tok[1:])
	case strings.HasPrefix(tok, "("):
		return str(regexp.MustCompile(`\\(.)`).ReplaceAllString(tok[1:len(tok)-1], "$1"))
	case strings.HasPrefix(tok, "<"):
		return str(unhex(p.t, tok[1:len(tok)-1]))
	case strings.HasSuffix(tok, " R"):
		n, _ := strconv.Atoi(tok[:strings.IndexByte(tok, ' ')])
		return ref(n)
	}
	f, err := strconv.ParseFloat(tok, 64)
	if err != nil {
		p.t.Fatalf("token %q before %.40q", tok, p.src)
	}
	return f
}

func unhex(t testing.TB, s string) string {
	if len(s)%2 != 0 {
		t.Fatalf("a string of %d hexadecimal digits", len(s))
	}
	var b []byte
	for ; len(s) >= 2; s = s[2:] {
		v, err := strconv.ParseUint(s[:2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		b = append(b, byte(v))
	}
	return string(b)
}

// read follows startxref and the table, so wrong offsets show.
func read(t testing.TB, b []byte) file {
	t.Helper()
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(b)
	if m == nil {
		t.Fatal("no startxref at the end")
	}
	at, _ := strconv.Atoi(string(m[1]))
	lines := strings.Split(string(b[at:]), "\n")
	count, _ := strconv.Atoi(strings.TrimPrefix(lines[1], "0 "))
	f := file{objects: map[int]any{}}
	for i := 1; i < count; i++ {
		if len(lines[2+i]) != 19 {
			t.Fatalf("cross-reference line %q", lines[2+i])
		}
		off, _ := strconv.Atoi(lines[2+i][:10])
		head := strconv.Itoa(i) + " 0 obj\n"
		if !bytes.HasPrefix(b[off:], []byte(head)) {
			t.Fatalf("object %d is not at %d", i, off)
		}
		f.objects[i] = readObject(t, b[off+len(head):])
	}
	p := parser{t, b[at+bytes.Index(b[at:], []byte("trailer\n"))+8:]}
	f.trailer, _ = p.value(p.next()).(dict)
	return f
}

func readObject(t testing.TB, b []byte) any {
	p := parser{t, b}
	v := p.value(p.next())
	d, ok := v.(dict)
	if !ok || !bytes.HasPrefix(p.src, []byte("\nstream\n")) {
		if !bytes.HasPrefix(p.src, []byte("\nendobj\n")) {
			t.Fatalf("object ends with %.20q", p.src)
		}
		return v
	}
	n, _ := d["Length"].(float64)
	data := p.src[8 : 8+int(n)]
	if !bytes.HasPrefix(p.src[8+int(n):], []byte("\nendstream\nendobj\n")) {
		t.Fatal("stream length is wrong")
	}
	if d["Filter"] == name("FlateDecode") {
		r, err := zlib.NewReader(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		if data, err = io.ReadAll(r); err != nil {
			t.Fatal(err)
		}
	}
	return stream{d, data}
}

// get follows references.
func (f file) get(v any) any {
	for {
		r, ok := v.(ref)
		if !ok {
			return v
		}
		v = f.objects[int(r)]
	}
}

// dict returns the dictionary that v is or refers to, also of a stream.
func (f file) dict(v any) dict {
	switch d := f.get(v).(type) {
	case dict:
		return d
	case stream:
		return d.dict
	}
	return nil
}

func (f file) array(v any) []any { a, _ := f.get(v).([]any); return a }

func (f file) catalog() dict { return f.dict(f.trailer["Root"]) }

func (f file) pages() []any { return f.array(f.dict(f.catalog()["Pages"])["Kids"]) }

// content joins a page's content streams.
func (f file) content(page any) []byte {
	var out []byte
	for _, c := range f.array(f.dict(page)["Contents"]) {
		s, _ := f.get(c).(stream)
		out = append(append(out, s.data...), '\n')
	}
	return out
}
