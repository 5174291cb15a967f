package enrollment_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// TestWhatWasWithdrawnKeepsNobody: it counts for nothing, so leaving it loses nothing;
// what says something else in the newer edition is done there again.
func TestWhatWasWithdrawnKeepsNobody(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(*course.Course)
		done   func(w *world, e enrollment.Enrollment)
		loss   string
		again  string
		open   []string // lessons to finish afterward
	}{
		"it is gone":         {func(c *course.Course) { c.Modules[0].Lessons = c.Modules[0].Lessons[1:] }, nil, "", "", []string{"l2", "l3", "l4"}},
		"it is the same":     {nothing, nil, "", "", []string{"l2", "l3", "l4"}},
		"it is written anew": {rewritten(0), nil, "", "the lesson “Lesson 1”", []string{"l1", "l2", "l3", "l4"}},
		"its questions are, too": {func(c *course.Course) { c.Modules[0].Check[0].Prompt = "Which one?" }, func(w *world, e enrollment.Enrollment) {
			w.edition.Overlays.Withdrawn["l2"] = course.Withdrawal{LessonID: "l2"} // then nothing teaches F-1
		}, "", "practice questions of “First”", []string{"l2", "l3", "l4"}},
		"there is a note": {func(c *course.Course) { c.Modules[0].Lessons = c.Modules[0].Lessons[1:] }, func(w *world, e enrollment.Enrollment) {
			w.note(e, "l1", "Ask about it.")
		}, "You have a note or a bookmark", "", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.t = t
			e, ctx := w.enroll("p1"), t.Context()
			w.must(w.AcknowledgeDisclosure(ctx, e))
			w.must(w.FinishLesson(ctx, e, "l1"))
			_, err := w.SaveCheckAnswer(ctx, e, "k1", rightAnswers["k1"])
			w.must(err)
			w.edition.Overlays.Withdrawn["l1"] = course.Withdrawal{LessonID: "l1", Reason: "It was wrong."}
			if tt.done != nil {
				tt.done(w, e)
			}
			w.second(tt.change)
			m, err := w.MoveOf(ctx, w.again(e))
			w.must(err)
			if got := strings.Join(m.Losses, " "); !strings.Contains(got, tt.loss) || tt.loss == "" && got != "" {
				t.Errorf("losses %q, want %q", got, tt.loss)
			}
			if got := strings.Join(m.Again, " "); got != tt.again {
				t.Errorf("again %q, want %q", got, tt.again)
			}
			if tt.loss != "" {
				return
			}
			w.must(w.MoveTo(ctx, e, "ed2"))
			l, err := w.Learning(ctx, w.again(e))
			w.must(err)
			var open []string
			for _, lesson := range l.Edition.RequiredLessons() {
				if !l.Record.Lessons[lesson.ID].Finished() {
					open = append(open, lesson.ID)
				}
			}
			if !slices.Equal(open, tt.open) {
				t.Errorf("to finish: %q, want %q", open, tt.open)
			}
			checks, err := w.CheckAnswers(ctx, w.again(e), "m1")
			w.must(err)
			if asked := strings.HasPrefix(tt.again, "practice"); (len(checks) == 0) != asked || (len(l.Record.Checks) == 0) != asked {
				t.Errorf("answers %v, %v", checks, l.Record.Checks)
			}
			w.clock.add(time.Hour)
			for _, id := range open {
				w.must(w.FinishLesson(ctx, w.again(e), id))
			}
			for q, r := range rightAnswers {
				_, err := w.SaveCheckAnswer(ctx, w.again(e), q, r)
				w.must(err)
			}
			if wrong, err := w.Unproven(ctx, e.ID, nil); err != nil || len(wrong) > 0 {
				t.Errorf("without evidence: %q, %v", wrong, err)
			}
			want := len(open) + 1 // what was finished before stays on record
			if n := len(w.evidence(e, "lesson.finished")); n != want {
				t.Errorf("%d lessons on record, want %d", n, want)
			}
		})
	}
}
