package accreditation_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/once"
)

func TestAnApprovalEnds(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	list, err := w.Approvals(t.Context())
	w.must(err)
	id := list[0].ID
	for _, bad := range [][2]string{{"", "Why"}, {"soon", "Why"}, {"2026-11-30", ""}, {"2025-12-31", "Before it began."}, {"2027-01-01", "After its end."}, {"2026-12-31", "Its own last day."}} {
		if err := w.End(t.Context(), id, bad[0], false, bad[1]); !apperr.Is(err, apperr.Invalid) || len(apperr.FieldsOf(err)) != 1 {
			t.Errorf("%v: %v", bad, err)
		}
	}
	for range 2 {
		w.must(w.End(t.Context(), id, "2026-11-27", false, "The accreditor withdrew it."))
	}
	if len(w.lines("2026-11-27")) != 1 || len(w.lines("2026-11-28")) != 0 {
		t.Error("it counts to its last day and not after it")
	}
	if err := w.End(t.Context(), id, "2026-11-28", false, "Another day."); !errors.Is(err, accreditation.ErrOver) || !strings.Contains(err.Error(), "make the approval void and record it again") {
		t.Errorf("%v", err)
	}
	if err := w.End(t.Context(), "nobody", "", true, "Why."); !errors.Is(err, accreditation.ErrNoApproval) {
		t.Errorf("%v", err)
	}
	if n := w.count(`SELECT count(*) FROM audit_events WHERE action = 'approval.end'`); n != 1 {
		t.Errorf("%d audit events", n)
	}
}

// TestWhatEndedOnAWrongDayIsMadeVoid, and recorded again as it holds; what was said
// of the end stays.
func TestWhatEndedOnAWrongDayIsMadeVoid(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	list, err := w.Approvals(t.Context())
	w.must(err)
	id := list[0].ID
	w.must(w.End(t.Context(), id, "2026-01-01", false, "A slip."))
	for range 2 {
		w.must(w.End(t.Context(), id, "", true, "The day was wrong."))
	}
	if err := w.End(t.Context(), id, "", true, "Otherwise."); !errors.Is(err, accreditation.ErrVoid) {
		t.Errorf("%v", err)
	}
	if err := w.End(t.Context(), id, "2026-05-05", false, "Early."); !errors.Is(err, accreditation.ErrVoid) {
		t.Errorf("%v", err)
	}
	if a, err := w.Approval(t.Context(), id); err != nil || a.EndedOn != "2026-01-01" || a.EndReason != "A slip." || !a.Voided || a.VoidReason != "The day was wrong." || a.LastDay() != "" {
		t.Errorf("%+v, %v", a, err)
	}
	if n := w.count(`SELECT count(*) FROM audit_events WHERE action = 'approval.end'`); n != 2 {
		t.Errorf("%d audit events", n)
	}
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	if n := len(w.lines("2026-11-28")); n != 1 {
		t.Errorf("%d lines", n)
	}
}

func TestAVoidedApprovalNeverCounted(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, accreditation.Sure{}, "admin"))
	list, err := w.Approvals(t.Context())
	w.must(err)
	w.must(w.End(t.Context(), list[0].ID, "2026-05-05", true, "Entered for the wrong body."))
	if len(w.lines("2026-11-05")) != 0 {
		t.Error("it never counted")
	}
	if list, err = w.Approvals(t.Context()); err != nil || list[0].Standing(w.Today()) != accreditation.Voided {
		t.Errorf("%+v, %v", list, err)
	}
}

func TestStanding(t *testing.T) {
	a := accreditation.Approval{FromOn: "2026-02-01", UntilOn: "2026-12-31"}
	for day, want := range map[string]accreditation.Standing{"2026-01-31": accreditation.Ahead, "2026-02-01": accreditation.Live, "2026-10-02": accreditation.Live,
		"2026-10-03": accreditation.Soon, "2026-12-31": accreditation.Soon, "2027-01-01": accreditation.Ended} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil || a.Standing(at) != want {
			t.Errorf("%s: %s, want %s (%v)", day, a.Standing(at), want, err)
		}
	}
}

func TestAnApprovalIsCheckedAndRecordedOnce(t *testing.T) {
	w := newWorld(t)
	for field, change := range map[string]func(a *accreditation.Approval){
		"accreditor":      func(a *accreditation.Approval) { a.Accreditor = "boc" }, // a formula approves nobody
		"provider_number": func(a *accreditation.Approval) { a.ProviderNumber = " " },
		"from_on":         func(a *accreditation.Approval) { a.FromOn = "01/02/2026" },
		"until_on":        func(a *accreditation.Approval) { a.UntilOn = "2025-12-31" },
		"until_on ":       func(a *accreditation.Approval) { a.UntilOn = "2036-01-02" }, // more than ten years
		"from_on ":        func(a *accreditation.Approval) { a.FromOn = "2026-02-30" },
		"statement":       func(a *accreditation.Approval) { a.Statement = "" },
		"hours":           func(a *accreditation.Approval) { a.Centihours = 100_01 },
		"jurisdictions":   func(a *accreditation.Approval) { a.Jurisdictions = []string{"US-XX"} },
		"note":            func(a *accreditation.Approval) { a.Note = strings.Repeat("x", 501) },
	} {
		a := nasw
		change(&a)
		var e *apperr.Error
		if err := w.Approve(t.Context(), a, accreditation.Sure{}, "admin"); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	ctx := once.With(t.Context(), "form 1")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.Approve(ctx, nasw, accreditation.Sure{}, "admin"); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count(`SELECT count(*) FROM approvals`); n != 1 || w.count(`SELECT count(*) FROM audit_events`) != 1 {
		t.Errorf("%d approvals", n)
	}
}

func TestTheCourseOfAnApprovalExists(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.CourseID = "nowhere"
	var e *apperr.Error
	if err := w.Approve(t.Context(), a, accreditation.Sure{}, "admin"); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != "course" {
		t.Errorf("%v", err)
	}
}

func TestApprovalsThatEndSoonAreCounted(t *testing.T) {
	w := newWorld(t)
	add := func(from, until string) {
		a := nasw
		a.FromOn, a.UntilOn, a.Category, a.Centihours = from, until, "Category of "+until, 25
		w.must(w.Approve(t.Context(), a, accreditation.Sure{}, "admin"))
	}
	add("2026-01-01", "2026-11-27") // ended yesterday
	add("2026-01-01", "2026-11-28") // ends today
	add("2026-01-01", "2027-02-25") // in 89 days
	add("2026-01-01", "2027-02-26") // in 90
	add("2026-12-01", "2027-01-01") // ahead
	if n, err := w.Ending(t.Context()); err != nil || n != 2 {
		t.Errorf("%d, %v", n, err)
	}
	list, err := w.Approvals(t.Context())
	w.must(err)
	soon := 0
	for _, a := range list {
		if a.Standing(w.Today()) == accreditation.Soon {
			soon++
			w.must(w.End(t.Context(), a.ID, min(date(a.UntilOn).AddDate(0, 0, -1).Format(time.DateOnly), "2026-11-30"), false, "Agreed so."))
		}
		if want := map[string]int{"2026-11-28": 0, "2027-02-25": 89, "2027-02-26": 90}[a.UntilOn]; a.FromOn == "2026-01-01" && a.DaysLeft(w.Today()) != want {
			t.Errorf("%s: %d days left, want %d", a.UntilOn, a.DaysLeft(w.Today()), want)
		}
	}
	if n, err := w.Ending(t.Context()); err != nil || n != 0 || soon != 2 {
		t.Errorf("%d, %d, %v: what was ended on purpose waits for nobody", n, soon, err)
	}
}
