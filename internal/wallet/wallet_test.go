package wallet_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/wallet"
)

const nowhere = "00000000-0000-7000-8000-000000000000"

// theOnly returns the one entry of a view.
func theOnly(t *testing.T, v wallet.View) wallet.Entry {
	t.Helper()
	if len(v.Entries) != 1 {
		t.Fatalf("%d entries", len(v.Entries))
	}
	return v.Entries[0]
}

func TestWhatCountsByItself(t *testing.T) {
	for name, tt := range map[string]struct {
		lines  func(w *world) []certificate.CreditLine
		board  wallet.Board
		counts int64 // 0: not
		open   bool
		why    string
	}{
		"no credit": {lines: func(*world) []certificate.CreditLine { return nil }, why: "only if you say so"},
		"one line": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nbcc", 300, "")}
		}, counts: 300},
		"here among others": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nbcc", 300, "", "Oregon", "Colorado")}
		}, counts: 300},
		"elsewhere": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nbcc", 300, "", "Oregon", "Ontario")}
		}, why: "Oregon, Ontario only"},
		"the smallest of two": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nbcc", 300, ""), w.line("nasw", 150, "")}
		}, counts: 150, open: true, why: "2 accreditors"},
		"the accepted of two": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nasw", 150, ""), w.line("nbcc", 300, "")}
		}, board: accepting(pack.Verified, "nbcc"), counts: 300},
		"not accepted": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nasw", 150, "")}
		}, board: accepting(pack.Secondary, "nbcc"), why: "does not list nasw"},
		"perhaps accepted": {lines: func(w *world) []certificate.CreditLine {
			return []certificate.CreditLine{w.line("nasw", 150, "")}
		}, board: accepting(pack.Unverified, "nbcc"), counts: 150},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.board = func(profession, jurisdiction string, day time.Time) wallet.Board {
				if profession != "professional-counselor" || jurisdiction != "US-CO" || day.Format(time.DateOnly) != "2026-11-23" {
					t.Errorf("asked for %s in %s on %s", profession, jurisdiction, day)
				}
				return tt.board
			}
			l := w.license("ana", "US-CO", "2027-03-31")
			w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: 4000})
			w.issue("ana", "c1", "2026-10-02", tt.lines(w)...)
			v := w.look("ana", l.ID, "")
			e := theOnly(t, v)
			if e.Counts != (tt.counts > 0) || v.Sum.Counted != tt.counts || e.Open != tt.open || !strings.Contains(e.Why, tt.why) || e.Own || !e.SelfPaced {
				t.Errorf("counts %v for %d, open %v: %q", e.Counts, v.Sum.Counted, e.Open, e.Why)
			}
		})
	}
}

// TestARevokedCertificateIsShown: its hours do not go without a word.
func TestARevokedCertificateIsShown(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: 4000})
	w.issue("ana", "c1", "2026-10-02", w.line("nbcc", 300, "Ethics"))
	if v := w.look("ana", l.ID, ""); v.Sum.Counted != 300 {
		t.Fatalf("%+v", v.Sum)
	}
	c := &w.issued["ana"][0]
	at := time.Date(2026, 11, 21, 2, 0, 0, 0, time.UTC) // the day before in New York
	c.State, c.RevokedAt, c.RevokedReason = certificate.Revoked, &at, "Issued by mistake."
	v := w.look("ana", l.ID, "")
	e := theOnly(t, v)
	if !e.Revoked || e.Counts || v.Sum.Counted != 0 || e.Centihours != 300 || e.By != "nbcc" || len(e.Options) != 0 || v.Outside != 0 ||
		e.Why != "It was revoked on November 20, 2026, so it does not count. Reason: Issued by mistake." {
		t.Errorf("%+v", e)
	}
	if said := strings.Join(v.Standing(), "|"); said != "0 of 40 hours count; 40 are missing.|One certificate of this period was revoked, so it does not count." {
		t.Error(said)
	}
	_, _, err := w.Certificate(t.Context(), "ana", l.ID, c.Number)
	is(t, err, apperr.NotFound, "")
	w.must(w.Choose(t.Context(), "ana", w.issue("ana", "c1", "2026-11-01").Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByOwn}))
	if v := w.look("ana", l.ID, ""); v.Sum.Counted != 175 || len(v.Entries) != 2 || v.Entries[0].Revoked {
		t.Errorf("%+v", v.Entries)
	}

	// One that a valid one replaced, or that was never issued, is no loss.
	old := w.issued["ana"][1]
	replaced := old
	replaced.State, replaced.ID, replaced.Number = certificate.Issued, "cert-new", "CC-new"
	w.issued["ana"] = append(w.issued["ana"], replaced)
	if v := w.look("ana", l.ID, ""); len(v.Entries) != 2 || len(v.Standing()) != 1 {
		t.Errorf("%+v", v.Entries)
	}
	old.IssuedAt = nil
	w.issued["ana"] = []certificate.Certificate{old, {ID: "x", EnrollmentID: "en-x", State: certificate.Superseded, IssuedAt: &at, Facts: old.Facts}}
	if v := w.look("ana", l.ID, ""); len(v.Entries) != 0 {
		t.Errorf("%+v", v.Entries)
	}
}

// TestChoosing lets one line count, then another, then the learning time, then
// nothing; never two of them.
func TestChoosing(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	l, other := w.license("ana", "US-CO", "2027-03-31"), w.license("ana", "US-OR", "2027-03-31")
	for _, id := range []string{l.ID, other.ID} {
		w.period("ana", wallet.Period{LicenseID: id, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
	}
	c := w.issue("ana", "c1", "2026-10-02", w.line("nbcc", 300, "General"), w.line("nasw", 150, ""), w.line("apa", 100, "", "Maine"))
	for _, tt := range []struct {
		choice   wallet.Choice
		counts   int64
		category string
		own      bool
	}{
		{wallet.Choice{Kind: wallet.ByLine, ApprovalID: "approval-nbcc"}, 300, "General", false},
		{wallet.Choice{Kind: wallet.ByLine, ApprovalID: "approval-nbcc", Category: "Ethics"}, 300, "Ethics", false},
		{wallet.Choice{Kind: wallet.ByLine, ApprovalID: "approval-nasw"}, 150, "", false},
		{wallet.Choice{Kind: wallet.ByOwn, Category: "Ethics"}, 175, "Ethics", true},
		{wallet.Choice{Kind: wallet.Not}, 0, "", false},
	} {
		tt.choice.LicenseID = l.ID
		for range 2 { // the same again
			w.must(w.Choose(ctx, "ana", c.Number, tt.choice))
		}
		v := w.look("ana", l.ID, "")
		if e := theOnly(t, v); v.Sum.Counted != tt.counts || e.Own != tt.own || e.Category != tt.category || e.Open {
			t.Errorf("%+v: %d counted, %+v", tt.choice, v.Sum.Counted, e)
		}
	}
	if v := w.look("ana", other.ID, ""); v.Sum.Counted != 150 || !theOnly(t, v).Open {
		t.Errorf("the choice for one license reached another: %+v", v.Sum)
	}

	is(t, w.Choose(ctx, "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByLine, ApprovalID: "approval-apa"}), apperr.Invalid, "counts")
	is(t, w.Choose(ctx, "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByLine}), apperr.Invalid, "counts")
	is(t, w.Choose(ctx, "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: "twice"}), apperr.Invalid, "counts")
	is(t, w.Choose(ctx, "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.Not, Category: strings.Repeat("x", 81)}), apperr.Invalid, "category")
	is(t, w.Choose(ctx, "ana", "CC-0", wallet.Choice{LicenseID: l.ID, Kind: wallet.Not}), apperr.NotFound, "")
	is(t, w.Choose(ctx, "ben", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.Not}), apperr.NotFound, "")
	bens := w.license("ben", "US-CO", "")
	is(t, w.Choose(ctx, "ben", c.Number, wallet.Choice{LicenseID: bens.ID, Kind: wallet.Not}), apperr.NotFound, "")
}

// TestACorrectedCertificateKeepsTheChoice: a new name makes a new certificate of
// the same enrollment. A line that it lacks is no longer chosen.
func TestACorrectedCertificateKeepsTheChoice(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
	nbcc, nasw := w.line("nbcc", 300, ""), w.line("nasw", 150, "")
	c := w.issue("ana", "c1", "2026-10-02", nbcc, nasw)
	w.must(w.Choose(t.Context(), "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByLine, ApprovalID: nbcc.ApprovalID}))
	next := c
	next.ID, next.Number, next.Supersedes = "next", "CC-next", c.ID
	w.issued["ana"][0].State = certificate.Superseded
	w.issued["ana"] = append(w.issued["ana"], next)
	if e := theOnly(t, w.look("ana", l.ID, "")); e.Centihours != 300 || e.Certificate.Number != "CC-next" {
		t.Errorf("%+v", e)
	}
	w.issued["ana"][1].Facts.CreditLines = []certificate.CreditLine{nasw}
	if e := theOnly(t, w.look("ana", l.ID, "")); e.Centihours != 150 || e.Chosen.Kind != "" {
		t.Errorf("%+v", e)
	}
	w.issued["ana"][1].State = certificate.Revoked
	if v := w.look("ana", l.ID, ""); len(v.Entries) != 0 || v.Sum.Counted != 0 {
		t.Errorf("a revoked certificate counts: %+v", v.Entries)
	}
}

func TestOneCourseCountsOnceInAPeriod(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2023-04-01", EndsOn: "2025-03-31"})
	line := w.line("nbcc", 300, "")
	w.issue("ana", "c1", "2025-03-31", line) // the last day of the period before
	first := w.issue("ana", "c1", "2025-04-01", line)
	w.issue("ana", "c1", "2026-10-02", line)
	w.issue("ana", "c2", "2026-10-03", line)
	v := w.look("ana", l.ID, "")
	if len(v.Entries) != 3 || v.Sum.Counted != 600 || v.Entries[1].Counts || !strings.Contains(v.Entries[1].Why, first.Number) || !v.Entries[2].Counts {
		t.Fatalf("%d counted: %+v", v.Sum.Counted, v.Entries)
	}
	// Where the first is left out, the second counts.
	w.must(w.Choose(t.Context(), "ana", first.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.Not}))
	if v = w.look("ana", l.ID, ""); v.Sum.Counted != 600 || !v.Entries[1].Counts {
		t.Errorf("%d counted: %+v", v.Sum.Counted, v.Entries)
	}
}

func TestLiveCoursesAreNotSelfPaced(t *testing.T) {
	for format, want := range map[string]bool{"Self-paced text, 20 lessons": true, "Live webinar": false, "Two live evenings": false, "Text": true, "": true,
		"Self-paced, with a live evening": true, "Delivery by mail": true} {
		w := newWorld(t)
		l := w.license("ana", "US-CO", "2027-03-31")
		w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
		w.issue("ana", "c1", "2026-10-02", w.line("nbcc", 300, ""))
		w.issued["ana"][0].Facts.Format = format
		if e := theOnly(t, w.look("ana", l.ID, "")); e.SelfPaced != want {
			t.Errorf("%q: self-paced %v", format, e.SelfPaced)
		}
	}
}

func TestTheWalletAtAGlance(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.license("ana", "US-OR", "")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: 4000})
	w.issue("ana", "c1", "2024-10-02", w.line("nbcc", 300, ""))
	id := w.record(wallet.Record{CompletedOn: "2026-01-05", Centihours: 200, Licenses: []string{l.ID}})
	w.must(w.Attach(t.Context(), "ana", id, "scan.pdf", pdf))
	o, err := w.Overview(t.Context(), "ana")
	w.must(err)
	if len(o.Licenses) != 2 || len(o.Records) != 1 || o.Bytes != int64(len(pdf)) {
		t.Fatalf("%+v", o)
	}
	if v := o.Licenses[0]; v.Sum.Counted != 200 || v.Outside != 1 || v.Sum.Missing != 3800 {
		t.Errorf("%+v", v)
	}
	if v := o.Licenses[1]; v.Period != nil || v.Outside != 2 || v.Standing()[0] != "You have not entered its renewal period yet." {
		t.Errorf("%+v", v)
	}
	if o, err = w.Overview(t.Context(), "ben"); err != nil || len(o.Licenses) != 0 || len(o.Records) != 0 {
		t.Errorf("ben: %+v, %v", o, err)
	}
	_, err = w.License(t.Context(), "ben", l.ID, "")
	is(t, err, apperr.NotFound, "")
	_, err = w.License(t.Context(), "ana", l.ID, nowhere)
	is(t, err, apperr.NotFound, "")
	_, err = w.License(t.Context(), nowhere, l.ID, "")
	is(t, err, apperr.NotFound, "")
}

func TestStandingInWords(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.record(wallet.Record{CompletedOn: "2026-01-05", Centihours: 650, Category: "Ethics", Licenses: []string{l.ID}})
	id := w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31"})
	for _, tt := range []struct {
		hours   int64
		targets []wallet.Target
		want    string
	}{
		{0, nil, "Hours that count so far: 6.5. You have not entered how many your board asks for."},
		{0, []wallet.Target{{Category: "Ethics", Centihours: 600}}, "Hours that count so far: 6.5. / Ethics: 6 of 6 hours; nothing is missing."},
		{4000, []wallet.Target{{Category: "ethics", Centihours: 600}, {Category: "Law", Centihours: 200}}, "6.5 of 40 hours count; 33.5 are missing. / ethics: 6 of 6 hours; nothing is missing. / Law: 0 of 2 hours; 2 are missing."},
		{600, nil, "6.5 hours count; your board asks for 6, as you entered."},
	} {
		w.period("ana", wallet.Period{ID: id, LicenseID: l.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: tt.hours, Targets: tt.targets})
		if got := strings.Join(w.look("ana", l.ID, "").Standing(), " / "); got != tt.want {
			t.Errorf("%s\nwant %s", got, tt.want)
		}
	}
}

// TestALiveEventIsNotSelfPaced, whatever its place is called, and its time is no
// estimate.
func TestALiveEventIsNotSelfPaced(t *testing.T) {
	w := newWorld(t)
	l := w.license("ana", "US-CO", "2027-03-31")
	w.period("ana", wallet.Period{LicenseID: l.ID, BeginsOn: "2026-01-01", EndsOn: "2027-03-31", Centihours: 2000})
	c := w.issue("ana", "c1", "2026-11-20", w.line("nbcc", 275, ""))
	if e := theOnly(t, w.look("ana", l.ID, "")); !e.SelfPaced {
		t.Errorf("%+v", e)
	}
	w.issued["ana"][0].Facts.Live = &certificate.LiveEvent{Place: "Self Center"}
	if e := theOnly(t, w.look("ana", l.ID, "")); e.SelfPaced || !e.Counts || e.Centihours != 275 {
		t.Errorf("%+v", e)
	}
	w.issued["ana"][0].Facts.CreditLines = nil
	if e := theOnly(t, w.look("ana", l.ID, "")); e.Counts || !strings.Contains(e.Why, "The instruction attended counts only if you say so") {
		t.Errorf("%+v", e)
	}
	w.must(w.Choose(t.Context(), "ana", c.Number, wallet.Choice{LicenseID: l.ID, Kind: wallet.ByOwn}))
	if e := theOnly(t, w.look("ana", l.ID, "")); !e.Counts || !strings.Contains(e.Why, "The instruction attended counts because you said so") {
		t.Errorf("%+v", e)
	}
}
