package proof_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// fallen is what is known of the issuer once keys were compromised after a time; nil
// for a key that was not.
func (i *issuer) fallen(document, badge *time.Time) *proof.Trust {
	k := i.trust
	k.Documents = []proof.Document{{Root: k.Documents[0].Root, NotTrustedAfter: document}}
	k.Credentials = []credential.PublicKey{{Public: k.Credentials[0].Public, NotTrustedAfter: badge}}
	return &k
}

// proofOf is the log's proof of a line about a PDF, which comes after its facts; also
// adds signatures to the checkpoint.
func (i *issuer) proofOf(kind translog.Kind, number string, pdf []byte, also ...func(checkpoint []byte) []byte) *translog.EntryProof {
	i.t.Helper()
	sum := sha256.Sum256(pdf)
	facts := tlog.RecordHash(i.leaf(number))
	root := tlog.NodeHash(facts, tlog.RecordHash(translog.Data(kind, hex.EncodeToString(sum[:]))))
	signed, err := note.Sign(&note.Note{Text: "ce.example.org/log\n2\n" + root.String() + "\n"}, i.logKey)
	i.must(err)
	for _, sign := range also {
		signed = sign(signed)
	}
	return &translog.EntryProof{Position: 1, Proof: tlog.RecordProof{facts}, Checkpoint: signed}
}

// finding is what a report says of a thing.
func finding(r proof.Report, what string) proof.Finding {
	if i := slices.IndexFunc(r.Findings, func(f proof.Finding) bool { return f.What == what }); i >= 0 {
		return r.Findings[i]
	}
	return proof.Finding{}
}

const (
	signer = "Who signed"
	inside = "The Open Badge inside"
)

// TestABadgeWhoseKeyFellTakesNothingFromItsPDF: the file's own signature covers the
// facts, and it was not altered.
func TestABadgeWhoseKeyFellTakesNothingFromItsPDF(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i := newIssuer(t)
	file := i.file(number, i.credential(number).JSON)
	before, after := issued.Add(-time.Hour), issued.Add(time.Minute)
	nolog := func(k *proof.Trust) *proof.Trust { k.Log = nil; return k }
	for name, tt := range map[string]struct {
		trust   *proof.Trust
		status  []byte
		want    proof.Verdict
		badge   proof.State
		fell    bool
		inForce proof.State
	}{
		"signed after":                 {i.fallen(nil, &before), nil, proof.Genuine, proof.Failed, true, proof.Open},
		"signed before":                {i.fallen(nil, &after), nil, proof.Genuine, proof.Proven, false, proof.Open},
		"signed before, no log":        {nolog(i.fallen(nil, &after)), nil, proof.Genuine, proof.Open, true, proof.Open},
		"a list of the fallen key":     {i.fallen(nil, &before), i.status(false), proof.Genuine, proof.Failed, true, proof.Open},
		"both keys":                    {i.fallen(&before, &before), nil, proof.Foreign, proof.Failed, true, proof.Open},
		"the keys of badges, no other": {&proof.Trust{Name: "Clinic", Credentials: i.fallen(nil, &before).Credentials}, nil, proof.Intact, proof.Failed, true, proof.Open},
	} {
		r := proof.Check(file, proof.Options{Trust: tt.trust, Status: tt.status, Now: issued.Add(time.Hour / 2), LogProof: i.proofOf(translog.Document, number, file)})
		if f := finding(r, inside); r.Verdict != tt.want || f.State != tt.badge || r.BadgeKeyFell != tt.fell || r.Record == nil || r.Record.Holder.Name != "Ana Ruiz" {
			t.Errorf("%s: %s, %+v, fell %v, %+v", name, r.Verdict, f, r.BadgeKeyFell, r.Record)
		}
		if finding(r, "The proof from the log").State == "" || finding(r, "The transparency log").State == "" || finding(r, proof.InForce).State != tt.inForce {
			t.Errorf("%s: %+v", name, r.Findings)
		}
	}
}

// TestAListJudgesABadgeInAGenuinePDF, though the badge's own key fell: its place in
// the list is the issuer's word by the signature of the file.
func TestAListJudgesABadgeInAGenuinePDF(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i, fresh := newIssuer(t), newIssuer(t)
	badge, before := i.credential(number), issued.Add(-time.Hour)
	trust := i.fallen(nil, &before)
	trust.Credentials = append(trust.Credentials, fresh.trust.Credentials...)
	for revoked, want := range map[bool]proof.Verdict{false: proof.Genuine, true: proof.Revoked} {
		o := proof.Options{Trust: trust, Status: fresh.status(revoked), Now: issued.Add(time.Minute)}
		if r := proof.Check(i.file(number, badge.JSON), o); r.Verdict != want || r.Answered() == revoked {
			t.Errorf("revoked %v: %s\n%+v", revoked, r.Verdict, r.Findings)
		}
		if r := proof.Check(badge.JSON, o); r.Verdict != proof.Foreign || r.Answered() || !strings.HasPrefix(finding(r, proof.InForce).Why, "Not judged") {
			t.Errorf("the badge alone: %s\n%+v", r.Verdict, r.Findings)
		}
	}
}

// TestAStrangersBadgeInForce: the place in the list is what the forger wrote.
func TestAStrangersBadgeInForce(t *testing.T) {
	i, forger := newIssuer(t), newIssuer(t)
	forged := forger.credential("7K2M-Q9XD-4T8RN").JSON
	for name, trust := range map[string]*proof.Trust{"by the keys": &i.trust, "without keys": nil} {
		r := proof.Check(forged, proof.Options{Trust: trust, Status: i.status(false), Now: issued.Add(time.Minute)})
		if f := finding(r, proof.InForce); f.State != proof.Open || r.Answered() || trust != nil && !strings.HasPrefix(f.Why, "Not judged") {
			t.Errorf("%s: %s, %+v", name, r.Verdict, f)
		}
	}
}

// TestAPDFFromBeforeItsKeyFell is believed if a witness saw that very file in the log
// by then: the thief of the document's key writes any date, and no line of the log.
func TestAPDFFromBeforeItsKeyFell(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i, other := newIssuer(t), newIssuer(t)
	file := i.file(number, i.credential(number).JSON)
	fell := issued.Add(time.Hour)
	trust := i.fallen(&fell, nil)
	one, two := witnesstest.New(t, "one.example", witnesstest.Ed25519, nil), witnesstest.New(t, "two.example", witnesstest.MLDSA44, nil)
	stranger := witnesstest.New(t, "three.example", witnesstest.Ed25519, nil)
	at := func(w *witnesstest.Witness, when time.Time) func([]byte) []byte {
		return func(checkpoint []byte) []byte { return signedBy(t, checkpoint, w, when) }
	}
	facts := &translog.EntryProof{Checkpoint: signedBy(t, i.checkpoint(i.leaf(number)), one, issued)}
	twin := bytes.Clone(i.file("8K2M-Q9XD-4T8RN", i.credential(number).JSON))
	for name, tt := range map[string]struct {
		file  []byte
		trust *proof.Trust
		proof *translog.EntryProof
		want  proof.Verdict
		says  string
	}{
		"no proof":                  {file, trust, nil, proof.Intact, "get the log's proof of this file"},
		"no witness":                {file, trust, i.proofOf(translog.Document, number, file), proof.Intact, "since when is not proven"},
		"seen before":               {file, trust, i.proofOf(translog.Document, number, file, at(one, fell)), proof.Genuine, "a witness saw it there on 2026-11-29 09:00 UTC"},
		"seen by another before":    {file, trust, i.proofOf(translog.Document, number, file, at(one, fell.Add(time.Minute)), at(two, issued)), proof.Genuine, "08:00 UTC"},
		"seen after":                {file, trust, i.proofOf(translog.Document, number, file, at(one, fell.Add(time.Second))), proof.Intact, "only on 2026-11-29 09:00 UTC"},
		"seen by a stranger":        {file, trust, i.proofOf(translog.Document, number, file, at(stranger, issued)), proof.Intact, "since when is not proven"},
		"another file":              {twin, trust, i.proofOf(translog.Document, number, file, at(one, issued)), proof.Intact, "get the log's proof"},
		"the facts alone":           {file, trust, facts, proof.Intact, "get the log's proof"},
		"a log of somebody else":    {file, trust, other.proofOf(translog.Document, number, file, at(one, issued)), proof.Intact, "get the log's proof"},
		"no key of the log":         {file, &proof.Trust{Name: "Clinic", Documents: trust.Documents, Credentials: trust.Credentials}, i.proofOf(translog.Document, number, file, at(one, issued)), proof.Intact, "get the log's proof"},
		"without a badge":           {i.file(number, nil), trust, i.proofOf(translog.Document, number, i.file(number, nil), at(one, issued)), proof.Genuine, "a witness saw it"},
		"revoked, and seen before":  {file, trust, i.proofOf(translog.Revoked, number, file, at(one, issued)), proof.Revoked, "a witness saw it"},
		"signed after the key fell": {file, i.fallen(new(issued.Add(-time.Second)), nil), i.proofOf(translog.Document, number, file, at(one, issued)), proof.Foreign, "after this key was compromised"},
	} {
		r := proof.Check(tt.file, proof.Options{Trust: tt.trust, LogProof: tt.proof, Now: issued.AddDate(0, 1, 0), Witnesses: []translog.WitnessKey{keyOf(t, one), keyOf(t, two)}})
		f := finding(r, signer)
		if r.Verdict != tt.want || !strings.Contains(f.Why, tt.says) || r.KeyFell == r.IssuerProven() {
			t.Errorf("%s: %s, want %s with %q: %+v, fell %v", name, r.Verdict, tt.want, tt.says, f, r.KeyFell)
		}
	}
}
