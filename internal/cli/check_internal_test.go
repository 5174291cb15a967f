package cli

import (
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

// TestOnlyAnIssuedCertificateIsValid: the bytes of a revoked one are genuine.
func TestOnlyAnIssuedCertificateIsValid(t *testing.T) {
	for _, tt := range []struct {
		verdict certificate.Verdict
		state   certificate.State
		want    string
		valid   bool
	}{
		{certificate.Genuine, certificate.Issued, "genuine", true},
		{certificate.Genuine, certificate.Revoked, "revoked", false},
		{certificate.Genuine, certificate.Superseded, "superseded", false},
		{certificate.Altered, certificate.Issued, "altered", false},
	} {
		v := viewVerdict(certificate.FileCheck{Verdict: tt.verdict, Certificate: &certificate.Certificate{State: tt.state, Number: "7K2M-Q9XD-4T8RN"}})
		if v.Verdict != tt.want || v.Valid != tt.valid || v.Number == "" {
			t.Errorf("%+v: %+v", tt, v)
		}
	}
	if v := viewVerdict(certificate.FileCheck{Verdict: certificate.Unknown}); v.Verdict != "unknown" || v.Valid {
		t.Errorf("%+v", v)
	}
}
