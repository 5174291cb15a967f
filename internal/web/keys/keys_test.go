package keys_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/web/keys"
	"github.com/atmacena/cocare/internal/web/kit"
)

func rootOf(t *testing.T) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := pades.NewIdentity(key, "Clinic", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return id.Chain[1]
}

func TestWhatVerifiersRead(t *testing.T) {
	public := ed25519.PublicKey(make([]byte, ed25519.PublicKeySize))
	stolen := time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)
	root, fallen := rootOf(t), rootOf(t)
	srv := area.Serve(t, area.Options{Name: "keys", Now: time.Now, Viewer: func(string) *kit.Viewer { return nil }}, keys.Routes(keys.Deps{
		Trust: func(context.Context) (proof.Trust, error) {
			return proof.Trust{Issuer: "did:web:ce.example.org", Name: "Clinic", Documents: []proof.Document{{Root: root}, {Root: root, Key: strings.Repeat("5e", 32), NotTrustedAfter: &stolen}, {Root: fallen, NotTrustedAfter: &stolen}}, Credentials: []credential.PublicKey{{Public: public, NotTrustedAfter: &stolen}}, Log: []string{"ce.example.org/log+aa+bb"}}, nil
		},
		FallenLogKeys: func(context.Context) ([]string, error) { return []string{"ce.example.org/log+cc+dd"}, nil },
		DIDDocument:   func(context.Context) ([]byte, error) { return []byte(`{"id":"did:web:ce.example.org"}`), nil },
		StatusList: func(_ context.Context, n int64) (credential.Issued, error) {
			if n != 0 {
				return credential.Issued{}, certificate.ErrNotFound
			}
			return credential.Issued{JSON: []byte(`{"list":0}`), JWT: "aa.bb.cc"}, nil
		},
	})...)
	for _, tt := range []struct {
		path, accept, kind, holds string
		status                    int
	}{
		{"/keys", "text/html", "text/html; charset=utf-8", credential.Multibase(public), 200},
		{"/keys", "text/html", "text/html; charset=utf-8", "Nothing that it signed after", 200},
		{"/keys", "text/html", "text/html; charset=utf-8", `<dd class="number small">5e5e`, 200},
		{"/keys", "text/html", "text/html; charset=utf-8", "Nothing that our key signed after", 200},
		{"/keys/issuer.json", "*/*", "application/json", `"key_sha256": "5e5e`, 200},
		{"/keys/issuer.json", "*/*", "application/json", `"form": "cocare issuer keys 1"`, 200},
		{"/keys", "text/html", "text/html; charset=utf-8", `href="/keys/roots/` + pades.Fingerprint(root) + `.cer">Save this root certificate<span class="sr">, fingerprint ` + pades.Fingerprint(root)[:8] + `</span></a>`, 200},
		{"/keys", "text/html", "text/html; charset=utf-8", `ce.example.org/log&#43;cc&#43;dd</p>No checkpoint that it signed is trusted`, 200},
		{"/keys", "text/html", "text/html; charset=utf-8", pades.Fingerprint(fallen) + "</dd></div>\n<div><dt>Compromised</dt>", 200}, // and no link to its file
		{"/keys/roots/" + pades.Fingerprint(root) + ".cer", "*/*", "application/pkix-cert", string(root.Raw), 200},
		{"/keys/roots/" + pades.Fingerprint(root), "*/*", "", "", 404},
		{"/.well-known/did.json", "*/*", "application/did+json", "did:web:ce.example.org", 200},
		{"/credentials/status/0", "*/*", "application/vc", `{"list":0}`, 200},
		{"/credentials/status/0", "application/vc+jwt", "application/vc+jwt", "aa.bb.cc", 200},
		{"/credentials/status/1", "*/*", "", "", 404},
		{"/credentials/status/00", "*/*", "", "", 404},
		{"/credentials/status/-1", "*/*", "", "", 404},
		{"/credentials/status/x", "*/*", "", "", 404},
	} {
		req := httptest.NewRequestWithContext(t.Context(), http.MethodGet, tt.path, nil)
		req.Header.Set("Accept", tt.accept)
		rec := httptest.NewRecorder()
		srv.ServeHTTP(rec, req)
		if rec.Code != tt.status || tt.kind != "" && rec.Header().Get("Content-Type") != tt.kind || !strings.Contains(rec.Body.String(), tt.holds) {
			t.Errorf("%s as %s: %d %s\n%s", tt.path, tt.accept, rec.Code, rec.Header().Get("Content-Type"), rec.Body.String())
		}
		// The authority of one key that fell vouches for the one that signs too.
		if n := strings.Count(rec.Body.String(), "Tell no PDF reader to trust this root"); tt.path == "/keys" && n != 1 {
			t.Errorf("%d roots are to be taken back", n)
		}
		if tt.status == 200 && tt.path != "/keys" && rec.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s cannot be read by other sites", tt.path)
		}
	}
}
