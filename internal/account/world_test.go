package account_test

import (
	"bytes"
	"context"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
)

const (
	base = "https://ce.example.org"
	good = "velvet harbor tuesday onion"
)

var home = account.Client{IP: "203.0.113.7", UserAgent: "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"}

// world is a service on a fresh database with a clock that stands still.
type world struct {
	t     *testing.T
	db    *db.DB
	svc   *account.Service
	queue *job.Queue
	ring  *keyring.Ring

	mu    sync.Mutex
	at    time.Time
	mails []mail.Mail
}

func newWorld(t *testing.T, change ...func(*account.Deps)) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	w.svc = w.replica(change...)
	return w
}

// replica is another server on the same database.
func (w *world) replica(change ...func(*account.Deps)) *account.Service {
	w.t.Helper()
	quiet := slog.New(slog.DiscardHandler)
	ring, err := keyring.New(w.db, bytes.Repeat([]byte{7}, 32), w.now)
	if err != nil {
		w.t.Fatal(err)
	}
	w.ring, w.queue = ring, job.New(w.db, quiet, w.now)
	d := account.Deps{
		DB: w.db, Keys: ring, Audit: audit.New(w.db, w.now), Jobs: w.queue, Log: quiet, Now: w.now,
		Mail:    mail.New(w.queue, w, mail.Address{Name: "CoCare", Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: base}),
		BaseURL: base, SiteName: "CoCare",
	}
	for _, f := range change {
		f(&d)
	}
	svc, err := account.New(w.t.Context(), d)
	if err != nil {
		w.t.Fatal(err)
	}
	return svc
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) wait(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(d)
}

// Send makes the world the mail transport.
func (w *world) Send(_ context.Context, m mail.Mail) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.mails = append(w.mails, m)
	return nil
}

// post runs the jobs and returns the mails that they sent.
func (w *world) post() []mail.Mail {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
	w.mu.Lock()
	defer w.mu.Unlock()
	sent := w.mails
	w.mails = nil
	return sent
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// kind fails the test unless err is of the kind and names the field, if given.
func (w *world) kind(err error, want apperr.Kind, field string) {
	w.t.Helper()
	if !apperr.Is(err, want) {
		w.t.Fatalf("error %v, want kind %v", err, want)
	}
	if fields := apperr.FieldsOf(err); field != "" && (len(fields) == 0 || fields[0].Name != field) {
		w.t.Fatalf("fields %v, want %q first", fields, field)
	}
}

var linkPattern = regexp.MustCompile(base + `/(?:email/confirm|password/reset)/([A-Za-z0-9_-]+)`)

// tokenIn returns the token of the only mail's link.
func (w *world) tokenIn(mails []mail.Mail, subject string) string {
	w.t.Helper()
	if len(mails) != 1 || !strings.Contains(mails[0].Subject, subject) {
		w.t.Fatalf("mails %v, want one about %q", subjects(mails), subject)
	}
	m := linkPattern.FindStringSubmatch(mails[0].Text)
	if m == nil {
		w.t.Fatalf("no link in %q", mails[0].Text)
	}
	return m[1]
}

func subjects(mails []mail.Mail) (list []string) {
	for _, m := range mails {
		list = append(list, m.To.Email+": "+m.Subject)
	}
	return list
}

func (w *world) create(email string, roles ...account.Role) account.Person {
	w.t.Helper()
	if len(roles) == 0 {
		roles = []account.Role{account.Therapist}
	}
	p, err := w.svc.Create(w.t.Context(), account.NewPerson{Email: email, Name: "Amina Diallo", Password: good, TimeZone: "America/Chicago", Roles: roles})
	w.must(err)
	return p
}

func (w *world) confirm(token string) error {
	_, err := w.svc.ConfirmEmail(w.t.Context(), token, "", home)
	return err
}

func (w *world) reset(token, password string) error {
	_, err := w.svc.Reset(w.t.Context(), token, password, home)
	return err
}

func (w *world) setRole(personID string, r account.Role, on bool, until *time.Time) error {
	_, err := w.svc.SetRole(w.t.Context(), personID, account.RoleChange{Role: r, On: on, Until: until, Reason: "She runs the office."})
	return err
}

func (w *world) signIn(email string) account.SignIn {
	w.t.Helper()
	in, err := w.svc.SignIn(w.t.Context(), email, good, home)
	w.must(err)
	return in
}

// audited returns the actions recorded about a person, oldest first.
func (w *world) audited(personID string) (actions []string) {
	w.t.Helper()
	list, err := audit.New(w.db, w.now).List(w.t.Context(), audit.Filter{ObjectKind: "person", ObjectID: personID})
	w.must(err)
	for _, e := range list {
		actions = append([]string{e.Action}, actions...)
	}
	return actions
}
