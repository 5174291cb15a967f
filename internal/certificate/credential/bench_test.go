package credential_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/credential"
)

// full has facts as long as those of a certificate with several credit lines.
func full(b *testing.B) credential.Input {
	in := input(b)
	var lines []string
	for i := range 4 {
		lines = append(lines, fmt.Sprintf(`{"approval":"%d","accreditor":"Example Board of Continuing Education","centihours":175,"statement":%q,"sum":["3,774 words at 225 a minute","16 questions at 1.85 minutes","in all 61.94 minutes"]}`,
			i, strings.Repeat("This course is approved for the hours stated. ", 6)))
	}
	in.Facts = json.RawMessage(`{"number":"7K3M-92QX-4T8V-5","credit_lines":[` + strings.Join(lines, ",") + `]}`)
	in.Log = logged(b, string(in.Facts))
	return in
}

// BenchmarkIssue makes and signs both forms.
func BenchmarkIssue(b *testing.B) {
	in, k := full(b), signer(b, 1)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := credential.Issue(in, k); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify checks signature, log and status list.
func BenchmarkVerify(b *testing.B) {
	c, l := issue(b, full(b), 1), list(b, 1, nil, 40)
	for form, docs := range map[string][2][]byte{"JSON": {c.JSON, l.JSON}, "JWT": {[]byte(c.JWT), []byte(l.JWT)}} {
		b.Run(form, func(b *testing.B) {
			o := trusting(b)
			o.StatusList = docs[1]
			b.ReportAllocs()
			for b.Loop() {
				if r := credential.Verify(docs[0], o); r.Verdict != credential.Trusted || r.Log.State != credential.LogProven || r.Status.Standing != credential.InForce {
					b.Fatal(r.Verdict, r.Log, r.Status)
				}
			}
		})
	}
}

// BenchmarkIssueStatusList is what a revocation costs.
func BenchmarkIssueStatusList(b *testing.B) {
	k := signer(b, 1)
	in := credential.StatusInput{Issuer: credential.Issuer{BaseURL: base, Name: "Example Education"}, List: &credential.StatusList{},
		ValidFrom: now, ValidUntil: now.AddDate(0, 0, 1), TTL: 300e9}
	for bit := int64(0); bit < credential.StatusSize; bit += 97 {
		if err := in.List.Set(bit, true); err != nil {
			b.Fatal(err)
		}
	}
	for b.Loop() {
		if _, err := credential.IssueStatusList(in, k); err != nil {
			b.Fatal(err)
		}
	}
}
