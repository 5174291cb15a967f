package accreditation_test

import (
	"strings"
	"testing"
)

// BenchmarkPacks reads the packs in force where an administrator has overridden
// five of them: each view of a course with credit does.
func BenchmarkPacks(b *testing.B) {
	w := newWorld(b)
	for _, code := range []string{"ama", "apa", "nasw", "nbcc", "us-ca-bbs"} {
		p, err := w.Pack(b.Context(), code)
		w.must(err)
		w.must(w.SavePack(b.Context(), code, strings.Replace(p.Text, "\nname: ", "\nname: The ", 1), "A try.", "admin", 0))
	}
	for b.Loop() {
		_, err := w.Packs(b.Context())
		w.must(err)
	}
}
