package accreditation_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/once"
)

type world struct {
	*accreditation.Service
	t  testing.TB
	db *db.DB
	at time.Time
	// mails that were queued, and the error of the next.
	mails   []mail.ApprovalEnding
	mailErr error
}

// Queue implements accreditation.Mailer.
func (w *world) Queue(_ context.Context, to mail.Address, m mail.Message) error {
	if to.Email != "help@example.org" {
		w.t.Errorf("a mail to %s", to.Email)
	}
	if w.mailErr != nil {
		return w.mailErr
	}
	w.mails = append(w.mails, m.(mail.ApprovalEnding))
	return nil
}

func newWorld(t testing.TB) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, db: d, at: time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)} // still the 28th in New York
	zone, err := time.LoadLocation("America/New_York")
	w.must(err)
	now := func() time.Time { return w.at }
	w.Service = accreditation.New(accreditation.Deps{DB: d, Now: now, Audit: audit.New(d, now), Zone: zone,
		Mail: w, Provider: mail.Address{Name: "Clinic", Email: "help@example.org"}, BaseURL: "https://ce.example.org",
		CourseTitle: func(_ context.Context, id string) (string, error) { return "Course " + id, nil }})
	for _, id := range []string{"c1", "c2"} {
		w.must(d.Conn(t.Context()).Exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES (?, ?, ?, '', ?, '', ?)`,
			id, id, id, w.at, w.at).Error)
	}
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error)
	return n
}

var nasw = accreditation.Approval{Accreditor: "nasw", ProviderNumber: "88-1234", FromOn: "2026-01-01", UntilOn: "2026-12-31",
	Statement: "This program is approved by the National Association of Social Workers (Approval # {number})."}

// ours is a course that meets what NASW asks for.
var ours = pack.Measures{Inputs: credit.Inputs{Words: 11050, Questions: 30, Difficulty: 3}, ExamQuestions: 30, PassPercent: 80, Attempts: 3,
	Objectives: 8, Evaluation: true, Disclosure: true, Identity: true, ReviewYears: 1}

func date(day string) time.Time {
	d, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return d
}

func (w *world) lines(day string) []accreditation.Line {
	w.t.Helper()
	lines, _, err := w.Lines(w.t.Context(), "c1", date(day), ours)
	w.must(err)
	return lines
}

func TestNoApprovalNoLine(t *testing.T) {
	w := newWorld(t)
	if lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), ours); err != nil || len(lines) != 0 || len(blocked) != 0 {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

func TestALineOnEachDayOfAnApproval(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.FromOn = "2026-11-10"
	w.must(w.Approve(t.Context(), a, "admin"))
	for day, n := range map[string]int{"2026-11-09": 0, "2026-11-10": 1, "2026-12-31": 1, "2027-01-01": 0} {
		if got := len(w.lines(day)); got != n {
			t.Errorf("%s: %d lines, want %d", day, got, n)
		}
	}
	l := w.lines("2026-11-28")[0]
	if l.Centihours != 100 || l.Unit != "CE" || l.Short != "NASW" || !strings.Contains(l.Statement, "(Approval # 88-1234)") ||
		!strings.Contains(strings.Join(l.Sum, "\n"), "11050 words ÷ 10000 words an hour") {
		t.Errorf("%+v", l)
	}
}

// TestRulesThatEndedEarnNothing, whatever the approval under them says.
func TestRulesThatEndedEarnNothing(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	body := strings.Replace(p.Text, "\nfrom:", "\nuntil: 2026-11-20\nfrom:", 1)
	w.must(w.SavePack(t.Context(), "nasw", body, "They wrote new ones.", "admin", 0))
	w.must(w.Approve(t.Context(), nasw, "admin"))
	for day, n := range map[string]int{"2026-10-31": 0, "2026-11-01": 1, "2026-11-19": 1, "2026-11-20": 0} { // it begins before them
		if got := len(w.lines(day)); got != n {
			t.Errorf("%s: %d lines, want %d", day, got, n)
		}
	}
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-20"), ours)
	if err != nil || len(lines) != 0 || len(blocked) != 1 || !strings.Contains(strings.Join(blocked[0].Why, "\n"), "not in force") {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

// TestADemonstrationApprovesNothing: what somebody tries there says so wherever it
// is printed.
func TestADemonstrationApprovesNothing(t *testing.T) {
	w := newWorld(t)
	w.Demo = true
	w.must(w.Approve(t.Context(), nasw, "admin"))
	if l := w.lines("2026-11-28"); len(l) != 1 || !strings.HasPrefix(l[0].Statement, "Demonstration, no approval. ") {
		t.Errorf("%+v", l)
	}
}

func TestAnApprovalOfOneCourse(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.CourseID, a.CourseNumber, a.Centihours = "c2", "88-1234-5", 150
	w.must(w.Approve(t.Context(), a, "admin"))
	if n := len(w.lines("2026-11-28")); n != 0 {
		t.Errorf("%d lines of another course", n)
	}
	lines, _, err := w.Lines(t.Context(), "c2", date("2026-11-28"), ours)
	if err != nil || len(lines) != 1 || lines[0].Centihours != 150 || lines[0].Sum[0] != "1.5 hours, as approved" {
		t.Errorf("%+v, %v", lines, err)
	}
}

// One accreditor grants its hours once, as it approved the course itself.
func TestTheApprovalOfACourseStandsInFrontOfTheProviders(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, "admin"))
	for _, category := range []string{"Ethics", "Clinical"} {
		a := nasw
		a.CourseID, a.CourseNumber, a.Category, a.Centihours = "c1", "88-1234-5", category, 50
		w.must(w.Approve(t.Context(), a, "admin"))
	}
	lines := w.lines("2026-11-28")
	if len(lines) != 2 || lines[0].Category != "Ethics" || lines[1].Category != "Clinical" {
		t.Errorf("%+v", lines)
	}
}

func TestARuleThatIsNotMetStopsTheLine(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, "admin"))
	m := ours
	m.PassPercent = 70
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), m)
	if err != nil || len(lines) != 0 || len(blocked) != 1 || !strings.HasPrefix(blocked[0].Why[0], "Pass mark") {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

// TestTheExamIsHeldAgainstTheHoursApproved, not the fewer that are worked out.
func TestTheExamIsHeldAgainstTheHoursApproved(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.CourseID, a.CourseNumber, a.Centihours = "c1", "88-1234-5", 600
	w.must(w.Approve(t.Context(), a, "admin"))
	lines, blocked, err := w.Lines(t.Context(), "c1", date("2026-11-28"), ours)
	if err != nil || len(lines) != 0 || len(blocked) != 1 || blocked[0].Why[0] != "Questions of the exam: at least 60 is asked for, the course has 30" {
		t.Errorf("%+v, %+v, %v", lines, blocked, err)
	}
}

func TestAnUnverifiedRuleWaitsForAnAdministrator(t *testing.T) {
	w := newWorld(t)
	a := nasw
	a.Accreditor = "nbcc"
	w.must(w.Approve(t.Context(), a, "admin"))
	if n := len(w.lines("2026-11-28")); n != 0 {
		t.Fatal("credit by a rule that nobody verified")
	}
	for range 2 { // a second click
		w.must(w.Confirm(t.Context(), "nbcc", "pass_percent", "Ms. Reed of NBCC, by phone.", "admin"))
		w.must(w.Confirm(t.Context(), "nbcc", "attempts", "Ms. Reed of NBCC, by phone.", "admin"))
	}
	if lines := w.lines("2026-11-28"); len(lines) != 1 || lines[0].Centihours != 175 {
		t.Errorf("%+v", lines)
	}
	if n := w.count(`SELECT count(*) FROM audit_events WHERE action = 'rules.confirm'`); n != 2 {
		t.Errorf("%d audit events", n)
	}
	p, err := w.Pack(t.Context(), "nbcc")
	w.must(err)
	if list, err := w.Confirmations(t.Context(), p); err != nil || len(list) != 2 || list["attempts"].Note != "Ms. Reed of NBCC, by phone." || list["attempts"].By != "admin" {
		t.Errorf("%+v, %v", list, err)
	}
	for _, rule := range []string{"evaluation", "daily_cap", "nonsense"} { // verified, not there, no rule
		if err := w.Confirm(t.Context(), "nbcc", rule, "So.", "admin"); !errors.Is(err, accreditation.ErrNoRule) {
			t.Errorf("%s: %v", rule, err)
		}
	}
	// Another value asks anew.
	w.must(w.SavePack(t.Context(), "nbcc", strings.Replace(p.Text, "value: 80", "value: 75", 1), "As their letter says.", "admin", 0))
	if n := len(w.lines("2026-11-28")); n != 0 {
		t.Error("the confirmation was of another value")
	}
}

func TestAnApprovalEnds(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, "admin"))
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
	w.must(w.Approve(t.Context(), nasw, "admin"))
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
	w.must(w.Approve(t.Context(), nasw, "admin"))
	if n := len(w.lines("2026-11-28")); n != 1 {
		t.Errorf("%d lines", n)
	}
}

func TestAVoidedApprovalNeverCounted(t *testing.T) {
	w := newWorld(t)
	w.must(w.Approve(t.Context(), nasw, "admin"))
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
		if err := w.Approve(t.Context(), a, "admin"); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	ctx := once.With(t.Context(), "form 1")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.Approve(ctx, nasw, "admin"); err != nil {
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
	if err := w.Approve(t.Context(), a, "admin"); !errors.As(err, &e) || len(e.Fields) != 1 || e.Fields[0].Name != "course" {
		t.Errorf("%v", err)
	}
}

func TestApprovalsThatEndSoonAreCounted(t *testing.T) {
	w := newWorld(t)
	add := func(from, until string) {
		a := nasw
		a.FromOn, a.UntilOn, a.Category, a.Centihours = from, until, "Category of "+until, 25
		w.must(w.Approve(t.Context(), a, "admin"))
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

func TestSums(t *testing.T) {
	w := newWorld(t)
	sums := func() map[string]accreditation.Sum {
		t.Helper()
		list, err := w.Sums(t.Context(), "c1", w.Today(), ours)
		w.must(err)
		by := map[string]accreditation.Sum{}
		for _, s := range list {
			by[s.Pack.Code] = s
		}
		return by
	}
	before := sums()
	if s := before["nasw"]; s.Worked.Centihours != 100 || len(s.Lines)+len(s.Blocked) != 0 {
		t.Errorf("%+v", s)
	}
	if _, there := before["naadac"]; there || len(before) < 6 {
		t.Errorf("%d sums, one of a body without a way to work hours out", len(before))
	}
	for _, code := range []string{"nasw", "nbcc", "naadac"} {
		a := nasw
		a.Accreditor = code
		w.must(w.Approve(t.Context(), a, "admin"))
	}
	own := nasw
	own.CourseID, own.CourseNumber, own.UntilOn = "c1", "88-1234-5", "2026-12-30"
	w.must(w.Approve(t.Context(), own, "admin"))
	after := sums()
	if s := after["nasw"]; len(s.Lines) != 1 || s.Lines[0].Amount() != "1 CE" || s.Lines[0].Through != "2026-12-30" {
		t.Errorf("%+v", s)
	}
	if len(after["nbcc"].Blocked) != 1 || len(after["naadac"].Blocked) != 1 {
		t.Errorf("%+v, %+v", after["nbcc"], after["naadac"])
	}
}

func TestPacksAreOverriddenAndGoBack(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	ours, err := w.Pack(ctx, "nasw")
	w.must(err)
	changed := strings.Replace(ours.Text, "words_per_hour: 10000", "words_per_hour: 5000", 1)
	for range 2 { // a second click
		w.must(w.SavePack(ctx, "nasw", changed, "A complex topic, as NASW wrote us.", "admin", 0))
	}
	got, err := w.Pack(ctx, "nasw")
	if err != nil || got.Version != 1 || got.Rules.Hours.Value.WordsPerHour != 5000 || !got.Bundled {
		t.Errorf("%+v, %v", got, err)
	}
	if err := w.SavePack(ctx, "nasw", ours.Text, "From an old page.", "other", 0); !errors.Is(err, accreditation.ErrMoved) {
		t.Errorf("%v", err)
	}
	if err := w.SavePack(ctx, "nasw", changed, "Again.", "admin", 1); !errors.Is(err, accreditation.ErrSamePack) {
		t.Errorf("%v", err)
	}
	w.must(w.SavePack(ctx, "nasw", "", "Back to what ships.", "admin", 1))
	if got, err = w.Pack(ctx, "nasw"); err != nil || got.Version != 2 || got.Text != ours.Text {
		t.Errorf("%+v, %v", got, err)
	}
	if err := w.SavePack(ctx, "nasw", "", "Once more.", "admin", 2); !errors.Is(err, accreditation.ErrSamePack) {
		t.Errorf("%v", err)
	}
}

func TestAPackOfOnesOwn(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.Pack(ctx, "naadac")
	w.must(err)
	own := strings.Replace(p.Text, "code: naadac", "code: own-body", 1)
	w.must(w.SavePack(ctx, "own-body", own, "Our state's body.", "admin", 0))
	got, err := w.Pack(ctx, "own-body")
	if err != nil || got.Bundled || got.Version != 1 {
		t.Errorf("%+v, %v", got, err)
	}
	if err := w.SavePack(ctx, "own-body", "", "Away.", "admin", 1); !errors.Is(err, accreditation.ErrNoPack) {
		t.Errorf("approvals may rest on it: %v", err)
	}
	for _, bad := range []string{"code: [", own, strings.Repeat("#", pack.MaxSize+1)} {
		if err := w.SavePack(ctx, "another", bad, "Try.", "admin", 0); !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	if err := w.SavePack(ctx, "another", "", "Nothing.", "admin", 0); !errors.Is(err, accreditation.ErrNoPack) {
		t.Errorf("%v", err)
	}
}

func TestAPackIsAddedUnderAFreeCode(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	p, err := w.Pack(ctx, "naadac")
	w.must(err)
	as := func(code string) string { return strings.Replace(p.Text, "code: naadac", "code: "+code, 1) }
	for _, bad := range []string{"", " \n", "code: [", as("naadac"), as("new"), "code: own\x00body", strings.Repeat("#", pack.MaxSize+1)} {
		var e *apperr.Error
		if _, err := w.AddPack(ctx, bad, "Try.", "admin"); !errors.As(err, &e) || len(e.Fields) == 0 || e.Fields[0].Name != "body" {
			t.Errorf("%.20q: %v", bad, err)
		}
	}
	for range 2 { // a second click
		if code, err := w.AddPack(ctx, as("own"), "Our state's body.", "admin"); err != nil || code != "own" {
			t.Errorf("%q, %v", code, err)
		}
	}
	if _, err := w.AddPack(ctx, as("own"), "Of somebody else.", "other"); !apperr.Is(err, apperr.Invalid) {
		t.Errorf("%v", err)
	}
	if n := w.count(`SELECT count(*) FROM rule_packs`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func TestADoubleClickSavesOneVersion(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	body := strings.Replace(p.Text, "10000", "4000", 1)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if err := w.SavePack(context.WithoutCancel(t.Context()), "nasw", body, "Why.", "admin", 0); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := w.count(`SELECT count(*) FROM rule_packs`); n != 1 {
		t.Errorf("%d versions", n)
	}
}

func TestTwoAdministratorsAtOnce(t *testing.T) {
	w := newWorld(t)
	p, err := w.Pack(t.Context(), "nasw")
	w.must(err)
	results := make(chan error, 2)
	for _, n := range []string{"4000", "5000"} {
		go func() {
			results <- w.SavePack(context.WithoutCancel(t.Context()), "nasw", strings.Replace(p.Text, "10000", n, 1), n, "admin"+n, 0)
		}()
	}
	a, b := <-results, <-results
	if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), accreditation.ErrMoved) {
		t.Errorf("%v, %v", a, b)
	}
}
