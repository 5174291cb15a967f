package wallet_test

import (
	"encoding/csv"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/wallet"
	web "github.com/atmacena/cocare/internal/web/wallet"
)

const nowhere = "00000000-0000-7000-8000-000000000000"

// TestEveryRouteKeepsOthersOut: a visitor signs in, and what is Ana's does not
// exist for Ben.
func TestEveryRouteKeepsOthersOut(t *testing.T) {
	w := newWorld(t)
	w.issue(line("nbcc", 300, ""))
	period, record := w.period(), w.record()
	w.must(w.service.Attach(t.Context(), "ana", strings.TrimPrefix(record, "/wallet/records/"), "a.pdf", pdf))
	ids := strings.NewReplacer("/wallet/records/:id", record, ":id/periods/:period", w.colorado.ID+"/periods/"+period[strings.LastIndex(period, "/")+1:], ":id", w.colorado.ID, ":number", "CC-1")
	for _, r := range web.Routes(web.Deps{}) {
		if r.Name == "wallet.feed" {
			continue
		}
		path := ids.Replace(r.Path)
		if a := w.Do("", r.Method, path, nil); a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, "/login") {
			t.Errorf("%s %s for a visitor: %d to %s", r.Method, path, a.Code, a.Location)
		}
		if path == r.Path {
			continue
		}
		form := area.Form("title", "x", "provider", "x", "completed_on", "2026-01-01", "hours", "1", "format", "live", "begins_on", "2020-01-01", "ends_on", "2021-01-01", "counts", "none")
		if a := w.Do("ben", r.Method, path, form); a.Code != http.StatusNotFound {
			t.Errorf("%s %s for somebody else: %d", r.Method, path, a.Code)
		}
		if r.Method == http.MethodGet {
			w.Get("ana", path).OK()
		}
		missing := strings.NewReplacer(":id", nowhere, ":period", nowhere, ":number", "CC-9").Replace(r.Path)
		if a := w.Do("ana", r.Method, missing, form); a.Code != http.StatusNotFound {
			t.Errorf("%s %s: %d", r.Method, missing, a.Code)
		}
	}
}

func TestTheWalletAtAGlance(t *testing.T) {
	w := newWorld(t)
	w.Get("ben", "/wallet").OK("No license yet", `href="/account/licenses?next=/wallet"`, `href="/wallet/records/new"`, `href="/wallet/calendar"`)
	w.period()
	w.record()
	w.Get("ana", "/wallet").OK(`href="`+w.at(w.colorado, "")+`"`, "Professional counselor, Colorado", "License LPC.0014733", "Expires March 31, 2027", "2.75 of 40 hours count; 37.25 are missing.",
		"Ethics: 2.75 of 6 hours; 3.25 are missing.", `<progress max="4000" value="275"`, "Professional counselor, Oregon", "You have not entered its renewal period yet.",
		"Grief &lt;and&gt; loss", "May 2, 2026", "1 license", "1 certificate, 2.75 hours.", "0 of 200 MB").Lacks("Grief <and>")
	w.now = w.now.AddDate(1, 0, 0)
	w.Get("ana", "/wallet").OK("Expired")
}

// TestTheWayToASum: a license, its period, what was completed elsewhere and here,
// and what each counts as.
func TestTheWayToASum(t *testing.T) {
	w := newWorld(t)
	w.issue(line("NBCC", 300, "General"), line("NASW", 150, ""), line("APA", 100, "", "Maine"))
	w.Get("ana", w.at(w.colorado, "")).OK("No renewal period yet", `href="`+w.at(w.colorado, "/periods/new")+`"`, "It expires on March 31, 2027")
	w.Get("ana", w.at(w.colorado, "/periods/new")).OK("Enter the renewal period", `name="ends_on" value="2027-03-31"`, "Two years", "is not known here").Lacks("Remove period", `name="hours" value`)
	a := w.Post("ana", w.at(w.colorado, "/periods/new"), "ends_on", "2027-03-31", "months", "24", "hours", "40", "category_1", "Ethics", "hours_1", "6")
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, w.at(w.colorado, "?period=")) {
		t.Fatalf("%d to %s", a.Code, a.Location)
	}
	w.Get("ana", a.Location).OK("Hours from April 1, 2025 through March 31, 2027", "1.5 of 40 hours count; 38.5 are missing.", "The smallest counts until you choose", "Two Tools", "October 2, 2026",
		"NASW", "Self-paced", `href="`+w.at(w.colorado, "/certificates/CC-1")+`"`, "Counts").Lacks("own judgment")

	choice := w.at(w.colorado, "/certificates/CC-1")
	w.Get("ana", choice).OK("NBCC: 3 clock hours, General", "NASW: 1.5 clock hours", "APA: 1 clock hour", "It counts in Maine only.", "Its estimated learning time: 1.75 hours",
		"never two", `<option value="Ethics">`, `value="line approval-APA" disabled`).Lacks(" checked")
	w.Post("ana", choice, "counts", "both").Is(422, "Choose one of the ways below.")
	w.Post("ana", choice, "counts", "line approval-APA").Is(422, "Choose one of the ways below.")
	w.Post("ana", choice, "counts", "line approval-NBCC", "category", "Ethics").Says(w.at(w.colorado, ""), "wallet.chosen")
	w.Get("ana", w.at(w.colorado, "")).OK("3 of 40 hours count", "Ethics: 3 of 6 hours; 3 are missing.")
	w.Get("ana", choice).OK(`value="line approval-NBCC" checked`, `<option value="Ethics" selected>`)
	w.Post("ana", choice, "counts", "own").Says(w.at(w.colorado, ""), "wallet.chosen")
	w.Get("ana", w.at(w.colorado, "")).OK("1.75 of 40 hours count", "1.75 of the hours count by your own judgment", "Counts, by your own judgment", "Nobody; estimated")
	w.Get("ana", choice).OK(`value="own" checked`)
	w.Post("ana", choice, "counts", "none").Says(w.at(w.colorado, ""), "wallet.chosen")
	w.Get("ana", w.at(w.colorado, "")).OK("0 of 40 hours count", "Does not count", "You chose that it does not count.")
	w.Get("ana", choice).OK(`value="none" checked`)
	// For the other license nothing was chosen, and there is no period.
	w.Get("ana", w.at(w.oregon, "/certificates/CC-1")).OK("The smallest counts until you choose.").Lacks(`<option value="Ethics">`)
}

func TestPeriods(t *testing.T) {
	w := newWorld(t)
	form := w.period()
	w.Get("ana", form).OK("Change the renewal period", `value="2025-04-01"`, `value="2027-03-31"`, `name="hours" value="40"`, `name="category_1" value="Ethics"`, `name="hours_1" value="6"`, "Remove period")
	w.Post("ana", form, "ends_on", "2027-03-31", "begins_on", "soon", "hours", "many", "category_2", "Law").Is(422, "Enter the date as year-month-day", "Enter hours such as 1.5", "Give the category its name and its hours",
		`value="soon"`, `value="many"`, `value="Law"`)
	w.Post("ana", form, "ends_on", "2027-03-31", "begins_on", "2025-04-01", "hours", "36,5", "carried", "2").Is(303)
	w.Get("ana", w.at(w.colorado, "")).OK("2 of 36.5 hours count", "Carried over from before").Lacks("Ethics", "begin the next period")

	w.Get("ana", w.at(w.colorado, "/periods/new")).OK("Begin the next period", `value="2027-04-01"`, `name="hours" value="36.5"`, "A later last day than March 31, 2027").Lacks(`name="ends_on" value`)
	next := w.Post("ana", w.at(w.colorado, "/periods/new"), "begins_on", "2027-04-01", "ends_on", "2029-03-31", "hours", "40")
	w.Get("ana", next.Location).OK("It expires on March 31, 2029", "Apr 2025 to Mar 2027", `aria-current="page">Apr 2027 to Mar 2029`, "0 of 40 hours count")
	w.Post("ana", w.at(w.colorado, "/periods/new"), "begins_on", "2028-01-01", "ends_on", "2030-03-31").Is(422, "overlap with another renewal period")

	expires := "2031-03-31"
	w.colorado.ExpiresOn = &expires
	_, err := w.accounts.SaveLicense(t.Context(), w.colorado)
	w.must(err)
	w.Get("ana", w.at(w.colorado, "")).OK("The license expires after its last period ends", "begin the next period", "correct the license</a>, which expires on March 31, 2031", "correct the period</a>, which ends on March 31, 2029")
	w.Get("ana", w.at(w.colorado, "/periods/new")).OK(`name="ends_on" value="2031-03-31"`, `value="2029-04-01"`)
	w.now = w.now.AddDate(3, 0, 0)
	expires = "2029-03-31"
	_, err = w.accounts.SaveLicense(t.Context(), w.colorado)
	w.must(err)
	w.Get("ana", w.at(w.colorado, "")).OK("This period is over", "It expired on March 31, 2029")

	w.Get("ana", form+"/remove").OK("Remove the period through March 31, 2027?", `href="`+form+`">Back`)
	key := w.key(form + "/remove")
	for range 2 { // a double click
		w.Post("ana", form+"/remove", "_once", key).Says(w.at(w.colorado, ""), "wallet.period_removed")
	}
	w.Get("ana", form).Is(404)
	w.Get("ana", w.at(w.colorado, "")).Lacks("Apr 2025")
}

// TestNobodyGrantedWhatNamesNoAccreditor: the provider is not who approved it.
func TestNobodyGrantedWhatNamesNoAccreditor(t *testing.T) {
	w := newWorld(t)
	w.period()
	_, err := w.service.SaveRecord(t.Context(), wallet.Record{PersonID: "ana", Title: "Grief", Provider: "Hillside Training", CompletedOn: "2026-05-02", Centihours: 275,
		Format: wallet.SelfPaced, Licenses: []string{w.colorado.ID}}, wallet.Sure{})
	w.must(err)
	w.Get("ana", w.at(w.colorado, "")).OK(`data-label="Granted by">Not entered</td>`)
	w.Get("ana", w.at(w.colorado, "/print")).OK(`data-label="Provider">Hillside Training</td><td data-label="Granted by">Not entered</td>`)
}

// TestRemindersArePromisedOnlyAhead: nobody is told of a mail that cannot come.
func TestRemindersArePromisedOnlyAhead(t *testing.T) {
	w := newWorld(t)
	page := w.at(w.colorado, "")
	for _, tt := range []struct{ today, says string }{
		{"2026-12-31", "90, 30 and 7 days before it expires"}, {"2027-02-10", "We write to ana@example.org 30 and 7 days before it expires."}, {"2027-03-24", "We write to ana@example.org 7 days before it expires."},
		{"2027-03-25", "It expires in 6 days. The reminder 7 days before is the last."}, {"2027-03-30", "It expires in 1 day."},
		{"2027-03-31", "It expires today. The reminder 7 days before is the last."}, {"2027-04-01", "It has expired, so we do not write any more."},
	} {
		day, err := time.Parse(time.DateOnly, tt.today)
		w.must(err)
		w.now = day.Add(12 * time.Hour)
		a := w.Get("ana", page).OK(tt.says)
		if tt.today > "2027-03-24" {
			a.Lacks("We write to")
		}
	}
	w.Get("ana", page).OK(`<a href="/account/licenses/` + w.colorado.ID + `">enter the new date</a>`)
}

// TestARevokedCertificateIsNamed on the license's page, and not printed.
func TestARevokedCertificateIsNamed(t *testing.T) {
	w := newWorld(t)
	w.period()
	w.issue(line("NBCC", 300, ""))
	at := w.now.AddDate(0, 0, -1)
	w.issued[0].State, w.issued[0].RevokedAt = certificate.Revoked, &at
	w.Get("ana", w.at(w.colorado, "")).OK("0 of 40 hours count", "One certificate of this period was revoked, so it does not count.", "Two Tools", `href="/certificates/CC-1"`, ">Revoked</span>", "It was revoked on November 22, 2026, so it does not count.").
		Lacks("Does not count")
	w.Get("ana", "/wallet").OK("One certificate of this period was revoked, so it does not count.")
	w.Get("ana", w.at(w.colorado, "/print")).OK().Lacks("Two Tools")
}

// TestAPeriodSaysThatItMovesTheExpiry before it does, and after.
func TestAPeriodSaysThatItMovesTheExpiry(t *testing.T) {
	w := newWorld(t)
	add := w.at(w.colorado, "/periods/new")
	w.Get("ana", add).OK("A later last day than March 31, 2027 becomes the day on which the license expires")
	fields := []string{"begins_on", "2025-04-01", "ends_on", "2028-03-31", "hours", "40"}
	a := w.Post("ana", add, fields...)
	a.Says(a.Location, "wallet.period_moved")
	w.Post("ana", add, fields...).Says(a.Location, "wallet.period_moved")
	w.Get("ana", a.Location).OK("It expires on March 31, 2028", "The last day of a renewal period set that day. You had entered March 31, 2027.")
	_, id, _ := strings.Cut(a.Location, "?period=")
	form := w.at(w.colorado, "/periods/"+id)
	w.Get("ana", form).OK("The license expires on March 31, 2028 because this period ends then. You had entered March 31, 2027.", "but not before the one that you had entered")
	w.Get("ana", form+"/remove").OK("The license then expires on March 31, 2027.")
	w.Post("ana", form, "begins_on", "2025-04-01", "ends_on", "2027-03-31").Says(a.Location, "wallet.period_moved")
	w.Get("ana", a.Location).OK("It expires on March 31, 2027").Lacks("set that day", "correct the license")
	w.Get("ana", form+"/remove").OK().Lacks("then expires")
	w.Post("ana", form, "begins_on", "2025-04-01", "ends_on", "2028-03-31").Says(a.Location, "wallet.period_moved")
	w.Post("ana", form+"/remove", "_once", w.key(form+"/remove")).Says(w.at(w.colorado, ""), "wallet.period_gone")
	w.Get("ana", w.at(w.colorado, "")).OK("It expires on March 31, 2027")

	a = w.Post("ana", add, fields...)
	_, err := w.accounts.SaveLicense(t.Context(), w.colorado)
	w.must(err)
	w.Get("ana", a.Location).OK("The license expires before its last period ends", "correct the license</a>, which expires on March 31, 2027", "correct the period</a>, which ends on March 31, 2028")

	w.oregon.ExpiresOn = nil
	_, err = w.accounts.SaveLicense(t.Context(), w.oregon)
	w.must(err)
	add = w.at(w.oregon, "/periods/new")
	w.Get("ana", add).OK("The last day becomes the day on which the license expires, as none is entered")
	a = w.Post("ana", add, fields...)
	a.Says(a.Location, "wallet.period_moved")
	w.Get("ana", a.Location).OK("You had entered none.")
	_, id, _ = strings.Cut(a.Location, "?period=")
	w.Get("ana", w.at(w.oregon, "/periods/"+id+"/remove")).OK("The license then has no expiry date, as before.")
}

// TestTheBoardsRulesAreShownWithTheirSource, and proposed, not assumed.
func TestTheBoardsRulesAreShownWithTheirSource(t *testing.T) {
	w := newWorld(t)
	checked := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	w.board = &pack.Pack{Short: "Colorado counselors"}
	w.board.Rules.RenewalCentihours = &pack.Rule[int64]{Basis: pack.Basis{Mark: pack.Verified, Source: "4 CCR 737-1", CheckedOn: checked, Says: "40 hours in each renewal."}, Value: 4000}
	w.board.Rules.SelfPaced = &pack.Rule[pack.SelfPaced]{Basis: pack.Basis{Mark: pack.Secondary, Source: "somebody.example", CheckedOn: checked, Says: "At most 2 hours at home."}, Value: pack.SelfPaced{Accepted: true, Centihours: 200}}
	w.Get("ana", w.at(w.colorado, "")).OK("Colorado counselors: 40 hours in each renewal.", "4 CCR 737-1, checked on November 1, 2026. Read at the body itself.")
	w.Get("ana", w.at(w.colorado, "/periods/new")).OK("Colorado counselors asks for 40 hours").Lacks(`name="hours" value`, "is not known here")
	w.Post("ana", w.at(w.colorado, "/periods/new"), "ends_on", "2027-03-31", "months", "24").Is(303)
	w.record()
	w.Get("ana", w.at(w.colorado, "")).OK("You have not entered hours.", "Hours that count so far: 2. You have not entered how many your board asks for.",
		"Self-paced courses count for at most 2 hours of a renewal. Of your 2.75 self-paced hours 2 count.", "At most 2 hours at home.", "Reported by others; not read at the board.")
	w.board.Rules.SelfPaced.Mark = pack.Unverified
	w.Get("ana", w.at(w.colorado, "")).OK("so it changes nothing here. Ask your board.", "Hours that count so far: 2.75", "Nobody could verify it: ask your board.")
}

func TestReminders(t *testing.T) {
	w := newWorld(t)
	page := w.at(w.colorado, "")
	w.Get("ana", page).OK("We write to ana@example.org 90, 30 and 7 days before", `name="remind" value="no"`).Lacks("confirm your address")
	w.Post("ana", page+"/reminders", "remind", "no").Says(page, "wallet.reminders_off")
	w.Get("ana", page).OK("You get no mail before this license expires", `name="remind" value="yes"`)
	w.Post("ana", page+"/reminders", "remind", "yes").Says(page, "wallet.reminders_on")
	w.Post("ana", page+"/reminders", "remind", "zzz").Is(http.StatusUnprocessableEntity, "Say whether reminders are wanted")
	w.Get("ana", page).OK("We write to ana@example.org")
	bens, err := w.accounts.SaveLicense(t.Context(), account.License{PersonID: "ben", Profession: "psychologist", Jurisdiction: "US-CO", Number: "7"})
	w.must(err)
	w.Get("ben", w.at(bens, "")).OK("Enter when the license expires", "No expiry date is entered")
	day := "2027-01-01"
	bens.ExpiresOn = &day
	_, err = w.accounts.SaveLicense(t.Context(), bens)
	w.must(err)
	w.Get("ben", w.at(bens, "")).OK("confirm your address")
}

func TestHoursLeaveAsAFileAndOnPaper(t *testing.T) {
	w := newWorld(t)
	w.issue(line("NBCC", 300, ""))
	w.Get("ana", w.at(w.colorado, "/print")).Is(404)
	w.Post("ana", w.at(w.colorado, "/hours.csv")).Is(404)
	w.period()
	w.record()
	w.Get("ana", w.at(w.colorado, "")).OK(`action="`+w.at(w.colorado, "/hours.csv?period="), "/print?period=")
	w.Get("ana", w.at(w.colorado, "/print")).OK("Ana María Ruiz", "Professional counselor, Colorado, LPC.0014733", "April 1, 2025 through March 31, 2027", "Grief &lt;and&gt; loss", "Hillside Training", "State board 7",
		"Certificate CC-1, https://ce.example.org/verify/CC-1", "NBCC", "5.75", "November 23, 2026").Lacks("own judgment")
	w.Post("ana", w.at(w.colorado, "/certificates/CC-1"), "counts", "own").Is(303)
	w.Get("ana", w.at(w.colorado, "/print")).OK("Nobody; estimated learning time", "1.75 of the hours are learning time that no accreditor granted")
	w.Post("ana", w.at(w.colorado, "/certificates/CC-1"), "counts", "none").Is(303)
	w.Get("ana", w.at(w.colorado, "/print")).OK("Grief").Lacks("CC-1")

	a := w.Post("ana", w.at(w.colorado, "/hours.csv")).OK()
	if got := a.Header.Get("Content-Disposition"); got != `attachment; filename="hours-2027-03-31.csv"` {
		t.Errorf("disposition %s", got)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	w.must(err)
	if len(rows) != 3 || strings.Join(rows[1], "|") != "2026-10-02|Two Tools|Example CE|||Self-paced|1.75|false|false|You chose that it does not count.|true|CC-1" ||
		strings.Join(rows[2], "|") != "2026-05-02|Grief <and> loss|Hillside Training|State board 7|Ethics|Self-paced|2.75|true|false||false|" {
		t.Errorf("%q", rows)
	}
	if n := w.count("SELECT count(*) FROM audit_events WHERE action = 'wallet.export'"); n != 1 {
		t.Errorf("%d events", n)
	}
	w.stale = true
	w.Post("ana", w.at(w.colorado, "/hours.csv")).To("/factor")
}
