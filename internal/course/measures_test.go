package course_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/dbtest"
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
		if err := s.WithdrawLesson(t.Context(), ed.ID, id, "Under review.", "test"); err != nil {
			t.Fatal(err)
		}
	}
	less, err := s.Edition(t.Context(), ed.ID)
	if err != nil || less.Measures(day).Words >= m.Words {
		t.Errorf("%+v, %v", less.Measures(day), err)
	}
}
