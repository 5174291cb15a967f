package content

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Placeholder stands where somebody still has to write, in whatever begins a course
// or a part of one. It stops publishing wherever it stands, whatever lint.yaml says.
const Placeholder = "replace-me"

// unwritten reports whether a text holds the placeholder, in whatever letters.
func unwritten(text string) bool {
	hyphen := strings.IndexByte(Placeholder, '-')
	for from := 0; ; {
		i := strings.IndexByte(text[from:], '-')
		if i < 0 {
			return false
		}
		if at := from + i - hyphen; at >= 0 && at+len(Placeholder) <= len(text) && strings.EqualFold(text[at:at+len(Placeholder)], Placeholder) {
			return true
		}
		from += i + 1
	}
}

// checkPlaceholders looks through every file for what nobody wrote.
func (l *loader) checkPlaceholders() {
	for _, file := range l.files.Paths() {
		l.placeholders(file)
	}
}

// placeholders reports those of one file. lint.yaml may name the word.
func (l *loader) placeholders(file string) {
	text := string(l.files[file])
	switch {
	case file == "lint.yaml" || !unwritten(text):
	case strings.HasSuffix(file, ".yaml"):
		if doc, _ := yamldoc.Decode(l.files[file], 1, nil); doc.Root != nil {
			l.placeholderValues(file, doc.Root)
		}
	default:
		n := 0
		for line := range strings.Lines(text) {
			if n++; unwritten(line) {
				l.unwritten(file, n)
			}
		}
	}
}

func (l *loader) placeholderValues(file string, n *yaml.Node) {
	if n.Kind == yaml.ScalarNode && unwritten(n.Value) {
		l.unwritten(file, n.Line)
	}
	for _, child := range n.Content {
		l.placeholderValues(file, child)
	}
}

func (l *loader) unwritten(file string, line int) {
	l.because(reason.Unwritten).errorf(file, line, "write it in place of “"+Placeholder+"”", "something is not written yet")
}
