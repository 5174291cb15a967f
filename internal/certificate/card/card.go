// Package card draws what the holder of a certificate shows to others: the image
// that goes with a link in a feed, and a badge for another site.
//
// Texts are shaped and broken into lines as on the PDF, in the faces that the
// program carries, and are drawn as outlines: the result needs no font. Equal facts
// give equal bytes. It knows nothing of who may see what: it draws what it is given.
package card

import "strings"

// Facts is everything that is drawn. Empty texts leave no gap; what is too long
// becomes smaller, then loses its end.
type Facts struct {
	State           State
	Title, Provider string
	Holder          string // optional, as the rest
	Completed       string // "Completed on March 3, 2026"
	Hours           string // "1.75 clock hours, Board of Examples"
	Caveat          string // "Demonstration, not clinically reviewed"
	Number, Site    string // where it is verified: the certificate's number, and a host
}

// State is what has become of the certificate.
type State uint8

// The states.
const (
	Valid State = iota
	Superseded
	Revoked
)

// String says it to people, "" for Valid: an image may be older than a revocation.
func (s State) String() string {
	switch s {
	case Superseded:
		return "Superseded: no longer valid"
	case Revoked:
		return "Revoked: not valid"
	default:
		return ""
	}
}

// heading stands above every title.
const heading = "Certificate of Completion"

// Words is what the drawing says, for those who do not see it.
func (f Facts) Words() string {
	var b strings.Builder
	b.WriteString("Certificate of completion: " + f.Title)
	for _, part := range []string{f.Holder, f.Provider, f.State.String()} {
		if part != "" {
			b.WriteString(". " + part)
		}
	}
	return b.String()
}
