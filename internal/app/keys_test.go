package app_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apptest"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/keyring"
)

// start opens an app whose document key the operator brings in a file.
func start(t *testing.T, dir, file string, now func() time.Time) (*app.App, error) {
	t.Helper()
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir, c.BaseURL, c.DocumentKeyFile = dir, "http://127.0.0.1:8080", file
	})
	if err != nil {
		t.Fatal(err)
	}
	return app.New(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler), Now: now})
}

// keyFile writes a key with its certificates as PEM.
func keyFile(t *testing.T, path string, withChain bool) pades.Identity {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	id, err := pades.NewIdentity(key, "Example Board", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	chain := id.Chain
	if !withChain {
		chain = nil
	}
	writeKey(t, path, key, chain)
	return id
}

func writeKey(t *testing.T, path string, key crypto.Signer, chain []*x509.Certificate) {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), pades.EncodeChain(chain)...)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestTheOperatorsKeySigns(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "document.pem")
	id := keyFile(t, path, true)
	for range 2 { // every start reads it
		a, err := start(t, dir, path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		keys, err := a.Seals.Keys(t.Context())
		if err != nil || !bytes.Equal(keys.Document.Chain[0].Raw, id.Chain[0].Raw) {
			t.Errorf("another key signs: %v", err)
		}
		trust, err := a.Seals.Trust(t.Context())
		if err != nil || !trust.Documents[0].Root.Equal(id.Chain[1]) {
			t.Errorf("its root is not published: %v", err)
		}
		var n int
		if err := a.DB.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'key.adopt'").Scan(&n).Error; err != nil || n != 1 {
			t.Errorf("audited %d times, %v", n, err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// What has expired since it was taken over must not keep the platform down.
func TestAnExpiredKeyLetsTheServerStart(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "document.pem")
	keyFile(t, path, true)
	late := func() time.Time { return time.Now().AddDate(30, 0, 0) }
	if _, err := start(t, t.TempDir(), path, late); err == nil {
		t.Error("a key that had expired before was taken over")
	}
	for _, now := range []func() time.Time{time.Now, late} {
		a, err := start(t, dir, path, now)
		if err != nil {
			t.Fatal(err)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// A key that cannot sign stops the start, and says which setting is wrong. No other is
// made in its place, whose root would be published and never sign.
func TestAKeyThatCannotSignIsRefused(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "document.pem")
	keyFile(t, path, false)
	_, err := start(t, dir, path, time.Now)
	var wrong *config.Error
	if !errors.As(err, &wrong) || wrong.Problems[0].Variable != "COCARE_DOCUMENT_KEY_FILE" || !strings.Contains(wrong.Problems[0].Text, "no certificate") {
		t.Errorf("%v", err)
	}
	d, err := db.Open(t.Context(), db.Config{Path: filepath.Join(dir, "cocare.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	var n int
	if err := d.Read(t.Context()).Raw("SELECT count(*) FROM signing_keys WHERE purpose = 'document'").Scan(&n).Error; err != nil || n != 0 {
		t.Errorf("%d document keys, %v", n, err)
	}
}

// TestTheNextKeyIsPublishedBeforeItSigns: whoever takes our public keys at any time
// can verify the next certificate.
func TestTheNextKeyIsPublishedBeforeItSigns(t *testing.T) {
	a, _ := replicas(t)
	roots := func() (live, fallen int) {
		t.Helper()
		trust, err := a.Seals.Trust(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range trust.Documents {
			if d.NotTrustedAfter == nil {
				live++
			} else {
				fallen++
			}
		}
		return live, fallen
	}
	if live, fallen := roots(); live != 1 || fallen != 0 {
		t.Errorf("at the start: %d and %d roots", live, fallen)
	}
	key, err := a.Keys.Current(t.Context(), keyring.Document)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.DistrustKey(t.Context(), key.ID, key.CreatedAt); err != nil {
		t.Fatal(err)
	}
	if live, fallen := roots(); live != 1 || fallen != 1 {
		t.Errorf("after its key fell: %d and %d roots", live, fallen)
	}
}

// TestWhatADistrustedKeyCosts is counted before and told.
func TestWhatADistrustedKeyCosts(t *testing.T) {
	a, _ := replicas(t)
	ctx := t.Context()
	const slug = "how-learning-is-recorded"
	if _, err := a.Courses.Import(ctx, courses.Bundled()[slug], "test"); err != nil {
		t.Fatal(err)
	}
	ed, err := a.Courses.Publish(ctx, slug, "First", "test")
	if err != nil {
		t.Fatal(err)
	}
	e, evaluation := apptest.Study(t, a, ed, "ana@example.org", "Ana Quist")
	if err := a.Enrollments.SubmitEvaluation(ctx, e, evaluation); err != nil {
		t.Fatal(err)
	}
	soon(t, "the certificate is issued", func() bool {
		c, err := a.Certificates.OfEnrollment(ctx, e.ID)
		return err == nil && c.State == certificate.Issued
	})
	for _, purpose := range []keyring.Purpose{keyring.Document, keyring.Credential, keyring.Session} {
		key, err := a.Keys.Current(ctx, purpose)
		if err != nil {
			t.Fatal(err)
		}
		want := map[bool]int64{true: 1}[purpose != keyring.Session]
		if n, err := a.FailOffline(ctx, key, key.CreatedAt); n != want || err != nil {
			t.Errorf("%s: %d since it was made, %v", purpose, n, err)
		}
		if n, err := a.FailOffline(ctx, key, time.Now().Add(time.Hour)); n != 0 || err != nil {
			t.Errorf("%s: %d later, %v", purpose, n, err)
		}
		fresh := rotate(t, a, purpose)
		if n, err := a.FailOffline(ctx, fresh, key.CreatedAt); n != 0 || err != nil {
			t.Errorf("%s: %d that another key signed, %v", purpose, n, err)
		}
		if key, err = a.Keys.Find(ctx, key.ID); err != nil {
			t.Fatal(err)
		}
		if n, err := a.FailOffline(ctx, key, key.CreatedAt.Add(-time.Hour)); n != want || err != nil {
			t.Errorf("%s: %d since before it was made, %v", purpose, n, err)
		}
	}
}

// TestAFileFromBeforeARenewalStaysGenuine, though the key has another root since.
func TestAFileFromBeforeARenewalStaysGenuine(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "document.pem")
	first := keyFile(t, path, true)
	second, err := pades.NewIdentity(first.Key, "Example Board", time.Now().Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	var files []handed
	for i, id := range []pades.Identity{first, second} {
		writeKey(t, path, id.Key, id.Chain)
		a, err := start(t, dir, path, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, hand(t, a, "7K2M-Q9XD-4T8RN"))
		trust := trusting(t, read(t, a, "/keys/issuer.json"))
		if got := trust.Documents; len(got) != i+1 || !got[0].Root.Equal(id.Chain[1]) || !got[i].Root.Equal(first.Chain[1]) {
			t.Errorf("%d roots are published", len(got))
		}
		read(t, a, "/keys/roots/"+pades.Fingerprint(first.Chain[1])+".cer")
		for n, f := range files {
			r := proof.Check(f.pdf, proof.Options{Trust: trust, Now: time.Now()})
			dated := slices.ContainsFunc(r.Findings, func(f proof.Finding) bool { return f.What == "The signing certificate" })
			if r.Verdict != proof.Genuine || dated {
				t.Errorf("file %d at start %d: %s\n%+v", n, i, r.Verdict, r.Findings)
			}
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
}
