package sharing

import (
	"strings"

	"github.com/munnerz/goautoneg"
)

// offers are the forms by their media types. The first wins where several are liked
// as well.
var offers = []struct{ kind, as string }{
	{"text/html", asPage}, {"application/vc", asJSON}, {"application/ld+json", asJSON}, {"application/json", asJSON}, {"application/vc+jwt", asJWT},
}

// maxAccept bounds what is read of the header: browsers send less than 200 bytes.
const maxAccept = 2000

// accepted is the form that an Accept header likes best (RFC 9110, 12.5.1); the page
// where it likes none, or there is no header.
func accepted(header string) string {
	clauses := goautoneg.ParseAccept(strings.ToLower(header[:min(maxAccept, len(header))]))
	best, as := 0.0, asPage
	for _, o := range offers {
		if q := quality(clauses, o.kind); q > best {
			best, as = q, o.as
		}
	}
	return as
}

// quality is that of the clause which says most exactly what is meant.
func quality(clauses []goautoneg.Accept, kind string) (q float64) {
	typ, sub, _ := strings.Cut(kind, "/")
	exact := 0
	for _, c := range clauses {
		fit := 0
		switch {
		case c.Type == typ && c.SubType == sub:
			fit = 3
		case c.Type == typ && c.SubType == "*":
			fit = 2
		case c.Type == "*" && c.SubType == "*":
			fit = 1
		}
		if fit > exact || fit == exact && fit > 0 && c.Q > q {
			exact, q = fit, c.Q
		}
	}
	return q
}
