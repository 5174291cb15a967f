package audit_test

import (
	"io/fs"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/audit"
)

// recorded finds the acts that the source records: named in an event, handed to
// a helper, or put into a variable first.
var recorded = []*regexp.Regexp{
	regexp.MustCompile(`Action:\s*"([a-z_]+\.[a-z_]+)"`),
	regexp.MustCompile(`\.record(?:Own)?\(ctx, "([a-z_]+\.[a-z_]+)"`),
	regexp.MustCompile(`\baction(?:, \w+)*,? :?= "([a-z_]+\.[a-z_]+)"`),
}

// exported finds lists that leave as a file; the act adds ".export".
var exported = regexp.MustCompile(`(?:exported\((?:c, )?|\.csv\(c, )"([a-z_-]+)"`)

func TestEveryActHasWords(t *testing.T) {
	acts := map[string]bool{ // joined from two parts
		"order.expired": true, "order.failed": true,
		"edition.signoff": true, "edition.signoff_retracted": true, "edition.withdrawal": true, "edition.erratum": true,
	}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := fs.ReadFile(root, path)
		for _, re := range recorded {
			for _, m := range re.FindAllSubmatch(text, -1) {
				acts[string(m[1])] = true
			}
		}
		for _, m := range exported.FindAllSubmatch(text, -1) {
			acts[string(m[1])+".export"] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(acts) < 60 {
		t.Fatalf("only %d acts found: is the source recorded otherwise by now?", len(acts))
	}
	for act := range acts {
		if audit.Title(act) == act {
			t.Errorf("%s has no words", act)
		}
	}
	if audit.Title("x.y") != "x.y" {
		t.Error("an act without words keeps its code")
	}
}

func TestTheFirstNameIsNoChange(t *testing.T) {
	for before, want := range map[string]string{"": "Name on certificates given", "Ana": "Name on certificates changed"} {
		e := audit.Entry{Action: "account.legal_name", Details: map[string]any{"from": before, "to": "Ana Ruiz"}}
		if got := e.Title(); got != want {
			t.Errorf("from %q: %q", before, got)
		}
	}
}
