package accreditation

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/web/kit"
)

// The steps of what is shown before it is stored: it is taken back to be typed on,
// or stored.
const (
	stepBack = "back"
	stepSave = "save"
)

// The fields of a review that nobody typed: the step, the digest of what it showed,
// and the tick under what it doubts.
const (
	stepField = "step"
	seenField = "seen"
	sureField = "sure"
)

// typed is a field as it was sent.
type typed struct{ Name, Value string }

// carried are the fields of a form for the one that repeats it.
func carried(f *kit.Form) (out []typed) {
	for name, values := range f.Values {
		if slices.Contains([]string{stepField, seenField, sureField}, name) {
			continue
		}
		for _, v := range values {
			out = append(out, typed{name, v})
		}
	}
	slices.SortStableFunc(out, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	return out
}

// digest is of what was typed, however a browser writes the ends of its lines; an
// empty field is none.
func digest(f *kit.Form) string {
	h := sha256.New()
	lines := strings.NewReplacer("\r\n", "\n", "\r", "\n")
	for _, t := range carried(f) {
		if t.Value != "" {
			h.Write([]byte(t.Name + "\x00" + lines.Replace(t.Value) + "\x00"))
		}
	}
	return hex.EncodeToString(h.Sum(nil))
}

// seen reports whether a review has shown what a form sends to be stored: otherwise
// it is shown first, also to a program that leaves the review out.
func seen(f *kit.Form) bool { return f.Str(stepField) == stepSave && f.Get(seenField) == digest(f) }
