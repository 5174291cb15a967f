package question

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// MaxPerFile bounds the questions of one file.
const MaxPerFile = 500

// Parse reads one file of questions (check.yaml, exam/*.yaml), a YAML list,
// strictly: an unknown key is a problem. It returns every problem it can name,
// in the order of the file, with its line; the questions are usable only when
// there is none. An empty file is an empty list. It does not bound len(data):
// the caller does, as for every file of a course.
func Parse(data []byte) ([]Question, []Problem) {
	qs, _, problems := Read(data)
	return qs, problems
}

// Read is Parse with the file's own value, which has the line of everything in it;
// nil where that cannot be read.
func Read(data []byte) ([]Question, *yaml.Node, []Problem) {
	var doc yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil, nil
	case err != nil:
		return nil, nil, syntaxProblem(data, err)
	}
	all := value(&doc)
	root := list(&doc)
	if root == nil {
		return nil, all, []Problem{{Line: doc.Line, Msg: "the file must be a list of questions, each beginning with “- id:”", Why: reason.Understood}}
	}
	if n := len(root.Content); n > MaxPerFile {
		return nil, all, []Problem{{Line: root.Content[MaxPerFile].Line, Msg: fmt.Sprintf("the file has %d questions; split it into files of at most %d", n, MaxPerFile), Why: reason.Bounded}}
	}
	if err := dec.Decode(new(yaml.Node)); err != nil && !errors.Is(err, io.EOF) {
		return nil, all, syntaxProblem(data, err)
	} else if err == nil {
		return nil, all, []Problem{{Msg: "the file holds more than one YAML document; remove the line ---", Why: reason.Understood}}
	}
	var qs []Question
	if err := yamldoc.Strict(data, &doc, &qs); err != nil {
		return qs, all, yamlProblems(err)
	}
	return qs, all, validateAll(qs, root)
}

func value(doc *yaml.Node) *yaml.Node {
	if len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// list returns the document's sequence, nil where there is none. A document
// that holds only null is an empty list.
func list(doc *yaml.Node) *yaml.Node {
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 {
		return nil
	}
	switch root := doc.Content[0]; {
	case root.Kind == yaml.SequenceNode, root.Kind == yaml.ScalarNode && root.Tag == "!!null":
		return root
	default:
		return nil
	}
}

func validateAll(qs []Question, root *yaml.Node) []Problem {
	var problems []Problem
	seen := make(map[string]int)
	for i := range qs {
		q := &qs[i]
		node := index(root, i)
		found := q.Validate()
		if at, twice := seen[q.ID]; twice && q.ID != "" {
			found = append(found, Problem{Question: q.ID, Path: "id", Msg: fmt.Sprintf("is used already in line %d; give every question its own id", at), Why: reason.Named})
		} else {
			seen[q.ID] = lineOf(node, "id")
		}
		for j := range found {
			found[j].Line = lineOf(node, found[j].Path)
		}
		problems = append(problems, found...)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return problems
}

// step is one part of a path: a key, or a row number in brackets.
var step = regexp.MustCompile(`[^.\[\]]+`)

// lineOf returns the line of the deepest part of path that exists below n.
func lineOf(n *yaml.Node, path string) int {
	if n == nil {
		return 0
	}
	line := n.Line
	for _, at := range step.FindAllStringIndex(path, -1) {
		part := path[at[0]:at[1]]
		if at[0] > 0 && path[at[0]-1] == '[' {
			i, err := strconv.Atoi(part)
			if err != nil {
				return line
			}
			n = index(n, i-1)
		} else {
			n = child(n, part)
		}
		if n == nil {
			return line
		}
		line = n.Line
	}
	return line
}

func index(n *yaml.Node, i int) *yaml.Node {
	n = follow(n)
	if n == nil || n.Kind != yaml.SequenceNode || i < 0 || i >= len(n.Content) {
		return nil
	}
	return n.Content[i]
}

func child(n *yaml.Node, key string) *yaml.Node {
	n = follow(n)
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}

func follow(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

var (
	yamlLine      = regexp.MustCompile(`^(?:yaml: )?line (\d+): (.*)$`)
	unknownField  = regexp.MustCompile(`^field (\S+) not found in type question\.(\w+)$`)
	unknownAnchor = regexp.MustCompile(`^unknown anchor '(.*)' referenced$`)
	wrongType     = regexp.MustCompile("^cannot unmarshal (\\S+)(?: `(.*)`)? into (\\S+)$")
)

// yamlProblems turns the decoder's errors into problems with lines.
func yamlProblems(err error) []Problem {
	msgs := []string{err.Error()}
	if te := (*yaml.TypeError)(nil); errors.As(err, &te) {
		msgs = te.Errors
	}
	var problems []Problem
	for _, m := range msgs {
		p := Problem{Msg: strings.TrimPrefix(m, "yaml: "), Why: reason.Understood}
		if parts := yamlLine.FindStringSubmatch(m); parts != nil {
			p.Line, _ = strconv.Atoi(parts[1]) // digits by the pattern; 0 on overflow is "no line"
			p.Msg = parts[2]
		}
		p.Msg = plainMessage(p.Msg)
		problems = append(problems, p)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return a.Line - b.Line })
	return problems
}

// syntaxProblem names the line of text that is no YAML. The decoder counts from
// 0 where its parser complains, from 1 where its scanner does, and leaves out
// both the first line and that of an unknown alias.
func syntaxProblem(data []byte, err error) []Problem {
	problems := yamlProblems(err)
	for i := range problems {
		p := &problems[i]
		if m := unknownAnchor.FindStringSubmatch(p.Msg); m != nil {
			before, _, _ := bytes.Cut(data, []byte("*"+m[1]))
			p.Line = bytes.Count(before, []byte("\n"))
		}
		if p.Line == 0 || strings.HasPrefix(p.Msg, "did not find expected") || unknownAnchor.MatchString(p.Msg) {
			p.Line++
		}
		p.Msg = "is not YAML here: " + p.Msg + "; check indentation, quotes and brackets"
	}
	return problems
}

// plainMessage says the decoder's commonest complaints without Go's words.
func plainMessage(msg string) string {
	if m := unknownField.FindStringSubmatch(msg); m != nil {
		return fmt.Sprintf("unknown key %q; check its spelling, or remove it", clip(m[1]))
	}
	if m := wrongType.FindStringSubmatch(msg); m != nil {
		return fmt.Sprintf("%s cannot stand here; write %s", strings.TrimPrefix(m[1], "!!")+" "+strconv.Quote(m[2]), expected(m[3]))
	}
	return msg
}

func expected(goType string) string {
	switch {
	case goType == "string" || goType == "question.Kind":
		return "text, in quotes where it holds a colon or begins with a bracket"
	case goType == "int":
		return "a whole number"
	case goType == "bool":
		return "true or false"
	case strings.HasPrefix(goType, "[]"):
		return "a list"
	default:
		return "keys and values"
	}
}
