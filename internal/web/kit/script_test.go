package kit_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apptest/chrome"
	"github.com/atmacena/cocare/internal/web/kit"
)

// desk takes what the scripts send. It answers with status, once set.
type desk struct {
	sync.Mutex
	status int
	posts  []string
}

func (d *desk) post(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	d.Lock()
	defer d.Unlock()
	d.posts = append(d.posts, c.Path()+" "+f.Values.Encode())
	if d.status != 0 {
		return c.JSON(d.status, map[string]string{"error": "The exam is over."})
	}
	return c.JSON(http.StatusOK, map[string]string{"clock": "21:04", "total": "13 min"})
}

func (d *desk) answer(status int) {
	d.Lock()
	defer d.Unlock()
	d.status = status
}

func (d *desk) take() []string {
	d.Lock()
	defer d.Unlock()
	posts := d.posts
	d.posts = nil
	return posts
}

const scriptPage = `<form method="post" action="/sent" data-autosave="/saved" id="exam">
<input type="hidden" name="attempt" value="a1"><p data-saved role="status"></p>
<fieldset data-question="q1"><legend>One</legend><label><input type="radio" name="q1" value="a" id="q1a">A</label><label><input type="radio" name="q1" value="b" id="q1b">B</label></fieldset>
<fieldset data-question="q2"><legend>Two</legend><label>Text<textarea name="q2" id="q2"></textarea></label></fieldset>
<div data-question="q3"><fieldset class="question-ordering"><legend>Three</legend><ul class="question-rows">
<li><select name="q3.x" id="q3x" aria-label="Position of: X"><option value="">–</option><option>1</option><option>2</option></select> <span>X</span></li>
<li><select name="q3.y" id="q3y" aria-label="Position of: Y"><option value="">–</option><option>1</option><option>2</option></select> <span>Y</span></li></ul></fieldset></div>
<button id="hand-in">Hand in</button></form>
<form method="post" action="/revoked" data-confirm="Revoke certificate 7Q2K?" data-confirm-label="Revoke"><button id="revoke">Revoke …</button></form>
<p>Cited<sup class="cite"><a href="#ref-1" id="cite">1</a></sup></p><ol><li id="ref-1">Rush 2006</li></ol>`

func scriptApp(t *testing.T) (*httptest.Server, *desk) {
	t.Helper()
	a := newApp(t, map[string]string{"s/read": page("Read", `<article data-active-url="/active" data-active-token="t1">Text</article>`), "s/s": page("S", scriptPage), "s/sent": page("Sent", "<h1>Sent</h1>")})
	d := &desk{}
	show := func(name string) echo.HandlerFunc {
		return func(c echo.Context) error { return kit.Render(c, 200, name, nil) }
	}
	sent := func(c echo.Context) error {
		if err := d.post(c); err != nil {
			return err
		}
		return nil
	}
	kit.Register(a.Echo, []kit.Route{
		{Method: "GET", Path: "/s", Name: "s", Role: kit.Anyone, Handler: show("s/s")},
		{Method: "GET", Path: "/read", Name: "read", Role: kit.Anyone, Handler: show("s/read")},
		{Method: "POST", Path: "/saved", Name: "saved", Role: kit.Anyone, Handler: d.post},
		{Method: "POST", Path: "/active", Name: "active", Role: kit.Anyone, Handler: d.post},
		{Method: "POST", Path: "/sent", Name: "sent", Role: kit.Anyone, Handler: sent},
		{Method: "POST", Path: "/revoked", Name: "revoked", Role: kit.Anyone, Handler: sent},
	})
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	return srv, d
}

const status = `document.querySelector("[data-saved]").textContent`

func says(text string) chromedp.Action {
	body, err := json.Marshal(text)
	if err != nil {
		panic(err)
	}
	return chromedp.Poll(status+".includes("+string(body)+")", nil)
}

// at waits until the browser is on a page; asking during the change fails.
func at(path string) chromedp.Action {
	return chromedp.ActionFunc(func(ctx context.Context) error {
		for range 100 {
			var got string
			if err := chromedp.Evaluate(`location.pathname`, &got).Do(ctx); err == nil && got == path {
				return nil
			}
			time.Sleep(50 * time.Millisecond)
		}
		return fmt.Errorf("the browser did not get to %s", path)
	})
}

func TestScripts(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	srv, d := scriptApp(t)
	run := tab.Run
	want := func(posts ...string) {
		t.Helper()
		if got := d.take(); strings.Join(got, "\n") != strings.Join(posts, "\n") {
			t.Errorf("sent\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(posts, "\n"))
		}
	}

	run(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(srv.URL+"/s"), chromedp.Click("#q1b"), says("Saved 21:04"))
	want("/saved attempt=a1&q1=b")
	run(chromedp.SendKeys("#q2", "Hello"), chromedp.Poll(status+` === "Saving…" || `+status+` === "Saved 21:04"`, nil), chromedp.Sleep(1200*time.Millisecond), says("Saved 21:04"))
	want("/saved attempt=a1&q2=Hello")

	// A failing server: the answer stays on this device, and is sent again.
	d.answer(http.StatusInternalServerError)
	run(chromedp.Click("#q1a"), says("Not saved yet"))
	d.answer(0)
	run(says("Saved 21:04"))
	want("/saved attempt=a1&q1=a", "/saved attempt=a1&q1=a")
	d.answer(http.StatusServiceUnavailable)
	run(chromedp.Click("#q1b"), says("Not saved yet"))
	d.answer(0)
	d.take()
	run(chromedp.Navigate(srv.URL+"/s"), says("Saved 21:04"))
	want("/saved attempt=a1&q1=b")
	var left int
	run(chromedp.Evaluate(`localStorage.length`, &left))
	if left != 0 {
		t.Errorf("%d answers left behind", left)
	}
	d.answer(http.StatusConflict)
	run(chromedp.Click("#q1a"), says("Not saved. The exam is over."))
	d.answer(0)
	d.take()

	// Ordering by buttons writes the position lists.
	run(chromedp.Navigate(srv.URL+"/s"), chromedp.Click(`[aria-label="Move down: X"]`), says("Saved 21:04"))
	want("/saved attempt=a1&q3.x=2&q3.y=1")

	// A reference is shown on focus and goes away with Escape.
	run(chromedp.Focus("#cite"), chromedp.Poll(`document.querySelector(".pop:popover-open")?.textContent === "Rush 2006"`, nil),
		chromedp.KeyEvent("\x1b"), chromedp.Poll(`!document.querySelector(".pop:popover-open")`, nil))

	// A destructive form asks once; a form is sent once, however often clicked.
	run(chromedp.Click("#revoke"), chromedp.Poll(`document.querySelector("dialog[open] h2")?.textContent === "Revoke certificate 7Q2K?"`, nil),
		chromedp.Evaluate(`[...document.querySelectorAll("dialog button")].find(b => b.textContent === "Cancel").click()`, nil), chromedp.Poll(`!document.querySelector("dialog")`, nil))
	want()
	run(chromedp.Click("#revoke"), chromedp.Poll(`!!document.querySelector("dialog[open]")`, nil),
		chromedp.Evaluate(`document.querySelector("dialog .button-danger").click()`, nil), at("/revoked"))
	want("/revoked ")
	run(chromedp.Navigate(srv.URL+"/s"), chromedp.Evaluate(`document.querySelector("#hand-in").click(); document.querySelector("#hand-in").click()`, nil), at("/sent"))
	want("/sent attempt=a1&q2=&q3.x=&q3.y=")

	// Active time is sent when the page is left, by whole seconds.
	run(chromedp.Navigate(srv.URL+"/read"), chromedp.Sleep(2600*time.Millisecond), chromedp.Navigate(srv.URL+"/s"), chromedp.Sleep(300*time.Millisecond))
	if got := d.take(); len(got) != 1 || !regexp.MustCompile(`^/active page=[0-9a-f-]{36}&seconds=[23]&seq=1&token=t1$`).MatchString(got[0]) {
		t.Errorf("active time: %q", got)
	}

	// The theme changes in place and is kept for the next page.
	run(chromedp.Navigate(srv.URL+"/s"), chromedp.Click(`.theme [value="dark"]`), chromedp.Poll(`document.documentElement.dataset.theme === "dark"`, nil),
		chromedp.Sleep(200*time.Millisecond), chromedp.Navigate(srv.URL+"/s"), chromedp.Poll(`document.documentElement.dataset.theme === "dark"`, nil))
}
