package chrome

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/testneed"
)

// Script reads axe-core from the file that COCARE_TEST_AXE names, or ends the
// test.
func Script(t testing.TB) string {
	t.Helper()
	body, err := os.ReadFile(testneed.File(t, testneed.Browser, "COCARE_TEST_AXE"))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// The checks of Axe: all of WCAG 2.2 AA, with the enhanced contrast (7:1) that
// the design promises for text, all but the contrast, or only what a theme can change.
const (
	Everything = `{runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, rules: {"color-contrast-enhanced": {enabled: true}}, resultTypes: ["violations"]}`
	Shapes     = `{runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}, rules: {"color-contrast": {enabled: false}}, resultTypes: ["violations"]}`
	Colors     = `{runOnly: {type: "rule", values: ["color-contrast", "color-contrast-enhanced", "link-in-text-block"]}, resultTypes: ["violations"]}`
)

// axeRun leaves labels of filled controls out of the enhanced contrast: they
// keep to 4.5:1.
const axeRun = `(async () => {
	const r = await axe.run(document, %RULES%);
	return JSON.stringify(r.violations
		.map(v => v.id === "color-contrast-enhanced" ? {...v, nodes: v.nodes.filter(n => !document.querySelector(n.target[0]).closest(".button-primary, .qmap"))} : v)
		.filter(v => v.nodes.length > 0)
		.map(v => v.id + ": " + v.nodes.map(n => n.target.join(" ") + " " + n.failureSummary.replace(/\s+/g, " ")).join(" | ")));
})()`

// Axe returns the violations on the page as it stands. script is axe-core, rules
// are Everything, Shapes or Colors.
func (tab *Tab) Axe(script, rules string) []string {
	tab.t.Helper()
	var there bool
	if tab.Eval(`Boolean(window.axe)`, &there); !there {
		tab.Eval(script+"; true", nil)
	}
	out := tab.askAgain(strings.Replace(axeRun, "%RULES%", rules, 1))
	var list []string
	if err := json.Unmarshal([]byte(out), &list); err != nil {
		tab.t.Fatal(err)
	}
	return list
}

// askAgain is Eval of what may be asked twice: once in thousands of times the
// browser's answer never arrives.
func (tab *Tab) askAgain(expression string) (out string) {
	tab.t.Helper()
	const tries = 3
	for try := 1; ; try++ {
		ctx, cancel := context.WithTimeout(tab.ctx, patience/tries)
		err := chromedp.Run(ctx, chromedp.Evaluate(expression, &out, Await))
		cancel()
		if err == nil {
			return out
		}
		// Nor does it while a page gives way to the next, as one that waits for a payment.
		if try == tries || !errors.Is(err, context.DeadlineExceeded) && !strings.Contains(err.Error(), "properties of null") {
			tab.t.Fatalf("%v, at %s", err, tab.where())
		}
	}
}

// Wider returns what sticks out of a window that should scroll downward only,
// "" when nothing does.
func (tab *Tab) Wider() string {
	tab.t.Helper()
	return tab.askAgain(`document.documentElement.scrollWidth > innerWidth ?
		"the page is " + document.documentElement.scrollWidth + " px wide in a window of " + innerWidth + "\n" +
		[...document.querySelectorAll("main *, header *, footer *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join("\n") : ""`)
}

// Shot saves the whole page as name.jpg in the folder that COCARE_TEST_SHOTS
// names, if it does.
func (tab *Tab) Shot(name string) {
	tab.t.Helper()
	dir := os.Getenv("COCARE_TEST_SHOTS")
	if dir == "" {
		return
	}
	var shot []byte
	tab.Run(chromedp.FullScreenshot(&shot, 85))
	if err := os.WriteFile(filepath.Join(dir, name+".jpg"), shot, 0o600); err != nil {
		tab.t.Fatal(err)
	}
}
