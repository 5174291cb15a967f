package proof

import (
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pades"
)

// keyOf is the key of the issuer that a signature names, nil for none. An authority
// certifies the keys of others too, so a chain that leads to its root shows no key:
// only a root that was made for one key does.
func (t Trust) keyOf(p pades.Report) *Document {
	key := p.Key()
	for i, d := range t.Documents {
		if d.Key != "" && d.Key == key || d.Key == "" && pades.MadeHere(d.Root) && p.Names(d.Root) {
			return &t.Documents[i]
		}
	}
	return nil
}

// authority is what the file of keys has of an authority that certified the signer,
// where it comes from a version that did not name the issuer's own keys.
func (t Trust) authority(p pades.Report) (list []Document) {
	for _, d := range t.Documents {
		if d.Key == "" && !pades.MadeHere(d.Root) && p.Names(d.Root) {
			list = append(list, d)
		}
	}
	return list
}

func (r *Report) whoSignedPDF(p pades.Report, file []byte, o Options) Verdict {
	if o.Trust == nil {
		r.find(signer, Open, "It names "+p.Name+". Whose key signed it, the file alone cannot show: get the issuer's keys and check again. The root certificate's SHA-256 is "+pades.Fingerprint(p.Root())+".")
		return Intact
	}
	if o.Trust.Documents == nil {
		r.find(signer, Open, "It names "+p.Name+". The keys that you gave are those of badges, none of PDF files.")
		return Intact
	}
	d := o.Trust.keyOf(p)
	if d == nil {
		return r.certifiedAlike(p, o)
	}
	verdict := r.byKey(*d, p, file, o)
	if d.Key != "" && !o.Trust.dates(p) && !p.Expired(o.Now) {
		r.find(keysAge, Open, "It does not lead to a root that "+o.Trust.Name+" names for this key, so its dates are its signer's own word.")
	}
	return verdict
}

// byKey judges what a key of the issuer signed.
func (r *Report) byKey(d Document, p pades.Report, file []byte, o Options) Verdict {
	switch {
	case d.NotTrustedAfter == nil:
		r.find(signer, Proven, "The key belongs to "+o.Trust.Name+".")
		return Genuine
	case p.SignedAt.After(*d.NotTrustedAfter):
		r.KeyFell = true
		r.find(signer, Failed, "It was signed after this key was compromised.")
		return Foreign
	}
	return r.dated(*d.NotTrustedAfter, file, o)
}

// dates reports whether the signer's certificate leads to a root that the issuer names
// for its key.
func (t Trust) dates(p pades.Report) bool {
	key := p.Key()
	for _, d := range t.Documents {
		if d.Key == key && p.Names(d.Root) {
			return true
		}
	}
	return false
}

// certifiedAlike judges what no key of the issuer signed that the caller knows by
// itself.
func (r *Report) certifiedAlike(p pades.Report, o Options) Verdict {
	list := o.Trust.authority(p)
	if len(list) == 0 {
		r.find(signer, Failed, "It names "+p.Name+", but no key of "+o.Trust.Name+" signed it.")
		return Foreign
	}
	for _, d := range list {
		if d.NotTrustedAfter == nil || !p.SignedAt.After(*d.NotTrustedAfter) {
			r.find(signer, Open, "It names "+p.Name+", and the authority that certifies the key of "+o.Trust.Name+" certified its signer. It certifies others too, and the keys that you gave do not name that of "+o.Trust.Name+" itself: get them anew and check again.")
			return Intact
		}
	}
	r.KeyFell = true
	r.find(signer, Failed, "It was signed after the key of "+o.Trust.Name+" that this authority certified was compromised.")
	return Foreign
}

// dated judges a file that bears a date from before its key was compromised. Whoever
// has the key can write any date, but cannot put anything into the log, and nobody
// can show a witness a line that is not there yet.
func (r *Report) dated(fell time.Time, file []byte, o Options) Verdict {
	owner, when := "The key belongs to "+o.Trust.Name, fell.UTC().Format(minute)
	seen, logged := o.seenAt(file)
	if logged && !seen.IsZero() && !seen.After(fell) {
		r.find(signer, Proven, fmt.Sprintf("%s. It was compromised after %s; the log has this very file, and a witness saw it there on %s.", owner, when, seen.Format(minute)))
		return Genuine
	}
	why := "Whoever has it can write any date: get the log's proof of this file, and the key of a witness that saw it there by then."
	switch {
	case !seen.IsZero():
		why = fmt.Sprintf("The log has this very file, but a witness saw it there only on %s: it may have been put in since.", seen.Format(minute))
	case logged:
		why = "The log has this very file, but since when is not proven: a witness that saw it there by then can show it."
	}
	r.KeyFell = true
	r.find(signer, Open, fmt.Sprintf("%s, but was compromised after %s. %s", owner, when, why))
	return Intact
}
