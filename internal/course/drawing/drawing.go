// Package drawing reads the SVG files of a course and writes them again so
// that they may stand inside a page: only shapes and text, colors by class,
// nothing that runs, loads or leads elsewhere. It is pure.
//
// The output is built from what was understood, not filtered from what was
// given; an element or attribute that is not listed here stops the figure.
package drawing

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"html"
	"io"
	"regexp"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/reason"
)

// Bounds on one drawing.
const (
	maxDepth    = 32
	maxElements = 5000
	// Width is the viewBox's width, and MinFont the smallest type in it, so that
	// a drawing can be read at 320 px.
	Width   = 600
	MinFont = 19
)

// Problem is a mistake in a drawing; Line counts from 1.
type Problem struct {
	Line     int
	Msg, Fix string
	Why      reason.Reason
}

// Drawing is a drawing ready to stand in a page.
type Drawing struct {
	Body    string // what stands between <svg …> and </svg>
	ViewBox string
	Font    string
	Text    string // the words in it, for the language rules
	Labels  []Label
}

// Label is one <text> of a drawing, with the line where it begins.
type Label struct {
	Line int
	Text string
}

var elements = set("g defs pattern marker clipPath path rect circle ellipse line polyline polygon text tspan")

var attributes = set(`class id x y x1 y1 x2 y2 cx cy r rx ry dx dy width height d points transform
	fill fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-dasharray stroke-linecap stroke-linejoin opacity
	font-family font-size font-weight font-style letter-spacing text-anchor text-decoration dominant-baseline
	patternUnits patternContentUnits patternTransform viewBox
	markerWidth markerHeight refX refY orient markerUnits marker-start marker-mid marker-end clip-path`)

func set(names string) map[string]bool {
	m := map[string]bool{}
	for n := range strings.FieldsSeq(names) {
		m[n] = true
	}
	return m
}

var (
	class    = regexp.MustCompile(`^f-(ink|muted|line|axis|((a|b|soft|paper|warn)(-stroke)?))$`)
	ident    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_-]{0,60}$`)
	local    = regexp.MustCompile(`^url\(#([A-Za-z][A-Za-z0-9_-]{0,60})\)$`)
	viewBox  = regexp.MustCompile(`^0 0 (\d{1,4}(?:\.\d+)?) \d{1,4}(?:\.\d+)?$`)
	notColor = regexp.MustCompile(`(?i)[\\:;@<>{}]|url|expression|import`)
)

// Parse reads an SVG. prefix makes its ids unique in the page.
func Parse(data []byte, prefix string) (Drawing, []Problem) {
	p := &reader{dec: xml.NewDecoder(bytes.NewReader(data)), prefix: prefix, ids: map[string]bool{}}
	p.dec.Strict = true
	for p.step() {
	}
	if !p.sawRoot && len(p.problems) == 0 {
		p.problem(reason.Understood, "the file holds no <svg> element", "export the drawing as SVG")
	}
	for id, line := range p.wanted {
		if !p.ids[id] {
			p.problems = append(p.problems, Problem{line, fmt.Sprintf("url(#%s) leads nowhere", id), "define it in <defs>, or use a color", reason.There})
		}
	}
	p.out.Body = p.body.String()
	p.out.Text = strings.Join(strings.Fields(p.words.String()), " ")
	return p.out, p.problems
}

type reader struct {
	dec      *xml.Decoder
	prefix   string
	out      Drawing
	body     strings.Builder
	words    strings.Builder
	problems []Problem
	ids      map[string]bool
	wanted   map[string]int // id → line of its use
	stack    []string
	count    int
	sawRoot  bool
	muted    int // depth of a title or desc, whose text is left out
	label    int // where in words the current <text> begins
}

func (p *reader) problem(why reason.Reason, msg, fix string) {
	line, _ := p.dec.InputPos()
	if len(p.problems) < 50 {
		p.problems = append(p.problems, Problem{line, msg, fix, why})
	}
}

// step reads one token; false ends the reading.
func (p *reader) step() bool {
	tok, err := p.dec.Token()
	if errors.Is(err, io.EOF) {
		return false
	}
	if err != nil {
		p.problem(reason.Understood, "the file is not well-formed XML: "+cause(err), "export the drawing again")
		return false
	}
	switch tok := tok.(type) {
	case xml.StartElement:
		return p.start(tok)
	case xml.EndElement:
		p.end()
	case xml.CharData:
		p.text(string(tok))
	case xml.Directive:
		p.problem(reason.Harmless, "a document type is refused", "remove the line <!DOCTYPE …>")
	case xml.ProcInst:
		if tok.Target != "xml" {
			p.problem(reason.Harmless, "a processing instruction is refused", "remove <?"+clip(tok.Target)+" …?>")
		}
	}
	return true
}

// cause drops the decoder's own prefix, which repeats the line.
func cause(err error) string {
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return syntax.Msg
	}
	return clip(err.Error())
}

func (p *reader) start(el xml.StartElement) bool {
	name := el.Name.Local
	p.count++
	if p.count > maxElements || len(p.stack) >= maxDepth {
		p.problem(reason.Bounded, fmt.Sprintf("more than %d elements, or deeper than %d", maxElements, maxDepth), "simplify the drawing")
		return false
	}
	p.stack = append(p.stack, name)
	switch {
	case len(p.stack) == 1:
		return p.root(el)
	case p.muted > 0:
	case name == "title" || name == "desc":
		p.muted = len(p.stack)
	case !elements[name]:
		p.problem(reason.Harmless, fmt.Sprintf("the element <%s> is refused", clip(name)), "draw with paths, shapes and text only")
	default:
		if name == "text" {
			line, _ := p.dec.InputPos()
			p.out.Labels, p.label = append(p.out.Labels, Label{Line: line}), p.words.Len()
		}
		p.body.WriteByte('<')
		p.body.WriteString(name)
		for _, a := range el.Attr {
			p.attribute(name, a)
		}
		p.body.WriteByte('>')
	}
	return true
}

func (p *reader) root(el xml.StartElement) bool {
	if el.Name.Local != "svg" || p.sawRoot {
		p.problem(reason.Understood, "the file is not one <svg> drawing", "export the drawing as plain SVG")
		return false
	}
	p.sawRoot = true
	for _, a := range el.Attr {
		switch {
		case a.Name.Local == "viewBox":
			p.out.ViewBox = a.Value
		case a.Name.Local == "xmlns" && a.Name.Space == "":
		case a.Name.Local == "font-family" && !notColor.MatchString(a.Value):
			p.out.Font = a.Value
		default:
			p.problem(reason.Drawn, fmt.Sprintf("<svg> has the attribute %q", clip(a.Name.Local)), "keep xmlns, viewBox and font-family; the page sets the size")
		}
	}
	m := viewBox.FindStringSubmatch(p.out.ViewBox)
	if m == nil {
		p.problem(reason.Drawn, "<svg> has no viewBox that begins at 0 0", fmt.Sprintf(`write viewBox="0 0 %d …"`, Width))
		p.out.ViewBox = ""
	} else if w, err := strconv.ParseFloat(m[1], 64); err != nil || w != Width {
		p.problem(reason.Drawn, fmt.Sprintf("the viewBox is %s wide", m[1]), fmt.Sprintf("make it %d wide, so that all figures share one scale", Width))
	}
	return true
}

func (p *reader) attribute(element string, a xml.Attr) {
	name, value := a.Name.Local, a.Value
	switch {
	case a.Name.Space != "" || !attributes[name]:
		p.problem(reason.Harmless, fmt.Sprintf("<%s> has the attribute %q", element, clip(name)), "remove it; colors come from classes, and nothing may run or load")
		return
	case name == "class":
		for c := range strings.FieldsSeq(value) {
			if !class.MatchString(c) {
				p.problem(reason.Drawn, fmt.Sprintf("unknown class %q", clip(c)), "use the f- classes of the format’s description")
			}
		}
	case name == "id":
		if !ident.MatchString(value) || p.ids[value] {
			p.problem(reason.Named, fmt.Sprintf("the id %q is not a name or is used twice", clip(value)), "use letters, digits and hyphens, once each")
		}
		p.ids[value] = true
		value = p.prefix + value
	case name == "font-size":
		if n, err := strconv.ParseFloat(value, 64); err != nil || n < MinFont {
			p.problem(reason.Drawn, fmt.Sprintf("text of size %s", clip(value)), fmt.Sprintf("use %d or more, as a plain number", MinFont))
		}
	default:
		value = p.paint(name, value)
	}
	p.body.WriteString(` ` + name + `="` + html.EscapeString(value) + `"`)
}

// paint keeps references inside the drawing and everything else out.
func (p *reader) paint(name, value string) string {
	if m := local.FindStringSubmatch(value); m != nil {
		if p.wanted == nil {
			p.wanted = map[string]int{}
		}
		p.wanted[m[1]], _ = p.dec.InputPos()
		return "url(#" + p.prefix + m[1] + ")"
	}
	if notColor.MatchString(value) {
		p.problem(reason.Harmless, fmt.Sprintf("%s=%q is refused", name, clip(value)), "use a color, a number or url(#id) of this file")
		return "none"
	}
	return value
}

func (p *reader) end() {
	depth := len(p.stack)
	name := p.stack[depth-1]
	p.stack = p.stack[:depth-1]
	switch {
	case p.muted == depth:
		p.muted = 0
	case p.muted > 0 || depth == 1 || !elements[name]:
	default:
		p.body.WriteString("</" + name + ">")
		p.words.WriteByte(' ')
		if name == "text" {
			p.out.Labels[len(p.out.Labels)-1].Text = strings.Join(strings.Fields(p.words.String()[p.label:]), " ")
		}
	}
}

func (p *reader) text(s string) {
	if p.muted > 0 || len(p.stack) < 2 {
		return
	}
	if strings.TrimSpace(s) == "" && p.stack[len(p.stack)-1] != "text" {
		return
	}
	p.body.WriteString(html.EscapeString(s))
	p.words.WriteString(s)
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
