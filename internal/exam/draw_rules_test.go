package exam_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
)

// TestRandomRulesAreMetOrRefused draws from random banks and checks every form,
// and every refusal of a small bank against a search of all forms.
func TestRandomRulesAreMetOrRefused(t *testing.T) {
	src := rand.New(rand.NewPCG(1, 2))
	refused := 0
	for round := range 400 {
		ed := randomEdition(src)
		form, err := exam.Draw(ed, fmt.Sprint(round), nil)
		if err == nil {
			if err := obeys(ed, ids(form)); err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
			continue
		}
		refused++
		if !errors.Is(err, exam.ErrCannotDraw) || !apperr.Is(err, apperr.Unavailable) {
			t.Fatalf("round %d: %v", round, err)
		}
		if form := anyForm(ed); form != nil {
			t.Fatalf("round %d: refused (%v), but %v is a form", round, err, form)
		}
	}
	if refused == 0 || refused > 300 {
		t.Errorf("%d of 400 banks refused: the test does not test both sides", refused)
	}
}

func randomEdition(src *rand.Rand) *course.Edition {
	c := &course.Course{}
	kinds := []question.Kind{question.SingleChoice, question.TrueFalse, question.ShortAnswer}
	for i := range 9 {
		c.Bank = append(c.Bank, &question.Question{
			ID: fmt.Sprint("q", i), Kind: kinds[src.IntN(3)], Objectives: []string{fmt.Sprint("LO", i/3)},
		})
	}
	for row := range 3 {
		c.Exam.Blueprint = append(c.Exam.Blueprint, course.BlueprintRow{Objective: fmt.Sprint("LO", row), Draw: 1 + src.IntN(3)})
	}
	for range src.IntN(3) {
		var of []string
		for i := range 9 {
			if src.IntN(3) == 0 {
				of = append(of, fmt.Sprint("q", i))
			}
		}
		c.Exam.Require = append(c.Exam.Require, course.Requirement{AtLeast: src.IntN(3), Of: of})
	}
	for _, k := range kinds[:src.IntN(3)] {
		c.Exam.Limits = append(c.Exam.Limits, course.Limit{Kind: k, AtMostPercent: 20 + src.IntN(60)})
	}
	return &course.Edition{Course: c}
}

func anyForm(ed *course.Edition) []string {
	for set := range 1 << len(ed.Course.Bank) {
		var form []string
		for i, q := range ed.Course.Bank {
			if set&(1<<i) != 0 {
				form = append(form, q.ID)
			}
		}
		if obeys(ed, form) == nil {
			return form
		}
	}
	return nil
}

// TestAWithdrawalShrinksTheForm: l1 alone teaches F1, l2 alone F3.
func TestAWithdrawalShrinksTheForm(t *testing.T) {
	fact := func(id string) course.Citation { return course.Citation{Fact: &course.Fact{ID: id}} }
	for _, c := range []struct{ lesson, want string }{{"", "[a b c]"}, {"l1", "[b c]"}, {"l2", "[a b]"}} {
		ed := &course.Edition{Course: &course.Course{
			Modules: []*course.Module{{Lessons: []*course.Lesson{
				{ID: "l1", Citations: []course.Citation{fact("F1"), fact("F2")}}, {ID: "l2", Citations: []course.Citation{fact("F2"), fact("F3")}},
			}}},
			Bank: []*question.Question{
				{ID: "a", Objectives: []string{"1"}, Facts: []string{"F1"}}, {ID: "b", Objectives: []string{"1"}, Facts: []string{"F2"}},
				{ID: "c", Objectives: []string{"2"}, Facts: []string{"F3"}},
			},
			Exam: course.Exam{
				Blueprint: []course.BlueprintRow{{Objective: "1", Draw: 2}, {Objective: "2", Draw: 1}},
				Require:   []course.Requirement{{AtLeast: 1, Of: []string{"c"}}},
			},
		}}
		if c.lesson != "" {
			ed.Overlays.Withdrawn = map[string]course.Withdrawal{c.lesson: {LessonID: c.lesson}}
		}
		form := draw(t, ed, "s", nil)
		slices.Sort(form)
		if fmt.Sprint(form) != c.want || ed.ExamQuestions() != len(form) || !exam.Drawable(ed) {
			t.Errorf("without %q: %v, want %s; size %d", c.lesson, form, c.want, ed.ExamQuestions())
		}
	}
}

func TestRulesThatCannotBeMetNameThemselves(t *testing.T) {
	bank := []*question.Question{{ID: "a", Objectives: []string{"1"}}}
	for want, rules := range map[string]course.Exam{
		"objective 1: the blueprint draws 2 items of 1": {Blueprint: []course.BlueprintRow{{Objective: "1", Draw: 2}}},
		"requirement [x]: 1 items asked, 0 there": {
			Blueprint: []course.BlueprintRow{{Objective: "1", Draw: 1}}, Require: []course.Requirement{{AtLeast: 1, Of: []string{"x"}}},
		},
		"the blueprint draws no item": {},
	} {
		_, err := exam.Draw(&course.Edition{Course: &course.Course{Bank: bank, Exam: rules}}, "s", nil)
		if cause := errors.Unwrap(err); cause == nil || cause.Error() != want {
			t.Errorf("%v, want %s", cause, want)
		}
	}
}
