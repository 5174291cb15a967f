package e2e

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/testneed"
)

// checkHTML lets the W3C's Nu checker read every page, and the answers to forms
// filled in wrongly, all in one run of Java.
func checkHTML(t *testing.T, pages []page) {
	java := testneed.Command(t, testneed.Node, "java")
	vnu := testneed.File(t, testneed.Node, "COCARE_TEST_VNU")
	dir := t.TempDir()
	save := func(name string, body []byte) {
		if err := os.WriteFile(filepath.Join(dir, name+".html"), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range pages {
		save(p.name(), p.get().Body)
	}
	for _, p := range pages {
		for i, body := range refusedForms(p) {
			save(fmt.Sprintf("%s-refused-%d", p.name(), i), body)
		}
	}
	//nolint:gosec // the checker that the environment names
	out, err := exec.CommandContext(t.Context(), java, "-Xmx512m", "-jar", vnu, "--stdout", "--exit-zero-always", "--format", "json", dir).Output()
	if err != nil {
		t.Fatalf("vnu: %v", err)
	}
	var report struct {
		Messages []struct {
			Type, SubType, URL, Message, Extract string
			LastLine                             int
		}
	}
	if err := json.Unmarshal(out, &report); err != nil {
		t.Fatalf("vnu said %.300s: %v", out, err)
	}
	for _, m := range report.Messages {
		if m.Type == "error" || m.Type == "non-document-error" {
			t.Errorf("%s, line %d: %s: %s", filepath.Base(m.URL), m.LastLine, m.Message, strings.TrimSpace(m.Extract))
		}
	}
}

// refusedForms sends each form of a page with every text emptied, and returns
// the pages that refuse it.
func refusedForms(p page) [][]byte {
	var out [][]byte
	doc := p.get()
	forms := doc.Find("main form[method=post]")
	for i := range forms.Length() {
		form := forms.Eq(i)
		typed := form.Find("input[type=text][required], input[type=email], input[type=password], textarea[required]")
		if typed.Length() == 0 {
			continue
		}
		fill := url.Values{}
		for j := range typed.Length() {
			fill.Set(typed.Eq(j).AttrOr("name", ""), "")
		}
		got := doc.Send(form, fill)
		if got.Status == 422 {
			out = append(out, got.Body)
		}
	}
	return out
}
