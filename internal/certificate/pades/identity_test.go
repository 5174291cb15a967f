package pades_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"software.sslmate.com/src/go-pkcs12"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
)

func TestNewIdentity(t *testing.T) {
	long := strings.Repeat("Ärztliche Fortbildung ", 9)
	id, err := pades.NewIdentity(newKey(t), long, now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, root := id.Chain[0], id.Chain[1]
	if leaf.Subject.CommonName != string([]rune(long)[:64]) {
		t.Errorf("the signer is called %q", leaf.Subject.CommonName)
	}
	if leaf.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment || leaf.IsCA {
		t.Errorf("the leaf may be used for %b", leaf.KeyUsage)
	}
	if !slices.ContainsFunc(leaf.UnknownExtKeyUsage, asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 3, 36}.Equal) {
		t.Error("the leaf is not for documents")
	}
	if !root.IsCA || root.MaxPathLen != 0 || root.KeyUsage != x509.KeyUsageCertSign {
		t.Errorf("the root may be used for %b", root.KeyUsage)
	}
	if !pades.MadeHere(root) || pades.MadeHere(leaf) || pades.MadeHere(newAuthority(t, root.Subject.CommonName, nil).cert) {
		t.Error("the root is not told from others")
	}
	if key := pades.KeyID(leaf.PublicKey); len(key) != 64 || key == pades.KeyID(root.PublicKey) || pades.KeyID("no key") != "" {
		t.Errorf("the key is %q", key)
	}
	for _, c := range id.Chain {
		if !c.NotAfter.After(now.AddDate(19, 11, 0)) || !c.NotBefore.Before(now) {
			t.Errorf("%s is valid from %s to %s", c.Subject, c.NotBefore, c.NotAfter)
		}
	}
	again, err := pades.ParseChain(pades.EncodeChain(id.Chain))
	if err != nil || len(again) != 2 || !again[0].Equal(leaf) || !again[1].Equal(root) {
		t.Error("the chain does not survive being written", err)
	}
	if _, err := pades.ParseChain([]byte("no")); !errors.Is(err, pades.ErrNoChain) {
		t.Errorf("no chain gives %v", err)
	}
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err == nil {
		_, err = pades.NewIdentity(small, provider, now)
		if !errors.Is(err, pades.ErrWeakKey) {
			t.Errorf("RSA of 1024 bits gives %v", err)
		}
	}
}

// authority issues certificates as an operator's would.
type authority struct {
	t    *testing.T
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T, name string, parent *authority) *authority {
	a := &authority{t: t, key: newKey(t)}
	template := &x509.Certificate{IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	if parent == nil {
		parent = a
		a.cert = template
	}
	a.cert = parent.issue(name, a.key.Public(), template)
	return a
}

func (a *authority) issue(name string, key crypto.PublicKey, template *x509.Certificate) *x509.Certificate {
	a.t.Helper()
	template.Subject = pkix.Name{CommonName: name}
	template.BasicConstraintsValid = true
	if template.NotBefore.IsZero() {
		template.NotBefore, template.NotAfter = now.AddDate(-1, 0, 0), now.AddDate(2, 0, 0)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

func block(kind string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})
}

func pkcs8(t *testing.T, key crypto.Signer) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return block("PRIVATE KEY", der)
}

// TestLoadIdentity: what an operator brings signs a certificate that verifies.
func TestLoadIdentity(t *testing.T) {
	root := newAuthority(t, "Root", nil)
	between := newAuthority(t, "Between", root)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p256 := newKey(t)
	sec1, err := x509.MarshalECPrivateKey(p256)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key  crypto.Signer
		file []byte // PEM of the key; nil makes a PKCS#12 file
	}{
		"PKCS#12, P-256": {p256, nil},
		"PKCS#12, RSA":   {rsaKey, nil},
		"PKCS#8, P-384":  {p384, pkcs8(t, p384)},
		"SEC 1, P-256":   {p256, block("EC PRIVATE KEY", sec1)},
		"PKCS#1, RSA":    {rsaKey, block("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(rsaKey))},
	} {
		t.Run(name, func(t *testing.T) {
			leaf := between.issue("Dr. Sigñer", c.key.Public(), &x509.Certificate{KeyUsage: x509.KeyUsageContentCommitment})
			stranger := newAuthority(t, "Stranger", nil).cert
			file := join(pades.EncodeChain([]*x509.Certificate{root.cert, stranger, between.cert}), c.file, pades.EncodeChain([]*x509.Certificate{leaf}))
			if c.file == nil {
				if file, err = pkcs12.Modern.Encode(c.key, leaf, []*x509.Certificate{root.cert, between.cert}, "Paß wort"); err != nil {
					t.Fatal(err)
				}
				if _, err := pades.LoadIdentity(file, "other", now); !errors.Is(err, pades.ErrPassword) {
					t.Errorf("a wrong password gives %v", err)
				}
			}
			id, err := pades.LoadIdentity(file, "Paß wort", now)
			if err != nil {
				t.Fatal(err)
			}
			if len(id.Chain) != 3 || !id.Chain[0].Equal(leaf) || !id.Chain[1].Equal(between.cert) || !id.Chain[2].Equal(root.cert) {
				t.Fatalf("the chain has %d certificates", len(id.Chain))
			}
			certificate := signed(t, id)
			r := pades.Verify(certificate)
			if r.Verdict != pades.Sound || !r.SignedBy(root.cert) || !r.SignedBy(between.cert) || !r.SignedBy(leaf) || r.SignedBy(stranger) {
				t.Errorf("%s (%s)", r.Verdict, r.Why)
			}
			if !bytes.Equal(certificate, signed(t, id)) {
				t.Error("the same certificate, signed twice, is two files")
			}
		})
	}
}

func TestLoadIdentityRefuses(t *testing.T) {
	root := newAuthority(t, "Root", nil)
	between := newAuthority(t, "Between", root)
	key := newKey(t)
	chainOf := func(template *x509.Certificate) []byte {
		return pades.EncodeChain([]*x509.Certificate{root.issue("Leaf", key.Public(), template), root.cert})
	}
	good := chainOf(&x509.Certificate{})
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	trust, err := pkcs12.Modern.EncodeTrustStore([]*x509.Certificate{root.cert}, "")
	if err != nil {
		t.Fatal(err)
	}
	huge := &x509.Certificate{ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Value: make([]byte, 40_000)}}}
	legacy := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Headers: map[string]string{"DEK-Info": "AES-128-CBC,00", "Proc-Type": "4,ENCRYPTED"}, Bytes: []byte("x")})
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":              {nil, pades.ErrKeyFile},
		"noise":                {[]byte("my key"), pades.ErrKeyFile},
		"PKCS#12 without key":  {trust, pades.ErrNoKey},
		"no key":               {good, pades.ErrNoKey},
		"two keys":             {join(good, pkcs8(t, key), pkcs8(t, newKey(t))), pades.ErrManyKeys},
		"broken key":           {join(good, block("PRIVATE KEY", []byte("x"))), pades.ErrKeyFile},
		"broken certificate":   {join(pkcs8(t, key), block("CERTIFICATE", []byte("x"))), pades.ErrKeyFile},
		"encrypted":            {join(good, block("ENCRYPTED PRIVATE KEY", []byte("x"))), pades.ErrEncrypted},
		"encrypted, old":       {join(good, legacy), pades.ErrEncrypted},
		"no certificate":       {pkcs8(t, key), pades.ErrNoChain},
		"another's":            {join(good, pkcs8(t, newKey(t))), pades.ErrMismatch},
		"Ed25519":              {join(good, pkcs8(t, ed)), pades.ErrWeakKey},
		"expired":              {join(pkcs8(t, key), chainOf(&x509.Certificate{NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.Add(-time.Second)})), pades.ErrExpired},
		"not yet valid":        {join(pkcs8(t, key), chainOf(&x509.Certificate{NotBefore: now.Add(time.Second), NotAfter: now.AddDate(1, 0, 0)})), pades.ErrNotYetValid},
		"for key agreement":    {join(pkcs8(t, key), chainOf(&x509.Certificate{KeyUsage: x509.KeyUsageKeyAgreement})), pades.ErrUsage},
		"for web servers":      {join(pkcs8(t, key), chainOf(&x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}})), pades.ErrUsage},
		"for time stamps only": {join(pkcs8(t, key), chainOf(&x509.Certificate{UnknownExtKeyUsage: []asn1.ObjectIdentifier{{1, 2, 3}}})), pades.ErrUsage},
		"without its root":     {join(pkcs8(t, key), pades.EncodeChain([]*x509.Certificate{between.issue("Leaf", key.Public(), &x509.Certificate{}), between.cert})), pades.ErrIncomplete},
		"too large":            {join(pkcs8(t, key), chainOf(huge)), pades.ErrLongChain},
	} {
		if _, err := pades.LoadIdentity(c.file, "", now); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	weak := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 512), E: 65537}}
	if _, err := pades.OpenIdentity(weak, nil, now); !errors.Is(err, pades.ErrWeakKey) {
		t.Errorf("RSA of 513 bits: %v", err)
	}
}

// TestRenewed: of two certificates for one key, the one that lasts longer signs.
func TestRenewed(t *testing.T) {
	root, key := newAuthority(t, "Root", nil), newKey(t)
	old := root.issue("Leaf", key.Public(), &x509.Certificate{NotBefore: now.AddDate(-3, 0, 0), NotAfter: now.AddDate(0, 0, -1)})
	renewed := root.issue("Leaf", key.Public(), &x509.Certificate{})
	id, err := pades.OpenIdentity(key, []*x509.Certificate{old, root.cert, renewed}, now)
	if err != nil || !id.Chain[0].Equal(renewed) {
		t.Fatal(id.Chain, err)
	}
}

// opaque is a key outside of this process.
type opaque struct{ key *ecdsa.PrivateKey }

func (o opaque) Public() crypto.PublicKey { return o.key.Public() }
func (o opaque) Sign(r io.Reader, sum []byte, opts crypto.SignerOpts) ([]byte, error) {
	if r == nil {
		return nil, errors.New("no source of chance")
	}
	return o.key.Sign(r, sum, opts)
}

func TestOpaqueKey(t *testing.T) {
	if r := pades.Verify(signed(t, identityOf(t, opaque{newKey(t)}))); r.Verdict != pades.Sound {
		t.Error(r.Verdict, r.Why)
	}
	id := identity(t)
	o := pdf.Options{Signature: signature(id)}
	o.Signature.Sign = func(_, _ []byte) ([]byte, error) { return nil, errors.New("the key is out of reach") }
	if _, err := pdf.Render(facts("Anna Nowak"), o); err == nil || err.Error() != "the key is out of reach" {
		t.Errorf("a key out of reach gives %v", err)
	}
}
