package attendance_test

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
)

// TestAListIsForgotten after its time: its fingerprint stays, and what a certificate
// rests on.
func TestAListIsForgotten(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	w.person("office@example.com", "Carla Stern", "Carla Stern")
	l := w.upload(w.event(), "email,name,minutes,license_profession,license_jurisdiction,license_number", "ana@example.com,Ana Ruiz,165,nurse,US-OR,RN 77", "late@example.com,Lea Late,20,nurse,US-OR,RN 78",
		"office@example.com,Rosa Lind,165,,,")
	waits := w.upload(w.event(func(d *attendance.Draft) { d.Title = "Another" }), "email,name", "ben@example.com,Ben Ode")
	w.run(l)
	w.clock.set(today.AddDate(0, 0, attendance.Keep))
	if n, err := w.Forget(ctx); err != nil || n != 0 {
		t.Fatalf("a day too early: %d, %v", n, err)
	}
	w.clock.set(today.AddDate(0, 0, attendance.Keep).Add(time.Minute))
	for _, want := range []int{1, 0} {
		if n, err := w.Forget(ctx); err != nil || n != want {
			t.Fatalf("%d, %v", n, err)
		}
	}
	rows := w.rows(l)
	if r := rows[0]; r.Email != "ana@example.com" || r.Name != "Ana Ruiz" || r.Minutes != "165" || r.Number+r.Profession+r.Jurisdiction != "" || r.EnrollmentID == "" {
		t.Errorf("a certificate: %+v", r)
	}
	for _, r := range rows[1:] {
		if r.Email+r.Name+r.Number+r.Profession+r.Jurisdiction+r.AccountName+r.AccountID != "" || r.Outcome != attendance.Refused || r.OutcomeNote == "" {
			t.Errorf("no certificate: %+v", r)
		}
	}
	if rows[2].OutcomeNote+rows[2].Note != "What was said here quoted the list, and is deleted.What was said here quoted the list, and is deleted." {
		t.Errorf("%q, %q", rows[2].OutcomeNote, rows[2].Note)
	}
	if _, err := w.File(ctx, l.ID); !apperr.Is(err, apperr.NotFound) {
		t.Errorf("the file: %v", err)
	}
	if again := w.again(l); again.SHA256 != l.SHA256 || again.ForgottenAt == nil || w.audited("attendance.forget") != 1 {
		t.Errorf("%+v", again)
	}
	if _, err := w.File(ctx, waits.ID); err != nil {
		t.Errorf("a list that was not started: %v", err)
	}
}

// TestTheRowsOfAPerson are those of the address, of the account and of the attendance.
func TestTheRowsOfAPerson(t *testing.T) {
	w := newWorld(t)
	ana, ben := w.person("ana@example.com", "Ana Ruiz", "Ana Ruiz"), w.person("ben@example.com", "Ben Ode", "Ben Ode")
	w.run(w.upload(w.event(), "email,name", "Ana@Example.com,Ana Ruiz", "ben@example.com,Ben Ode", "late@example.com,Lea Late"))
	w.upload(w.event(func(d *attendance.Draft) { d.Title = "Another" }), "email,name", "ana@example.com,Anna Reed")
	w.exec("UPDATE people SET email = 'a@new.example.com', email_key = 'a@new.example.com' WHERE id = ?", ana.ID)
	for email, want := range map[string]int{"a@new.example.com": 2, "late@example.com": 3, "": 2} {
		list, err := w.CopiesOf(t.Context(), ana.ID, email)
		w.must(err)
		if len(list) != want || list[0].Event == "" || list[0].Email != "Ana@Example.com" || list[0].SHA256 == "" || list[0].Outcome != attendance.Issued || list[0].EnrollmentID == "" {
			t.Errorf("%q: %+v", email, list)
		}
	}
	// Whoever has the address now sees the row, not what it says of the account before.
	list, err := w.CopiesOf(t.Context(), ben.ID, "ana@example.com")
	if err != nil || len(list) != 3 || list[2].Name != "Anna Reed" || list[2].Note != "" {
		t.Errorf("%+v, %v", list, err)
	}
	if key := account.EmailKey(" Ana@Example.com"); key != "ana@example.com" {
		t.Error(key)
	}
}
