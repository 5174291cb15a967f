package studio_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestEveryListSaysWhy: wherever findings are listed, with who says so; a reason that
// several in a row have stands once.
func TestEveryListSaysWhy(t *testing.T) {
	w := newWorld(t)
	lesson := w.lesson()
	text := string(w.opened(lesson).Content) + "\nOne *more*.\n\nAnd another.\n\n<b>x</b> {.plain}\n"
	const (
		both  = "Both because a reader has to see what a statement rests on (ACCME asks that clinical recommendations be based on evidence; the course format, Citations)."
		plain = "Both because a text that runs, loads or leads elsewhere would do so for every reader (CoCare’s rule; the course format, Modules and lessons)."
	)
	a := w.ask("ira", "POST", strings.Replace(file(lesson), "/file?", "/preview?", 1), http.StatusOK, "body", text)
	if !strings.Contains(a.Findings, both) || !strings.Contains(a.Findings, plain) {
		t.Errorf("while it is typed: %s", a.Findings)
	}
	w.edited(lesson, text)
	for _, path := range []string{at, at + "/publish", file(lesson)} {
		page := w.Get("ira", path).OK(both, plain)
		if n := strings.Count(page.Body, "a reader has to see what a statement rests on"); n != 1 {
			t.Errorf("%s: told %d times", path, n)
		}
	}
	w.edited("course.yaml", strings.Replace(string(w.opened("course.yaml").Content), "lesson_order: any", "lesson_order: some", 1))
	w.Get("ira", of(slug, "course.yaml", "")).OK("Because CoCare acts by what stands here, and can act only by what it knows (the course format, Texts, numbers and choices).")
	bad := w.uploads(at+"/drawing", strings.Replace(square, "<rect", "<script>alert(1)</script><image/><rect", 1), map[string]string{"base": "0"})
	if says := "Both because a drawing that runs, loads or leads elsewhere would do so for every reader (CoCare’s rule; the course format, Figures)."; !strings.Contains(bad.Body, says) {
		t.Errorf("a drawing: %s", bad.Body)
	}
	w.says(w.upload("ira", "/teach/import", w.pack("x/", map[string][]byte{"course.yaml": []byte("a: 1\na: 2\n")})), http.StatusUnprocessableEntity, "because what stands here is taken as it is written")
}
