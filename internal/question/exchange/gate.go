package exchange

import (
	"bufio"
	"io"
)

// attrsMost is how many attributes an element may have.
const attrsMost = 1000

// gate hands XML to its decoder, which takes every tag and text whole before anybody
// can judge it, and ends what would make it hold too much.
type gate struct {
	in   *bufio.Reader
	most int  // bytes of a tag, a comment or a text
	used int  // of the one that is being read
	pass bool // a text begins that nobody wants: only its lines are kept, to count them

	// A tag holds no other "<". Where something else begins with one, such as a
	// comment, these mean nothing, until the next tag.
	inTag bool
	quote byte // that an attribute's value stands in, 0 outside
	attrs int
}

func newGate(r io.Reader, most int) *gate {
	return &gate{in: bufio.NewReader(r), most: most}
}

// ReadByte implements io.ByteReader: so the decoder reads no byte before it needs it.
func (g *gate) ReadByte() (byte, error) {
	for {
		b, err := g.in.ReadByte()
		if err != nil {
			return 0, err
		}
		if b == '<' {
			g.pass, g.inTag, g.quote, g.attrs = false, true, 0, 0
		} else if g.inTag {
			g.inside(b)
		}
		if g.pass && b != '\n' {
			continue
		}
		if g.used++; g.used > g.most || g.attrs > attrsMost {
			return 0, errBulky
		}
		return b, nil
	}
}

// inside counts the attributes of a tag.
func (g *gate) inside(b byte) {
	switch {
	case b == g.quote:
		g.quote = 0
	case g.quote != 0:
	case b == '"' || b == '\'':
		g.quote = b
	case b == '=':
		g.attrs++
	case b == '>':
		g.inTag = false
	}
}

// Read implements io.Reader, which the decoder asks for where a file declares its
// encoding.
func (g *gate) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	b, err := g.ReadByte()
	if err != nil {
		return 0, err
	}
	p[0] = b
	return 1, nil
}

// cellsMost is how many cells a row may have: far more than there are columns.
const cellsMost = 1000

// rowGate is the same for a table, whose decoder takes every row whole.
type rowGate struct {
	in     io.Reader
	most   int  // bytes of a row
	comma  rune // what parts its cells: ASCII
	used   int
	cells  int
	quoted bool
}

// Read implements io.Reader.
func (g *rowGate) Read(p []byte) (int, error) {
	n, err := g.in.Read(p)
	for i, b := range p[:n] {
		switch g.used++; {
		case b == '"':
			g.quoted = !g.quoted
		case g.quoted:
		case b == '\n':
			g.used, g.cells = 0, 0
		case rune(b) == g.comma:
			g.cells++
		}
		if g.used > g.most || g.cells > cellsMost {
			return i, errRow
		}
	}
	return n, err
}
