package app_test

import (
	"bytes"
	"crypto"
	"encoding/json"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/keyring"
)

// handed is a certificate as its holder has it.
type handed struct{ pdf, json, jwt []byte }

// hand makes one with the keys and the log of a replica.
func hand(t *testing.T, a *app.App, number string) handed {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx, now := t.Context(), time.Now()
	record, err := certificate.Facts{Number: number, HolderName: "Ana Ruiz", Title: "TMS", CompletedAt: now}.Record().JSON()
	must(err)
	sum, err := credential.FactsHash(record)
	must(err)
	position, err := a.Seals.Append(ctx, certificate.Stated, number, sum)
	must(err)
	log, err := a.Seals.Prove(ctx, position)
	must(err)
	keys, err := a.Seals.Keys(ctx)
	must(err)
	const base = "http://127.0.0.1:8080"
	badge, err := credential.Issue(credential.Input{Issuer: credential.Issuer{BaseURL: base, Name: "Example CE"}, Number: number, HolderName: "Ana Ruiz",
		Course:      credential.Course{ID: base + "/courses/tms", Name: "TMS", Description: "About it", Criteria: "Pass"},
		CompletedAt: now, IssuedAt: now, Facts: record, Log: log, StatusIndex: position}, keys.Credential)
	must(err)
	file, err := pdf.Render(pdf.Facts{Number: number, HolderName: "Ana Ruiz", Title: "TMS", Provider: "Example CE", VerifyURL: base + "/verify/" + number, Deed: "has completed the course", When: "today", IssuedOn: now},
		pdf.Options{Signature: &pdf.Signature{Name: "Example CE", Reason: "Issue", At: now, Size: keys.Document.Size(), Sign: keys.Document.Sign},
			Attachments: []pdf.Attachment{{Name: certificate.BadgeName, Description: "Badge", MediaType: "application/json", Relationship: pdf.Data, Data: badge.JSON, ModifiedAt: now}}})
	must(err)
	return handed{file, badge.JSON, []byte(badge.JWT)}
}

// read gets what a replica publishes.
func read(t *testing.T, a *app.App, path string) []byte {
	t.Helper()
	res := visit(a.Handler, http.MethodGet, path, nil, nil)
	if res.Code != http.StatusOK {
		t.Fatalf("%s: %d", path, res.Code)
	}
	return res.Body.Bytes()
}

func trusting(t *testing.T, keys []byte) *proof.Trust {
	t.Helper()
	trust, err := proof.ParseTrust(keys)
	if err != nil {
		t.Fatal(err)
	}
	return &trust
}

func rotate(t *testing.T, a *app.App, p keyring.Purpose) keyring.Key {
	t.Helper()
	k, rotated, err := a.RotateKey(t.Context(), p)
	if err != nil || !rotated {
		t.Fatalf("%s: %v, %v", p, rotated, err)
	}
	return k
}

func rotations(t *testing.T, a *app.App) (n int) {
	t.Helper()
	if err := a.DB.Read(t.Context()).Raw("SELECT count(*) FROM audit_events WHERE action = 'key.rotate'").Scan(&n).Error; err != nil {
		t.Fatal(err)
	}
	return n
}

// TestAFreshKeySignsAtOnceAndTheOldOneStaysGood: on another replica than the one
// where the keys were rotated, with the keys as everybody reads them.
func TestAFreshKeySignsAtOnceAndTheOldOneStaysGood(t *testing.T) {
	a, b := replicas(t)
	before := hand(t, a, "7K2M-Q9XD-4T8RN")
	old := trusting(t, read(t, b, "/keys/issuer.json"))
	badges, documents := rotate(t, a, keyring.Credential), rotate(t, a, keyring.Document)
	if n := rotations(t, b); n != 2 {
		t.Errorf("%d events for two rotations", n)
	}

	now, did := trusting(t, read(t, b, "/keys/issuer.json")), trusting(t, read(t, b, "/.well-known/did.json"))
	page := string(read(t, b, "/keys"))
	if len(now.Documents) != 2 || len(now.Credentials) != 2 || len(did.Credentials) != 2 || len(now.Log) != 1 {
		t.Fatalf("published: %d documents, %d and %d credentials, %d of the log", len(now.Documents), len(now.Credentials), len(did.Credentials), len(now.Log))
	}
	if !now.Credentials[0].Public.Equal(badges.Public) || !now.Documents[1].Root.Equal(old.Documents[0].Root) || now.Documents[0].Root.Equal(old.Documents[0].Root) {
		t.Error("the fresh keys do not come first")
	}
	if name := now.Documents[0].Root.Subject.Organization; len(name) != 1 || name[0] != "Example CE" {
		t.Errorf("the fresh root is of %q", name)
	}
	for _, k := range now.Credentials {
		if !strings.Contains(page, credential.Multibase(k.Public)) {
			t.Error("a key is not on the page")
		}
	}
	if n := strings.Count(page, "Save this root certificate"); n != 2 || strings.Count(page, "Signs now") != 2 {
		t.Errorf("%d roots on the page\n%s", n, page)
	}

	after := hand(t, b, "8K2M-Q9XD-4T8RP")
	signing, err := b.Seals.Keys(t.Context())
	if err != nil || !signing.Credential.Public().Equal(badges.Public) || !signing.Document.Chain[0].PublicKey.(interface{ Equal(x crypto.PublicKey) bool }).Equal(documents.Public) {
		t.Errorf("the other replica signs with other keys, %v", err)
	}
	for name, tt := range map[string]struct {
		file  []byte
		trust *proof.Trust
		want  proof.Verdict
	}{
		"the old PDF": {before.pdf, now, proof.Genuine}, "the old JSON": {before.json, now, proof.Genuine}, "the old JWT": {before.jwt, now, proof.Genuine},
		"the old JSON by DID": {before.json, did, proof.Genuine}, "the old JSON by itself": {before.json, nil, proof.Intact},
		"the old PDF by the old keys": {before.pdf, old, proof.Genuine},
		"the new PDF":                 {after.pdf, now, proof.Genuine}, "the new JSON": {after.json, now, proof.Genuine}, "the new JWT": {after.jwt, now, proof.Genuine},
		"the new JSON by DID": {after.json, did, proof.Genuine}, "the new JSON by itself": {after.json, nil, proof.Intact},
		"the new PDF by the old keys": {after.pdf, old, proof.Foreign}, "the new JSON by the old keys": {after.json, old, proof.Foreign},
	} {
		if r := proof.Check(tt.file, proof.Options{Trust: tt.trust, Now: time.Now()}); r.Verdict != tt.want {
			t.Errorf("%s: %s\n%+v", name, r.Verdict, r.Findings)
		}
	}
	if didKey(t, before.json) == didKey(t, after.json) || !bytes.Contains(after.json, []byte(credential.DIDKey(now.Credentials[0].Public))) {
		t.Error("the badge does not name the key that signed it")
	}
}

// didKey is the key that a badge names.
func didKey(t *testing.T, badge []byte) string {
	t.Helper()
	var v struct {
		Issuer struct {
			Other []struct{ Identifier string } `json:"otherIdentifier"`
		}
	}
	if err := json.Unmarshal(badge, &v); err != nil || len(v.Issuer.Other) != 1 {
		t.Fatal(err)
	}
	return v.Issuer.Other[0].Identifier
}

// TestRotationsAtOnce: however they meet, each new key is one event, and one signs.
func TestRotationsAtOnce(t *testing.T) {
	a, b := replicas(t)
	for _, p := range []keyring.Purpose{keyring.Credential, keyring.Document, keyring.Session} {
		if _, err := a.Keys.Current(t.Context(), p); err != nil {
			t.Fatal(err)
		}
		before := rotations(t, a)
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				if _, _, err := []*app.App{a, b}[i%2].RotateKey(t.Context(), p); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		keys, err := a.Keys.All(t.Context(), p)
		signing := 0
		for _, k := range keys {
			if k.RetiredAt == nil {
				signing++
			}
		}
		if events := rotations(t, a) - before; err != nil || signing != 1 || events != len(keys)-1 || events < 1 {
			t.Errorf("%s: %d keys, %d sign, %d events, %v", p, len(keys), signing, events, err)
		}
	}
}

func TestKeysThatAreNotRotated(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "document.pem")
	keyFile(t, path, true)
	for _, file := range []string{path, ""} { // also when the setting is gone
		a, err := start(t, dir, file, time.Now)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := a.RotateKey(t.Context(), keyring.Document); !apperr.Is(err, apperr.Conflict) || !strings.Contains(err.Error(), "COCARE_DOCUMENT_KEY_FILE") {
			t.Errorf("%v", err)
		}
		if _, _, err := a.RotateKey(t.Context(), keyring.Log); !apperr.Is(err, apperr.Conflict) || !strings.Contains(err.Error(), "witnesses") {
			t.Errorf("%v", err)
		}
		if n := rotations(t, a); n != 0 {
			t.Errorf("%d events", n)
		}
		if err := a.Close(); err != nil {
			t.Fatal(err)
		}
	}
	// A setting whose file the server has not taken over yet.
	a, err := start(t, t.TempDir(), "", time.Now)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	a.Config.DocumentKeyFile = path
	if _, _, err := a.RotateKey(t.Context(), keyring.Document); !apperr.Is(err, apperr.Conflict) {
		t.Errorf("%v", err)
	}
}
