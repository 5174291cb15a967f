package edit

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// offset is where a node's text begins.
func (d *Doc) offset(n *yaml.Node) int {
	at := d.lineStart(n.Line)
	for range n.Column - 1 { // columns count letters
		_, size := utf8.DecodeRuneInString(d.text[min(at, len(d.text)):])
		at += size
	}
	return min(at, len(d.text))
}

// lineStart is where line n begins, from 1.
func (d *Doc) lineStart(n int) int {
	at := 0
	for range n - 1 {
		i := strings.IndexByte(d.text[at:], '\n')
		if i < 0 {
			return len(d.text)
		}
		at += i + 1
	}
	return at
}

// lineEnd is where the line ends that holds an offset, before its break.
func (d *Doc) lineEnd(at int) int {
	if i := strings.IndexByte(d.text[at:], '\n'); i >= 0 {
		return at + i
	}
	return len(d.text)
}

// end is where a node's text ends; an error where that cannot be told.
func (d *Doc) end(n *yaml.Node) (int, error) {
	at := d.offset(n)
	switch {
	case n.Anchor != "" || n.Kind == yaml.AliasNode || n.Style&yaml.TaggedStyle != 0:
		return 0, fmt.Errorf("%w: an anchor, an alias or a tag", ErrCannot)
	case n.Kind == yaml.ScalarNode:
		return d.scalarEnd(n, at)
	case n.Style&yaml.FlowStyle != 0:
		return d.flowEnd(at)
	case len(n.Content) == 0:
		return 0, ErrCannot
	}
	return d.end(n.Content[len(n.Content)-1])
}

func (d *Doc) scalarEnd(n *yaml.Node, at int) (int, error) {
	switch {
	case n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0:
		return d.blockEnd(at), nil
	case n.Style&yaml.DoubleQuotedStyle != 0:
		return d.quotedEnd(at, '"')
	case n.Style&yaml.SingleQuotedStyle != 0:
		return d.quotedEnd(at, '\'')
	case strings.HasPrefix(d.text[at:], n.Value):
		return at + len(n.Value), nil
	}
	return d.foldedEnd(at, n.Value)
}

func (d *Doc) quotedEnd(at int, quote byte) (int, error) {
	for i := at + 1; i < len(d.text); i++ {
		switch {
		case d.text[i] == '\\' && quote == '"':
			i++
		case d.text[i] == quote && quote == '\'' && i+1 < len(d.text) && d.text[i+1] == quote:
			i++
		case d.text[i] == quote:
			return i + 1, nil
		}
	}
	return 0, ErrCannot
}

// foldedEnd is where plain words end that go over several lines.
func (d *Doc) foldedEnd(at int, value string) (int, error) {
	words := ""
	blanks := 0
	for from := at; from < len(d.text); {
		end := d.lineEnd(from)
		switch line := strings.Trim(d.text[from:end], " \t"); {
		case line == "":
			blanks++
		case words == "":
			words = line
		case blanks > 0:
			words += strings.Repeat("\n", blanks) + line
			blanks = 0
		default:
			words += " " + line
		}
		if words == value && blanks == 0 {
			return from + len(strings.TrimRight(d.text[from:end], " \t")), nil
		}
		if len(words) > len(value) {
			break
		}
		from = end + 1
	}
	return 0, fmt.Errorf("%w: where the words end", ErrCannot)
}

// blockEnd is where the lines below a sign such as | end: the last that is not
// blank and stands further in than the line of the sign.
func (d *Doc) blockEnd(at int) int {
	out := d.margin(at)
	end := d.lineEnd(at)
	for from := end + 1; from < len(d.text); {
		to := d.lineEnd(from)
		line := d.text[from:to]
		switch text := strings.TrimLeft(line, " "); {
		case strings.TrimSpace(line) == "":
		case len(line)-len(text) <= out:
			return end
		default:
			end = to
		}
		from = to + 1
	}
	return end
}

// margin is how far in the entry stands that an offset's line belongs to: behind a
// dash, the key.
func (d *Doc) margin(at int) int {
	line := d.text[strings.LastIndexByte(d.text[:at], '\n')+1 : at]
	n := 0
	for strings.HasPrefix(line[n:], " ") || strings.HasPrefix(line[n:], "- ") && strings.Contains(line[n:], ":") {
		n++
	}
	return n
}

// flowEnd is where the bracket closes that opens at an offset.
func (d *Doc) flowEnd(at int) (int, error) {
	depth := 0
	for i := at; i < len(d.text); i++ {
		switch c := d.text[i]; {
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			if depth--; depth == 0 {
				return i + 1, nil
			}
		case (c == '"' || c == '\'') && strings.ContainsRune(" [{,:\n", rune(d.text[i-1])):
			end, err := d.quotedEnd(i, c)
			if err != nil {
				return 0, err
			}
			i = end - 1
		case c == '#' && (d.text[i-1] == ' ' || d.text[i-1] == '\n'):
			return 0, fmt.Errorf("%w: a comment between brackets", ErrCannot)
		}
	}
	return 0, ErrCannot
}

// inFlow reports whether a node stands between brackets.
func inFlow(root *yaml.Node, path Path) bool {
	for i := range path {
		if n := find(root, path[:i]); n != nil && n.Style&yaml.FlowStyle != 0 {
			return true
		}
	}
	return false
}

// replaced is the text with another value in a node's place.
func (d *Doc) replaced(path Path, old *yaml.Node, value any) (string, error) {
	if old.Kind == yaml.ScalarNode && old.Value == "" && old.Style == 0 { // nothing stands there
		return d.filled(path, value)
	}
	from := d.offset(old)
	to, err := d.end(old)
	if err != nil {
		return "", err
	}
	flow := inFlow(d.root, path)
	text := value2text(value, flow || block(value) && old.Style&yaml.FlowStyle != 0)
	if s, words := value.(string); words {
		text = scalar(s, old.Style, flow)
	}
	if block(value) && !flow && old.Style&yaml.FlowStyle == 0 && old.Kind == yaml.ScalarNode {
		return "", ErrCannot // a list in the place of words
	}
	if strings.Contains(text, "\n") {
		in := d.margin(from)
		if old.Kind != yaml.ScalarNode {
			in = old.Column - 1
			text = strings.TrimLeft(indent(text, in), " ")
		} else {
			head, rest, _ := strings.Cut(text, "\n")
			text = head + "\n" + indent(rest, in)
		}
	}
	return d.text[:from] + text + d.text[to:], nil
}

// added is the text with another key at the end of a mapping.
func (d *Doc) added(m *yaml.Node, p Pair) (string, error) {
	if m.Style&yaml.FlowStyle != 0 {
		end, err := d.end(m)
		if err != nil {
			return "", err
		}
		sep := ", "
		if len(m.Content) == 0 {
			sep = ""
		}
		inside := strings.TrimRight(d.text[:end-1], " ")
		return inside + sep + scalar(p.Key, 0, true) + ": " + value2text(p.Value, true) + d.text[len(inside):], nil
	}
	if len(m.Content) == 0 {
		return "", ErrCannot
	}
	end, err := d.end(m)
	if err != nil {
		return "", err
	}
	end = d.lineEnd(end)
	in := m.Content[0].Column - 1
	text := "\n" + indent(mapText(Map{p}, false), in)
	return d.text[:end] + text + d.text[end:], nil
}

// unkeyed is the text without a key of a mapping.
func (d *Doc) unkeyed(m *yaml.Node, k int) (string, error) {
	key, value := m.Content[k], m.Content[k+1]
	from := d.offset(key)
	to, err := d.end(value)
	if value.Kind == yaml.ScalarNode && value.Value == "" && value.Style == 0 {
		to, err = d.lineEnd(from), nil
	}
	if err != nil {
		return "", err
	}
	if m.Style&yaml.FlowStyle != 0 {
		rest := strings.TrimLeft(d.text[to:], " ")
		switch before := strings.TrimRight(d.text[:from], " "); {
		case strings.HasPrefix(rest, ","):
			return d.text[:from] + strings.TrimLeft(rest[1:], " "), nil
		case strings.HasSuffix(before, ","):
			return strings.TrimRight(before[:len(before)-1], " ") + d.text[to:], nil
		}
		return d.text[:from] + rest, nil
	}
	start := strings.LastIndexByte(d.text[:from], '\n') + 1
	if strings.TrimSpace(d.text[start:from]) != "" {
		return "", fmt.Errorf("%w: the key begins an entry", ErrCannot)
	}
	end := d.lineEnd(to)
	return d.text[:d.above(start)] + strings.TrimPrefix(d.text[end:], "\n"), nil
}

// above is where the comments begin that stand right above a line. Those at the head
// of the file are about the file.
func (d *Doc) above(line int) int {
	start := line
	for start > 0 {
		prev := strings.LastIndexByte(d.text[:start-1], '\n') + 1
		if !strings.HasPrefix(strings.TrimLeft(d.text[prev:start], " "), "#") {
			return start
		}
		start = prev
	}
	return line
}
