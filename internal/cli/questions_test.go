package cli_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// questionFile has an item of each verdict.
func questionFile(t *testing.T) string {
	t.Helper()
	return written(t, "// [id:Q1]\nQ one?{=a ~b}\n\nQ two?{=a ~%50%b ~c}\n\nNo question.\n")
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old bank.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCourseQuestionsCheck(t *testing.T) {
	check := func(args ...string) result {
		return run(t, nil, "", append([]string{"course", "questions", "check"}, args...)...)
	}
	file := questionFile(t)
	check(file).want(t, 3, "line 1: kept: Q one?\n    2 options have no rationale: write them in the draft.\n", "line 4: changed: Q two?\n", "Partial credit is gone",
		"line 6: refused: No question.\n    It is a text without a question: put it into a lesson.\n", "GIFT, 3 items: 1 kept, 1 changed, 1 refused\n")
	var v struct {
		Format                 string
		Kept, Changed, Refused int
		Items                  []struct {
			Place, Kind, ID, Verdict string
			Notes                    []struct{ Kind, What, Why string }
		}
	}
	r := check(file, "--json")
	r.want(t, 3)
	if err := json.Unmarshal([]byte(r.out), &v); err != nil || v.Format != "gift" || v.Kept != 1 || v.Changed != 1 || v.Refused != 1 || len(v.Items) != 3 {
		t.Fatalf("%v: %s", err, r.out)
	}
	if it := v.Items[0]; it.ID != "Q1" || it.Kind != "single-choice" || it.Verdict != "kept" || len(it.Notes) != 1 {
		t.Errorf("%+v", it)
	}
	check(written(t, "Q one?{T}\n")).want(t, 0, "GIFT, 1 item: 1 kept")
	check(written(t, "prompt,correct,option_a\n")).want(t, 3, "CSV, 0 items")
	check(written(t, "just a text")).want(t, 3, "This is no file with questions")
	check(written(t, "")).want(t, 3, "The file is empty")
	check(written(t, strings.Repeat("x", 16<<20+1))).want(t, 3, "larger than 16 MB")
	check(filepath.Join(t.TempDir(), "none")).want(t, 2, "none")
	check().want(t, 2, "<file>", "\nSee: cocare course questions check --help\n")
	check("--help").want(t, 0, "3: something is, or the file holds no questions")
	if r := check(written(t, "::\x1b[2J::Q\x1b[31m one?{T}\n")); strings.Contains(r.out, "\x1b") {
		t.Errorf("a file writes on the terminal: %q", r.out)
	}
}
