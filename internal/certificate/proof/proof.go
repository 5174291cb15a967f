// Package proof says what a certificate's file proves by itself, what it does not,
// and why. It needs neither network nor database, and any input is safe.
package proof

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/translog"
)

// Verdict is the whole in a word.
type Verdict string

// The verdicts. Only Genuine says who issued it.
const (
	Genuine   Verdict = "genuine"  // unchanged, and by the issuer whose keys were given
	Intact    Verdict = "intact"   // unchanged since some key signed it; whose key, the file alone cannot show
	Revoked   Verdict = "revoked"  // genuine or intact, and on the status list that was given
	Foreign   Verdict = "foreign"  // unchanged, and signed by a key that is not the issuer's, or is no longer trusted
	Early     Verdict = "not yet"  // unchanged, and dated later than it is now
	Altered   Verdict = "altered"  // not what was signed
	NotSigned Verdict = "unsigned" // a PDF without any signature
	Strange   Verdict = "strange"  // a PDF that another program made or saved, or that is cut short: it cannot be judged
	Unknown   Verdict = "unknown"  // no certificate of this kind
)

// State says whether a thing is proven.
type State string

// The states.
const (
	Proven State = "proven"
	Open   State = "not proven" // nobody can tell from what is there
	Failed State = "failed"
)

// Finding is one thing that was examined.
type Finding struct {
	What  string `json:"what"`
	State State  `json:"state"`
	Why   string `json:"why"` // a sentence
}

// Report is what Check found.
type Report struct {
	Verdict  Verdict
	Form     string              // PDF, JSON or JWT; empty for something else
	Record   *certificate.Record // what is certified, where it is intact
	SignedAt time.Time           // by the signer's own word
	Findings []Finding
	// Witnesses are those that the caller named, with what they saw.
	Witnesses []Witnessed

	asked     bool                 // the caller gave a status list
	log       credential.LogReport // of the credential
	factsHash string               // that the log has; empty where there are no facts
}

func (r *Report) find(what string, s State, why string) {
	r.Findings = append(r.Findings, Finding{what, s, why})
}

// Options are what the caller knows beside the file.
type Options struct {
	Trust  *Trust // nil: the key inside the file is taken, and proves nobody
	Status []byte // the status list that the credential names; nil: revocation is not looked at
	// Witnesses are those of the log that the caller trusts, and LogProof what the
	// log answers at /log/proof/ for the certificate, nil for none.
	Witnesses []translog.WitnessKey
	LogProof  *translog.EntryProof
	Now       time.Time
}

// IssuerProven reports whether the file shows who signed it; a certificate that was
// revoked since is no less its issuer's.
func (r Report) IssuerProven() bool { return r.says(signer, Proven) }

func (r Report) says(what string, s State) bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.What == what && f.State == s })
}

func (o Options) credential() credential.Options {
	c := credential.Options{StatusList: o.Status, Now: o.Now}
	if o.Trust != nil {
		c.Keys, c.LogKeys = o.Trust.Credentials, o.Trust.Log
	}
	return c
}

// InForce is the finding about what happened after the file was made.
const InForce = "Still valid"

// What else is examined, in the words of the findings.
const (
	wholeFile  = "Nothing was changed"
	signer     = "Who signed"
	date       = "When it was signed"
	keysAge    = "The signing certificate"
	inside     = "The Open Badge inside"
	inLog      = "The transparency log"
	logProof   = "The proof from the log"
	itsHolder  = "Who shows it"
	acceptance = "What it counts for"
)

// skew is by how much clocks may differ.
const skew = 5 * time.Minute

// Check examines a PDF, or a credential as JSON or JWT.
func Check(file []byte, o Options) Report {
	var r Report
	if bytes.Contains(file[:min(len(file), 1024)], []byte("%PDF-")) {
		r = checkPDF(file, o)
	} else {
		r = checkCredential(file, o)
	}
	r.asked = o.Status != nil
	r.askWitnesses(file, o)
	if r.Record != nil {
		r.find(itsHolder, Open, "No file can show that whoever hands it over is its holder. Compare the name with a document of identity.")
		r.find(acceptance, Open, "Whether a licensing board accepts it, the board decides.")
	}
	return r
}

func checkCredential(file []byte, o Options) Report {
	v := credential.Verify(bytes.TrimSpace(file), o.credential())
	r := Report{Form: map[credential.Form]string{credential.JSON: "JSON", credential.JWT: "JWT"}[v.Form]}
	switch v.Verdict {
	case credential.SomethingElse, credential.UnknownContext, credential.UnknownSuite:
		r.Verdict = Unknown
		r.find(wholeFile, Open, v.Problem)
		return r
	case credential.Altered:
		r.Verdict = Altered
		r.find(wholeFile, Failed, v.Problem)
		return r
	case credential.NotYet:
		r.Verdict = Early
	case credential.Distrusted:
		r.Verdict = Foreign
	case credential.Untrusted:
		r.Verdict = Intact
		if o.Trust != nil {
			r.Verdict = Foreign
		}
	default:
		r.Verdict = Genuine
		if v.Unconfirmed {
			r.Verdict = Intact
		}
	}
	r.find(wholeFile, Proven, "The credential is what the key in it signed.")
	r.read(v)
	r.whoSigned(v, o)
	r.logAndStatus(v)
	return r
}

// read takes what is certified.
func (r *Report) read(v credential.Report) {
	var record certificate.Record
	if json.Unmarshal(v.Facts, &record) == nil && record.Number != "" {
		r.Record = &record
	}
	r.SignedAt, r.log, r.factsHash = v.SignedAt, v.Log, v.FactsHash
}

func (r *Report) whoSigned(v credential.Report, o Options) {
	switch {
	case v.Verdict == credential.Trusted && v.Unconfirmed:
		r.find(signer, Open, "The key belongs to "+o.Trust.Name+", but was compromised later, and the log does not show that this was made before.")
	case v.Verdict == credential.Trusted:
		r.find(signer, Proven, "The key belongs to "+o.Trust.Name+".")
	case v.Verdict != credential.Untrusted:
		r.find(signer, Failed, v.Problem)
	case o.Trust != nil:
		r.find(signer, Failed, "It names "+v.IssuerName+" ("+v.Issuer+"), but no key of "+o.Trust.Name+" signed it.")
	default:
		r.find(signer, Open, "It names "+v.IssuerName+" ("+v.Issuer+"). Whose key signed it, the file alone cannot show: get the keys from that site and check again. The key is "+v.Key+".")
	}
}

func (r *Report) logAndStatus(v credential.Report) {
	switch v.Log.State {
	case credential.LogProven:
		r.find(inLog, Proven, "The facts were in the issuer's log when it was issued. Whoever holds a later checkpoint can see whether they still are.")
	case credential.LogUnproven:
		r.find(inLog, Failed, v.Log.Problem)
	default:
		r.find(inLog, Open, "Without the keys of the log its proof cannot be checked.")
	}
	switch v.Status.Standing {
	case credential.InForce:
		r.find(InForce, Proven, "It was not revoked when the status list was made, "+v.Status.AsOf.UTC().Format("2006-01-02 15:04 MST")+".")
	case credential.Revoked:
		r.find(InForce, Failed, "The status list says that it was revoked or replaced.")
		if r.Verdict == Genuine || r.Verdict == Intact {
			r.Verdict = Revoked
		}
	case credential.StandingUnknown:
		r.find(InForce, Open, "The status list cannot be used: "+strings.TrimSuffix(strings.TrimPrefix(v.Status.Problem, "credential: "), ".")+".")
	default:
		r.find(InForce, Open, "No file can know what happened after it was made. Look the number up, or check again with the status list at "+v.Status.List+".")
	}
}

// checkPDF judges the signature of the file, then what is inside it.
func checkPDF(file []byte, o Options) Report {
	r := Report{Form: "PDF"}
	p := pades.Verify(file)
	r.SignedAt = p.SignedAt
	if why, failed := broken[p.Verdict]; failed {
		r.Verdict = why.verdict
		r.find(wholeFile, why.state, why.words)
		return r
	}
	r.find(wholeFile, Proven, "The file is, to the last byte, what was signed.")
	r.Verdict = r.whoSignedPDF(p, o)
	if p.SignedAt.After(o.Now.Add(skew)) {
		r.Verdict = Early
		r.find(date, Failed, "It says that it was signed on "+p.SignedAt.UTC().Format(time.DateOnly)+", which has not come yet. Is the clock of this machine right?")
	}
	if p.Expired(o.Now) {
		r.find(keysAge, Open, "It expired on "+p.Leaf().NotAfter.UTC().Format(time.DateOnly)+". The file says that it was signed before, and its date is the signer's own word.")
	}
	files, err := p.Attachments()
	if err != nil || len(files) != 1 || files[0].Name != certificate.BadgeName {
		r.find(inside, Open, "There is none, so only the signature of the file speaks.")
		return r
	}
	r.badge(files[0].Data, o)
	return r
}

// badge judges the credential inside a PDF. The file's own signature vouches for
// it as much as for the rest.
func (r *Report) badge(data []byte, o Options) {
	v := credential.Verify(data, o.credential())
	switch v.Verdict {
	case credential.Trusted:
		r.find(inside, Proven, "It is signed by the issuer too, and has these facts.")
	case credential.Untrusted:
		if r.Verdict == Genuine { // the document's key is the issuer's, this one's is not
			r.Verdict = Foreign
			r.find(inside, Failed, "It is signed by a key that is not the issuer's.")
			return
		}
		r.find(inside, Open, "It is what the key in it signed; whose key that is, it cannot show.")
	default:
		if r.Verdict == Genuine || r.Verdict == Intact {
			r.Verdict = Altered
		}
		r.find(inside, Failed, v.Problem)
		return
	}
	r.read(v)
	r.logAndStatus(v)
}

type failure struct {
	verdict Verdict
	state   State
	words   string
}

var broken = map[pades.Verdict]failure{
	pades.NotPDF:     {Unknown, Open, "This is no PDF file."},
	pades.Unsigned:   {NotSigned, Failed, "The file bears no signature: it never had one, or was stripped of it."},
	pades.Unreadable: {Strange, Open, "The file is not laid out as certificates of this kind are: another program made or saved it, or it is cut short or damaged."},
	pades.Altered:    {Altered, Failed, "The file was changed after it was signed."},
	pades.Forged:     {Altered, Failed, "The signature in it does not hold."},
	pades.Appended:   {Altered, Failed, "Something was added to the file after it was signed."},
}

func (r *Report) whoSignedPDF(p pades.Report, o Options) Verdict {
	if o.Trust == nil {
		r.find(signer, Open, "It names "+p.Name+". Whose key signed it, the file alone cannot show: get the issuer's keys and check again. The root certificate's SHA-256 is "+pades.Fingerprint(p.Root())+".")
		return Intact
	}
	if o.Trust.Documents == nil {
		r.find(signer, Open, "It names "+p.Name+". The keys that you gave are those of badges, none of PDF files.")
		return Intact
	}
	for _, d := range o.Trust.Documents {
		switch {
		case !p.SignedBy(d.Root):
		case d.NotTrustedAfter == nil:
			r.find(signer, Proven, "The key belongs to "+o.Trust.Name+".")
			return Genuine
		case p.SignedAt.After(*d.NotTrustedAfter):
			r.find(signer, Failed, "It was signed after this key was compromised.")
			return Foreign
		default:
			r.find(signer, Open, "The key belongs to "+o.Trust.Name+", but was compromised later. Whoever has it can write any date: rely on the log.")
			return Intact
		}
	}
	r.find(signer, Failed, "It names "+p.Name+", but no key of "+o.Trust.Name+" signed it.")
	return Foreign
}
