package web_test

import (
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/static"
	"github.com/atmacena/cocare/templates"
)

var (
	calls    = regexp.MustCompile(`\{\{-?\s*(?:template|block) "([^"]+)"`)
	classes  = regexp.MustCompile(`class="([^"]*)"`)
	dataKeys = regexp.MustCompile(`\bdata-[a-z-]+`)
	leading  = regexp.MustCompile(`(?:^|[,{}])\s*\.([a-z][a-z-]*)`) // the class that a selector begins with
	actions  = regexp.MustCompile(`\{\{.*?\}\}`)
	comments = regexp.MustCompile(`(?s)/\*.*?\*/|\{\{/\*.*?\*/\}\}`)
)

// TestPagesNameTheirStylesAndScripts: a page that shows what an area's style
// sheet or script is for names it in its head.
func TestPagesNameTheirStylesAndScripts(t *testing.T) {
	parts := partials(t)
	named := 0
	for _, file := range glob(t, templates.FS, "pages/*/*.html") {
		page := reached(read(t, templates.FS, file), parts)
		shown := actions.ReplaceAllString(page, " ")
		for bundle, words := range wanted(t) {
			if !slices.ContainsFunc(words, func(w string) bool { return uses(shown, w) }) {
				continue
			}
			named++
			if !strings.Contains(page, `asset "`+bundle+`"`) {
				t.Errorf("%s uses what %s is for, but does not name it", file, bundle)
			}
		}
	}
	if named < 10 {
		t.Errorf("only %d pages name an area's file: is the test still right?", named)
	}
}

// wanted tells of each area's file which classes it is for, or which attributes
// no script of every page knows.
func wanted(t *testing.T) map[string][]string {
	common, all := map[string]bool{}, map[string][]string{}
	for _, file := range glob(t, static.FS, "js/*.js") {
		for _, w := range words(t, file) {
			common[w] = true
		}
	}
	for _, kind := range []string{"css", "js"} {
		for _, file := range glob(t, static.FS, kind+"/*/*."+kind) {
			bundle := path.Dir(file) + "." + kind
			if path.Base(path.Dir(file)) == "only" {
				bundle = file
			}
			for _, w := range words(t, file) {
				if !common[w] {
					all[bundle] = append(all[bundle], w)
				}
			}
		}
	}
	return all
}

// words are the classes that a style sheet is for, or the attributes that the
// head of a script describes.
func words(t *testing.T, file string) []string {
	body := read(t, static.FS, file)
	found := map[string]bool{}
	if path.Ext(file) == ".js" {
		for _, attr := range dataKeys.FindAllString(comments.FindString(body), -1) {
			found[attr] = true
		}
		return slices.Collect(maps.Keys(found))
	}
	for _, m := range leading.FindAllStringSubmatch(comments.ReplaceAllString(body, ""), -1) {
		found["."+m[1]] = true
	}
	return slices.Collect(maps.Keys(found))
}

func uses(page, word string) bool {
	class, isClass := strings.CutPrefix(word, ".")
	if !isClass {
		return slices.Contains(dataKeys.FindAllString(page, -1), word)
	}
	return slices.ContainsFunc(classes.FindAllStringSubmatch(page, -1), func(m []string) bool {
		return slices.Contains(strings.Fields(m[1]), class)
	})
}

// reached is a page's text with that of every partial it reaches.
func reached(text string, parts map[string]string) string {
	seen := map[string]bool{}
	for again := true; again; {
		again = false
		for _, m := range calls.FindAllStringSubmatch(text, -1) {
			if name := m[1]; !seen[name] {
				seen[name], again = true, true
				text += parts[name]
			}
		}
	}
	return text
}

// partials are the definitions of all partials, by name.
func partials(t *testing.T) map[string]string {
	parts := map[string]string{}
	for _, file := range glob(t, templates.FS, "partials/*.html") {
		for _, def := range strings.Split(comments.ReplaceAllString(read(t, templates.FS, file), ""), "{{define \"")[1:] {
			name, body, _ := strings.Cut(def, "\"}}")
			parts[name] = body
		}
	}
	return parts
}

func glob(t *testing.T, fsys fs.FS, pattern string) []string {
	files, err := fs.Glob(fsys, pattern)
	if err != nil || len(files) == 0 && !strings.Contains(pattern, "/*/") {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

func read(t *testing.T, fsys fs.FS, file string) string {
	body, err := fs.ReadFile(fsys, file)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}
