package learn_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/apptest/chrome"
)

// TestAFigureFitsTheWindow of a telephone, until its full size is asked for, which
// scrolls from its left edge.
func TestAFigureFitsTheWindow(t *testing.T) {
	tab := chrome.Start(t).Tab(t)
	w := newWorld(t)
	w.begun("p1")
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.Header.Set(area.Person, "p1")
		w.echo.ServeHTTP(rw, r)
	}))
	t.Cleanup(srv.Close)
	tab.Size(375, 667)
	tab.Run(chromedp.Navigate(srv.URL + base + "/figures/fig-01"))
	cut := func() (hidden, left int) {
		t.Helper()
		var at []int
		tab.Eval(`(({scrollWidth, clientWidth, scrollLeft}) => [scrollWidth - clientWidth, scrollLeft])(document.querySelector(".figure-large .table-scroll"))`, &at)
		return at[0], at[1]
	}
	if hidden, _ := cut(); hidden > 0 {
		t.Errorf("%d pixels are cut off", hidden)
	}
	tab.Run(chromedp.Click(`figcaption a[href="#full"]`))
	tab.Until(`location.hash === "#full"`)
	if hidden, left := cut(); hidden < 300 || left != 0 {
		t.Errorf("at full size %d pixels are to be scrolled to, from %d", hidden, left)
	}
	tab.Run(chromedp.Click(`figcaption a[href="#main"]`))
	tab.Until(`location.hash === "#main"`)
	if hidden, _ := cut(); hidden > 0 {
		t.Errorf("fitted again, %d pixels are cut off", hidden)
	}
}
