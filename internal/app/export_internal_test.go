package app

import (
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

// TestTheCopyHoldsCorrectionsAndEveryAnswer, also to a question that is not asked any
// more, and a note whose lesson is gone.
func TestTheCopyHoldsCorrectionsAndEveryAnswer(t *testing.T) {
	const slug = "how-learning-is-recorded"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(config.Demo, nil, func(c *config.Config) {
		c.DataDir, c.BaseURL, c.ProviderName, c.ProviderEmail = t.TempDir(), "http://127.0.0.1:8080", "CoCare (demonstration)", "demo@example.org"
	})
	must(err)
	a, err := New(t.Context(), Options{Config: c, Log: slog.New(slog.DiscardHandler)})
	must(err)
	defer a.Close()
	ctx := t.Context()
	_, err = a.Courses.Import(ctx, courses.Bundled()[slug], "test")
	must(err)
	ed, err := a.Courses.Publish(ctx, slug, "", "test")
	must(err)
	p, err := a.Accounts.Create(ctx, account.NewPerson{Email: "ana@example.org", Name: "Ana", Password: "long enough for this", TimeZone: "UTC", Roles: []account.Role{account.Therapist}})
	must(err)
	e, err := a.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: p.ID, EditionID: ed.ID, Source: "free"})
	must(err)
	must(a.Enrollments.AcknowledgeDisclosure(ctx, e))
	q := ed.Course.Modules[0].Check[0]
	_, err = a.Enrollments.SaveCheckAnswer(ctx, e, q.ID, question.Response{Choices: []string{q.Options[0].ID}})
	must(err)
	must(a.Courses.AddErratum(ctx, ed.ID, course.Erratum{Text: "Read 3 for 4.", Safety: true}, "test"))
	ed, err = a.Courses.Edition(ctx, ed.ID)
	must(err)
	must(a.Enrollments.ReadErratum(ctx, e, ed.Overlays.Errata[0].ID))
	for _, l := range ed.Course.Lessons() { // then nothing teaches what the question is about
		must(a.Courses.WithdrawLessons(ctx, []string{ed.ID}, course.Withdrawing{LessonID: l.ID, Reason: "It was wrong.", Hollows: []int{ed.Number}}, "test"))
	}
	must(a.DB.Conn(ctx).Exec("INSERT INTO lesson_progress (enrollment_id, lesson_id, note, noted_at) VALUES (?, 'gone', 'Ask about it.', ?)", e.ID, time.Now().UTC()).Error)

	if open, err := a.reachable(ctx, p.ID); err != nil || !open {
		t.Errorf("reachable: %v, %v", open, err)
	}
	list, err := a.learningData(ctx, p.ID)
	must(err)
	data, err := json.Marshal(list)
	must(err)
	for _, want := range []string{ed.Overlays.Errata[0].ID, `"Text":"Read 3 for 4."`, `"QuestionID":"` + q.ID + `"`, `"choices":["` + q.Options[0].ID + `"]`, "Ask about it."} {
		if !strings.Contains(string(data), want) {
			t.Errorf("no %q in %s", want, data)
		}
	}
	for _, closed := range []string{"blocked_at", "erased_at"} {
		must(a.DB.Conn(ctx).Exec("UPDATE people SET blocked_at = NULL, erased_at = NULL").Error)
		must(a.DB.Conn(ctx).Exec("UPDATE people SET "+closed+" = ? WHERE id = ?", time.Now().UTC(), p.ID).Error)
		if open, err := a.reachable(ctx, p.ID); err != nil || open {
			t.Errorf("%s, and reachable: %v, %v", closed, open, err)
		}
	}
}
