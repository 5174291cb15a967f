package attendance_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/once"
)

// TestNobodyKnowsWhereAnInvitedPersonIs: least of all by where an online event was.
func TestNobodyKnowsWhereAnInvitedPersonIs(t *testing.T) {
	w := newWorld(t)
	e := w.event(func(d *attendance.Draft) { d.Online, d.TimeZone = true, "America/Los_Angeles" })
	w.became(w.run(w.upload(e, "email,name", "ana@example.com,Ana Ruiz")), outcome{attendance.Issued, ""})
	if zone := w.found("ana@example.com").TimeZone; zone != "America/New_York" {
		t.Errorf("the account has the zone %s", zone)
	}
}

// TestWhoAttestedIssues, whoever had the list go on.
func TestWhoAttestedIssues(t *testing.T) {
	w := newWorld(t)
	l := w.upload(w.event(), "email,name", "ana@example.com,Ana Ruiz")
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	w.exec("DELETE FROM jobs")
	w.must(w.GoOn(audit.WithActor(t.Context(), audit.Actor{PersonID: "erin"}), l.ID))
	w.drain()
	w.became(w.rows(l), outcome{attendance.Issued, ""})
	for sql, want := range map[string]int{
		"SELECT count(*) FROM certificate_history WHERE kind = 'reserved' AND actor_id = 'dora'":        1,
		"SELECT count(*) FROM audit_events WHERE action = 'enrollment.attend' AND actor_id = 'dora'":    1,
		"SELECT count(*) FROM audit_events WHERE action = 'attendance.go_on' AND actor_id = 'erin'":     1,
		"SELECT count(*) FROM audit_events WHERE action = 'certificate.reserve' AND actor_id <> 'dora'": 0,
	} {
		if n := w.count(sql); n != want {
			t.Errorf("%s: %d", sql, n)
		}
	}
}

// TestAFormSentAgainLeadsToItsEvent, not to the one that was recorded since.
func TestAFormSentAgainLeadsToItsEvent(t *testing.T) {
	w := newWorld(t)
	ctx := once.With(w.ctx(), "the form")
	first, err := w.Create(ctx, draft, "dora")
	w.must(err)
	w.event(func(d *attendance.Draft) { d.Title = "Another" })
	if again, err := w.Create(ctx, draft, "dora"); err != nil || again.ID != first.ID {
		t.Errorf("%s, %v", again.Title, err)
	}
}

// TestAnEventByWhichNothingIsIssuedChanges again.
func TestAnEventByWhichNothingIsIssuedChanges(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	l := w.upload(e, "email,name", "ana@example.com,Ana Ruiz")
	w.closed = attendance.ErrRuns // any conflict will do
	w.became(w.run(l), outcome{attendance.Refused, ""})
	w.closed = nil
	d := e.Draft()
	d.Title = "Changed"
	w.must(w.Change(w.ctx(), e.ID, e.Version, d))
	e, err := w.Event(t.Context(), e.ID)
	w.must(err)
	w.became(w.run(w.upload(e, "email,name", "ana@example.com,Ana Ruiz")), outcome{attendance.Issued, ""})
	w.refused(w.Change(w.ctx(), e.ID, e.Version, d), attendance.ErrUsed, "")
	l = w.upload(e, "email,name", "ben@example.com,Ben Ode")
	w.closed = attendance.ErrRuns
	w.became(w.run(l), outcome{attendance.Refused, ""})
	w.closed = nil
	w.refused(w.Change(w.ctx(), e.ID, e.Version, d), attendance.ErrUsed, "")
}

// TestListsAreBoundedHoweverManyCome at once.
func TestListsAreBoundedHoweverManyCome(t *testing.T) {
	w := newWorld(t)
	e := w.event()
	full := 0
	for _, err := range together(30, func(i int) error {
		_, err := w.Upload(w.ctx(), e.ID, "x.csv", fmt.Appendf(nil, "email,name\np%d@example.com,Ana Ruiz\n", i%25), "dora")
		return err
	}) {
		if errors.Is(err, attendance.ErrManyList) {
			full++
		} else {
			w.must(err)
		}
	}
	if n := w.count("SELECT count(*) FROM attendance_lists"); n != 20 || full == 0 {
		t.Errorf("%d lists, %d refused", n, full)
	}
}

// TestNoMoreRowsAreChosenThanAPageAsksFor.
func TestNoMoreRowsAreChosenThanAPageAsksFor(t *testing.T) {
	w := newWorld(t)
	lines, chosen := []string{"email,name"}, []int{}
	for i := range attendance.MaxChosen + 1 {
		id := fmt.Sprintf("p%d@example.com", i)
		w.exec(`INSERT INTO people (id, email, email_key, email_confirmed_at, name, legal_name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'Ana', 'Ana Ruiz', 'UTC', 'x', ?)`, id, id, id, began, began)
		lines, chosen = append(lines, id+",Rosa Lind"), append(chosen, i+1)
	}
	l := w.upload(w.event(), lines...)
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, chosen, true, "dora"), attendance.ErrStale, "")
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, append(chosen[:3:3], 3, 3), true, "dora"))
	list, err := w.audit.List(t.Context(), audit.Filter{ObjectKind: "attendance_list", ObjectID: l.ID, Limit: 10})
	if err != nil || list[0].Action != "attendance.start" || fmt.Sprint(list[0].Details["chosen"]) != "3" {
		t.Errorf("%+v, %v", list, err)
	}
}

// TestUploadsStartsAndEndsOfAnEventAtOnce neither wait for each other for good nor let
// an event change that a list uses.
func TestUploadsStartsAndEndsOfAnEventAtOnce(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.RepeatAfterDays = 0
	for i := range 8 {
		e := w.event(func(d *attendance.Draft) { d.Title = fmt.Sprintf("Round %s", letters(i)) })
		first := []string{"email,name", fmt.Sprintf("f%d@example.com,Ana Ruiz", i)}
		second := []string{"email,name", fmt.Sprintf("s%d@example.com,Ben Ode", i)}
		a, b := w.upload(e, first...), w.upload(e, second...)
		w.closed = attendance.ErrRuns // so that the first is refused whole
		w.must(w.Start(w.ctx(), a.ID, a.CheckSHA256, nil, true, "dora"))
		for n, err := range together(3, func(n int) error {
			switch n {
			case 0:
				return w.queue.Drain(w.ctx())
			case 1:
				return w.Start(w.ctx(), b.ID, b.CheckSHA256, nil, true, "dora")
			}
			_, err := w.Upload(w.ctx(), e.ID, "again.csv", []byte(strings.Join(second, "\r\n")+"\r\n"), "dora")
			return err
		}) {
			known := n == 1 && errors.Is(err, attendance.ErrStale) || n == 2 && errors.Is(err, attendance.ErrStarted)
			if err != nil && !known {
				t.Fatalf("%d: %v", n, err)
			}
		}
		if n := w.count("SELECT count(*) FROM live_events e WHERE NOT e.used AND EXISTS (SELECT 1 FROM attendance_lists l WHERE l.event_id = e.id AND l.state = 'started')"); n != 0 {
			t.Fatal("an event can change under a list that is worked on")
		}
		w.drain()
		w.closed = nil
		if again, err := w.Event(t.Context(), e.ID); err != nil || again.Used {
			t.Errorf("nothing was issued, and the event stays as it is: %v", err)
		}
	}
}
