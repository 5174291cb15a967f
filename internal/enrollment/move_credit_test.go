package enrollment_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/enrollment"
)

// hours sets what the estimated learning time of a course is worked out from.
func hours(words, difficulty int) func(*course.Course) {
	return func(c *course.Course) {
		c.Card.CreditDifficulty, c.Card.CreditRounding = float64(difficulty), credit.DownQuarter
		for _, l := range c.Lessons() {
			l.Words = words / len(c.Lessons())
		}
	}
}

// TestNobodyMovesToLessCredit, unless they do not need it.
func TestNobodyMovesToLessCredit(t *testing.T) {
	earns := func(centihours ...int64) (list []enrollment.Earning) {
		for i, n := range centihours {
			if n > 0 {
				list = append(list, enrollment.Earning{ApprovalID: "a" + string(rune('1'+i)), Accreditor: []string{"nasw", "nbcc"}[i], By: []string{"NASW", "NBCC"}[i], Unit: "CE", Centihours: n})
			}
		}
		return list
	}
	for name, tt := range map[string]struct {
		before, after []enrollment.Earning
		change        func(*course.Course) // of the newer edition, where 18,000 words are 0.75 h
		off           string
		loss          string
		shown         []enrollment.MoveCredit
	}{
		"the same":               {earns(175, 200), earns(175, 200), hours(18000, 3), "", "", []enrollment.MoveCredit{{"NASW", "1.75 CE", "1.75 CE", false}, {"NBCC", "2 CE", "2 CE", false}}},
		"more":                   {earns(175), earns(200), hours(9000, 3), "", "", []enrollment.MoveCredit{{"NASW", "1.75 CE", "2 CE", false}}},
		"one more":               {earns(175), earns(175, 200), hours(9000, 3), "", "", []enrollment.MoveCredit{{"NASW", "1.75 CE", "1.75 CE", false}, {"NBCC", "none", "2 CE", false}}},
		"less":                   {earns(175, 200), earns(150, 200), hours(18000, 3), "", "You would earn 1.5 CE by NASW instead of 1.75 CE.", nil},
		"one less":               {earns(175, 200), earns(175), hours(18000, 3), "", "You would earn no credit by NBCC; in your edition it is 2 CE.", nil},
		"less that nobody needs": {earns(175, 200), earns(150, 200), hours(18000, 3), "nasw", "", nil},
		"first credit":           {nil, earns(100), hours(9000, 3), "", "", nil},
		"fewer words":            {nil, nil, hours(9000, 3), "", "Your certificate would say 0.5 h of estimated learning time instead of 0.75 h.", nil},
		"easier":                 {nil, nil, hours(18000, 1), "", "would say 0.25 h of estimated learning time instead of 0.75 h.", nil},
		"more words":             {nil, nil, hours(24000, 3), "", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ctx := t.Context()
			hours(18000, 3)(w.edition.Course)
			e := w.enroll("p1")
			if tt.off != "" {
				w.must(w.AddEvidence(ctx, e.ID, enrollment.Evidence{Kind: "license.declined", Ref: tt.off, OccurredAt: w.clock.now()}))
			}
			w.second(tt.change)
			w.earns = map[string][]enrollment.Earning{"ed1": tt.before, "ed2": tt.after}
			m, err := w.MoveOf(ctx, e)
			w.must(err)
			if got := strings.Join(m.Losses, " "); !strings.Contains(got, tt.loss) || tt.loss == "" && got != "" {
				t.Errorf("losses %q, want %q", got, tt.loss)
			}
			for i, want := range tt.shown {
				if len(m.Credit) != len(tt.shown) || m.Credit[i] != want {
					t.Errorf("shown %+v, want %+v", m.Credit, tt.shown)
				}
			}
			if err := w.MoveTo(ctx, e, "ed2"); tt.loss == "" && err != nil || tt.loss != "" && !errors.Is(err, enrollment.ErrLoses) {
				t.Errorf("moved: %v", err)
			}
		})
	}
}
