package proof_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// authority certifies keys of many.
type authority struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	root   *x509.Certificate
	serial int64
}

func newAuthority(t *testing.T, name string) *authority {
	t.Helper()
	a := &authority{t: t, key: ecKey(t)}
	a.root = &x509.Certificate{KeyUsage: x509.KeyUsageCertSign, IsCA: true}
	a.root = a.issue(name, a.key.Public(), a.root)
	return a
}

func ecKey(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func (a *authority) issue(name string, public crypto.PublicKey, template *x509.Certificate) *x509.Certificate {
	a.t.Helper()
	a.serial++
	template.SerialNumber, template.Subject, template.BasicConstraintsValid = big.NewInt(a.serial), pkix.Name{CommonName: name}, true
	template.NotBefore, template.NotAfter = issued.AddDate(-1, 0, 0), issued.AddDate(2, 0, 0)
	der, err := x509.CreateCertificate(rand.Reader, template, a.root, public, a.key)
	if err != nil {
		a.t.Fatal(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return c
}

// certify gives a key a certificate for documents.
func (a *authority) certify(name string, key crypto.Signer) pades.Identity {
	a.t.Helper()
	leaf := a.issue(name, key.Public(), &x509.Certificate{KeyUsage: x509.KeyUsageDigitalSignature})
	id, err := pades.OpenIdentity(key, []*x509.Certificate{leaf, a.root}, issued)
	if err != nil {
		a.t.Fatal(err)
	}
	return id
}

// entry is what the issuer publishes of an identity.
func entry(id pades.Identity, fell *time.Time) proof.Document {
	return proof.Document{Root: id.Chain[len(id.Chain)-1], Key: pades.KeyID(id.Key.Public()), NotTrustedAfter: fell}
}

// nameless is an entry as it was before keys were named.
func nameless(d proof.Document) proof.Document {
	d.Key = ""
	return d
}

const ageOfKey = "The signing certificate"

// TestAnAuthorityVouchesForNobody: it certifies the keys of others too, so the issuer's
// are told by themselves.
func TestAnAuthorityVouchesForNobody(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i, public, second := newIssuer(t), newAuthority(t, "Public authority"), newAuthority(t, "Second authority")
	own, key := i.document, ecKey(t)
	ours, renewed := public.certify("Clinic", key), second.certify("Clinic", key)
	next, stranger := public.certify("Clinic", ecKey(t)), public.certify("Clinic", ecKey(t))
	before, after := issued.Add(-time.Minute), issued.Add(time.Minute)
	for name, tt := range map[string]struct {
		signer    pades.Identity
		documents []proof.Document
		want      proof.Verdict
		says, age string
		fell      bool
	}{
		"ours":                            {ours, []proof.Document{entry(ours, nil)}, proof.Genuine, "belongs to Clinic", "", false},
		"a stranger's of the authority":   {stranger, []proof.Document{entry(ours, nil)}, proof.Foreign, "no key of Clinic", "", false},
		"an old file of keys, ours":       {ours, []proof.Document{nameless(entry(ours, nil))}, proof.Intact, "get them anew", "", false},
		"an old file of keys, a stranger": {stranger, []proof.Document{nameless(entry(ours, nil))}, proof.Intact, "It certifies others too", "", false},
		"an old file, after it fell":      {ours, []proof.Document{nameless(entry(ours, &before))}, proof.Foreign, "was compromised", "", true},
		"an old file, one of two fell":    {ours, []proof.Document{nameless(entry(ours, nil)), nameless(entry(ours, &before))}, proof.Intact, "get them anew", "", false},
		"an old file, another authority":  {renewed, []proof.Document{nameless(entry(ours, nil))}, proof.Foreign, "no key of Clinic", "", false},
		"an old file, a root made here":   {own, []proof.Document{nameless(entry(own, nil))}, proof.Genuine, "belongs to Clinic", "", false},
		"it fell, the next has its root":  {ours, []proof.Document{entry(next, nil), entry(ours, &before)}, proof.Foreign, "after this key was compromised", "", true},
		"it fell later":                   {ours, []proof.Document{entry(next, nil), entry(ours, &after)}, proof.Intact, "was compromised after", "", true},
		"the next signs":                  {next, []proof.Document{entry(ours, &before), entry(next, nil)}, proof.Genuine, "belongs to Clinic", "", false},
		"renewed, both are named":         {ours, []proof.Document{entry(renewed, nil), entry(ours, nil)}, proof.Genuine, "belongs to Clinic", "", false},
		"renewed, the old is not named":   {ours, []proof.Document{entry(renewed, nil)}, proof.Genuine, "belongs to Clinic", "signer's own word", false},
	} {
		i.document = tt.signer
		trust := i.trust
		trust.Documents = tt.documents
		text, err := trust.File()
		i.must(err)
		trust, err = proof.ParseTrust(text)
		i.must(err)
		r := proof.Check(i.file(number, i.credential(number).JSON), proof.Options{Trust: &trust, Now: issued.Add(time.Hour)})
		if f := finding(r, signer); r.Verdict != tt.want || !strings.Contains(f.Why, tt.says) || r.KeyFell != tt.fell || r.IssuerProven() != (tt.want == proof.Genuine) {
			t.Errorf("%s: %s, want %s with %q: %+v, fell %v", name, r.Verdict, tt.want, tt.says, f, r.KeyFell)
		}
		if age := finding(r, ageOfKey).Why; (age != "") != (tt.age != "") || !strings.Contains(age, tt.age) {
			t.Errorf("%s: its certificate: %q", name, age)
		}
	}
}

// TestAWitnessDatesTheKeyThatFell, though the next has the same root.
func TestAWitnessDatesTheKeyThatFell(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i, public := newIssuer(t), newAuthority(t, "Public authority")
	i.document = public.certify("Clinic", ecKey(t))
	fell := issued.Add(time.Hour)
	i.trust.Documents = []proof.Document{entry(public.certify("Clinic", ecKey(t)), nil), entry(i.document, &fell)}
	file, w := i.file(number, i.credential(number).JSON), witnesstest.New(t, "one.example", witnesstest.Ed25519, nil)
	seen := i.proofOf(translog.Document, number, file, func(checkpoint []byte) []byte { return signedBy(t, checkpoint, w, issued) })
	r := proof.Check(file, proof.Options{Trust: &i.trust, LogProof: seen, Witnesses: []translog.WitnessKey{keyOf(t, w)}, Now: fell})
	if f := finding(r, signer); r.Verdict != proof.Genuine || !strings.Contains(f.Why, "a witness saw it there") {
		t.Errorf("%s: %+v", r.Verdict, f)
	}
}
