package pades_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/certificate/pades"
)

func TestSound(t *testing.T) {
	id := identity(t)
	file := signed(t, id)
	r := pades.Verify(file)
	if r.Verdict != pades.Sound || r.Signed != len(file) || !r.SignedAt.Equal(now) || r.Name != provider || r.Reason != "Certificate issued" {
		t.Fatalf("%+v", r)
	}
	if !r.SignedBy(id.Chain[1]) || r.SignedBy(identity(t).Chain[1]) || r.SignedBy() {
		t.Error("not the signer that it has")
	}
	a, err := pades.Attachments(file)
	if err != nil || len(a) != 1 {
		t.Fatal(a, err)
	}
	t.Logf("%+v %s", a, a[0].Data)
}
	if err := osWrite(p, b); err != nil {
		t.Fatal(err)
	}
}
