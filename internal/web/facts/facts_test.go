package facts_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/atmacena/cocare/internal/web/facts"
)

func TestDetailsAreSaidInWords(t *testing.T) {
	name := func(id string) string { return "Ana " + id }
	for record, want := range map[string]string{
		`{"cents": 14900, "currency": "USD"}`: "[Amount=$149.00]",
		`{"cents": 14900}`:                    "[Amount=€149.00]",
		`{"cents": 14900, "session": "01a22390-bf44-735b-8808-0f6494b6f931"}`:                                  "[Amount=€149.00]",
		`{"facts_sha256": "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", "number": "7Q"}`: "[Number=7Q]",
		`{"points": 1000, "question": "q1"}`:                                                                   "[Marks=1 Question=q1]",
		`{"points": 750}`:                                                                                      "[Marks=0.75]",
		`{"person": "p1"}`:                                                                                     "[Person=Ana p1]",
		`{"closed_by": "p2", "comment": "01a22390-bf44-735b-8808-0f6494b6f931"}`:                               "[Closed by=Ana p2]",
		`{"until": "2027-01-31T23:59:59Z"}`:                                                                    "[Until=2027-01-31 23:59:59 +0000 UTC]",
		`{"roles": ["therapist", "instructor"], "internal": false}`:                                            "[Internal=No Roles=therapist, instructor]",
		`{"reason": "", "marks": {"a": 1}, "none": null, "pass_percent": 80}`:                                  "[Pass mark, in percent=80]",
	} {
		var details map[string]any
		if err := json.Unmarshal([]byte(record), &details); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, f := range facts.Of(details, "EUR", name) {
			value := f.Text
			if f.At != nil {
				value = f.At.String()
			}
			got = append(got, f.Label+"="+value)
		}
		if fmt.Sprint(got) != want {
			t.Errorf("%s: %v, want %s", record, got, want)
		}
	}
}
