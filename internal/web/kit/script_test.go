package kit_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/web/kit"
)

// desk takes what the scripts send. It answers with status, once set, and not
// before hold is closed, if there is one.
type desk struct {
	sync.Mutex
	t      *testing.T
	status int
	hold   chan struct{}
	posts  []string
}

func (d *desk) post(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	d.Lock()
	d.posts = append(d.posts, c.Path()+" "+f.Values.Encode())
	status, hold := d.status, d.hold
	d.Unlock()
	if hold != nil {
		<-hold
	}
	if status != 0 {
		return c.JSON(status, map[string]string{"error": "The exam is over."})
	}
	return c.JSON(http.StatusOK, map[string]string{"clock": "21:04", "total": "13 min"})
}

func (d *desk) set(status int, hold chan struct{}) {
	d.Lock()
	defer d.Unlock()
	d.status, d.hold = status, hold
}

func (d *desk) take() []string {
	d.Lock()
	defer d.Unlock()
	posts := d.posts
	d.posts = nil
	return posts
}

// got waits until as many posts have come, and holds them against want, each a
// regular expression.
func (d *desk) got(want ...string) {
	d.t.Helper()
	count := func() int {
		d.Lock()
		defer d.Unlock()
		return len(d.posts)
	}
	for end := time.Now().Add(20 * time.Second); count() < len(want) && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	posts := d.take()
	ok := len(posts) == len(want)
	for i := range want {
		ok = ok && regexp.MustCompile("^"+want[i]+"$").MatchString(posts[i])
	}
	if !ok {
		d.t.Errorf("sent\n%s\nwant\n%s", strings.Join(posts, "\n"), strings.Join(want, "\n"))
	}
}

const scriptPage = `<form method="post" action="/sent" data-autosave="/saved" data-autosave-owner="ana" id="exam">
<input type="hidden" name="attempt" value="a1"><p data-saved role="status"></p>
<fieldset data-question="q1"><legend>One</legend><label><input type="radio" name="q1" value="a" id="q1a">A</label><label><input type="radio" name="q1" value="b" id="q1b">B</label></fieldset>
<fieldset data-question="q2"><legend>Two</legend><label>Text<textarea name="q2" id="q2"></textarea></label></fieldset>
<div data-question="q3"><fieldset class="question-ordering"><legend>Three</legend><ul class="question-rows">
<li><select name="q3.x" id="q3x" aria-label="Position of: X"><option value="">–</option><option>1</option><option>2</option></select> <span>X</span></li>
<li><select name="q3.y" id="q3y" aria-label="Position of: Y"><option value="">–</option><option>1</option><option>2</option></select> <span>Y</span></li></ul></fieldset></div>
<button id="hand-in">Hand in</button></form>
<form method="post" action="/revoked" data-confirm="Revoke certificate 7Q2K?" data-confirm-label="Revoke"><button id="revoke">Revoke …</button></form>
<p>Cited<sup class="cite"><a href="#ref-1" id="cite">1</a></sup></p><ol><li id="ref-1">Rush 2006</li></ol>`

// overPage is a page on which nothing is answered, but everything handed in.
const overPage = `<form method="post" action="/sent" data-autosave-wait><button id="submit">Submit</button></form>
<p data-saved role="status" data-autosave-owner="ana" data-autosave-scope="/sav" data-autosave-reload></p>`

// learning is a page of the learner's, with the scripts of that area.
func learning(title, content string) string {
	return page(title, content) + `{{define "head"}}<script type="module" src="{{asset "js/learn.js"}}"></script>{{end}}`
}

func scriptApp(t *testing.T) (*httptest.Server, *desk) {
	t.Helper()
	a := newApp(t, map[string]string{"s/read": learning("Read", `<article data-active-url="/active">Text</article>`), "s/s": learning("S", scriptPage),
		"s/over": learning("Over", overPage), "s/typed": learning("Typed", strings.Replace(scriptPage, `id="exam"`, `id="exam" data-autosave-typed`, 1)), "s/sent": page("Sent", "<h1>Sent</h1>")})
	d := &desk{t: t}
	show := func(name string) echo.HandlerFunc {
		return func(c echo.Context) error { return kit.Render(c, 200, name, nil) }
	}
	var routes []kit.Route
	for _, name := range []string{"read", "s", "over", "typed"} {
		routes = append(routes, kit.Route{Method: "GET", Path: "/" + name, Name: name, Role: kit.Anyone, Handler: show("s/" + name)})
	}
	for _, name := range []string{"saved", "active", "sent", "revoked"} {
		routes = append(routes, kit.Route{Method: "POST", Path: "/" + name, Name: name + ".post", Role: kit.Anyone, Handler: d.post})
	}
	kit.Register(a.Echo, routes)
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	return srv, d
}

// fakeTime stops the page's timers and its clock; pass(ms) moves them.
const fakeTime = `(() => {
	const timers = new Map();
	let now = 0, last = 0;
	const start = (again) => (fn, ms = 0) => {
		timers.set(++last, { fn, ms, again, at: now + ms });
		return last;
	};
	window.setTimeout = start(false);
	window.setInterval = start(true);
	window.clearTimeout = window.clearInterval = (id) => timers.delete(id);
	performance.now = () => now;
	window.pass = (ms) => {
		const end = now + ms;
		for (;;) {
			const due = [...timers].filter(([, t]) => t.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
			if (!due) break;
			const [id, t] = due;
			now = t.at;
			if (t.again) t.at += t.ms;
			else timers.delete(id);
			t.fn();
		}
		now = end;
	};
})()`

const status = `document.querySelector("[data-saved]").textContent`

// hand drives a tab whose time stands still.
type hand struct {
	*chrome.Tab
	url string
}

func newHand(t *testing.T, url string) hand {
	t.Helper()
	h := hand{chrome.Start(t).Tab(t), url}
	h.Run(emulation.SetFocusEmulationEnabled(true), chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdppage.AddScriptToEvaluateOnNewDocument(fakeTime).Do(ctx)
		return err
	}))
	h.Size(1280, 900)
	return h
}

func (h hand) open(path string) { h.Run(chromedp.Navigate(h.url + path)) }

func (h hand) click(id string) { h.Run(chromedp.Click(id)) }

// pass moves the page's time and returns what the status says in that moment.
func (h hand) pass(ms string) (says string) {
	h.Eval("pass("+ms+"), "+status, &says)
	return says
}

func (h hand) says(text string) { h.Until(status + ".includes(" + strconv.Quote(text) + ")") }

func (h hand) kept() (n int) {
	h.Eval(`localStorage.length`, &n)
	return n
}

func TestAutosave(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)

	h.open("/s")
	h.click("#q1b")
	h.pass("0")
	h.says("Saved 21:04")
	d.got("/saved attempt=a1&q1=b")
	h.Run(chromedp.SendKeys("#q2", "Hello"))
	if says := h.pass("799"); says != "Saved 21:04" {
		t.Errorf("while somebody types: %q", says)
	}
	h.pass("1")
	h.says("Saved 21:04")
	d.got("/saved attempt=a1&q2=Hello")

	// A failing server: the answer stays on this device, and is sent again.
	d.set(http.StatusInternalServerError, nil)
	h.click("#q1a")
	h.pass("0")
	h.says("Not saved yet")
	d.set(0, nil)
	h.pass("2000")
	h.says("Saved 21:04")
	d.got("/saved attempt=a1&q1=a", "/saved attempt=a1&q1=a")

	// However often it is tried, one timer waits for the next time.
	d.set(http.StatusServiceUnavailable, nil)
	h.click("#q1b")
	h.pass("0")
	for range 3 { // after 2, 4 and 8 seconds
		h.says("Not saved yet")
		h.Eval(`dispatchEvent(new Event("online"))`, nil)
	}
	h.says("Not saved yet")
	if says := h.pass("15000"); !strings.HasPrefix(says, "Not saved yet") {
		t.Errorf("a timer of an earlier try: %q", says)
	}
	d.set(0, nil)
	h.pass("1000")
	h.says("Saved 21:04")
	d.got(slices.Repeat([]string{"/saved attempt=a1&q1=b"}, 5)...)

	// What is final is not tried again.
	d.set(http.StatusConflict, nil)
	h.click("#q1a")
	h.pass("0")
	h.says("Not saved. The exam is over.")
	h.pass("60000")
	d.got("/saved attempt=a1&q1=a")
	if n := h.kept(); n != 0 {
		t.Errorf("%d answers left behind", n)
	}

	// Ordering by buttons writes the position lists.
	d.set(0, nil)
	h.open("/s")
	h.click(`[aria-label="Move down: X"]`)
	h.pass("0")
	h.says("Saved 21:04")
	d.got("/saved attempt=a1&q3.x=2&q3.y=1")
}

// TestTypingWithoutARestIsSaved every five seconds.
func TestTypingWithoutARestIsSaved(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)
	h.open("/s")
	for range 2 {
		for range 7 {
			h.Run(chromedp.SendKeys("#q2", "a"))
			h.pass("700")
		}
		d.got() // 4.9 s after the first letter
		h.Run(chromedp.SendKeys("#q2", "b"))
		h.pass("100")
		h.says("Saved 21:04")
		d.got("/saved attempt=a1&q2=(a{7}b)+")
	}
	h.pass("60000")
	d.got() // nothing was left to send
}

// leave answers the first question while nothing can be saved, and goes to a
// page that saves nothing.
func (h hand) leave(d *desk) {
	d.set(http.StatusServiceUnavailable, nil)
	h.open("/s")
	h.click("#q1b")
	h.pass("0")
	h.says("Not saved yet")
	h.open("/read")
	d.got("/saved attempt=a1&q1=b", "/saved attempt=a1&q1=b") // the second one as the page was left
}

// TestAnUnsentAnswerComesBack into its control, and is sent.
func TestAnUnsentAnswerComesBack(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)
	h.leave(d)
	h.open("/s")
	h.says("Not saved yet")
	h.Run(chromedp.SendKeys("#q2", "Hello & more"))
	h.open("/read") // in the middle of a word
	d.got("/saved .*", "/saved .*", "/saved .*")
	d.set(0, nil)
	h.open("/s")
	h.says("Saved 21:04")
	var shown string
	h.Eval(`document.querySelector("#q1b").checked + " " + document.querySelector("#q2").value`, &shown)
	if shown != "true Hello & more" || h.kept() != 0 {
		t.Errorf("the page shows %q, %d left behind", shown, h.kept())
	}
	d.got("/saved attempt=a1&q[12]=.*", "/saved attempt=a1&q[12]=.*")

	// A page that shows what was typed since is not overwritten.
	h.leave(d)
	d.set(0, nil)
	h.open("/typed")
	h.Eval(`String(document.querySelector("#q1b").checked)`, &shown)
	if shown != "false" || h.kept() != 0 {
		t.Errorf("the page shows %q, %d left behind", shown, h.kept())
	}
	d.got()
}

// TestWhatAnotherPersonLeftIsDropped, and never sent.
func TestWhatAnotherPersonLeftIsDropped(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)
	h.leave(d)
	d.set(0, nil)
	h.Eval(`for (const key of Object.keys(localStorage)) {
		localStorage.setItem(key.replace("autosave ana", "autosave ben"), localStorage.getItem(key));
		localStorage.removeItem(key);
	}`, nil)
	if n := h.kept(); n != 1 {
		t.Fatalf("%d left", n)
	}
	h.open("/s")
	var shown string
	h.Eval(`document.querySelector("#q1b").checked + " " + `+status, &shown)
	if shown != "false " || h.kept() != 0 {
		t.Errorf("the page shows %q, %d left behind", shown, h.kept())
	}
	d.got()
}

// TestNothingIsHandedInBeforeAllIsSaved on the page that hands in.
func TestNothingIsHandedInBeforeAllIsSaved(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)
	h.leave(d)
	h.open("/over")
	h.says("Not everything on this device is saved yet")
	var says string
	h.Eval(`document.querySelector("#submit").click(), `+status, &says)
	if !strings.HasPrefix(says, "Not submitted yet") {
		t.Errorf("%q", says)
	}
	h.says("Not everything on this device is saved yet")
	d.got("/saved attempt=a1&q1=b", "/saved attempt=a1&q1=b")
	d.set(0, nil)
	h.Eval(`window.before = true`, nil)
	h.pass("30000")
	h.Until(`!window.before && document.querySelector("#submit")`) // loaded again
	if n := h.kept(); n != 0 {
		t.Errorf("%d left behind", n)
	}
	h.click("#submit")
	h.Until(`location.pathname === "/sent"`)
	d.got("/saved attempt=a1&q1=b", "/sent ")
}

// TestTheLastChangeIsSentAsThePageIsLeft, although one before it is under way.
func TestTheLastChangeIsSentAsThePageIsLeft(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)
	hold := make(chan struct{})
	d.set(0, hold)
	h.open("/s")
	h.Run(chromedp.SendKeys("#q2", "one"))
	h.pass("800")
	d.got("/saved attempt=a1&q2=one")
	h.Run(chromedp.SendKeys("#q2", " two"))
	h.open("/read")
	d.got(`/saved attempt=a1&q2=one\+two`)
	close(hold)
}

func TestScripts(t *testing.T) {
	srv, d := scriptApp(t)
	h := newHand(t, srv.URL)

	// A reference is shown on focus and goes away with Escape.
	h.open("/s")
	h.Run(chromedp.Focus("#cite"))
	h.pass("200")
	h.Until(`document.querySelector(".pop:popover-open")?.textContent === "Rush 2006"`)
	h.Run(chromedp.KeyEvent("\x1b"))
	h.Until(`!document.querySelector(".pop:popover-open")`)

	// A destructive form asks once; a form is sent once, however often clicked.
	h.click("#revoke")
	h.Until(`document.querySelector("dialog[open] h2")?.textContent === "Revoke certificate 7Q2K?"`)
	h.Eval(`[...document.querySelectorAll("dialog button")].find(b => b.textContent === "Cancel").click()`, nil)
	h.Until(`!document.querySelector("dialog")`)
	d.got()
	h.click("#revoke")
	h.Until(`document.querySelector("dialog[open]")`)
	h.Eval(`document.querySelector("dialog .button-danger").click()`, nil)
	h.Until(`location.pathname === "/revoked"`)
	d.got("/revoked ")
	h.open("/s")
	h.Eval(`document.querySelector("#hand-in").click(), document.querySelector("#hand-in").click()`, nil)
	h.Until(`location.pathname === "/sent"`)
	d.got("/sent attempt=a1&q2=&q3.x=&q3.y=")

	// Active time is sent when the page is left, by whole seconds as they were counted.
	h.open("/read")
	h.Eval(`pass(2600)`, nil)
	h.open("/s")
	d.got("/active page=[0-9a-f-]{36}&seconds=2&seq=1")

	// The theme changes in place and is kept for the next page.
	h.click(`.theme [value="dark"]`)
	h.Until(`document.documentElement.dataset.theme === "dark"`)
	h.Until(`performance.getEntriesByType("resource").some((e) => e.name.endsWith("/theme") && e.responseEnd > 0)`)
	h.open("/s")
	h.Until(`document.documentElement.dataset.theme === "dark"`)
}
