package support

import (
	"bytes"
	"html/template"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// render turns a policy's Markdown into HTML whose highest heading has the level
// top, as it stands under headings of the page; raw HTML in it is left out, so
// what it yields is safe to show.
func render(body string, top int) (template.HTML, error) {
	md := goldmark.New(goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(fit(top), 100))))
	var b bytes.Buffer
	if err := md.Convert([]byte(body), &b); err != nil {
		return "", err
	}
	return template.HTML(b.String()), nil // #nosec G203 -- goldmark without WithUnsafe writes no raw HTML
}

// fit takes raw HTML out of a text, of which goldmark would leave a remark, and
// shifts its headings so that the highest has this level.
type fit int

// Transform implements parser.ASTTransformer.
func (top fit) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	var headings []*ast.Heading
	var raw []ast.Node
	highest := 6
	for n := range nodes(doc) {
		switch n := n.(type) {
		case *ast.Heading:
			headings = append(headings, n)
			highest = min(highest, n.Level)
		case *ast.HTMLBlock, *ast.RawHTML:
			raw = append(raw, n)
		}
	}
	for _, h := range headings {
		h.Level = min(h.Level-highest+int(top), 6)
	}
	for _, n := range raw {
		n.Parent().RemoveChild(n.Parent(), n)
	}
}

// nodes goes through everything under n.
func nodes(n ast.Node) func(yield func(ast.Node) bool) {
	return func(yield func(ast.Node) bool) {
		_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
			if entering && !yield(n) {
				return ast.WalkStop, nil
			}
			return ast.WalkContinue, nil
		})
	}
}
