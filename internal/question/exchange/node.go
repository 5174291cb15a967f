package exchange

import (
	"slices"
	"strings"
)

// node is an element of XML with what is in it, or a text: Name is "" there.
type node struct {
	name  string
	attrs map[string]string
	kids  []*node
	text  string
}

func (n *node) attr(name string) string {
	if n == nil {
		return ""
	}
	return n.attrs[name]
}

// child is the first element of a name, nil where there is none.
func (n *node) child(name string) *node {
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

// path follows names downwards.
func (n *node) path(names ...string) *node {
	for _, name := range names {
		n = n.child(name)
	}
	return n
}

// all are the direct elements of a name.
func (n *node) all(name string) []*node {
	if n == nil {
		return nil
	}
	var out []*node
	for _, k := range n.kids {
		if k.name == name {
			out = append(out, k)
		}
	}
	return out
}

// find lists the elements of these names at any depth, in order, not looking
// into what it found.
func (n *node) find(names ...string) []*node {
	if n == nil {
		return nil
	}
	var out []*node
	for _, k := range n.kids {
		if slices.Contains(names, k.name) {
			out = append(out, k)
		} else {
			out = append(out, k.find(names...)...)
		}
	}
	return out
}

// raw is all text below, as it stands.
func (n *node) raw() string {
	if n == nil {
		return ""
	}
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *node) write(b *strings.Builder) {
	b.WriteString(n.text)
	for _, k := range n.kids {
		k.write(b)
	}
}

// value is the text of a short element, trimmed.
func (n *node) value() string { return strings.TrimSpace(n.raw()) }

// feed tells the content of an element to f, without the elements that leave
// names, and what stands in their place.
func (n *node) feed(f *flat, leave map[string]string) {
	for _, k := range n.kids {
		instead, out := leave[k.name]
		switch {
		case k.name == "":
			f.text(k.text)
		case out:
			f.add(instead)
		default:
			f.start(strings.ToLower(k.name), k.attr, false)
			k.feed(f, leave)
			f.end(strings.ToLower(k.name))
		}
	}
}

// paragraph is the content of an element as one paragraph.
func (n *node) paragraph(lost *lossCount, leave map[string]string) string {
	if n == nil {
		return ""
	}
	f := newFlat(lost)
	n.feed(f, leave)
	return f.done()
}
