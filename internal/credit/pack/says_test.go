package pack_test

import (
	"testing"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

func TestWordsThatNameAnotherNumber(t *testing.T) {
	perHour := credit.Method{Formula: credit.WordsPerHour, WordsPerHour: 6000}
	for _, c := range []struct {
		value any
		says  string
		want  bool
	}{
		{80, "A score of 80 percent or greater.", false},
		{75, "A score of 80 percent or greater.", true},
		{75, "The score that passes could not be verified.", false},
		{2, "At most two tries.", false},
		{3, "At most two tries.", true},
		{3, "One provider says so.", false},
		{perHour, "6,000 words are one clock hour.", false},
		{perHour, "10,000 words are one CE.", true},
		{credit.Method{Formula: credit.ReadingTime, ReadingFactor: 1.5}, "The reading time × 1.5.", false},
		{credit.Method{Formula: credit.MergenersEstimate}, "minutes = 0.9 × 22.3.", false},
		{pack.Cap{Centihours: 600, WithinHours: 24}, "At most 8 hours in any 24 hours.", true},
		{pack.Cap{Centihours: 800, WithinHours: 24}, "At most 8 hours in any 24 hours.", false},
		{pack.SelfPaced{Accepted: true, Centihours: 2000, Percent: 50}, "At most 20 of 40 hours online.", false},
		{pack.SelfPaced{Accepted: true, Centihours: 1200}, "At most 20 of 40 hours online.", true},
		{pack.SelfPaced{}, "75 percent of the hours are in real time.", false},
		{pack.Questions{First: 10, Further: 5, Step: 50}, "At least 10 for the first credit.", false},
		{pack.Live{Live: credit.Live{MinutesPerHour: 50}}, "60 minutes are an hour.", true},
		{int64(3600), "36 hours for each renewal.", false},
		{true, "At least 3.", false},
	} {
		if got := (pack.Row{Value: c.value, Basis: pack.Basis{Says: c.says}}).Contradicts(); got != c.want {
			t.Errorf("%+v, %q: %t", c.value, c.says, got)
		}
	}
	for _, f := range pack.Bundled() {
		for _, r := range f.Pack.Rules.Rows() {
			if r.Contradicts() {
				t.Errorf("%s, %s: %q", f.Pack.Code, r.Name, r.Basis.Says)
			}
		}
	}
}
