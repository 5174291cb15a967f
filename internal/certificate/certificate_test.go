package certificate_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

func TestFromCompletionToCertificate(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	c := w.reserve("p1")
	if c.State != certificate.Preparing || c.Public() || c.PDFHash != "" || c.HolderName != "Ana Ruiz" {
		t.Fatalf("reserved: %+v", c)
	}
	if _, ok := number.Parse(c.Number); !ok {
		t.Errorf("number %s", c.Number)
	}
	if _, err := w.PDF(ctx, c); !errors.Is(err, certificate.ErrPreparing) {
		t.Errorf("PDF while preparing: %v", err)
	}
	if _, _, err := w.Verify(ctx, c.Number); !errors.Is(err, certificate.ErrNotFound) {
		t.Errorf("the public sees what is being prepared: %v", err)
	}
	w.clock.add(3 * time.Second)
	w.drain()
	c, history, err := w.Verify(ctx, strings.ToLower(strings.ReplaceAll(c.Number, "-", " ")))
	w.must(err)
	events := history.Events
	if c.State != certificate.Issued || !c.Public() || len(c.PDFHash) != 64 || !c.IssuedAt.Equal(began.Add(3*time.Second)) {
		t.Errorf("issued: %+v", c)
	}
	if len(events) != 2 || events[0].Kind != certificate.WasReserved || events[1].Kind != certificate.WasIssued || events[1].ActorID != nil {
		t.Errorf("history %+v", events)
	}
	f := c.Facts
	if f.Title != "TMS and Ketamine in Depression" || f.Provider != "CoCare" || f.EditionNumber != 1 || f.EditionHash != w.edition.Hash ||
		f.VerifyURL != "https://ce.example.org/verify/"+c.Number || len(f.LearningSum) != 3 || len(f.Evidence) != 2 || !f.CompletedAt.Equal(began) {
		t.Errorf("facts %+v", f)
	}
	if want := []string{"Estimated learning time 1.5 h; not accredited"}; !slices.Equal(f.Statements, want) || f.LearningTime != 150 {
		t.Errorf("statements %q, %d", f.Statements, f.LearningTime)
	}
	if n := w.post.about(c.Number, "https://ce.example.org/certificates/"+c.Number); n != 1 {
		t.Errorf("%d mails", n)
	}
	if file := w.pdf(c); !bytes.HasPrefix(file, []byte("%PDF-")) || !bytes.Equal(file, w.pdf(c)) {
		t.Error("the bytes differ from one time to the next")
	}
}

// What the holder listed is frozen with the certificate; the public sees the end
// of each number.
func TestLicensesArePrinted(t *testing.T) {
	w := newWorld(t)
	w.licenses = []certificate.License{{Profession: "Counselor", Jurisdiction: "Colorado", Number: "LPC.0014733"}}
	c := w.reserve("p1")
	w.licenses = nil
	w.drain()
	c, _, err := w.Verify(t.Context(), c.Number)
	w.must(err)
	if len(c.Facts.Licenses) != 1 || c.Facts.Licenses[0].String() != "Counselor, Colorado, license LPC.0014733" || c.Facts.Licenses[0].Masked().Number != "…733" {
		t.Errorf("licenses %+v", c.Facts.Licenses)
	}
	if got := w.day.Format(time.DateOnly); got != "2026-11-23" {
		t.Errorf("asked for %s, the day of completion where the holder is", got)
	}
	with := c.Facts
	without := with
	without.Licenses = nil
	a, err := certificate.Print(with)
	w.must(err)
	b, err := certificate.Print(without)
	w.must(err)
	if bytes.Equal(a, b) {
		t.Error("the PDF does not show them")
	}
	if short := (certificate.License{Number: "123"}).Masked().Number; short != "…" {
		t.Errorf("a short number is shown: %s", short)
	}
}

// As many licenses as an account holds, each as long as may be, under the longest
// name.
func TestTheFullestCertificateIsPrinted(t *testing.T) {
	w := newWorld(t)
	for range account.MaxLicenses {
		w.licenses = append(w.licenses, certificate.License{Profession: "Psychiatric nurse or nurse practitioner",
			Jurisdiction: "Newfoundland and Labrador", Number: "WWWWWW-WWWWWW-WWWWWW-123"})
	}
	w.setHolder("p1", strings.Repeat("Wilhelmina-", 7)+"Ng", "UTC")
	if c := w.issued("p1"); len(c.Facts.Licenses) != account.MaxLicenses {
		t.Errorf("%d licenses", len(c.Facts.Licenses))
	}
}

// What is shown before is what is printed.
func TestWhatWouldBePrinted(t *testing.T) {
	w := newWorld(t)
	w.attested = "Ana R. Ruiz"
	w.licenses = []certificate.License{{Profession: "Counselor", Jurisdiction: "Colorado", Number: "LPC.0014733"}}
	e := w.passed("p1")
	passed := e.Exam
	e.CompletedAt, e.Exam = nil, enrollment.ExamOutcome{}
	name, licenses, err := w.WouldPrint(t.Context(), e)
	if err != nil || name != "Ana Ruiz" || len(licenses) != 1 || licenses[0] != "Counselor, Colorado, license LPC.0014733" || w.day.Format(time.DateOnly) != "2026-11-23" {
		t.Errorf("%q, %q on %s, %v", name, licenses, w.day, err)
	}
	e.Exam = passed
	if name, _, err = w.WouldPrint(t.Context(), e); err != nil || name != "Ana R. Ruiz" {
		t.Errorf("%q, %v", name, err)
	}
}

func TestUnreviewedEditionSaysSo(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Signoffs = append(w.edition.Course.Signoffs, course.Signoff{ID: "medical", Kind: "medical"})
	if s := w.issued("p1").Facts.Statements; !slices.Contains(s, "Demonstration, not clinically reviewed") {
		t.Errorf("statements %q", s)
	}
}

// TestWithdrawnLessonsAreNamed: a certificate does not count lessons that were
// gone before its holder completed.
func TestWithdrawnLessonsAreNamed(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.Format = "Self-paced text, 20 lessons, 30-item exam drawn from a bank of 48."
	w.edition.Overlays.Withdrawn = map[string]course.Withdrawal{"gone": {LessonID: "gone"}}
	f := w.issued("p1").Facts
	if !slices.Contains(f.Statements, "1 lesson was withdrawn from this edition before completion") || strings.Contains(f.Format, "20") || !strings.HasPrefix(f.Format, "Self-paced text, ") {
		t.Errorf("statements %q, format %q", f.Statements, f.Format)
	}
	w.edition.Overlays.Withdrawn["too"] = course.Withdrawal{LessonID: "too"}
	if s := w.issued("p2").Facts.Statements; !slices.Contains(s, "2 lessons were withdrawn from this edition before completion") {
		t.Errorf("statements %q", s)
	}
}

func TestReserveVanishesWithItsTransaction(t *testing.T) {
	w := newWorld(t)
	e := w.completed("p1", 1, began)
	failed := errors.New("the evaluation could not be stored")
	err := w.db.InTx(t.Context(), func(ctx context.Context) error {
		if err := w.Completed(ctx, e); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatal(err)
	}
	for _, table := range []string{"certificates", "certificate_history", "jobs", "audit_events"} {
		if n := w.count("SELECT count(*) FROM " + table); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
}

func TestReserveRefuses(t *testing.T) {
	w := newWorld(t)
	e := w.completed("p1", 1, began)

	undated := e
	undated.CompletedAt = nil
	w.kind(w.Completed(t.Context(), undated), apperr.Internal)

	w.open = true
	err := w.Completed(t.Context(), e)
	w.kind(err, apperr.Internal)
	if !strings.Contains(err.Error(), "Send the course evaluation") {
		t.Errorf("the log does not say what is open: %v", err)
	}
	w.open = false

	w.setHolder("p1", "Ana \U000F0000Ruiz", "UTC")
	err = w.Completed(t.Context(), e)
	w.kind(err, apperr.Conflict)
	if !strings.Contains(apperr.Message(err), "U+F0000") {
		t.Errorf("message %q", apperr.Message(err))
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 0 {
		t.Errorf("%d certificates", n)
	}
}

func TestCyclesEarnOneEach(t *testing.T) {
	w := newWorld(t)
	for cycle := 1; cycle <= 2; cycle++ {
		e := w.completed("p1", cycle, began)
		w.must(w.Completed(t.Context(), e))
		w.must(w.Completed(t.Context(), e))
	}
	w.drain()
	list, err := w.ByPerson(t.Context(), "p1")
	w.must(err)
	if len(list) != 2 || list[0].Cycle != 2 || list[1].Cycle != 1 {
		t.Errorf("%d certificates", len(list))
	}
}

func TestOwnHidesOthers(t *testing.T) {
	w := newWorld(t)
	c := w.issued("p1")
	if _, err := w.Own(t.Context(), "p1", c.Number); err != nil {
		t.Error(err)
	}
	for _, person := range []string{"p2", ""} {
		if got, err := w.Own(t.Context(), person, c.Number); !errors.Is(err, certificate.ErrNotFound) || got.ID != "" {
			t.Errorf("%q got %v, %v", person, got.Number, err)
		}
	}
	for _, typed := range []string{"", "x", number.New(), c.ID, c.Number + "0"} {
		if _, err := w.ByNumber(t.Context(), typed); !errors.Is(err, certificate.ErrNotFound) {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

func TestLocalDates(t *testing.T) {
	// 7:30 UTC on November 23.
	for _, tt := range []struct{ zone, day, note string }{
		{"UTC", "2026-11-23", ""},
		{"America/Los_Angeles", "2026-11-22", "Dates are the holder's local dates (America/Los_Angeles). In the provider's time zone (UTC) the course was completed on November 23, 2026, and the certificate was issued on November 23, 2026."},
		{"America/New_York", "2026-11-23", ""},
		{"Pacific/Kiritimati", "2026-11-23", ""},
		{"Nowhere/Else", "2026-11-23", ""},
	} {
		w := newWorld(t)
		w.setHolder("p1", "Ana Ruiz", tt.zone)
		f := w.issued("p1").Facts
		if f.CompletedOn != tt.day || f.IssuedOn != tt.day {
			t.Errorf("%s: completed %s, issued %s", tt.zone, f.CompletedOn, f.IssuedOn)
		}
		if note := strings.Join(f.Statements[1:], "|"); note != tt.note {
			t.Errorf("%s: %q", tt.zone, note)
		}
		if want := map[bool]string{true: "UTC", false: tt.zone}[tt.zone == "Nowhere/Else"]; f.Zone != want {
			t.Errorf("zone %q", f.Zone)
		}
	}
}

func TestLocalDateAcrossMidnight(t *testing.T) {
	// The last act at 23:59 in Kiritimati (UTC+14), granted two minutes later.
	w := newWorld(t)
	w.setHolder("p1", "Ana Ruiz", "Pacific/Kiritimati")
	e := w.completed("p1", 1, time.Date(2026, 12, 31, 9, 59, 0, 0, time.UTC))
	w.clock.at = time.Date(2026, 12, 31, 10, 1, 0, 0, time.UTC)
	w.must(w.Completed(t.Context(), e))
	w.clock.add(26 * time.Hour) // printing waits for a day: what was frozen stays
	w.drain()
	c, err := w.OfEnrollment(t.Context(), e.ID)
	w.must(err)
	if c.Facts.CompletedOn != "2026-12-31" || c.Facts.IssuedOn != "2027-01-01" || len(c.Facts.Statements) != 2 ||
		c.Facts.Statements[1] != "Dates are the holder's local dates (Pacific/Kiritimati). In the provider's time zone (UTC) the certificate was issued on December 31, 2026." {
		t.Errorf("completed %s, issued %s, %q", c.Facts.CompletedOn, c.Facts.IssuedOn, c.Facts.Statements)
	}
}

func TestPrintable(t *testing.T) {
	for _, good := range []string{"Ana Ruiz", "Željko Đorđević", "Αλέξανδρος", "Александра Ёлкина", "王小明", "محمد علي", "ホンダ さくら", "김민수", "דוד לוי", "Nguyễn Thị Hồng", "O’Brien-Smith, Jr."} {
		if err := certificate.Printable(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for bad, named := range map[string]string{"Ana 𓀀": "“𓀀” (U+13000)", "Ana\u202eziuR": "the character U+202E", "\u0301Ana": "the character U+0301", "A\x00": "U+0000"} {
		err := certificate.Printable(bad)
		fields := apperr.FieldsOf(err)
		if !apperr.Is(err, apperr.Invalid) || len(fields) != 1 || fields[0].Name != "legal_name" || !strings.Contains(fields[0].Msg, named) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestActsAreAudited(t *testing.T) {
	w := newWorld(t)
	ctx := audit.WithActor(t.Context(), audit.Actor{PersonID: "p2", IP: "192.0.2.1"})
	c := w.issued("p1")
	w.setHolder("p1", "Ana Ruiz-Soto", "UTC")
	fresh, err := w.replace(ctx, c.Number, "Married name", "p2")
	w.must(err)
	w.must(w.Retry(ctx, fresh.Number))
	w.drain()
	w.must(w.Revoke(ctx, fresh.Number, "Issued by mistake", "p2"))
	for _, tt := range []struct {
		id      string
		actions []string
	}{
		{c.ID, []string{"certificate.replace", "certificate.issue", "certificate.reserve"}},
		{fresh.ID, []string{"certificate.revoke", "certificate.issue", "certificate.retry", "certificate.reserve"}},
	} {
		entries, err := w.audit.List(ctx, audit.Filter{ObjectKind: "certificate", ObjectID: tt.id})
		w.must(err)
		var actions []string
		for _, e := range entries {
			actions = append(actions, e.Action)
			if admin := slices.Contains([]string{"certificate.replace", "certificate.retry", "certificate.revoke"}, e.Action); admin && e.ActorID != "p2" {
				t.Errorf("%s by %q", e.Action, e.ActorID)
			}
			if n := e.Details["number"]; n != c.Number && n != fresh.Number {
				t.Errorf("%s: details %v", e.Action, e.Details)
			}
		}
		if !slices.Equal(actions, tt.actions) {
			t.Errorf("audited %q, want %q", actions, tt.actions)
		}
	}
}
