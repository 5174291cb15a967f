package course_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/question"
)

// The bundled course, as rules see it; what was withdrawn counts no more.
func TestMeasures(t *testing.T) {
	s := service(dbtest.New(t), newClock(), false)
	ed := published(t, s)
	day := time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)
	m := ed.Measures(day)
	if m.Words != ed.Words() || m.Questions != 30 || m.Difficulty != 3 || m.ReadingMinutes != 0 || m.ExamQuestions != 30 || m.TrueFalsePercent != 10 ||
		m.PassPercent != 80 || m.Attempts != 3 || m.Objectives != len(ed.Course.Objectives) || !m.Evaluation || !m.Disclosure || m.ReviewYears != 1 {
		t.Errorf("%+v", m)
	}
	if m.ReferenceYears < 5 || m.ReferenceYears > 60 {
		t.Errorf("the oldest reference is %d years old", m.ReferenceYears)
	}
	want := map[string]int64{"nasw": 100, "nbcc": 175, "boc": 200, "ncbtmb": 50}
	for _, f := range pack.Bundled() {
		if hours, ok := want[f.Pack.Code]; ok {
			if j := f.Pack.Judge(m, 0, nil); j.Worked.Centihours != hours {
				t.Errorf("%s: %d centihours, want %d: %v", f.Pack.Code, j.Worked.Centihours, hours, j.Worked.Explanation)
			}
		}
	}
	for _, id := range []string{"m4-l1", "m4-l2"} {
		if err := s.WithdrawLessons(t.Context(), []string{ed.ID}, course.Withdrawing{LessonID: id, Reason: "Under review.", Hollows: []int{ed.Number}}, "test"); err != nil {
			t.Fatal(err)
		}
	}
	less, err := s.Edition(t.Context(), ed.ID)
	if err != nil || less.Measures(day).Words >= m.Words {
		t.Errorf("%+v, %v", less.Measures(day), err)
	}
}

// What may stop publishing is the most that can be drawn, not what the bank has.
func TestTrueOrFalseOfAForm(t *testing.T) {
	bank := func(kinds map[string]string) (list []*question.Question) {
		for objective, letters := range kinds {
			for i, letter := range letters {
				kind := question.SingleChoice
				if letter == 't' {
					kind = question.TrueFalse
				}
				list = append(list, &question.Question{ID: objective + string(rune('a'+i)), Kind: kind, Objectives: []string{objective, "LO9"}})
			}
		}
		return list
	}
	rows := []course.BlueprintRow{{Objective: "LO1", Bank: 5, Draw: 3}, {Objective: "LO2", Bank: 2, Draw: 1}, {Objective: "LO3", Bank: 3, Draw: 2}}
	for name, tt := range map[string]struct {
		bank   map[string]string
		limits []course.Limit
		want   int
	}{
		"more in the bank than is drawn":  {map[string]string{"LO1": "tttts", "LO2": "ts", "LO3": "sss"}, nil, 67},
		"fewer than are drawn":            {map[string]string{"LO1": "tssss", "LO2": "ss", "LO3": "sss"}, nil, 17},
		"none":                            {map[string]string{"LO1": "sssss", "LO2": "ss", "LO3": "sss"}, nil, 0},
		"the limit lets fewer through":    {map[string]string{"LO1": "tttts", "LO2": "ts", "LO3": "sss"}, []course.Limit{{Kind: question.TrueFalse, AtMostPercent: 40}}, 34},
		"the limit lets more through":     {map[string]string{"LO1": "tssss", "LO2": "ss", "LO3": "sss"}, []course.Limit{{Kind: question.TrueFalse, AtMostPercent: 50}}, 17},
		"the limit is of another kind":    {map[string]string{"LO1": "tttts", "LO2": "ts", "LO3": "sss"}, []course.Limit{{Kind: question.Numeric, AtMostPercent: 10}}, 67},
		"an objective that is not drawn":  {map[string]string{"LO1": "sssss", "LO2": "ss", "LO3": "sss", "LO4": "ttttt"}, nil, 0},
		"two objectives give all of them": {map[string]string{"LO1": "ttttt", "LO2": "tt", "LO3": "ttt"}, nil, 100},
	} {
		t.Run(name, func(t *testing.T) {
			ed := &course.Edition{Course: &course.Course{Bank: bank(tt.bank), Exam: course.Exam{Blueprint: rows, Limits: tt.limits}}}
			if got := ed.Measures(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)).TrueFalsePercent; got != tt.want {
				t.Errorf("%d percent, want %d", got, tt.want)
			}
		})
	}
}
