package pades_test

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/pades"
	"github.com/atmacena/cocare/internal/certificate/pdf"
)

// large has a credential of 20 KB that packs as badly as one full of hashes.
func large() pdf.Options {
	var b strings.Builder
	sum := sha256.Sum256(nil)
	for b.Len() < 20<<10 {
		fmt.Fprintf(&b, `{"type":"AchievementCredential","hash":"%x"},`, sum)
		sum = sha256.Sum256(sum[:])
	}
	return unsigned(b.String())
}

func BenchmarkSign(b *testing.B) {
	id := identity(b)
	o := large()
	o.Signature = signature(id)
	size := len(render(b, facts("Anna Nowak"), o))
	b.ReportAllocs()
	for b.Loop() {
		render(b, facts("Anna Nowak"), o)
	}
	b.ReportMetric(float64(size), "bytes/file")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}

func BenchmarkVerify(b *testing.B) {
	id := identity(b)
	o := large()
	o.Signature = signature(id)
	file := render(b, facts("Anna Nowak"), o)
	b.ReportAllocs()
	for b.Loop() {
		r := pades.Verify(file)
		if r.Verdict != pades.Sound || !r.SignedBy(id.Chain[1]) {
			b.Fatal(r.Verdict)
		}
		if _, err := r.Attachments(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "files/s")
}
