package attendance_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/seal"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/translog"
)

const base = "https://ce.example.org"

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// world is the service with those that it stands on, a course c1 with an exam and an
// evaluation, and the administrator dora.
type world struct {
	*attendance.Service
	t            *testing.T
	db           *db.DB
	clock        *clock
	queue        *job.Queue
	accounts     *account.Service
	enrollments  *enrollment.Service
	certificates *certificate.Service
	audit        *audit.Log
	edition      *course.Edition
	closed       error // why nobody may be enrolled in the edition
	// fails is asked before a certificate is reserved, by the person's ID.
	fails func(personID string) error
	asks  enrollment.Asks

	mu    sync.Mutex
	mails []mail.Mail
}

func (w *world) Send(_ context.Context, m mail.Mail) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mails = append(w.mails, m)
	return nil
}

// sent counts the mails to somebody whose subject and text hold all of the words.
func (w *world) sent(to string, words ...string) (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
next:
	for _, m := range w.mails {
		if m.To.Email != to {
			continue
		}
		for _, word := range words {
			if !strings.Contains(m.Subject+"\n"+m.Text, word) {
				continue next
			}
		}
		n++
	}
	return n
}

func (w *world) Edition(_ context.Context, id string) (*course.Edition, error) {
	if id != "ed1" {
		return nil, apperr.New(apperr.NotFound, "There is no such edition.")
	}
	return w.edition, nil
}

func (w *world) EditionNow(ctx context.Context, id string) (*course.Edition, error) {
	return w.Edition(ctx, id)
}

func (w *world) EditionAsOf(ctx context.Context, id, _ string) (*course.Edition, error) {
	return w.Edition(ctx, id)
}

// began is when the course was published, held when the event took place.
var (
	began = time.Date(2026, 10, 1, 9, 0, 0, 0, time.UTC)
	held  = time.Date(2026, 11, 20, 14, 0, 0, 0, time.UTC) // nine in the morning in New York
	today = time.Date(2026, 11, 23, 15, 0, 0, 0, time.UTC)
)

func newWorld(t *testing.T) *world {
	t.Helper()
	w := open(t, dbtest.New(t), &clock{at: today})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, began, began)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, began)
	w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES ('dora', 'dora@example.org', 'dora@example.org', 'Dora Lee', 'UTC', 'x', ?)`, began)
	return w
}

// open wires the services on a database that may hold data already.
func open(t *testing.T, d *db.DB, c *clock) *world {
	t.Helper()
	w := &world{t: t, db: d, clock: c, edition: newEdition(t)}
	w.Service = w.replica(slog.New(slog.DiscardHandler))
	return w
}

// replica wires everything anew, as another server does, and leaves its queue in w.
func (w *world) replica(log *slog.Logger) *attendance.Service {
	w.t.Helper()
	now := w.clock.now
	ring, err := keyring.New(w.db, bytes.Repeat([]byte{7}, 32), now)
	w.must(err)
	w.queue, w.audit = job.New(w.db, log, now), audit.New(w.db, now)
	mailer := mail.New(w.queue, w, mail.Address{Name: "CoCare", Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: base})
	w.accounts, err = account.New(w.t.Context(), account.Deps{DB: w.db, Keys: ring, Audit: w.audit, Jobs: w.queue, Log: log, Now: now, Mail: mailer, BaseURL: base,
		SiteName: "CoCare", CheckName: certificate.Printable,
		LegalNameLocked: func(ctx context.Context, id string) (bool, error) { return w.enrollments.Attended(ctx, id) },
		OnLicense:       func(ctx context.Context, id string) error { return w.enrollments.Licensed(ctx, id) }})
	w.must(err)
	group := w.db.NewGroup()
	w.t.Cleanup(group.Close)
	w.enrollments = enrollment.New(enrollment.Deps{DB: w.db, Now: now, Audit: w.audit, Mail: mailer, Editions: w, Group: group, BaseURL: base,
		Person: func(ctx context.Context, id string) (string, string, error) {
			p, err := w.accounts.Get(ctx, id)
			return p.Name, p.Email, err
		},
		Asks: func(context.Context, enrollment.Enrollment, *course.Edition, time.Time) (enrollment.Asks, error) {
			return w.asks, nil
		},
		HasLicense: func(ctx context.Context, id string, _ time.Time) (bool, error) {
			list, err := w.accounts.Licenses(ctx, id)
			return len(list) > 0, err
		},
		Open:               func(context.Context, *course.Edition) error { return w.closed },
		CertificateRevoked: func(ctx context.Context, id string) (bool, error) { return w.certificates.RevokedOf(ctx, id) },
		CertificatesRevoked: func(ctx context.Context, ids []string) (map[string]bool, error) {
			return w.certificates.RevokedAmong(ctx, ids)
		},
		OnComplete: func(ctx context.Context, e enrollment.Enrollment) error {
			if w.fails != nil {
				if err := w.fails(e.PersonID); err != nil {
					return err
				}
			}
			return w.certificates.Completed(ctx, e)
		}})
	seals := seal.New(ring, translog.New(w.db, ring, "ce.example.org/log", now), base, "CoCare", now)
	w.certificates = certificate.New(certificate.Deps{DB: w.db, Now: now, Audit: w.audit, Queue: w.queue, Mail: mailer, Editions: w, Enrollments: w.enrollments,
		Provider: certificate.Provider{Name: "CoCare", BaseURL: base}, Log: seals, Keys: seals.Keys, Requirements: w.enrollments.Requirements,
		Holder: func(ctx context.Context, id string) (certificate.Holder, error) {
			p, err := w.accounts.Get(ctx, id)
			h := certificate.Holder{Name: p.LegalName, Email: p.Email, TimeZone: p.TimeZone}
			if h.NoLegalName = h.Name == ""; h.NoLegalName {
				h.Name = p.Name
			}
			return h, err
		},
		Licenses: func(ctx context.Context, id string, _ time.Time) (out []certificate.License, err error) {
			list, err := w.accounts.Licenses(ctx, id)
			for _, l := range list {
				out = append(out, certificate.License{Profession: l.Profession, Jurisdiction: l.Jurisdiction, Number: l.Number})
			}
			return out, err
		},
		AttestedName: func(context.Context, string) (string, error) { return "Somebody Attested", nil }})
	provider, err := time.LoadLocation("America/New_York")
	w.must(err)
	return attendance.New(attendance.Deps{DB: w.db, Now: now, Audit: w.audit, Queue: w.queue, Editions: w, Accounts: w.accounts, Enrollments: w.enrollments,
		Zone: provider, Open: func(context.Context, *course.Edition) error { return w.closed }})
}

// newEdition is a course of one lesson.
func newEdition(t *testing.T) *course.Edition {
	t.Helper()
	files := fstest.MapFS{
		"course.yaml":              &fstest.MapFile{Data: []byte("slug: intro\ntitle: Intro\n")},
		"modules/01-a/module.yaml": &fstest.MapFile{Data: []byte("id: m1\ntitle: First\n")},
		"modules/01-a/01-lesson.md": &fstest.MapFile{Data: []byte(
			"---\nid: l1\nslug: lesson-1\ntitle: Lesson 1\nobjectives: [LO1]\nminutes: 5\nwords: 2\n---\n\nA sentence.\n")},
	}
	c, problems := course.Load(files)
	if c == nil {
		t.Fatalf("the test's course: %v", problems)
	}
	c.Card = course.Card{Slug: "intro", Title: "TMS and Ketamine", Subtitle: "What is known", Format: "Self-paced text", AccessDays: 365, ReminderDays: []int{30},
		PassPercent: 80, LessonOrder: "any", TimePolicy: "record", CreditQuestions: 5, CreditDifficulty: 1, CreditRounding: credit.DownQuarter}
	c.Exam = course.Exam{Blueprint: []course.BlueprintRow{{Objective: "LO1", Bank: 2, Draw: 1}}}
	c.Evaluation = course.Evaluation{Scale: []string{"No", "Yes"}, Items: []course.EvaluationItem{{ID: "lo1", Kind: "scale", Text: "Good?", Required: true}}}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: "intro", Number: 1, Hash: strings.Repeat("e0", 32), PublishedAt: began, Course: c,
		Overlays: course.Overlays{Hash: strings.Repeat("0f", 32), Withdrawn: map[string]course.Withdrawal{}}}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(sql, args...).Error)
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error)
	return n
}

func (w *world) drain() {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
}

// refused checks the kind of an error, and the field that it names, if given.
func (w *world) refused(err error, want error, field string) {
	w.t.Helper()
	if apperr.Message(err) != apperr.Message(want) || apperr.KindOf(err) != apperr.KindOf(want) {
		w.t.Errorf("%v, want %v", err, want)
	}
	if fields := apperr.FieldsOf(err); field != "" && (len(fields) != 1 || fields[0].Name != field) {
		w.t.Errorf("fields %v, want %s", fields, field)
	}
}

// draft is a morning of three hours, of which 165 minutes were instruction.
var draft = attendance.Draft{EditionID: "ed1", Title: "TMS and Ketamine, live", TimeZone: "America/New_York", StartsOn: "2026-11-20", StartsAt: "09:00", EndsAt: "12:00",
	Minutes: "165", LeastMinutes: "150", Place: "Community Hall, Springfield", Presenters: "Dr. Vera Lindqvist"}

func (w *world) ctx() context.Context {
	return audit.WithActor(w.t.Context(), audit.Actor{PersonID: "dora"})
}

func (w *world) event(change ...func(d *attendance.Draft)) attendance.Event {
	w.t.Helper()
	d := draft
	for _, f := range change {
		f(&d)
	}
	e, err := w.Create(w.ctx(), d, "dora")
	w.must(err)
	return e
}

func (w *world) upload(e attendance.Event, lines ...string) attendance.List {
	w.t.Helper()
	l, err := w.Upload(w.ctx(), e.ID, "list.csv", []byte(strings.Join(lines, "\r\n")+"\r\n"), "dora")
	w.must(err)
	return l
}

func (w *world) rows(l attendance.List) []attendance.Row {
	w.t.Helper()
	p, err := w.Rows(w.t.Context(), l.ID, attendance.RowFilter{Limit: db.MaxPage})
	w.must(err)
	return p.Rows
}

// run starts a list as it was checked and does the work.
func (w *world) run(l attendance.List, chosen ...int) []attendance.Row {
	w.t.Helper()
	w.must(w.Start(w.ctx(), l.ID, l.CheckSHA256, chosen, true, "dora"))
	w.drain()
	return w.rows(l)
}

func (w *world) again(l attendance.List) attendance.List {
	w.t.Helper()
	l, err := w.List(w.t.Context(), l.ID)
	w.must(err)
	return l
}

// person makes an account with a confirmed address.
func (w *world) person(email, name, legal string) account.Person {
	w.t.Helper()
	p, err := w.accounts.Create(w.t.Context(), account.NewPerson{Email: email, Name: name, LegalName: legal, Password: "velvet harbor tuesday onion",
		TimeZone: "America/Los_Angeles", Roles: []account.Role{account.Therapist}})
	w.must(err)
	return p
}

func (w *world) found(email string) account.Person {
	w.t.Helper()
	p, err := w.accounts.FindByEmail(w.t.Context(), email)
	w.must(err)
	return p
}

func (w *world) certificateOf(email string) certificate.Certificate {
	w.t.Helper()
	list, err := w.certificates.ByPerson(w.t.Context(), w.found(email).ID)
	w.must(err)
	if len(list) != 1 {
		w.t.Fatalf("%s has %d certificates", email, len(list))
	}
	return list[0]
}

// audited counts events of an action by the administrator.
func (w *world) audited(action string) int {
	w.t.Helper()
	return w.count("SELECT count(*) FROM audit_events WHERE action = ?", action)
}

func numbered(n int) (lines []string) {
	lines = append(lines, "email,name,minutes")
	for i := range n {
		lines = append(lines, fmt.Sprintf("p%d@example.com,Ana Number %s,165", i, letters(i)))
	}
	return lines
}

// letters are a number as a word, since names have no digits.
func letters(i int) string {
	word := ""
	for ; i >= 0; i = i/26 - 1 {
		word = string(rune('a'+i%26)) + word
	}
	return strings.ToUpper(word[:1]) + word[1:] + "o"
}

// dsn is the database of w, for another process.
func (w *world) dsn() (path, dsn string) {
	if !dbtest.OnPostgres() {
		return w.db.Path(), ""
	}
	var name string
	w.must(w.db.Read(w.t.Context()).Raw("SELECT current_database()").Scan(&name).Error)
	address := os.Getenv(dbtest.EnvPostgres)
	address, query, _ := strings.Cut(address, "?")
	address = address[:strings.LastIndex(address, "/")+1] + name
	if query != "" {
		address += "?" + query
	}
	return "", address
}
