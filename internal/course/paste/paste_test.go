package paste_test

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/markup"
	"github.com/atmacena/cocare/internal/course/paste"
)

var update = flag.Bool("update", false, "write the golden files")

// TestWordProcessors: what they put on the clipboard becomes a lesson's Markdown in
// which nothing is refused.
func TestWordProcessors(t *testing.T) {
	for name, left := range map[string][]string{
		"word":        {"1 picture", "1 comment", "1 deleted passage", "1 footnote", "1 link, whose words stay"},
		"gdocs":       {"1 picture", "1 comment"},
		"libreoffice": {"1 footnote"},
	} {
		t.Run(name, func(t *testing.T) {
			source, err := os.ReadFile(filepath.Join("testdata", name+".html"))
			if err != nil {
				t.Fatal(err)
			}
			got, err := paste.HTML(string(source))
			if err != nil {
				t.Fatal(err)
			}
			golden := filepath.Join("testdata", name+".md")
			if *update {
				if err := os.WriteFile(golden, []byte(got.Markdown), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got.Markdown != string(want) {
				t.Errorf("became\n%s", got.Markdown)
			}
			if !slices.Equal(got.Left, left) {
				t.Errorf("left out %q, want %q", got.Left, left)
			}
			if text := markup.Render(got.Markdown, 1, markup.Library{}); len(text.Problems) > 0 {
				t.Errorf("%v", text.Problems)
			}
		})
	}
}

func TestSmallPastes(t *testing.T) {
	for source, want := range map[string]string{
		"":                               "",
		"<p></p><p>&nbsp;</p>":           "",
		"words":                          "words\n",
		"<p>one</p><p>two":               "one\n\ntwo\n",
		"<h1>A</h1><h4>B</h4><h4>C</h4>": "## A\n\n### B\n\n### C\n",
		"<h4>A</h4><h2>B</h2><h3>C</h3><h6>D</h6><h3>E</h3>": "## A\n\n## B\n\n### C\n\n#### D\n\n### E\n",
		"<h6>Only</h6>":                             "## Only\n",
		"<p><b>a</b><b>b</b> <strong>":              "**ab**\n",
		"<h2><b>Bold</b><br>head</h2>":              "## Bold head\n",
		"<b><b>twice</b></b>":                       "**twice**\n",
		"<script>alert(1)</script>x":                "x\n",
		"<p onclick=x>a<img src=x onerror=y>":       "a\n",
		"<p>&lt;b&gt;not bold&lt;/b&gt;</p>":        "&lt;b&gt;not bold&lt;/b&gt;\n",
		"<p># no heading</p>":                       "\\# no heading\n",
		"<p>1. no list</p>":                         "1\\. no list\n",
		"<table><tr><td>alone</td></tr></table>":    "alone\n",
		"<pre>code  here</pre>":                     "code here\n",
		"<p>e = mc<sup>2</sup>, x<sup>th</sup></p>": "e = mc², xth\n",
	} {
		got, err := paste.HTML(source)
		if err != nil || got.Markdown != want {
			t.Errorf("%s became %q, want %q (%v)", source, got.Markdown, want, err)
		}
	}
}

func TestBounds(t *testing.T) {
	if _, err := paste.HTML(strings.Repeat("x", paste.MaxBytes+1)); !errors.Is(err, paste.ErrTooLarge) {
		t.Errorf("%v", err)
	}
	for _, n := range []int{400, 600} { // the parser has a bound of its own
		if _, err := paste.HTML(strings.Repeat("<blockquote>", n) + "x"); !errors.Is(err, paste.ErrTooDeep) {
			t.Errorf("%d: %v", n, err)
		}
	}
}

// FuzzHTML: whatever stands in the clipboard, no HTML comes through, and nothing
// that nobody sees.
func FuzzHTML(f *testing.F) {
	for _, name := range []string{"word", "gdocs", "libreoffice"} {
		source, err := os.ReadFile(filepath.Join("testdata", name+".html"))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(source))
	}
	f.Add("<ul><ul><li>a</ul><ol><table><td><ul><li>b")
	f.Add("<p style='mso-list:l0 level9'>a<p style='mso-list:l0 level1'>b<h1><b>")
	f.Add("<b><i><b>x</b></i></b>:::<p>{.plain}")
	f.Fuzz(func(t *testing.T, source string) {
		got, err := paste.HTML(source)
		if err != nil {
			return
		}
		for _, p := range markup.Render(got.Markdown, 1, markup.Library{}).Problems {
			if strings.Contains(p.Msg, "raw HTML") {
				t.Fatalf("%q became %q: %v", source, got.Markdown, p)
			}
		}
	})
}
