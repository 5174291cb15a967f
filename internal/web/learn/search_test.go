package learn_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func search(q string) string { return base + "/search?q=" + url.QueryEscape(q) }

// TestSearch looks through lessons, glossary and references.
func TestSearch(t *testing.T) {
	w := newWorld(t)
	w.enroll("p1")
	w.get(search("ketamine")).to(base + "/disclosure")
	w.post(base+"/disclosure", "acknowledged", "yes").to(base)
	w.get(base).ok(`action="/learn/tms-ketamine/search"`)
	w.get(first).ok(`<a href="/learn/tms-ketamine/search">`)
	w.get(base + "/search").ok("Lessons, glossary and references").not("found")

	w.get(search("  KETAMINE hamilton ")).ok(`value="KETAMINE hamilton"`)
	page := w.get(search("esketamine")).ok("<mark>", "Glossary", base+"/glossary#term-esketamine", "References", "#ref-")
	if strings.Contains(page.Body, "<mark>E</mark>") {
		t.Error("single letters are marked")
	}
	// A heading, its anchor, and text that a popover or a number stands within.
	heading := w.edition.Course.Lessons()[5].Headings[0]
	w.get(search(heading.Text)).ok(base+"/lessons/"+w.edition.Course.Lessons()[5].Slug+"#"+heading.ID, "passage")
	w.get(search("aria-label popovertarget")).ok("Nothing found for “aria-label popovertarget”")

	w.get(search("x")).ok("at least two letters").not("<mark>")
	w.get(search(`<script>alert("1")`)).ok("Nothing found for “&lt;script&gt;").not("<script>alert")
	w.get(search(strings.Repeat("ä", 5000))).ok(`value="` + strings.Repeat("ä", 100) + `"`)
	w.get(search("\xff(.*")).ok("Nothing found")
	w.do("p2", http.MethodGet, search("ketamine"), nil).is(http.StatusNotFound)
}

// TestSearchKeepsLockedLessonsClosed in a course with a fixed order.
func TestSearchKeepsLockedLessonsClosed(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	last := w.edition.Course.Lessons()[len(w.edition.Course.Lessons())-1]
	w.get(search(last.Title)).ok("/lessons/"+last.Slug, "passage")
	w.edition.Course.Card.LessonOrder = "fixed"
	w.get(search(last.Title)).ok().not("/lessons/" + last.Slug)
}
