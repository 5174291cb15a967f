package exam_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// realBank reads the bank of the bundled course.
func realBank(t testing.TB) []*question.Question {
	t.Helper()
	files, err := filepath.Glob("../../courses/tms-ketamine/exam/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var bank []*question.Question
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		list, problems := question.Parse(data)
		if len(problems) > 0 {
			t.Fatalf("%s: %v", f, problems)
		}
		for i := range list {
			bank = append(bank, &list[i])
		}
	}
	if len(bank) != 48 {
		t.Fatalf("%d items in the bank", len(bank))
	}
	return bank
}

// realExam is the blueprint of the bundled course.
var realExam = course.Exam{
	Blueprint: []course.BlueprintRow{
		{Objective: "LO1", Bank: 6, Draw: 4}, {Objective: "LO2", Bank: 8, Draw: 5}, {Objective: "LO3", Bank: 9, Draw: 6},
		{Objective: "LO4", Bank: 5, Draw: 3}, {Objective: "LO5", Bank: 7, Draw: 4}, {Objective: "LO6", Bank: 7, Draw: 4},
		{Objective: "LO7", Bank: 6, Draw: 4},
	},
	Require: []course.Requirement{{AtLeast: 1, Of: []string{"E28", "E35", "E48"}}, {AtLeast: 1, Of: []string{"E36", "E39"}}},
	Limits:  []course.Limit{{Kind: question.TrueFalse, AtMostPercent: 10}},
}

func realEdition(t testing.TB) *course.Edition {
	return &course.Edition{ID: "ed", Course: &course.Course{Exam: realExam, Bank: realBank(t)}}
}

func draw(t *testing.T, ed *course.Edition, seed string, seen map[string]bool) []string {
	t.Helper()
	form, err := exam.Draw(ed, seed, seen)
	if err != nil {
		t.Fatalf("seed %s: %v", seed, err)
	}
	return ids(form)
}

func ids(form []exam.Drawn) []string {
	var out []string
	for _, d := range form {
		out = append(out, d.QuestionID)
	}
	return out
}

// obeys holds a form against the rules of an edition without withdrawals.
func obeys(ed *course.Edition, form []string) error {
	rules, rows, kinds := ed.Course.Exam, map[string]int{}, map[question.Kind]int{}
	for i, id := range form {
		if slices.Contains(form[:i], id) {
			return fmt.Errorf("%s stands twice", id)
		}
		at := slices.IndexFunc(ed.Course.Bank, func(q *question.Question) bool { return q.ID == id })
		if at < 0 {
			return fmt.Errorf("%s is not in the bank", id)
		}
		rows[ed.Course.Bank[at].Objectives[0]]++
		kinds[ed.Course.Bank[at].Kind]++
	}
	for _, r := range rules.Blueprint {
		if rows[r.Objective] != r.Draw {
			return fmt.Errorf("%d of %s, want %d", rows[r.Objective], r.Objective, r.Draw)
		}
	}
	for _, r := range rules.Require {
		n := 0
		for _, id := range r.Of {
			if slices.Contains(form, id) {
				n++
			}
		}
		if n < r.AtLeast {
			return fmt.Errorf("%d of %v", n, r.Of)
		}
	}
	for _, l := range rules.Limits {
		if kinds[l.Kind]*100 > l.AtMostPercent*len(form) {
			return fmt.Errorf("%d of kind %s in %d", kinds[l.Kind], l.Kind, len(form))
		}
	}
	return nil
}

func TestFormsObeyTheBlueprint(t *testing.T) {
	ed := realEdition(t)
	first := map[string]int{}
	for i := range 500 {
		seed := fmt.Sprint("seed ", i)
		form := draw(t, ed, seed, nil)
		if err := obeys(ed, form); err != nil {
			t.Fatalf("%s: %v in %v", seed, err, form)
		}
		if again := draw(t, ed, seed, nil); !slices.Equal(form, again) {
			t.Fatalf("%s: two draws differ", seed)
		}
		first[form[0]]++
		// Case items are read once.
		for j, id := range form {
			q := find(ed, id)
			if k := slices.IndexFunc(form, func(x string) bool { return find(ed, x).Case == q.Case }); q.Case != "" && j-k > 0 && find(ed, form[j-1]).Case != q.Case {
				t.Fatalf("%s: the items on case %s stand apart: %v", seed, q.Case, form)
			}
		}
	}
	if len(first) < 30 {
		t.Errorf("only %d different items ever stand first", len(first))
	}
}

func find(ed *course.Edition, id string) *question.Question {
	for _, q := range ed.Course.Bank {
		if q.ID == id {
			return q
		}
	}
	return &question.Question{}
}

// TestDrawIsUniform counts the forms of a bank so small that they can be listed
// by hand.
func TestDrawIsUniform(t *testing.T) {
	item := func(id, objective string, kind question.Kind) *question.Question {
		return &question.Question{ID: id, Kind: kind, Objectives: []string{objective}}
	}
	ed := &course.Edition{Course: &course.Course{
		Bank: []*question.Question{
			item("a", "1", question.TrueFalse), item("b", "1", question.SingleChoice), item("c", "1", question.SingleChoice),
			item("d", "2", question.TrueFalse), item("e", "2", question.SingleChoice), item("f", "2", question.ShortAnswer),
		},
		Exam: course.Exam{
			Blueprint: []course.BlueprintRow{{Objective: "1", Draw: 1}, {Objective: "2", Draw: 1}},
			Require:   []course.Requirement{{AtLeast: 1, Of: []string{"b", "c", "f"}}},
			Limits:    []course.Limit{{Kind: question.TrueFalse, AtMostPercent: 50}},
		},
	}}
	// Of nine pairs, a+d breaks both rules and a+e the requirement.
	const n = 7000
	got := map[string]int{}
	for i := range n {
		form := draw(t, ed, fmt.Sprint(i), nil)
		slices.Sort(form)
		got[fmt.Sprint(form)]++
	}
	if len(got) != 7 {
		t.Fatalf("forms: %v", got)
	}
	for form, times := range got {
		if times < n/7*85/100 || times > n/7*115/100 {
			t.Errorf("%s was drawn %d times of %d, want about %d", form, times, n, n/7)
		}
	}
}

func TestRetakePrefersUnseenItems(t *testing.T) {
	ed := realEdition(t)
	for i := range 100 {
		seen := map[string]bool{}
		for _, id := range draw(t, ed, fmt.Sprint("first ", i), nil) {
			seen[id] = true
		}
		second := draw(t, ed, fmt.Sprint("second ", i), seen)
		if err := obeys(ed, second); err != nil {
			t.Fatal(err)
		}
		repeated := 0
		for _, id := range second {
			if seen[id] {
				repeated++
			}
		}
		// 48 items, 30 seen: 18 are new, so 12 must repeat; one more true-false
		// item or a requirement may cost a few.
		if repeated < 12 || repeated > 15 {
			t.Errorf("draw %d repeats %d items", i, repeated)
		}
	}
}
