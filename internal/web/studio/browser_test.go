package studio_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// hand is somebody at the editor.
type hand struct {
	*chrome.Tab
	w    *world
	site string
}

// sits opens a file in a browser of a person's own.
func (w *world) sits(b *chrome.Browser, person, path string) hand {
	w.t.Helper()
	h := hand{b.Tab(w.t), w, w.As(person)}
	h.Size(1280, 900)
	h.Open(h.site + file(path))
	return h
}

// writes types at the end of the text.
func (h hand) writes(text string) {
	h.w.t.Helper()
	h.Eval(`(() => { const a = document.querySelector("#f-body"); a.focus(); a.setSelectionRange(a.value.length, a.value.length); })()`, nil)
	h.Press(text)
}

// typed is what stands in the field.
func (h hand) typed() (text string) {
	h.w.t.Helper()
	h.Eval(`document.querySelector("#f-body").value`, &text)
	return text
}

// holds waits until the text is this.
func (h hand) holds(text string) {
	h.w.t.Helper()
	h.Until(`document.querySelector("#f-body").value === ` + strconv.Quote(text))
}

// says waits until the state does.
func (h hand) says(text string) {
	h.w.t.Helper()
	h.Until(`document.querySelector("[data-studio-state]").textContent.includes(` + strconv.Quote(text) + `)`)
}

// has waits until the draft holds a text.
func (w *world) has(path, text string) {
	w.t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if strings.Contains(string(w.opened(path).Content), text) {
			return
		}
	}
	w.t.Fatalf("%s does not hold %q: %q", path, text, w.opened(path).Content)
}

func (h hand) clean() {
	h.w.t.Helper()
	for _, line := range h.Said() {
		if !strings.Contains(line, "ERR_EMPTY_RESPONSE") && !strings.Contains(line, "status of 4") {
			h.w.t.Errorf("the console says %s", line)
		}
	}
}

func TestTypingShowsThePreviewAndIsSaved(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := w.sits(b, "ira", w.lesson())
	h.writes("\n\nA line of *mine*.")
	h.Until(`document.querySelector("[data-studio-preview]").innerHTML.includes("A line of <em>mine</em>.")`)
	h.Until(`document.querySelector("[data-studio-findings]").innerText.includes("1 mistake stops publishing")`)
	var seen bool
	h.Eval(`(() => { const p = document.querySelector("[data-studio-preview]"), e = p.lastElementChild.getBoundingClientRect(); return e.top < p.getBoundingClientRect().bottom; })()`, &seen)
	if !seen {
		t.Error("the preview does not show the place that is written")
	}
	h.says("Saved ")
	w.has(w.lesson(), "A line of *mine*.")
	h.writes(" {.plain}")
	h.says("Saved ")
	w.has(w.lesson(), "A line of *mine*. {.plain}")
	h.Until(`document.querySelector("[data-studio-findings]").innerText.includes("Nothing is wrong")`)
	if draft, err := w.courses.Draft(t.Context(), slug); err != nil || draft.Seq < 2 {
		t.Errorf("%+v, %v", draft, err)
	}
	var kept int
	if h.Eval(`Object.keys(localStorage).length`, &kept); kept != 0 {
		t.Errorf("%d texts stay in the browser though they are saved", kept)
	}
	h.Leave(func() { h.Click("button[value=save]") })
	h.Has("Nothing is wrong with this file")
	h.clean()
}

func TestButtonsAndKeysWrite(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := w.sits(b, "ira", card)
	h.Eval(`(() => { const a = document.querySelector("#f-body"); a.focus(); a.select(); })()`, nil)
	h.Until(`document.querySelector("form[data-studio]").desk.act`)
	h.Press("one two")
	h.Eval(`document.querySelector("#f-body").setSelectionRange(0, 3)`, nil)
	h.Click(`[data-studio-write=bold]`)
	h.holds("**one** two")
	h.Eval(`document.execCommand("undo")`, nil)
	h.holds("one two")
	h.Run(chromedp.KeyEvent("i", chromedp.KeyModifiers(2)))
	h.holds("*one* two")
	h.Click(`[data-studio-write=list]`)
	h.holds("- *one* two")
	h.Eval(`(() => { const a = document.querySelector("#f-body"); a.setSelectionRange(a.value.length, a.value.length); })()`, nil)
	h.Run(chromedp.KeyEvent("k", chromedp.KeyModifiers(2)))
	h.Until(`document.querySelectorAll("[data-studio-text]").length > 5`)
	h.Press("feedback")
	h.Until(`document.querySelectorAll("[data-studio-text]").length === 1`)
	h.Press("\r")
	h.Until(`!document.querySelector("dialog").open`)
	h.holds("- *one* two [@P-06]")
	h.Click(`[data-studio-find=box]`)
	h.Until(`document.querySelectorAll("[data-studio-text]").length > 5`)
	h.Click(`[data-studio-text^="::: practice"]`)
	h.Press("Ask.")
	h.holds("- *one* two [@P-06]\n\n::: practice\nAsk.\n:::\n")
	h.clean()
}

// wire serves everything to one person, until it is cut.
type wire struct {
	w      *world
	person string
	cut    atomic.Bool
}

func (l *wire) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	if l.cut.Load() {
		panic(http.ErrAbortHandler) // how a server breaks off
	}
	r.Header.Set(area.Person, l.person)
	l.w.ServeHTTP(rw, r)
}

func TestACutConnectionKeepsTheText(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	l := &wire{w: w, person: "ira"}
	srv := httptest.NewServer(l)
	t.Cleanup(srv.Close)
	h := hand{b.Tab(t), w, srv.URL}
	h.Open(h.site + file(card))
	l.cut.Store(true)
	h.writes("Kept here. ")
	h.says("Not saved: no connection. Your text is kept in this browser.")
	l.cut.Store(false)
	h.says("Saved ")
	w.has(card, "Kept here.")

	l.cut.Store(true)
	h.writes("Kept for later.")
	h.says("Not saved: no connection.")
	w2 := h.typed()
	h.Run(chromedp.Navigate("about:blank"))
	time.Sleep(300 * time.Millisecond) // what the page sent last has been refused
	l.cut.Store(false)
	h.Open(h.site + file(card))
	h.Has("This browser kept a text of this file that was not saved")
	if got := h.typed(); strings.Contains(got, "for later") {
		t.Errorf("it is put there unasked: %q", got)
	}
	h.Click("[data-studio-kept] button")
	if got := h.typed(); got != w2 {
		t.Errorf("offered %q, not %q", got, w2)
	}
	h.says("Saved ")
	w.has(card, "Kept for later.")
	h.Open(h.site + file(card))
	h.Until(`document.querySelector("[data-studio-kept]").hidden`)
	h.clean()
}

func TestTwoSeeOneAnother(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	const begin = "one\n\ntwo\n\nthree\n\nfour\n"
	w.auto("adam", card, "1", begin, 200)
	ira := w.sits(b, "ira", card)
	ida := w.sits(b, "ida", card)
	ida.Has("Ira Stone has this file open")
	ira.Eval(`(() => { const a = document.querySelector("#f-body"); a.focus(); a.setSelectionRange(3, 3); })()`, nil)
	ira.Press(" of Ira")
	ira.says("Saved ")
	ira.Has("Ida Moss has this file open")
	ida.writes("five of Ida\n")
	ida.says("Other lines were changed elsewhere; they are in the text now.")
	if got := ida.typed(); got != "one of Ira\n\ntwo\n\nthree\n\nfour\nfive of Ida\n" {
		t.Errorf("Ida sees %q", got)
	}
	var caret int
	if ida.Eval(`document.querySelector("#f-body").selectionStart`, &caret); caret != len(ida.typed()) {
		t.Errorf("the caret went to %d", caret)
	}
	// Ira is told within the next sign; here she writes.
	ira.Press("!")
	ira.says("they are in the text now")
	if got := ira.typed(); got != "one of Ira!\n\ntwo\n\nthree\n\nfour\nfive of Ida\n" {
		t.Errorf("Ira sees %q", got)
	}
	if ira.Eval(`document.querySelector("#f-body").selectionStart`, &caret); caret != len("one of Ira!") {
		t.Errorf("the caret went to %d", caret)
	}
	// Both write into one line.
	w.auto("adam", card, strconv.FormatInt(w.opened(card).Seq, 10), strings.Replace(ira.typed(), "two", "two of Adam", 1), 200)
	ira.Eval(`(() => { const a = document.querySelector("#f-body"), at = a.value.indexOf("two") + 3; a.setSelectionRange(at, at); })()`, nil)
	ira.Press(" of Ira")
	ira.says("Press Save to choose what stays.")
	if !strings.Contains(ira.typed(), "two of Ira") || strings.Contains(string(w.opened(card).Content), "two of Ira") {
		t.Error("a clash lost or saved something")
	}
	ira.Leave(func() { ira.Click("button[value=save]") })
	ira.Has("Two changes of one place")
	ira.Has("two of Adam")
	ira.clean()
	ida.clean()
}

// TestPastingFromAWordProcessor: as the browser hands over what was copied there.
func TestPastingFromAWordProcessor(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	w.auto("ira", card, "1", "One line.\n", 200)
	h := w.sits(b, "ira", card)
	h.writes("")
	h.Eval(`(() => {
		const data = new DataTransfer();
		data.setData("text/html", `+strconv.Quote(fromWord)+`);
		data.setData("text/plain", "Head Some bold words");
		return document.querySelector("#f-body").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`, nil)
	h.Until(`document.querySelector("#f-body").value === "One line.\n\n## Head\n\nSome **bold** words\n"`)
	told := `document.querySelector("[data-studio-told]").textContent`
	h.Until(told + `.includes("Left out: 1 picture")`)
	w.has(card, "## Head\n\nSome **bold** words")
	h.says("Saved ") // which takes nothing away that was said of the paste
	var words string
	if h.Eval(told, &words); !strings.Contains(words, "Left out: 1 picture") {
		t.Errorf("it says %q", words)
	}
	h.Click("[data-studio-told] button")
	h.Until(`document.querySelector("[data-studio-told]").hidden`)
	h.Eval(`(() => {
		const data = new DataTransfer();
		data.setData("text/html", "<blockquote>".repeat(600) + "<b>Deep</b>");
		data.setData("text/plain", "Deep");
		return document.querySelector("#f-body").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`, nil)
	h.Until(told + `.includes("Pasted as plain words")`)
	w.has(card, "Deep")
	h.clean()
}

// TestWithoutScriptsItIsAForm: text, preview and save, by the keyboard alone.
func TestWithoutScriptsItIsAForm(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := hand{b.Tab(t), w, w.As("ira")}
	h.Scripts(false)
	h.Open(h.site + file(card))
	h.TabTo("#f-body")
	h.Press("Typed without scripts. ")
	h.TabTo("button[value=preview]")
	h.Leave(func() { h.Press("\r") })
	h.Has("Not saved yet")
	h.Has("Typed without scripts.")
	h.TabTo("button[value=save]")
	h.Leave(func() { h.Press("\r") })
	w.has(card, "Typed without scripts.")
	h.clean()
}

// TestPastingOverEverythingKeepsTheHead: the lines by which the course knows a lesson
// do not go with what is pasted or typed over all of it.
func TestPastingOverEverythingKeepsTheHead(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := w.sits(b, "ira", w.lesson())
	h.Eval(`(() => {
		const area = document.querySelector("#f-body");
		area.focus();
		area.select();
		const data = new DataTransfer();
		data.setData("text/html", `+strconv.Quote(fromWord)+`);
		data.setData("text/plain", "Head Some bold words");
		return area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
	})()`, nil)
	h.Until(`/^---\nid: [^]*\n---\n\n## Head\n\nSome \*\*bold\*\* words\n$/.test(document.querySelector("#f-body").value)`)
	h.says("Saved ")
	w.has(w.lesson(), "## Head")
	h.Eval(`(() => { const area = document.querySelector("#f-body"); area.focus(); area.select(); })()`, nil)
	h.Press("Plain words.")
	h.Until(`/^---\nid: [^]*\n---\n\nPlain words\.$/.test(document.querySelector("#f-body").value)`)
	h.Until(`document.querySelector("[data-studio-told]").textContent.includes("they are put back")`)
	w.has(w.lesson(), "---\n\nPlain words.")
	h.clean()
}

// TestALineIsFound: a link with a line selects it, and so does one beside the text.
func TestALineIsFound(t *testing.T) {
	b := chrome.Start(t)
	w := newWorld(t)
	h := w.sits(b, "ira", w.lesson())
	selected := `(() => { const a = document.querySelector("#f-body"); return a.value.slice(a.selectionStart, a.selectionEnd); })()`
	h.Open(h.site + file(w.lesson()) + "&line=2")
	h.Until(selected + `.startsWith("id: ")`)
	h.writes("\n\nAll <b>raw</b>.")
	h.Until(`document.querySelector("[data-studio-findings] a[data-studio-line]")`)
	h.Click("[data-studio-findings] a[data-studio-line]")
	h.Until(selected + ` === "All <b>raw</b>."`)
	h.clean()
}
