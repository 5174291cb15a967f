package content

import (
	"html"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/reason"
)

// unseen returns the first character of a text that nobody sees or that turns
// around what stands beside it. Tabs and line breaks belong to text.
func unseen(text string) (r rune, found bool) {
	for _, r := range text {
		if r != '\t' && r != '\n' && (unicode.IsControl(r) || apperr.Invisible(r)) {
			return r, true
		}
	}
	return 0, false
}

// hidden says where such a character stands.
func (r *report) hidden(file string, line int, c rune) {
	r.because(reason.Legible).errorf(file, line, "leave it out", "the text holds the character U+%04X, which nobody can see", c)
}

// visibleLines refuses what nobody sees in a file as it was saved, also as the
// HTML entity that Markdown and drawings would turn into it.
func (r *report) visibleLines(file, text string) {
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		c, found := unseen(line)
		if !found && strings.Contains(line, "&") {
			c, found = unseen(html.UnescapeString(line))
		}
		if found {
			r.hidden(file, n, c)
		}
	}
}

// visibleValues refuses it in the values of YAML, which can write it as an
// escape such as "\0".
func (r *report) visibleValues(d *yamlDoc) {
	var walk func(n *yaml.Node)
	walk = func(n *yaml.Node) {
		if c, found := unseen(n.Value); found && n.Kind == yaml.ScalarNode {
			r.hidden(d.file, n.Line+d.First-1, c)
		}
		for _, child := range n.Content {
			walk(child)
		}
	}
	if d.Root != nil {
		walk(d.Root)
	}
}
