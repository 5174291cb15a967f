package archtest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestFindingsAreMadeWithTheirReason: a problem of a course is made with its Why, and
// with a reason that there is. Functions that report take one as an argument; a literal
// could leave it out.
func TestFindingsAreMadeWithTheirReason(t *testing.T) {
	seen := 0
	for _, dir := range []string{"course", "course/content", "course/drawing", "course/markup", "question", "yamldoc", "media/manifest", "cli", "app", "web/studio", "web/media"} {
		files, err := filepath.Glob(filepath.Join(root, "internal", dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			fset := token.NewFileSet()
			f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(f, func(n ast.Node) bool {
				lit, ok := n.(*ast.CompositeLit)
				if !ok {
					return true
				}
				if typeName(lit.Type) == "reason.Reason" {
					t.Errorf("%s: a reason of its own making", fset.Position(lit.Pos()))
				}
				for _, p := range problemsIn(lit) {
					seen++
					if !withWhy(p) {
						t.Errorf("%s: a problem without its Why", fset.Position(p.Pos()))
					}
				}
				return true
			})
		}
	}
	if seen < 10 {
		t.Errorf("only %d literals of problems were seen", seen)
	}
}

// problemsIn are the literals of problems that lit is, or lists.
func problemsIn(lit *ast.CompositeLit) (out []*ast.CompositeLit) {
	is := func(e ast.Expr) bool {
		return slices.Contains([]string{"Problem", "content.Problem", "course.Problem", "yamldoc.Problem"}, typeName(e))
	}
	if is(lit.Type) && len(lit.Elts) > 0 {
		return []*ast.CompositeLit{lit}
	}
	if list, ok := lit.Type.(*ast.ArrayType); ok && is(list.Elt) {
		for _, e := range lit.Elts {
			if p, ok := e.(*ast.CompositeLit); ok {
				out = append(out, p)
			}
		}
	}
	return out
}

// withWhy: by its name, or, without names, since the compiler asks for all.
func withWhy(lit *ast.CompositeLit) bool {
	return slices.ContainsFunc(lit.Elts, func(e ast.Expr) bool {
		pair, named := e.(*ast.KeyValueExpr)
		return !named || typeName(pair.Key) == "Why"
	})
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return typeName(e.X) + "." + e.Sel.Name
	}
	return ""
}
