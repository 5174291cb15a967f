package number_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/number"
)

const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func TestParseForgivesHowPeopleType(t *testing.T) {
	n := number.New()
	for _, typed := range []string{n, strings.ToLower(n), strings.ReplaceAll(n, "-", ""), strings.ReplaceAll(n, "-", " "), " " + n + " ",
		strings.ReplaceAll(strings.ReplaceAll(n, "0", "o"), "1", "l")} {
		if got, ok := number.Parse(typed); !ok || got != n {
			t.Errorf("Parse(%q) = %q, %v; want %q", typed, got, ok, n)
		}
	}
}

func TestParseFindsEverySlip(t *testing.T) {
	for range 50 {
		n := strings.ReplaceAll(number.New(), "-", "")
		for i := range n {
			for _, r := range alphabet {
				if wrong := n[:i] + string(r) + n[i+1:]; wrong != n {
					if _, ok := number.Parse(wrong); ok {
						t.Fatalf("%s passes for %s", wrong, n)
					}
				}
			}
			for j := i + 1; j < len(n); j++ {
				swapped := []byte(n)
				swapped[i], swapped[j] = swapped[j], swapped[i]
				if string(swapped) != n {
					if _, ok := number.Parse(string(swapped)); ok {
						t.Fatalf("%s with %d and %d swapped passes", n, i, j)
					}
				}
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{"", "-", "7K2M", strings.Repeat("0", 14), "7K2M-Q9XD-4T8R*", "ÄÖÜ", strings.Repeat("0", 100000)} {
		if n, ok := number.Parse(s); ok {
			t.Errorf("Parse(%.20q) = %q", s, n)
		}
	}
}

func TestFind(t *testing.T) {
	a, b := number.New(), number.New()
	digits := strings.Repeat("0", 13)
	for _, tt := range []struct {
		text string
		want []string
	}{
		{"", nil},
		{"-", nil},
		{"--------------------", nil},
		{a, []string{a}},
		{a[:number.Length-1], nil},
		{"x" + a + b + "y", []string{a, b}},
		{"one-two-three " + a + ", again " + a, []string{a, a}},
		{"-" + a + "-", []string{a}},
		{"0000-" + a, []string{a}},
		{strings.ToLower(a), nil},
		{strings.ReplaceAll(a, "-", " "), nil},
		{digits, nil}, // its check character fits, but it has no dashes
		{a[:5] + "\xff" + a[6:], nil},
		{a[:4] + a[5:9] + "-" + a[10:] + "--", nil},
	} {
		if got := slices.Collect(number.Find([]byte(tt.text))); !slices.Equal(got, tt.want) {
			t.Errorf("%q: %q, want %q", tt.text, got, tt.want)
		}
	}
	for range number.Find([]byte(a + b)) {
		return
	}
	t.Error("found nothing")
}

func TestNumbersDoNotRepeat(t *testing.T) {
	seen := map[string]bool{}
	for range 100000 {
		n := number.New()
		if seen[n] {
			t.Fatalf("%s twice", n)
		}
		seen[n] = true
	}
}

func FuzzParse(f *testing.F) {
	f.Add("7K2M-Q9XD-4T8RN")
	f.Add("ooo")
	f.Fuzz(func(t *testing.T, s string) {
		n, ok := number.Parse(s)
		if !ok {
			return
		}
		if again, ok := number.Parse(n); !ok || again != n {
			t.Errorf("Parse(%q) = %q, which reads as %q", s, n, again)
		}
	})
}
