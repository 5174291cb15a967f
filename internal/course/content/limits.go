package content

import (
	"bytes"
	"path"
	"strings"

	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// What a value may hold, in characters: one limit for each kind of value, wherever it
// is begun, checked, or typed.
const (
	MaxTitle     = 200                  // what a course, a module, a lesson, a case or a figure is called; a person’s name
	MaxTerm      = 100                  // a term of the glossary
	MaxVerb      = 60                   // of an objective
	MaxStatement = 500                  // an objective, an item of the evaluation, the meaning of a term
	MaxParagraph = 1000                 // a text of the card, a caption, a disclosure, a source, what a review covers
	MaxLong      = question.MaxAuthored // a fact, a drawing in words, a text of a question
)

// Unreadable says why a file of a course cannot be read at all: its YAML, or the keys
// at the head of its Markdown, are none. It is nil for what can be read, and for every
// other kind of file.
func Unreadable(file string, data []byte) []Problem {
	first := 1
	switch path.Ext(file) {
	case ".yaml":
	case ".md":
		head, ok := headOf(data)
		if !ok {
			return nil
		}
		data, first = head, 2
	default:
		return nil
	}
	var all any
	_, problems := yamldoc.Decode(data, first, &all)
	r := &report{}
	for _, p := range problems {
		r.because(p.Why).errorf(file, p.Line, p.Fix, "%s", p.Msg)
	}
	return r.problems
}

// headOf are the keys at the head of a Markdown file, if it has any.
func headOf(data []byte) (head []byte, ok bool) {
	first, rest, _ := bytes.Cut(data, []byte("\n"))
	if strings.TrimRight(string(first), " \t\r") != "---" {
		return nil, false
	}
	size := 0
	for line := range bytes.Lines(rest) {
		if strings.TrimRight(string(line), " \t\r\n") == "---" {
			return rest[:size], true
		}
		size += len(line)
	}
	return nil, false
}
