package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/question"
)

const short = "how-learning-is-recorded"

// accredited is the short course with an approval whose certificates print a
// license.
func accredited(t *testing.T, a *app.App) *course.Edition {
	t.Helper()
	ctx := t.Context()
	_, err := a.Courses.Import(ctx, courses.Bundled()[short], "test")
	must(t, err)
	ed, err := a.Courses.Publish(ctx, short, "", "test")
	must(t, err)
	p, err := a.Accreditation.Pack(ctx, "ncbtmb")
	must(t, err)
	must(t, a.Accreditation.SavePack(ctx, "ncbtmb", strings.Replace(p.Text, "format, signature]", "format, signature, license]", 1), "By their letter.", "admin", 0))
	today := a.Accreditation.Today()
	must(t, a.Accreditation.Approve(ctx, accreditation.Approval{Accreditor: "ncbtmb", CourseID: ed.CourseID, ProviderNumber: "451-9", Centihours: 50,
		FromOn: today.AddDate(0, 0, -1).Format(time.DateOnly), UntilOn: today.AddDate(1, 0, 0).Format(time.DateOnly), Statement: "Approved."}, accreditation.Sure{}, "admin"))
	return ed
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// learns brings a new person through everything that the course itself asks for.
func learns(t *testing.T, a *app.App, ed *course.Edition, id string) enrollment.Enrollment {
	t.Helper()
	ctx, now := t.Context(), time.Now().UTC()
	exec := func(sql string, args ...any) {
		t.Helper()
		must(t, a.DB.Conn(ctx).Exec(sql, args...).Error)
	}
	exec(`INSERT INTO people (id, email, email_key, name, legal_name, time_zone, password_hash, created_at) VALUES (?, ?, ?, 'Jane', 'Jane Doe', 'UTC', 'x', ?)`,
		id, id+"@example.org", id+"@example.org", now)
	e, err := a.Enrollments.Enroll(ctx, enrollment.NewEnrollment{PersonID: id, EditionID: ed.ID, Source: "free"})
	must(t, err)
	must(t, a.Enrollments.AcknowledgeDisclosure(ctx, e))
	for _, l := range ed.RequiredLessons() {
		must(t, a.Enrollments.FinishLesson(ctx, e, l.ID))
	}
	for _, m := range ed.Course.Modules {
		for _, q := range ed.Check(m.ID) {
			_, err := a.Enrollments.SaveCheckAnswer(ctx, e, q.ID, question.Response{Choices: []string{q.Options[0].ID}})
			must(t, err)
		}
	}
	attempt := "attempt of " + id
	exec(`INSERT INTO exam_attempts (id, enrollment_id, person_id, edition_id, number, state, seed, legal_name, attested_at, started_at,
		time_limit_minutes, extra_time_percent, pass_percent) VALUES (?, ?, ?, ?, 1, 'in_progress', 's', 'Jane Doe', ?, ?, 0, 0, 80)`, attempt, e.ID, id, ed.ID, now, now)
	must(t, a.Enrollments.RecordExam(ctx, e.ID, enrollment.ExamOutcome{AttemptID: attempt, Final: true, Passed: true, SubmittedAt: time.Now()}))
	form := map[string][]string{}
	for _, item := range ed.Course.Evaluation.Items {
		if item.Required {
			form[item.ID] = []string{"4"}
		}
	}
	must(t, a.Enrollments.SubmitEvaluation(ctx, e, form))
	e, err = a.Enrollments.Get(ctx, e.ID)
	must(t, err)
	return e
}

func certified(t *testing.T, a *app.App, id string) (certificate.Facts, enrollment.Enrollment) {
	t.Helper()
	e, err := a.Enrollments.Get(t.Context(), id)
	must(t, err)
	c, err := a.Certificates.OfEnrollment(t.Context(), id)
	must(t, err)
	return c.Facts, e
}

// TestALicenseIsAskedForBeforeTheCertificate: who lists one gets the credit, who
// has none may leave it off, and nobody is certified before.
func TestALicenseIsAskedForBeforeTheCertificate(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	ed := accredited(t, a)
	with, without := learns(t, a, ed, "p1"), learns(t, a, ed, "p2")
	if with.State != enrollment.Active || without.State != enrollment.Active {
		t.Fatalf("%s, %s: the license is still to come", with.State, without.State)
	}
	if l, err := a.Enrollments.Learning(ctx, with); err != nil || !l.Asks.Credit() {
		t.Fatalf("%+v, %v: the edition earns credit", l.Asks, err)
	} else if c := l.Asks.Earns[0]; c.ApprovalID == "" || c.Accreditor != "ncbtmb" || c.By == "" || c.Centihours == 0 {
		t.Errorf("a move compares %+v", c)
	}
	yesterday := time.Now().AddDate(0, 0, -2).Format(time.DateOnly)
	_, err := a.Accounts.SaveLicense(ctx, account.License{PersonID: "p1", Profession: "nurse", Jurisdiction: "US-OR", Number: "RN 1", ExpiresOn: &yesterday})
	must(t, err)
	if e, err := a.Enrollments.Get(ctx, with.ID); err != nil || e.State != enrollment.Active {
		t.Fatalf("%s, %v: that license has expired", e.State, err)
	}
	_, err = a.Accounts.SaveLicense(ctx, account.License{PersonID: "p1", Profession: "nurse", Jurisdiction: "US-OR", Number: "RN 2"})
	must(t, err)
	facts, e := certified(t, a, with.ID)
	if len(facts.CreditLines) != 1 || len(facts.Licenses) != 1 || facts.Licenses[0].Number != "RN 2" || !e.CompletedAt.Equal(*with.EvaluatedAt) {
		t.Errorf("%+v, completed %v", facts, e.CompletedAt)
	}

	must(t, a.Enrollments.LeaveCreditOff(ctx, without))
	facts, e = certified(t, a, without.ID)
	if len(facts.CreditLines) != 0 || len(facts.Licenses) != 0 {
		t.Errorf("%+v", facts)
	}
	var titles []string
	for i, ev := range facts.Evidence {
		if titles = append(titles, ev.Title); ev.At == nil || i > 0 && ev.At.Before(*facts.Evidence[i-1].At) {
			t.Errorf("evidence out of its order: %+v", facts.Evidence)
		}
	}
	want := "Read and acknowledge the disclosure|Finish every lesson|Answer every practice question|Pass the exam with 80% or more|Send the course evaluation|Say that credit for a license is not needed"
	if got := strings.Join(titles, "|"); got != want {
		t.Errorf("%s", got)
	}
	// As an administrator would issue it, the same.
	preview, err := a.Certificates.Preview(ctx, e)
	if err != nil || len(preview.CreditLines) != 0 {
		t.Errorf("%+v, %v", preview.CreditLines, err)
	}
	first, err := a.Enrollments.Get(ctx, with.ID)
	must(t, err)
	if preview, err = a.Certificates.Preview(ctx, first); err != nil || len(preview.CreditLines) != 1 {
		t.Errorf("%+v, %v", preview.CreditLines, err)
	}
}

// TestARuleOfTimeReachesTheExam through an approval.
func TestARuleOfTimeReachesTheExam(t *testing.T) {
	a := demoApp(t, t.TempDir())
	defer a.Close()
	ctx := t.Context()
	ed := accredited(t, a)
	p, err := a.Accreditation.Pack(ctx, "ncbtmb")
	must(t, err)
	rule := "  active_time: {value: {policy: block}, mark: MARK, source: A letter, checked_on: 2026-11-23, says: So.}\n"
	must(t, a.Accreditation.SavePack(ctx, "ncbtmb", p.Text+strings.Replace(rule, "MARK", "verified", 1), "By their letter.", "admin", 1))
	e := learns(t, a, ed, "p1") // the test passes the exam past its gate
	list, err := a.Enrollments.Requirements(ctx, e)
	must(t, err)
	if list[3].Kind != enrollment.NeedTime || list[3].Done || list[4].Kind != enrollment.NeedExam {
		t.Errorf("%+v", list)
	}
	if err := a.Enrollments.ExamGate(ctx, e); err == nil || !strings.Contains(err.Error(), "active reading") {
		t.Errorf("%v", err)
	}
	// Nobody verified it: no credit is earned, and nothing is asked for.
	must(t, a.Accreditation.SavePack(ctx, "ncbtmb", p.Text+strings.Replace(rule, "MARK", "unverified", 1), "Heard of it.", "admin", 2))
	if list, err = a.Enrollments.Requirements(ctx, e); err != nil || list[len(list)-1].Kind != enrollment.NeedEvaluation || list[3].Kind != enrollment.NeedExam {
		t.Errorf("%+v, %v", list, err)
	}
}
