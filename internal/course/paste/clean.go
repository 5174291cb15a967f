package paste

import (
	"fmt"
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// cleaner drops what is not text, counts what a person would miss, and turns looks
// that mean something into elements.
type cleaner struct{ left map[string]int }

// kinds of what is left out, in the order in which they are told.
var kinds = [][3]string{
	{"picture", "picture", "pictures"}, {"comment", "comment", "comments"}, {"deleted", "deleted passage", "deleted passages"},
	{"footnote", "footnote", "footnotes"}, {"box", "text box", "text boxes"}, {"formula", "formula", "formulas"}, {"link", "link, whose words stay", "links, whose words stay"},
}

func (c *cleaner) words() (out []string) {
	for _, k := range kinds {
		switch n := c.left[k[0]]; n {
		case 0:
		case 1:
			out = append(out, "1 "+k[1])
		default:
			out = append(out, fmt.Sprintf("%d %s", n, k[2]))
		}
	}
	return out
}

// clean does so below n.
func (c *cleaner) clean(n *html.Node) {
	for k := n.FirstChild; k != nil; {
		next := k.NextSibling
		switch k.Type {
		case html.TextNode:
			k.Data = plain.Replace(k.Data)
		case html.ElementNode:
			c.element(n, k)
		case html.DocumentNode:
			c.clean(k)
		default: // comments with conditions, declarations
			n.RemoveChild(k)
		}
		k = next
	}
}

// plain drops what nobody sees, and makes one kind of space.
var plain = strings.NewReplacer("\u00ad", "", "\u200b", "", "\u200c", "", "\u200d", "", "\u2060", "", "\ufeff", "", "\u00a0", " ", "\u202f", " ", "\u2007", " ",
	"\u200e", "", "\u200f", "", "\u202a", "", "\u202b", "", "\u202c", "", "\u202d", "", "\u202e", "", "\u2066", "", "\u2067", "", "\u2068", "", "\u2069", "")

func (c *cleaner) element(parent, e *html.Node) {
	style := strings.ToLower(attr(e, "style"))
	if what, gone := drops(e, style); gone {
		if strings.Contains(spaced.ReplaceAllString(style, ":"), "mso-list:ignore") {
			note(e)
		}
		if what != "" {
			c.left[what]++
		}
		parent.RemoveChild(e)
		return
	}
	c.clean(e)
	looks(e, style)
	switch e.Data {
	case "b", "strong":
		rename(e, "strong")
		if weight(style) == light {
			unwrap(e)
		}
	case "i", "em", "cite", "dfn":
		rename(e, "em")
		if strings.Contains(style, "font-style:normal") {
			unwrap(e)
		}
	case "a":
		if href := attr(e, "href"); href != "" && !strings.HasPrefix(href, "#") && text(e) != "" {
			c.left["link"]++
		}
		unwrap(e)
	case "sup", "sub":
		raise(e)
		unwrap(e)
	case "pre", "div", "address", "dd", "dt", "figcaption", "center":
		block(e)
	case "html", "head", "body", "p", "br", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "table", "thead", "tbody", "tfoot", "tr", "th", "td":
	default:
		unwrap(e)
	}
}

// note keeps on its paragraph which kind of list a sign began.
func note(sign *html.Node) {
	kind := "ul"
	if ordered.MatchString(text(sign)) {
		kind = "ol"
	}
	for p := sign.Parent; p != nil; p = p.Parent {
		if p.Type == html.ElementNode && p.Data == "p" {
			p.Attr = append(p.Attr, html.Attribute{Key: markAttr, Val: kind})
			return
		}
	}
}

var spaced = regexp.MustCompile(`\s*:\s*`)

// drops says what an element is that is left out, "" where nobody misses it.
func drops(e *html.Node, style string) (what string, gone bool) {
	style = spaced.ReplaceAllString(style, ":")
	class := attr(e, "class")
	switch {
	case strings.Contains(style, "mso-element:comment-list"), strings.Contains(style, "mso-list:ignore"):
		return "", true
	case strings.Contains(class, "MsoCommentReference"), strings.HasPrefix(attr(e, "href"), "#_msocom_"), strings.HasPrefix(attr(e, "href"), "#cmnt"):
		return "comment", true
	case strings.Contains(style, "display:none"), strings.Contains(style, "mso-hide:all"):
		return "", true
	case strings.Contains(style, "mso-element:footnote-list"), strings.Contains(style, "mso-element:endnote-list"):
		return "", true
	case strings.Contains(style, "mso-footnote-id"), strings.Contains(style, "mso-endnote-id"), class == "sdfootnoteanc", class == "sdendnoteanc":
		return "footnote", true
	case strings.HasPrefix(attr(e, "id"), "sdfootnote"), strings.HasPrefix(attr(e, "id"), "sdendnote"):
		return "", true
	}
	switch e.Data {
	case "del":
		return "deleted", true
	case "img", "v:imagedata", "picture", "svg", "video", "object", "iframe", "canvas":
		return "picture", true
	case "m:omath", "math":
		return "formula", true
	case "script", "style", "meta", "link", "title", "xml", "template", "noscript", "input", "select", "button", "textarea", "hr", "colgroup", "col", "caption":
		return "", true
	}
	return "", strings.HasPrefix(e.Data, "w:") || strings.HasPrefix(e.Data, "o:") && text(e) == ""
}

const (
	light = -1
	bold  = 1
)

var weightIn = regexp.MustCompile(`font-weight:(\w+)`)

// weight is what a style says of the letters' weight, 0 for nothing.
func weight(style string) int {
	m := weightIn.FindStringSubmatch(spaced.ReplaceAllString(style, ":"))
	switch {
	case m == nil:
		return 0
	case m[1] == "bold", m[1] == "bolder", len(m[1]) == 3 && m[1] >= "600":
		return bold
	}
	return light
}

// looks turns a span in bold or slanted letters into what it means.
func looks(e *html.Node, style string) {
	if e.Data != "span" && e.Data != "font" {
		return
	}
	style = spaced.ReplaceAllString(style, ":")
	if weight(style) == bold {
		inner(e, "strong")
	}
	if strings.Contains(style, "font-style:italic") || strings.Contains(style, "font-style:oblique") {
		inner(e, "em")
	}
	if strings.Contains(style, "vertical-align:super") || strings.Contains(style, "vertical-align:sub") {
		sub := strings.Contains(style, "vertical-align:sub")
		e.Data = map[bool]string{true: "sub", false: "sup"}[sub]
		raise(e)
		e.Data = "span"
	}
}

var (
	superscript = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "+", "⁺", "-", "⁻", "−", "⁻", "n", "ⁿ")
	subscript   = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉", "+", "₊", "-", "₋", "−", "₋")
	digits      = regexp.MustCompile(`^[-−+]?[0-9n]+$`)
)

// raise writes small numbers with their own letters: the dialect has no other.
func raise(e *html.Node) {
	s := text(e)
	if !digits.MatchString(s) || e.FirstChild == nil || e.FirstChild != e.LastChild || e.FirstChild.Type != html.TextNode {
		return
	}
	by := superscript
	if e.Data == "sub" {
		by = subscript
	}
	e.FirstChild.Data = by.Replace(s)
}

// block makes a paragraph of an element that holds none, and nothing of one that
// does.
func block(e *html.Node) {
	for k := e.FirstChild; k != nil; k = k.NextSibling {
		if k.Type == html.ElementNode && isBlock(k.Data) {
			unwrap(e)
			return
		}
	}
	rename(e, "p")
}

func isBlock(name string) bool {
	switch name {
	case "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table", "div":
		return true
	}
	return false
}

func rename(e *html.Node, name string) {
	e.Data, e.DataAtom = name, atom.Lookup([]byte(name))
}

// inner puts an element around all that another holds.
func inner(e *html.Node, name string) {
	in := &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
	for k := e.FirstChild; k != nil; k = e.FirstChild {
		e.RemoveChild(k)
		in.AppendChild(k)
	}
	e.AppendChild(in)
}

// unwrap puts what an element holds in its place.
func unwrap(e *html.Node) {
	parent := e.Parent
	for k := e.FirstChild; k != nil; k = e.FirstChild {
		e.RemoveChild(k)
		parent.InsertBefore(k, e)
	}
	parent.RemoveChild(e)
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

// text is what can be read in a node, on one line.
func text(n *html.Node) string {
	var out strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		if n.Type == html.TextNode {
			out.WriteString(n.Data)
		}
		for k := n.FirstChild; k != nil; k = k.NextSibling {
			walk(k)
		}
	}
	walk(n)
	return strings.Join(strings.Fields(out.String()), " ")
}
