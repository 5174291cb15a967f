package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/mail"
)

type mailStored = mail.Stored

// notPages are the GET routes that answer with something else than a page of
// ours: files, data for machines, the text of a mail.
var notPages = map[string]bool{
	"jwks.show": true, "ops.metrics": true, "outbox.html": true, "admin.rules.yaml": true, "admin.event.template": true,
	"wallet.file": true, "preview.certificate": true, "media.file": true, "wallet.feed": true, "credential.preview": true, "credential.badge": true,
	"keys.file": true, "keys.root": true, "did.show": true, "status.show": true, "log.checkpoint": true, "log.tile.0": true, "log.tile.1": true, "log.tile.2": true, "log.tile.3": true, "log.proof": true,
}

// TestEveryPage opens every page that the server can show, as somebody who may,
// and holds it to what the design promises.
func TestEveryPage(t *testing.T) {
	s := newStage(t)
	t.Run("table", func(t *testing.T) { checkTable(t, s.list) })
	t.Run("html", func(t *testing.T) { checkHTML(t, s.list) })
	forgetTries(t)
	t.Run("browser", func(t *testing.T) { checkInChromium(t, s.list) })
}

// checkTable fails for a page that is missing from the stage, so that a new one
// is entered there on purpose.
func checkTable(t *testing.T, pages []page) {
	routes, names := map[string]bool{}, map[string]bool{}
	for _, p := range pages {
		routes[p.route] = true
		if names[p.name()] {
			t.Errorf("two pages are called %s", p.name())
		}
		names[p.name()] = true
	}
	for _, r := range server.Routes {
		switch {
		case r.Method != http.MethodGet, notPages[r.Name]:
		case !routes[r.Name]:
			t.Errorf("GET %s (%s) is neither on the stage nor among what is no page", r.Path, r.Name)
		}
		delete(routes, r.Name)
	}
	delete(routes, "")
	for name := range routes {
		t.Errorf("no GET route is called %s", name)
	}
	for _, p := range pages {
		got := p.get()
		want := max(p.status, http.StatusOK)
		if at := got.URL.RequestURI(); got.Status != want || at != p.path || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") {
			t.Errorf("%s: %s answers %d (want %d) at %s with %s", p.name(), p.path, got.Status, want, at, got.Header.Get("Content-Type"))
		}
	}
}
