// Package yamldoc reads YAML that people write by hand: strictly, with the line
// of every mistake and what to do about it.
package yamldoc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/reason"
)

// Problem is a mistake: the line, from 1 (0: the whole file), what it is, and
// what to do. Why is for the files of a course; who reads others need not say.
type Problem struct {
	Line     int
	Msg, Fix string
	Why      reason.Reason
}

// Doc is a decoded text that can tell the line of each value.
type Doc struct {
	First int        // line of the file at which the YAML begins, from 1
	Root  *yaml.Node // nil for an empty text
}

// Decode reads one document with known keys into out; first is the line of the
// file at which data begins. out holds what could be read; nil is for who wants the
// lines alone. It does not bound len(data): the caller does.
func Decode(data []byte, first int, out any) (*Doc, []Problem) {
	d := &Doc{First: first}
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return d, []Problem{{first, "the file is empty", "write it as the format’s description shows", reason.Complete}}
	case err != nil:
		return d, complaints(data, first, err)
	}
	if len(doc.Content) > 0 {
		d.Root = doc.Content[0]
	}
	if err := dec.Decode(new(yaml.Node)); !errors.Is(err, io.EOF) {
		return d, []Problem{{first, "the file holds more than one YAML document", "remove the line ---", reason.Understood}}
	}
	if twice := repeated(d.Root, first); twice != nil {
		return d, twice
	}
	if out == nil {
		return d, nil
	}
	if err := Strict(data, &doc, out); err != nil {
		return d, complaints(data, first, err)
	}
	return d, nil
}

var (
	yamlLine     = regexp.MustCompile(`^(?:yaml: )?(?:unmarshal errors:\s*)?line (\d+): (.*)$`)
	unknownField = regexp.MustCompile(`^field (\S+) not found in type `)
	wrongType    = regexp.MustCompile("(?s)^cannot unmarshal (\\S+)(?: `(.*)`)? into (.+)$")
)

// Bounds on what the decoder would take the square of: it compares each key of a mapping
// with each other, and says so of every pair.
const (
	maxKeys     = 5000
	maxProblems = 100
)

// repeated names the keys that stand twice in a mapping, and a mapping with too many.
func repeated(root *yaml.Node, first int) (problems []Problem) {
	todo := []*yaml.Node{root}
	for len(todo) > 0 && len(problems) < maxProblems {
		n := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if n == nil {
			continue
		}
		todo = append(todo, n.Content...)
		if n.Kind != yaml.MappingNode {
			continue
		}
		if len(n.Content)/2 > maxKeys {
			problems = append(problems, Problem{n.Line + first - 1, fmt.Sprintf("more than %d keys stand here", maxKeys), "compare it with the format’s description", reason.Bounded})
			continue
		}
		type key struct {
			kind  yaml.Kind
			value string
		}
		seen := map[key]bool{}
		for i := 0; i < len(n.Content) && len(problems) < maxProblems; i += 2 {
			k := n.Content[i]
			if id := (key{k.Kind, k.Value}); seen[id] {
				problems = append(problems, Problem{k.Line + first - 1, fmt.Sprintf("the key %q stands twice", Clip(k.Value)), "keep one", reason.Understood})
			} else {
				seen[id] = true
			}
		}
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return problems
}

// complaints says the decoder's errors in an author's words, no more than a hundred.
func complaints(data []byte, first int, err error) (problems []Problem) {
	msgs := []string{err.Error()}
	if te := (*yaml.TypeError)(nil); errors.As(err, &te) {
		msgs = te.Errors[:min(len(te.Errors), maxProblems)]
	}
	end := lines(data) + first - 1
	for _, m := range msgs {
		msg := strings.TrimPrefix(m, "yaml: ")
		line := unnumbered(data, msg) + first - 1
		if parts := yamlLine.FindStringSubmatch(m); parts != nil {
			n, _ := strconv.Atoi(parts[1]) // digits by the pattern
			line, msg = n+first-1, parts[2]
			if strings.HasPrefix(msg, "did not find expected") { // the parser, unlike the scanner, counts from 0
				line++
			}
			if strings.HasPrefix(msg, "found a tab character") { // told as the line on which the value before it begins
				if at := tabbed(data, line-first+1); at > 0 {
					line = at + first - 1
				}
			}
			line = min(line, end) // the end of a text is told as the line after it
		}
		fix := "compare it with the format’s description; a text with a colon or bracket needs quotes"
		if strings.HasPrefix(msg, "did not find expected") {
			msg = "this cannot be read from here on"
		}
		if said, todo := signs(data, line-first+1, msg); said != "" {
			msg, fix = said, todo
		}
		if p := unknownField.FindStringSubmatch(msg); p != nil {
			msg, fix = fmt.Sprintf("unknown key %q", Clip(p[1])), "check its spelling, or remove it"
		} else if p := wrongType.FindStringSubmatch(msg); p != nil {
			msg = shown(p[1], p[2]) + " cannot stand here"
			fix = "write " + expected(p[3])
		}
		problems = append(problems, Problem{line, Clip(msg), fix, reason.Understood})
	}
	return problems
}

var reserved = regexp.MustCompile("(?:^|[:,\\[{-] )\\s*([@`%])")

// signs says in plain words which sign on a line cannot be read; "" for another error.
func signs(data []byte, line int, msg string) (said, fix string) {
	token := strings.HasSuffix(msg, "cannot start any token")
	if !token && !strings.HasPrefix(msg, "found a tab character") {
		return "", ""
	}
	if tabbed(data, line) == line {
		return "a tab stands before this", "indent the line with spaces"
	}
	text := bytes.Split(data, []byte("\n"))[min(max(line, 1), lines(data))-1]
	if m := reserved.FindSubmatch(text); token && m != nil {
		return fmt.Sprintf("this begins with %s, which is a sign of the file’s own", m[1]), "put the whole text in quotes"
	}
	return "", ""
}

var noAnchor = regexp.MustCompile(`^unknown anchor '(.+)' referenced$`)

// unnumbered is the line of an error that comes without one: the parser leaves out
// the first, and some errors have none.
func unnumbered(data []byte, msg string) int {
	at := bytes.IndexFunc(data, func(r rune) bool {
		return r == utf8.RuneError || unicode.IsControl(r) && r != '\t' && r != '\n' && r != '\r'
	})
	if p := noAnchor.FindStringSubmatch(msg); p != nil {
		at = bytes.Index(data, []byte("*"+p[1]))
	} else if !strings.HasPrefix(msg, "control characters") && !strings.Contains(msg, "UTF-8") {
		at = 0
	}
	return 1 + bytes.Count(data[:max(0, at)], []byte("\n"))
}

// tabbed is the first line from one on that is indented with a tab, 0 for none.
func tabbed(data []byte, from int) int {
	n := 0
	for line := range bytes.Lines(data) {
		n++
		if indent := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]; n >= from && bytes.ContainsRune(indent, '\t') {
			return n
		}
	}
	return 0
}

// lines counts those of a text, no fewer than one.
func lines(data []byte) int { return 1 + bytes.Count(bytes.TrimRight(data, "\r\n\t "), []byte("\n")) }

// Fractions names each number with a fraction that stands where out, which Decode
// has filled, has a whole number: the decoder cuts it off.
func (d *Doc) Fractions(out any) (problems []Problem) {
	if d.Root != nil {
		d.fractions(d.Root, reflect.TypeOf(out), &problems)
	}
	return problems
}

func (d *Doc) fractions(n *yaml.Node, t reflect.Type, out *[]Problem) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch t.Kind() {
	case reflect.Pointer:
		d.fractions(n, t.Elem(), out)
	case reflect.Slice:
		if n.Kind == yaml.SequenceNode {
			for _, e := range n.Content {
				d.fractions(e, t.Elem(), out)
			}
		}
	case reflect.Struct:
		for f := range t.Fields() {
			key, flags, _ := strings.Cut(f.Tag.Get("yaml"), ",")
			if flags == "inline" {
				d.fractions(n, f.Type, out)
			} else if v := value(n, key); v != nil {
				d.fractions(v, f.Type, out)
			}
		}
	case reflect.Int, reflect.Int64:
		if n.Tag == "!!float" {
			*out = append(*out, Problem{n.Line + d.First - 1, fmt.Sprintf("%q cannot stand here", Clip(n.Value)), "write " + expected("int"), reason.Understood})
		}
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
	return fmt.Sprintf("%q", Clip(value))
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

// Line returns the line of the deepest part of path that exists, such as
// "authors[0].name"; 0 for an empty document.
func (d *Doc) Line(path string) int {
	if d == nil || d.Root == nil {
		return 0
	}
	n, line := d.Root, d.Root.Line
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
	return line + d.First - 1
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

// Clip shortens foreign text for a message and shows what cannot be seen as U+FFFD.
func Clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || apperr.Invisible(r) {
			return '\ufffd'
		}
		return r
	}, strings.Join(strings.Fields(s), " "))
	if r := []rune(s); len(r) > 80 {
		return string(r[:80]) + "…"
	}
	return s
}
