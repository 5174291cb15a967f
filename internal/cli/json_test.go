package cli_test

import (
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

// shape lists what JSON holds: names and kinds, for values differ.
func shape(path string, v any) []string {
	switch v := v.(type) {
	case map[string]any:
		var out []string
		for name, value := range v {
			out = append(out, shape(path+"."+name, value)...)
		}
		return out
	case []any:
		if len(v) == 0 {
			return []string{path + "[]"}
		}
		var out []string
		for _, value := range v {
			out = append(out, shape(path+"[]", value)...)
		}
		return out
	case nil:
		return []string{path + " null"}
	}
	return []string{fmt.Sprintf("%s %T", path, v)}
}

// golden holds what a command prints for scripts to its file: a name that
// changes breaks somebody's script.
func golden(t *testing.T, name string, r result) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(r.out), &v); err != nil {
		t.Errorf("%s prints no JSON: %v\n%s", name, err, r.out)
		return
	}
	lines := shape("", v)
	slices.Sort(lines)
	got := strings.Join(slices.Compact(lines), "\n") + "\n"
	path := filepath.Join("testdata", "json", name+".txt")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from %s; if that is meant, run go test -run Scripts -update:\n%s", name, path, got)
	}
}

// TestWhatScriptsRead: every command that says something a script would want.
func TestWhatScriptsRead(t *testing.T) {
	environ, dir := house(t)
	backup := filepath.Join(dir, "backup.db")
	forged := filepath.Join(dir, "forged.pdf")
	if err := os.WriteFile(forged, []byte("%PDF-1.7 nothing of ours"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, in string
		as       string // the file with what is expected, if not the name
		args     []string
		code     int
	}{
		{name: "version"},
		{name: "config"},
		{name: "migrate"},
		{name: "user-create", in: "nine quiet herons\n", args: []string{"--email", "you@example.org", "--name", "Ada Quist", "--role", "administrator"}},
		{name: "course-check", args: []string{t.TempDir()}, code: 3},
		{name: "course-questions-check", args: []string{questionFile(t)}, code: 3},
		{name: "course-import", args: []string{bundled, "--publish"}},
		{name: "course-export", args: []string{"tms-ketamine", filepath.Join(dir, "out")}},
		{name: "key-rotate"},
		{name: "key-list"},
		{name: "certificate-verify", args: []string{forged}, code: 3},
		{name: "certificate-verify", args: []string{"--register", forged}, as: "certificate-verify-register", code: 3},
		{name: "doctor"},
		{name: "backup", args: []string{backup}},
		{name: "restore", args: []string{backup}},
		{name: "order-refund", args: []string{"NONE-0000", "--reason", "test"}, code: 1},
	} {
		command := strings.Split(c.name, "-")
		r := run(t, environ, c.in, append(append(command, c.args...), "--json")...)
		if r.code != c.code {
			t.Errorf("%s: exit %d, want %d\n%s%s", c.name, r.code, c.code, r.out, r.err)
		}
		golden(t, cmp.Or(c.as, c.name), r)
	}
}

func TestAFailureIsJSONToo(t *testing.T) {
	environ, dir := house(t)
	for name, r := range map[string]result{
		"failed":   run(t, environ, "", "backup", filepath.Join(dir, "data", "cocare.db"), "--json"),
		"usage":    run(t, environ, "", "backup", "--json"),
		"settings": run(t, []string{"COCARE_DATA_DIR=" + dir, "COCARE_SMTP_PORT=x"}, "", "backup", "x", "--json"),
		"fields":   run(t, environ, "nine quiet herons\n", "user", "create", "--email", "none", "--name", "Ada", "--role", "therapist", "--json"),
	} {
		var out struct {
			Error  string
			Fields []struct{ Name, Error string }
		}
		if err := json.Unmarshal([]byte(r.out), &out); err != nil || out.Error == "" || r.code == 0 {
			t.Errorf("%s: exit %d, %v: %s", name, r.code, err, r.out)
		}
		if name == "fields" && (len(out.Fields) == 0 || out.Fields[0].Name != "email") {
			t.Errorf("%+v", out)
		}
	}
}
