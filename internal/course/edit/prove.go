package edit

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// prove makes a change of the text, and takes it only if it means the change of the
// tree and keeps every comment but those of what may go.
func (d *Doc) prove(goes span, want func(root *yaml.Node), splice func() (string, error)) error {
	asked := clone(d.root)
	want(asked)
	text, err := splice()
	if err != nil {
		return err
	}
	root, err := parse(text)
	if err != nil || !same(asked, root) {
		return fmt.Errorf("%w: the new text would mean something else", ErrCannot)
	}
	next := &Doc{text: text, root: root, crlf: d.crlf}
	if !keeps(d.comments(goes), next.comments(span{})) {
		return fmt.Errorf("%w: a comment would go", ErrCannot)
	}
	*d = *next
	return nil
}

// span is a part of the text.
type span struct{ from, to int }

// within is what a value takes.
func (d *Doc) within(n *yaml.Node) span {
	from := d.offset(n)
	to, err := d.end(n)
	if err != nil {
		return span{from, from}
	}
	return span{from, to}
}

// with is what goes with a key and its value, or with an entry: whole lines, and the
// comments right above them.
func (d *Doc) with(first, last *yaml.Node) span {
	from := d.lineStart(first.Line)
	return span{d.above(from), d.lineEnd(max(from, d.within(last).to))}
}

// comments are those of the text outside a part of it, sorted: how often each stands
// there counts, where does not.
func (d *Doc) comments(but span) (list []string) {
	words := d.scalars(d.root, nil)
	at := 0
	for line := range strings.SplitSeq(d.text, "\n") {
		for i := range line {
			sign := line[i] == '#' && (i == 0 || line[i-1] == ' ' || line[i-1] == '\t')
			if !sign || slices.ContainsFunc(words, func(w span) bool { return w.from <= at+i && at+i < w.to }) {
				continue
			}
			if at+i < but.from || at+i >= but.to {
				list = append(list, strings.TrimSpace(line[i:]))
			}
			break
		}
		at += len(line) + 1
	}
	slices.Sort(list)
	return list
}

// scalars are the places of words in which a number sign is no comment.
func (d *Doc) scalars(n *yaml.Node, list []span) []span {
	if n.Kind == yaml.ScalarNode && strings.Contains(n.Value, "#") {
		if s := d.within(n); n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) == 0 {
			list = append(list, s)
		} else {
			list = append(list, span{d.lineEnd(s.from), s.to}) // behind its sign a comment may stand
		}
	}
	for _, k := range n.Content {
		list = d.scalars(k, list)
	}
	return list
}

// keeps reports whether one sorted list holds every entry of another.
func keeps(was, is []string) bool {
	for _, c := range was {
		i, found := slices.BinarySearch(is, c)
		if !found {
			return false
		}
		is = slices.Delete(is, i, i+1)
	}
	return true
}
