package edit

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Empty reports whether a key stands there without a value, as in "status:" or
// "status: null".
func (d *Doc) Empty(path Path) bool { return empty(find(d.root, path)) }

func empty(n *yaml.Node) bool {
	return n != nil && n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null"
}

// Equal reports whether a place means the same in two texts; it also does where both
// have none.
func Equal(a *Doc, at Path, b *Doc, there Path) bool {
	x, y := find(a.root, at), find(b.root, there)
	if x == nil || y == nil {
		return x == nil && y == nil
	}
	return same(x, y)
}

// Value is what stands at a path, as Set and Insert take it; ok is false where there
// is none, or one that they cannot write: an alias, or a tag of its own.
func (d *Doc) Value(path Path) (value any, ok bool) {
	n := find(d.root, path)
	if n == nil {
		return nil, false
	}
	return valueOf(n)
}

func valueOf(n *yaml.Node) (value any, ok bool) {
	if n.Anchor != "" || n.Style&yaml.TaggedStyle != 0 {
		return nil, false
	}
	switch n.Kind {
	case yaml.ScalarNode:
		switch n.ShortTag() {
		case "!!str":
			return n.Value, true
		case "!!null":
			return nil, true
		}
		return Raw(n.Value), true
	case yaml.SequenceNode:
		list := []any{}
		for _, k := range n.Content {
			v, ok := valueOf(k)
			if !ok {
				return nil, false
			}
			list = append(list, v)
		}
		return plainList(list), true
	case yaml.MappingNode:
		m := Map{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			v, ok := valueOf(n.Content[i+1])
			if !ok {
				return nil, false
			}
			m = append(m, Pair{n.Content[i].Value, v})
		}
		return m, true
	}
	return nil, false
}

// plainList is a list of strings where it holds nothing else, which is written on one
// line.
func plainList(list []any) any {
	words := make([]string, len(list))
	for i, v := range list {
		s, ok := v.(string)
		if !ok {
			return list
		}
		words[i] = s
	}
	return words
}

// filled is the text with a value where a key has none.
func (d *Doc) filled(path Path, value any) (string, error) {
	key, named := path[len(path)-1].(string)
	parent := find(d.root, path[:len(path)-1])
	at := keyIndex(parent, key)
	if !named || at < 0 {
		return "", fmt.Errorf("%w: an entry without a value", ErrCannot)
	}
	to, err := d.end(parent.Content[at])
	if err != nil || to >= len(d.text) || d.text[to] != ':' {
		return "", fmt.Errorf("%w: where the value would stand", ErrCannot)
	}
	flow := inFlow(d.root, path)
	text, in := value2text(value, flow), d.margin(to+1)
	head, rest, lines := strings.Cut(text, "\n")
	switch {
	case block(value) && !flow:
		text = "\n" + indent(text, in+2)
	case lines:
		text = " " + head + "\n" + indent(rest, in)
	default:
		text = " " + text
	}
	return d.text[:to+1] + text + d.text[to+1:], nil
}
