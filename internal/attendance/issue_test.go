package attendance_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
)

// outcome is what a row is expected to have become, and a part of its note.
type outcome struct {
	attendance.Outcome
	note string
}

func (w *world) became(rows []attendance.Row, list ...outcome) {
	w.t.Helper()
	if len(rows) != len(list) {
		w.t.Fatalf("%d rows, want %d", len(rows), len(list))
	}
	for i, r := range rows {
		done := r.Outcome == attendance.Issued || r.Outcome == attendance.Waiting
		if r.Outcome != list[i].Outcome || !strings.Contains(r.OutcomeNote, list[i].note) || (r.EnrollmentID != "") != done || r.DoneAt == nil {
			w.t.Errorf("line %d (%s): %s, %q; want %s, %q", r.Line, r.Email, r.Outcome, r.OutcomeNote, list[i].Outcome, list[i].note)
		}
	}
}

func TestAListIsIssued(t *testing.T) {
	w := newWorld(t)
	w.person("ana@example.com", "Ana Ruiz", "Ana Ruiz")
	w.person("office@example.com", "Carla Stern", "Carla Stern")
	w.person("desk@example.com", "Paul Desk", "Paul Desk")
	w.person("nolegal@example.com", "Mia Wong", "")
	e := w.event()
	l := w.upload(e, "email,name,minutes,license_profession,license_jurisdiction,license_number",
		"ana@example.com,Ana Ruiz,165,,,",
		"new@example.com,Nina Nueva,150,nurse,US-OR,N-77",
		"office@example.com,Rosa Lind,165,,,",
		"desk@example.com,Rita Desk,165,,,",
		"nolegal@example.com,Mia Wong,170,,,",
		"late@example.com,Lea Late,90,,,")
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, false, "dora"), attendance.ErrAttest, "attested")
	rows := w.run(l, 3)
	w.became(rows, outcome{attendance.Issued, ""}, outcome{attendance.Issued, ""}, outcome{attendance.Issued, ""}, outcome{attendance.Refused, "Not chosen. The account’s legal name is “Paul Desk”"},
		outcome{attendance.Issued, ""}, outcome{attendance.Refused, "90 of 165 minutes"})
	if l = w.again(l); l.State != attendance.Finished || l.StartedBy != "dora" || l.FinishedAt == nil || l.Attestation != attendance.Attestation {
		t.Errorf("%+v", l)
	}
	counts, err := w.Outcomes(t.Context(), l.ID)
	if err != nil || counts[attendance.Issued] != 4 || counts[attendance.Refused] != 2 {
		t.Errorf("%v, %v", counts, err)
	}

	c := w.certificateOf("new@example.com")
	f := c.Facts
	if c.State != certificate.Issued || c.HolderName != "Nina Nueva" || f.Title != "TMS and Ketamine, live" || f.Subtitle != "A live event of the course “TMS and Ketamine”" ||
		f.Format != "Live event, in person" || f.LearningTime != 250 || f.CompletedOn != "2026-11-20" || f.IssuedOn != "2026-11-23" || len(f.CreditLines) != 0 {
		t.Errorf("%+v", f)
	}
	if want := (certificate.LiveEvent{ID: e.ID, StartsAt: held, EndsAt: held.Add(3 * time.Hour), Zone: "America/New_York", Minutes: 150, Of: 165, Place: "Community Hall, Springfield",
		Presenters: "Dr. Vera Lindqvist", ListSHA256: l.SHA256}); f.Live == nil || *f.Live != want {
		t.Errorf("%+v", f.Live)
	}
	for i, want := range []string{"Instruction attended: 150 of 165 minutes (2.5 h); not accredited",
		"Live event held on November 20, 2026, 9:00 AM to 12:00 PM EST, Community Hall, Springfield. Presented by Dr. Vera Lindqvist"} {
		if f.Statements[i] != want {
			t.Errorf("%q, want %q", f.Statements[i], want)
		}
	}
	if len(f.Licenses) != 1 || f.Licenses[0].Number != "N-77" || len(f.Evidence) != 1 || f.Evidence[0].Title != "Attend the live event: 150 of 165 minutes" {
		t.Errorf("%+v, %+v", f.Licenses, f.Evidence)
	}
	if p := w.found("new@example.com"); p.LegalName != "Nina Nueva" || p.TimeZone != "America/New_York" || p.State() != account.StateActive || !p.Has(account.Therapist) {
		t.Errorf("%+v", p)
	}
	if n, all := w.sent("new@example.com", "Choose a password", base+"/password/reset/", "14 days"), w.sent("new@example.com"); n != 1 || all != 2 || w.sent("new@example.com", "is ready", c.Number) != 1 {
		t.Errorf("%d invitations, %d mails", n, all)
	}
	if w.sent("ana@example.com") != 1 || w.sent("late@example.com") != 0 || w.count("SELECT count(*) FROM people WHERE email_key = 'late@example.com'") != 0 {
		t.Error("who got mail")
	}
	// The account's own name wins, and a name that is missing is given.
	if name := w.certificateOf("office@example.com").HolderName; name != "Carla Stern" {
		t.Errorf("issued to %s", name)
	}
	if p := w.found("nolegal@example.com"); p.LegalName != "Mia Wong" || w.certificateOf("nolegal@example.com").Facts.Live.Minutes != 165 {
		t.Errorf("%+v", p)
	}
	for action, n := range map[string]int{"attendance.start": 1, "attendance.finish": 1, "certificate.reserve": 4, "enrollment.attend": 4, "account.create": 5, "license.add": 1} {
		if got := w.audited(action); got != n {
			t.Errorf("%d events %s, want %d", got, action, n)
		}
	}
	if n := w.count("SELECT count(*) FROM certificate_history WHERE kind = 'reserved' AND actor_id = 'dora'"); n != 4 {
		t.Errorf("%d reserved by the administrator", n)
	}
}

// TestAnInvitedPersonComesIn by the link of the mail, and nobody before.
func TestAnInvitedPersonComesIn(t *testing.T) {
	w := newWorld(t)
	w.run(w.upload(w.event(), "email,name", "new@example.com,Nina Nueva"))
	ctx, at := t.Context(), account.Client{IP: "203.0.113.9", UserAgent: "Firefox"}
	const password = "lantern orbit mustard quilt"
	if _, err := w.accounts.SignIn(ctx, "new@example.com", "", at); err == nil {
		t.Error("an account without a password let somebody in")
	}
	w.mu.Lock()
	text := w.mails[0].Text
	w.mu.Unlock()
	_, token, _ := strings.Cut(text, base+"/password/reset/")
	token = strings.Fields(token)[0]
	w.clock.set(today.AddDate(0, 0, 13))
	id, err := w.accounts.Reset(ctx, token, password, at)
	if err != nil || id != w.found("new@example.com").ID {
		t.Fatalf("%s, %v", id, err)
	}
	if _, err := w.accounts.SignIn(ctx, "new@example.com", password, at); err != nil {
		t.Error(err)
	}
	// Their name was attested: only an administrator changes it.
	if err := w.accounts.ConfirmLegalName(ctx, id, "Somebody Else"); !errors.Is(err, account.ErrNameLocked) {
		t.Errorf("%v", err)
	}
}

func TestTheCertificateComesWithTheEvaluation(t *testing.T) {
	w := newWorld(t)
	l := w.upload(w.event(func(d *attendance.Draft) { d.Evaluation, d.Disclosed = true, true }), "email,name,evaluation", "ana@example.com,Ana Ruiz,", "ben@example.com,Ben Ode,yes")
	w.became(w.run(l), outcome{attendance.Waiting, ""}, outcome{attendance.Issued, ""})
	ana := w.found("ana@example.com").ID
	e, err := w.enrollments.Find(t.Context(), ana, "intro", 0)
	w.must(err)
	if e.State != enrollment.Active || e.Source != enrollment.ByEvent || e.Attendance == nil || !e.EnrolledAt.Equal(held) {
		t.Fatalf("%+v", e)
	}
	if n := w.sent("ana@example.com", "Before your certificate", "Send the course evaluation", base+"/learn/intro"); n != 1 {
		t.Errorf("%d mails", n)
	}
	learning, err := w.enrollments.Learning(t.Context(), e)
	w.must(err)
	if s, ok := learning.Next(); !ok || s.Kind != enrollment.NeedEvaluation || !enrollment.CanEvaluate(w.edition, e) {
		t.Errorf("next: %+v", s)
	}
	w.clock.set(today.AddDate(0, 0, 2))
	w.must(w.enrollments.SubmitEvaluation(t.Context(), e, map[string][]string{"lo1": {"2"}}))
	w.drain()
	c := w.certificateOf("ana@example.com")
	if c.State != certificate.Issued || c.Facts.CompletedOn != "2026-11-25" || c.Facts.When() != "held on November 20, 2026; completed on November 25, 2026" {
		t.Errorf("%+v, %s", c.Facts, c.Facts.When())
	}
	var titles []string
	for _, ev := range c.Facts.Evidence {
		titles = append(titles, ev.Title)
	}
	if got := strings.Join(titles, "; "); got != "Be shown the disclosure before the event; Attend the live event: 165 of 165 minutes; Send the course evaluation" {
		t.Error(got)
	}
	if n := w.count("SELECT count(*) FROM certificate_history WHERE certificate_id = ? AND kind = 'reserved' AND actor_id IS NULL", c.ID); n != 1 {
		t.Error("it came by itself")
	}
	ben := w.certificateOf("ben@example.com")
	if last := ben.Facts.Evidence[len(ben.Facts.Evidence)-1]; last.Title != "Hand in the evaluation of the event" || ben.Facts.When() != "on November 20, 2026" {
		t.Errorf("%+v, %s", last, ben.Facts.When())
	}
}

func TestTheExamStandsWhereTheEventAsksForIt(t *testing.T) {
	w := newWorld(t)
	l := w.upload(w.event(func(d *attendance.Draft) { d.Exam = true }), "email,name", "ana@example.com,Ana Ruiz")
	w.became(w.run(l), outcome{attendance.Waiting, ""})
	e, err := w.enrollments.Find(t.Context(), w.found("ana@example.com").ID, "intro", 0)
	w.must(err)
	w.must(w.enrollments.ExamGate(t.Context(), e))
	w.must(w.enrollments.RecordExam(t.Context(), e.ID, enrollment.ExamOutcome{AttemptID: "a1", Final: true, Passed: true, SubmittedAt: today}))
	if c := w.certificateOf("ana@example.com"); c.HolderName != "Ana Ruiz" || len(c.Facts.Evidence) != 2 {
		t.Errorf("%+v", c.Facts)
	}
}

func TestALicenseIsAskedForWhereTheCreditIsReportedForOne(t *testing.T) {
	w := newWorld(t)
	w.asks.License = []enrollment.LicenseAsk{{Accreditor: "ancc", Credit: "2.5 contact hours by ANCC"}}
	l := w.upload(w.event(), "email,name,license_profession,license_jurisdiction,license_number", "ana@example.com,Ana Ruiz,,,", "ben@example.com,Ben Ode,nurse,US-OR,77")
	w.became(w.run(l), outcome{attendance.Waiting, ""}, outcome{attendance.Issued, ""})
	if n := w.sent("ana@example.com", "Add the license"); n != 1 {
		t.Errorf("%d mails", n)
	}
	_, err := w.accounts.SaveLicense(t.Context(), account.License{PersonID: w.found("ana@example.com").ID, Profession: "nurse", Jurisdiction: "US-OR", Number: "78"})
	w.must(err)
	w.certificateOf("ana@example.com")
}

// TestALiveEventOpensNoLesson: nobody bought the online course.
func TestALiveEventOpensNoLesson(t *testing.T) {
	w := newWorld(t)
	w.run(w.upload(w.event(func(d *attendance.Draft) { d.Evaluation = true }), "email,name", "ana@example.com,Ana Ruiz"))
	ctx, id := t.Context(), w.found("ana@example.com").ID
	e, err := w.enrollments.Find(ctx, id, "intro", 0)
	w.must(err)
	if err := w.enrollments.ExamGate(ctx, e); !errors.Is(err, enrollment.ErrNoExam) {
		t.Errorf("the exam: %v", err)
	}
	_, view := w.enrollments.LessonView(ctx, id, "intro", 0, "lesson-1")
	_, active := w.enrollments.RecordActive(ctx, e, "l1", enrollment.ActiveBatch{Token: "t", Seconds: 5, From: today, Source: enrollment.FromBrowser})
	for what, err := range map[string]error{"view": view, "time": active, "finish": w.enrollments.FinishLesson(ctx, e, "l1"), "bookmark": w.enrollments.SetBookmark(ctx, e, "l1", true),
		"disclosure": w.enrollments.AcknowledgeDisclosure(ctx, e)} {
		if !errors.Is(err, enrollment.ErrLiveEvent) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheWorldChangesAfterTheCheck(t *testing.T) {
	w := newWorld(t)
	w.person("named@example.com", "Nora Old", "Nora Old")
	w.person("blocked@example.com", "Bo Bell", "Bo Bell")
	w.person("chosen@example.com", "Carla Stern", "Carla Stern")
	w.person("same@example.com", "Sam Same", "Sam Same")
	w.person("busy@example.com", "Bea Busy", "Bea Busy")
	l := w.upload(w.event(), "email,name",
		"new@example.com,Nina Nueva",
		"named@example.com,Nora Old",
		"blocked@example.com,Bo Bell",
		"chosen@example.com,Rosa Lind",
		"same@example.com,Sam Same",
		"busy@example.com,Bea Busy",
		"gone@example.com,Gil Gone")
	ctx := t.Context()
	w.person("new@example.com", "Somebody Different", "Somebody Different")
	w.must(w.accounts.SetLegalName(ctx, w.found("named@example.com").ID, "Nora Married"))
	w.must(w.accounts.Block(ctx, w.found("blocked@example.com").ID, "Asked for it."))
	w.must(w.accounts.SetLegalName(ctx, w.found("chosen@example.com").ID, "Carla Again"))
	_, err := w.enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: w.found("busy@example.com").ID, EditionID: "ed1", Source: "free"})
	w.must(err)
	w.became(w.run(l, 4),
		outcome{attendance.Refused, "It was not so when the list was checked"},
		outcome{attendance.Refused, "legal name is “Nora Married”"},
		outcome{attendance.Refused, "blocked"},
		outcome{attendance.Refused, "another name when the list was checked"},
		outcome{attendance.Issued, ""},
		outcome{attendance.Refused, "enrolled in the online course"},
		outcome{attendance.Issued, ""})
	if n := w.count("SELECT count(*) FROM certificates"); n != 2 {
		t.Errorf("%d certificates", n)
	}
}

func TestWhatIsStartedIsWhatWasSeen(t *testing.T) {
	w := newWorld(t)
	w.person("office@example.com", "Carla Stern", "Carla Stern")
	l := w.upload(w.event(), "email,name", "office@example.com,Rosa Lind")
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"), attendance.ErrChoose, "row")
	for _, chosen := range [][]int{{2}, {1, 99}, {-1}, {0, 1}} { // rows that cannot be chosen
		w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, chosen, true, "dora"), attendance.ErrStale, "")
	}
	w.refused(w.Start(w.ctx(), l.ID, "another", []int{1}, true, "dora"), attendance.ErrStale, "")
	if w.again(l).State != attendance.Checked || w.rows(l)[0].Outcome != attendance.Pending {
		t.Error("what was refused has changed something")
	}
	w.must(w.accounts.SetLegalName(t.Context(), w.found("office@example.com").ID, "Rosa Lind"))
	w.must(w.Check(w.ctx(), l.ID))
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, []int{1}, true, "dora"), attendance.ErrStale, "")
	l = w.again(l)
	for range 2 { // a second click
		w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	}
	w.refused(w.Start(w.ctx(), l.ID, "another", nil, true, "dora"), attendance.ErrStarted, "")
	w.drain()
	if w.count("SELECT count(*) FROM certificates") != 1 || w.audited("attendance.start") != 1 {
		t.Error("started twice")
	}
}

func TestAnEventThatHasNotEnded(t *testing.T) {
	w := newWorld(t)
	e := w.event(func(d *attendance.Draft) {
		d.StartsOn, d.EndsAt, d.Minutes, d.LeastMinutes = "2026-11-23", "10:01", "60", "60"
	})
	l := w.upload(e, "email,name", "ana@example.com,Ana Ruiz")
	w.refused(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"), attendance.ErrNotOver, "")
	w.clock.set(today.Add(time.Minute))
	w.became(w.run(l), outcome{attendance.Issued, ""})
}

// TestTheCycleOfTheCourse counts to the day of the event, however late the list comes.
func TestTheCycleOfTheCourse(t *testing.T) {
	w := newWorld(t)
	w.edition.Course.Card.RepeatAfterDays = 30
	first := w.event(func(d *attendance.Draft) { d.StartsOn = "2026-10-02" })
	soon := w.event(func(d *attendance.Draft) { d.StartsOn = "2026-10-20" })
	later := w.event(func(d *attendance.Draft) { d.StartsOn = "2026-11-02" })
	line := []string{"email,name", "ana@example.com,Ana Ruiz"}
	w.became(w.run(w.upload(first, line...)), outcome{attendance.Issued, ""})
	w.clock.set(today.AddDate(1, 0, 0))
	w.want(w.upload(first, line...), verdict{attendance.Recorded, ""}) // not a second time for the same event
	w.want(w.upload(soon, line...), verdict{attendance.Certified, "not as early as this event"})
	w.became(w.run(w.upload(later, line...)), outcome{attendance.Issued, ""})
	if n := w.count("SELECT count(*) FROM certificates"); n != 2 {
		t.Errorf("%d certificates", n)
	}
	if n := w.count("SELECT max(cycle) FROM certificates"); n != 2 {
		t.Errorf("cycle %d", n)
	}
}

// TestAFaultOfOursStopsNobodyElse: the row is tried again, and given up at the end.
func TestAFaultOfOursStopsNobodyElse(t *testing.T) {
	w := newWorld(t)
	bad := w.person("bad@example.com", "Bad Luck", "Bad Luck").ID
	broken := true
	w.fails = func(id string) error {
		if id == bad && broken {
			return errors.New("pgconn: disk full")
		}
		return nil
	}
	lines := []string{"email,name", "ana@example.com,Ana Ruiz", "bad@example.com,Bad Luck", "ben@example.com,Ben Ode"}
	l := w.upload(w.event(), lines...)
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	if err := w.queue.Drain(t.Context()); err == nil {
		t.Fatal("the job did not fail")
	}
	if n := w.count("SELECT count(*) FROM certificates"); n != 2 || w.again(l).State != attendance.Started {
		t.Fatalf("%d certificates of the others", n)
	}
	if stopped, err := w.Stopped(t.Context(), w.again(l)); err != nil || stopped {
		t.Errorf("it waits for another try: %v, %v", stopped, err)
	}
	broken = false
	w.clock.set(today.Add(5 * time.Hour))
	w.drain()
	w.became(w.rows(l), outcome{attendance.Issued, ""}, outcome{attendance.Issued, ""}, outcome{attendance.Issued, ""})

	w.person("cleo@example.com", "Cleo Cole", "Cleo Cole")
	l = w.upload(w.event(func(d *attendance.Draft) { d.Title = "Another" }), "email,name", "cleo@example.com,Cleo Cole", "bad2@example.com,Bad Luck")
	w.fails = func(id string) error {
		if _, err := w.accounts.Get(t.Context(), id); err != nil { // whose account is made this moment: nobody else sees it yet
			return errors.New("pgconn: disk full")
		}
		return nil
	}
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	for range 20 {
		_ = w.queue.Drain(t.Context())
		w.clock.set(w.clock.now().Add(6 * time.Hour))
	}
	w.became(w.rows(l), outcome{attendance.Issued, ""}, outcome{attendance.Failed, "Something went wrong on our side"})
	if w.again(l).State != attendance.Finished || w.count("SELECT count(*) FROM people WHERE email_key = 'bad2@example.com'") != 0 {
		t.Error("the list did not end, or the row left something behind")
	}
}

func TestAListWhoseJobIsGoneGoesOn(t *testing.T) {
	w := newWorld(t)
	l := w.upload(w.event(), "email,name", "ana@example.com,Ana Ruiz")
	w.refused(w.GoOn(w.ctx(), l.ID), attendance.ErrNotStarted, "")
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, nil, true, "dora"))
	w.must(w.GoOn(w.ctx(), l.ID)) // it is being worked on
	w.exec("UPDATE jobs SET state = 'dead', died_at = run_at WHERE kind = ?", attendance.JobKind)
	if stopped, err := w.Stopped(t.Context(), w.again(l)); err != nil || !stopped {
		t.Errorf("%v, %v", stopped, err)
	}
	for range 2 { // a second click
		w.must(w.GoOn(w.ctx(), l.ID))
	}
	w.drain()
	w.became(w.rows(l), outcome{attendance.Issued, ""})
	w.must(w.GoOn(w.ctx(), l.ID))
	if n := w.audited("attendance.go_on"); n != 1 {
		t.Errorf("%d audit events", n)
	}
	w.refused(w.GoOn(w.ctx(), "nobody"), attendance.ErrNoList, "")
}

// TestAnEditionThatIsClosedMeanwhile refuses each row, and says why.
func TestAnEditionThatIsClosedMeanwhile(t *testing.T) {
	w := newWorld(t)
	l := w.upload(w.event(), "email,name", "ana@example.com,Ana Ruiz")
	w.closed = apperr.New(apperr.Conflict, "This edition waits for its review.")
	w.became(w.run(l), outcome{attendance.Refused, "waits for its review"})
	if n := w.count("SELECT count(*) FROM people WHERE email_key = 'ana@example.com'"); n != 0 {
		t.Error("an account was made for nothing")
	}
}

func TestAFullListOfLicensesRefusesTheRow(t *testing.T) {
	w := newWorld(t)
	id := w.person("ana@example.com", "Ana Ruiz", "Ana Ruiz").ID
	for i := range account.MaxLicenses {
		_, err := w.accounts.SaveLicense(t.Context(), account.License{PersonID: id, Profession: "nurse", Jurisdiction: "US-OR", Number: "N" + string(rune('0'+i%10)) + string(rune('A'+i))})
		w.must(err)
	}
	e := w.event()
	l := w.upload(e, "email,name,license_profession,license_jurisdiction,license_number", "ana@example.com,Ana Ruiz,nurse,US-NY,5")
	w.became(w.run(l), outcome{attendance.Refused, "room for 12 licenses"})
	l = w.upload(e, "email,name,license_profession,license_jurisdiction,license_number", "ana@example.com,Ana Ruiz,nurse,US-OR,n-0-a")
	w.became(w.run(l), outcome{attendance.Issued, ""}) // it is listed already
}
