package paste

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// maxNodes bounds how many elements a part of a Word file has.
const maxNodes = 300_000

// xmlNode is an element by its local name: Word's own names and those of what it
// embeds do not meet where they are read. A nil node has nothing in it.
type xmlNode struct {
	name  string
	attrs []xml.Attr
	kids  []*xmlNode
	text  string
}

// parseXML reads a part. External entities are unknown to the decoder, and others
// than XML's own an error.
func parseXML(data []byte) (*xmlNode, error) {
	d := xml.NewDecoder(bytes.NewReader(data))
	root := &xmlNode{}
	open := []*xmlNode{root}
	for n := 0; ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotWord, err)
		}
		top := open[len(open)-1]
		switch t := token.(type) {
		case xml.StartElement:
			if n++; n > maxNodes {
				return nil, ErrTooLarge
			}
			if len(open) > maxDepth {
				return nil, ErrTooDeep
			}
			one := &xmlNode{name: t.Name.Local, attrs: t.Attr}
			top.kids = append(top.kids, one)
			open = append(open, one)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if top.name == "t" {
				top.text += string(t)
			}
		}
	}
	if len(root.kids) != 1 {
		return nil, ErrNotWord
	}
	return root.kids[0], nil
}

// child is the first with a name, nil for none.
func (n *xmlNode) child(name string) *xmlNode {
	if n == nil {
		return nil
	}
	for _, k := range n.kids {
		if k.name == name {
			return k
		}
	}
	return nil
}

// at follows names downward.
func (n *xmlNode) at(names ...string) *xmlNode {
	for _, name := range names {
		n = n.child(name)
	}
	return n
}

func (n *xmlNode) attr(name string) string {
	if n == nil {
		return ""
	}
	for _, a := range n.attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// val is what most of Word's elements say.
func (n *xmlNode) val() string { return n.attr("val") }

// holds reports whether an element of a name stands somewhere in it.
func (n *xmlNode) holds(name string) bool {
	for _, k := range n.kids {
		if k.name == name || k.holds(name) {
			return true
		}
	}
	return false
}
