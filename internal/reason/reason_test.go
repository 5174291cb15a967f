package reason_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/reason"
)

var (
	clause = regexp.MustCompile(`^([^()]+[^() .]) \(([^()]+)\)$`) // and its sources
	words  = regexp.MustCompile(`\.yaml|_|\bkeys? of\b`)
)

// TestReasonsName: each is a clause that can follow “because”, in words for people who
// have never seen a file of the course, and names its sources.
func TestReasonsName(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range reason.All() {
		m := clause.FindStringSubmatch(r.String())
		switch {
		case m == nil:
			t.Errorf("no clause with its source: %q", r)
		case words.MatchString(m[1]), len(m[1]) > 170, strings.Contains(m[1], ";"):
			t.Errorf("not short and plain: %q", r)
		case seen[m[1]]:
			t.Errorf("twice: %q", r)
		default:
			seen[m[1]] = true
		}
	}
	if n := len(seen); n < 25 || n > 70 {
		t.Errorf("%d reasons", n)
	}
}

// TestReasonsOfTheFormatStandThere: a source that names a heading of the course format
// leads to one.
func TestReasonsOfTheFormatStandThere(t *testing.T) {
	text, err := os.ReadFile("../../docs/course-format.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^##+ ([^(\n]+)`).FindAllStringSubmatch(string(text), -1) {
		headings[strings.TrimSpace(m[1])] = true
	}
	named := 0
	for _, r := range reason.All() {
		_, sources, _ := strings.Cut(r.String(), " (")
		for source := range strings.SplitSeq(strings.TrimSuffix(sources, ")"), "; ") {
			if heading, ours := strings.CutPrefix(source, "the course format, "); ours {
				if named++; !headings[heading] {
					t.Errorf("the course format has no heading %q: %q", heading, r)
				}
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d reasons name the course format", named)
	}
}

// TestRuns: a reason is told once for those in a row that have it.
func TestRuns(t *testing.T) {
	runs := reason.Runs([]string{"a1", "a2", "b1", "a3", "a4", "a5"}, func(s string) string { return s[:1] })
	var got []string
	for _, r := range runs {
		got = append(got, strings.Join(r.Found, " ")+": "+r.Sentence())
	}
	want := "a1 a2: Both because a.\nb1: Because b.\na3 a4 a5: These 3 because a."
	if strings.Join(got, "\n") != want {
		t.Errorf("%q, want %q", got, want)
	}
	if len(reason.Runs(nil, func(s string) string { return s })) > 0 {
		t.Error("a run of nothing")
	}
}
