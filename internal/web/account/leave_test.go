package account_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/account"
)

// TestSignOutAsksNothingOfWhoTypedNothing: where a lesson was left is no work.
func TestSignOutAsksNothingOfWhoTypedNothing(t *testing.T) {
	ctx := chromium(t)
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	err := chromedp.Run(ctx,
		chromedp.Navigate(w.base+"/login"),
		chromedp.SendKeys("#f-email", "a@example.com"), chromedp.SendKeys("#f-password", good),
		chromedp.Click("main form .button-primary"),
		chromedp.WaitVisible(`a[href="/account/security"]`),
		chromedp.Evaluate(`localStorage.setItem("autosave 4f1c09aa place /learn/x/lessons/y", "s-3")`, nil),
		chromedp.Evaluate(`document.querySelector('form[action="/logout"]').requestSubmit()`, nil),
		chromedp.WaitVisible("#f-password"),
	)
	if err != nil {
		t.Error(err)
	}
}

// What scripts kept to send later goes with the session, on a loopback address
// too, once the person has heard of it; the choice of colors stays.
func TestSignOutClearsWhatScriptsKept(t *testing.T) {
	ctx := chromium(t)
	w := newWorld(t)
	w.create("a@example.com", "Amina Diallo", account.Therapist)
	var kept, left int
	var theme, told string
	err := chromedp.Run(ctx,
		chromedp.Navigate(w.base+"/login"),
		chromedp.SendKeys("#f-email", "a@example.com"), chromedp.SendKeys("#f-password", good),
		chromedp.Click("main form .button-primary"),
		chromedp.WaitVisible(`a[href="/account/security"]`),
		chromedp.Click(`form[action="/theme"] button[value="dark"]`),
		chromedp.WaitReady(`html[data-theme="dark"]`),
		chromedp.Evaluate(`localStorage.setItem("autosave 4f1c09aa /learn/x q1", "a=b"), localStorage.length`, &kept),
		chromedp.Evaluate(`document.querySelector('form[action="/logout"]').requestSubmit()`, nil),
		chromedp.WaitVisible("dialog"),
		chromedp.Text("dialog h2", &told),
		chromedp.Click("dialog .button-danger"),
		chromedp.WaitVisible("#f-password"),
		chromedp.Evaluate(`localStorage.length`, &left),
		chromedp.Evaluate(`document.documentElement.dataset.theme`, &theme),
	)
	if err != nil || kept != 1 || left != 0 || theme != "dark" || !strings.Contains(told, "not saved yet") {
		t.Errorf("kept %d, left %d, theme %q, told %q, %v", kept, left, theme, told, err)
	}
}
