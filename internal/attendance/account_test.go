package attendance_test

import (
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/attendance"
)

// TestARowIsIssuedToTheAccountThatWasShown, or to one that came since under the same
// name.
func TestARowIsIssuedToTheAccountThatWasShown(t *testing.T) {
	w := newWorld(t)
	w.person("ana@old.example.com", "Ana Ruiz", "Ana Ruiz")
	w.person("ben@old.example.com", "Ben Ode", "Ben Ode")
	w.person("ben@new.example.com", "Ben Ode", "Ben Ode")
	l := w.upload(w.event(), "email,name", "ana@old.example.com,Ana Ruiz", "ben@old.example.com,Ben Ode", "cleo@example.com,Cleo Cole", "dan@example.com,Dan Dale")
	move := func(from, to string) {
		t.Helper()
		w.exec("UPDATE people SET email = ?, email_key = ? WHERE id = ?", to, to, w.found(from).ID)
	}
	move("ana@old.example.com", "ana@new.example.com")
	move("ben@old.example.com", "ben@other.example.com")
	move("ben@new.example.com", "ben@old.example.com")
	w.person("cleo@example.com", "Cleo Cole", "Cleo Cole")
	people := w.count("SELECT count(*) FROM people")
	w.became(w.run(l),
		outcome{attendance.Refused, "No account has this address anymore"},
		outcome{attendance.Refused, "Another account has this address"},
		outcome{attendance.Issued, ""},
		outcome{attendance.Issued, ""})
	if n := w.count("SELECT count(*) FROM people"); n != people+1 {
		t.Errorf("%d accounts, want that of Dan more than %d", n, people)
	}
}

// TestAListThatShowsAnotherAccountIsAnother, although every word of it is the same.
func TestAListThatShowsAnotherAccountIsAnother(t *testing.T) {
	w := newWorld(t)
	w.person("ana@example.com", "Ana Ruiz", "Ana Ruiz")
	l := w.upload(w.event(), "email,name", "ana@example.com,Ana Ruiz")
	w.exec("UPDATE people SET email = 'a', email_key = 'a' WHERE email_key = 'ana@example.com'")
	w.person("ana@example.com", "Ana Ruiz", "Ana Ruiz")
	w.must(w.Check(w.ctx(), l.ID))
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"), attendance.ErrStale, "")
}

// TestWhoOwesAnotherEventIsToldSo, and is not to be withdrawn from it.
func TestWhoOwesAnotherEventIsToldSo(t *testing.T) {
	w := newWorld(t)
	first := w.event(func(d *attendance.Draft) { d.Title, d.Evaluation = "First", true })
	w.became(w.run(w.upload(first, "email,name", "ana@example.com,Ana Ruiz")), outcome{attendance.Waiting, ""})
	l := w.upload(w.event(), "email,name", "ana@example.com,Ana Ruiz")
	w.want(l, verdict{attendance.Owing, "attended another live event of this course"})
	if said := w.rows(l)[0].Said(); strings.Contains(said, "Withdraw") || strings.Contains(said, "online course") {
		t.Error(said)
	}
}

// TestPeopleWhoAttendedBeforeAreJudgedInFewStatements, however many come again.
func TestPeopleWhoAttendedBeforeAreJudgedInFewStatements(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.RepeatAfterDays = 10
	first := w.event(func(d *attendance.Draft) { d.Title, d.StartsOn = "First", "2026-10-02" })
	second := w.event(func(d *attendance.Draft) { d.Title, d.StartsOn = "Second", "2026-10-22" })
	third := w.event()
	lines := numbered(12)
	w.run(w.upload(first, lines...))
	w.run(w.upload(second, lines...))
	cost := func(lines []string) int64 {
		t.Helper()
		before, _ := w.db.Statements()
		l := w.upload(third, lines...)
		after, _ := w.db.Statements()
		if v, err := w.Verdicts(t.Context(), l.ID); err != nil || v[attendance.WillIssue] != l.Total {
			t.Errorf("%v, %v", v, err)
		}
		return after - before
	}
	if few, many := cost(lines[:3]), cost(lines); few != many {
		t.Errorf("%d statements for 2 people, %d for 12", few, many)
	}
}
