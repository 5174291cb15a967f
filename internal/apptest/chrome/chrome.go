// Package chrome drives headless Chromium for tests: tabs with cookies of their
// own, what they load, what their console says, and what axe-core finds.
//
// Tests that use it need "browser" (see package testneed).
package chrome

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/testneed"
)

// patience bounds one call of Run.
const patience = 45 * time.Second

// startFor is how long Chromium may take to start, where several do at once.
const startFor = 2 * time.Minute

// Browser is a running Chromium.
type Browser struct{ ctx context.Context }

// Start runs Chromium until the test ends, or ends the test where there is none.
func Start(t testing.TB) *Browser {
	t.Helper()
	ctx := Context(t)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("start Chromium: %v", err)
	}
	return &Browser{ctx}
}

// Context is Start for tests that drive the browser themselves: their first action
// starts it.
func Context(t testing.TB) context.Context {
	t.Helper()
	path := testneed.Command(t, testneed.Browser, "chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
	opts := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox,
		chromedp.DisableGPU, chromedp.Flag("disable-quic", true), chromedp.Flag("hide-scrollbars", false), chromedp.Flag("font-render-hinting", "none"), // as a window has them
		chromedp.WSURLReadTimeout(startFor))
	alloc, cancel := chromedp.NewExecAllocator(context.Background(), opts...)
	t.Cleanup(cancel)
	// Without a logger of its own chromedp complains of events newer than itself.
	ctx, cancel := chromedp.NewContext(alloc, chromedp.WithErrorf(func(string, ...any) {}))
	// Where the command is a script that starts the browser, as in Debian, ending it would
	// leave the browser behind: it is asked to close first.
	t.Cleanup(func() {
		closing, done := context.WithTimeout(ctx, 10*time.Second)
		defer done()
		_ = chromedp.Cancel(closing)
		cancel()
	})
	return ctx
}

// Tab is a window with cookies and storage of its own. Its methods end the test
// on an error.
type Tab struct {
	t   testing.TB
	ctx context.Context

	mu       sync.Mutex
	said     []string
	loaded   []*Transfer
	byID     map[network.RequestID]*Transfer
	document cdp.LoaderID // of the page that is shown
	left     cdp.LoaderID // of the one before Forget
	theme    string
}

// Transfer is one request that a page made.
type Transfer struct {
	URL   string
	Type  string // Document, Stylesheet, Script, Font, Image, …
	Bytes int64  // over the wire, with headers; 0 until it has arrived whole
}

// Tab opens one, until the test ends.
func (b *Browser) Tab(t testing.TB) *Tab {
	t.Helper()
	// By hand, because chromedp asks for no window, and Chromium then refuses.
	browser := cdp.WithExecutor(b.ctx, chromedp.FromContext(b.ctx).Browser)
	profile, err := target.CreateBrowserContext().WithDisposeOnDetach(true).Do(browser)
	if err != nil {
		t.Fatalf("open a profile: %v", err)
	}
	id, err := target.CreateTarget("about:blank").WithBrowserContextID(profile).WithNewWindow(true).Do(browser)
	if err != nil {
		t.Fatalf("open a window: %v", err)
	}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithTargetID(id))
	t.Cleanup(cancel)
	// The first run binds the window to its context: one that ends would close it.
	if err := chromedp.Run(ctx); err != nil {
		t.Fatalf("open a window: %v", err)
	}
	tab := &Tab{t: t, ctx: ctx, byID: map[network.RequestID]*Transfer{}}
	chromedp.ListenTarget(ctx, tab.hear)
	tab.Run(network.Enable(), network.SetCacheDisabled(true), log.Enable(), emulation.SetFocusEmulationEnabled(true))
	tab.Prefer("light")
	return tab
}

// For lends the tab to a subtest, whose errors are then its own.
func (tab *Tab) For(t testing.TB, fn func()) {
	t.Helper()
	was := tab.t
	tab.t = t
	defer func() { tab.t = was }()
	fn()
}

func (tab *Tab) hear(ev any) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	switch e := ev.(type) {
	case *log.EventEntryAdded:
		// Verbose is advice, which the console hides. axe asks every frame whether it is
		// there too, and those of a sandbox are nowhere.
		asked := strings.HasPrefix(e.Entry.Text, "Failed to execute 'postMessage' on 'DOMWindow': The target origin provided") && strings.Contains(e.Entry.Text, "('null')")
		if e.Entry.Level != log.LevelVerbose && !asked {
			tab.said = append(tab.said, fmt.Sprintf("%s: %s %s", e.Entry.Level, e.Entry.Text, e.Entry.URL))
		}
	case *runtime.EventConsoleAPICalled:
		for _, arg := range e.Args {
			tab.said = append(tab.said, string(arg.Value))
		}
	case *runtime.EventExceptionThrown:
		tab.said = append(tab.said, e.ExceptionDetails.Error())
	case *page.EventFrameNavigated:
		if e.Frame.ParentID == "" {
			tab.document = e.Frame.LoaderID
		}
	case *network.EventRequestWillBeSent:
		if strings.HasPrefix(e.Request.URL, "data:") || e.LoaderID != "" && e.LoaderID == tab.left {
			return
		}
		tr := &Transfer{URL: e.Request.URL, Type: e.Type.String()}
		tab.byID[e.RequestID], tab.loaded = tr, append(tab.loaded, tr)
	case *network.EventLoadingFinished:
		if tr := tab.byID[e.RequestID]; tr != nil {
			tr.Bytes = int64(e.EncodedDataLength)
		}
	}
}

// Run does the actions.
func (tab *Tab) Run(actions ...chromedp.Action) {
	tab.t.Helper()
	ctx, cancel := context.WithTimeout(tab.ctx, patience)
	defer cancel()
	for _, a := range actions {
		err := chromedp.Run(ctx, a)
		for err != nil && strings.Contains(err.Error(), staleRoot) && ctx.Err() == nil {
			err = chromedp.Run(ctx, a)
		}
		if err != nil {
			tab.t.Fatalf("%v, at %s", err, tab.where())
		}
	}
}

// staleRoot is the answer to whoever looks for an element in the page before: a
// new one has come, and the driver has not heard of it yet. Nothing was done.
const staleRoot = "Could not find node with given id"

// Open goes to an address and waits for the page and its fonts.
func (tab *Tab) Open(url string) {
	tab.t.Helper()
	tab.Run(chromedp.Navigate(url), chromedp.Evaluate(`document.fonts.ready.then(() => true)`, nil, Await))
}

// Eval runs an expression, a promise awaited, into out (nil to discard).
func (tab *Tab) Eval(expression string, out any) {
	tab.t.Helper()
	tab.Run(chromedp.Evaluate(expression, out, Await))
}

// Await is for chromedp.Evaluate of a promise.
func Await(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// Until waits until an expression is true. A page that is being left answers
// with an error, which counts as not yet.
func (tab *Tab) Until(expression string) {
	tab.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		var yes bool
		if err := chromedp.Run(tab.ctx, chromedp.Evaluate("Boolean("+expression+")", &yes)); err == nil && yes {
			return
		}
	}
	tab.t.Fatalf("%s did not become true within %s at %s", expression, patience, tab.where())
}

// where is the address with what is to be read there, for a failure.
func (tab *Tab) where() string {
	ctx, cancel := context.WithTimeout(tab.ctx, 3*time.Second)
	defer cancel()
	var state string
	if err := chromedp.Run(ctx, chromedp.Evaluate(`location.href + "\n" + document.body.innerText.slice(0, 1500)`, &state)); err != nil {
		return "a page that does not answer: " + err.Error()
	}
	return state
}

// Size sets the window.
func (tab *Tab) Size(width, height int64) {
	tab.t.Helper()
	tab.Run(chromedp.EmulateViewport(width, height))
}

// Prefer sets what the device prefers for the next page, light or dark.
func (tab *Tab) Prefer(theme string) {
	tab.t.Helper()
	tab.Run(emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: theme}, {Name: "prefers-reduced-motion", Value: "reduce"}}))
	tab.theme = theme
}

// Theme is Prefer for the page that is shown: it waits until the colors have
// changed.
func (tab *Tab) Theme(theme string) {
	tab.t.Helper()
	if tab.theme == theme {
		return
	}
	tab.Prefer(theme)
	tab.Run(chromedp.Evaluate(`new Promise(requestAnimationFrame)
		.then(() => Promise.allSettled(document.getAnimations().map(a => a.finished)))
		.then(() => new Promise(done => setTimeout(done, 60)))
		.then(() => Promise.allSettled(document.getAnimations().map(a => a.finished)))
		.then(() => new Promise(requestAnimationFrame)).then(() => true)`, nil, Await))
}

// Cookies replaces all cookies by those of a client for a site.
func (tab *Tab) Cookies(site string, cookies []*http.Cookie) {
	tab.t.Helper()
	set := make([]*network.CookieParam, 0, len(cookies))
	for _, c := range cookies {
		set = append(set, &network.CookieParam{Name: c.Name, Value: c.Value, URL: site, Path: "/", HTTPOnly: true})
	}
	tab.Run(network.ClearBrowserCookies())
	if len(set) > 0 {
		tab.Run(network.SetCookies(set))
	}
}

// Forget drops what was heard so far, and what the page that is shown asks for
// while it is being left: what Said and Loaded tell then is of the next one.
func (tab *Tab) Forget() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.said, tab.loaded, tab.byID, tab.left = nil, nil, map[network.RequestID]*Transfer{}, tab.document
}

// Said returns what the console said since it was last asked: errors, refusals
// of the content security policy, failed loads and messages.
func (tab *Tab) Said() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	said := tab.said
	tab.said = nil
	return said
}

// Loaded returns what was requested since it was last asked, once all of it has
// arrived.
func (tab *Tab) Loaded() []Transfer {
	for end := time.Now().Add(5 * time.Second); tab.loading() && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	tab.mu.Lock()
	defer tab.mu.Unlock()
	out := make([]Transfer, 0, len(tab.loaded))
	for _, tr := range tab.loaded {
		out = append(out, *tr)
	}
	tab.loaded, tab.byID = nil, map[network.RequestID]*Transfer{}
	return out
}

func (tab *Tab) loading() bool {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, tr := range tab.loaded {
		if tr.Bytes == 0 {
			return true
		}
	}
	return false
}
