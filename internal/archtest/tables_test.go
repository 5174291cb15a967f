package archtest

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	inserted = regexp.MustCompile(`INSERT INTO ([a-z_]+)`)
	word     = regexp.MustCompile(`[a-z_]+`)
)

// TestAPackageNamesItsTables: what its store fills, the comment of a package says it
// owns. The settings are everybody's.
func TestAPackageNamesItsTables(t *testing.T) {
	filled, named := map[string]map[string]bool{}, map[string]map[string]bool{}
	note := func(in map[string]map[string]bool, pkg, table string) {
		if in[pkg] == nil {
			in[pkg] = map[string]bool{}
		}
		in[pkg][table] = true
	}
	for _, f := range sources(t) {
		src, err := os.ReadFile(filepath.Join(root, f.name))
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), f.name, src, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range word.FindAllString(parsed.Doc.Text(), -1) {
			note(named, f.pkg, w)
		}
		if !strings.HasPrefix(filepath.Base(f.name), "store") {
			continue
		}
		for _, m := range inserted.FindAllStringSubmatch(string(src), -1) {
			note(filled, f.pkg, m[1])
		}
	}
	if len(filled) < 10 {
		t.Fatalf("%d packages fill tables", len(filled))
	}
	for pkg, tables := range filled {
		for table := range tables {
			if table != "settings" && !named[pkg][table] {
				t.Errorf("the comment of %s does not say that it owns the table %s", pkg, table)
			}
		}
	}
}
