package pdfread

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"unicode/utf16"
)

// The PDF object types. Numbers are int or float64, true and false bool, null nil.
type (
	Name  string
	Array []any
	Dict  map[string]any
	Ref   int
)

// String is a string with the place where it stands in the file, its brackets
// included.
type String struct {
	Value    []byte
	From, To int
}

// Text decodes a text string: UTF-16 with its mark, otherwise ASCII.
func (s String) Text() string {
	b, wide := bytes.CutPrefix(s.Value, []byte("\xfe\xff"))
	if !wide {
		return string(s.Value)
	}
	units := make([]uint16, 0, len(b)/2)
	for ; len(b) > 1; b = b[2:] {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
	}
	return string(utf16.Decode(units))
}

// Stream is a dictionary with data, which Inflate reads.
type Stream struct {
	Dict Dict
	Raw  []byte
}

// parser reads values from at on. It knows no more syntax than package pdf
// writes: no comments, and only spaces between values.
type parser struct {
	src    []byte
	at     int
	values int // read so far
}

func (p *parser) skip() {
	for p.at < len(p.src) && p.src[p.at] == ' ' {
		p.at++
	}
}

func (p *parser) take(s string) bool {
	if !bytes.HasPrefix(p.src[p.at:], []byte(s)) {
		return false
	}
	p.at += len(s)
	return true
}

func (p *parser) value(depth int) (any, error) {
	p.skip()
	p.values++
	switch {
	case depth > maxDepth || p.values > maxValues:
		return nil, foreign("too many values, or too deep, at %d", p.at)
	case p.take("<<"):
		return p.dict(depth)
	case p.take("["):
		return p.array(depth)
	case p.take("<"):
		return p.hexString()
	case p.take("("):
		return p.literal()
	case p.take("/"):
		return p.name()
	}
	return p.word()
}

func (p *parser) dict(depth int) (any, error) {
	d := Dict{}
	for {
		p.skip()
		if p.take(">>") {
			return d, nil
		}
		if !p.take("/") {
			return nil, foreign("no key at %d", p.at)
		}
		k, err := p.name()
		if err != nil {
			return nil, err
		}
		if _, twice := d[string(k)]; twice {
			return nil, foreign("two entries %s", k) // which one holds is anybody's guess
		}
		if d[string(k)], err = p.value(depth + 1); err != nil {
			return nil, err
		}
	}
}

func (p *parser) array(depth int) (any, error) {
	a := Array{}
	for {
		p.skip()
		if p.take("]") {
			return a, nil
		}
		v, err := p.value(depth + 1)
		if err != nil {
			return nil, err
		}
		a = append(a, v)
	}
}

// hexString reads hexadecimal digits, small and with nothing between them.
func (p *parser) hexString() (any, error) {
	n := bytes.IndexByte(p.src[p.at:], '>')
	if n < 0 {
		return nil, foreign("a string without an end at %d", p.at)
	}
	s := String{Value: make([]byte, n/2), From: p.at - 1, To: p.at + n + 1}
	digits := p.src[p.at : p.at+n]
	if _, err := hex.Decode(s.Value, digits); err != nil || bytes.ContainsAny(digits, "ABCDEF") {
		return nil, foreign("a string at %d", p.at)
	}
	p.at += n + 1
	return s, nil
}

// literal reads printable ASCII, brackets and backslashes escaped.
func (p *parser) literal() (any, error) {
	s := String{From: p.at - 1}
	for p.at < len(p.src) {
		c := p.src[p.at]
		p.at++
		switch {
		case c == ')':
			s.To = p.at
			return s, nil
		case c == '\\' && p.at < len(p.src):
			c = p.src[p.at]
			p.at++
			if c != '(' && c != ')' && c != '\\' {
				return nil, foreign("an escape at %d", p.at)
			}
		case c == '(' || c < ' ' || c > '~':
			return nil, foreign("a string at %d", p.at)
		}
		s.Value = append(s.Value, c)
	}
	return nil, foreign("a string without an end at %d", s.From)
}

func regular(c byte) bool {
	return c > ' ' && c <= '~' && bytes.IndexByte([]byte("%()<>[]{}/"), c) < 0
}

func (p *parser) name() (Name, error) {
	var out []byte
	for p.at < len(p.src) && regular(p.src[p.at]) {
		c := p.src[p.at]
		p.at++
		if c == '#' {
			var b [1]byte
			if p.at+2 > len(p.src) {
				return "", foreign("a name at %d", p.at)
			}
			if _, err := hex.Decode(b[:], p.src[p.at:p.at+2]); err != nil {
				return "", foreign("a name at %d", p.at)
			}
			c = b[0]
			p.at += 2
		}
		out = append(out, c)
	}
	return Name(out), nil
}

// word reads a number, a reference or a keyword.
func (p *parser) word() (any, error) {
	w := p.token()
	switch w {
	case "true", "false":
		return w == "true", nil
	case "null":
		return nil, nil
	}
	n, err := strconv.Atoi(w)
	if err != nil {
		f, err := strconv.ParseFloat(w, 64)
		if err != nil || len(w) > 32 {
			return nil, foreign("%.20q at %d", w, p.at)
		}
		return f, nil
	}
	before := p.at
	if p.take(" 0 R") && (p.at == len(p.src) || !regular(p.src[p.at])) {
		return Ref(n), nil
	}
	p.at = before
	return n, nil
}

func (p *parser) token() string {
	from := p.at
	for p.at < len(p.src) && regular(p.src[p.at]) {
		p.at++
	}
	return string(p.src[from:p.at])
}

// object reads a value that fills src to its end, or a stream.
func (p *parser) object() (any, error) {
	v, err := p.value(0)
	if err != nil || p.at == len(p.src) {
		return v, err
	}
	d, ok := v.(Dict)
	if !ok || !p.take("\nstream\n") {
		return nil, foreign("an object goes on at %d", p.at)
	}
	n, ok := d["Length"].(int)
	if !ok || n < 0 || n > len(p.src)-p.at || string(p.src[p.at+n:]) != "\nendstream" {
		return nil, foreign("a stream at %d", p.at)
	}
	return Stream{d, p.src[p.at : p.at+n]}, nil
}
