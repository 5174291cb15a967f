package kit_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

// watchPage has a video above more text than a window shows.
const watchPage = `<article data-active-url="/active"><video id="film" width="320" height="180"></video><p id="space">Text</p></article>`

// playing makes the video one of so many seconds that plays from now on, by the page's
// clock: what browsers say of it.
const playing = `window.plays = (length, { loop = false, rate = 1 } = {}) => {
	const from = performance.now();
	const at = () => rate * (performance.now() - from) / 1000;
	const say = (name, get) => Object.defineProperty(film, name, { get, configurable: true });
	say("duration", () => length);
	say("readyState", () => 4);
	say("loop", () => loop);
	say("ended", () => !loop && at() >= length);
	say("paused", () => !loop && at() >= length);
	say("currentTime", () => loop ? at() % length : Math.min(at(), length));
	say("played", () => ({ length: 1, start: () => 0, end: () => Math.min(at(), length) }));
}; `

// TestWatchingCountsAsBeingThere: while a video plays for the first time and is in view,
// time counts without a hand on the keyboard, and in no other case.
func TestWatchingCountsAsBeingThere(t *testing.T) {
	a := newApp(t, map[string]string{"s/watch": learning("Watch", watchPage)})
	d := &desk{t: t}
	kit.Register(a.Echo, []kit.Route{
		{Method: "GET", Path: "/watch", Name: "watch", Role: kit.Anyone, Handler: func(c echo.Context) error { return kit.Render(c, 200, "s/watch", nil) }},
		{Method: "POST", Path: "/active", Name: "active.post", Role: kit.Anyone, Handler: d.post},
	})
	srv := httptest.NewServer(a)
	t.Cleanup(srv.Close)
	h := newHand(t, srv.URL)
	// Of three minutes, the times of 15 seconds that count; a minute of them passes
	// before who is silent counts as gone.
	for _, c := range []struct {
		name, page string
		least      int
		most       int
	}{
		{"nobody is there", ``, 3, 4},
		{"a video plays in view", `plays(600)`, 11, 12},
		{"it plays out of view", `plays(600); scrollTo(0, 2 * innerHeight)`, 3, 5},
		{"it plays in a tab behind", `plays(600); Object.defineProperty(document, "visibilityState", { value: "hidden" })`, 0, 1},
		{"it ends", `plays(60)`, 7, 8},
		{"a short one plays again and again", `plays(10, { loop: true })`, 4, 5},
		{"it plays as slowly as can be", `plays(30, { rate: 0.1 })`, 5, 6},
		{"it is watched slowly, by somebody", `plays(30, { rate: 0.1 }); setInterval(() => dispatchEvent(new Event("scroll")), 30000)`, 11, 12},
	} {
		h.open("/watch")
		d.take()
		h.Eval(`space.style.height = "300vh"; `+playing+c.page+`; pass(180000)`, nil)
		n := -1
		for range 40 { // until nothing arrives any more
			time.Sleep(100 * time.Millisecond)
			d.Lock()
			now := len(d.posts)
			d.Unlock()
			if now == n && now > 0 {
				break
			}
			n = now
		}
		if n < c.least || n > c.most {
			t.Errorf("%s: %d times of 15 seconds, want %d to %d", c.name, n, c.least, c.most)
		}
	}
}
