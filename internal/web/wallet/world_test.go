package wallet_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
	web "github.com/atmacena/cocare/internal/web/wallet"
)

func TestMain(m *testing.M) { area.Main(m, "wallet", "partials/wallet-") }

// world is the pages on a database with Ana (ana), who holds a license in Colorado
// and one in Oregon, and Ben (ben).
type world struct {
	*area.Server
	service          *wallet.Service
	accounts         *account.Service
	t                *testing.T
	db               *db.DB
	now              time.Time
	stale            bool // the second factor was given too long ago
	wrong, asked     error
	issued           []certificate.Certificate // Ana's
	board            *pack.Pack
	colorado, oregon account.License
}

func (w *world) ByPerson(_ context.Context, id string) ([]certificate.Certificate, error) {
	if id != "ana" {
		return nil, nil
	}
	return w.issued, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), now: time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return w.now }
	ring, err := keyring.New(w.db, make([]byte, 32), clock)
	w.must(err)
	log := slog.New(slog.DiscardHandler)
	w.accounts, err = account.New(t.Context(), account.Deps{DB: w.db, Keys: ring, Audit: audit.New(w.db, clock), Jobs: job.New(w.db, log, clock), Log: log, Now: clock,
		BaseURL: "https://ce.example.org", SiteName: "Example CE"})
	w.must(err)
	w.service = wallet.New(wallet.Deps{DB: w.db, Now: clock, Audit: audit.New(w.db, clock), Keys: ring, People: w.accounts, Certificates: w,
		Boards: func(context.Context) (func(profession, jurisdiction string, day time.Time) wallet.Board, error) {
			return func(string, string, time.Time) wallet.Board { return wallet.Board{Pack: w.board} }, nil
		},
		Accreditors: func(context.Context) (map[string]string, error) { return nil, nil },
		Access:      func(context.Context, string) ([]wallet.Access, error) { return nil, nil },
		BaseURL:     "https://ce.example.org", SiteName: "Example CE"})
	people := area.People{}
	for id, name := range map[string]string{"ana": "Ana Ruiz", "ben": "Ben Ode"} {
		people[id] = area.AddPerson(t, w.db, id, name, w.now)
	}
	area.Exec(t, w.db, "UPDATE people SET legal_name = 'Ana María Ruiz' WHERE id = 'ana'")
	w.colorado, w.oregon = w.license("US-CO", "LPC.0014733"), w.license("US-OR", "C5521")
	w.Server = area.Serve(t, area.Options{Name: "wallet", Now: clock, Viewer: func(id string) *kit.Viewer {
		return &kit.Viewer{PersonID: id, Name: people[id].Name, Email: id + "@example.org", Roles: kit.Therapist, Zone: time.UTC, Confirmed: id == "ana"}
	}}, web.Routes(web.Deps{Wallet: w.service, Fresh: area.Fresh(&w.stale, "/factor"),
		Wrong: func(context.Context, string) error { return w.wrong }, Asked: func(context.Context, string) error { return w.asked }})...)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// license adds one of Ana's that expires in four months.
func (w *world) license(jurisdiction, number string) account.License {
	w.t.Helper()
	expires := "2027-03-31"
	l, err := w.accounts.SaveLicense(w.t.Context(), account.License{PersonID: "ana", Profession: "professional-counselor", Jurisdiction: jurisdiction, Number: number, ExpiresOn: &expires})
	w.must(err)
	return l
}

func (w *world) at(l account.License, more string) string { return "/wallet/licenses/" + l.ID + more }

// period gives the Colorado license its period, and returns the address of its form.
func (w *world) period() string {
	w.t.Helper()
	id, _, err := w.service.SavePeriod(w.t.Context(), "ana", wallet.Period{LicenseID: w.colorado.ID, BeginsOn: "2025-04-01", EndsOn: "2027-03-31", Centihours: 4000,
		Targets: []wallet.Target{{Category: "Ethics", Centihours: 600}}})
	w.must(err)
	return w.at(w.colorado, "/periods/"+id)
}

// record adds a certificate from elsewhere and returns the address of its form.
func (w *world) record() string {
	w.t.Helper()
	id, err := w.service.SaveRecord(w.t.Context(), wallet.Record{PersonID: "ana", Title: "Grief <and> loss", Provider: "Hillside Training", Approval: "State board 7",
		CompletedOn: "2026-05-02", Centihours: 275, Category: "Ethics", Format: wallet.SelfPaced, Licenses: []string{w.colorado.ID}}, wallet.Sure{})
	w.must(err)
	return "/wallet/records/" + id
}

// issue gives Ana a certificate with credit lines.
func (w *world) issue(lines ...certificate.CreditLine) {
	w.t.Helper()
	area.AddCourse(w.t, w.db, "c1", "ed1", "intro", w.now)
	area.Exec(w.t, w.db, `INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at, completed_at)
		VALUES ('en1', 'ana', 'c1', 'ed1', 'intro', 1, 'completed', 'free', ?, ?, ?)`, w.now, w.now.AddDate(1, 0, 0), w.now)
	w.issued = []certificate.Certificate{{ID: "cert1", Number: "CC-1", PersonID: "ana", CourseID: "c1", EnrollmentID: "en1", State: certificate.Issued, CourseTitle: "Two Tools", IssuedAt: &w.now,
		Facts: certificate.Facts{CompletedOn: "2026-10-02", Format: "Self-paced text", LearningTime: 175, Provider: "Example CE", VerifyURL: "https://ce.example.org/verify/CC-1", CreditLines: lines}}}
}

func line(code string, centihours int64, category string, places ...string) certificate.CreditLine {
	return certificate.CreditLine{ApprovalID: "approval-" + code, Accreditor: code, Short: code, Unit: "clock hour", Centihours: centihours, Category: category, Places: places}
}

// send posts a file under a field's name.
func (w *world) send(person, path, field, name string, body []byte) *httptest.ResponseRecorder {
	w.t.Helper()
	var form bytes.Buffer
	m := multipart.NewWriter(&form)
	w.must(m.WriteField("other", "x"))
	part, err := m.CreateFormFile(field, name)
	w.must(err)
	_, err = part.Write(body)
	w.must(errors.Join(err, m.Close()))
	r := httptest.NewRequestWithContext(w.t.Context(), http.MethodPost, path, &form)
	r.Header.Set("Content-Type", m.FormDataContentType())
	r.Header.Set(area.Person, person)
	rec := httptest.NewRecorder()
	w.ServeHTTP(rec, r)
	return rec
}

var onceKey = regexp.MustCompile(`name="_once" value="([^"]+)"`)

// key is that of the form on a page.
func (w *world) key(path string) string {
	w.t.Helper()
	found := onceKey.FindStringSubmatch(w.Get("ana", path).OK().Body)
	if found == nil {
		w.t.Fatalf("%s has no form that is one act", path)
	}
	return found[1]
}

func (w *world) count(sql string) (n int) {
	w.t.Helper()
	w.must(w.db.Read(w.t.Context()).Raw(sql).Scan(&n).Error)
	return n
}
