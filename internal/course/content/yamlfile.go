package content

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// yamlDoc is a decoded YAML text that can tell the line of each value.
type yamlDoc struct {
	file  string
	first int // line of the file at which the YAML begins, from 1
	root  *yaml.Node
}

// decode reads strictly: one document, known keys. Every mistake becomes an
// error in r; out then holds what could be read.
func (r *report) decode(file string, data []byte, first int, out any) *yamlDoc {
	d := &yamlDoc{file: file, first: first}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		r.errorf(file, first, "write it as the format’s description shows", "the file is empty")
		return d
	case err != nil:
		r.yamlErrors(d, err)
		return d
	}
	if len(doc.Content) > 0 {
		d.root = doc.Content[0]
		r.visibleValues(d)
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		r.errorf(file, first, "remove the line ---", "the file holds more than one YAML document")
		return d
	}
	strict := yaml.NewDecoder(bytes.NewReader(data))
	strict.KnownFields(true)
	if err := strict.Decode(out); err != nil {
		r.yamlErrors(d, err)
	}
	return d
}

var (
	yamlLine     = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (.*)$`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type `)
	wrongType    = regexp.MustCompile("(?s)^cannot unmarshal (\\S+)(?: `(.*)`)? into (.+)$")
	usedTwice    = regexp.MustCompile(`^mapping key "([^"]*)" already defined at line (\d+)`)
)

// yamlErrors says the decoder's complaints in an author's words.
func (r *report) yamlErrors(d *yamlDoc, err error) {
	msgs := []string{err.Error()}
	if te := (*yaml.TypeError)(nil); errors.As(err, &te) {
		msgs = te.Errors
	}
	for _, m := range msgs {
		line, msg := 0, strings.TrimPrefix(m, "yaml: ")
		if parts := yamlLine.FindStringSubmatch(m); parts != nil {
			n, _ := strconv.Atoi(parts[1]) // digits by the pattern
			line, msg = n+d.first-1, parts[2]
			if strings.HasPrefix(msg, "did not find expected") { // the parser, unlike the scanner, counts from 0
				line++
			}
		}
		fix := "compare it with the format’s description; a text with a colon or bracket needs quotes"
		if p := unknownField.FindStringSubmatch(msg); p != nil {
			msg, fix = fmt.Sprintf("unknown key %q", clip(p[1])), "check its spelling, or remove it"
		} else if p := usedTwice.FindStringSubmatch(msg); p != nil {
			msg, fix = fmt.Sprintf("the key %q stands twice", clip(p[1])), "keep one"
		} else if p := wrongType.FindStringSubmatch(msg); p != nil {
			msg = shown(p[1], p[2]) + " cannot stand here"
			fix = "write " + expected(p[3])
		}
		r.errorf(d.file, line, fix, "%s", clip(msg))
	}
}

// shown says what stands in the file; only plain values are quoted.
func shown(tag, value string) string {
	switch {
	case tag == "!!map":
		return "keys and values"
	case tag == "!!seq":
		return "a list"
	case value == "":
		return "nothing"
	}
	return fmt.Sprintf("%q", clip(value))
}

func expected(goType string) string {
	switch {
	case goType == "string":
		return "text, in quotes where it holds a colon or begins with a bracket"
	case goType == "int":
		return "a whole number"
	case goType == "float64":
		return "a number"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	}
	return "keys and values"
}

var pathStep = regexp.MustCompile(`[^.\[\]]+`)

// line returns the line of the deepest part of path that exists, such as
// "authors[0].name".
func (d *yamlDoc) line(format string, args ...any) int {
	if d == nil || d.root == nil {
		return 0
	}
	path := fmt.Sprintf(format, args...)
	n, line := d.root, d.root.Line
	for _, at := range pathStep.FindAllStringIndex(path, -1) {
		part := path[at[0]:at[1]]
		if at[0] > 0 && path[at[0]-1] == '[' {
			n = entry(n, part)
		} else {
			n = value(n, part)
		}
		if n == nil {
			break
		}
		line = n.Line
	}
	return line + d.first - 1
}

func entry(n *yaml.Node, part string) *yaml.Node {
	i, err := strconv.Atoi(part)
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if err != nil || n.Kind != yaml.SequenceNode || i >= len(n.Content) {
		return nil
	}
	return n.Content[i]
}

func value(n *yaml.Node, key string) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
