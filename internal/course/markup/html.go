package markup

import (
	"fmt"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/renderer"
	"github.com/yuin/goldmark/util"
)

// htmlRenderer writes the nodes of this package.
type htmlRenderer struct{}

func (htmlRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(kindCite, writeCite)
	r.Register(kindMark, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		return around(w, n.(*markNode).shown, "", entering)
	})
	r.Register(kindSlot, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		s := n.(*slotNode)
		return around(w, s.before, s.after, entering)
	})
	r.Register(kindGuard, func(w util.BufWriter, _ []byte, n ast.Node, entering bool) (ast.WalkStatus, error) {
		g := n.(*guardNode)
		return around(w, g.before, g.after, entering)
	})
}

func around(w util.BufWriter, before, after string, entering bool) (ast.WalkStatus, error) {
	s := after
	if entering {
		s = before
	}
	_, err := w.WriteString(s)
	return ast.WalkContinue, err
}

// writeCite: #ref-n is the entry in the list of references below the lesson;
// #cite-n is where the text first leans on it, for the way back.
func writeCite(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	c := node.(*citeNode)
	if !entering || c.hidden || len(c.number) == 0 {
		return ast.WalkContinue, nil
	}
	_, _ = w.WriteString(`<sup class="cite">`)
	for i, n := range c.number {
		if i > 0 {
			_, _ = w.WriteString(`, `)
		}
		id := fmt.Sprintf("cite-%d", n)
		if c.use[i] > 1 {
			id = fmt.Sprintf("cite-%d-%d", n, c.use[i])
		}
		_, _ = fmt.Fprintf(w, `<a href="#ref-%d" id="%s" aria-label="Reference %d">%d</a>`, n, id, n, n)
	}
	_, err := w.WriteString(`</sup>`)
	return ast.WalkContinue, err
}
