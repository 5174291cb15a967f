package proof

import (
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/pades"
)

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
	if p.Verdict == pades.Other {
		r.signedOtherwise(p, o)
		return r
	}
	r.find(wholeFile, Proven, "The file is, to the last byte, what was signed.")
	r.Verdict = r.whoSignedPDF(p, file, o)
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
// it as much as for the rest: where the issuer made that, the facts stand whatever
// became of the badge's key.
func (r *Report) badge(data []byte, o Options) {
	asked := o.credential()
	asked.Vouched = r.IssuerProven()
	v := credential.Verify(data, asked)
	held := r.Verdict == Genuine || r.Verdict == Intact
	switch v.Verdict {
	case credential.Trusted, credential.Distrusted:
		r.badgeKey(v)
	case credential.Untrusted:
		if r.Verdict == Genuine { // the document's key is the issuer's, this one's is not
			r.Verdict = Foreign
			r.find(inside, Failed, "It is signed by a key that is not the issuer's.")
			return
		}
		r.find(inside, Open, "It is what the key in it signed; whose key that is, it cannot show.")
	case credential.NotYet:
		if held {
			r.Verdict = Early
		}
		r.find(inside, Failed, v.Problem)
	case credential.Altered:
		if held {
			r.Verdict = Altered
		}
		r.find(inside, Failed, v.Problem)
		return
	default: // of a later version of this program, perhaps
		r.find(inside, Open, v.Problem)
		return
	}
	r.read(v)
	r.logAndStatus(v)
}

// badgeKey says what a badge's own signature is worth that the issuer's key made.
func (r *Report) badgeKey(v credential.Report) {
	r.BadgeKeyFell = v.Unconfirmed || v.Verdict == credential.Distrusted
	if !r.BadgeKeyFell {
		r.find(inside, Proven, "It is signed by the issuer too, and has these facts.")
		return
	}
	state, why := Failed, "It is signed after its own key was compromised, so its own signature is not believed."
	if v.Unconfirmed {
		state, why = Open, "Its own key was compromised later, and the log does not show that it was signed before."
	}
	if r.IssuerProven() {
		why += " The signature of the file covers it, and so its facts."
	}
	r.find(inside, state, why)
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

// signedOtherwise judges a signature that holds and is not made as the issuer's
// program makes it.
func (r *Report) signedOtherwise(p pades.Report, o Options) {
	if o.Trust != nil && o.Trust.keyOf(p) != nil {
		r.Verdict = Altered
		r.find(wholeFile, Failed, "The signature in it was changed after it was made.")
		return
	}
	r.Verdict = Foreign
	r.find(wholeFile, Open, "It is what the key in it signed, but not in the way in which certificates of this kind are signed.")
	if o.Trust == nil || len(o.Trust.authority(p)) > 0 {
		r.find(signer, Open, "Somebody else signed it with another program, or its signature was changed since.")
		return
	}
	r.find(signer, Failed, fmt.Sprintf("Somebody else signed it: it names %.80q, but its certificate is none of %s.", p.Name, o.Trust.Name))
}
