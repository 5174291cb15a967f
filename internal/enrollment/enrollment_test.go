package enrollment_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/enrollment"
)

func TestEnrollIsOnePerPersonAndCourse(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	if e.Cycle != 1 || e.State != enrollment.Active || !e.ExpiresAt.Equal(w.clock.now().AddDate(0, 0, 365)) {
		t.Errorf("enrolled as %+v", e)
	}
	if _, err := w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"}); !errors.Is(err, enrollment.ErrAlreadyEnrolled) {
		t.Errorf("a second time: %v", err)
	}
	if got := w.count("SELECT COUNT(*) FROM jobs WHERE kind = 'mail.send'"); got != 1 {
		t.Errorf("%d mails", got)
	}
	if got := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.create'"); got != 1 {
		t.Errorf("%d audit events", got)
	}
	found, err := w.Find(t.Context(), "p1", "intro", 0)
	if err != nil || found.ID != e.ID {
		t.Errorf("found %+v, %v", found, err)
	}
	for name, err := range map[string]error{
		"somebody else":   second(w.Find(t.Context(), "p2", "intro", 0)),
		"another course":  second(w.Find(t.Context(), "p1", "other", 0)),
		"another cycle":   second(w.Find(t.Context(), "p1", "intro", 2)),
		"an ID of nobody": second(w.Get(t.Context(), "x")),
	} {
		if !errors.Is(err, enrollment.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestEnrollTwiceForOneOrderIsOne(t *testing.T) {
	w := newWorld(t)
	ids := make([]string, 20)
	var wg sync.WaitGroup
	for i := range ids {
		wg.Go(func() {
			e, err := w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "order", OrderID: "o1"})
			if err != nil {
				t.Errorf("delivery %d: %v", i, err)
			}
			ids[i] = e.ID
		})
	}
	wg.Wait()
	for _, id := range ids {
		if id != ids[0] {
			t.Fatalf("two enrollments for one order: %v", ids)
		}
	}
	if got := w.count("SELECT COUNT(*) FROM jobs"); got != 0 {
		t.Errorf("%d mails beside the order's receipt", got)
	}
}

func TestCycles(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.must(w.End(t.Context(), e.ID, enrollment.Withdrawn, "asked"))
	if e2 := w.enroll("p1"); e2.Cycle != 2 {
		t.Errorf("cycle %d after a withdrawal", e2.Cycle)
	}
	// Access that ran out, before the periodic work has said so.
	w.clock.add(366 * 24 * time.Hour)
	e3 := w.enroll("p1")
	if e3.Cycle != 3 {
		t.Errorf("cycle %d after the end of access", e3.Cycle)
	}
	w.study(e3)
	w.pass(e3)
	w.must(w.SubmitEvaluation(t.Context(), e3, goodForm()))
	_, err := w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"})
	if !errors.Is(err, enrollment.ErrNotRepeatable) {
		t.Errorf("completed, never to be repeated: %v", err)
	}
	w.edition.Course.Card.RepeatAfterDays = 30
	_, err = w.Enroll(t.Context(), enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"})
	if !errors.Is(err, enrollment.ErrTooEarly) {
		t.Errorf("repeated on the same day: %v", err)
	}
	w.clock.add(31 * 24 * time.Hour)
	w.enroll("p1")
	list, err := w.ListByPerson(t.Context(), "p1")
	w.must(err)
	var got string
	for _, e := range list {
		got += fmt.Sprintf("%d %s; ", e.Cycle, e.State)
	}
	if got != "4 active; 3 completed; 2 expired; 1 withdrawn; " {
		t.Errorf("cycles: %s", got)
	}
	if old, err := w.Find(t.Context(), "p1", "intro", 1); err != nil || old.ID != e.ID {
		t.Errorf("?cycle=1 finds %+v, %v", old, err)
	}
}

func TestEnd(t *testing.T) {
	w := newWorld(t)
	e := w.enroll("p1")
	w.must(w.End(t.Context(), e.ID, enrollment.Refunded, "full refund"))
	w.must(w.End(t.Context(), e.ID, enrollment.Refunded, "delivered again"))
	if got := w.again(e); got.State != enrollment.Refunded || got.EndReason != "full refund" || got.EndedAt == nil {
		t.Errorf("refunded: %+v", got)
	}
	if got := w.count("SELECT COUNT(*) FROM audit_events WHERE action = 'enrollment.end'"); got != 1 {
		t.Errorf("%d audit events", got)
	}
	if err := w.End(t.Context(), e.ID, enrollment.Withdrawn, "x"); !errors.Is(err, enrollment.ErrEnded) {
		t.Errorf("withdrawn after a refund: %v", err)
	}
	if err := w.End(t.Context(), "nobody", enrollment.Refunded, "x"); !errors.Is(err, enrollment.ErrNotFound) {
		t.Errorf("unknown: %v", err)
	}
	if err := w.End(t.Context(), e.ID, enrollment.Completed, "x"); err == nil {
		t.Error("completed by hand")
	}
	if err := w.FinishLesson(t.Context(), e, "l1"); !errors.Is(err, enrollment.ErrRefunded) {
		t.Errorf("a lesson after the refund: %v", err)
	}
}

func TestExpireAndExtend(t *testing.T) {
	w := newWorld(t)
	e, waiting := w.enroll("p1"), w.enroll("p2")
	w.study(waiting)
	w.must(w.RecordExam(t.Context(), waiting.ID, enrollment.ExamOutcome{AttemptID: "a2", SubmittedAt: w.clock.now()}))
	w.must(w.Extend(t.Context(), e.ID, e.ExpiresAt.AddDate(0, 0, 10), "illness"))
	w.clock.add(370 * 24 * time.Hour)
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 0 {
		t.Errorf("%d expired although extended and awaiting a grade, %v", n, err)
	}
	w.clock.add(10 * 24 * time.Hour)
	if got := w.again(e).State; got != enrollment.Expired {
		t.Errorf("before the periodic work the state reads %s", got)
	}
	if err := w.FinishLesson(t.Context(), e, "l1"); !errors.Is(err, enrollment.ErrExpired) {
		t.Errorf("a lesson after the end: %v", err)
	}
	if n, err := w.ExpireDue(t.Context()); err != nil || n != 1 {
		t.Errorf("%d expired, %v", n, err)
	}
	if err := w.Extend(t.Context(), waiting.ID, w.clock.now().AddDate(0, 0, -1), "past"); err == nil {
		t.Error("extended into the past")
	}
	// The grade arrives after the end of access and still completes.
	w.must(w.SubmitEvaluation(t.Context(), waiting, goodForm()))
	w.must(w.RecordExam(t.Context(), waiting.ID, enrollment.ExamOutcome{AttemptID: "a2", Final: true, Passed: true, SubmittedAt: waiting.EnrolledAt.Add(time.Hour)}))
	if got := w.again(waiting).State; got != enrollment.Completed {
		t.Errorf("graded after the end of access: %s", got)
	}
}

func TestRemindersOnceEach(t *testing.T) {
	w := newWorld(t)
	w.enroll("p1")
	w.enroll("p2")
	before := w.count("SELECT COUNT(*) FROM jobs")
	for _, step := range []struct{ days, sent int }{{300, 0}, {36, 2}, {1, 0}, {22, 2}, {1, 0}} {
		w.clock.add(time.Duration(step.days) * 24 * time.Hour)
		if n, err := w.SendReminders(t.Context()); err != nil || n != step.sent {
			t.Errorf("%d days on: %d reminders, want %d, %v", step.days, n, step.sent, err)
		}
	}
	if got := w.count("SELECT COUNT(*) FROM jobs") - before; got != 4 {
		t.Errorf("%d mails", got)
	}
}

func TestOnlyTheNearestReminderIsSent(t *testing.T) {
	w := newWorld(t)
	w.enroll("p1")
	w.clock.add(360 * 24 * time.Hour)
	for _, want := range []int{1, 0} {
		if n, err := w.SendReminders(t.Context()); err != nil || n != want {
			t.Errorf("%d reminders, want %d, %v", n, want, err)
		}
	}
}

func TestList(t *testing.T) {
	w := newWorld(t)
	e1 := w.enroll("p1")
	e2 := w.enroll("p2")
	w.must(w.End(t.Context(), e1.ID, enrollment.Withdrawn, "x"))
	e3 := w.enroll("p1")
	for _, c := range []struct {
		name string
		f    enrollment.Filter
		want []string
	}{
		{"all", enrollment.Filter{}, []string{e3.ID, e2.ID, e1.ID}},
		{"state", enrollment.Filter{State: enrollment.Withdrawn}, []string{e1.ID}},
		{"name", enrollment.Filter{Query: "ÉVA P2"}, []string{e2.ID}},
		{"name without accents", enrollment.Filter{Query: "eva p2"}, []string{e2.ID}},
		{"mail", enrollment.Filter{Query: "p1@"}, []string{e3.ID, e1.ID}},
		{"a pattern is text", enrollment.Filter{Query: "p_"}, nil},
		{"course", enrollment.Filter{Slug: "other"}, nil},
		{"first page", enrollment.Filter{Limit: 2}, []string{e3.ID, e2.ID}},
		{"next page", enrollment.Filter{Limit: 2, After: e2.ID}, []string{e1.ID}},
		{"page before", enrollment.Filter{Limit: 1, Before: e1.ID}, []string{e2.ID}},
		{"course's address", enrollment.Filter{Query: "INTR"}, []string{e3.ID, e2.ID, e1.ID}},
		{"by person", enrollment.Filter{Sort: "person"}, []string{e1.ID, e3.ID, e2.ID}},
		{"by person, downward", enrollment.Filter{Sort: "-person"}, []string{e2.ID, e3.ID, e1.ID}},
		{"by day", enrollment.Filter{Sort: "enrolled"}, []string{e1.ID, e2.ID, e3.ID}},
		{"by day, downward", enrollment.Filter{Sort: "-enrolled"}, []string{e3.ID, e2.ID, e1.ID}},
		{"next page by person", enrollment.Filter{Sort: "person", Limit: 1, After: e1.ID}, []string{e3.ID}},
		{"next page by person, downward", enrollment.Filter{Sort: "-person", After: e2.ID}, []string{e3.ID, e1.ID}},
		{"page before by person", enrollment.Filter{Sort: "person", Limit: 1, Before: e2.ID}, []string{e3.ID}},
		{"page before by day", enrollment.Filter{Sort: "-enrolled", Before: e1.ID}, []string{e3.ID, e2.ID}},
	} {
		p, err := w.List(t.Context(), c.f)
		w.must(err)
		var got []string
		for _, e := range p.Entries {
			got = append(got, e.ID)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	first, err := w.List(t.Context(), enrollment.Filter{Limit: 2})
	w.must(err)
	if !first.More || first.Earlier || first.Total != 3 || first.Entries[0].PersonEmail != "p1@example.org" {
		t.Errorf("first page: %+v", first)
	}
	n := 0
	w.must(w.Each(t.Context(), enrollment.Filter{Slug: "intro"}, func(enrollment.Entry) error { n++; return nil }))
	if n != 3 {
		t.Errorf("%d rows for CSV", n)
	}
}

// TestActiveByEdition counts who learns in which edition, and nobody who is done.
func TestActiveByEdition(t *testing.T) {
	w := newWorld(t)
	w.enroll("p1")
	gone := w.enroll("p2")
	w.must(w.End(t.Context(), gone.ID, enrollment.Withdrawn, "asked for it"))
	got, err := w.ActiveByEdition(t.Context(), "c1")
	if err != nil || len(got) != 1 || got["ed1"] != 1 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := w.ActiveByEdition(t.Context(), "none"); err != nil || len(got) != 0 {
		t.Errorf("of no course: %v, %v", got, err)
	}
}
