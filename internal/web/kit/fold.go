package kit

import (
	"text/template/parse"
)

// fold replaces {{icon "x"}}, {{asset "x"}} and {{inline "x"}} by what they print,
// which is the same for every page: half of a page's actions, each a call by
// reflection. A name that does not exist is left for the execution to report.
func (r *Renderer) fold(n parse.Node) {
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for i, child := range n.Nodes {
			if text, ok := r.constant(child); ok {
				n.Nodes[i] = &parse.TextNode{NodeType: parse.NodeText, Pos: child.Position(), Text: []byte(text)}
				continue
			}
			r.fold(child)
		}
	case *parse.IfNode:
		r.fold(n.List)
		r.fold(n.ElseList)
	case *parse.RangeNode:
		r.fold(n.List)
		r.fold(n.ElseList)
	case *parse.WithNode:
		r.fold(n.List)
		r.fold(n.ElseList)
	}
}

func (r *Renderer) constant(n parse.Node) (string, bool) {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Cmds[0].Args) != 2 {
		return "", false
	}
	args := action.Pipe.Cmds[0].Args
	name, ok := args[0].(*parse.IdentifierNode)
	text, literal := args[1].(*parse.StringNode)
	if !ok || !literal {
		return "", false
	}
	switch name.Ident {
	case "icon":
		html, err := r.opt.Assets.icon(text.Text)
		return string(html), err == nil
	case "asset": // an address of ours has no character that needs escaping
		url, err := r.opt.Assets.URL(text.Text)
		return url, err == nil
	case "inline":
		url, err := r.opt.Assets.inline(text.Text)
		return string(url), err == nil
	}
	return "", false
}
