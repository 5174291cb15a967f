package config_test

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/config"
)

var update = flag.Bool("update", false, "write the table of docs/configuration.md")

const begin, end = "<!-- settings: begin -->\n", "<!-- settings: end -->"

func TestDocumentationHasEveryVariable(t *testing.T) {
	const path = "../../docs/configuration.md"
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(data), begin)
	table, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no marks around the table", path)
	}
	if table == config.Markdown() {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the program says; run: go test ./internal/config -update", path)
	}
	if err := os.WriteFile(path, []byte(head+begin+config.Markdown()+end+tail), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestEveryVariableIsDescribed(t *testing.T) {
	for _, v := range config.Describe() {
		if v.Doc == "" || v.Form == "" || !strings.HasSuffix(v.Doc, ".") {
			t.Errorf("%s lacks its description: %+v", v.Name, v)
		}
	}
}
