package chrome

import (
	"fmt"
	"strconv"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Scripts turns the pages' scripts on or off, from the next page on. What a test
// evaluates itself runs all the same.
func (tab *Tab) Scripts(on bool) {
	tab.t.Helper()
	tab.Run(emulation.SetScriptExecutionDisabled(!on))
}

// Leave does what leads to another page and waits until that has come.
func (tab *Tab) Leave(act func()) {
	tab.t.Helper()
	tab.Eval(`window.leaving = true`, nil)
	act()
	tab.Until(`!window.leaving && document.readyState === "complete"`)
}

// Click moves the pointer to the middle of an element and presses it. What lies
// over the element gets the click, as it would under a hand.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.Run(chromedp.Click(selector, chromedp.ByQuery))
}

// Type puts the focus into a field and types at its end.
func (tab *Tab) Type(selector, text string) {
	tab.t.Helper()
	tab.Run(chromedp.Focus(selector, chromedp.ByQuery), chromedp.KeyEvent(text))
}

// Press types at whatever has the focus.
func (tab *Tab) Press(keys string) {
	tab.t.Helper()
	tab.Run(chromedp.KeyEvent(keys))
}

// maxTabs is more than any page has stops.
const maxTabs = 250

// TabTo presses Tab until the element has the focus, which must then be seen:
// marked, and inside the window.
func (tab *Tab) TabTo(selector string) {
	tab.t.Helper()
	quoted := strconv.Quote(selector)
	for range maxTabs {
		tab.Press(kb.Tab)
		var there bool
		if tab.Eval(`Boolean(document.activeElement?.matches(`+quoted+`))`, &there); !there {
			continue
		}
		var unseen string
		tab.Eval(focusUnseen, &unseen)
		if unseen != "" {
			tab.t.Errorf("%s at %s: %s", selector, tab.Path(), unseen)
		}
		return
	}
	tab.t.Fatalf("%d times Tab do not lead to %s at %s", maxTabs, selector, tab.where())
}

// focusUnseen says what keeps the eye from the focus, "" when nothing does.
const focusUnseen = `(() => {
	const e = document.activeElement, style = getComputedStyle(e), box = e.getBoundingClientRect();
	const around = e.closest("label, .choice") || e;
	const marked = s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0 || s.boxShadow !== "none";
	if (!e.matches(":focus-visible")) return "the focus is not shown";
	if (!marked(style) && !marked(getComputedStyle(around))) return "the focus has no mark";
	if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) return "the focus lies outside the window";
	return "";
})()`

// Path is where the tab is.
func (tab *Tab) Path() string {
	tab.t.Helper()
	var path string
	tab.Eval(`location.pathname + location.search`, &path)
	return path
}

// Text is what can be read in the page's main part.
func (tab *Tab) Text() string {
	tab.t.Helper()
	var text string
	tab.Eval(`document.querySelector("main").innerText.replace(/\s+/g, " ")`, &text)
	return text
}

// Has waits until the page says words.
func (tab *Tab) Has(words string) {
	tab.t.Helper()
	tab.Until(fmt.Sprintf(`document.querySelector("main")?.innerText.replace(/\s+/g, " ").includes(%q)`, words))
}
