// Package proof says what a certificate's file proves by itself, what it does not,
// and why. It needs neither network nor database, and any input is safe.
package proof

import (
	"bytes"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/translog"
)

// Verdict is the whole in a word.
type Verdict string

// The verdicts. Only Genuine says who issued it.
const (
	Genuine   Verdict = "genuine"  // unchanged, and by the issuer whose keys were given
	Intact    Verdict = "intact"   // unchanged since some key signed it; whose key, the file alone cannot show
	Revoked   Verdict = "revoked"  // genuine or intact, and no longer valid by the status list or the log's line that was given
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
	// KeyFell: a key of the issuer that was compromised signed it, and nothing here
	// shows that it did so before. BadgeKeyFell: the same of the badge inside a PDF,
	// whatever signed that.
	KeyFell, BadgeKeyFell bool
	// Witnesses are those that the caller named, with what they saw.
	Witnesses []Witnessed

	asked     bool                 // the caller gave a status list
	ended     bool                 // the caller gave a line of a log that ends it
	log       credential.LogReport // of the credential
	factsHash string               // that the log has; empty where there are no facts
}

func (r *Report) find(what string, s State, why string) {
	r.Findings = append(r.Findings, Finding{what, s, why})
}

// settle is find for what may have been found otherwise before.
func (r *Report) settle(what string, s State, why string) {
	i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.What == what })
	if i < 0 {
		r.find(what, s, why)
		return
	}
	r.Findings[i] = Finding{what, s, why}
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

// minute is how instants are written.
const minute = "2006-01-02 15:04 MST"

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
