package cli

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate"
)

// TestOnlyAnIssuedCertificateIsValid: the bytes of a revoked one are genuine, and the
// first words say that it counts no longer.
func TestOnlyAnIssuedCertificateIsValid(t *testing.T) {
	day := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	later := day.AddDate(0, 0, 1)
	replaced := func(next *certificate.Neighbor) certificate.History {
		return certificate.History{Events: []certificate.Event{{Kind: certificate.WasIssued, At: day}, {Kind: certificate.WasSuperseded, Reason: "Married", At: day}}, Successor: next}
	}
	for _, tt := range []struct {
		verdict  certificate.Verdict
		state    certificate.State
		history  certificate.History
		conflict bool
		want     string
		valid    bool
		begins   string
		says     string
	}{
		{certificate.Genuine, certificate.Issued, certificate.History{}, false, "genuine", true, "Genuine: certificate 7K2M-Q9XD-4T8RN", "State: issued."},
		{certificate.Genuine, certificate.Revoked, certificate.History{}, false, "revoked", false, "NO LONGER VALID: it was REVOKED on 2026-11-29: Wrong person", "The file is genuine"},
		{certificate.Genuine, certificate.Superseded, replaced(&certificate.Neighbor{Number: "8K2M-Q9XD-4T8RP", State: certificate.Issued, IssuedAt: &later}), false,
			"superseded", false, "NO LONGER VALID: it was superseded on 2026-11-29: Married", "It was replaced by certificate 8K2M-Q9XD-4T8RP, issued on 2026-11-30."},
		{certificate.Genuine, certificate.Superseded, replaced(&certificate.Neighbor{Number: "8K2M-Q9XD-4T8RP", State: certificate.Revoked, IssuedAt: &later, RevokedAt: &later}), false,
			"superseded", false, "NO LONGER VALID", "which was itself revoked."},
		{certificate.Genuine, certificate.Superseded, replaced(&certificate.Neighbor{Number: "8K2M-Q9XD-4T8RP", State: certificate.Revoked, RevokedAt: &later}), false,
			"superseded", false, "NO LONGER VALID", "was revoked before it was issued."},
		{certificate.Genuine, certificate.Superseded, replaced(&certificate.Neighbor{Number: "8K2M-Q9XD-4T8RP", State: certificate.Preparing}), false,
			"superseded", false, "NO LONGER VALID", "is being prepared."},
		{certificate.Genuine, certificate.Issued, certificate.History{}, true, "contradicted", false, "CONTRADICTED", "cocare doctor"},
		{certificate.Altered, certificate.Issued, certificate.History{}, false, "altered", false, "Altered", "7K2M-Q9XD-4T8RN"},
	} {
		r := registered{certificate.FileCheck{Verdict: tt.verdict, Hash: "ab", Contradicted: tt.conflict, Certificate: &certificate.Certificate{State: tt.state,
			Number: "7K2M-Q9XD-4T8RN", HolderName: "Ana Ruiz", RevokedAt: &day, RevokedReason: "Wrong person"}}, tt.history}
		v, words := r.view(), r.words()
		if v.Verdict != tt.want || v.Valid != tt.valid || v.Number == "" || !strings.HasPrefix(words, tt.begins) || !strings.Contains(words, tt.says) {
			t.Errorf("%+v: %+v\n%s", tt, v, words)
		}
		issued := tt.history.Successor != nil && tt.history.Successor.IssuedAt != nil
		if (v.SupersededAt != nil) != (tt.want == "superseded") || (v.ReplacedBy != "") != issued || (v.ReplacedByIssuedAt != nil) != issued {
			t.Errorf("%+v: %+v", tt, v)
		}
		if tt.conflict && (v.Holder != "" || strings.Contains(words, "Ana Ruiz")) {
			t.Errorf("a register that is contradicted is believed: %+v\n%s", v, words)
		}
	}
	r := registered{FileCheck: certificate.FileCheck{Verdict: certificate.Unknown}}
	if v := r.view(); v.Verdict != "unknown" || v.Valid || !strings.Contains(r.words(), "5 MB") {
		t.Errorf("%+v", v)
	}
}
