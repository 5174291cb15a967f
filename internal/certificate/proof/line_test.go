package proof_test

import (
	"bytes"
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/witness/witnesstest"
)

// TestLinesOfWhatBecameOfIt: a line of a revocation is of this certificate, and ends
// it; that nothing followed it, no line can show.
func TestLinesOfWhatBecameOfIt(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i, other := newIssuer(t), newIssuer(t)
	badge := i.credential(number)
	file := i.file(number, badge.JSON)
	one := witnesstest.New(t, "one.example", witnesstest.Ed25519, nil)
	of := func(kind translog.Kind) *translog.EntryProof {
		return i.proofOf(kind, number, file, func(c []byte) []byte { return signedBy(t, c, one, issued) })
	}
	for name, tt := range map[string]struct {
		file     []byte
		trust    *proof.Trust
		status   []byte
		proof    *translog.EntryProof
		want     proof.Verdict
		state    proof.State // of the proof
		inForce  proof.State
		says     string
		answered bool
	}{
		"issued":                 {file, &i.trust, nil, of(translog.Document), proof.Genuine, proof.Proven, proof.Open, "has this certificate as its line 1", true},
		"revoked":                {file, &i.trust, nil, of(translog.Revoked), proof.Revoked, proof.Proven, proof.Failed, "The log says that it was revoked. Whether that was taken back since, this line cannot show", false},
		"revoked, in force":      {file, &i.trust, i.status(false), of(translog.Revoked), proof.Revoked, proof.Proven, proof.Failed, "reinstated before that list was made, or revoked since", false},
		"revoked twice told":     {file, &i.trust, i.status(true), of(translog.Revoked), proof.Revoked, proof.Proven, proof.Failed, "line 1, counted from 0, that it was revoked", false},
		"replaced":               {file, &i.trust, nil, of(translog.Superseded), proof.Revoked, proof.Proven, proof.Failed, "The log says that it was replaced by another.", false},
		"reinstated":             {file, &i.trust, nil, of(translog.Reinstated), proof.Genuine, proof.Proven, proof.Open, "Whether it was revoked anew since", true},
		"reinstated, in force":   {file, &i.trust, i.status(false), of(translog.Reinstated), proof.Genuine, proof.Proven, proof.Proven, "a revocation of it was taken back", true},
		"reinstated, revoked":    {file, &i.trust, i.status(true), of(translog.Reinstated), proof.Revoked, proof.Proven, proof.Failed, "The status list says", false},
		"revoked, no badge":      {i.file(number, nil), &i.trust, nil, i.proofOf(translog.Revoked, number, i.file(number, nil)), proof.Revoked, proof.Proven, proof.Failed, "it was revoked", false},
		"revoked, no keys":       {file, nil, nil, of(translog.Revoked), proof.Intact, proof.Open, proof.Open, "whose line says that it was revoked", false},
		"revoked, another's":     {file, &other.trust, nil, of(translog.Revoked), proof.Foreign, proof.Failed, proof.Open, "No key of the log", false},
		"issued, no keys":        {file, nil, nil, of(translog.Document), proof.Intact, proof.Open, proof.Open, "Without the keys of the log", true},
		"of another's file":      {i.file(number, nil), &i.trust, nil, of(translog.Revoked), proof.Genuine, proof.Failed, "", "not of a line of this certificate", false},
		"of the badge's PDF":     {badge.JSON, &i.trust, nil, of(translog.Revoked), proof.Genuine, proof.Failed, proof.Open, "by the hash of that file", false},
		"of a file since edited": {bytes.Replace(file, []byte("/Title"), []byte("/Titel"), 1), &i.trust, nil, of(translog.Revoked), proof.Altered, "", "", "", false},
	} {
		r := proof.Check(tt.file, proof.Options{Trust: tt.trust, Status: tt.status, LogProof: tt.proof, Now: issued.Add(time.Minute), Witnesses: []translog.WitnessKey{keyOf(t, one)}})
		f, standing := finding(r, "The proof from the log"), finding(r, proof.InForce)
		if name == "revoked, no badge" { // nobody signed that one
			r.Witnesses = nil
		}
		if r.Verdict != tt.want || f.State != tt.state || standing.State != tt.inForce || !strings.Contains(f.Why+standing.Why, tt.says) || r.Answered() != tt.answered {
			t.Errorf("%s: %s, answered %v\n%+v\n%+v", name, r.Verdict, r.Answered(), f, standing)
		}
	}
}

// TestAProofThatNobodyVouchesForIsNoAnswer: without the keys of the log, and without
// a witness, anybody can have made it.
func TestAProofThatNobodyVouchesForIsNoAnswer(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	i := newIssuer(t)
	file := i.file(number, i.credential(number).JSON)
	for trust, want := range map[*proof.Trust]bool{nil: false, &i.trust: true} {
		r := proof.Check(file, proof.Options{Trust: trust, LogProof: i.proofOf(translog.Document, number, file), Now: issued.Add(time.Minute)})
		if r.Answered() != want {
			t.Errorf("answered %v\n%+v", !want, r.Findings)
		}
	}
}

// TestAPDFThatAnotherProgramSigned is somebody else's, and was not changed.
func TestAPDFThatAnotherProgramSigned(t *testing.T) {
	const number = "7K2M-Q9XD-4T8RN"
	ours, other := newIssuer(t), newIssuer(t)
	// A certificate more in it than the issuer's program puts there.
	otherwise := func(id pades.Identity) []byte {
		id.Chain = slices.Concat(id.Chain, []*x509.Certificate{newIssuer(t).document.Chain[1]})
		out, err := pdf.Render(pdf.Facts{Number: number, HolderName: "Ana Ruiz", Title: "TMS", Provider: "Clinic", VerifyURL: base + "/verify/" + number,
			Deed: "has completed the course", When: "on November 29, 2026", IssuedOn: issued, EditionNumber: 1},
			pdf.Options{Signature: &pdf.Signature{Name: "Clinic", Reason: "Issue", At: issued, Size: 4000, Sign: id.Sign}})
		ours.must(err)
		return out
	}
	public := newAuthority(t, "Public authority")
	mine, stranger := public.certify("Clinic", ecKey(t)), public.certify("Clinic", ecKey(t))
	byKey, old := ours.trust, ours.trust
	byKey.Documents, old.Documents = []proof.Document{entry(mine, nil)}, []proof.Document{nameless(entry(mine, nil))}
	for name, tt := range map[string]struct {
		file   []byte
		trust  *proof.Trust
		want   proof.Verdict
		states string
		says   string
	}{
		"of the same authority":  {otherwise(stranger), &byKey, proof.Foreign, "of", "Somebody else signed it"},
		"an old file of keys":    {otherwise(stranger), &old, proof.Foreign, "oo", "or its signature was changed"},
		"our key, changed since": {otherwise(mine), &byKey, proof.Altered, "f", "changed after it was made"},
		"somebody's":             {otherwise(other.document), &ours.trust, proof.Foreign, "of", "Somebody else signed it"},
		"nobody knows whose":     {otherwise(other.document), nil, proof.Foreign, "oo", "with another program"},
		"ours, changed since":    {otherwise(ours.document), &ours.trust, proof.Altered, "f", "changed after it was made"},
	} {
		r := proof.Check(tt.file, proof.Options{Trust: tt.trust, Now: issued.Add(time.Minute)})
		states, says := "", ""
		for _, f := range r.Findings {
			states += map[proof.State]string{proof.Proven: "p", proof.Open: "o", proof.Failed: "f"}[f.State]
			says += f.Why
		}
		if r.Verdict != tt.want || states != tt.states || !strings.Contains(says, tt.says) || r.KeyFell || r.IssuerProven() {
			t.Errorf("%s: %s\n%+v", name, r.Verdict, r.Findings)
		}
	}
}
