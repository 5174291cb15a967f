package certificates_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"html"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/archive"
	"github.com/atmacena/cocare/internal/certificate/seal"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/translog"
	"github.com/atmacena/cocare/internal/web/certificates"
	"github.com/atmacena/cocare/internal/web/kit"
)

var began = time.Date(2026, 11, 23, 7, 30, 0, 0, time.UTC)

// world is the pages on a database with Ana (ana), who completes courses, Ben
// (ben) and the administrator Dora (dora).
type world struct {
	t       *testing.T
	echo    *area.Server
	db      *db.DB
	queue   *job.Queue
	service *certificate.Service

	archives *archive.Service
	seals    *seal.Seals
	ring     *keyring.Ring
	now      time.Time
	people   map[string]account.Person
	limited  error
	shared   bool
	stale    bool // the second factor is too old
	cycle    int
	issue    string   // who issues, by the course
	open     []string // enrollments in which a requirement is open
	credit   []certificate.CreditLine

	enrollments *enrollment.Service
}

func (w *world) EditionNow(context.Context, string) (*course.Edition, error) {
	c := &course.Course{}
	c.Card = course.Card{Slug: "intro", CertificateIssue: w.issue, CertificateDays: 5, Title: "TMS and Ketamine in Depression", Subtitle: "What a therapist needs to know", Format: "Self-paced text",
		CreditQuestions: 30, CreditDifficulty: 3, CreditRounding: credit.DownQuarter}
	return &course.Edition{ID: "ed1", CourseID: "c1", Slug: "intro", Number: 2, Hash: strings.Repeat("ab12", 16), Course: c, Overlays: course.Overlays{Hash: strings.Repeat("0f", 32)}}, nil
}

func (w *world) EditionAsOf(ctx context.Context, id, _ string) (*course.Edition, error) {
	return w.EditionNow(ctx, id)
}

func (w *world) Edition(ctx context.Context, id string) (*course.Edition, error) {
	return w.EditionNow(ctx, id)
}

func (w *world) List(ctx context.Context) ([]*course.Edition, error) {
	ed, err := w.EditionNow(ctx, "")
	return []*course.Edition{ed}, err
}

func (w *world) attempts(_ context.Context, e enrollment.Enrollment) ([]exam.Attempt, error) {
	at := *e.CompletedAt
	return []exam.Attempt{{ID: "a1", Number: 1, State: exam.Submitted, LegalName: "Ana Ruiz", AttestedAt: at, SubmittedAt: &at, FinalAt: &at, Passed: true, Points: 9, MaxPoints: 10}}, nil
}

func (w *world) Get(_ context.Context, id string) (account.Person, error) {
	p, ok := w.people[id]
	if !ok {
		return p, apperr.New(apperr.NotFound, "There is no such person.")
	}
	return p, nil
}

func (w *world) Names(_ context.Context, ids []string) (map[string]string, error) {
	names := map[string]string{}
	for _, id := range ids {
		if v, ok := w.people[id]; ok {
			names[id] = v.Name
		}
	}
	return names, nil
}

func (w *world) holder(ctx context.Context, id string) (certificate.Holder, error) {
	p, err := w.Get(ctx, id)
	return certificate.Holder{Name: cmp.Or(p.LegalName, p.Name), NoLegalName: p.LegalName == "", Email: id + "@example.org", TimeZone: "America/Los_Angeles"}, err
}

func (w *world) requirements(_ context.Context, e enrollment.Enrollment) ([]enrollment.Requirement, error) {
	return []enrollment.Requirement{{Title: "Finish every lesson", Done: !slices.Contains(w.open, e.ID), DoneAt: e.CompletedAt}, {Title: "Spend 90 minutes", Done: true}}, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	w := &world{t: t, db: d, now: began, people: map[string]account.Person{}}
	clock := func() time.Time { return w.now }
	w.queue = job.New(d, slog.New(slog.DiscardHandler), clock)
	w.enrollments = enrollment.New(enrollment.Deps{DB: d, Now: clock, Audit: audit.New(d, clock), Editions: w})
	ring, err := keyring.New(d, make([]byte, 32), clock)
	w.must(err)
	w.ring = ring
	w.seals = seal.New(ring, translog.New(d, ring, "ce.example.org/log", clock), "https://ce.example.org", "CoCare", clock)
	w.service = certificate.New(certificate.Deps{DB: d, Now: clock, Audit: audit.New(d, clock), Queue: w.queue, Editions: w, Enrollments: w.enrollments,
		Mail:     mail.New(w.queue, mail.NewOutbox(d), mail.Address{Email: "noreply@example.org"}, mail.Site{Provider: "CoCare", BaseURL: "https://ce.example.org"}),
		Provider: certificate.Provider{Name: "CoCare", Address: "1 Main Street, Springfield", SignatoryName: "Dr. Vera Lindqvist", SignatoryTitle: "Program Director", BaseURL: "https://ce.example.org"},
		Holder:   w.holder, Requirements: w.requirements,
		Log: w.seals, Keys: w.seals.Keys,
		Credit: func(context.Context, enrollment.Enrollment, *course.Edition) ([]certificate.CreditLine, error) {
			return w.credit, nil
		},
		Licenses: func(context.Context, string, time.Time) ([]certificate.License, error) {
			return []certificate.License{{Profession: "Counselor", Jurisdiction: "Colorado", Number: "LPC.0014733"}}, nil
		}})
	w.archives = archive.New(archive.Deps{DB: d, Now: clock, Audit: audit.New(d, clock), Queue: w.queue, Certificates: w.service})
	w.exec(`INSERT INTO courses (id, slug, title, draft_hash, imported_at, imported_by, created_at) VALUES ('c1', 'intro', 'Intro', '', ?, '', ?)`, began, began)
	w.exec(`INSERT INTO editions (id, course_id, number, hash, note, published_at, published_by) VALUES ('ed1', 'c1', 1, 'e0', '', ?, '')`, began)
	for id, name := range map[string]string{"ana": "Ana Ruiz", "ben": "Ben Ode", "dora": "Dora Lee"} {
		w.people[id] = account.Person{ID: id, Name: name, LegalName: name}
		w.exec(`INSERT INTO people (id, email, email_key, name, time_zone, password_hash, created_at) VALUES (?, ?, ?, ?, 'UTC', 'x', ?)`, id, id, id, name, began)
	}
	w.echo = w.server(clock)
	return w
}

func (w *world) server(clock func() time.Time) *area.Server {
	w.t.Helper()
	return area.Serve(w.t, area.Options{Name: "certificates", Now: clock, Site: kit.Site{Demo: true, Help: "/requests/new"},
		Nav: []kit.NavItem{{Label: "Courses", Href: "/courses"}, {Label: "Certificates", Href: "/certificates"}, {Label: "Verify", Href: "/verify"}},
		Viewer: func(id string) *kit.Viewer {
			v := &kit.Viewer{PersonID: id, Name: w.people[id].Name, Roles: kit.Therapist, Zone: time.UTC}
			if id == "dora" {
				v.Roles = kit.Administrator
			}
			return v
		}}, certificates.Routes(certificates.Deps{Certificates: w.service, Archives: w.archives, Trust: w.seals.Trust, Enrollments: w.enrollments, Courses: w, Attempts: w.attempts,
		EvidenceWord: func(kind string) string { return "What " + kind + " means" }, People: w, Now: clock,
		Shared: func(context.Context, string) (bool, error) { return w.shared, nil },
		Limit:  func(context.Context, string) error { return w.limited }, Fresh: area.Fresh(&w.stale, "/account/confirm")})...)
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

// completed is an enrollment in which everything is done.
func (w *world) completed(person string) enrollment.Enrollment {
	w.t.Helper()
	w.cycle++
	id := fmt.Sprintf("en%d", w.cycle)
	w.exec(`INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES (?, ?, 'c1', 'ed1', 'intro', ?, 'completed', 'free', ?, ?, ?)`, id, person, w.cycle, began, began.AddDate(1, 0, 0), w.now)
	e, err := w.enrollments.Get(w.t.Context(), id)
	w.must(err)
	return e
}

// reserve lets Ana complete the course once more.
func (w *world) reserve() certificate.Certificate {
	w.t.Helper()
	e := w.completed("ana")
	w.must(w.service.Completed(w.t.Context(), e))
	c, err := w.service.OfEnrollment(w.t.Context(), e.ID)
	w.must(err)
	return c
}

func (w *world) issued() certificate.Certificate {
	w.t.Helper()
	c := w.reserve()
	w.must(w.queue.Drain(w.t.Context()))
	return w.again(c)
}

func (w *world) again(c certificate.Certificate) certificate.Certificate {
	w.t.Helper()
	c, err := w.service.ByNumber(w.t.Context(), c.Number)
	w.must(err)
	return c
}

func (w *world) pdf(c certificate.Certificate) []byte {
	w.t.Helper()
	file, err := w.service.PDF(w.t.Context(), c)
	w.must(err)
	return file
}

// do asks as somebody, "" for a visitor; headers are pairs.
func (w *world) do(who, method, target string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	req := httptest.NewRequest(method, target, body)
	if who != "" {
		req.Header.Set("Cookie", "who="+who)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	w.echo.ServeHTTP(rec, req)
	return rec
}

func (w *world) get(who, target string, headers ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	return w.do(who, "GET", target, nil, headers...)
}

func (w *world) post(who, target string, pairs ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return w.do(who, "POST", target, strings.NewReader(v.Encode()), "Content-Type", "application/x-www-form-urlencoded")
}

// upload sends a file under a field name to /verify, with other fields in pairs.
func (w *world) upload(field, name string, file []byte, others ...string) *httptest.ResponseRecorder {
	w.t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for i := 0; i+1 < len(others); i += 2 {
		w.must(m.WriteField(others[i], others[i+1]))
	}
	part, err := m.CreateFormFile(field, name)
	w.must(err)
	_, err = part.Write(file)
	w.must(errors.Join(err, m.Close()))
	return w.do("", "POST", "/verify", &body, "Content-Type", m.FormDataContentType())
}

// shows fails for a status or any text that the answer lacks.
func (w *world) shows(rec *httptest.ResponseRecorder, status int, texts ...string) {
	w.t.Helper()
	if rec.Code != status {
		w.t.Errorf("status %d, want %d:\n%s", rec.Code, status, rec.Body)
	}
	body := rec.Body.String()
	for _, text := range texts {
		if !strings.Contains(body, text) {
			w.t.Errorf("missing %q in\n%s", text, body)
		}
	}
}

func (w *world) hides(rec *httptest.ResponseRecorder, texts ...string) {
	w.t.Helper()
	for _, text := range texts {
		if strings.Contains(rec.Body.String(), text) {
			w.t.Errorf("shows %q", text)
		}
	}
}

// leads checks that an answer leads to a path and shows a flash there.
func (w *world) leads(rec *httptest.ResponseRecorder, path, flash string) {
	w.t.Helper()
	if got := rec.Header(); rec.Code != 303 || got.Get("Location") != path || !strings.HasPrefix(got.Get("Set-Cookie"), "flash="+flash+";") {
		w.t.Errorf("%d to %q with %q, want %s with %s", rec.Code, got.Get("Location"), got.Get("Set-Cookie"), path, flash)
	}
}

// withName is Ana under another legal name.
func withName(w *world, name string) account.Person {
	p := w.people["ana"]
	p.LegalName = name
	return p
}

// between returns the address of the link with this attribute.
func between(body, attribute string) string {
	for a := range strings.SplitSeq(body, "<a ") {
		tag, _, _ := strings.Cut(a, ">")
		if strings.Contains(tag, attribute) {
			_, rest, _ := strings.Cut(tag, `href="`)
			href, _, _ := strings.Cut(rest, `"`)
			return html.UnescapeString(href)
		}
	}
	return ""
}
