package share_test

import (
	"context"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/share"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
)

var began = time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)

// everything is the choice that shows all there is.
var everything = share.Choice{Shared: true, Name: true, Completed: true, Credit: true, Badge: true, Listed: true}

// world is the service on a database with Ana and Ben, and certificates by number.
type world struct {
	*share.Service
	t    *testing.T
	db   *db.DB
	now  time.Time
	list register
}

// register stands for the certificates, by number.
type register map[string]*certificate.Certificate

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, db: d, now: began, list: register{}}
	clock := func() time.Time { return w.now }
	w.Service = share.New(share.Deps{DB: d, Now: clock, Audit: audit.New(d, clock), Certificates: w.list})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, began, began)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, began)
	for _, id := range []string{"ana", "ben"} {
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`, id, id, id, id, began)
		w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
			VALUES (?, ?, 'c1', 'ed1', 'intro', 1, 'completed', 'free', ?, ?, ?)`, "en-"+id, id, began, began.AddDate(1, 0, 0), began)
	}
	w.add("A1", "ana")
	w.add("B1", "ben")
	return w
}

// add is an issued certificate of a person.
func (w *world) add(number, person string) *certificate.Certificate {
	at := began
	c := &certificate.Certificate{ID: "id-" + number, Number: number, PersonID: person, EnrollmentID: "en-" + person, State: certificate.Issued, IssuedAt: &at,
		HolderName: "Ana Ruiz", CourseTitle: "TMS", Facts: certificate.Facts{Number: number, HolderName: "Ana Ruiz", Title: "TMS", Subtitle: "What it is", Provider: "CoCare",
			CompletedOn: "2026-11-28", LearningTime: 175, Licenses: []certificate.License{{Profession: "Counselor", Jurisdiction: "Colorado", Number: "LPC.0014733"}},
			Statements: []string{"Estimated learning time 1.75 h; not accredited", "Demonstration, not clinically reviewed",
				"Dates are the holder's local dates (America/Denver). In the provider's time zone (UTC) the course was completed on November 29, 2026."}}}
	w.list[number] = c
	return c
}

// replace lets another certificate of the same person take the place of one.
func (w *world) replace(old, number, name string) *certificate.Certificate {
	was := w.list[old]
	c := w.add(number, was.PersonID)
	was.State, c.Supersedes, c.HolderName, c.Facts.HolderName, c.Facts.Replaces = certificate.Superseded, was.ID, name, name, old
	c.Facts.Statements = append(c.Facts.Statements, "Replaces certificate "+old)
	return c
}

func (r register) byNumber(n string) (certificate.Certificate, error) {
	if c := r[n]; c != nil {
		return *c, nil
	}
	return certificate.Certificate{}, certificate.ErrNotFound
}

func (r register) Own(_ context.Context, personID, typed string) (certificate.Certificate, error) {
	c, err := r.byNumber(typed)
	if err == nil && c.PersonID != personID {
		err = certificate.ErrNotFound
	}
	return c, err
}

func (r register) Successor(_ context.Context, c certificate.Certificate) (certificate.Certificate, error) {
	for _, next := range r {
		if next.Supersedes == c.ID {
			return *next, nil
		}
	}
	return certificate.Certificate{}, certificate.ErrNotFound
}

func (r register) Verify(ctx context.Context, typed string) (certificate.Certificate, certificate.History, error) {
	c, err := r.byNumber(typed)
	if err == nil && !c.Public() {
		err = certificate.ErrNotFound
	}
	var h certificate.History
	if next, missing := r.Successor(ctx, c); missing == nil {
		h.Successor = &certificate.Neighbor{Number: next.Number, State: next.State, IssuedAt: next.IssuedAt, RevokedAt: next.RevokedAt}
	}
	return c, h, err
}

func (w *world) exec(sql string, args ...any) {
	w.t.Helper()
	w.must(w.db.Conn(w.t.Context()).Exec(sql, args...).Error)
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
		w.t.Errorf("error %v, want %v", err, want)
	}
}

// save is what Ana chooses for her certificate.
func (w *world) save(c share.Choice) {
	w.t.Helper()
	ctx := audit.WithActor(w.t.Context(), audit.Actor{PersonID: "ana"})
	w.must(w.Save(ctx, "ana", "A1", c))
}

func (w *world) public(number string) share.Shown {
	w.t.Helper()
	s, err := w.Public(w.t.Context(), number)
	w.must(err)
	return s
}

// acts are the audit events of sharing, as action and details.
func (w *world) acts() (out []audit.Entry) {
	w.t.Helper()
	page, err := w.Audit.List(w.t.Context(), audit.Filter{ObjectKind: "certificate", Limit: 50})
	w.must(err)
	return page
}
