package archtest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestTheImageIsBuiltFromSourcesAlone: whatever lies in the folder beside them
// (the master key, .env, a database) must not reach a layer of the image.
func TestTheImageIsBuiltFromSourcesAlone(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(root, ".dockerignore"))
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"*", "!go.mod", "!go.sum"}
	for _, f := range sources(t) {
		if entry := "!" + strings.SplitN(f.pkg, "/", 2)[0]; !slices.Contains(want, entry) {
			want = append(want, entry)
		}
	}
	var got []string
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			got = append(got, line)
		}
	}
	if len(got) == 0 || got[0] != "*" {
		t.Fatalf(".dockerignore does not begin with *: %v", got)
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf(".dockerignore lets in %v, the build needs %v", got, want)
	}
	ignored, err := os.ReadFile(filepath.Join(root, ".gitignore"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"/secrets/", "/.env", "/data/", "/demo-data/"} {
		if !strings.Contains(string(ignored), name+"\n") {
			t.Errorf(".gitignore lacks %s", name)
		}
	}
}
