package archtest

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/testneed"
)

// TestEveryNeedIsConsulted: a need that no test asks about lets CI require what
// nobody checks.
func TestEveryNeedIsConsulted(t *testing.T) {
	names := map[testneed.Need]string{testneed.Postgres: "Postgres", testneed.Browser: "Browser", testneed.PDF: "PDF",
		testneed.StripeMock: "StripeMock", testneed.Node: "Node", testneed.Standards: "Standards", testneed.VulnDB: "VulnDB", testneed.Questions: "Questions"}
	asked := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "need_test.go") {
			return err
		}
		src, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		for _, name := range names {
			asked[name] = asked[name] || strings.Contains(string(src), "(t, testneed."+name+",")
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range testneed.All {
		if !asked[names[n]] {
			t.Errorf("no test asks about %s", n)
		}
	}
}
