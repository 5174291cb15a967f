package learn_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
)

// TestAPageLeftOpenWritesNothingForAnother: one person's pages, sent after another
// signed in on the same browser, change nothing and show what was typed.
func TestAPageLeftOpenWritesNothingForAnother(t *testing.T) {
	w := newWorld(t)
	w.begun("p1")
	other := w.begun("p2")
	lesson := w.edition.Course.Lessons()[0]
	module := w.edition.Course.Modules[0]
	base := "/learn/" + slug
	sent := 0
	for _, path := range []string{base + "/lessons/" + lesson.Slug, base + "/checks/" + module.ID} {
		doc, err := goquery.NewDocumentFromReader(strings.NewReader(w.get(path).ok().Body))
		w.must(err)
		doc.Find("main form[method=post]").Each(func(_ int, f *goquery.Selection) {
			form := url.Values{"note": {"My words about the dose"}, "on": {"yes"}}
			f.Find("input, button").Each(func(_ int, i *goquery.Selection) {
				if _, chosen := form[i.AttrOr("name", "")]; !chosen && i.AttrOr("name", "") != "" {
					form.Add(i.AttrOr("name", ""), i.AttrOr("value", ""))
				}
			})
			doors := []string{f.AttrOr("action", "")}
			f.Find("button[formaction]").AddSelection(doc.Find(`button[formaction][form="` + f.AttrOr("id", "none") + `"]`)).Each(func(_ int, b *goquery.Selection) {
				doors = append(doors, b.AttrOr("formaction", ""))
			})
			for _, door := range doors {
				action, _, _ := strings.Cut(door, "#")
				w.do("p2", http.MethodPost, action, form).is(http.StatusConflict, "This page belongs to another account", `<p class="typed">My words about the dose</p>`)
				sent++
			}
		})
	}
	if sent < 4 {
		t.Errorf("%d forms were sent", sent)
	}
	for _, table := range []string{"lesson_progress", "check_answers"} {
		var n int
		w.must(w.db.Read(t.Context()).Raw("SELECT count(*) FROM "+table+" WHERE enrollment_id = ?", other.ID).Scan(&n).Error)
		if n != 0 {
			t.Errorf("%s: %d rows of the other person", table, n)
		}
	}
	// The owner's own page goes through, and carries the mark in every form.
	page := w.get(base + "/lessons/" + lesson.Slug).ok().Body
	marks := regexp.MustCompile(`name="_owner" value="([\w-]+)"`).FindAllStringSubmatch(page, -1)
	if len(marks) != 2 {
		t.Fatalf("marks %v", marks)
	}
	w.post(base+"/lessons/"+lesson.Slug+"/note", "_owner", marks[0][1], "note", "mine").to(base + "/lessons/" + lesson.Slug + "#note")
}
