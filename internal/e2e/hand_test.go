package e2e

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/chromedp/chromedp/kb"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/question"
)

// hand is how a person works a page: with a pointer or with keys.
type hand interface {
	// press follows a link or presses a button, and waits for the next page.
	press(selector string)
	// pick chooses a radio button or ticks a box.
	pick(selector string)
	// write types into an empty field.
	write(selector, text string)
	// choose types into a list what its option begins with.
	choose(selector, begins string)
	// nudge presses a button that changes the page in its place, n times.
	nudge(selector string, n int)
}

// pointer points and clicks; it uses the keys for text, and for lists, whose
// open form belongs to the system.
type pointer struct{ *chrome.Tab }

func (h pointer) press(selector string) { h.Leave(func() { h.Click(selector) }) }

// pick hits the words, as most people do, not the little box.
func (h pointer) pick(selector string) {
	i := strings.LastIndex(selector, "input[")
	h.Click(selector[:i] + "label:has(" + selector[i:] + ")")
}

func (h pointer) write(selector, text string) { h.Type(selector, text) }

func (h pointer) choose(selector, begins string) { h.Type(selector, begins) }

func (h pointer) nudge(selector string, n int) {
	for range n {
		h.Click(selector)
	}
}

// keys never touches the pointer: Tab leads to everything.
type keys struct{ *chrome.Tab }

func (h keys) press(selector string) {
	h.TabTo(selector)
	h.Leave(func() { h.Press(kb.Enter) })
}

func (h keys) pick(selector string) {
	var kind string
	h.Eval(fmt.Sprintf(`document.querySelector(%q).type`, selector), &kind)
	if kind == "checkbox" {
		h.TabTo(selector)
		h.Press(" ")
		return
	}
	// Tab stops once in a group of radio buttons; the arrows move in it.
	var group string
	h.Eval(fmt.Sprintf(`document.querySelector(%q).name`, selector), &group)
	h.TabTo(fmt.Sprintf(`input[name="%s"]`, group))
	there := fmt.Sprintf(`document.activeElement.matches(%q)`, selector)
	var at bool
	if h.Eval(there, &at); at {
		h.Press(" ")
	}
	for range 10 {
		if h.Eval(there, &at); at {
			break
		}
		h.Press(kb.ArrowDown)
	}
	h.Until(fmt.Sprintf(`document.querySelector(%q).checked`, selector))
}

func (h keys) write(selector, text string) {
	h.TabTo(selector)
	h.Press(text)
}

func (h keys) choose(selector, begins string) {
	h.TabTo(selector)
	h.Press(begins)
}

func (h keys) nudge(selector string, n int) {
	h.TabTo(selector)
	for range n {
		h.Press(kb.Enter)
	}
}

// answer fills in the controls of a question of a kind; r has the names that the
// page gives to its options and rows. box is a selector of what holds them;
// scripts says whether the page has any.
func answer(tab *chrome.Tab, h hand, box string, k question.Kind, r question.Response, scripts bool) {
	switch {
	case k.Choice():
		for _, id := range r.Choices {
			h.pick(fmt.Sprintf(`%s input[value="%s"]:not([type=hidden])`, box, id))
		}
	case k == question.Numeric:
		h.write(box+" .question-number input", r.Number)
	case k == question.Matching:
		for _, left := range slices.Sorted(maps.Keys(r.Pairs)) {
			list := fmt.Sprintf(`%s select[name$=".%s"]`, box, left)
			var letter string
			tab.Eval(fmt.Sprintf("document.querySelector(`%s option[value=\"%s\"]`).textContent.slice(0, 1)", list, r.Pairs[left]), &letter)
			h.choose(list, letter)
		}
	case k == question.Ordering && scripts:
		order(tab, h, box, r.Order)
	case k == question.Ordering:
		for i, item := range r.Order {
			h.choose(fmt.Sprintf(`%s select[name$=".%s"]`, box, item), fmt.Sprint(i+1))
		}
	default:
		h.write(box+" textarea", strings.ReplaceAll(r.Text, "\n", " "))
	}
}

// order moves rows up until they stand as they should.
func order(tab *chrome.Tab, h hand, box string, want []string) {
	var rows []string
	tab.Eval(fmt.Sprintf(`[...document.querySelectorAll(%q)].map(s => s.name.split(".").pop())`, box+" .question-rows select"), &rows)
	if slices.Equal(rows, want) {
		h.nudge(box+" .question-rows + * + .button-quiet, "+box+" .question-rows + .button-quiet", 1)
		return
	}
	for to, item := range want {
		from := slices.Index(rows, item)
		if from == to {
			continue
		}
		h.nudge(fmt.Sprintf(`%s li:has(select[name$=".%s"]) [data-up]`, box, item), from-to)
		rows = slices.Insert(slices.Delete(rows, from, from+1), to, item)
	}
}
