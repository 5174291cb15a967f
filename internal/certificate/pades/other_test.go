package pades_test

import (
	"crypto/x509"
	"encoding/pem"
	"path/filepath"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
)

// signedAs is a certificate of ours with a signature that another program made.
func signedAs(t *testing.T, sign func(before, after []byte) ([]byte, error)) []byte {
	t.Helper()
	return render(t, facts("Anna Nowak"), pdf.Options{Signature: &pdf.Signature{Name: provider, Reason: "x", At: now, Size: 8000, Sign: sign}})
}

// TestSignedOtherwise: a signature that holds, and is not made as Sign makes it,
// vouches for nothing and is no sign that the file was changed.
func TestSignedOtherwise(t *testing.T) {
	ours, other := identity(t), identity(t)
	with := func(id, stuffing pades.Identity) []byte {
		id.Chain = append(append([]*x509.Certificate{}, id.Chain...), stuffing.Chain[1])
		return signedAs(t, id.Sign)
	}
	for name, tt := range map[string]struct {
		file  []byte
		names bool // our root
	}{
		"somebody else, with our root": {with(other, ours), false},
		"we, with somebody's root":     {with(ours, other), true},
	} {
		r := pades.Verify(tt.file)
		if r.Verdict != pades.Other || r.Why == "" || r.SignedBy(ours.Chain[1]) || r.SignedBy(other.Chain[1]) || r.Names(ours.Chain[1]) != tt.names {
			t.Errorf("%s: %s (%s), names us: %v", name, r.Verdict, r.Why, r.Names(ours.Chain[1]))
		}
		if list, err := r.Attachments(); err == nil {
			t.Errorf("%s: attachments %v", name, list)
		}
		changed := replaced(t, tt.file, "Antipsychotics", "Antidepressant")
		if r := pades.Verify(changed); r.Verdict != pades.Altered {
			t.Errorf("%s, changed: %s (%s)", name, r.Verdict, r.Why)
		}
	}
}

// TestOpenSSLSigns: as whoever has a certificate of an authority may.
func TestOpenSSLSigns(t *testing.T) {
	for name, id := range identities(t) {
		for _, hash := range []string{"sha256", "sha512"} {
			der, err := x509.MarshalPKCS8PrivateKey(id.Key)
			if err != nil {
				t.Fatal(err)
			}
			key := write(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
			leaf, root := write(t, "leaf.pem", pades.EncodeChain(id.Chain[:1])), write(t, "root.pem", pades.EncodeChain(id.Chain[1:]))
			file := signedAs(t, func(before, after []byte) ([]byte, error) {
				out := filepath.Join(t.TempDir(), "cms")
				tool(t, "openssl", "cms", "-sign", "-cades", "-binary", "-md", hash, "-signer", leaf, "-inkey", key, "-certfile", root,
					"-nosmimecap", "-outform", "DER", "-in", write(t, "content", join(before, after)), "-out", out)
				return contents(t, out), nil
			})
			if r := pades.Verify(file); r.Verdict != pades.Other || r.SignedBy(id.Chain[1]) {
				t.Errorf("%s, %s: %s (%s)", name, hash, r.Verdict, r.Why)
			}
		}
	}
}
