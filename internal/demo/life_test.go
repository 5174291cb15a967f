package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/demo"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/team"
)

const course = "tms-ketamine"

func TestEveryStateIsThere(t *testing.T) {
	a := open(t)
	for _, tt := range []struct {
		table, column string
		want          []string
	}{
		{"enrollments", "state", []string{"active", "completed", "expired", "withdrawn", "refunded"}},
		{"enrollments", "source", []string{"order", "free", "admin"}},
		{"orders", "state", []string{"open", "paid", "refunded", "expired", "failed"}},
		{"exam_attempts", "state", []string{"submitted", "graded"}},
		{"certificates", "state", []string{"issued", "superseded", "revoked"}},
		{"requests", "kind", []string{"help", "accommodation", "grievance", "refund"}},
		{"requests", "state", []string{"open", "answered", "closed"}},
		{"conversation_threads", "state", []string{"open", "answered", "not_confirmed"}},
		{"conversation_threads", "kind", []string{"question", "inaccuracy"}},
		{"person_roles", "role", []string{"therapist", "instructor", "administrator", "guest"}},
		{"course_members", "role", []string{"author", "editor", "clinician", "accreditor"}},
	} {
		got := counts(t, a, tt.table, tt.column)
		t.Log(tt.table, got)
		for _, value := range tt.want {
			if got[value] == 0 {
				t.Errorf("%s: nothing is %s: %v", tt.table, value, got)
			}
		}
	}
	full := 0
	for _, n := range counts(t, a, "evaluation_answers", "edition_id || month") {
		if n >= 5 {
			full++
		}
	}
	if full < 8 {
		t.Errorf("only %d months have the five evaluations of a summary", full)
	}
	if n, _, err := a.Accounts.Count(t.Context(), account.Filter{Role: account.Therapist}); err != nil || n < 40 {
		t.Errorf("%d therapists, %v", n, err)
	}
}

func person(t *testing.T, a *app.App, email string) account.Person {
	t.Helper()
	p, err := a.Accounts.FindByEmail(t.Context(), email)
	if err != nil {
		t.Fatal(email, err)
	}
	return p
}

// TestVisitorsAccounts: each account that the start names can be signed in to
// and shows what the table promises.
func TestVisitorsAccounts(t *testing.T) {
	a := open(t)
	left := func(email string) (kinds []string) {
		e, err := a.Enrollments.Find(t.Context(), person(t, a, email).ID, course, 0)
		if err != nil {
			t.Fatal(email, err)
		}
		list, err := a.Enrollments.Requirements(t.Context(), e)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if !r.Done {
				kinds = append(kinds, string(r.Kind))
			}
		}
		return kinds
	}
	for email, want := range map[string]string{
		"therapist@example.org": "lessons checks exam evaluation", "ready@example.org": "exam evaluation", "nearly-done@example.org": "evaluation",
		"waiting@example.org": "exam evaluation", "failed-once@example.org": "exam evaluation", "certified@example.org": "",
	} {
		if got := strings.Join(left(email), " "); got != want {
			t.Errorf("%s lacks %q, want %q", email, got, want)
		}
	}
	for line := range strings.Lines(demo.Accounts) {
		email, _, _ := strings.Cut(strings.TrimSpace(line), " ")
		if !strings.Contains(email, "@") {
			continue
		}
		in, err := a.Accounts.SignIn(t.Context(), email, demo.Password, account.Client{IP: "192.0.2.9"})
		if err != nil || in.Identity.Email != email {
			t.Errorf("%s: %+v, %v", email, in.Identity, err)
		}
	}
}

func TestStages(t *testing.T) {
	a := open(t)
	find := func(email string) enrollment.Enrollment {
		e, err := a.Enrollments.Find(t.Context(), person(t, a, email).ID, course, 0)
		if err != nil {
			t.Fatal(email, err)
		}
		return e
	}
	if e := find("waiting@example.org"); !e.Exam.Awaiting() {
		t.Errorf("waiting: %+v", e.Exam)
	}
	if err := a.Enrollments.ExamGate(t.Context(), find("ready@example.org")); err != nil {
		t.Error("ready:", err)
	}
	o, err := a.Exams.Overview(t.Context(), find("failed-once@example.org"))
	if err != nil || o.Left() != 2 || o.Blocked != nil {
		t.Errorf("failed once: %d left, %v, %v", o.Left(), o.Blocked, err)
	}
	if e := find("refunded@example.org"); e.State != enrollment.Refunded {
		t.Error("refunded:", e.State)
	}
	if list, err := a.Enrollments.ListByPerson(t.Context(), person(t, a, "new@example.org").ID); err != nil || len(list) > 0 {
		t.Error("new:", list, err)
	}
	q, err := a.Exams.Queue(t.Context(), person(t, a, "instructor@example.org").ID, exam.QueueFilter{Limit: 100})
	if err != nil || q.Total < 2 || !slices.ContainsFunc(q.Waiting, func(w exam.Waiting) bool { return !w.Decided }) {
		t.Errorf("queue of %d, %v", q.Total, err)
	}
	acc, err := a.Support.EffectiveFor(t.Context(), person(t, a, "hannah.osei@example.net").ID, find("hannah.osei@example.net").CourseID)
	if err != nil || acc != (support.Effective{ExtraTimePercent: 50, ExtraAttempts: 1}) {
		t.Errorf("accommodation: %+v, %v", acc, err)
	}
	if o, err := a.Exams.Overview(t.Context(), find("terrence.blackwood@example.com")); err != nil || o.Used != 3 || o.Left() != 1 {
		t.Errorf("granted: %d used, %d left, %v", o.Used, o.Left(), err)
	}
}

// TestCertificates: every file is what was issued, on a day that is past, and
// names in other scripts stand on them.
func TestCertificates(t *testing.T) {
	a := open(t)
	page, err := a.Certificates.List(t.Context(), certificate.Filter{Limit: 200})
	list := page.Certificates
	if err != nil || int64(len(list)) != page.Total || page.Total < 30 {
		t.Fatalf("%d of %d, %v", len(list), page.Total, err)
	}
	names := map[string]bool{}
	for _, c := range list {
		names[c.HolderName] = true
		file, err := a.Certificates.PDF(t.Context(), c)
		if err != nil {
			t.Error(c.Number, err)
			continue
		}
		check, err := a.Certificates.CheckFile(t.Context(), file)
		if err != nil || check.Verdict != certificate.Genuine {
			t.Errorf("%s: %s, %v", c.Number, check.Verdict, err)
		}
		issued := c.IssuedAt.Sub(c.Facts.CompletedAt)
		if c.Facts.CompletedAt.After(time.Now().AddDate(0, 0, -1)) || issued < 0 || issued > 5*24*time.Hour && c.Supersedes == "" {
			t.Errorf("%s: completed %s, issued %s", c.Number, c.Facts.CompletedAt, c.IssuedAt)
		}
		if c.State == certificate.Revoked && c.RevokedReason == "" {
			t.Error("revoked without a reason")
		}
	}
	for _, name := range []string{"Ελένη Παπαδοπούλου", "Олена Ткаченко", "陈思远", "ليلى الحداد", "Darius Kowalczyk-Reed"} {
		if !names[name] {
			t.Errorf("no certificate bears %s", name)
		}
	}
}

// TestOneCertificateWaits for an administrator, who has issued others by hand.
func TestOneCertificateWaits(t *testing.T) {
	a := open(t)
	p, err := a.Enrollments.List(t.Context(), enrollment.Filter{Uncertified: true})
	if err != nil || p.Total != 1 || p.Entries[0].PersonName != "Owen Fairbanks" {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, err := a.Certificates.Preview(t.Context(), p.Entries[0].Enrollment); err != nil {
		t.Error(err)
	}
	if missing, _, err := a.Enrollments.CountMissing(t.Context()); err != nil || missing != 0 {
		t.Errorf("%d are missing, %v", missing, err)
	}
	if events, err := a.Audit.List(t.Context(), audit.Filter{Action: "certificate.by_hand", Limit: 50}); err != nil || len(events) < 5 {
		t.Errorf("%d were issued by hand, %v", len(events), err)
	}
}

// TestNothingPrecedesItsEdition: nobody enrolls in an edition before it is
// published, and none is published before its release.
func TestNothingPrecedesItsEdition(t *testing.T) {
	a := open(t)
	zone := a.Config.Location()
	page, err := a.Certificates.List(t.Context(), certificate.Filter{Limit: 200})
	if err != nil || len(page.Certificates) < 30 {
		t.Fatalf("%d certificates, %v", len(page.Certificates), err)
	}
	for _, c := range page.Certificates {
		e, err := a.Enrollments.Get(t.Context(), c.EnrollmentID)
		if err != nil {
			t.Fatal(err)
		}
		ed, err := a.Courses.Edition(t.Context(), e.EditionID)
		if err != nil {
			t.Fatal(err)
		}
		card, day := ed.Course.Card, ed.PublishedAt.In(zone).Format(time.DateOnly)
		if e.EnrolledAt.Before(ed.PublishedAt) || card.ReleasedOn > day {
			t.Errorf("%s: enrolled %s in edition %d, published %s, released %s", c.Number, e.EnrolledAt, ed.Number, ed.PublishedAt, card.ReleasedOn)
		}
	}
}

// TestEvaluationsCanBeLookedAt: there is a summary, somebody answered the
// follow-up, and a visitor's account was asked and can answer.
func TestEvaluationsCanBeLookedAt(t *testing.T) {
	a := open(t)
	list, err := a.Enrollments.EvaluatedEditions(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	summaries, answered := 0, 0
	for _, e := range list {
		t.Logf("%+v", e)
		answered += e.Answered
		if e.Counted >= enrollment.SummaryMin {
			summaries++
		}
	}
	if summaries == 0 || answered < 3 {
		t.Errorf("%d summaries, %d answered follow-ups", summaries, answered)
	}
	f, err := a.Enrollments.FollowUpOf(t.Context(), person(t, a, "certified@example.org").ID, course)
	if err != nil || f.State() != enrollment.FollowUpOpen {
		t.Errorf("certified@example.org: %s, %v", f.State(), err)
	}
	var mails int
	if err := a.DB.Read(t.Context()).Raw("SELECT count(*) FROM outbox_mails WHERE recipient LIKE '%certified@example.org%' AND plain LIKE '%/follow-up%'").Scan(&mails).Error; err != nil || mails != 1 {
		t.Errorf("%d mails ask, %v", mails, err)
	}
}

// TestPracticeIsAlive: an edition has figures on what is remembered, and a visitor's
// account is asked questions today and was written to.
func TestPracticeIsAlive(t *testing.T) {
	a := open(t)
	editions, err := a.Courses.Editions(t.Context(), course)
	if err != nil {
		t.Fatal(err)
	}
	known := 0
	for _, ed := range editions {
		r, err := a.Refreshers.Retention(t.Context(), ed.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range r.Spans {
			if t.Logf("edition %d: %+v", ed.Number, s); s.Known() {
				known++
			}
		}
	}
	if known < 3 {
		t.Errorf("%d spans have figures", known)
	}
	st, err := a.Refreshers.Standing(t.Context(), person(t, a, "certified@example.org").ID, course)
	if err != nil || !st.Running || st.Due == 0 {
		t.Errorf("certified@example.org: %+v, %v", st.Plan, err)
	}
	var mails int
	if err := a.DB.Read(t.Context()).Raw("SELECT count(*) FROM outbox_mails WHERE recipient LIKE '%certified@example.org%' AND plain LIKE '%/refresh%'").Scan(&mails).Error; err != nil || mails == 0 {
		t.Errorf("%d mails, %v", mails, err)
	}
}

// TestOneCertificateIsShared, of somebody whose name is not in Latin letters.
func TestOneCertificateIsShared(t *testing.T) {
	a := open(t)
	shown := 0
	list, err := a.Certificates.ByPerson(t.Context(), person(t, a, "certified@example.org").ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		s, err := a.Shares.Public(t.Context(), c.Number)
		if err == nil && s.Holder == "Ελένη Παπαδοπούλου" && s.Badge && s.CompletedOn != nil && s.LearningTime != "" {
			shown++
		}
	}
	if shown != 1 || len(list) < 2 {
		t.Errorf("%d of %d are shared", shown, len(list))
	}
}

func TestRecordsAreSound(t *testing.T) {
	a := open(t)
	if err := a.DB.CheckIntegrity(t.Context()); err != nil {
		t.Error(err)
	}
	rep, err := a.Audit.Verify(t.Context())
	if err != nil || !rep.OK() || rep.Seq < 300 {
		t.Errorf("audit: %+v, %v", rep, err)
	}
	if dead, err := a.Jobs.List(t.Context(), job.Dead, ""); err != nil || len(dead) > 0 {
		t.Errorf("dead jobs: %v, %v", dead, err)
	}
	if left := counts(t, a, "jobs", "kind"); len(left) > 0 {
		t.Errorf("jobs are left: %v", left)
	}
	for table, column := range map[string]string{"audit_events": "occurred_at", "outbox_mails": "created_at", "enrollments": "enrolled_at",
		"orders": "created_at", "payments": "received_at", "evidence": "occurred_at", "people": "created_at", "exam_attempts": "started_at"} {
		var n int
		err := a.DB.Read(t.Context()).Raw("SELECT count(*) FROM "+table+" WHERE "+column+" > ? OR "+column+" < ?",
			time.Now().UTC(), time.Now().UTC().AddDate(0, 0, -402)).Scan(&n).Error
		if err != nil || n > 0 {
			t.Errorf("%s: %d rows lie outside the year, %v", table, n, err)
		}
	}
	orders, _, err := a.Payments.List(t.Context(), payment.Filter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range orders {
		if (o.State == payment.Paid) != (o.EnrollmentID != "") && o.State != payment.Refunded {
			t.Errorf("order %s is %s, enrollment %q", o.Number, o.State, o.EnrollmentID)
		}
	}
}

// TestRemindersComeOnTheirDay, not a night of the play too late.
func TestRemindersComeOnTheirDay(t *testing.T) {
	got := counts(t, open(t), "outbox_mails", "subject")
	seen := 0
	for subject, n := range got {
		if days, _, ok := strings.Cut(subject, " days left: "); ok {
			if seen += n; days != "30" && days != "7" {
				t.Errorf("%d × %s", n, subject)
			}
		}
	}
	if seen == 0 { // the outbox keeps the newest mails alone
		t.Errorf("%d reminders: %v", seen, got)
	}
}

// TestTheWorkshop: a live event whose report shows what can become of a row.
func TestTheWorkshop(t *testing.T) {
	a := open(t)
	page, err := a.Attendance.Events(t.Context(), attendance.Filter{})
	if err != nil || len(page.Events) != 1 || page.Events[0].Certificates != 6 {
		t.Fatalf("%+v, %v", page, err)
	}
	uploaded, err := a.Attendance.Lists(t.Context(), page.Events[0].ID, attendance.Filter{})
	lists := uploaded.Lists
	if err != nil || len(lists) != 1 || lists[0].State != attendance.Finished {
		t.Fatalf("%+v, %v", lists, err)
	}
	rows, err := a.Attendance.Rows(t.Context(), lists[0].ID, attendance.RowFilter{})
	if err != nil {
		t.Fatal(err)
	}
	want := []attendance.Verdict{attendance.WillInvite, attendance.WillInvite, attendance.WillInvite, attendance.WillInvite, attendance.WillIssue, attendance.WillInvite, attendance.WillInvite,
		attendance.Certified, attendance.Learning, attendance.OtherName, attendance.Closed, attendance.TooShort, attendance.Duplicate, attendance.WrongValue}
	for i, r := range rows.Rows {
		if r.Verdict != want[i] {
			t.Errorf("line %d: %s (%s), want %s", r.Line, r.Verdict, r.Note, want[i])
		}
	}
	outcomes, err := a.Attendance.Outcomes(t.Context(), lists[0].ID)
	if err != nil || outcomes[attendance.Issued] != 5 || outcomes[attendance.Waiting] != 2 || outcomes[attendance.Refused] != 7 {
		t.Errorf("%v, %v", outcomes, err)
	}
	cert, err := a.Certificates.ByPerson(t.Context(), person(t, a, "samira.haddad@example.com").ID)
	if err != nil || len(cert) != 1 || cert[0].State != certificate.Issued || cert[0].Facts.Live == nil {
		t.Errorf("what came with the evaluation: %+v, %v", cert, err)
	}
}

// TestTheTeamCanBeTried: each of its accounts may do its part for a year at least, and
// there is something to talk about.
func TestTheTeamCanBeTried(t *testing.T) {
	a := open(t)
	ctx := t.Context()
	for email, want := range map[string]team.Rights{
		"instructor@example.org": {Read: true, Comment: true, Sign: true, Write: true}, "editor@example.org": {Read: true, Comment: true},
		"reviewer@example.org": {Read: true, Comment: true, Sign: true}, "accreditor@example.org": {Read: true},
	} {
		p, err := a.Accounts.FindByEmail(ctx, email)
		if err != nil {
			t.Fatal(err)
		}
		v := team.Viewer{PersonID: p.ID, Instructor: email == "instructor@example.org", Guest: email != "instructor@example.org"}
		if got, err := a.Team.Rights(ctx, course, v); err != nil || got != want {
			t.Errorf("%s: %+v, %v", email, got, err)
		}
	}
	list, err := a.Team.Members(ctx, course)
	if err != nil || len(list) != 4 {
		t.Fatalf("%+v, %v", list, err)
	}
	for _, m := range list {
		if end := m.EndsAt(); end != nil && end.Before(time.Now().AddDate(1, 0, 0)) {
			t.Errorf("%s: until %s", m.Name, end)
		}
	}
	for _, closed := range []bool{false, true} {
		p, err := a.Team.Comments(ctx, course, team.CommentFilter{Closed: closed})
		if err != nil || len(p.Rows) != 1 || len(p.Rows[0].Answers) == 0 {
			t.Errorf("closed %v: %+v, %v", closed, p.Rows, err)
		}
	}
}
