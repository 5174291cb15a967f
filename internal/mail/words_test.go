package mail_test

import (
	"html"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/templates/emails"
)

func TestMailsReadAsTheyShould(t *testing.T) {
	m, q, box, _ := newMailer(t)
	for name, msg := range samples {
		got := deliver(t, m, q, box, to, msg)
		golden(t, name+".txt", "To: "+got.Recipient+"\nSubject: "+got.Subject+"\n\n"+got.Plain)
		golden(t, name+".html", got.HTML)
		checkWords(t, name, got)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs from its golden file (look, then go test -update):\n%s", name, got)
	}
}

var hrefs = regexp.MustCompile(`href="([^"]*)"`)

// checkWords holds what every mail promises.
func checkWords(t *testing.T, name string, got mail.Stored) {
	t.Helper()
	words := strings.TrimPrefix(got.HTML, "<!doctype html>")
	for form, text := range map[string]string{"html": words, "text": got.Plain, "subject": got.Subject} {
		if strings.ContainsAny(text, "!") {
			t.Errorf("%s (%s) has an exclamation mark", name, form)
		}
		if strings.Contains(text, "ZgotmplZ") || strings.Contains(text, "<no value>") || strings.Contains(text, "{{") {
			t.Errorf("%s (%s) is not filled in: %s", name, form, text)
		}
		if form != "subject" && !strings.Contains(text, "You get this mail because") {
			t.Errorf("%s (%s) does not say why one gets it", name, form)
		}
	}
	for _, h := range hrefs.FindAllStringSubmatch(got.HTML, -1) {
		if !strings.HasPrefix(h[1], base) {
			t.Errorf("%s links to %q, away from the site", name, h[1])
		}
		if !strings.Contains(got.Plain, html.UnescapeString(h[1])) {
			t.Errorf("%s: %q is not in the text form", name, h[1])
		}
	}
}

func TestEveryTemplateIsExecuted(t *testing.T) {
	used := map[string]bool{"layout.html": true, "layout.txt": true}
	for _, msg := range samples {
		used[msg.Name()+".html"], used[msg.Name()+".txt"] = true, true
	}
	files, err := fs.ReadDir(emails.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !used[f.Name()] {
			t.Errorf("no sample executes %s", f.Name())
		}
	}
	if len(files) != len(used) {
		t.Errorf("%d templates, %d used", len(files), len(used))
	}
}

func TestStrangersAreNotGreetedByName(t *testing.T) {
	m, q, box, _ := newMailer(t)
	spam := mail.Address{Name: "Win at https://spam.example", Email: "victim@example.com"}
	for _, name := range []string{"confirm_address", "address_already_registered", "reset_password"} {
		got := deliver(t, m, q, box, spam, samples[name])
		if strings.Contains(got.HTML+got.Plain+got.Recipient, "spam") {
			t.Errorf("%s carries what a stranger typed as a name", name)
		}
	}
}
