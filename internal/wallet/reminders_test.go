package wallet_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/wallet"
)

// remind runs the hourly work at an instant where Ana is, and returns what was sent.
func (w *world) remind(at string) []mail.LicenseExpiring {
	w.t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	w.must(err)
	w.now, err = time.ParseInLocation("2006-01-02 15:04", at, zone)
	w.must(err)
	w.now = w.now.UTC()
	before := len(w.mails.sent)
	n, err := w.SendReminders(w.t.Context())
	w.must(err)
	var out []mail.LicenseExpiring
	for _, m := range w.mails.sent[before:] {
		out = append(out, m.(mail.LicenseExpiring))
	}
	if n != len(out) {
		w.t.Errorf("%d are told, %d were queued", n, len(out))
	}
	return out
}

func TestRemindersComeOnTheirDaysWhereThePersonIs(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: 4000})
	w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 750, Licenses: []string{l.ID}})
	for _, tt := range []struct {
		at   string
		days int // 0: nothing
	}{
		{"2026-11-23 09:00", 0}, {"2026-12-30 23:59", 0}, {"2026-12-31 00:00", 90}, {"2026-12-31 01:00", 0}, {"2027-02-28 23:30", 0},
		{"2027-03-01 00:30", 30}, {"2027-03-02 00:30", 0}, {"2027-03-24 10:00", 7}, {"2027-03-31 23:59", 0}, {"2027-04-01 00:00", 0},
	} {
		got := w.remind(tt.at)
		if tt.days == 0 {
			if len(got) > 0 {
				t.Errorf("%s: %+v", tt.at, got)
			}
			continue
		}
		if len(got) != 1 || got[0].Days != tt.days {
			t.Errorf("%s: %+v, want %d days", tt.at, got, tt.days)
			continue
		}
		m := got[0]
		if m.License != "Professional counselor, Colorado, license …001" || m.ExpiresOn.Format(time.DateOnly) != "2027-03-31" || m.Link != "https://ce.example.org/wallet/licenses/"+l.ID ||
			strings.Join(m.Standing, " ") != "7.5 of 40 hours count; 32.5 are missing." {
			t.Errorf("%+v", m)
		}
	}
	if to := w.mails.to[0]; to.Email != "ana@example.org" || to.PersonID != "ana" {
		t.Errorf("sent to %+v", to)
	}
}

// TestAfterALongStopOnlyTheNearestComes, and none for what has passed.
func TestAfterALongStopOnlyTheNearestComes(t *testing.T) {
	w := newWorld(t)
	w.license("ana", "US-CO", "2027-03-31")
	w.license("ana", "US-OR", "2027-03-20")
	w.license("ana", "US-WA", "2027-06-30") // far from now
	if got := w.remind("2027-03-28 09:00"); len(got) != 1 || got[0].Days != 3 {
		t.Errorf("%+v", got)
	}
	if n := w.count("SELECT count(*) FROM wallet_reminders"); n != 3 {
		t.Errorf("%d are marked, not the earlier ones", n)
	}
	if got := w.remind("2027-03-31 09:00"); len(got) != 0 {
		t.Errorf("once more: %+v", got)
	}
	today := newWorld(t)
	today.license("ana", "US-CO", "2027-03-31")
	if got := today.remind("2027-03-31 22:00"); len(got) != 1 || got[0].Days != 0 { // in UTC it is the next day
		t.Errorf("on the last day: %+v", got)
	}
}

func TestANewDateIsRemindedOfAnew(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-01-15")
	if got := w.remind("2026-12-20 09:00"); len(got) != 1 || got[0].Days != 26 {
		t.Errorf("%+v", got)
	}
	later := "2027-02-15"
	l.ExpiresOn = &later
	_, err := w.accounts.SaveLicense(t.Context(), l)
	w.must(err)
	if got := w.remind("2026-12-20 10:00"); len(got) != 1 || got[0].Days != 57 {
		t.Errorf("%+v", got)
	}
}

func TestWhoIsNotReminded(t *testing.T) {
	w := newWorld(t)
	l, other := w.license("ana", "US-CO", "2026-12-10"), w.license("ana", "US-OR", "")
	for _, off := range []string{"email_confirmed_at = NULL", "blocked_at = '2026-01-01 00:00:00'", "erased_at = '2026-01-01 00:00:00'"} {
		w.exec("UPDATE people SET " + off + " WHERE id = 'ana'")
		if got := w.remind("2026-12-01 09:00"); len(got) != 0 {
			t.Errorf("%s: %+v", off, got)
		}
		w.exec("UPDATE people SET email_confirmed_at = ?, blocked_at = NULL, erased_at = NULL WHERE id = 'ana'", w.now)
	}
	for range 2 {
		w.must(w.Remind(t.Context(), "ana", l.ID, false))
	}
	is(t, w.Remind(t.Context(), "ben", l.ID, true), apperr.NotFound, "")
	is(t, w.Remind(t.Context(), "ana", nowhere, false), apperr.NotFound, "")
	if v := w.look("ana", l.ID, ""); !v.License.Quiet || w.look("ana", other.ID, "").License.Quiet {
		t.Errorf("%+v", v.License)
	}
	if got := w.remind("2026-12-01 09:00"); len(got) != 0 {
		t.Errorf("although switched off: %+v", got)
	}
	w.must(w.Remind(t.Context(), "ana", l.ID, true))
	if got := w.remind("2026-12-01 09:00"); len(got) != 1 {
		t.Errorf("switched on again: %+v", got)
	}
}

// TestReplicasSendOneReminder: each of them runs the work.
func TestReplicasSendOneReminder(t *testing.T) {
	w := newWorld(t)
	for range account.MaxLicenses {
		w.license("ana", "US-CO", "2026-12-10")
	}
	var wg sync.WaitGroup
	for range 5 {
		s := w.replica()
		wg.Go(func() {
			if _, err := s.SendReminders(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if len(w.mails.sent) != account.MaxLicenses {
		t.Errorf("%d mails about %d licenses", len(w.mails.sent), account.MaxLicenses)
	}
}

// TestAReminderThatFailsComesLater: the mail and its mark are one.
func TestAReminderThatFailsComesLater(t *testing.T) {
	w := newWorld(t)
	w.license("ana", "US-CO", "2026-12-10")
	w.license("ben", "US-CO", "2026-12-10")
	w.mails.err = errors.New("no room")
	if n, err := w.SendReminders(t.Context()); n != 0 || err == nil {
		t.Errorf("%d, %v", n, err)
	}
	w.mails.err = nil
	if got := w.remind("2026-12-01 09:00"); len(got) != 2 {
		t.Errorf("%+v", got)
	}
}

// TestRemindersGoPageByPage: there are more than one page holds, on the same day.
func TestRemindersGoPageByPage(t *testing.T) {
	w := newWorld(t)
	const many = 405
	w.many(many, `INSERT INTO licenses (id, person_id, profession, jurisdiction, number, number_key, expires_on, created_at, updated_at)
		VALUES (?, 'ana', 'other', 'other', '1', ?, '2026-12-10', ?, ?)`, func(i int) []any { return []any{strconv.Itoa(i), strconv.Itoa(i), w.now, w.now} })
	if got := w.remind("2026-12-01 09:00"); len(got) != many {
		t.Errorf("%d mails", len(got))
	}
}

// TestNoLastDayLeavesNoDays, and what has expired leaves fewer than none.
func TestNoLastDayLeavesNoDays(t *testing.T) {
	on := func(day string) wallet.View {
		v := wallet.View{Today: "2026-11-29"}
		if day != "" {
			v.License.ExpiresOn = &day
		}
		return v
	}
	for day, want := range map[string]int{"": 0, "2026-11-29": 0, "2026-12-31": 32, "2026-11-27": -2} {
		if got := on(day).DaysToGo(); got != want {
			t.Errorf("%q: %d days, want %d", day, got, want)
		}
	}
}
