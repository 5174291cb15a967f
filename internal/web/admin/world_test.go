package admin_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/seal"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/admin"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/witness"
)

const base = "http://127.0.0.1:8080"

// world is the area on real services, with the bundled courses published: the
// short one is open, the clinical one has open reviews. People are by name in
// id: ana, bo (blocked), admin.
type world struct {
	*area.Server
	admin.Deps
	t     *testing.T
	db    *db.DB
	at    time.Time
	id    map[string]string
	stale bool // the second factor was given too long ago
	short *course.Edition
	long  *course.Edition

	witnesses []witness.Standing // of the log
}

const short, long = "how-learning-is-recorded", "tms-ketamine"

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 20, 15, 0, 0, 0, time.UTC), id: map[string]string{}}
	w.services()
	for name, roles := range map[string][]account.Role{"ana": {account.Therapist}, "bo": {account.Therapist}, "admin": {account.Administrator}} {
		p, err := w.Accounts.Create(t.Context(), account.NewPerson{Email: name + "@example.org", Name: strings.ToUpper(name[:1]) + name[1:] + " O'Ruiz",
			Password: "velvet harbor tuesday onion", TimeZone: "America/New_York", Roles: roles})
		w.must(err)
		w.id[name] = p.ID
	}
	w.must(w.Accounts.Block(t.Context(), w.id["bo"], "spam"))
	w.short, w.long = w.publish(short), w.publish(long)
	w.web()
	return w
}

func (w *world) now() time.Time { return w.at }

func (w *world) services() {
	w.t.Helper()
	log, ctx := slog.New(slog.DiscardHandler), w.t.Context()
	w.Now, w.Fresh, w.Zone = w.now, area.Fresh(&w.stale, "/factor"), time.FixedZone("MST", -7*3600)
	w.Audit, w.Jobs = audit.New(w.db, w.now), job.New(w.db, log, w.now)
	w.Mail = mail.NewLog(w.db, w.now)
	w.Witnesses = func(context.Context) ([]witness.Standing, error) { return w.witnesses, nil }
	mailer := mail.New(w.Jobs, mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "Clinic", BaseURL: base}, mail.Logged(w.Mail))
	ring, err := keyring.New(w.db, bytes.Repeat([]byte{7}, 32), w.now)
	w.must(err)
	w.Accounts, err = account.New(ctx, account.Deps{DB: w.db, Keys: ring, Audit: w.Audit, Mail: mailer, Jobs: w.Jobs, Log: log, Now: w.now, BaseURL: base, SiteName: "Clinic"})
	w.must(err)
	w.Accreditation = accreditation.New(accreditation.Deps{DB: w.db, Now: w.now, Audit: w.Audit, Zone: w.Zone})
	w.Courses = course.New(course.Deps{DB: w.db, Now: w.now, Audit: w.Audit})
	group := w.db.NewGroup()
	w.t.Cleanup(group.Close)
	w.Enrollments = enrollment.New(enrollment.Deps{DB: w.db, Now: w.now, Audit: w.Audit, Mail: mailer, Editions: w.Courses, Group: group, BaseURL: base,
		Person: func(ctx context.Context, id string) (string, string, error) {
			p, err := w.Accounts.Get(ctx, id)
			return p.Name, p.Email, err
		}})
	w.Support = support.New(support.Deps{DB: w.db, Now: w.now, Keys: ring, Audit: w.Audit, Mail: mailer, BaseURL: base})
	w.Exams = exam.New(exam.Deps{DB: w.db, Group: group, Now: w.now, Audit: w.Audit, Editions: w.Courses, Enrollments: w.Enrollments,
		Accommodation: func(ctx context.Context, personID, courseID string) (exam.Accommodation, error) {
			e, err := w.Support.EffectiveFor(ctx, personID, courseID)
			return exam.Accommodation{ExtraTimePercent: e.ExtraTimePercent, ExtraAttempts: e.ExtraAttempts}, err
		}, BaseURL: base})
	seals := seal.New(ring, translog.New(w.db, ring, "ce.example.org/log", w.now), base, "Clinic", w.now)
	w.Certificates = certificate.New(certificate.Deps{DB: w.db, Now: w.now, Audit: w.Audit, Queue: w.Jobs, Mail: mailer, Editions: w.Courses,
		Provider: certificate.Provider{Name: "Clinic", BaseURL: base}, Log: seals, Keys: seals.Keys,
		Holder: func(context.Context, string) (certificate.Holder, error) {
			return certificate.Holder{Name: "Ana Ruiz", Email: "ana@example.org", TimeZone: "UTC"}, nil
		},
		Requirements: func(context.Context, enrollment.Enrollment) ([]enrollment.Requirement, error) { return nil, nil }})
	w.Payments = payment.New(payment.Deps{DB: w.db, Now: w.now, Log: log, Audit: w.Audit, Mail: mailer, Jobs: w.Jobs, Courses: w.Courses,
		Enrollments: w.Enrollments, People: w.Accounts, BaseURL: base, Seller: payment.Seller{Name: "Clinic"}, Currency: "USD", Money: kit.Money})
	w.DismissJob = func(ctx context.Context, id, reason string) error {
		return w.db.InTx(ctx, func(ctx context.Context) error {
			e, err := w.Jobs.Dismiss(ctx, id)
			if err != nil {
				return err
			}
			return w.Audit.Record(ctx, audit.Event{Action: "job.dismiss", ObjectKind: "job", ObjectID: id, Details: map[string]any{"kind": e.Kind, "reason": reason}})
		})
	}
	w.RetryJob = func(ctx context.Context, id string) error {
		return w.db.InTx(ctx, func(ctx context.Context) error {
			if err := w.Jobs.Retry(ctx, id); err != nil {
				return err
			}
			return w.Audit.Record(ctx, audit.Event{Action: "job.retry", ObjectKind: "job", ObjectID: id})
		})
	}
}

func (w *world) publish(slug string) *course.Edition {
	w.t.Helper()
	_, err := w.Courses.Import(w.t.Context(), courses.Bundled()[slug], "test")
	w.must(err)
	ed, err := w.Courses.Publish(w.t.Context(), slug, "first", "test")
	w.must(err)
	return ed
}

// web serves the area.
func (w *world) web() {
	w.t.Helper()
	w.Server = area.Serve(w.t, area.Options{Name: "admin", Now: w.now, Site: kit.Site{BaseURL: base},
		Nav: []kit.NavItem{{Label: "Courses", Href: "/courses"}, {Label: "Administration", Href: "/admin"}},
		Viewer: func(name string) *kit.Viewer {
			v := &kit.Viewer{PersonID: w.id[name], Name: name, Roles: kit.Therapist, Zone: time.FixedZone("EST", -5*3600)}
			if name == "admin" {
				v.Roles = kit.Administrator
			}
			return v
		}}, admin.Routes(w.Deps)...)
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

func (w *world) get(path string) area.Answer {
	w.t.Helper()
	return w.Get("admin", path)
}

func (w *world) post(path string, pairs ...string) area.Answer {
	w.t.Helper()
	return w.Post("admin", path, pairs...)
}

// recorded returns how often an act about an object is in the log, and the
// details of the last one.
func (w *world) recorded(action, objectID string) (int, map[string]any) {
	w.t.Helper()
	list, err := w.Audit.List(w.t.Context(), audit.Filter{Action: action, ObjectID: objectID})
	w.must(err)
	if len(list) == 0 {
		return 0, nil
	}
	return len(list), list[0].Details
}
