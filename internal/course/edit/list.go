package edit

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// lines are the entries of a list as text, each with the comments right above it.
// gaps[i] is what stands between entry i and the next, or the end: blank lines, and
// comments that belong to neither. Gaps stay where they are when entries move.
type lines struct {
	items, gaps []string
	write       func(text string) string // a new entry as it is written here
}

func (l *lines) insert(i int, text string) {
	between := ""
	if len(l.gaps) > 1 && !strings.Contains(l.gaps[0], "#") {
		between = l.gaps[0]
	}
	gap := i
	if i == len(l.items) { // the end stays the end
		gap = max(i-1, 0)
	}
	l.items, l.gaps = slices.Insert(l.items, i, l.write(text)), slices.Insert(l.gaps, gap, between)
}

func (l *lines) remove(i int) {
	last := len(l.items) - 1
	before, after := "", l.gaps[i]
	if i > 0 {
		before = l.gaps[i-1]
	}
	l.items, l.gaps = slices.Delete(l.items, i, i+1), slices.Delete(l.gaps, i, i+1)
	said, saidAfter := strings.Contains(before, "#"), strings.Contains(after, "#")
	switch {
	case last == 0:
	case i == 0 && saidAfter:
		l.items[0] = after + l.items[0]
	case i == 0:
	case said && saidAfter:
		l.gaps[i-1] = before + after
	case saidAfter, !said && (i == last || len(after) > len(before)):
		l.gaps[i-1] = after
	}
}

// relist is the text with the entries of a list changed by do.
func (d *Doc) relist(n *yaml.Node, do func(l *lines)) (string, error) {
	if n.Style&yaml.FlowStyle != 0 {
		return d.reflow(n, do)
	}
	if len(n.Content) == 0 {
		return "", ErrCannot
	}
	l, from, to, err := d.linesOf(n)
	if err != nil {
		return "", err
	}
	do(l)
	if len(l.items) == 0 {
		return d.emptied(n, from, to), nil
	}
	var out strings.Builder
	out.WriteString(d.text[:from])
	for i, item := range l.items {
		out.WriteString(item)
		if i < len(l.items)-1 || d.text[to-1] == '\n' {
			out.WriteString("\n")
		}
		out.WriteString(l.gaps[i])
	}
	return out.String() + d.text[to:], nil
}

// linesOf takes a list on lines of its own apart; it stands from one place to
// another.
func (d *Doc) linesOf(n *yaml.Node) (l *lines, from, to int, err error) {
	in := n.Column - 1
	starts, ends := make([]int, len(n.Content)), make([]int, len(n.Content))
	for i, item := range n.Content {
		at := d.lineStart(item.Line)
		if !strings.HasPrefix(d.text[at:], strings.Repeat(" ", in)+"-") {
			return nil, 0, 0, fmt.Errorf("%w: an entry that does not begin with a dash of its own line", ErrCannot)
		}
		if starts[i] = at; i > 0 { // what stands above the first may be about the list
			starts[i] = d.above(at)
		}
		end, err := d.end(item)
		if err != nil {
			return nil, 0, 0, err
		}
		ends[i] = d.lineEnd(max(end, at))
	}
	to = min(ends[len(ends)-1]+1, len(d.text))
	l = &lines{items: make([]string, len(starts)), gaps: make([]string, len(starts)), write: func(text string) string {
		return indent("- "+strings.TrimPrefix(indent(text, 2), "  "), in)
	}}
	for i, start := range starts {
		l.items[i] = strings.TrimRight(d.text[start:ends[i]], " ")
		if i+1 < len(starts) {
			l.gaps[i] = d.text[min(ends[i]+1, starts[i+1]):starts[i+1]]
		}
	}
	return l, starts[0], to, nil
}

// emptied is the text with [] in the place of a list on lines of its own.
func (d *Doc) emptied(n *yaml.Node, from, to int) string {
	before := strings.TrimRight(d.text[:from], " \n")
	if n == d.root {
		return d.text[:from] + "[]\n" + d.text[to:]
	}
	if !strings.HasSuffix(before, ":") { // a comment stands behind the key
		return d.text[:from] + strings.Repeat(" ", max(n.Column-1, 1)) + "[]\n" + d.text[to:]
	}
	return before + " []\n" + d.text[to:]
}

// setLines gives a list on lines of its own other entries; those that stay keep their
// lines with what is said of them.
func (d *Doc) setLines(path Path, words []string) error {
	if _, plain := d.List(path); !plain {
		return fmt.Errorf("%w: the list holds more than words", ErrCannot)
	}
	next := *d
	at := func(i int) Path { return append(slices.Clip(path), i) }
	have, _ := d.List(path)
	for i, word := range slices.Backward(have) {
		if !slices.Contains(words, word) && next.Len(path) > 1 {
			if err := next.Remove(at(i)); err != nil {
				return err
			}
		}
	}
	for i, word := range words {
		have, _ := next.List(path)
		j := slices.Index(have[i:], word)
		var err error
		if j < 0 {
			err = next.Insert(path, i, word)
		} else {
			err = next.Move(path, i+j, i)
		}
		if err != nil {
			return err
		}
	}
	for n := next.Len(path) - 1; n >= len(words); n-- {
		if err := next.Remove(at(n)); err != nil {
			return err
		}
	}
	*d = next
	return nil
}

// begun is the text with a first entry in an empty list, on lines of its own.
func (d *Doc) begun(n *yaml.Node, whole bool, value any) (string, error) {
	from := d.offset(n)
	to, err := d.end(n)
	if err != nil {
		return "", err
	}
	text := listText([]any{value}, false)
	if whole {
		return d.text[:from] + text + d.text[to:], nil
	}
	return strings.TrimRight(d.text[:from], " ") + "\n" + indent(text, d.margin(from)+2) + d.text[to:], nil
}

// reflow is relist for a list between brackets.
func (d *Doc) reflow(n *yaml.Node, do func(l *lines)) (string, error) {
	from := d.offset(n)
	to, err := d.end(n)
	if err != nil {
		return "", err
	}
	l := &lines{items: make([]string, len(n.Content)), gaps: make([]string, len(n.Content)), write: func(text string) string { return text }}
	for i, item := range n.Content {
		end, err := d.end(item)
		if err != nil {
			return "", err
		}
		l.items[i] = d.text[d.offset(item):end]
	}
	do(l)
	return d.text[:from] + "[" + strings.Join(l.items, ", ") + "]" + d.text[to:], nil
}
