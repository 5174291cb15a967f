package kit

import (
	"html/template"
	"text/template/parse"
)

// reach copies into set the templates of base that its own lead to, and those
// that these lead to. A clone of base would hold every partial once a page:
// with sixty pages that was most of the program's memory.
func reach(set, base *template.Template, from []string) error {
	for len(from) > 0 {
		name := from[len(from)-1]
		from = from[:len(from)-1]
		t := set.Lookup(name)
		if t == nil {
			shared := base.Lookup(name)
			if shared == nil || shared.Tree == nil {
				continue // its execution will say that there is none
			}
			var err error
			if t, err = set.AddParseTree(name, shared.Tree.Copy()); err != nil {
				return err
			}
		}
		calls(t.Tree.Root, func(called string) {
			if set.Lookup(called) == nil {
				from = append(from, called)
			}
		})
	}
	return nil
}

// calls tells the names of the templates that a tree executes.
func calls(n parse.Node, tell func(string)) {
	branch := func(b *parse.BranchNode) {
		calls(b.List, tell)
		if b.ElseList != nil {
			calls(b.ElseList, tell)
		}
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			calls(child, tell)
		}
	case *parse.TemplateNode:
		tell(n.Name)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	}
}
