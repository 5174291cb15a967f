package content_test

import (
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
)

var update = flag.Bool("update", false, "write the golden files")

// TestCheckedTextIsUnchanged pins what was checked by people before it came
// here: items with their keys and rationales, facts, cases, evaluation, reviews
// and the rules themselves. Whoever changes one looks twice, and then runs
// go test -run Unchanged -update.
func TestCheckedTextIsUnchanged(t *testing.T) {
	files, problems := content.ReadFiles(courses.Bundled()["tms-ketamine"])
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	var lines []string
	for path, data := range files {
		pinned := strings.HasPrefix(path, "exam") || strings.HasPrefix(path, "cases/") || strings.HasSuffix(path, "check.yaml") ||
			slices.Contains([]string{"facts.yaml", "references.yaml", "evaluation.yaml", "signoff.yaml", "lint.yaml", "disclosure.md"}, path)
		if pinned {
			sum := sha256.Sum256(data)
			lines = append(lines, fmt.Sprintf("%s  %s\n", hex.EncodeToString(sum[:]), path))
		}
	}
	slices.SortFunc(lines, func(a, b string) int { return strings.Compare(a[64:], b[64:]) })
	const golden = "testdata/checked.sha256"
	got := strings.Join(lines, "")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("checked text differs from %s; if that is meant, say why in the commit:\n%s", golden, got)
	}
}
