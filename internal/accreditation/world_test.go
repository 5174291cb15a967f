package accreditation_test

import (
	"context"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/mail"
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
		Courses: func(context.Context) ([]accreditation.Course, error) {
			return []accreditation.Course{{"c1", "Course c1", 100_00}, {"c2", "Course c2", 100_00}}, nil
		}})
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

// confirm confirms a rule as it stands.
func (w *world) confirm(code, rule, note string) error {
	p, err := w.Pack(w.t.Context(), code)
	w.must(err)
	return w.Confirm(w.t.Context(), code, rule, p.RuleHash(rule), note, "admin")
}
