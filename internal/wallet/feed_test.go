package wallet_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	goical "github.com/emersion/go-ical"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/wallet"
)

// feed makes an address and returns its last part.
func (w *world) feed(person string) string {
	w.t.Helper()
	w.must(w.MakeFeed(w.t.Context(), person))
	f, err := w.Feed(w.t.Context(), person)
	w.must(err)
	token, ok := strings.CutPrefix(f.Address, "https://ce.example.org/wallet/calendar/")
	if !ok || !f.On {
		w.t.Fatalf("%+v", f)
	}
	return token
}

func (w *world) calendar(token string) []goical.Event {
	w.t.Helper()
	file, err := w.Calendar(w.t.Context(), token)
	w.must(err)
	cal, err := goical.NewDecoder(bytes.NewReader(file)).Decode()
	w.must(err)
	return cal.Events()
}

func TestTheCalendarHasRenewalsAndEndsOfAccess(t *testing.T) {
	w := newWorld(t)
	l, other := w.license("ana", "US-CO", "2027-03-31"), w.license("ana", "US-OR", "2027-05-31")
	w.license("ana", "US-WA", "")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: 4000, Targets: []wallet.Target{{Category: "Ethics", Centihours: 600}}})
	w.must(w.Remind(t.Context(), "ana", other.ID, false))
	w.access = []wallet.Access{{EnrollmentID: "en9", Title: "TMS, ketamine; care", Slug: "tms", Until: time.Date(2027, 1, 2, 3, 0, 0, 0, time.UTC), Since: w.now}}
	token := w.feed("ana")
	events := w.calendar(token)
	if len(events) != 3 {
		t.Fatalf("%d events", len(events))
	}
	text := func(e goical.Event, name string) string {
		s, err := e.Props.Text(name)
		if err != nil {
			t.Error(err)
		}
		return s
	}
	for i, want := range []struct {
		uid, day, summary, description, url string
		alarms                              int
	}{
		{"license-" + l.ID + "@ce.example.org", "2027-03-31", "License expires: Professional counselor, Colorado",
			"License …001\n0 of 40 hours count; 40 are missing.\nEthics: 0 of 6 hours; 6 are missing.", "/wallet/licenses/" + l.ID, 3},
		{"license-" + other.ID + "@ce.example.org", "2027-05-31", "License expires: Professional counselor, Oregon", "License …002\nYou have not entered its renewal period yet.", "/wallet/licenses/" + other.ID, 0},
		{"access-en9@ce.example.org", "2027-01-01", "Access ends: TMS, ketamine; care", "What you have done so far is kept.", "/learn/tms", 0}, // where Ana is
	} {
		e := events[i]
		day, err := e.DateTimeStart(time.UTC)
		if err != nil || day.Format(time.DateOnly) != want.day || text(e, "UID") != want.uid || text(e, "SUMMARY") != want.summary || text(e, "DESCRIPTION") != want.description ||
			e.Props.Get("URL").Value != "https://ce.example.org"+want.url || len(e.Children) != want.alarms {
			t.Errorf("%v %v, want %+v", day, e.Props, want)
		}
	}
}

// TestACalendarThatDidNotChangeIsTheSameFile, whenever it is asked for.
func TestACalendarThatDidNotChangeIsTheSameFile(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	token := w.feed("ana")
	first, err := w.Calendar(t.Context(), token)
	w.must(err)
	w.now = w.now.Add(26 * time.Hour)
	again, err := w.Calendar(t.Context(), strings.TrimSuffix(token, ".ics"))
	w.must(err)
	if !bytes.Equal(first, again) {
		t.Errorf("%s\nbecame\n%s", first, again)
	}
	stamp := func() time.Time {
		at, err := w.calendar(token)[0].Props.DateTime("DTSTAMP", time.UTC)
		w.must(err)
		return at
	}
	before := stamp()
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
	if after := stamp(); !after.Equal(w.now) || !before.Before(after) {
		t.Errorf("stamped %s, then %s", before, after)
	}
}

func TestTheAddressIsSecretAndEnds(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	if f, err := w.Feed(ctx, "ana"); err != nil || f.On || f.Address != "" {
		t.Errorf("before: %+v, %v", f, err)
	}
	first := w.feed("ana")
	if len(strings.TrimSuffix(first, ".ics")) != 64 || first == w.feed("ben") {
		t.Errorf("address %s", first)
	}
	var row struct{ FeedSalt, FeedHash string }
	w.must(w.db.Read(ctx).Raw("SELECT feed_salt, feed_hash FROM wallet_people WHERE person_id = 'ana'").Scan(&row).Error)
	if secret := strings.TrimSuffix(first, ".ics"); strings.Contains(row.FeedSalt+row.FeedHash, secret) {
		t.Error("the database holds the address")
	}
	form := once.With(ctx, "renew")
	for range 2 { // the second click renews nothing
		w.must(w.MakeFeed(form, "ana"))
	}
	f, err := w.Feed(ctx, "ana")
	w.must(err)
	second := f.Address[strings.LastIndex(f.Address, "/")+1:]
	for _, token := range []string{first, "", ".ics", "x", strings.ToUpper(second), row.FeedHash, row.FeedSalt} {
		_, err := w.Calendar(ctx, token)
		is(t, err, apperr.NotFound, "")
	}
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'wallet.feed' AND object_id = 'ana'"); n != 2 {
		t.Errorf("%d events of two addresses", n)
	}
	w.calendar(second)
	w.exec("UPDATE people SET blocked_at = ? WHERE id = 'ana'", w.now)
	_, err = w.Calendar(ctx, second)
	is(t, err, apperr.NotFound, "")
	w.exec("UPDATE people SET blocked_at = NULL WHERE id = 'ana'")
	for range 2 {
		w.must(w.DropFeed(ctx, "ana"))
	}
	_, err = w.Calendar(ctx, second)
	is(t, err, apperr.NotFound, "")
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'wallet.feed_off'"); n != 1 {
		t.Errorf("%d events of switching off", n)
	}
}

// TestAnAddressOfAnotherKeyIsNotShown: the database came here without its master
// key. It still answers, and its owner is not told a wrong one.
func TestAnAddressOfAnotherKeyIsNotShown(t *testing.T) {
	w := newWorld(t)
	token := w.feed("ana")
	w.exec("UPDATE wallet_people SET feed_salt = 'made by another' WHERE person_id = 'ana'")
	if f, err := w.Feed(t.Context(), "ana"); err != nil || !f.On || f.Address != "" {
		t.Errorf("%+v, %v", f, err)
	}
	w.calendar(token)
}

func TestTheCopyHoldsTheWallet(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	l := w.license("ana", "US-CO", "2026-12-10")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2026-12-10", Centihours: 4000})
	c := w.issue("ana", "c1", "2026-10-02")
	w.must(w.Choose(ctx, "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByOwn}))
	w.remind("2026-12-01 09:00")
	w.must(w.Remind(ctx, "ana", l.ID, false))
	id := w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 100, Licenses: []string{l.ID}})
	w.record(wallet.Record{Title: "Without a file", CompletedOn: "2026-11-20", Centihours: 100})
	w.must(w.Attach(ctx, "ana", id, "a.pdf", pdf))
	w.feed("ana")
	got, err := w.Copy(ctx, "ana")
	w.must(err)
	if len(got.Licenses) != 1 || len(got.Licenses[0].Periods) != 1 || len(got.Licenses[0].Choices) != 1 || len(got.Licenses[0].Reminders) != 2 || !got.Licenses[0].NoReminders ||
		len(got.Records) != 2 || got.FeedMadeAt == nil {
		t.Errorf("%+v", got)
	}
	files := 0
	for f, err := range w.FileCopies(ctx, "ana") {
		w.must(err)
		if one := f.(wallet.FileCopy); !bytes.Equal(one.Body, pdf) || one.RecordID != id {
			t.Errorf("%+v", one)
		}
		files++
	}
	if files != 1 {
		t.Errorf("%d files", files)
	}
	if bens, err := w.Copy(ctx, "ben"); err != nil || len(bens.Licenses)+len(bens.Records) != 0 || bens.FeedMadeAt != nil {
		t.Errorf("%+v, %v", bens, err)
	}
	for f, err := range w.FileCopies(ctx, "ben") {
		t.Errorf("%+v, %v", f, err)
	}
}
