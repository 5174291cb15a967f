// Package testneed lets a test say what it needs beyond Go. Where that is
// missing the test is skipped with a plain word; COCARE_TEST_REQUIRE (a comma
// separated list of needs) turns the skip into a failure, so that CI cannot pass
// by having nothing installed.
package testneed

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Env names the variable with what must not be skipped.
const Env = "COCARE_TEST_REQUIRE"

// Need is something that a test can need.
type Need string

// The needs, as COCARE_TEST_REQUIRE names them.
const (
	Postgres   Need = "postgres"   // a PostgreSQL server, which COCARE_TEST_POSTGRES names
	Browser    Need = "browser"    // Chromium, and axe-core, which COCARE_TEST_AXE names
	PDF        Need = "pdf"        // poppler, qpdf, zbar, OpenSSL and certutil, who read what we print and sign
	StripeMock Need = "stripemock" // Stripe's own mock, which judges what we send: a Go module, so it is always there
	Node       Need = "node"       // Node and npm's jose, vnu-jar (an HTML checker, which wants Java) and verifiers of credentials
	Standards  Need = "standards"  // files that others publish and we may not ship, in the folder that COCARE_STANDARDS names
	VulnDB     Need = "vulndb"     // govulncheck, and the database in the folder that COCARE_VULNDB names
	Questions  Need = "questions"  // files with questions that others publish, in the folder that COCARE_TEST_QUESTION_FIXTURES names
)

// All lists every need.
var All = []Need{Postgres, Browser, PDF, StripeMock, Node, Standards, VulnDB, Questions}

// parse reads the list, and refuses a name that means nothing: misspelled, it
// would let a test skip.
func parse(list string) (needs []Need, err error) {
	for name := range strings.SplitSeq(list, ",") {
		n := Need(strings.TrimSpace(name))
		switch {
		case n == "":
		case !slices.Contains(All, n):
			return nil, fmt.Errorf("%s knows no %q; it knows %v", Env, n, All)
		default:
			needs = append(needs, n)
		}
	}
	return needs, nil
}

// Required reports whether missing must fail the test.
func Required(t testing.TB, n Need) bool {
	t.Helper()
	needs, err := parse(os.Getenv(Env))
	if err != nil {
		t.Fatal(err)
	}
	return slices.Contains(needs, n)
}

// Missing ends the test: skipped, or failed where what is required.
func Missing(t testing.TB, n Need, why string) {
	t.Helper()
	if Required(t, n) {
		t.Fatalf("%s is required by %s: %s", n, Env, why)
	}
	t.Skipf("skipped, needs %s: %s", n, why)
}

// Command returns the path of the first program found.
func Command(t testing.TB, n Need, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, n, "no "+strings.Join(names, " or ")+" on this machine")
	return ""
}

// File returns the path, of a file or a folder, that a variable names.
func File(t testing.TB, n Need, env string) string {
	t.Helper()
	path := os.Getenv(env)
	if path == "" {
		Missing(t, n, env+" is not set")
	}
	if _, err := os.Stat(path); err != nil {
		Missing(t, n, env+": "+err.Error())
	}
	return path
}

// Rounds is how often a test of chances repeats itself: n times, fewer in a short
// run, ten times as often where COCARE_TEST_LONG is set.
func Rounds(n int) int {
	switch {
	case testing.Short():
		return max(2, n/4)
	case os.Getenv("COCARE_TEST_LONG") != "":
		return 10 * n
	}
	return n
}
