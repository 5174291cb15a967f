package doctor_test

import (
	"encoding/base64"
	"log/slog"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/doctor"
)

// tool opens a program on a fresh database as cocare doctor does.
func tool(t *testing.T) *app.App { return toolAt(t, time.Now) }

func toolAt(t *testing.T, now func() time.Time, set ...func(*config.Config)) *app.App {
	t.Helper()
	where := dbtest.Config(t)
	dir := t.TempDir()
	key := filepath.Join(dir, "master.key")
	if err := os.WriteFile(key, []byte(base64.StdEncoding.EncodeToString(make([]byte, 32))), 0o600); err != nil {
		t.Fatal(err)
	}
	if where.Path != "" { // an App names its own file; give it the migrated one
		if err := os.Rename(where.Path, filepath.Join(dir, "cocare.db")); err != nil {
			t.Fatal(err)
		}
	}
	c, err := config.Load(config.Tool, nil, func(c *config.Config) {
		c.DatabaseURL, c.DataDir, c.MasterKeyFile, c.ProviderName = config.Secret(where.DSN), dir, key, "Example CE"
		for _, f := range set {
			f(c)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.NewTool(t.Context(), app.Options{Config: c, Log: slog.New(slog.DiscardHandler), Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

func finding(t *testing.T, a *app.App, name string) doctor.Finding {
	t.Helper()
	for _, f := range doctor.Examine(t.Context(), a) {
		if f.Name == name {
			return f
		}
	}
	t.Fatalf("nothing is called %s", name)
	return doctor.Finding{}
}

func TestAFreshInstallationIsInOrder(t *testing.T) {
	for _, f := range doctor.Examine(t.Context(), tool(t)) {
		if f.State != doctor.OK {
			t.Errorf("%+v", f)
		}
	}
}

func TestDoctorNamesADocumentKeyThatExpires(t *testing.T) {
	for days, want := range map[int]doctor.State{91: doctor.OK, 89: doctor.Warn, -1: doctor.Bad} {
		now := time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC)
		a := toolAt(t, func() time.Time { return now })
		keys, err := a.Seals.Keys(t.Context()) // makes it
		if err != nil {
			t.Fatal(err)
		}
		end := keys.Document.Chain[0].NotAfter
		now = end.AddDate(0, 0, -days)
		f := finding(t, a, "keys")
		said := strings.Contains(f.Detail, end.Format(time.DateOnly)) && strings.Contains(f.Detail, "cocare key rotate --purpose document")
		if f.State != want || (want != doctor.OK) != said {
			t.Errorf("%d days before its end: %+v", days, f)
		}
	}
}

// TestDoctorNamesPeriodicWorkThatIsLate: late, failing, or waiting for an
// instant that a wrong clock has named.
func TestDoctorNamesPeriodicWorkThatIsLate(t *testing.T) {
	a := tool(t)
	now := db.Now()
	for name, sql := range map[string]string{
		"late":   "INSERT INTO periodic_work (name, next_at) VALUES ('exam.deadlines', ?)",
		"ahead":  "INSERT INTO periodic_work (name, next_at) VALUES ('audit.seal', ?)",
		"failed": "INSERT INTO periodic_work (name, next_at, last_error) VALUES ('account.sweep', ?, 'boom')",
	} {
		at := map[string]int{"late": -1, "ahead": 365, "failed": 0}[name]
		if err := a.DB.Conn(t.Context()).Exec(sql, now.AddDate(0, 0, at)).Error; err != nil {
			t.Fatal(err)
		}
	}
	f := finding(t, a, "jobs")
	for _, words := range []string{"overdue: ", "exam.deadlines", "audit.seal", "fails: account.sweep"} {
		if !strings.Contains(f.Detail, words) {
			t.Errorf("nothing of %q in %q", words, f.Detail)
		}
	}
	if f.State != doctor.Warn || strings.Contains(f.Detail, "payment.reconcile") {
		t.Errorf("%+v", f)
	}
}

// completed publishes a course of its own, in which so many people have done
// everything and have no certificate.
func completed(t *testing.T, a *app.App, issue string, n int) {
	t.Helper()
	ctx, now, slug := t.Context(), db.Now(), "course-"+issue
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	must(os.CopyFS(dir, courses.Bundled()["how-learning-is-recorded"]))
	card, err := os.ReadFile(filepath.Join(dir, "course.yaml"))
	must(err)
	text := strings.Replace(string(card), "slug: how-learning-is-recorded", "slug: "+slug, 1) + "certificate: {issue: " + issue + "}\n"
	must(os.WriteFile(filepath.Join(dir, "course.yaml"), []byte(text), 0o600))
	_, err = a.Courses.Import(ctx, os.DirFS(dir), "test")
	must(err)
	ed, err := a.Courses.Publish(ctx, slug, "", "test")
	must(err)
	p, err := a.Accounts.Create(ctx, account.NewPerson{Email: slug + "@example.org", Name: "Ana Ruiz", Password: "a long password 7", TimeZone: "UTC", Roles: []account.Role{account.Therapist}})
	must(err)
	for cycle := range n {
		must(a.DB.Conn(ctx).Exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
			VALUES (?, ?, ?, ?, ?, ?, 'completed', 'free', ?, ?, ?)`, db.NewID(), p.ID, ed.CourseID, ed.ID, slug, cycle+1, now, now.AddDate(1, 0, 0), now).Error)
	}
}

// TestDoctorMissesCertificates that should have come by themselves, not those
// that an administrator issues.
func TestDoctorMissesCertificates(t *testing.T) {
	a := tool(t)
	completed(t, a, course.IssueByAdministrator, 1)
	if f := finding(t, a, "certificates"); f.State != doctor.OK || !strings.Contains(f.Detail, "1 wait for an administrator") {
		t.Errorf("what waits for an administrator is no fault: %+v", f)
	}
	a = tool(t)
	completed(t, a, course.IssueByAdministrator, 1)
	completed(t, a, course.IssueAutomatically, 2)
	if f := finding(t, a, "certificates"); f.State != doctor.Warn || !strings.Contains(f.Detail, "1 wait for an administrator") || !strings.Contains(f.Detail, "2 are missing") {
		t.Errorf("%+v", f)
	}
}

// TestDoctorNamesCoursesThatPassedTheirDate: regulation changes, and somebody
// must look again.
func TestDoctorNamesCoursesThatPassedTheirDate(t *testing.T) {
	a := tool(t)
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(os.CopyFS(dir, courses.Bundled()["how-learning-is-recorded"]))
	file := filepath.Join(dir, "course.yaml")
	card, err := os.ReadFile(file)
	must(err)
	text := string(card)
	for _, key := range []string{"released_on", "checked_on", "expires_on"} {
		year := map[bool]string{true: "2025-01-01", false: "2024-01-01"}[key == "expires_on"]
		text = regexp.MustCompile(`(?m)^`+key+`: .*$`).ReplaceAllString(text, key+": "+year)
	}
	must(os.WriteFile(file, []byte(text), 0o600))
	_, err = a.Courses.Import(t.Context(), os.DirFS(dir), "test")
	must(err)
	_, err = a.Courses.Publish(t.Context(), "how-learning-is-recorded", "", "test")
	must(err)
	if f := finding(t, a, "courses"); f.State != doctor.Warn || !strings.Contains(f.Detail, "to be checked again: how-learning-is-recorded by 2025-01-01") {
		t.Errorf("%+v", f)
	}
}

// TestDoctorNoticesThatNothingCanBeWritten, although all can be read.
func TestDoctorNoticesThatNothingCanBeWritten(t *testing.T) {
	a := tool(t)
	if a.DB.Engine() != db.SQLite {
		t.Skip("it is done to SQLite's file")
	}
	if err := a.DB.Conn(t.Context()).Exec("PRAGMA query_only = 1").Error; err != nil {
		t.Fatal(err)
	}
	if f := finding(t, a, "database writes"); f.State != doctor.Bad || !strings.Contains(f.Detail, "disk is full") {
		t.Errorf("%+v", f)
	}
}

// The operator's own key has another remedy.
func TestDoctorNamesTheFileOfAKeyThatExpires(t *testing.T) {
	now := time.Date(2027, time.March, 1, 0, 0, 0, 0, time.UTC)
	a := toolAt(t, func() time.Time { return now })
	if _, err := a.Seals.Keys(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := a.DB.Conn(t.Context()).Exec("UPDATE signing_keys SET brought = ?", true).Error; err != nil {
		t.Fatal(err)
	}
	now = now.AddDate(20, 0, 0)
	if f := finding(t, a, "keys"); f.State != doctor.Bad || !strings.Contains(f.Detail, "renew the file of COCARE_DOCUMENT_KEY_FILE") {
		t.Errorf("%+v", f)
	}
}

// TestDoctorTellsWhoSigned: a review that somebody else recorded from paper is no
// signature of the reviewer, and what asks for none is not signed off.
func TestDoctorTellsWhoSigned(t *testing.T) {
	const asks, asksNone = "tms-ketamine", "how-learning-is-recorded"
	for name, tt := range map[string]struct {
		slug  string
		hands []course.Hand
		state doctor.State
		says  string
	}{
		"nothing recorded": {asks, nil, doctor.Warn, "1 published, 1 without every sign-off that they ask for"},
		"from paper":       {asks, []course.Hand{course.OtherHand}, doctor.OK, "1 published, every review is recorded; reviews that somebody else recorded, from paper, and the reviewer did not sign: tms-ketamine (12 of 12)"},
		"signed":           {asks, []course.Hand{course.OwnHand}, doctor.OK, "1 published, all signed off"},
		"signed after":     {asks, []course.Hand{course.OtherHand, course.OwnHand}, doctor.OK, "1 published, all signed off"},
		"none asked for":   {asksNone, nil, doctor.OK, "1 published"},
	} {
		a := toolAt(t, func() time.Time { return time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC) })
		if _, err := a.Courses.Import(t.Context(), courses.Bundled()[tt.slug], "test"); err != nil {
			t.Fatal(err)
		}
		ed, err := a.Courses.Publish(t.Context(), tt.slug, "", "test")
		if err != nil {
			t.Fatal(err)
		}
		for _, hand := range tt.hands {
			for _, s := range ed.Course.Signoffs {
				if err := a.Courses.RecordSignoff(t.Context(), ed.ID, course.SignedOff{SignoffID: s.ID, Name: "Ada Rivera", License: "MD 1", On: "2026-12-01",
					HashSeen: ed.Hash, Lessons: ed.Scope(s), Hand: hand}, "test"); err != nil {
					t.Fatal(err)
				}
			}
		}
		if f := finding(t, a, "courses"); f.State != tt.state || f.Detail != tt.says {
			t.Errorf("%s: %+v, want %q", name, f, tt.says)
		}
	}
}
