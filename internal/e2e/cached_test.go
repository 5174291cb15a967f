package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

// TestNothingThatIsCachedRenewsASession: where a browser's access has expired and
// its session is renewed on the next request, whatever shared caches keep carries
// no cookie, and a page does.
func TestNothingThatIsCachedRenewsASession(t *testing.T) {
	const holder = "certified@example.org"
	shared := ""
	for _, c := range must[[]certificate.Certificate](t)(server.Certificates.ByPerson(t.Context(), must[string](t)(personID(t, holder)))) {
		if _, err := server.Shares.Public(t.Context(), c.Number); err == nil {
			shared = "/credentials/" + c.Number
		}
	}
	if shared == "" {
		t.Fatal("nothing is shared")
	}
	for path, cached := range map[string]bool{shared + "/preview.png": true, shared + "/badge.svg": true, "/credentials/status/0": true, "/keys/issuer.json": true,
		"/.well-known/did.json": true, "/.well-known/jwks.json": true, "/log/checkpoint": true, shared: false, shared + ".json": false, "/keys": false} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, cookie := range server.As(t, holder).Cookies() {
			if !strings.HasSuffix(cookie.Name, "session") {
				req.AddCookie(cookie)
			}
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			t.Fatal(err)
		}
		public := strings.HasPrefix(res.Header.Get("Cache-Control"), "public")
		if renewed := len(res.Header.Values("Set-Cookie")) > 0; res.StatusCode != http.StatusOK || public != cached || renewed == cached {
			t.Errorf("%s: %d, %s, cookies %q", path, res.StatusCode, res.Header.Get("Cache-Control"), res.Header.Values("Set-Cookie"))
		}
	}
}

func personID(t *testing.T, email string) (string, error) {
	p, err := server.Accounts.FindByEmail(t.Context(), email)
	return p.ID, err
}
