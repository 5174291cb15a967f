package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// tabs is how many pages are looked at at once.
const tabs = 2

// checkInChromium looks at every page on a phone and on a desk, by day and by
// night: no violation for axe, nothing that sticks out, nothing in the console,
// within the weight that the design allows.
func checkInChromium(t *testing.T, pages []page) {
	chromium := chrome.Start(t)
	script := chrome.Script(t)
	// Pages of one person follow one another, so that a tab signs in once; first those
	// that ask for a sign-in of the last ten minutes.
	doors := map[*apptest.Browser]int{}
	for _, p := range pages {
		if strings.HasPrefix(p.route, "totp.") {
			doors[p.b] = -1
		} else if _, known := doors[p.b]; !known {
			doors[p.b] = len(doors)
		}
	}
	sorted := slices.Clone(pages)
	slices.SortStableFunc(sorted, func(a, b page) int { return doors[a.b] - doors[b.b] })
	for part := range tabs {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			tab := chromium.Tab(t)
			var who *apptest.Browser
			for n, p := range sorted[part*len(sorted)/tabs : (part+1)*len(sorted)/tabs] {
				if p.b != who {
					tab.Cookies(server.URL, p.b.Cookies())
					who = p.b
				}
				t.Run(p.name(), func(t *testing.T) { tab.For(t, func() { look(t, tab, p, wholeLook[n%2], script) }) })
			}
		})
	}
}

// A glance is how a page is looked at.
type glance struct {
	width        int64
	theme, rules string
}

// By night every other page is looked at on a desk, the others on a phone, and by day
// on a phone without the colors: they seldom depend on the width, and take most of the
// time.
var (
	wholeLook = [2][]glance{
		{{1280, "light", chrome.Everything}, {1280, "dark", chrome.Colors}, {375, "light", chrome.Shapes}},
		{{1280, "light", chrome.Everything}, {375, "dark", chrome.Colors}, {375, "light", chrome.Shapes}},
	}
	shortLook = []glance{{1280, "light", chrome.Everything}, {375, "dark", chrome.Colors}}
)

// send fills in the first form of the page and submits it, by the button for the
// step where it has several.
func send(tab *chrome.Tab, fill url.Values) {
	button := ".button-primary"
	for name, values := range fill {
		if name == "step" {
			button = fmt.Sprintf("button[name=step][value=%s]", values[0])
			continue
		}
		tab.Eval(fmt.Sprintf(`document.querySelector("main form[method=post]").elements[%q].value = %q`, name, values[0]), nil)
	}
	tab.Leave(func() {
		tab.Eval(fmt.Sprintf(`document.querySelector("main form[method=post] %s").click()`, button), nil)
	})
}

func look(t *testing.T, tab *chrome.Tab, p page, glances []glance, script string) {
	tab.Size(1280, 900)
	tab.Prefer("light")
	tab.Forget()
	tab.Open(server.URL + p.path)
	if p.fill != nil {
		tab.Forget()
		send(tab, p.fill)
	}
	checkWeight(t, tab.Loaded())
	if p.again {
		glances = shortLook
	}
	for _, g := range glances {
		tab.Size(g.width, 900)
		tab.Theme(g.theme)
		for _, v := range tab.Axe(script, g.rules) {
			t.Errorf("%d px, %s: %s", g.width, g.theme, v)
		}
		tab.Shot(fmt.Sprintf("%s-%d-%s", p.name(), g.width, g.theme))
	}
	tab.Size(320, 800)
	if wide := tab.Wider(); wide != "" {
		t.Errorf("320 px: %s", wide)
	}
	for _, line := range tab.Said() {
		// The answer itself, for a page that is an error.
		if p.status >= http.StatusBadRequest && strings.Contains(line, "Failed to load resource") {
			continue
		}
		t.Errorf("the console says: %s", line)
	}
}
