// Package testneed lets a test say what it needs beyond Go. Where that is
// missing the test is skipped with a plain word; COCARE_TEST_REQUIRE (a comma
// separated list such as "postgres,browser,pdf,stripemock,node,vulndb") turns
// the skip into a failure, so that CI cannot pass by having nothing installed.
package testneed

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Env names the variable with what must not be skipped.
const Env = "COCARE_TEST_REQUIRE"

// Required reports whether missing must fail the test.
func Required(what string) bool {
	return slices.Contains(strings.Split(os.Getenv(Env), ","), what)
}

// Missing ends the test: skipped, or failed where what is required.
func Missing(t testing.TB, what, why string) {
	t.Helper()
	if Required(what) {
		t.Fatalf("%s is required by %s: %s", what, Env, why)
	}
	t.Skipf("skipped, needs %s: %s", what, why)
}

// Command returns the path of the first program found.
func Command(t testing.TB, what string, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	Missing(t, what, "no "+strings.Join(names, " or ")+" on this machine")
	return ""
}

// File returns the path that a variable names.
func File(t testing.TB, what, env string) string {
	t.Helper()
	path := os.Getenv(env)
	if path == "" {
		Missing(t, what, env+" is not set")
	}
	if _, err := os.Stat(path); err != nil {
		Missing(t, what, env+": "+err.Error())
	}
	return path
}
