package accreditation_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/mail"
)

// remind runs the hourly work at an instant in New York, and returns what was sent.
func (w *world) remind(at string) []mail.ApprovalEnding {
	w.t.Helper()
	var err error
	w.at, err = time.ParseInLocation("2006-01-02 15:04", at, w.Zone)
	w.must(err)
	before := len(w.mails)
	n, err := w.SendReminders(w.t.Context())
	w.must(err)
	if sent := len(w.mails) - before; sent != n {
		w.t.Errorf("%d are told, %d were queued", n, sent)
	}
	return w.mails[before:]
}

func TestTheProviderIsRemindedOfAnEnd(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "dora"))
	for _, tt := range []struct {
		at   string
		days int // 0: nothing
	}{
		{"2026-10-01 09:00", 0}, {"2026-10-01 23:59", 0}, {"2026-10-02 00:00", 90}, {"2026-10-02 01:00", 0}, {"2026-11-30 23:59", 0},
		{"2026-12-01 00:00", 30}, {"2026-12-02 00:00", 0}, {"2026-12-24 10:00", 7}, {"2026-12-31 23:59", 0}, {"2027-01-01 00:00", 0},
	} {
		got := w.remind(tt.at)
		if tt.days == 0 {
			if len(got) > 0 {
				t.Errorf("%s: %+v", tt.at, got)
			}
			continue
		}
		if len(got) != 1 {
			t.Fatalf("%s: %d mails", tt.at, len(got))
		}
		m := got[0]
		if m.Days != tt.days || m.LastDay.Format(time.DateOnly) != "2026-12-31" || m.OfCourse || m.CourseTitle != "" || m.Number != "88-1234" ||
			m.Accreditor != "National Association of Social Workers, CE Approval Program" || m.Link != "https://ce.example.org/admin/approvals/"+w.first().ID {
			t.Errorf("%s: %+v", tt.at, m)
		}
	}
}

// first is the approval that ends last.
func (w *world) first() accreditation.Approval {
	w.t.Helper()
	list, err := w.Approvals(w.t.Context())
	w.must(err)
	return list[0]
}

// After a long stop there is one mail, of the nearest.
func TestOneReminderAfterALongStop(t *testing.T) {
	w := newWorld(t)
	of := nasw
	of.CourseID = "c1"
	w.must(w.Approve(t.Context(), of, accreditation.Sure{}, "dora"))
	if got := w.remind("2026-12-31 08:00"); len(got) != 1 || got[0].Days != 0 || !got[0].OfCourse || got[0].CourseTitle != "Course c1" {
		t.Errorf("%+v", got)
	}
	if got := w.remind("2026-12-31 09:00"); len(got) != 0 {
		t.Errorf("again: %+v", got)
	}
}

func TestNoReminderOfWhatGoesOnOrWasEnded(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.must(w.Approve(ctx, nasw, accreditation.Sure{}, "dora"))
	renewed := nasw
	renewed.FromOn, renewed.UntilOn = "2027-01-02", "2027-12-31"
	of := renewed
	of.FromOn, of.CourseID = "2027-01-01", "c1"
	w.must(w.Approve(ctx, of, accreditation.Sure{}, "dora")) // of a course: the provider's own ends nevertheless
	w.must(w.Approve(ctx, renewed, accreditation.Sure{}, "dora"))
	if got := w.remind("2026-10-02 08:00"); len(got) != 1 {
		t.Errorf("a renewal that leaves a day between: %d mails", len(got))
	}
	renewed.FromOn, renewed.UntilOn = "2027-01-01", "2027-01-01"
	w.must(w.Approve(ctx, renewed, accreditation.Sure{}, "dora"))
	if got := w.remind("2026-12-01 08:00"); len(got) != 0 {
		t.Errorf("renewed: %+v", got)
	}
	list, err := w.Approvals(ctx)
	w.must(err)
	for _, a := range list {
		if a.UntilOn > "2027" {
			w.must(w.End(ctx, a.ID, "", true, "Entered by mistake"))
		}
	}
	if got := w.remind("2026-12-02 08:00"); len(got) != 1 || got[0].Days != 29 {
		t.Errorf("the renewal was a mistake: %+v", got)
	}
	w.must(w.End(ctx, list[len(list)-1].ID, "2026-12-20", false, "We leave"))
	if got := w.remind("2026-12-24 08:00"); len(got) != 0 {
		t.Errorf("ended on purpose: %+v", got)
	}
}

// TestWhatIsOfSomethingElseFollowsNothing: of another category, or not of live events.
func TestWhatIsOfSomethingElseFollowsNothing(t *testing.T) {
	for name, tt := range map[string]struct {
		change func(next *accreditation.Approval)
		mails  int
	}{
		"the same":                     {func(*accreditation.Approval) {}, 0},
		"written otherwise":            {func(n *accreditation.Approval) { n.Category = " ETHICS" }, 0},
		"the whole credit":             {func(n *accreditation.Approval) { n.Category, n.Centihours = "", 0 }, 0},
		"another category":             {func(n *accreditation.Approval) { n.Category = "Clinical" }, 1},
		"not of live events":           {func(n *accreditation.Approval) { n.OfEvents = false }, 1},
		"the whole, not of the events": {func(n *accreditation.Approval) { n.Category, n.OfEvents = "", false }, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			ethics := nasw
			ethics.Category, ethics.Centihours, ethics.OfEvents = "Ethics", 50, true
			next := ethics
			next.FromOn, next.UntilOn = "2027-01-01", "2027-12-31"
			tt.change(&next)
			w.must(w.Approve(t.Context(), ethics, accreditation.Sure{}, "dora"))
			w.must(w.Approve(t.Context(), next, accreditation.Sure{}, "dora"))
			if got := w.remind("2026-12-01 08:00"); len(got) != tt.mails {
				t.Errorf("%d mails, want %d", len(got), tt.mails)
			}
		})
	}
}

func TestARemindersFailureIsMadeGood(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "dora"))
	w.at = time.Date(2026, 12, 1, 15, 0, 0, 0, time.UTC)
	w.mailErr = errors.New("the queue is full")
	if n, err := w.SendReminders(t.Context()); n != 0 || !errors.Is(err, w.mailErr) {
		t.Errorf("%d, %v", n, err)
	}
	w.mailErr = nil
	if got := w.remind("2026-12-01 11:00"); len(got) != 1 || got[0].Days != 30 {
		t.Errorf("%+v", got)
	}
}

// Two replicas that take the work at once send one.
func TestTwoRemindersAtOnceAreOne(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "dora"))
	w.at = time.Date(2026, 12, 1, 15, 0, 0, 0, time.UTC)
	counts, errs := make([]int, 8), make([]error, 8)
	var all sync.WaitGroup
	for i := range counts {
		all.Go(func() { counts[i], errs[i] = w.SendReminders(t.Context()) })
	}
	all.Wait()
	w.must(errors.Join(errs...))
	sum := 0
	for _, n := range counts {
		sum += n
	}
	if sum != 1 {
		t.Errorf("%d reminders", sum)
	}
}
