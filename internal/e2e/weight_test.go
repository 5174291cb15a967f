package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// The budget of a first view, as the design sets it.
const (
	maxWire     = 58000 // of 60 KB: the rest is for what a course's authors add
	maxRequests = 6     // the icon comes with the page
	maxCSS      = 30000 // of 30 KB, before compression
	maxScripts  = 25 << 10
)

// checkWeight holds what a page loaded, with an empty cache, to the budget.
func checkWeight(t *testing.T, loaded []chrome.Transfer) {
	t.Helper()
	var bytes int64
	var list []string
	for _, tr := range loaded {
		bytes += tr.Bytes
		list = append(list, tr.URL)
		if !strings.HasPrefix(tr.URL, server.URL+"/") {
			t.Errorf("the page asks another host: %s", tr.URL)
		}
		// A mail is shown in a frame of its own process, which tells no sizes.
		if tr.Bytes == 0 && !strings.Contains(tr.URL, "/outbox/") {
			t.Errorf("nothing arrived for %s", tr.URL)
		}
	}
	if bytes > maxWire || len(loaded) > maxRequests || len(loaded) == 0 {
		t.Errorf("the first view takes %d bytes (at most %d) in %d requests (at most %d): %s", bytes, maxWire, len(loaded), maxRequests, strings.Join(list, " "))
	}
}

// TestIconComesWithThePage: a browser may fetch an icon long after the page, so
// that weighing would miss it.
func TestIconComesWithThePage(t *testing.T) {
	icon := server.Browser(t).Get("/").Find("link[rel=icon]")
	if href := icon.AttrOr("href", ""); icon.Length() != 1 || !strings.HasPrefix(href, "data:image/svg+xml,%3Csvg%20xmlns='http://www.w3.org/2000/svg'") {
		t.Errorf("%d icons, at %q", icon.Length(), href)
	}
}

// TestStylesAndScriptsAreSmall weighs them as they are before compression, and
// whether they come compressed.
func TestStylesAndScriptsAreSmall(t *testing.T) {
	p := server.Browser(t).Get("/")
	for selector, budget := range map[string]int{"link[rel=stylesheet]": maxCSS, "script[src]": maxScripts} {
		files := p.Find(selector)
		total := 0
		for i := range files.Length() {
			src := files.Eq(i).AttrOr("src", files.Eq(i).AttrOr("href", ""))
			res, err := http.Get(server.URL + src) // asks for gzip and unpacks it
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if err := res.Body.Close(); err != nil {
				t.Fatal(err)
			}
			if !res.Uncompressed {
				t.Errorf("%s is not compressed", src)
			}
			total += len(body)
		}
		if total == 0 || total > budget {
			t.Errorf("%s: %d bytes, the budget is %d", selector, total, budget)
		}
	}
}
