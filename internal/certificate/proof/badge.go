package proof

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
)

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
		r.KeyFell = true
		r.find(signer, Open, "The key belongs to "+o.Trust.Name+", but was compromised later, and the log does not show that this was made before.")
	case v.Verdict == credential.Trusted:
		r.find(signer, Proven, "The key belongs to "+o.Trust.Name+".")
	case v.Verdict != credential.Untrusted:
		r.KeyFell = v.Verdict == credential.Distrusted
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
		r.find(InForce, Proven, "It was not revoked when the status list was made, "+v.Status.AsOf.UTC().Format(minute)+".")
	case credential.Revoked:
		r.find(InForce, Failed, "The status list says that it was revoked or replaced.")
		if r.Verdict == Genuine || r.Verdict == Intact {
			r.Verdict = Revoked
		}
	case credential.StandingUnjudged:
		r.find(InForce, Open, "Not judged: its place in the status list is the word of whoever signed it, and who that is is not proven.")
	case credential.StandingUnknown:
		r.find(InForce, Open, "The status list cannot be used: "+strings.TrimSuffix(strings.TrimPrefix(v.Status.Problem, "credential: "), ".")+".")
	default:
		r.find(InForce, Open, "No file can know what happened after it was made. Look the number up, or check again with the status list at "+v.Status.List+".")
	}
}
