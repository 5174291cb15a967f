package pades_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
)

var now = time.Date(2026, 11, 5, 9, 30, 0, 0, time.UTC)

const provider = "CoCare (demonstration)"

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func identityOf(t testing.TB, key crypto.Signer) pades.Identity {
	t.Helper()
	id, err := pades.NewIdentity(key, provider, now)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func identity(t testing.TB) pades.Identity { return identityOf(t, newKey(t)) }

func facts(name string) pdf.Facts {
	const number = "K7QD-9M2X-4TRB-0HVZ-5"
	return pdf.Facts{
		Number: number, HolderName: name, Title: "Antipsychotics for Therapists", Provider: provider,
		Deed: "has completed the course", When: now.Format("on January 2, 2006"), IssuedOn: now, Statements: []string{"Estimated learning time 1.75 h; not accredited"},
		EditionNumber: 1, VerifyURL: "https://ce.example.org/verify/" + number,
		Signatory: pdf.Signatory{Name: "Margaret Oyelaran, PhD", Title: "Director of Continuing Education"},
	}
}

// unsigned are the options of a certificate with one attachment.
func unsigned(credential string) pdf.Options {
	return pdf.Options{Attachments: []pdf.Attachment{{
		Name: "credential.json", Description: "The same facts as a verifiable credential", MediaType: "application/vc+ld+json",
		Relationship: pdf.Data, Data: []byte(credential), ModifiedAt: now,
	}}}
}

func signature(id pades.Identity) *pdf.Signature {
	return &pdf.Signature{Name: provider, Reason: "Certificate issued", At: now, Size: id.Size(), Sign: id.Sign}
}

func render(t testing.TB, f pdf.Facts, o pdf.Options) []byte {
	t.Helper()
	b, err := pdf.Render(f, o)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const credential = `{"name":"Anna Nowak","hours":"1.75"}`

// signed is a certificate of ours.
func signed(t testing.TB, id pades.Identity) []byte {
	t.Helper()
	o := unsigned(credential)
	o.Signature = signature(id)
	return render(t, facts("Anna Nowak"), o)
}

func write(t testing.TB, name string, data []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func contents(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
