package sharing_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/seal"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/keys"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/sharing"
)

func TestMain(m *testing.M) { area.Main(m, "sharing") }

var began = time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)

const base = "https://ce.example.org"

// world is the pages on a database with Ana (ana), who completes courses, and Ben
// (ben).
type world struct {
	*area.Server
	t       *testing.T
	db      *db.DB
	queue   *job.Queue
	service *certificate.Service
	audit   *audit.Log
	now     time.Time
	names   map[string]string // legal ones
	title   string
	limited error
	cycle   int

	enrollments *enrollment.Service
	ring        *keyring.Ring
}

func (w *world) EditionNow(context.Context, string) (*course.Edition, error) {
	c := &course.Course{Signoffs: []course.Signoff{{ID: "medical", Kind: "medical"}}} // which nobody gave
	c.Card = course.Card{Slug: "intro", Title: w.title, Subtitle: "What a therapist needs to know", Format: "Self-paced text",
		CreditQuestions: 30, CreditDifficulty: 3, CreditRounding: credit.DownQuarter}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: "intro", Number: 2, Hash: strings.Repeat("ab12", 16), Course: c, Overlays: course.Overlays{Hash: strings.Repeat("0f", 32)}}, nil
}

func (w *world) EditionAsOf(ctx context.Context, id, _ string) (*course.Edition, error) {
	return w.EditionNow(ctx, id)
}

func (w *world) Edition(ctx context.Context, id string) (*course.Edition, error) {
	return w.EditionNow(ctx, id)
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, db: d, now: began, names: map[string]string{"ana": "Ana Ruiz", "ben": "Ben Ode"}, title: "TMS and Ketamine in Depression"}
	clock := func() time.Time { return w.now }
	w.audit = audit.New(d, clock)
	w.queue = job.New(d, slog.New(slog.DiscardHandler), clock)
	w.enrollments = enrollment.New(enrollment.Deps{DB: d, Now: clock, Audit: w.audit, Editions: w})
	ring, err := keyring.New(d, make([]byte, 32), clock)
	w.must(err)
	w.ring = ring
	seals := seal.New(ring, translog.New(d, ring, "ce.example.org/log", clock), base, "CoCare", clock)
	w.service = certificate.New(certificate.Deps{DB: d, Now: clock, Audit: w.audit, Queue: w.queue, Editions: w, Enrollments: w.enrollments,
		Mail:     mail.New(w.queue, mail.NewOutbox(d), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: base}),
		Provider: certificate.Provider{Name: `Rêve & Co. "CE"`, BaseURL: base}, Log: seals, Keys: seals.Keys,
		Holder: func(_ context.Context, id string) (certificate.Holder, error) {
			return certificate.Holder{Name: w.names[id], Email: id + "@example.org", TimeZone: "America/Los_Angeles"}, nil
		},
		Requirements: func(_ context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error) {
			return []enrollment.Requirement{{Title: "Finish every lesson", Done: true, DoneAt: e.CompletedAt}}, nil
		},
		Licenses: func(context.Context, string, time.Time) ([]certificate.License, error) {
			return []certificate.License{{Profession: "Counselor", Jurisdiction: "Colorado", Number: "LPC.0014733"}}, nil
		}})
	shares := share.New(share.Deps{DB: d, Now: clock, Audit: w.audit, Certificates: w.service})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, began, began)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, began)
	for _, id := range []string{"ana", "ben"} {
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`, id, id, id, id, began)
	}
	routes := sharing.Routes(sharing.Deps{Shares: shares, Credential: w.service.Credential, Fell: w.service.BadgeFell, BaseURL: base,
		Limit: func(context.Context, string) error { return w.limited }})
	// The status lists lie under the same path.
	routes = append(routes, keys.Routes(keys.Deps{Trust: seals.Trust, DIDDocument: seals.DIDDocument, StatusList: w.service.StatusList})...)
	w.Server = area.Serve(t, area.Options{Name: "sharing", Now: clock, Nav: []kit.NavItem{{Label: "Certificates", Href: "/certificates"}},
		Viewer: func(id string) *kit.Viewer {
			return &kit.Viewer{PersonID: id, Name: w.names[id], Roles: kit.Therapist, Zone: time.UTC}
		}}, routes...)
	return w
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

// reserve lets a person complete the course once more.
func (w *world) reserve(person string) certificate.Certificate {
	w.t.Helper()
	w.cycle++
	id := fmt.Sprintf("en%d", w.cycle)
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, 'c1', 'ed1', 'intro', ?, 'completed', 'free', ?, ?, ?)`, id, person, w.cycle, began, began.AddDate(1, 0, 0), w.now)
	e, err := w.enrollments.Get(w.t.Context(), id)
	w.must(err)
	w.must(w.service.Completed(w.t.Context(), e))
	c, err := w.service.OfEnrollment(w.t.Context(), id)
	w.must(err)
	return c
}

// attended is a certificate of Ana's by a live event, of which she missed a part.
func (w *world) attended() certificate.Certificate {
	w.t.Helper()
	w.cycle++
	id, ends := fmt.Sprintf("en%d", w.cycle), time.Date(2026, 11, 20, 16, 0, 0, 0, time.UTC)
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, 'ana', 'c1', 'ed1', 'intro', ?, 'completed', 'admin', ?, ?, ?)`, id, w.cycle, ends, ends.AddDate(1, 0, 0), ends)
	e, err := w.enrollments.Get(w.t.Context(), id)
	w.must(err)
	e.Attendance = &enrollment.Attendance{EventID: "ev1", Title: "TMS, live", StartsAt: ends.Add(-2 * time.Hour), EndsAt: ends, Zone: "America/New_York", Minutes: 60, Of: 107,
		Place: "Community Hall, Springfield", Presenters: "Dr. Vera Lindqvist", ListSHA256: strings.Repeat("ab", 32)}
	w.must(w.service.Completed(w.t.Context(), e))
	w.must(w.queue.Drain(w.t.Context()))
	c, err := w.service.OfEnrollment(w.t.Context(), id)
	w.must(err)
	return c
}

func (w *world) issued(person string) certificate.Certificate {
	w.t.Helper()
	c := w.reserve(person)
	w.must(w.queue.Drain(w.t.Context()))
	c, err := w.service.ByNumber(w.t.Context(), c.Number)
	w.must(err)
	return c
}

// shared is one of Ana's that shows what is named.
func (w *world) shared(shows ...string) certificate.Certificate {
	w.t.Helper()
	c := w.issued("ana")
	w.choose(c, shows...)
	return c
}

// choose shares a certificate of Ana's as the form does; "listed" is for search
// engines.
func (w *world) choose(c certificate.Certificate, shows ...string) {
	w.t.Helper()
	w.Post("ana", choice(c), form(shows...)...).Says(choice(c), "share.on")
}

func form(shows ...string) []string {
	out := []string{"shared", "yes"}
	for _, s := range shows {
		if s == "listed" {
			out = append(out, "listed", "yes")
		} else {
			out = append(out, "shows", s)
		}
	}
	return out
}

// rename replaces a certificate under a corrected name; the new one is not printed
// yet.
func (w *world) rename(c certificate.Certificate, name string) certificate.Certificate {
	w.t.Helper()
	w.names[c.PersonID] = name
	next, err := w.service.Replace(w.t.Context(), c.Number, name, "The name was corrected.", "")
	w.must(err)
	return next
}

func choice(c certificate.Certificate) string { return "/certificates/" + c.Number + "/share" }
func public(c certificate.Certificate) string { return "/credentials/" + c.Number }
