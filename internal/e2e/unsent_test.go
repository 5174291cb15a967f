package e2e

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// TestWhatWasTypedOutlivesTheSession walks from a form whose session has ended through
// the sign-in to the page that sends it, on a phone.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	const email, words = "therapist@example.org", "Forty minutes of notes."
	tab := chrome.Start(t).Tab(t)
	script := chrome.Script(t)
	tab.Size(375, 800)
	tab.Cookies(server.URL, server.As(t, email).Cookies())
	tab.Open(server.URL + "/learn/" + slug + "/lessons/how-many-people/questions")
	tab.Click("input[name=kind][value=question]")
	tab.Type("textarea[name=body]", words)
	tab.Run(network.ClearBrowserCookies())
	tab.Forget()
	tab.Leave(func() { tab.Click("main form[method=post] .button-primary") })
	look := func(want string) {
		t.Helper()
		tab.Has(want)
		for _, v := range tab.Axe(script, chrome.Everything) {
			t.Errorf("%s: %s", want, v)
		}
		if wide := tab.Wider(); wide != "" {
			t.Errorf("%s: %s", want, wide)
		}
	}
	look("You were signed out")
	tab.Type("input[name=email]", email)
	tab.Type("input[name=password]", apptest.Password)
	tab.Leave(func() { tab.Click("main form[method=post] .button-primary") })
	look("What you wrote")
	tab.Has(words)
	tab.Leave(func() { tab.Click("main form[method=post] .button-primary") })
	tab.Has(words)
	if at := tab.Path(); !strings.HasPrefix(at, "/questions/") {
		t.Errorf("it was not sent: %s\n%s", at, tab.Text())
	}
}
