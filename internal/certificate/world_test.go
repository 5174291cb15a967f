package certificate_test

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/credential"
	"github.com/atmacena/cocare/internal/certificate/number"
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

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// postbox is a transport that keeps what it is given.
type postbox struct {
	mu    sync.Mutex
	mails []mail.Mail
}

func (p *postbox) Send(_ context.Context, m mail.Mail) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.mails = append(p.mails, m)
	return nil
}

// about counts the mails whose text holds all of the words.
func (p *postbox) about(words ...string) (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
next:
	for _, m := range p.mails {
		for _, w := range words {
			if !strings.Contains(m.Subject+m.Text, w) {
				continue next
			}
		}
		n++
	}
	return n
}

// each counts the mails with the words by the number that is in their text.
func (p *postbox) each(words string) map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	out := map[string]int{}
	for _, m := range p.mails {
		if !strings.Contains(m.Subject+m.Text, words) {
			continue
		}
		found := map[string]bool{}
		for n := range number.Find([]byte(m.Subject + m.Text)) {
			found[n] = true
		}
		for n := range found {
			out[n]++
		}
	}
	return out
}

// world is a service on a database with the person p1 (Ana) and p2, the course
// c1 and completed enrollments of both.
type world struct {
	*certificate.Service
	t        testing.TB
	db       *db.DB
	clock    *clock
	queue    *job.Queue
	audit    *audit.Log
	post     *postbox
	edition  *course.Edition
	provider certificate.Provider

	mu       sync.Mutex
	holders  map[string]certificate.Holder
	open     bool // a requirement is not met
	licenses []certificate.License
	credit   []certificate.CreditLine
	// asked is called whenever somebody asks for a holder.
	asked func()
	// log hears of each entry; its error refuses it.
	log   func(kind, id string, pdf [sha256.Size]byte) error
	ring  *keyring.Ring
	tree  *translog.Log
	seals *seal.Seals
	day   time.Time // for which they were asked
	// attested is the name of every attempt.
	attested string
}

// Append implements certificate.Log.
func (w *world) Append(ctx context.Context, kind, id string, sum [sha256.Size]byte) (int64, error) {
	if w.log != nil {
		if err := w.log(kind, id, sum); err != nil {
			return 0, err
		}
	}
	return w.seals.Append(ctx, kind, id, sum)
}

// Prove implements certificate.Log.
func (w *world) Prove(ctx context.Context, position int64) (credential.LogProof, error) {
	return w.seals.Prove(ctx, position)
}

// Entries implements certificate.Log.
func (w *world) Entries(ctx context.Context, id string) ([]certificate.LogEntry, error) {
	return w.seals.Entries(ctx, id)
}

// Subjects implements certificate.Log.
func (w *world) Subjects(ctx context.Context, after string, n int) ([]string, error) {
	return w.seals.Subjects(ctx, after, n)
}

// BeginsWith implements certificate.Log.
func (w *world) BeginsWith(ctx context.Context, checkpoint []byte) (bool, error) {
	return w.seals.BeginsWith(ctx, checkpoint)
}

// Fell implements certificate.Log.
func (w *world) Fell(ctx context.Context, badge []byte) (bool, error) {
	return w.seals.Fell(ctx, badge)
}

// checkStored is CheckStored with the numbers alone of what is damaged.
func (w *world) checkStored() (files int, damaged []string, err error) {
	w.t.Helper()
	files, flaws, err := w.CheckStored(w.t.Context(), w.known())
	for _, f := range flaws {
		damaged = append(damaged, f.Number)
	}
	return files, damaged, err
}

func (w *world) known() certificate.Known {
	w.t.Helper()
	known, err := w.seals.Known(w.t.Context())
	w.must(err)
	return known
}

func (w *world) EditionNow(context.Context, string) (*course.Edition, error) { return w.edition, nil }

// EditionAsOf is the edition as it is before anything was withdrawn.
func (w *world) EditionAsOf(_ context.Context, _, overlays string) (*course.Edition, error) {
	then := *w.edition
	then.Overlays = course.Overlays{Hash: overlays}
	return &then, nil
}

func (w *world) holder(_ context.Context, id string) (certificate.Holder, error) {
	if w.asked != nil {
		w.asked()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	h, ok := w.holders[id]
	if !ok {
		return h, apperr.New(apperr.NotFound, "There is no such person.")
	}
	return h, nil
}

func (w *world) setHolder(id, name, zone string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holders[id] = certificate.Holder{Name: name, Email: id + "@example.org", TimeZone: zone}
}

// replace is Replace by an administrator who sees the name of the account.
func (w *world) replace(ctx context.Context, typed, reason, by string) (certificate.Certificate, error) {
	c, err := w.ByNumber(ctx, typed)
	w.must(err)
	h, err := w.holder(ctx, c.PersonID)
	w.must(err)
	return w.Replace(ctx, typed, h.Name, reason, by)
}

func (w *world) attestedName(_ context.Context, attemptID string) (string, error) {
	if attemptID != "a1" {
		return "", apperr.New(apperr.NotFound, "There is no such attempt.")
	}
	return w.attested, nil
}

func (w *world) requirements(_ context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error) {
	return []enrollment.Requirement{
		{Kind: enrollment.NeedLessons, Title: "Finish every lesson", Done: true, DoneAt: e.CompletedAt},
		{Kind: enrollment.NeedEvaluation, Title: "Send the course evaluation", Done: !w.open, DoneAt: e.CompletedAt},
	}, nil
}

var began = time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)

func newWorld(t testing.TB) *world { t.Helper(); return worldOn(t, dbtest.New(t)) }

// worldOn is newWorld on an empty database.
func worldOn(t testing.TB, d *db.DB) *world {
	t.Helper()
	w := open(t, d, certificate.Provider{Name: "CoCare", Address: "1 Main Street", SignatoryName: "Dr. Vera Lindqvist",
		SignatoryTitle: "Program Director", BaseURL: "https://ce.example.org"})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, began, began)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, ?, '', ?, '')`, w.edition.Hash, began)
	w.person("p1", "Ana Ruiz", "America/New_York")
	w.person("p2", "Ben Óg", "Europe/Dublin")
	return w
}

// open wires a service on a database that may hold data already.
func open(t testing.TB, d *db.DB, p certificate.Provider) *world {
	t.Helper()
	c := &clock{at: began}
	w := &world{t: t, db: d, clock: c, queue: job.New(d, slog.New(slog.DiscardHandler), c.now), audit: audit.New(d, c.now),
		post: &postbox{}, edition: newEdition(), provider: p, holders: map[string]certificate.Holder{}}
	ring, err := keyring.New(d, make([]byte, 32), c.now)
	w.must(err)
	w.ring, w.tree = ring, translog.New(d, ring, "ce.example.org/log", c.now)
	w.seals = seal.New(ring, w.tree, p.BaseURL, "CoCare", c.now)
	mailer := mail.New(w.queue, w.post, mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: p.BaseURL})
	w.Service = w.service(w.queue, mailer)
	return w
}

// service makes another service on the same database, as another replica has.
func (w *world) service(q *job.Queue, m certificate.Mailer) *certificate.Service {
	return certificate.New(certificate.Deps{DB: w.db, Now: w.clock.now, Audit: w.audit, Queue: q, Mail: m, Editions: w,
		Enrollments: enrollment.New(enrollment.Deps{DB: w.db, Now: w.clock.now, Audit: w.audit}),
		Provider:    w.provider, Holder: w.holder, Requirements: w.requirements, AttestedName: w.attestedName,
		Licenses: func(_ context.Context, _ string, day time.Time) ([]certificate.License, error) {
			w.day = day
			return w.licenses, nil
		},
		Log: w, Keys: w.seals.Keys,
		Credit: func(_ context.Context, e enrollment.Enrollment, _ *course.Edition) ([]certificate.CreditLine, error) {
			w.day = *e.CompletedAt
			return w.credit, nil
		}})
}

func newEdition() *course.Edition {
	c := &course.Course{}
	c.Card = course.Card{Slug: "intro", Title: "TMS and Ketamine in Depression", Subtitle: "What a therapist needs to know", Format: "Self-paced text",
		CreditQuestions: 30, CreditDifficulty: 3, CreditRounding: credit.DownQuarter}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: "intro", Number: 1, Hash: strings.Repeat("ab12", 16), Course: c, Overlays: course.Overlays{Hash: "0f"}}
}

func (w *world) person(id, name, zone string) {
	w.t.Helper()
	w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, ?, 'x', ?)`,
		id, id+"@example.org", id+"@example.org", name, zone, began)
	w.setHolder(id, name, zone)
}

// completed stores a completed enrollment. at is the learner's last own act.
func (w *world) completed(person string, cycle int, at time.Time) enrollment.Enrollment {
	w.t.Helper()
	id := fmt.Sprintf("en-%s-%d", person, cycle)
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, 'c1', 'ed1', 'intro', ?, 'completed', 'free', ?, ?, ?)`, id, person, cycle, began, began.AddDate(1, 0, 0), at)
	w.exec("INSERT INTO evidence (id, enrollment_id, kind, ref, details, occurred_at) VALUES (?, ?, 'lesson.finished', 'l1', '{}', ?)", "ev-"+id, id, db.Truncate(at))
	return enrollment.Enrollment{ID: id, PersonID: person, CourseID: "c1", EditionID: "ed1", Slug: "intro", Cycle: cycle, State: enrollment.Completed, CompletedAt: &at}
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

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) kind(err error, want apperr.Kind) {
	w.t.Helper()
	if err == nil || apperr.KindOf(err) != want {
		w.t.Fatalf("error %v, want %v", err, want)
	}
}

// drain runs every job that is due.
func (w *world) drain() {
	w.t.Helper()
	w.must(w.queue.Drain(w.t.Context()))
}

// reserve completes the enrollment of a person and returns their certificate.
func (w *world) reserve(person string) certificate.Certificate {
	w.t.Helper()
	e := w.completed(person, 1, w.clock.now())
	w.must(w.Completed(w.t.Context(), e))
	c, err := w.OfEnrollment(w.t.Context(), e.ID)
	w.must(err)
	return c
}

// issued is reserve with the job done.
func (w *world) issued(person string) certificate.Certificate {
	w.t.Helper()
	c := w.reserve(person)
	w.drain()
	return w.again(c)
}

func (w *world) again(c certificate.Certificate) certificate.Certificate {
	w.t.Helper()
	c, err := w.ByNumber(w.t.Context(), c.Number)
	w.must(err)
	return c
}

func (w *world) pdf(c certificate.Certificate) []byte {
	w.t.Helper()
	file, err := w.PDF(w.t.Context(), c)
	w.must(err)
	return file
}

// dsn is the database of w, for another process.
func (w *world) dsn() (path, dsn string) {
	if !dbtest.OnPostgres() {
		return w.db.Path(), ""
	}
	var name string
	w.must(w.db.Read(w.t.Context()).Raw("SELECT current_database()").Scan(&name).Error)
	base := os.Getenv(dbtest.EnvPostgres)
	base, query, _ := strings.Cut(base, "?")
	base = base[:strings.LastIndex(base, "/")+1] + name
	if query != "" {
		base += "?" + query
	}
	return "", base
}
