package pack_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

func TestValuesInWords(t *testing.T) {
	for _, tt := range []struct {
		name  string
		value any
		want  string
	}{
		{"hours", credit.Method{Formula: credit.WordsPerHour, WordsPerHour: 6000, Rounding: credit.DownQuarter}, "6,000 words an hour, rounded down to the quarter hour"},
		{"hours", credit.Method{Formula: credit.WordsPerHour, WordsPerHour: 10000, Rounding: credit.DownHalf, MinimumCentihours: 100},
			"10,000 words an hour, rounded down to the half hour, at least 1 hour"},
		{"hours", credit.Method{Formula: credit.MergenersEstimate, Rounding: credit.NearestQuarter}, "Mergener’s formula, rounded to the nearest quarter hour"},
		{"hours", credit.Method{Formula: credit.ReadingTime, ReadingFactor: 1, Rounding: credit.DownWhole, MinimumCentihours: 25},
			"the reading time of pilot readers, rounded down to the full hour, at least 0.25 hours"},
		{"hours", credit.Method{Formula: credit.ReadingTime, ReadingFactor: 1.5, MinutesPerQuestion: 1, Rounding: credit.DownHalf},
			"the reading time of pilot readers × 1.5, and 1 minute for each question, rounded down to the half hour"},
		{"pass_percent", 80, "at least 80 percent"},
		{"true_false_percent", 10, "at most 10 percent"},
		{"attempts", 1, "at most 1 try"},
		{"attempts", 3, "at most 3 tries"},
		{"objectives", 1, "at least 1 objective"},
		{"retention_years", 6, "for 6 years"},
		{"reporting_days", 30, "within 30 days"},
		{"reference_years", 10, "at most 10 years"},
		{"questions", pack.Questions{First: 10, Further: 5, Step: 50}, "at least 10 for the first hour, and 5 for each further half hour"},
		{"questions", pack.Questions{First: 10, Further: 5, Step: 150}, "at least 10 for the first hour, and 5 for each further 1.5 hours"},
		{"questions", pack.Questions{First: 10, Step: 100}, "at least 10 for the first hour"},
		{"daily_cap", pack.Cap{Centihours: 800, WithinHours: 24}, "at most 8 hours within 24 hours"},
		{"renewal_hours", int64(3600), "36 hours"},
		{"self_paced", pack.SelfPaced{}, "do not count"},
		{"self_paced", pack.SelfPaced{Accepted: true}, "count"},
		{"self_paced", pack.SelfPaced{Accepted: true, Percent: 50}, "count for at most 50 percent of a renewal"},
		{"self_paced", pack.SelfPaced{Accepted: true, Centihours: 1000}, "count for at most 10 hours of a renewal"},
		{"self_paced", pack.SelfPaced{Accepted: true, Centihours: 1000, Percent: 50}, "count for at most 10 hours, and at most 50 percent, of a renewal"},
		{"live", pack.Live{Live: credit.Live{MinutesPerHour: 60, Rounding: credit.DownHalf, MinimumCentihours: 100}, Exam: true},
			"60 minutes of a live event are an hour, rounded down to the half hour, at least 1 hour"},
		{"live", pack.Live{Live: credit.Live{MinutesPerHour: 50, Rounding: credit.DownWhole}}, "50 minutes of a live event are an hour, rounded down to the full hour; no exam is asked for"},
		{"active_time", pack.ActiveTime{Policy: pack.RecordTime}, "kept on record"},
		{"active_time", pack.ActiveTime{Policy: pack.WarnTime}, "the learner is told when it falls short"},
		{"active_time", pack.ActiveTime{Policy: pack.BlockTime}, "the planned minutes before the exam; time from page requests does not count"},
		{"active_time", pack.ActiveTime{Policy: pack.BlockTime, Requests: true}, "the planned minutes before the exam; time from page requests counts"},
		{"evaluation", true, "asked for"},
		{"disclosure", false, "not asked for"},
		{"partial_credit", true, "given"},
		{"partial_credit", false, "not given"},
		{"accepts", []string{"nasw", "aswb"}, "NASW, ASWB"},
		{"not_counted", []string{"quiz", "references"}, "quiz, references"},
		{"certificate_fields", pack.Fields[:2], "the holder’s name, the title"},
		{"statement", "{provider} is approved ({number}).", "“{provider} is approved ({number}).”"},
	} {
		if got := (pack.Row{Name: tt.name, Value: tt.value}).Words(); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

// TestEveryBundledRuleIsSaidInWords: a value that the words do not know would
// stand there empty, or as the program keeps it.
func TestEveryBundledRuleIsSaidInWords(t *testing.T) {
	for _, f := range pack.Bundled() {
		for _, row := range f.Pack.Rules.Rows() {
			got := row.Words()
			if got == "" || strings.Trim(got, "0123456789 ") == "" || row.Name != "statement" && strings.ContainsAny(got, "{}[]%<>_") {
				t.Errorf("%s, %s: %q", f.Pack.Code, row.Name, got)
			}
			for _, code := range pack.Fields {
				if strings.Contains(string(code), "-") && strings.Contains(got, string(code)) {
					t.Errorf("%s, %s shows a code: %q", f.Pack.Code, row.Name, got)
				}
			}
		}
	}
	for _, field := range pack.Fields {
		if (pack.Row{Value: []pack.Field{field}}).Words() == "" {
			t.Errorf("%s has no words", field)
		}
	}
}
