package wallet_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/wallet"
)

func TestARenewalBeginsTheNextPeriod(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	first := w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-01-01", EndsOn: "2026-12-31", Centihours: 4000})
	w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 700, Licenses: []string{l.ID}})
	if got := w.expiry(l.ID); got != "2026-12-31" {
		t.Errorf("a period up to the expiry date moved it to %s", got)
	}
	second := w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2027-01-01", EndsOn: "2028-12-31", Centihours: 4000, Carried: 150})
	if got := w.expiry(l.ID); got != "2028-12-31" {
		t.Errorf("after the renewal it expires on %s", got)
	}
	v := w.look("ana", l.ID, "")
	if v.Period.ID != first || v.Sum.Counted != 700 || v.Renewed() || v.Past() {
		t.Errorf("before the first day of the next: %+v", v.Period)
	}
	w.now = w.now.AddDate(0, 2, 0)
	v = w.look("ana", l.ID, "")
	if v.Period.ID != second || v.Sum.Counted != 150 || len(v.Entries) != 0 || v.Sum.Missing != 3850 {
		t.Errorf("old hours went along: %+v", v.Sum)
	}
	if v = w.look("ana", l.ID, first); v.Sum.Counted != 700 || !v.Past() {
		t.Errorf("the period before: %+v", v.Sum)
	}
	// An older one changes nothing about the license.
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2023-01-01", EndsOn: "2024-12-31"})
	if got := w.expiry(l.ID); got != "2028-12-31" {
		t.Errorf("an older period moved the expiry date to %s", got)
	}
	later := "2030-12-31"
	l.ExpiresOn = &later
	_, err := w.accounts.SaveLicense(t.Context(), l)
	w.must(err)
	if v = w.look("ana", l.ID, ""); !v.Renewed() {
		t.Error("nobody notices that the license was renewed")
	}
}

func (w *world) expiry(licenseID string) string {
	w.t.Helper()
	list, err := w.accounts.Licenses(w.t.Context(), "ana")
	w.must(err)
	for _, l := range list {
		if l.ID == licenseID && l.ExpiresOn != nil {
			return *l.ExpiresOn
		}
	}
	return ""
}

func (w *world) removePeriod(ctx context.Context, personID, licenseID, id string) error {
	_, err := w.RemovePeriod(ctx, personID, licenseID, id)
	return err
}

// TestAPeriodGivesBackTheDayThatItSet: a day that was typed wrong in a period must
// not stay with the license.
func TestAPeriodGivesBackTheDayThatItSet(t *testing.T) {
	w := newWorld(t)
	save := func(p wallet.Period, moves bool, expires string) string {
		t.Helper()
		id, moved, err := w.SavePeriod(t.Context(), "ana", p)
		w.must(err)
		if got := w.expiry(p.LicenseID); got != expires || moved != moves {
			t.Errorf("%s to %s: the license expires on %q (moved: %v), want %q", p.BeginsOn, p.EndsOn, got, moved, expires)
		}
		return id
	}
	remove := func(l account.License, id string, moves bool, expires string) {
		t.Helper()
		moved, err := w.RemovePeriod(t.Context(), "ana", l.ID, id)
		w.must(err)
		if got := w.expiry(l.ID); got != expires || moved != moves {
			t.Errorf("removed: the license expires on %q (moved: %v), want %q", got, moved, expires)
		}
	}
	l := w.license("ana", "US-CO", "2027-06-30")
	p := wallet.Period{LicenseID: l.ID, BeginsOn: "2025-07-01", EndsOn: "2028-06-30", Centihours: 4000}
	p.ID = save(p, true, "2028-06-30")
	again := p
	again.ID = ""
	if id := save(again, true, "2028-06-30"); id != p.ID {
		t.Error("a second click added a second period")
	}
	v := w.look("ana", l.ID, "")
	if v.Move == nil || v.Move.From != "2027-06-30" || !v.Sets(*v.Period) || v.Without(*v.Period) != "2027-06-30" || v.Renewed() || v.Short() {
		t.Errorf("%+v", v.Move)
	}
	p.Centihours = 3600
	save(p, false, "2028-06-30")
	p.EndsOn = "2027-06-30"
	save(p, true, "2027-06-30")
	if v := w.look("ana", l.ID, ""); v.Move != nil || v.Sets(*v.Period) {
		t.Errorf("%+v", v.Move)
	}
	p.EndsOn = "2026-06-30" // earlier than what was entered
	save(p, false, "2027-06-30")
	p.EndsOn = "2027-12-31"
	save(p, true, "2027-12-31")
	next := wallet.Period{LicenseID: l.ID, BeginsOn: "2028-01-01", EndsOn: "2029-12-31"}
	next.ID = save(next, true, "2029-12-31")
	if v := w.look("ana", l.ID, ""); v.Move == nil || v.Move.From != "2027-06-30" || v.Without(next) != "2027-12-31" {
		t.Errorf("%+v", v.Move)
	}
	remove(l, next.ID, true, "2027-12-31")
	remove(l, p.ID, true, "2027-06-30")

	// What the person entered since is theirs.
	p.ID, p.EndsOn = "", "2028-06-30"
	p.ID = save(p, true, "2028-06-30")
	own := "2027-09-30"
	l.ExpiresOn = &own
	_, err := w.accounts.SaveLicense(t.Context(), l)
	w.must(err)
	if v := w.look("ana", l.ID, ""); v.Move != nil || !v.Short() || v.Without(*v.Period) != own {
		t.Errorf("%+v", v.Move)
	}
	p.Centihours = 2000
	save(p, false, own)
	p.EndsOn = "2027-06-30"
	save(p, false, own)
	remove(l, p.ID, false, own)

	none := w.license("ana", "US-OR", "")
	first := save(wallet.Period{LicenseID: none.ID, BeginsOn: "2025-07-01", EndsOn: "2027-06-30"}, true, "2027-06-30")
	if v := w.look("ana", none.ID, ""); v.Without(*v.Period) != "" {
		t.Error("it had no day before")
	}
	remove(none, first, true, "")
}

func TestWhatAPeriodRefuses(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	good := wallet.Period{LicenseID: l.ID, BeginsOn: "2025-01-01", EndsOn: "2026-12-31", Centihours: 4000, Targets: []wallet.Target{{Category: " Law  and ethics ", Centihours: 600}, {}}}
	id := w.period("ana", good)
	for field, change := range map[string]func(p *wallet.Period){
		"begins_on":  func(p *wallet.Period) { p.BeginsOn = "2025-02-30" },
		"ends_on":    func(p *wallet.Period) { p.EndsOn = "2024-12-31" },
		"hours":      func(p *wallet.Period) { p.Centihours = -1 },
		"carried":    func(p *wallet.Period) { p.Carried = 100001 },
		"hours_1":    func(p *wallet.Period) { p.Targets = []wallet.Target{{Category: "Ethics"}} },
		"hours_2":    func(p *wallet.Period) { p.Targets = []wallet.Target{{}, {Centihours: 100}} },
		"category_2": func(p *wallet.Period) { p.Targets = []wallet.Target{{"Ethics", 100}, {"ethics", 200}} },
		"category_1": func(p *wallet.Period) { p.Targets = []wallet.Target{{strings.Repeat("x", 81), 100}} },
	} {
		p := good
		p.ID = id
		change(&p)
		_, _, err := w.SavePeriod(t.Context(), "ana", p)
		is(t, err, apperr.Invalid, field)
	}
	tooMuch := good
	tooMuch.Targets = []wallet.Target{{"Ethics", 4001}}
	_, _, err := w.SavePeriod(t.Context(), "ana", tooMuch)
	is(t, err, apperr.Invalid, "hours_1")
	for _, days := range [][2]string{{"2026-12-31", "2027-05-01"}, {"2024-01-01", "2025-01-01"}, {"2025-05-01", "2025-06-01"}, {"2024-01-01", "2028-01-01"}} {
		_, _, err := w.SavePeriod(t.Context(), "ana", wallet.Period{LicenseID: l.ID, BeginsOn: days[0], EndsOn: days[1]})
		is(t, err, apperr.Invalid, "begins_on")
	}
	for field, days := range map[string][2]string{"ends_on": {"2027-01-01", "2099-01-01"}, "begins_on": {"2012-01-01", "2024-12-31"}} { // a year that was mistyped
		_, _, err := w.SavePeriod(t.Context(), "ana", wallet.Period{LicenseID: l.ID, BeginsOn: days[0], EndsOn: days[1]})
		is(t, err, apperr.Invalid, field)
	}
	if v := w.look("ana", l.ID, ""); len(v.Periods) != 1 || len(v.Period.Targets) != 1 || v.Period.Targets[0] != (wallet.Target{Category: "Law and ethics", Centihours: 600}) {
		t.Errorf("%+v", v.Periods)
	}

	theirs := good
	theirs.ID = id
	_, _, err = w.SavePeriod(t.Context(), "ben", theirs)
	is(t, err, apperr.NotFound, "")
	bens := w.license("ben", "US-CO", "")
	theirs.LicenseID = bens.ID
	_, _, err = w.SavePeriod(t.Context(), "ben", theirs)
	is(t, err, apperr.NotFound, "")
	theirs.EndsOn = "wrong, and another's all the same"
	_, _, err = w.SavePeriod(t.Context(), "ben", theirs)
	is(t, err, apperr.NotFound, "")
	is(t, w.removePeriod(t.Context(), "ben", l.ID, id), apperr.NotFound, "")
	is(t, w.removePeriod(t.Context(), "ben", bens.ID, id), apperr.NotFound, "")
	is(t, w.removePeriod(t.Context(), "ana", l.ID, nowhere), apperr.NotFound, "")
	ctx := once.With(t.Context(), "remove")
	for range 2 {
		w.must(w.removePeriod(ctx, "ana", l.ID, id))
	}
	if v := w.look("ana", l.ID, ""); len(v.Periods) != 0 {
		t.Errorf("%+v", v.Periods)
	}
}

// TestOnlyWhatIsWrongIsMarked: a mistake in one field is not one in the others.
func TestOnlyWhatIsWrongIsMarked(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	good := wallet.Period{LicenseID: l.ID, BeginsOn: "2025-01-01", EndsOn: "2026-12-31", Centihours: 4000, Targets: []wallet.Target{{Category: "Ethics", Centihours: 600}, {}, {}}}
	for want, change := range map[string]func(p *wallet.Period){
		"hours":   func(p *wallet.Period) { p.Centihours = -1 },
		"carried": func(p *wallet.Period) { p.Carried = -1 },
		"hours_1": func(p *wallet.Period) { p.Targets = []wallet.Target{{"Ethics", -1}, {}} },
		"hours_2": func(p *wallet.Period) { p.Targets = []wallet.Target{{}, {"", -1}} },
		"hours_3": func(p *wallet.Period) { p.Targets = []wallet.Target{{}, {}, {"Law", 100001}} },
	} {
		p := good
		change(&p)
		_, _, err := w.SavePeriod(t.Context(), "ana", p)
		if fields := apperr.FieldsOf(err); len(fields) != 1 || fields[0].Name != want {
			t.Errorf("%s: %v", want, err)
		}
	}
}

// TestDaysOfAPeriod: each message says what is wrong with the day, and only of the
// field where it is.
func TestDaysOfAPeriod(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	const ask, years = "Enter the date as year-month-day, such as 2027-03-31.", "Enter a date from 1950 through 2100."
	for _, tt := range []struct {
		begins, ends string
		months       int
		want         []apperr.Field
	}{
		{"1900-01-01", "2026-12-31", 0, []apperr.Field{{Name: "begins_on", Msg: years}}},
		{"2025-01-01", "9999-12-31", 0, []apperr.Field{{Name: "ends_on", Msg: years}}},
		{"soon", "31.12.2026", 0, []apperr.Field{{Name: "ends_on", Msg: ask}, {Name: "begins_on", Msg: ask}}},
		{"", "2026-12-31", 0, []apperr.Field{{Name: "begins_on", Msg: "Choose how long the period lasts, or enter its first day."}}},
		{"", "", 24, []apperr.Field{{Name: "ends_on", Msg: ask}}},
		{"2027-01-01", "2026-12-31", 0, []apperr.Field{{Name: "ends_on", Msg: "The last day comes before the first."}}},
		{"soon", "2026-12-31", 24, nil}, // the length says it
	} {
		id, _, err := w.SavePeriod(t.Context(), "ana", wallet.Period{LicenseID: l.ID, BeginsOn: tt.begins, EndsOn: tt.ends, Months: tt.months})
		if got := apperr.FieldsOf(err); !slices.Equal(got, tt.want) {
			t.Errorf("%s to %s, %d months: %v", tt.begins, tt.ends, tt.months, err)
		}
		if id != "" && w.look("ana", l.ID, id).Period.BeginsOn != "2025-01-01" {
			t.Error("the first day is another")
		}
	}
	_, err := w.SaveRecord(t.Context(), wallet.Record{PersonID: "ana", Title: "A", Provider: "B", CompletedOn: "1900-01-01", Centihours: 100, Format: wallet.Live}, wallet.Sure{})
	if got := apperr.FieldsOf(err); len(got) != 1 || got[0].Msg != years {
		t.Errorf("a certificate of 1900: %v", err)
	}
}

// TestPeriodsAddedAtOnceDoNotOverlap: each is fine alone.
func TestPeriodsAddedAtOnceDoNotOverlap(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	var wg sync.WaitGroup
	for _, begin := range []string{"2025-01-01", "2025-01-01", "2025-02-01", "2025-03-01", "2025-04-01", "2025-05-01"} {
		wg.Go(func() {
			_, _, err := w.SavePeriod(t.Context(), "ana", wallet.Period{LicenseID: l.ID, BeginsOn: begin, EndsOn: "2026-12-31"})
			if err != nil && !apperr.Is(err, apperr.Invalid) {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count("SELECT count(*) FROM wallet_periods"); n != 1 {
		t.Errorf("%d periods", n)
	}
}

func TestALicenseHoldsSoManyPeriods(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	day := "1960-01-01"
	for range wallet.MaxPeriods {
		w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: day, EndsOn: day})
		day = wallet.After(day)
	}
	_, _, err := w.SavePeriod(t.Context(), "ana", wallet.Period{LicenseID: l.ID, BeginsOn: day, EndsOn: day})
	is(t, err, apperr.Conflict, "")
}

// TestWhatIsKeptForALicenseGoesWithIt: what was added from elsewhere stays.
func TestWhatIsKeptForALicenseGoesWithIt(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2026-12-31")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-01-01", EndsOn: "2026-12-31"})
	id := w.record(wallet.Record{CompletedOn: "2026-11-20", Centihours: 700, Licenses: []string{l.ID}})
	c := w.issue("ana", "c1", "2026-10-02")
	w.must(w.Choose(t.Context(), "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByOwn}))
	w.must(w.Remind(t.Context(), "ana", l.ID, false))
	w.exec("INSERT INTO wallet_reminders (license_id, expires_on, days, sent_at) VALUES (?, '2026-12-31', 90, ?)", l.ID, w.now)
	w.must(w.accounts.RemoveLicense(t.Context(), "ana", l.ID))
	for _, table := range []string{"wallet_periods", "wallet_choices", "wallet_quiet", "wallet_reminders", "wallet_record_licenses"} {
		if n := w.count("SELECT count(*) FROM " + table); n != 0 {
			t.Errorf("%s keeps %d rows", table, n)
		}
	}
	if r, err := w.Record(t.Context(), "ana", id); err != nil || len(r.Licenses) != 0 {
		t.Errorf("%+v, %v", r, err)
	}
}
