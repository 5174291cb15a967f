package testneed

import (
	"os"
	"slices"
	"testing"
)

// TestWhatIsRequiredIsKnown fails the run whose list is misspelled.
func TestWhatIsRequiredIsKnown(t *testing.T) {
	if _, err := parse(os.Getenv(Env)); err != nil {
		t.Fatal(err)
	}
	if got, err := parse("postgres, pdf,"); err != nil || !slices.Equal(got, []Need{Postgres, PDF}) {
		t.Errorf("%v, %v", got, err)
	}
	for _, list := range []string{"postgre", "postgres;pdf", "java", "Browser"} {
		if _, err := parse(list); err == nil {
			t.Errorf("%q is accepted", list)
		}
	}
}

// judge is a test that is judged, and ends as testing.T would.
type judge struct {
	testing.TB
	verdict string
}

func (j *judge) Helper()               {}
func (j *judge) Fatal(...any)          { j.end("failed") }
func (j *judge) Fatalf(string, ...any) { j.end("failed") }
func (j *judge) Skipf(string, ...any)  { j.end("skipped") }
func (j *judge) end(verdict string)    { j.verdict = verdict; panic(j) }

func TestASkipBecomesAFailureWhereItIsRequired(t *testing.T) {
	for list, want := range map[string]string{"": "skipped", "pdf": "skipped", "pdf,node": "failed", "nodes": "failed"} {
		t.Setenv(Env, list)
		j := &judge{TB: t}
		func() {
			defer func() { _ = recover() }()
			Command(j, Node, "no-program-has-this-name")
		}()
		if j.verdict != want {
			t.Errorf("with %q: %s, want %s", list, j.verdict, want)
		}
	}
}
