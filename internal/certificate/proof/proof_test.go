package proof_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/translog"
)

var issued = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

const base = "https://ce.example.org"

// issuer is a site that issues, as strangers know it by trust.
type issuer struct {
	t        *testing.T
	document pades.Identity
	badge    credential.Key
	trust    proof.Trust
	logKey   note.Signer
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	i := &issuer{t: t}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	i.must(err)
	i.document, err = pades.NewIdentity(key, "Clinic", issued.Add(-time.Hour))
	i.must(err)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	i.must(err)
	i.badge, err = credential.NewKey(private)
	i.must(err)
	secret, verifier, err := note.GenerateKey(rand.Reader, "ce.example.org/log")
	i.must(err)
	i.logKey, err = note.NewSigner(secret)
	i.must(err)
	i.trust = proof.Trust{Issuer: "did:web:ce.example.org", Name: "Clinic", Credentials: []credential.PublicKey{{Public: public}},
		Documents: []proof.Document{entry(i.document, nil)}, Log: []string{verifier}}
	return i
}

func (i *issuer) must(err error) {
	i.t.Helper()
	if err != nil {
		i.t.Fatal(err)
	}
}

// credential states a certificate whose facts are the only entry of the log.
func (i *issuer) credential(number string) credential.Issued {
	i.t.Helper()
	return i.stated(number, i.checkpoint(i.leaf(number)))
}

func (i *issuer) leaf(number string) []byte {
	i.t.Helper()
	sum, err := credential.FactsHash(i.record(number))
	i.must(err)
	return translog.Data(translog.Facts, hex.EncodeToString(sum[:]))
}

func (i *issuer) record(number string) []byte {
	i.t.Helper()
	record, err := certificate.Facts{Number: number, HolderName: "Ana Ruiz", Title: "TMS and Ketamine", CompletedAt: issued}.Record().JSON()
	i.must(err)
	return record
}

// checkpoint is of a log with one line.
func (i *issuer) checkpoint(leaf []byte) []byte {
	i.t.Helper()
	signed, err := note.Sign(&note.Note{Text: "ce.example.org/log\n1\n" + tlog.RecordHash(leaf).String() + "\n"}, i.logKey)
	i.must(err)
	return signed
}

// stated is a credential with a checkpoint.
func (i *issuer) stated(number string, checkpoint []byte) credential.Issued {
	i.t.Helper()
	c, err := credential.Issue(credential.Input{Issuer: credential.Issuer{BaseURL: base, Name: "Clinic"}, Number: number, HolderName: "Ana Ruiz",
		Course:      credential.Course{ID: base + "/courses/tms", Name: "TMS and Ketamine", Description: "About it", Criteria: "Pass"},
		CompletedAt: issued, IssuedAt: issued, Facts: i.record(number), Log: credential.LogProof{Checkpoint: checkpoint}}, i.badge)
	i.must(err)
	return c
}

func (i *issuer) file(number string, inside []byte) []byte {
	i.t.Helper()
	o := pdf.Options{Signature: &pdf.Signature{Name: "Clinic", Reason: "Issue", At: issued, Size: i.document.Size(), Sign: i.document.Sign}}
	if inside != nil {
		o.Attachments = []pdf.Attachment{{Name: certificate.BadgeName, Description: "Open Badge", MediaType: "application/json", Relationship: pdf.Data, Data: inside, ModifiedAt: issued}}
	}
	out, err := pdf.Render(pdf.Facts{Number: number, HolderName: "Ana Ruiz", Title: "TMS and Ketamine", Provider: "Clinic", VerifyURL: base + "/verify/" + number,
		Deed: "has completed the course", When: issued.Format("on January 2, 2006"), IssuedOn: issued, EditionNumber: 1}, o)
	i.must(err)
	return out
}

func (i *issuer) status(revoked bool) []byte {
	i.t.Helper()
	list := &credential.StatusList{}
	i.must(list.Set(0, revoked))
	s, err := credential.IssueStatusList(credential.StatusInput{Issuer: credential.Issuer{BaseURL: base, Name: "Clinic"}, List: list,
		ValidFrom: issued, ValidUntil: issued.Add(time.Hour), TTL: time.Minute}, i.badge)
	i.must(err)
	return s.JSON
}

func TestCheck(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	ours, other := newIssuer(t), newIssuer(t)
	badge := ours.credential(number)
	file := ours.file(number, badge.JSON)
	later := issued.Add(time.Minute)
	before := issued.Add(-time.Minute)
	stolen := func(after time.Time) *proof.Trust {
		k := ours.trust
		k.Documents = []proof.Document{{Root: k.Documents[0].Root, NotTrustedAfter: &after}}
		k.Credentials = []credential.PublicKey{{Public: k.Credentials[0].Public, NotTrustedAfter: &after}}
		return &k
	}
	changed := func(b []byte, old, fresh string) []byte {
		t.Helper()
		if !bytes.Contains(b, []byte(old)) {
			t.Fatalf("no %q to change", old)
		}
		return bytes.Replace(b, []byte(old), []byte(fresh), 1)
	}
	for name, tt := range map[string]struct {
		file   []byte
		trust  *proof.Trust
		status []byte
		now    time.Time
		want   proof.Verdict
		states string // proven p, open o, failed f, in order without the last two, which are open
	}{
		"a PDF":                       {file, &ours.trust, ours.status(false), later, proof.Genuine, "ppppp"},
		"a PDF alone":                 {file, nil, nil, later, proof.Intact, "poooo"},
		"a PDF, no status":            {file, &ours.trust, nil, later, proof.Genuine, "ppppo"},
		"a revoked one":               {file, &ours.trust, ours.status(true), later, proof.Revoked, "ppppf"},
		"another's keys":              {file, &other.trust, nil, later, proof.Foreign, "pfofo"},
		"another's status list":       {file, &ours.trust, other.status(false), later, proof.Genuine, "ppppo"},
		"a key stolen before":         {file, stolen(before), nil, later, proof.Foreign, "pffpo"},
		"a key stolen since":          {file, stolen(later), nil, later.Add(time.Hour), proof.Intact, "poppo"},
		"a clock that lags":           {file, &ours.trust, nil, issued.Add(-time.Hour), proof.Early, "ppffpo"},
		"in twenty-five years":        {file, &ours.trust, nil, issued.AddDate(25, 0, 0), proof.Genuine, "ppoppo"},
		"a text changed":              {changed(file, number, "7K2M-Q9XD-4T8RB"), &ours.trust, nil, later, proof.Altered, "f"},
		"something appended":          {append(bytes.Clone(file), "\n1 0 obj\nendobj\n%%EOF\n"...), &ours.trust, nil, later, proof.Altered, "f"},
		"the end cut off":             {file[:len(file)-100], &ours.trust, nil, later, proof.Strange, "o"},
		"no badge inside":             {ours.file(number, nil), &ours.trust, nil, later, proof.Genuine, "ppo"},
		"another's badge inside":      {ours.file(number, other.credential(number).JSON), &ours.trust, nil, later, proof.Foreign, "ppf"},
		"a badge changed inside":      {ours.file(number, changed(badge.JSON, "Ana Ruiz", "Eva Ruiz")), &ours.trust, nil, later, proof.Altered, "ppf"},
		"a badge of new terms inside": {ours.file(number, changed(badge.JSON, "credentials/v2", "credentials/v9")), &ours.trust, nil, later, proof.Genuine, "ppo"},
		"a PDF that others signed":    {[]byte("%PDF-1.4\n1 0 obj\n<< /ByteRange [0 1 2 3] >>\nendobj\n%%EOF\n"), &ours.trust, nil, later, proof.Strange, "o"},
		"a PDF and keys of badges":    {file, &proof.Trust{Name: "Clinic", Credentials: ours.trust.Credentials}, nil, later, proof.Intact, "popoo"},
		"a PDF without a signature":   {[]byte("%PDF-1.4\n1 0 obj\nendobj\n%%EOF\n"), &ours.trust, nil, later, proof.NotSigned, "f"},
		"JSON":                        {badge.JSON, &ours.trust, ours.status(false), later, proof.Genuine, "pppp"},
		"JSON alone":                  {badge.JSON, nil, nil, later, proof.Intact, "pooo"},
		"JSON with blanks around":     {slices.Concat([]byte("\n "), badge.JSON, []byte("\n")), &ours.trust, nil, later, proof.Genuine, "pppo"},
		"JWT":                         {[]byte(badge.JWT + "\n"), &ours.trust, ours.status(true), later, proof.Revoked, "pppf"},
		"JSON and another's keys":     {badge.JSON, &other.trust, nil, later, proof.Foreign, "pffo"},
		"JSON changed":                {changed(badge.JSON, "Ana Ruiz", "Eva Ruiz"), &ours.trust, nil, later, proof.Altered, "f"},
		"JSON of an unknown context":  {changed(badge.JSON, "https://www.w3.org/ns/credentials/v2", "https://www.w3.org/ns/credentials/v9"), &ours.trust, nil, later, proof.Unknown, "o"},
		"JSON, a key stolen before":   {badge.JSON, stolen(before), nil, later, proof.Foreign, "pfpo"},
		"JSON before its time":        {badge.JSON, &ours.trust, nil, issued.Add(-time.Hour), proof.Early, "pfpo"},
		"nothing":                     {nil, &ours.trust, nil, later, proof.Unknown, "o"},
		"a web page":                  {[]byte("<!doctype html>"), nil, nil, later, proof.Unknown, "o"},
		"a million brackets":          {bytes.Repeat([]byte("["), 1<<20), nil, nil, later, proof.Unknown, "o"},
		"more than any certificate":   {append([]byte("%PDF-1.7\n"), make([]byte, 64<<20)...), nil, nil, later, proof.Strange, "o"},
		"a status list that is noise": {badge.JSON, &ours.trust, []byte("{}"), later, proof.Genuine, "pppo"},
	} {
		r := proof.Check(tt.file, proof.Options{Trust: tt.trust, Status: tt.status, Now: tt.now})
		states := ""
		for _, f := range r.Findings {
			states += map[proof.State]string{proof.Proven: "p", proof.Open: "o", proof.Failed: "f"}[f.State]
			if !strings.HasSuffix(f.Why, ".") && !strings.HasSuffix(f.Why, "?") {
				t.Errorf("%s: %s is no sentence: %q", name, f.What, f.Why)
			}
		}
		if r.Record != nil {
			states = strings.TrimSuffix(states, "oo")
			if r.Record.Number != number || r.Record.Holder.Name != "Ana Ruiz" {
				t.Errorf("%s certifies %+v", name, r.Record)
			}
		}
		if r.Verdict != tt.want || states != tt.states {
			t.Errorf("%s: %s %q, want %s %q\n%+v", name, r.Verdict, states, tt.want, tt.states, r.Findings)
		}
	}
}

// TestWhoAsksForTheStatusGetsAnAnswer: a list that cannot be used is none.
func TestWhoAsksForTheStatusGetsAnAnswer(t *testing.T) {
	i := newIssuer(t)
	badge := i.credential("7K2M-Q9XD-4T8RN")
	for name, tt := range map[string]struct {
		status   []byte
		verdict  proof.Verdict
		answered bool
	}{
		"not asked":  {nil, proof.Genuine, true},
		"in force":   {i.status(false), proof.Genuine, true},
		"revoked":    {i.status(true), proof.Revoked, false},
		"noise":      {[]byte("{}"), proof.Genuine, false},
		"empty":      {[]byte{}, proof.Genuine, false},
		"a tampered": {bytes.Replace(i.status(true), []byte("encodedList"), []byte("encodedlist"), 1), proof.Genuine, false},
	} {
		for form, file := range map[string][]byte{"JSON": badge.JSON, "PDF": i.file("7K2M-Q9XD-4T8RN", badge.JSON)} {
			r := proof.Check(file, proof.Options{Trust: &i.trust, Status: tt.status, Now: issued.Add(time.Minute)})
			if r.Verdict != tt.verdict || r.Answered() != tt.answered || !r.IssuerProven() {
				t.Errorf("%s, %s: %s, answered %v, issuer %v", name, form, r.Verdict, r.Answered(), r.IssuerProven())
			}
			for _, f := range r.Findings {
				if strings.Contains(f.Why, "..") {
					t.Errorf("%s: %q", name, f.Why)
				}
			}
		}
	}
}

func TestKeysAreReadAsTheyAreWritten(t *testing.T) {
	i := newIssuer(t)
	i.trust.Credentials[0].NotTrustedAfter = &issued
	text, err := i.trust.File()
	i.must(err)
	got, err := proof.ParseTrust(text)
	i.must(err)
	again, err := got.File()
	i.must(err)
	if !bytes.Equal(text, again) || got.Name != "Clinic" || !got.Documents[0].Root.Equal(i.trust.Documents[0].Root) || got.Documents[0].Key != i.trust.Documents[0].Key || !got.Credentials[0].NotTrustedAfter.Equal(issued) {
		t.Errorf("%s", again)
	}
	did, err := credential.DIDDocument("did:web:ce.example.org", i.trust.Credentials)
	i.must(err)
	if other, err := proof.ParseTrust(did); err != nil || other.Issuer != "did:web:ce.example.org" ||
		!other.Credentials[0].Public.Equal(i.trust.Credentials[0].Public) || other.Credentials[0].NotTrustedAfter == nil {
		t.Errorf("a DID document: %+v, %v", other, err)
	}
	for name, bad := range map[string]string{"nothing": "", "JSON": "{}", "another form": strings.Replace(string(text), "keys 1", "keys 2", 1),
		"no PEM": strings.Replace(string(text), "BEGIN", "BEGUN", 1), "half a key": strings.Replace(string(text), i.trust.Documents[0].Key, i.trust.Documents[0].Key[:32], 1), "no sum": strings.Replace(string(text), i.trust.Documents[0].Key, "key", 1),
		"no key": strings.Replace(string(text), `"z6Mk`, `"z7`, 1), "too long": string(text) + strings.Repeat(" ", proof.MaxKeys)} {
		if _, err := proof.ParseTrust([]byte(bad)); !errors.Is(err, proof.ErrKeys) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	i := newIssuer(&testing.T{})
	file := i.file("7K2M-Q9XD-4T8RN", i.credential("7K2M-Q9XD-4T8RN").JSON)
	o := proof.Options{Trust: &i.trust, Now: issued.Add(time.Minute)}
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if r := proof.Check(file, o); r.Verdict != proof.Genuine {
			b.Fatal(r.Verdict)
		}
	}
}
