package cli_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/demo"
)

// manuals are what tells people to run commands.
var manuals = []string{"README.md", "docs/deployment.md", "docs/configuration.md", "docs/course-format.md", "docs/development.md",
	"docker-compose.yml", "docker-compose.smtp.yml", "docker-compose.stripe.yml", "docker-compose.documentkey.yml",
	"docker-compose.witnesses.yml",
	"Dockerfile"}

var (
	named = regexp.MustCompile("(?:as_cocare|cocare|--rm app1|--rm migrate) ([a-z]+)((?: [^ `|&·\n]+)*)")
	flags = regexp.MustCompile(`--[a-z-]+`)
)

// TestManualsNameWhatExists: every command in the documentation can be called,
// and has the flags that are written with it.
func TestManualsNameWhatExists(t *testing.T) {
	found := 0
	for _, name := range manuals {
		text, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range named.FindAllStringSubmatch(string(text), -1) {
			if m[1] == "cocare" { // a user or a folder before another
				continue
			}
			words := []string{m[1]}
			if sub := regexp.MustCompile(`^ ([a-z]+)`).FindStringSubmatch(m[2]); sub != nil {
				words = append(words, sub[1])
			}
			help := run(t, nil, "", append(words, "--help")...)
			if help.code != 0 && len(words) > 1 { // an argument, not a command
				help = run(t, nil, "", words[0], "--help")
			}
			if help.code != 0 {
				t.Errorf("%s: %q is no command", name, m[0])
				continue
			}
			found++
			for _, f := range flags.FindAllString(m[2], -1) {
				if !strings.Contains(help.out, f) {
					t.Errorf("%s: %q: there is no flag %s", name, m[0], f)
				}
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d commands found in the manuals", found)
	}
}

// TestTheReadmeHasEveryAccount of the demonstration, with the same words where
// the start says them.
func TestTheReadmeHasEveryAccount(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(demo.Accounts) {
		if email, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.Contains(email, "@") && !strings.Contains(string(readme), "| `"+email+"` |") {
			t.Errorf("README.md has no row for %s", email)
		}
	}
	if !strings.Contains(string(readme), "`"+demo.Password+"`") {
		t.Error("README.md lacks the password")
	}
}
