package yamldoc_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Each of these would take the decoder minutes, and gigabytes for what it says of it.
func TestManyKeysCostNoMoreThanTheyAreWorth(t *testing.T) {
	var distinct strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&distinct, "k%d: 1\n", i)
	}
	for name, tt := range map[string]struct{ src, want string }{
		"the same key":  {strings.Repeat("a: 1\n", 5000), `the key "a" stands twice`},
		"deeper":        {"x:\n" + strings.Repeat("- {a: 1, a: 2}\n", 50000), `the key "a" stands twice`},
		"distinct keys": {distinct.String(), "more than 5000 keys stand here"},
		"unknown keys":  {strings.ReplaceAll(distinct.String()[:40000], "k", "- k")[:40000], ""},
	} {
		var out struct{ A int }
		_, problems := yamldoc.Decode([]byte(tt.src), 1, &out)
		if len(problems) == 0 || len(problems) > 100 || !strings.Contains(problems[0].Msg, tt.want) {
			t.Errorf("%s: %d problems, the first %+v", name, len(problems), problems[:min(1, len(problems))])
		}
	}
}

func TestAKeyThatStandsTwiceIsNamedAtItsSecondPlace(t *testing.T) {
	var out map[string]any
	_, problems := yamldoc.Decode([]byte("a: 1\nb: {c: 1}\na: 2\nc: {d: 1, d: 2}\n"), 11, &out)
	want := []yamldoc.Problem{{Line: 13, Msg: `the key "a" stands twice`, Fix: "keep one", Why: reason.Understood}, {Line: 14, Msg: `the key "d" stands twice`, Fix: "keep one", Why: reason.Understood}}
	if fmt.Sprint(problems) != fmt.Sprint(want) {
		t.Errorf("%+v", problems)
	}
	if _, problems = yamldoc.Decode([]byte("a: &x {b: 1}\nc: *x\nd: {b: 2}\n"), 1, &out); len(problems) != 0 {
		t.Errorf("the same key in different mappings: %+v", problems)
	}
}

// TestSignsThatCannotBeReadAreNamed in words, on their line.
func TestSignsThatCannotBeReadAreNamed(t *testing.T) {
	for src, want := range map[string]string{
		"a: 1\nb:\n\t- x\n":   "3: a tab stands before this; indent the line with spaces",
		"\ta: 1\n":            "1: a tab stands before this; indent the line with spaces",
		"a: 1\n\tb: 2\n":      "2: a tab stands before this; indent the line with spaces",
		"a: @x\n":             "1: this begins with @, which is a sign of the file’s own; put the whole text in quotes",
		"a: 1\nb: [x, `y`]\n": "2: this begins with `, which is a sign of the file’s own; put the whole text in quotes",
		"a:\n  - %x\n  - y\n": "2: this begins with %, which is a sign of the file’s own; put the whole text in quotes",
	} {
		var out any
		_, problems := yamldoc.Decode([]byte(src), 1, &out)
		if len(problems) != 1 {
			t.Errorf("%q: %+v", src, problems)
			continue
		}
		p := problems[0]
		if got := fmt.Sprintf("%d: %s; %s", p.Line, p.Msg, p.Fix); got != want {
			t.Errorf("%q: %s", src, got)
		}
	}
}
