package enrollment_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
)

// workshop is a live event of the morning.
func (w *world) workshop(id string) enrollment.Attendance {
	w.t.Helper()
	now := w.clock.now()
	w.exec(`INSERT INTO live_events (id, course_id, edition_id, title, time_zone, starts_at, ends_at, minutes, least_minutes, online, place, presenters, disclosed, evaluation, exam, version, created_by, created_at)
		VALUES (?, 'c1', 'ed1', 'Live', 'America/New_York', ?, ?, 100, 100, ?, '', '', ?, ?, ?, 1, '', ?)`, id, now.Add(-5*time.Hour), now.Add(-3*time.Hour), true, true, true, true, now)
	return enrollment.Attendance{EventID: id, Title: "Live", StartsAt: now.Add(-5 * time.Hour), EndsAt: now.Add(-3 * time.Hour), Zone: "America/New_York", Minutes: 120, Of: 100, ListSHA256: "ab", RecordedBy: "dora"}
}

func TestWhoAttendedHasCompletedTheCourse(t *testing.T) {
	w := newWorld(t)
	ctx, a := t.Context(), w.workshop("ev1")
	e, err := w.Attend(ctx, "p1", "ed1", a)
	w.must(err)
	if e.State != enrollment.Completed || !e.CompletedAt.Equal(a.EndsAt) || !e.EnrolledAt.Equal(a.StartsAt) || e.Source != enrollment.ByEvent || e.Cycle != 1 || len(w.completed) != 1 {
		t.Errorf("%+v", e)
	}
	for _, read := range []func() (enrollment.Enrollment, error){
		func() (enrollment.Enrollment, error) { return w.Find(ctx, "p1", "intro", 0) },
		func() (enrollment.Enrollment, error) {
			list, err := w.ListByPerson(ctx, "p1")
			return list[0], err
		},
		func() (enrollment.Enrollment, error) {
			p, err := w.List(ctx, enrollment.Filter{PersonID: "p1"})
			return p.Entries[0].Enrollment, err
		},
	} {
		got, err := read()
		if err != nil || got.Attendance == nil || *got.Attendance != *e.Attendance || got.Source != enrollment.ByEvent {
			t.Errorf("%+v, %v", got, err)
		}
	}
	list, err := w.Requirements(ctx, e)
	if err != nil || len(list) != 1 || list[0].Kind != enrollment.NeedAttendance || list[0].Title != "Attend the live event: 100 of 100 minutes" {
		t.Errorf("%+v, %v", list, err)
	}
	evidence, err := w.Evidence(ctx, e.ID)
	if err != nil || len(evidence) != 1 || evidence[0].Kind != "event.attended" || evidence[0].Details["minutes"] != 120.0 || evidence[0].Details["recorded_by"] != "dora" {
		t.Errorf("%+v, %v", evidence, err)
	}
	if yes, err := w.Attended(ctx, "p1"); err != nil || !yes {
		t.Errorf("%v, %v", yes, err)
	}
	if yes, err := w.Attended(ctx, "p2"); err != nil || yes {
		t.Errorf("%v, %v", yes, err)
	}
	if _, err := w.Attend(ctx, "p1", "ed1", a); !errors.Is(err, enrollment.ErrAttendeeRecorded) {
		t.Errorf("a second time: %v", err)
	}
	if _, err := w.Attend(ctx, "p1", "ed1", w.workshop("ev2")); !errors.Is(err, enrollment.ErrAttendeeCompleted) {
		t.Errorf("another event: %v", err)
	}
	if _, err := w.Enroll(ctx, enrollment.NewEnrollment{PersonID: "p1", EditionID: "ed1", Source: "free"}); !errors.Is(err, enrollment.ErrNotRepeatable) {
		t.Errorf("online: %v", err)
	}
}

// TestWhoLeftTheCourseMayAttend, and whose access ran out unnoticed.
func TestWhoLeftTheCourseMayAttend(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.End(ctx, w.enroll("p1").ID, enrollment.Withdrawn, "No time."))
	e, err := w.Attend(ctx, "p1", "ed1", w.workshop("ev1"))
	if err != nil || e.Cycle != 2 || e.State != enrollment.Completed {
		t.Errorf("%+v, %v", e, err)
	}
	old := w.enroll("p2")
	if _, err := w.Attend(ctx, "p2", "ed1", w.workshop("ev2")); !errors.Is(err, enrollment.ErrAttendeeLearning) {
		t.Errorf("%v", err)
	}
	w.clock.add(400 * 24 * time.Hour)
	if e, err = w.Attend(ctx, "p2", "ed1", w.workshop("ev3")); err != nil || e.Cycle != 2 {
		t.Errorf("%+v, %v", e, err)
	}
	if w.again(old).State != enrollment.Expired {
		t.Error("the old one is open")
	}
}

// TestTwentyRecordOneAttendance, and of several events at once one.
func TestTwentyRecordOneAttendance(t *testing.T) {
	w := newWorld(t)
	events := []enrollment.Attendance{w.workshop("ev1"), w.workshop("ev2")}
	results := make(chan error, 20)
	for i := range 20 {
		go func() {
			_, err := w.Attend(t.Context(), "p1", "ed1", events[i%2])
			results <- err
		}()
	}
	done := 0
	for range 20 {
		switch err := <-results; {
		case err == nil:
			done++
		case !errors.Is(err, enrollment.ErrAttendeeRecorded) && !errors.Is(err, enrollment.ErrAttendeeCompleted) && !errors.Is(err, enrollment.ErrAttendeeLearning):
			t.Error(err)
		}
	}
	if n := w.count("SELECT count(*) FROM enrollments"); done != 1 || n != 1 || len(w.completed) != 1 {
		t.Errorf("%d succeeded, %d enrollments", done, n)
	}
}

// TestTheAskersHearOfTheEvent: accreditors ask by its minutes, for the day that it
// ended.
func TestTheAskersHearOfTheEvent(t *testing.T) {
	w := newWorld(t)
	w.asks.License = []enrollment.LicenseAsk{{Accreditor: "ancc", Credit: "1.66 contact hours by ANCC"}}
	w.asks.Time = enrollment.TimeBlock
	a := w.workshop("ev1")
	e, err := w.Attend(t.Context(), "p1", "ed1", a)
	w.must(err)
	if e.State != enrollment.Active || len(w.askedFor) == 0 || !w.askedFor[len(w.askedFor)-1].Equal(a.EndsAt) {
		t.Fatalf("%+v, %v", e, w.askedFor)
	}
	w.must(w.LeaveCreditOff(t.Context(), e))
	if e = w.again(e); e.State != enrollment.Completed || !e.CompletedAt.Equal(a.EndsAt) {
		t.Errorf("%+v", e)
	}
	evidence, err := w.Evidence(t.Context(), e.ID)
	if err != nil || len(evidence) != 2 {
		t.Errorf("no time is measured at an event: %+v, %v", evidence, err)
	}
}

// TestWhoWasRecordedByMistakeMayLearn, once the certificate is revoked; not be
// recorded for that event again.
func TestWhoWasRecordedByMistakeMayLearn(t *testing.T) {
	w := newWorld(t)
	ctx, a := t.Context(), w.workshop("ev1")
	_, err := w.Attend(ctx, "p1", "ed1", a)
	w.must(err)
	revoked := false
	w.CertificateRevoked = func(context.Context, string) (bool, error) { return revoked, nil }
	if err := w.MayEnroll(ctx, "p1", w.edition); !errors.Is(err, enrollment.ErrNotRepeatable) {
		t.Errorf("%v", err)
	}
	revoked = true
	if _, err := w.Attend(ctx, "p1", "ed1", a); !errors.Is(err, enrollment.ErrAttendeeRecorded) {
		t.Errorf("%v", err)
	}
	if e := w.enroll("p1"); e.Cycle != 2 || e.Attendance != nil {
		t.Errorf("%+v", e)
	}
}

// TestWhoOwesAnotherEventLearnsNothingOnline: the enrollment that is open is that of
// the event.
func TestWhoOwesAnotherEventLearnsNothingOnline(t *testing.T) {
	w := newWorld(t)
	first := w.workshop("ev1")
	first.Evaluation = enrollment.Online
	_, err := w.Attend(t.Context(), "p1", "ed1", first)
	w.must(err)
	if _, err := w.Attend(t.Context(), "p1", "ed1", w.workshop("ev2")); !errors.Is(err, enrollment.ErrAttendeeOwing) {
		t.Errorf("%v", err)
	}
}

// TestAnAttendanceThatCannotBeReadIsAFault: without it the enrollment would be one of
// the online course.
func TestAnAttendanceThatCannotBeReadIsAFault(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	e, err := w.Attend(ctx, "p1", "ed1", w.workshop("ev1"))
	w.must(err)
	w.exec("UPDATE enrollments SET attended = '{' WHERE id = ?", e.ID)
	for what, read := range map[string]func() error{
		"by its ID":     func() error { _, err := w.Get(ctx, e.ID); return err },
		"of a person":   func() error { _, err := w.ListByPerson(ctx, "p1"); return err },
		"of the course": func() error { _, err := w.InCourse(ctx, "p1", "c1"); return err },
		"in the list":   func() error { _, err := w.List(ctx, enrollment.Filter{PersonID: "p1"}); return err },
	} {
		if err := read(); apperr.KindOf(err) != apperr.Internal {
			t.Errorf("%s: %v", what, err)
		}
	}
}
