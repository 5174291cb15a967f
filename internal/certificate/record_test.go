package certificate_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate"
)

// What anybody may read names no whole license number and no sum.
func TestTheRecordSaysNoMoreThanTheVerificationPage(t *testing.T) {
	w := newWorld(t)
	w.licenses = []certificate.License{{Profession: "Counselor", Jurisdiction: "Colorado", Number: "LPC.0014733"}, {Profession: "Nurse", Jurisdiction: "Iowa", Number: "77"}}
	w.credit = []certificate.CreditLine{{ApprovalID: "a1", Accreditor: "The Board of Examples", Unit: "clock hour", Centihours: 175, ProviderNumber: "P-9", Statement: "Approved.", RulesVersion: 3,
		Sum: []string{"10,000 words"}}}
	c := w.reserve("p1")
	c.Facts.LearningSum = []string{"0.9 times"}
	text, err := c.Facts.Record().JSON()
	w.must(err)
	for _, want := range []string{`"form":"cocare certificate facts 1"`, `"…733"`, `"number":"…"`, "The Board of Examples", `"centihours":175`, c.Number, "Finish every lesson", `"places":[]`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("missing %s in %s", want, text)
		}
	}
	for _, secret := range []string{"LPC.0014733", `"77"`, "10,000 words", "0.9 times", "p1"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("it says %s: %s", secret, text)
		}
	}
	bare, err := certificate.Facts{}.Record().JSON()
	w.must(err)
	if strings.Contains(string(bare), "null") {
		t.Errorf("null in %s", bare)
	}
}
