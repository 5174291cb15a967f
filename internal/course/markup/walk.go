package markup

import (
	"bufio"
	"bytes"
	"fmt"
	"strings"
	"sync"

	"github.com/yuin/goldmark/ast"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"

	"github.com/atmacena/cocare/internal/reason"
)

// tree is a parsed run of lines.
type tree struct {
	*writer
	source []byte
	first  int    // line of the first byte in the file
	header string // the column heads of the table being read
}

// blocks parses, checks and renders a run of lines without boxes.
func (w *writer) blocks(out *strings.Builder, src string, line int) {
	t := &tree{writer: w, source: []byte(src), first: line}
	doc := engine.Parser().Parse(text.NewReader(t.source))
	t.children(doc, Paragraph)
	buf := buffers.Get().(*bufio.Writer)
	defer func() {
		buf.Reset(nil)
		buffers.Put(buf)
	}()
	buf.Reset(out)
	if err := engine.Renderer().Render(buf, t.source, doc); err != nil { // it flushes
		t.problem(reason.Understood, line, "the text cannot be rendered: "+err.Error(), "simplify it")
	}
}

// buffers are what the renderer writes through: it would make one for each box.
var buffers = sync.Pool{New: func() any { return bufio.NewWriter(nil) }}

// line turns an offset into a line of the file.
func (t *tree) line(offset int) int {
	offset = min(max(offset, 0), len(t.source))
	return t.first + bytes.Count(t.source[:offset], []byte("\n"))
}

func (t *tree) lineOf(n ast.Node) int {
	if l := n.Lines(); l != nil && l.Len() > 0 {
		return t.line(l.At(0).Start)
	}
	return t.line(n.Pos())
}

// children visits the blocks below n; kind is what a paragraph there counts as.
func (t *tree) children(n ast.Node, kind string) {
	for c := n.FirstChild(); c != nil; {
		next := c.NextSibling()
		switch c.Kind() {
		case ast.KindHeading:
			t.heading(c.(*ast.Heading))
		case ast.KindParagraph, ast.KindTextBlock:
			if img := onlyImage(c); img != nil {
				t.figure(n, c, img)
			} else {
				t.unit(c, kind)
			}
		case ast.KindListItem:
			t.children(c, Item)
		case ast.KindList, ast.KindBlockquote:
			t.children(c, kind)
		case extast.KindTable:
			t.table(n, c)
		case ast.KindCodeBlock, ast.KindFencedCodeBlock:
			t.problem(reason.Understood, t.lineOf(c), "this is read as program code", "begin the lines at the margin, without four spaces or three backticks")
		case ast.KindHTMLBlock:
			t.problem(reason.Plain, t.lineOf(c), "raw HTML is refused", "write it in Markdown, or as a box or figure")
		}
		c = next
	}
}

func onlyImage(n ast.Node) *ast.Image {
	img, ok := n.FirstChild().(*ast.Image)
	if !ok || n.ChildCount() != 1 {
		return nil
	}
	return img
}

func (t *tree) figure(parent, paragraph ast.Node, img *ast.Image) {
	line := t.lineOf(paragraph)
	scheme, id, _ := strings.Cut(string(img.Destination), ":")
	find, uses, file := t.lib.Figure, &t.out.Figures, "figures.yaml"
	if scheme == "media" {
		find, uses, file = t.lib.Medium, &t.out.Media, "media.yaml"
	} else if scheme != "figure" {
		find = nil
	}
	if find == nil {
		t.problem(reason.Plain, line, "only figures and media of the course can be shown", "write ![](figure:fig-01) with an id of figures.yaml, or ![](media:intro) with one of media.yaml")
		return
	}
	if img.HasChildren() || len(img.Title) > 0 {
		t.problem(reason.Alt, line, "what is shown takes no words here", "write the alternative text and caption in "+file+" and leave the brackets empty")
	}
	if t.quiet {
		return
	}
	*uses = append(*uses, Use{id, line})
	ready, ok := find(id)
	if !ok {
		t.problem(reason.There, line, fmt.Sprintf("there is no %s %q", noun(scheme), clip(id)), "name an id of "+file)
	}
	parent.ReplaceChild(parent, paragraph, &guardNode{before: ready})
}

func noun(scheme string) string {
	if scheme == "media" {
		return "medium"
	}
	return scheme
}

func (t *tree) table(parent, table ast.Node) {
	for row := table.FirstChild(); row != nil; row = row.NextSibling() {
		kind := Row
		if row.Kind() == extast.KindTableHeader {
			kind = HeaderRow
		}
		t.unit(row, kind)
	}
	t.header = ""
	t.marks.tables++
	wrap := &guardNode{
		before: fmt.Sprintf("<div class=\"table-scroll\" role=\"group\" aria-label=\"Table %d\" tabindex=\"0\">\n", t.marks.tables),
		after:  "</div>\n",
	}
	parent.ReplaceChild(parent, table, wrap)
	wrap.AppendChild(wrap, table)
}

func (t *tree) heading(h *ast.Heading) {
	line := t.lineOf(h)
	in := &inlines{tree: t, unit: &Unit{Line: line}}
	in.walk(h)
	title := clean(in.raw.String())
	if len(in.unit.Cites) > 0 || len(in.unit.Marks) > 0 {
		t.problem(reason.Cited, line, "a heading carries no citation and no mark", "move it to the sentence that makes the statement")
	}
	if t.box != "" || t.quiet {
		t.problem(reason.Boxed, line, "a box has a title, but no headings", "give the box a title, as in “::: know Title”, or end it first")
	}
	last := 1
	if n := len(t.out.Headings); n > 0 {
		last = t.out.Headings[n-1].Level
	}
	switch {
	case title == "":
		t.problem(reason.Outline, line, "the heading is empty", "write its words, or remove it")
	case h.Level < 2 || h.Level > 4:
		t.problem(reason.Outline, line, fmt.Sprintf("a heading of level %d", h.Level), "begin headings with ##, ### or ####; the lesson’s title is the first level")
	case h.Level > last+1:
		t.out.Problems = append(t.out.Problems, Problem{Line: line, Msg: fmt.Sprintf("a heading of level %d follows one of level %d", h.Level, last),
			Fix: "write it with " + strings.Repeat("#", last+1), Why: reason.Outline})
	}
	id := t.anchor(title)
	h.SetAttributeString("id", []byte(id))
	if !t.quiet {
		t.out.Headings = append(t.out.Headings, Heading{ID: id, Text: title, Level: h.Level, Line: line})
	}
}

// anchor makes an id that no other heading has; the prefix keeps it away from
// the ids of the page.
func (t *tree) anchor(title string) string {
	id := "s-" + slug(title)
	t.marks.anchors[id]++
	if n := t.marks.anchors[id]; n > 1 {
		id = fmt.Sprintf("%s--%d", id, n)
	}
	return id
}

func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '’' || r == '\'':
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() >= 60 {
			break
		}
	}
	return strings.TrimSuffix(b.String(), "-")
}

// unit reads a paragraph, item or row.
func (t *tree) unit(n ast.Node, kind string) {
	u := &Unit{Kind: kind, Line: t.lineOf(n), Box: t.box}
	in := &inlines{tree: t, unit: u}
	if kind == Row || kind == HeaderRow {
		in.cells(n)
	} else {
		in.walk(n)
	}
	raw := in.raw.String()
	u.Text, u.Sentences = clean(raw), sentences(raw)
	if kind == HeaderRow {
		t.header = u.Text
	}
	t.notices(in.seen, u.Text+" "+t.header)
	if kind == Row {
		for i := range u.Sentences { // a citation anywhere covers the row
			u.Sentences[i].Cited = len(u.Cites) > 0
		}
	}
	if u.Text == "" && len(u.Marks) > 0 {
		t.problem(reason.Marked, u.Line, "a mark stands alone", "put it at the end of its paragraph, or on the line directly below")
	}
	if t.quiet || u.Text == "" {
		return
	}
	t.out.Words += Words(u.Text)
	t.out.Units = append(t.out.Units, *u)
}

// plainText undoes what Markdown escapes.
func plainText(b []byte) string {
	return string(util.ResolveEntityNames(util.ResolveNumericReferences(util.UnescapePunctuations(b))))
}
