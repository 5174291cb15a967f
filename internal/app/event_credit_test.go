package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/enrollment"
)

// TestAnEventEarnsTheCreditOfItsDay, however late the evaluation comes.
func TestAnEventEarnsTheCreditOfItsDay(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	ed, err := a.Courses.Publish(ctx, short, "", "test")
	must(t, err)
	rules, err := a.Accreditation.Pack(ctx, "ancc")
	must(t, err)
	must(t, a.Accreditation.SavePack(ctx, "ancc", strings.Replace(rules.Text, "from: 2026-11-01", "from: 2020-01-01", 1), "By their letter.", "admin", 0))
	ago := func(days int) time.Time { return time.Now().AddDate(0, 0, -days) }
	for _, days := range [][2]int{{400, 100}, {20, -100}} {
		must(t, a.Accreditation.Approve(ctx, accreditation.Approval{Accreditor: "ancc", CourseID: ed.CourseID, ProviderNumber: "P0001", OfEvents: true,
			FromOn: ago(days[0]).Format(time.DateOnly), UntilOn: ago(days[1]).Format(time.DateOnly), Statement: "Approved."}, accreditation.Sure{}, "admin"))
	}
	for i, c := range []struct {
		name      string
		days      int // from the event to the evaluation
		want      int // lines of credit
		evaluated bool
	}{
		{"an approval that has ended since", 150, 1, true},
		{"an approval that came since", 30, 0, true},
		{"what is left is asked of that day", 150, 1, false},
		{"and not of today", 30, 0, false},
	} {
		id := fmt.Sprintf("p%d", i)
		exec := func(sql string, args ...any) { t.Helper(); must(t, a.DB.Conn(ctx).Exec(sql, args...).Error) }
		exec(`INSERT INTO people (id, email, email_key, name, legal_name, time_zone, password_hash, created_at) VALUES (?, ?, ?, 'Jane', 'Jane Doe', 'UTC', 'x', ?)`,
			id, id+"@example.org", id+"@example.org", time.Now().UTC())
		ends := ago(c.days).UTC()
		exec(`INSERT INTO live_events (id, course_id, edition_id, title, time_zone, starts_at, ends_at, minutes, least_minutes, online, place, presenters, disclosed, evaluation, exam,
			version, created_by, created_at) VALUES (?, ?, ?, 'Live', 'UTC', ?, ?, 60, 60, ?, '', '', ?, ?, ?, 1, '', ?)`,
			"ev"+id, ed.CourseID, ed.ID, ends.Add(-time.Hour), ends, true, true, true, false, ends)
		e, err := a.Enrollments.Attend(ctx, id, ed.ID, enrollment.Attendance{EventID: "ev" + id, Title: "Live", StartsAt: ends.Add(-time.Hour), EndsAt: ends, Zone: "UTC",
			Minutes: 60, Of: 60, Online: true, Disclosed: true, Evaluation: enrollment.Online, ListSHA256: "ab"})
		must(t, err)
		if !c.evaluated {
			if l, err := a.Enrollments.Learning(ctx, e); err != nil || l.Asks.Credit() != (c.want > 0) {
				t.Errorf("%s: %+v, %v", c.name, l.Asks, err)
			}
			continue
		}
		form := map[string][]string{}
		for _, item := range ed.Course.Evaluation.Items {
			if item.Required {
				form[item.ID] = []string{"4"}
			}
		}
		must(t, a.Enrollments.SubmitEvaluation(ctx, e, form))
		if facts, _ := certified(t, a, e.ID); len(facts.CreditLines) != c.want {
			t.Errorf("%s: %d lines of credit, want %d", c.name, len(facts.CreditLines), c.want)
		}
	}
}
