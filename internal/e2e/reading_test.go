package e2e

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"

	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// lines measures full lines of running text: every line of a paragraph but its
// last, in characters as they are drawn.
const lines = `(() => {
	const full = [], at = document.createRange();
	for (const p of document.querySelectorAll(".prose > p:not(.hint)")) {
		const walk = document.createTreeWalker(p, NodeFilter.SHOW_TEXT, t => t.parentElement.closest(".term-note, .mark-line, .cite") ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT);
		const mine = [];
		for (let t, top = -1e9; t = walk.nextNode();) for (let i = 0; i < t.length; i++) {
			at.setStart(t, i), at.setEnd(t, i + 1);
			const box = at.getClientRects()[0];
			if (!box?.width) continue;
			if (box.top > top + 12) mine.push(0), top = box.top;
			mine[mine.length - 1]++;
		}
		full.push(...mine.slice(0, -1));
	}
	return {lines: full.length, mean: full.reduce((a, b) => a + b, 0) / full.length};
})()`

// TestLinesAreEasyToRead holds the measure of long text to 65 to 70 characters.
func TestLinesAreEasyToRead(t *testing.T) {
	tab := reader(t)
	for _, width := range []int64{1280, 1920} {
		tab.Size(width, 900)
		var all, letters float64
		for _, l := range edition(t).RequiredLessons() {
			tab.Open(server.URL + "/learn/" + slug + "/lessons/" + l.Slug)
			var got struct{ Lines, Mean float64 }
			tab.Eval(lines, &got)
			all, letters = all+got.Lines, letters+got.Lines*got.Mean
		}
		if mean := letters / all; mean < 65 || mean > 70 {
			t.Errorf("%d px: %.0f full lines hold %.1f characters on average, want 65 to 70", width, all, mean)
		}
	}
}

// reader is a tab of somebody half-way through the course.
func reader(t *testing.T) *chrome.Tab {
	t.Helper()
	tab := longRun(t).Tab(t)
	tab.Cookies(server.URL, server.As(t, "therapist@example.org").Cookies())
	return tab
}

// TestWideWordsFitANarrowWindow puts the widest letters where numbers stand, and
// words that have no place to break.
func TestWideWordsFitANarrowWindow(t *testing.T) {
	tab := longRun(t).Tab(t)
	tab.Cookies(server.URL, server.As(t, "admin@example.org").Cookies())
	tab.Size(320, 800)
	for _, path := range []string{"/admin/orders", "/admin/requests", "/admin/certificates"} {
		tab.Open(server.URL + path)
		var first string
		tab.Eval(`document.querySelector("main tbody th a").href`, &first)
		tab.Open(first)
		tab.Eval(`(() => { const h = document.querySelector("h1"); h.textContent = h.textContent.replace(/\S+$/, "WWWW-WWWW-WWWWWWWWWW"); })()`, nil)
		if wide := tab.Wider(); wide != "" {
			t.Errorf("%s: %s", first, wide)
		}
	}
	// The brand breaks between words, also in the font of a device without ours.
	tab.Open(server.URL + "/")
	var broken bool
	tab.Eval(`(() => {
		const brand = document.querySelector(".brand span"), at = document.createRange();
		brand.style.fontFamily = "DejaVu Serif";
		return [...brand.firstChild.data.matchAll(/\S+/g)].some(m => {
			at.setStart(brand.firstChild, m.index), at.setEnd(brand.firstChild, m.index + m[0].length);
			return at.getClientRects().length > 1;
		});
	})()`, &broken)
	if broken {
		t.Error("the brand breaks within a word")
	}
}

// TestCommasStayWithTheirTerms: no line of a lesson begins with punctuation.
func TestCommasStayWithTheirTerms(t *testing.T) {
	tab := reader(t)
	for _, l := range edition(t).RequiredLessons() {
		tab.Open(server.URL + "/learn/" + slug + "/lessons/" + l.Slug)
		for _, width := range []int64{320, 375, 1280} {
			tab.Size(width, 900)
			var torn []string
			tab.Eval(`(() => {
				const at = document.createRange(), torn = [];
				for (const term of document.querySelectorAll(".prose .term")) {
					const next = term.parentElement.nextSibling;
					if (next?.nodeType !== 3 || !/^[.,;:!?)”’]/.test(next.data)) continue;
					at.setStart(next, 0), at.setEnd(next, 1);
					const box = term.getBoundingClientRect();
					if (box.height > 40) continue; // longer than a line: it wraps within itself
					if (at.getBoundingClientRect().top > box.bottom - 8) torn.push(term.textContent + next.data.slice(0, 1));
				}
				return torn;
			})()`, &torn)
			if len(torn) > 0 {
				t.Errorf("%s, %d px: a line begins with what follows %q", l.Slug, width, torn)
			}
		}
	}
}

// TestAPrintedLessonSaysWhatItIs and leaves out what is of the screen.
func TestAPrintedLessonSaysWhatItIs(t *testing.T) {
	const email = "print.reader@example.org"
	learner(t, email, "Print Reader", 2)
	tab := longRun(t).Tab(t)
	tab.Cookies(server.URL, server.As(t, email).Cookies())
	ed := edition(t)
	l := ed.RequiredLessons()[0]
	tab.Open(server.URL + "/learn/" + slug + "/lessons/" + l.Slug)
	var screen, paper string
	const text = `document.body.innerText.replace(/\s+/g, " ")`
	tab.Eval(text, &screen)
	tab.Run(emulation.SetEmulatedMedia().WithMedia("print"))
	tab.Eval(text, &paper)
	for _, words := range []string{"CoCare (demonstration) · " + server.URL, fmt.Sprintf("%s, edition %d (%s) · Module 1, ", ed.Course.Card.Title, ed.Number, ed.Hash[:12]),
		"/learn/" + slug + "/lessons/" + l.Slug + " · Printed "} {
		if !strings.Contains(paper, words) {
			t.Errorf("on paper there is no %q", words)
		}
		if strings.Contains(screen, words) {
			t.Errorf("the screen shows %q", words)
		}
	}
	for _, words := range []string{"Your time here", "Bookmark", "Save note", "Finished, next", "Search this course", "Sign out"} {
		if strings.Contains(paper, words) {
			t.Errorf("on paper stands %q", words)
		}
	}
}

// TestALessonLeadsBackToWhereItWasLeft, on this device, for its own reader only.
func TestALessonLeadsBackToWhereItWasLeft(t *testing.T) {
	const email = "place.reader@example.org"
	learner(t, email, "Place Reader", 2)
	tab := longRun(t).Tab(t)
	tab.Cookies(server.URL, server.As(t, email).Cookies())
	l := edition(t).RequiredLessons()[5]
	path := server.URL + "/learn/" + slug + "/lessons/" + l.Slug
	heading := l.Headings[1]
	tab.Open(path)
	tab.Eval(`document.querySelector("[data-place]").hidden || Promise.reject("a new reader is led somewhere")`, nil)
	tab.Eval(`document.getElementById("`+heading.ID+`").scrollIntoView()`, nil)
	tab.Open(server.URL + "/learn")
	tab.Open(path)
	tab.Has("Continue where you stopped: " + heading.Text)
	tab.Click("[data-place] a")
	tab.Until(`location.hash === "#` + heading.ID + `" && scrollY > 300`)

	learner(t, "other."+email, "Other Reader", 2)
	tab.Cookies(server.URL, server.As(t, "other."+email).Cookies())
	tab.Open(path)
	tab.Eval(`document.querySelector("[data-place]").hidden || Promise.reject("somebody else's place is shown")`, nil)
}
