package content_test

import (
	"bytes"
	"io/fs"
	"maps"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/reason"
)

// haveReasons fails for every problem that does not say what it is asked for, in the
// words of a reason that there is. The tests of this package read courses by parse and
// the functions below it, so that each broken course of theirs is held to it.
func haveReasons(t testing.TB, problems []content.Problem) []content.Problem {
	t.Helper()
	for _, p := range problems {
		if !known[p.Why] {
			t.Errorf("%v: because %q", p, p.Why)
		}
	}
	return problems
}

var known = func() map[string]bool {
	out := map[string]bool{}
	for _, r := range reason.All() {
		out[r.String()] = true
	}
	return out
}()

func parse(t testing.TB, files content.Files) (*content.Course, []content.Problem) {
	t.Helper()
	c, problems := content.Parse(files)
	return c, haveReasons(t, problems)
}

func readFiles(t testing.TB, fsys fs.FS) (content.Files, []content.Problem) {
	t.Helper()
	files, problems := content.ReadFiles(fsys)
	return files, haveReasons(t, problems)
}

func checkFile(t testing.TB, name string, data []byte) []content.Problem {
	t.Helper()
	return haveReasons(t, content.CheckFile(name, data))
}

func unreadable(t testing.TB, name string, data []byte) []content.Problem {
	t.Helper()
	return haveReasons(t, content.Unreadable(name, data))
}

func checkDay(t testing.TB, files content.Files, c *content.Course, day time.Time) []content.Problem {
	t.Helper()
	return haveReasons(t, content.CheckDay(files, c, day))
}

// TestEveryFindingHasAReason: whatever is done to a file of the bundled course, a value
// of each of its lines among it.
func TestEveryFindingHasAReason(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	was, _ := content.ReadFiles(courses.Bundled()["how-learning-is-recorded"])
	reasons := map[string]bool{}
	for _, name := range was.Paths() {
		for _, change := range append(spoil, broken...) {
			files := maps.Clone(was)
			files[name] = change(bytes.Clone(was[name]), r)
			_, problems := parse(t, files)
			for _, p := range problems {
				reasons[p.Why] = true
			}
		}
	}
	if len(reasons) < 25 {
		t.Errorf("only %d reasons were given: the courses are not broken enough", len(reasons))
	}
	if got := content.CheckCurrency(was, content.Card{PriceCents: 1, Currency: "CAD"}, "USD"); len(haveReasons(t, got)) != 1 {
		t.Errorf("currency: %v", got)
	}
}

// broken takes apart what spoil leaves whole.
var broken = []func(b []byte, r *rand.Rand) []byte{
	func([]byte, *rand.Rand) []byte { return nil },
	func([]byte, *rand.Rand) []byte { return []byte("- {}\n- {id: a}\n- {id: a}\n") },
	func([]byte, *rand.Rand) []byte { return []byte("---\na: 1\na: 2\n---\n<b>x</b>\n\n##### y\n") },
	func(b []byte, _ *rand.Rand) []byte { return bytes.ReplaceAll(b, []byte(": "), []byte(": replace-me ")) },
	func(b []byte, _ *rand.Rand) []byte { return everyLine(b, `: ""`) },
	func(b []byte, _ *rand.Rand) []byte { return everyLine(b, ": 123456") },
	func(b []byte, _ *rand.Rand) []byte { return everyLine(b, `: "Understand\na cure"`) },
}

// everyLine gives each key that stands alone on its line another value.
func everyLine(b []byte, value string) []byte {
	var out strings.Builder
	for line := range strings.Lines(string(b)) {
		if key, rest, ok := strings.Cut(line, ": "); ok && strings.TrimSpace(rest) != "" && !strings.ContainsAny(rest[:1], "[{|>") {
			line = key + value + "\n"
		}
		out.WriteString(line)
	}
	return []byte(out.String())
}
