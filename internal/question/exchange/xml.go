package exchange

import (
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

var (
	errEntities = errors.New("the file declares entities of its own, which are not expanded here; save it without them")
	errDeep     = errors.New("elements are nested too deep")
	errBulky    = errors.New("an item is too large")
	errRow      = errors.New("a row is too large; is a quotation mark missing")
)

// tree reads XML as a stream, element by element. Everything is read by token: nothing
// grows that it does not bound.
type tree struct {
	dec    *xml.Decoder
	gate   *gate
	limits Limits
	check  func() error // as the collector's
	line   int          // where the last token began
	depth  int          // elements that have begun and not ended
	tag    bool         // the last token was one: the decoder has read nothing behind it
}

func newTree(r io.Reader, c *collector) *tree {
	g := newGate(r, c.limits.ItemBytes)
	return &tree{dec: decoder(g), gate: g, limits: c.limits, check: c.check}
}

func decoder(r io.Reader) *xml.Decoder {
	d := xml.NewDecoder(r)
	d.CharsetReader = declared
	d.Entity = xml.HTMLEntity // fixed characters; nothing that a file could make grow
	return d
}

// token is the next one, with the line where it begins.
func (t *tree) token() (xml.Token, error) {
	if err := t.check(); err != nil {
		return nil, err
	}
	t.line, _ = t.dec.InputPos()
	t.gate.used, t.tag = 0, false
	tok, err := t.dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok := tok.(type) {
	case xml.StartElement:
		t.tag = true
		if t.depth++; t.depth > t.limits.Depth {
			return nil, errDeep
		}
	case xml.EndElement:
		t.tag = true
		t.depth--
	case xml.Directive:
		if strings.Contains(strings.ToUpper(string(tok)), "<!ENTITY") {
			return nil, errEntities
		}
	}
	return tok, nil
}

// skip reads to the end of the element that began last, keeping nothing.
func (t *tree) skip() error {
	for up := t.depth - 1; t.depth > up; {
		t.gate.pass = t.tag
		_, err := t.token()
		t.gate.pass = false
		if err != nil {
			return err
		}
	}
	return nil
}

// element reads all of an element that has begun. Elements of the names in
// empty are kept without their content, such as the bytes of files.
func (t *tree) element(start xml.StartElement, empty ...string) (*node, error) {
	budget := t.limits.ItemBytes
	return t.grow(start, &budget, empty)
}

// nodeBytes is what an element costs by itself, about.
const nodeBytes = 64

func (t *tree) grow(start xml.StartElement, budget *int, empty []string) (*node, error) {
	n := &node{name: plainName(start.Name.Local), attrs: map[string]string{}}
	*budget -= nodeBytes + len(n.name)
	for _, a := range start.Attr {
		n.attrs[attrName(a.Name.Local)] = a.Value
		*budget -= nodeBytes + len(a.Name.Local) + len(a.Value)
	}
	if slices.Contains(empty, n.name) {
		return n, t.skip()
	}
	for *budget >= 0 {
		tok, err := t.token()
		if err != nil {
			return nil, err
		}
		switch tok := tok.(type) {
		case xml.StartElement:
			kid, err := t.grow(tok, budget, empty)
			if err != nil {
				return nil, err
			}
			n.kids = append(n.kids, kid)
		case xml.CharData:
			if *budget -= nodeBytes + len(tok); *budget >= 0 {
				n.kids = append(n.kids, &node{text: string(tok)})
			}
		case xml.EndElement:
			return n, nil
		}
	}
	return nil, errBulky
}

// plainName is a name of QTI 3 as QTI 2 has it: qti-item-body is itemBody.
func plainName(name string) string {
	if rest, ok := strings.CutPrefix(name, "qti-"); ok {
		return camel(rest)
	}
	return name
}

// attrName is the same for attributes, which have no mark of their own.
func attrName(name string) string {
	if strings.HasPrefix(name, "data-") || strings.HasPrefix(name, "aria-") || strings.HasPrefix(name, "xmlns") {
		return name
	}
	return camel(name)
}

func camel(name string) string {
	parts := strings.Split(name, "-")
	for i, p := range parts {
		if i > 0 && p != "" {
			parts[i] = strings.ToUpper(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, "")
}

// readXML reads a file of any of the formats that are XML, as its outermost
// element says. name is its name in a package, or "".
func readXML(r io.Reader, name string, c *collector) {
	t := newTree(r, c)
	for {
		tok, err := t.token()
		if err != nil {
			c.broken(t.at(name), err)
			return
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		switch roots[start.Name.Local] {
		case MoodleXML:
			t.items(name, c, "question", moodleItem)
		case QTI1:
			t.items(name, c, "item", qti1Item)
		case QTI2, QTI3:
			t.one(start, name, c)
		default:
			c.refuse(t.at(name), "The file holds no questions in a format that is read here", "its outermost element is “"+clip(start.Name.Local, 40)+"”")
		}
		return
	}
}

// items reads each element of a name, at whatever depth it stands, to the end of the
// outermost one.
func (t *tree) items(name string, c *collector, of string, read func(*node, *draft)) {
	for t.depth > 0 {
		tok, err := t.token()
		if err != nil {
			c.broken(t.at(name), err)
			return
		}
		start, ok := tok.(xml.StartElement)
		if ok && start.Name.Local == of && !t.item(start, name, c, read) {
			return
		}
	}
}

// item reads one element into a question; false ends the file.
func (t *tree) item(start xml.StartElement, name string, c *collector, read func(*node, *draft)) bool {
	at := t.at(name)
	n, err := t.element(start, "file")
	if err != nil {
		c.broken(at, err)
		return false
	}
	d := newDraft(at)
	read(n, d)
	return c.take(d)
}

// one reads a file that is one item of QTI.
func (t *tree) one(start xml.StartElement, name string, c *collector) {
	at := name
	if at == "" {
		at = t.at("")
	}
	n, err := t.element(start)
	if err != nil {
		c.broken(t.at(name), err)
		return
	}
	d := newDraft(at)
	qti2Item(n, d)
	c.take(d)
}

// at names a place in the file.
func (t *tree) at(name string) string {
	place := "line " + strconv.Itoa(t.line)
	if name != "" {
		return name + ", " + place
	}
	return place
}
