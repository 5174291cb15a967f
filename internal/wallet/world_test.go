package wallet_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/wallet"
)

// letters keeps mails that were queued.
type letters struct {
	mu   sync.Mutex
	sent []mail.Message
	to   []mail.Address
	err  error
}

func (l *letters) Queue(_ context.Context, to mail.Address, m mail.Message) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.err != nil {
		return l.err
	}
	l.sent, l.to = append(l.sent, m), append(l.to, to)
	return nil
}

// world is a wallet on a database with Ana (ana) and Ben (ben), whose clocks show
// New York time.
type world struct {
	*wallet.Service
	t        *testing.T
	db       *db.DB
	accounts *account.Service
	mails    *letters
	ring     *keyring.Ring
	now      time.Time
	issued   map[string][]certificate.Certificate // by person, the newest first
	codes    map[string]string
	access   []wallet.Access
	board    func(profession, jurisdiction string, day time.Time) wallet.Board
	n        int
}

func (w *world) ByPerson(_ context.Context, id string) ([]certificate.Certificate, error) {
	return w.issued[id], nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), mails: &letters{}, now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
		issued: map[string][]certificate.Certificate{}, codes: map[string]string{}}
	clock := func() time.Time { return w.now }
	var err error
	w.ring, err = keyring.New(w.db, make([]byte, 32), clock)
	w.must(err)
	log := slog.New(slog.DiscardHandler)
	w.accounts, err = account.New(t.Context(), account.Deps{DB: w.db, Keys: w.ring, Audit: audit.New(w.db, clock), Jobs: job.New(w.db, log, clock), Log: log, Now: clock,
		BaseURL: "https://ce.example.org", SiteName: "Example CE"})
	w.must(err)
	w.Service = w.replica()
	area.AddCourse(t, w.db, "c1", "ed1", "intro", w.now)
	area.AddCourse(t, w.db, "c2", "ed2", "more", w.now)
	for id, name := range map[string]string{"ana": "Ana Ruiz", "ben": "Ben Ode"} {
		area.AddPerson(t, w.db, id, name, w.now)
		w.exec("UPDATE people SET time_zone = 'America/New_York', email_confirmed_at = ? WHERE id = ?", w.now, id)
	}
	return w
}

func (w *world) replica() *wallet.Service {
	clock := func() time.Time { return w.now }
	return wallet.New(wallet.Deps{DB: w.db, Now: clock, Audit: audit.New(w.db, clock), Mail: w.mails, Keys: w.ring, People: w.accounts, Certificates: w,
		Boards: func(context.Context) (func(profession, jurisdiction string, day time.Time) wallet.Board, error) {
			return func(profession, jurisdiction string, day time.Time) wallet.Board {
				if w.board == nil {
					return wallet.Board{}
				}
				return w.board(profession, jurisdiction, day)
			}, nil
		},
		Accreditors: func(context.Context) (map[string]string, error) { return w.codes, nil },
		Access:      func(context.Context, string) ([]wallet.Access, error) { return w.access, nil },
		BaseURL:     "https://ce.example.org", SiteName: "Example CE"})
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	area.Exec(w.t, w.db, sql, args...)
}

// many runs a statement with each number up to n, in one transaction.
func (w *world) many(n int, sql string, args func(i int) []any) {
	w.t.Helper()
	w.must(w.db.InTx(w.t.Context(), func(ctx context.Context) error {
		for i := range n {
			if err := w.db.Conn(ctx).Exec(sql, args(i)...).Error; err != nil {
				return err
			}
		}
		return nil
	}))
}

func (w *world) count(sql string, args ...any) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql, args...).Scan(&n).Error)
	return n
}

// license adds one that expires on a day, "" for none.
func (w *world) license(person, jurisdiction, expires string) account.License {
	w.t.Helper()
	w.n++
	l := account.License{PersonID: person, Profession: "professional-counselor", Jurisdiction: jurisdiction, Number: fmt.Sprintf("LPC %05d", w.n)}
	if expires != "" {
		l.ExpiresOn = &expires
	}
	l, err := w.accounts.SaveLicense(w.t.Context(), l)
	w.must(err)
	return l
}

func (w *world) period(person string, p wallet.Period) string {
	w.t.Helper()
	id, _, err := w.SavePeriod(w.t.Context(), person, p)
	w.must(err)
	return id
}

func (w *world) record(r wallet.Record) string {
	w.t.Helper()
	if r.PersonID == "" {
		r.PersonID = "ana"
	}
	if r.Title == "" {
		r.Title = "Ethics in practice"
	}
	if r.Provider == "" {
		r.Provider = "Hillside Training"
	}
	if r.Format == "" {
		r.Format = wallet.Live
	}
	id, err := w.SaveRecord(w.t.Context(), r, wallet.Sure{})
	w.must(err)
	return id
}

// issue gives a person a certificate of a course, and returns it.
func (w *world) issue(person, course, day string, lines ...certificate.CreditLine) certificate.Certificate {
	w.t.Helper()
	w.n++
	c := certificate.Certificate{ID: fmt.Sprintf("cert%d", w.n), Number: fmt.Sprintf("CC-%d", w.n), PersonID: person, CourseID: course, EditionID: "ed" + course[1:],
		EnrollmentID: fmt.Sprintf("en%d", w.n), State: certificate.Issued, CourseTitle: "Course " + course, IssuedAt: &w.now,
		Facts: certificate.Facts{CompletedOn: day, Format: "Self-paced text, 20 lessons", LearningTime: 175, CreditLines: lines}}
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, ?, ?, ?, ?, 'completed', 'free', ?, ?, ?)`, c.EnrollmentID, person, course, c.EditionID, course, w.n, w.now, w.now.AddDate(1, 0, 0), w.now)
	w.issued[person] = append([]certificate.Certificate{c}, w.issued[person]...)
	return c
}

// line is credit by an accreditor, whose approval has its code as its ID.
func (w *world) line(code string, centihours int64, category string, places ...string) certificate.CreditLine {
	w.codes["approval-"+code] = code
	return certificate.CreditLine{ApprovalID: "approval-" + code, Accreditor: code + " in full", Short: code, Unit: "clock hour", Centihours: centihours, Category: category, Places: places}
}

// accepting is a board that takes approvals by some, by a rule with a mark.
func accepting(mark pack.Mark, codes ...string) wallet.Board {
	p := &pack.Pack{Short: "The board"}
	p.Rules.Accepts = &pack.Rule[[]string]{Basis: pack.Basis{Mark: mark}, Value: codes}
	return wallet.Board{Pack: p}
}

func (w *world) look(person, license, period string) wallet.View {
	w.t.Helper()
	v, err := w.License(w.t.Context(), person, license, period)
	w.must(err)
	return v
}

// is checks the kind of an error and the field that it names, "" for none.
func is(t *testing.T, err error, kind apperr.Kind, field string) {
	t.Helper()
	if !apperr.Is(err, kind) {
		t.Errorf("%v, want an error of the kind %s", err, kind)
		return
	}
	fields := apperr.FieldsOf(err)
	if field == "" && len(fields) > 0 || field != "" && (len(fields) == 0 || fields[0].Name != field) {
		t.Errorf("%v names %v, want %q", err, fields, field)
	}
}
