package paste

import (
	"regexp"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// shape turns clean elements into those of a lesson: real lists, headings from the
// second level on that skip none, tables with a head and one line in each cell.
func shape(doc *html.Node) {
	lists(doc)
	nested(doc)
	headings(doc)
	each(doc, func(e *html.Node) {
		switch e.Data {
		case "table":
			tabled(e)
		case "p":
			if strings.Contains(attr(e, "class"), "Quote") {
				inner(e, "p")
				rename(e, "blockquote")
			}
		case "li":
			loosen(e)
		}
	})
	each(doc, func(e *html.Node) {
		switch e.Data {
		case "strong", "em":
			emphasis(e)
		case "p", "h2", "h3", "h4", "li", "blockquote", "ul", "ol":
			if text(e) == "" {
				e.Parent.RemoveChild(e)
			}
		}
	})
	joined(doc)
}

// each visits all elements, the deepest first; the visit may take the element away.
func each(n *html.Node, visit func(*html.Node)) {
	for k := n.FirstChild; k != nil; {
		next := k.NextSibling
		each(k, visit)
		if k.Type == html.ElementNode {
			visit(k)
		}
		k = next
	}
}

var (
	msoLevel = regexp.MustCompile(`(?i)mso-list:\s*l\d+\s+level(\d)`)
	ordered  = regexp.MustCompile(`(?i)^\(?(?:\d{1,3}|[a-z]|[ivx]{1,5})[.)]$`)
)

// lists makes lists of Word's paragraphs that only look like one. Their marks are
// still to be told: the cleaner has noted them.
func lists(n *html.Node) {
	for k := n.FirstChild; k != nil; k = k.NextSibling {
		if _, item := listLevel(k); item {
			k = gather(k)
			continue
		}
		lists(k)
	}
}

func listLevel(n *html.Node) (level int, item bool) {
	if n.Type != html.ElementNode || n.Data != "p" {
		return 0, false
	}
	if m := msoLevel.FindStringSubmatch(attr(n, "style")); m != nil {
		return int(m[1][0] - '0'), true
	}
	return 0, false
}

// gather moves a run of such paragraphs into lists, and returns the outermost.
func gather(first *html.Node) *html.Node {
	parent := first.Parent
	var open []*html.Node // a list for each level
	for n := first; n != nil; {
		next := n.NextSibling
		if n.Type == html.TextNode && strings.TrimSpace(n.Data) == "" {
			n = next
			continue
		}
		level, item := listLevel(n)
		if !item {
			break
		}
		open = open[:min(len(open), max(level, 1))]
		if kind := attr(n, markAttr); kind != "" && len(open) == max(level, 1) && open[len(open)-1].Data != kind {
			open = open[:len(open)-1] // another list, right below
		}
		for len(open) < max(level, 1) {
			name := "ul"
			if attr(n, markAttr) == "ol" {
				name = "ol"
			}
			list := element(name)
			if len(open) == 0 {
				parent.InsertBefore(list, n)
			} else if up := open[len(open)-1]; up.LastChild != nil {
				up.LastChild.AppendChild(list)
			} else {
				up.AppendChild(element("li"))
				up.LastChild.AppendChild(list)
			}
			open = append(open, list)
		}
		parent.RemoveChild(n)
		rename(n, "li")
		n.Attr = nil
		open[len(open)-1].AppendChild(n)
		n = next
	}
	return open[0]
}

// markAttr is where the cleaner notes which sign stood before a paragraph.
const markAttr = "data-mark"

func element(name string) *html.Node {
	return &html.Node{Type: html.ElementNode, Data: name, DataAtom: atom.Lookup([]byte(name))}
}

// nested moves a list that stands between the items of another into the item before
// it, as Google Docs and old editors leave it.
func nested(doc *html.Node) {
	each(doc, func(e *html.Node) {
		if e.Data != "ul" && e.Data != "ol" || e.Parent == nil || e.Parent.Data != "ul" && e.Parent.Data != "ol" {
			return
		}
		before := e.PrevSibling
		for before != nil && before.Type != html.ElementNode {
			before = before.PrevSibling
		}
		list := e.Parent
		list.RemoveChild(e)
		if before == nil {
			before = element("li")
			list.InsertBefore(before, list.FirstChild)
		}
		before.AppendChild(e)
	})
}

// headings brings the highest level to the second, and closes gaps: what was below
// another stays below it, what was beside it stays beside it.
func headings(doc *html.Node) {
	type open struct{ was, is int }
	var above []open
	eachHeading(doc, func(h *html.Node) {
		was, is := int(h.Data[1]-'0'), 2
		for len(above) > 0 && above[len(above)-1].was > was {
			is = above[len(above)-1].is
			above = above[:len(above)-1]
		}
		switch n := len(above); {
		case n > 0 && above[n-1].was == was:
			is = above[n-1].is
			above = above[:n-1]
		case n > 0:
			is = min(above[n-1].is+1, 4)
		}
		above = append(above, open{was, is})
		each(h, func(e *html.Node) {
			if e.Data == "br" {
				e.Parent.InsertBefore(&html.Node{Type: html.TextNode, Data: " "}, e)
			}
			unwrap(e)
		})
		rename(h, "h"+string(rune('0'+is)))
	})
}

// eachHeading visits all that hold words, in their order; a title is one.
func eachHeading(doc *html.Node, visit func(*html.Node)) {
	each(doc, func(e *html.Node) {
		class := attr(e, "class")
		if e.Data == "p" && (class == "MsoTitle" || strings.EqualFold(class, "title")) {
			rename(e, "h1")
		}
		if len(e.Data) == 2 && e.Data[0] == 'h' && e.Data[1] >= '1' && e.Data[1] <= '6' && text(e) != "" {
			visit(e)
		}
	})
}

// tabled puts each cell's words on one line, and takes a table of one cell away.
func tabled(t *html.Node) {
	var cells []*html.Node
	each(t, func(e *html.Node) {
		if e.Data == "td" || e.Data == "th" {
			cells = append(cells, e)
		}
	})
	if len(cells) == 1 {
		parent := t.Parent
		for k := cells[0].FirstChild; k != nil; k = cells[0].FirstChild {
			cells[0].RemoveChild(k)
			parent.InsertBefore(k, t)
		}
		parent.RemoveChild(t)
		return
	}
	for _, cell := range cells {
		each(cell, func(e *html.Node) {
			switch e.Data {
			case "strong", "em":
			default:
				space := &html.Node{Type: html.TextNode, Data: " "}
				e.Parent.InsertBefore(space, e)
				unwrap(e)
			}
		})
		cell.Attr = nil
	}
}

// loosen takes the paragraph of an item that has just one away, so that its list
// stays close.
func loosen(li *html.Node) {
	var first *html.Node
	for k := li.FirstChild; k != nil; k = k.NextSibling {
		if k.Type == html.ElementNode && k.Data == "p" {
			if first != nil {
				return
			}
			first = k
		}
	}
	if first != nil {
		unwrap(first)
	}
}

// emphasis takes away what emphasizes nothing, or the same again.
func emphasis(e *html.Node) {
	if text(e) == "" {
		unwrap(e)
		return
	}
	for p := e.Parent; p != nil; p = p.Parent {
		if p.Data == e.Data || strings.HasPrefix(p.Data, "h") && len(p.Data) == 2 {
			unwrap(e)
			return
		}
	}
}

// joined makes one of emphasized words that stand together: Word cuts them up.
func joined(n *html.Node) {
	for k := n.FirstChild; k != nil; {
		next := k.NextSibling
		if next != nil && next.Type == html.ElementNode && next.Data == k.Data && (k.Data == "strong" || k.Data == "em") {
			for in := next.FirstChild; in != nil; in = next.FirstChild {
				next.RemoveChild(in)
				k.AppendChild(in)
			}
			n.RemoveChild(next)
			continue
		}
		joined(k)
		k = next
	}
}
