package intake_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
)

const commented = "# What a form draws.\nblueprint:\n  - {objective: LO1, bank: 4, draw: 2} # the first\n\n  - objective: LO2\n    bank: 3\n    draw: 2   # two\nlimits:\n  - {kind: true-false, at_most_percent: 20}\n"

func (w *world) file(path string) course.DraftFile {
	w.t.Helper()
	f, err := w.courses.DraftFile(w.t.Context(), slug, path)
	w.must(err)
	return f
}

func (w *world) write(path, text string) {
	w.t.Helper()
	_, err := w.courses.EditDraft(w.t.Context(), course.Edit{Slug: slug, Kind: course.ChangeSave, By: "ira",
		Files: []course.FileEdit{{Path: path, Base: w.file(path).Seq, Content: []byte(text)}}})
	w.must(err)
}

// miscounted are the findings that ask somebody to count.
func (w *world) miscounted() (out []string) {
	w.t.Helper()
	_, c, _, err := w.courses.CheckDraft(w.t.Context(), slug)
	w.must(err)
	for _, row := range c.Exam.Blueprint {
		if n := len(c.BankOf(row.Objective)); n != row.Bank {
			out = append(out, fmt.Sprintf("%s: %d of %d", row.Objective, row.Bank, n))
		}
	}
	return out
}

// TestTheBlueprintCountsWhatIsImported in the change that adds it, and keeps its words.
func TestTheBlueprintCountsWhatIsImported(t *testing.T) {
	w := newWorld(t)
	w.write("exam.yaml", commented)
	i := w.sent(three)
	before := w.file("exam.yaml").Seq
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	w.drain()
	f := w.file("exam.yaml")
	if want := strings.Replace(commented, "bank: 4", "bank: 7", 1); string(f.Content) != want {
		t.Errorf("%s", f.Content)
	}
	made := w.file("exam/imported-old-bank-01.yaml")
	if f.Seq != before+1 || made.Seq != f.Seq || w.get(i.ID).Seq != f.Seq {
		t.Errorf("changes %d, then %d and %d", before, made.Seq, f.Seq)
	}
	list, _, err := w.courses.Changes(t.Context(), slug, "exam.yaml", 0, 1)
	w.must(err)
	if !slices.Equal(list[0].Paths, []string{"exam.yaml", "exam/imported-old-bank-01.yaml"}) {
		t.Errorf("%+v", list[0])
	}
	if bad := w.miscounted(); bad != nil {
		t.Error(bad)
	}
}

// TestTheBlueprintStays where it has no row for the objective, cannot be read, or what is
// imported is for practice.
func TestTheBlueprintStays(t *testing.T) {
	for name, tt := range map[string]struct{ exam, target, objective string }{
		"no row":     {commented, intake.Bank, "LO3"},
		"unreadable": {"blueprint: [\n", intake.Bank, "LO1"},
		"two texts":  {commented + "---\nx: 1\n", intake.Bank, "LO1"},
		"no list":    {"blueprint: 4\n", intake.Bank, "LO1"},
		"practice":   {commented, "", "LO1"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.write("exam.yaml", tt.exam)
			i := w.sent(three)
			if tt.target == "" {
				_, all, err := w.Questions(t.Context(), slug)
				w.must(err)
				tt.target = all.Checks[0].ID
			}
			w.must(w.Confirm(t.Context(), slug, i.ID, "ira", tt.target, tt.objective))
			w.drain()
			if i = w.get(i.ID); i.State != intake.Done || string(w.file("exam.yaml").Content) != tt.exam {
				t.Errorf("%+v\n%s", i, w.file("exam.yaml").Content)
			}
		})
	}
}

// meddler changes the draft after somebody looked at its files, a number of times.
type meddler struct {
	*course.Service
	times int
	do    func(n int)
}

func (m *meddler) DraftFiles(ctx context.Context, slug string) ([]course.FileInfo, int64, error) {
	list, seq, err := m.Service.DraftFiles(ctx, slug)
	if m.times > 0 {
		m.times--
		m.do(m.times)
	}
	return list, seq, err
}

// TestTheBlueprintCountsWhatOthersAdd while a file is imported: to the exam, in the
// blueprint, and under the name that the new file would have had.
func TestTheBlueprintCountsWhatOthersAdd(t *testing.T) {
	w := newWorld(t)
	i := w.sent(three)
	w.must(w.Confirm(t.Context(), slug, i.ID, "ira", intake.Bank, "LO1"))
	one := func(id string) string {
		return "- id: " + id + "\n  kind: true-false\n  prompt: So?\n  options:\n    - {id: \"true\", text: \"True\", correct: true, rationale: Yes.}\n    - {id: \"false\", text: \"False\", rationale: No.}\n  objectives: [LO1]\n  facts: []\n"
	}
	m := &meddler{Service: w.courses, times: 4}
	m.do = func(n int) {
		switch n {
		case 2:
			w.write("exam/lo1.yaml", string(w.file("exam/lo1.yaml").Content)+one("X1"))
		case 1:
			w.write("exam.yaml", "# Mine.\n"+string(w.file("exam.yaml").Content))
		case 0:
			_, err := w.courses.EditDraft(t.Context(), course.Edit{Slug: slug, Kind: course.ChangeSave, By: "ida",
				Files: []course.FileEdit{{Path: "exam/imported-old-bank-01.yaml", Content: []byte(one("X2"))}}})
			w.must(err)
		}
	}
	w.Courses = m
	w.drain()
	if i = w.get(i.ID); i.State != intake.Done || m.times != 0 {
		t.Errorf("%+v, %d changes left", i, m.times)
	}
	text := string(w.file("exam.yaml").Content)
	if bad := w.miscounted(); bad != nil || !strings.HasPrefix(text, "# Mine.\n") || !strings.Contains(text, "LO1, bank: 9,") {
		t.Errorf("%v\n%s", bad, text)
	}
	if len(w.imported()["exam/imported-old-bank-02.yaml"]) != 3 {
		t.Errorf("%v", w.imported())
	}
}

// TestTheBlueprintCountsImportsAtOnce of two people.
func TestTheBlueprintCountsImportsAtOnce(t *testing.T) {
	w := newWorld(t)
	for n, who := range []string{"ira", "ida"} {
		i, err := w.Upload(t.Context(), slug, "bank.gift", []byte(strings.ReplaceAll(three, "Q", strings.Repeat("R", n+1))), who)
		w.must(err)
		w.drain()
		w.must(w.Confirm(t.Context(), slug, i.ID, who, intake.Bank, "LO2"))
	}
	var all sync.WaitGroup
	for range 2 {
		all.Go(func() {
			if err := w.queue.Drain(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	w.drain()
	n := 0
	for _, qs := range w.imported() {
		n += len(qs)
	}
	if bad := w.miscounted(); bad != nil || n != 6 {
		t.Errorf("%d questions, %v\n%s", n, bad, w.file("exam.yaml").Content)
	}
}
