package pack_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// ours is what the bundled course is.
var ours = pack.Measures{Inputs: credit.Inputs{Words: 11050, Questions: 30, Difficulty: 3}, ExamQuestions: 30, TrueFalsePercent: 10,
	PassPercent: 80, Attempts: 3, Objectives: 8, Evaluation: true, Disclosure: true, Identity: true, ReferenceYears: 9, ReviewYears: 1}

func TestJudge(t *testing.T) {
	for _, tt := range []struct {
		name, code string
		change     func(m *pack.Measures)
		centihours int64
		stops      []string // parts of the reasons, in order
	}{
		{"as it is", "nasw", func(*pack.Measures) {}, 100, nil},
		{"passed too easily", "nasw", func(m *pack.Measures) { m.PassPercent = 75 }, 100, []string{"Pass mark: at least 80 percent is asked for, the course has 75 percent"}},
		{"too short", "nasw", func(m *pack.Measures) { m.Words = 9000 }, 0, []string{"Hours: at least 1 h"}},
		{"few questions", "nasw", func(m *pack.Measures) { m.Words, m.ExamQuestions = 20000, 15 }, 200, []string{"Questions of the exam: at least 20"}},
		{"true or false", "nasw", func(m *pack.Measures) { m.TrueFalsePercent = 20 }, 100, []string{"True or false: at most 10 percent"}},
		{"old references, no evaluation", "nasw", func(m *pack.Measures) { m.ReferenceYears, m.Evaluation = 12, false }, 100, []string{"Evaluation", "Age of references"}},
		{"not verified", "nbcc", func(*pack.Measures) {}, 175, []string{"Pass mark: this rule could not be verified", "Tries: this rule could not be verified"}},
		{"nobody measured the reading time", "apa", func(m *pack.Measures) { m.Attempts = 2 }, 0, []string{"Hours: no rule works them out", "Hours: the reading time"}},
		{"measured", "apa", func(m *pack.Measures) { m.ReadingMinutes, m.Attempts = 119, 2 }, 100, nil},
		{"one try too many", "apa", func(m *pack.Measures) { m.ReadingMinutes = 60 }, 100, []string{"Tries: at most 2"}},
		{"no way to hours", "naadac", func(*pack.Measures) {}, 0, []string{"Hours: no rule works them out"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := ours
			tt.change(&m)
			j := bundled(t, tt.code).Judge(m, 0, nil)
			stops := j.Stops()
			if j.Worked.Centihours != tt.centihours || len(stops) != len(tt.stops) {
				t.Fatalf("%d centihours, stops %q", j.Worked.Centihours, stops)
			}
			for i, part := range tt.stops {
				if !strings.Contains(stops[i], part) {
					t.Errorf("stop %q, want %q", stops[i], part)
				}
			}
		})
	}
}

func TestAnAdministratorConfirmsARule(t *testing.T) {
	j := bundled(t, "nbcc").Judge(ours, 0, func(rule string) bool { return rule == "pass_percent" })
	if stops := j.Stops(); len(stops) != 1 || !strings.HasPrefix(stops[0], "Tries") {
		t.Errorf("stops %q", stops)
	}
	j = bundled(t, "nbcc").Judge(ours, 0, func(string) bool { return true })
	if stops := j.Stops(); len(stops) != 0 {
		t.Errorf("stops %q", stops)
	}
	m := ours
	m.PassPercent = 70 // a confirmed rule is a rule
	if stops := bundled(t, "nbcc").Judge(m, 0, func(string) bool { return true }).Stops(); len(stops) != 1 {
		t.Errorf("stops %q", stops)
	}
}

func TestJudgeALiveEvent(t *testing.T) {
	held := func(minutes, of int, exam bool) pack.Measures {
		m := ours
		m.Live = &pack.Attended{Minutes: minutes, Of: of, Exam: exam}
		return m
	}
	without := func(m pack.Measures, change func(m *pack.Measures)) pack.Measures {
		change(&m)
		return m
	}
	for _, tt := range []struct {
		name, code string
		m          pack.Measures
		centihours int64
		stops      []string
	}{
		{"nothing is known of live events", "nbcc", held(180, 180, true), 0, []string{"Hours: no rule works them out"}},
		{"minutes count as they are", "ancc", held(100, 100, false), 166, nil},
		{"no disclosure", "ancc", without(held(100, 100, false), func(m *pack.Measures) { m.Disclosure = false }), 166, []string{"Disclosure"}},
		{"came late", "ancc", held(90, 100, false), 150, []string{"Partial credit: 100 minutes is asked for, the course has 90 minutes"}},
		{"stayed longer", "ancc", held(130, 100, false), 166, nil},
		{"the exam of home study holds unless it is known not to", "apa", held(180, 180, false), 300,
			[]string{"Exam: one is asked for, the course has none"}},
		{"with the exam", "apa", without(held(179, 179, true), func(m *pack.Measures) { m.Attempts = 2 }), 200, nil},
		{"below an hour", "apa", without(held(50, 50, true), func(m *pack.Measures) { m.Attempts = 2 }), 0, []string{"Live events: at least 1 h"}},
		{"no evaluation", "apa", without(held(60, 60, true), func(m *pack.Measures) { m.Attempts, m.Evaluation = 2, false }), 100, []string{"Evaluation"}},
		{"not verified", "nasw", held(180, 180, true), 300, []string{"Live events: this rule could not be verified"}},
		{"reading time is not asked for", "ama", without(held(50, 50, true), func(m *pack.Measures) { m.ReadingMinutes = 0 }), 75, []string{"Pass mark: this rule could not be verified"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			j := bundled(t, tt.code).Judge(tt.m, 0, nil)
			stops := j.Stops()
			if j.Worked.Centihours != tt.centihours || len(stops) != len(tt.stops) {
				t.Fatalf("%d centihours, stops %q", j.Worked.Centihours, stops)
			}
			for i, part := range tt.stops {
				if !strings.Contains(stops[i], part) {
					t.Errorf("stop %q, want %q", stops[i], part)
				}
			}
		})
	}
}

func TestALiveEventWithoutAnExamWhereTheBodySaysSo(t *testing.T) {
	p := *bundled(t, "apa")
	live := *p.Rules.Live
	live.Value.Exam = false
	p.Rules.Live = &live
	m := ours
	m.Live = &pack.Attended{Minutes: 120, Of: 120}
	if j := p.Judge(m, 0, nil); len(j.Stops()) != 0 || j.Worked.Centihours != 200 {
		t.Errorf("%d centihours, stops %q", j.Worked.Centihours, j.Stops())
	}
	given := pack.Rule[bool]{Basis: live.Basis, Value: true}
	p.Rules.PartialCredit = &given
	m.Live.Minutes = 90
	if j := p.Judge(m, 0, nil); len(j.Stops()) != 0 || j.Worked.Centihours != 100 {
		t.Errorf("partial credit: %d centihours, stops %q", j.Worked.Centihours, j.Stops())
	}
}
