// Package edit changes single values of a YAML text that people write by hand, and
// leaves every other line as it is: comments, order, quotes and blank lines. A
// change is spliced into the text and then proven: the new text must mean what was
// asked, or nothing changes. It is pure.
package edit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ErrCannot is the error of a change that this text does not allow without
// rewriting more than was asked. It is then edited as text.
var ErrCannot = errors.New("edit: the text is written in a way that this change cannot keep")

// Path leads to a value: keys of mappings are strings, places in lists are numbers
// from 0.
type Path []any

// At is a path.
func At(steps ...any) Path { return steps }

// Pair is a key with its value.
type Pair struct {
	Key   string
	Value any
}

// Map is a mapping in its order. Values are string, int, bool, []string (written on
// one line), Raw, Map, and []any.
type Map []Pair

// Raw is a value as it stands in the file, on one line: a day, or a number with a
// fraction.
type Raw string

// Doc is a text that is being changed.
type Doc struct {
	text string
	crlf bool
	root *yaml.Node
}

// Parse reads one YAML document. The error says why it is none.
func Parse(data []byte) (*Doc, error) {
	d := &Doc{text: string(data)}
	if n := strings.Count(d.text, "\r\n"); n > 0 {
		if n != strings.Count(d.text, "\n") {
			return nil, fmt.Errorf("%w: its lines end in two ways", ErrCannot)
		}
		d.crlf, d.text = true, strings.ReplaceAll(d.text, "\r\n", "\n")
	}
	root, err := parse(d.text)
	d.root = root
	return d, err
}

func parse(text string) (*yaml.Node, error) {
	var doc yaml.Node
	dec := yaml.NewDecoder(strings.NewReader(text))
	if err := dec.Decode(&doc); err != nil {
		return nil, fmt.Errorf("edit: %w", err)
	}
	if len(doc.Content) != 1 {
		return nil, fmt.Errorf("%w: there is nothing in it", ErrCannot)
	}
	if err := dec.Decode(new(yaml.Node)); err == nil {
		return nil, fmt.Errorf("%w: it holds two documents", ErrCannot)
	}
	return doc.Content[0], nil
}

// Bytes is the text as it is now.
func (d *Doc) Bytes() []byte {
	if d.crlf {
		return []byte(strings.ReplaceAll(d.text, "\n", "\r\n"))
	}
	return []byte(d.text)
}

// Get returns the text of a scalar; ok is false where there is none.
func (d *Doc) Get(path Path) (value string, ok bool) {
	n := find(d.root, path)
	if n == nil || n.Kind != yaml.ScalarNode {
		return "", false
	}
	return n.Value, true
}

// Bool reports whether a value is there and true, in whatever way YAML writes it.
func (d *Doc) Bool(path Path) bool {
	var is bool
	n := find(d.root, path)
	return n != nil && n.Kind == yaml.ScalarNode && n.Decode(&is) == nil && is
}

// List returns the scalars of a list; ok is false where there is none, or one that
// holds something else.
func (d *Doc) List(path Path) (values []string, ok bool) {
	n := find(d.root, path)
	if n == nil || n.Kind != yaml.SequenceNode || slices.ContainsFunc(n.Content, func(k *yaml.Node) bool { return k.Kind != yaml.ScalarNode }) {
		return nil, false
	}
	for _, k := range n.Content {
		values = append(values, k.Value)
	}
	return values, true
}

// Has reports whether anything stands at a path.
func (d *Doc) Has(path Path) bool { return find(d.root, path) != nil }

// Line is the line of a value, from 1; 0 where there is none.
func (d *Doc) Line(path Path) int {
	if n := find(d.root, path); n != nil {
		return n.Line
	}
	return 0
}

// Len is how many entries a list has, -1 where there is none.
func (d *Doc) Len(path Path) int {
	n := find(d.root, path)
	if n == nil || n.Kind != yaml.SequenceNode {
		return -1
	}
	return len(n.Content)
}

// Set gives a key or a place in a list another value, or a mapping another key at
// its end. Errors: ErrCannot.
func (d *Doc) Set(path Path, value any) error {
	if len(path) == 0 {
		return ErrCannot
	}
	to := node(value)
	parent, last := find(d.root, path[:len(path)-1]), path[len(path)-1]
	old := find(d.root, path)
	if old != nil && same(old, to) {
		return nil
	}
	key, named := last.(string)
	words, listed := value.([]string)
	switch {
	case listed && len(words) > 0 && old != nil && old.Kind == yaml.SequenceNode && old.Style&yaml.FlowStyle == 0:
		return d.setLines(path, words)
	case old != nil:
		goes := span{}
		if old.Kind != yaml.ScalarNode {
			goes = d.within(old)
		}
		return d.prove(goes, func(root *yaml.Node) { *find(root, path) = *to }, func() (string, error) { return d.replaced(path, old, value) })
	case parent != nil && parent.Kind == yaml.MappingNode && named:
		return d.prove(span{}, func(root *yaml.Node) {
			m := find(root, path[:len(path)-1])
			m.Content = append(m.Content, node(key), to)
		}, func() (string, error) { return d.added(parent, Pair{key, value}) })
	}
	return fmt.Errorf("%w: there is no such place", ErrCannot)
}

// Insert puts a value into a list before place i; i may be its length. Errors:
// ErrCannot.
func (d *Doc) Insert(list Path, i int, value any) error {
	n := find(d.root, list)
	if n == nil || n.Kind != yaml.SequenceNode || i < 0 || i > len(n.Content) {
		return fmt.Errorf("%w: there is no such list", ErrCannot)
	}
	to := node(value)
	return d.prove(span{}, func(root *yaml.Node) {
		l := find(root, list)
		l.Content = append(l.Content[:i:i], append([]*yaml.Node{to}, l.Content[i:]...)...)
	}, func() (string, error) {
		if len(n.Content) == 0 && block(value) && !inFlow(d.root, list) {
			return d.begun(n, len(list) == 0, value)
		}
		return d.relist(n, func(l *lines) { l.insert(i, value2text(value, n.Style&yaml.FlowStyle != 0)) })
	})
}

// Remove takes a key out of a mapping, or an entry out of a list. Errors: ErrCannot.
func (d *Doc) Remove(path Path) error {
	if len(path) == 0 || find(d.root, path) == nil {
		return fmt.Errorf("%w: there is no such place", ErrCannot)
	}
	up := path[:len(path)-1]
	parent := find(d.root, up)
	if i, place := path[len(path)-1].(int); place {
		return d.prove(d.with(parent.Content[i], parent.Content[i]), func(root *yaml.Node) {
			l := find(root, up)
			l.Content = append(l.Content[:i:i], l.Content[i+1:]...)
		}, func() (string, error) { return d.relist(parent, func(l *lines) { l.remove(i) }) })
	}
	key, _ := path[len(path)-1].(string)
	at := keyIndex(parent, key)
	return d.prove(d.with(parent.Content[at], parent.Content[at+1]), func(root *yaml.Node) {
		m := find(root, up)
		k := keyIndex(m, key)
		m.Content = append(m.Content[:k:k], m.Content[k+2:]...)
	}, func() (string, error) { return d.unkeyed(parent, at) })
}

// Move puts an entry of a list at another place. Errors: ErrCannot.
func (d *Doc) Move(list Path, from, to int) error {
	n := find(d.root, list)
	if n == nil || n.Kind != yaml.SequenceNode || min(from, to) < 0 || max(from, to) >= len(n.Content) {
		return fmt.Errorf("%w: there is no such place", ErrCannot)
	}
	return d.prove(span{}, func(root *yaml.Node) {
		l := find(root, list)
		l.Content = moved(l.Content, from, to)
	}, func() (string, error) {
		return d.relist(n, func(l *lines) { l.items = moved(l.items, from, to) })
	})
}

func moved[T any](list []T, from, to int) []T {
	rest := slices.Delete(slices.Clone(list), from, from+1)
	return slices.Insert(rest, to, list[from])
}
