package studio

import (
	"strings"
	"testing"
)

func TestLinesKeepTheirEndings(t *testing.T) {
	for _, c := range [][3]string{
		{"a\nb\n", "a\nb\nc\n", "a\nb\nc\n"},
		{"a\r\nb\r\n", "a\nb\nc\n", "a\r\nb\r\nc\r\n"},
		{"a\nb\r\nc\nd\n", "a\nb\nx\nd\n", "a\nb\r\nx\nd\n"},
		{"a\r\nb\nc\r\n", "a\nb\nc\nd\n", "a\r\nb\nc\r\nd\r\n"},
		{"a\r\nb", "a\nb\nc", "a\r\nb\r\nc"},
		{"a\r\nb\nc", "b\nc", "b\nc"},
		{"", "a\nb", "a\nb"},
		{"a\r\nb\n", "", ""},
	} {
		if got := endings(c[1], []byte(c[0])); got != c[2] {
			t.Errorf("%q over %q ends as %q, want %q", c[1], c[0], got, c[2])
		}
	}
}

// FuzzEndings: whatever the endings, the words are those that were sent.
func FuzzEndings(f *testing.F) {
	f.Add("a\r\nb\nc", "a\nx\nc\n")
	f.Add("\r\n\n\r\n", "\n\n")
	f.Fuzz(func(t *testing.T, was, text string) {
		text = strings.ReplaceAll(text, "\r", "")
		if got := endings(text, []byte(was)); strings.ReplaceAll(got, "\r\n", "\n") != text && !strings.Contains(was, "\r\r") {
			t.Fatalf("%q over %q became %q", text, was, got)
		}
	})
}
