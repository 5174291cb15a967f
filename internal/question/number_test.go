package question_test

import (
	"math/big"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/question"
)

func TestParseNumber(t *testing.T) {
	tests := []struct{ in, unit, want string }{
		{"7.1", "", "71/10"},
		{"7,1", "", "71/10"},
		{" 7.10 ", "", "71/10"},
		{"07.1", "", "71/10"},
		{".5", "", "1/2"},
		{"7.", "", "7"},
		{"+7", "", "7"},
		{"-7.1", "", "-71/10"},
		{"− 7.1", "", "-71/10"},
		{"–7.1", "", "-71/10"},
		{"86.4 %", "", "432/5"},
		{"86.4%", "%", "432/5"},
		{"86.4\u00a0percent", "percent", "432/5"},
		{"3.4 %", "percentage points", "17/5"},
		{"3.4 Percentage Points", "percentage points", "17/5"},
		{"2 hours", "hours", "2"},
		{"1,234.5", "", "2469/2"},
		{"1.234,5", "", "2469/2"},
		{"1 234,567", "", "1234567/1000"},
		{"1\u202f234.5", "", "2469/2"},
		{"1,234,567", "", "1234567"},
		{"1.234.567", "", "1234567"},
		{"0,123", "", "123/1000"},
		{"12,3456", "", "30864/2500"},
		{"0.1", "", "1/10"},
		{"-0", "", "0"},
	}
	for _, tt := range tests {
		want, _ := new(big.Rat).SetString(tt.want)
		got, err := question.ParseNumber(tt.in, tt.unit)
		if err != nil || got.Cmp(want) != 0 {
			t.Errorf("ParseNumber(%q, %q) = %v, %v; want %s", tt.in, tt.unit, got, err, tt.want)
		}
	}
}

func TestParseNumberRefuses(t *testing.T) {
	for _, in := range []string{
		"", " ", "-", "%", ".", ",", "seven", "7.1.2", "7,1,2", "1e3", "0x10", "1/2", "7 1", "12 34",
		"1,23,456", "1,234 567.8", "--7", "7-", "2 %", "٧", "NaN", "Inf", "1_000", "7.1x",
		",234.5", "1234,567.8", strings.Repeat("9", 61),
	} {
		if n, err := question.ParseNumber(in, "hours"); err == nil {
			t.Errorf("ParseNumber(%q) = %v, want an error", in, n)
		}
	}
	for _, in := range []string{"1,234", "-12,345", "123,456"} {
		if n, err := question.ParseNumber(in, ""); err == nil || !strings.Contains(err.Error(), "two things") {
			t.Errorf("ParseNumber(%q) = %v, %v; want it called ambiguous", in, n, err)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	for _, s := range []string{"7.1", "7,1", "1 234,5", "−3 %", "2 hours", ".", "1,234"} {
		f.Add(s, uint8(1))
	}
	units := []string{"", "hours", "%", "percentage points"}
	plain := regexp.MustCompile(`^[0-9]{1,20}(\.[0-9]{1,20})?$`)
	f.Fuzz(func(t *testing.T, s string, u uint8) {
		unit := units[int(u)%len(units)]
		n, err := question.ParseNumber(s, unit)
		if err != nil && n != nil {
			t.Fatalf("%q: both %v and %v", s, n, err)
		}
		if !plain.MatchString(s) {
			return
		}
		want, _ := new(big.Rat).SetString(s)
		if err != nil || n.Cmp(want) != 0 {
			t.Fatalf("ParseNumber(%q) = %v, %v; want %v", s, n, err, want)
		}
		minus, err := question.ParseNumber("−"+s, unit)
		if err != nil || minus.Cmp(want.Neg(want)) != 0 {
			t.Fatalf("ParseNumber(−%s) = %v, %v", s, minus, err)
		}
	})
}
