package exam_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/question"
	webexam "github.com/atmacena/cocare/internal/web/exam"
	"github.com/atmacena/cocare/internal/web/kit"
)

const slug = "tms-ketamine"

// bundled is the real course, read once.
var bundled = sync.OnceValues(func() (*course.Course, error) {
	c, problems := course.Load(os.DirFS("../../../courses/" + slug))
	if c == nil {
		return nil, fmt.Errorf("the bundled course: %v", problems)
	}
	return c, nil
})

// hall stands for the enrollments: everything before the exam is done unless
// gate says otherwise. e1 is of p1, e2 of p2.
type hall struct {
	mu       sync.Mutex
	list     map[string]enrollment.Enrollment
	gate     error
	outcomes []enrollment.ExamOutcome
}

func (h *hall) Get(_ context.Context, id string) (enrollment.Enrollment, error) {
	if e, ok := h.list[id]; ok {
		return e, nil
	}
	return enrollment.Enrollment{}, enrollment.ErrNotFound
}

func (h *hall) Find(_ context.Context, person, slug string, cycle int) (enrollment.Enrollment, error) {
	for _, e := range h.list {
		if e.PersonID == person && e.Slug == slug && (cycle == 0 || cycle == e.Cycle) {
			return e, nil
		}
	}
	return enrollment.Enrollment{}, enrollment.ErrNotFound
}

func (h *hall) ExamGate(context.Context, enrollment.Enrollment) error { return h.gate }

func (h *hall) AddEvidence(context.Context, string, enrollment.Evidence) error { return nil }

func (h *hall) Evidence(context.Context, string) ([]enrollment.Evidence, error) { return nil, nil }

func (h *hall) Hold(context.Context, string) error { return nil }

func (h *hall) RecordExam(_ context.Context, _ string, o enrollment.ExamOutcome) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.outcomes = append(h.outcomes, o)
	return nil
}

type world struct {
	*area.Server
	t       testing.TB
	db      *db.DB
	exams   *exam.Service
	hall    *hall
	edition *course.Edition
	acc     exam.Accommodation
	clock   atomic.Int64 // microseconds, moved by pass
	stale   bool         // the second factor was given too long ago
	left    []string
	insider exam.Insider // p1
	asked   []kit.Link   // requests for an accommodation that wait, of p1
}

// newWorld has the real course, the learners p1 and p2, a teacher and an
// administrator.
func newWorld(t testing.TB) *world {
	t.Helper()
	c, err := bundled()
	if err != nil {
		t.Fatal(err)
	}
	// A copy, because tests change its card.
	own := &course.Course{Card: c.Card, Objectives: c.Objectives, Facts: c.Facts, Cases: c.Cases, Modules: c.Modules, Exam: c.Exam, Bank: c.Bank}
	// Every form holds a number to enter, whatever else is drawn.
	own.Exam.Require = append(slices.Clone(c.Exam.Require), course.Requirement{AtLeast: 1, Of: numeric(c)})
	w := &world{t: t, db: dbtest.New(t), hall: &hall{list: map[string]enrollment.Enrollment{}}}
	w.clock.Store(time.Date(2026, 11, 2, 20, 0, 0, 0, time.UTC).UnixMicro())
	w.edition = &course.Edition{ID: "ed1", CourseID: "c1", Slug: slug, Number: 1, Course: own}
	area.AddCourse(t, w.db, "c1", "ed1", slug, w.now())
	people := area.People{}
	for id, name := range map[string]string{"p1": "Ana <b>Ruiz</b>", "p2": "Björn Öl", "teacher": "Tea Cher", "admin": "Ada Admin"} {
		people[id] = area.AddPerson(t, w.db, id, name, w.now())
	}
	for n, person := range []string{"p1", "p2"} {
		e := enrollment.Enrollment{ID: fmt.Sprint("e", n+1), PersonID: person, CourseID: "c1", EditionID: "ed1", Slug: slug, Cycle: 1,
			State: enrollment.Active, EnrolledAt: w.now(), ExpiresAt: w.now().AddDate(1, 0, 0)}
		w.hall.list[e.ID] = e
		area.Exec(t, w.db, `INSERT INTO enrollments (id, person_id, course_id, edition_id, slug, cycle, state, source, enrolled_at, expires_at) VALUES (?, ?, 'c1', 'ed1', ?, 1, 'active', 'free', ?, ?)`,
			e.ID, person, slug, e.EnrolledAt, e.ExpiresAt)
	}
	w.serve(people)
	return w
}

// numeric are the items of a bank that ask for a number.
func numeric(c *course.Course) (ids []string) {
	for _, q := range c.Bank {
		if q.Kind == question.Numeric {
			ids = append(ids, q.ID)
		}
	}
	return ids
}

func (w *world) now() time.Time { return time.UnixMicro(w.clock.Load()).UTC() }

func (w *world) pass(d time.Duration) { w.clock.Add(d.Microseconds()) }

func (w *world) Edition(_ context.Context, id string) (*course.Edition, error) {
	if id != w.edition.ID {
		return nil, apperr.New(apperr.NotFound, "There is no such edition.")
	}
	return w.edition, nil
}

func (w *world) serve(people area.People) {
	w.t.Helper()
	group := w.db.NewGroup()
	w.t.Cleanup(group.Close)
	w.exams = exam.New(exam.Deps{
		DB: w.db, Group: group, Now: w.now, Audit: audit.New(w.db, w.now), Editions: w, Enrollments: w.hall, BaseURL: "https://ce.example.org",
		Accommodation:    func(context.Context, string, string) (exam.Accommodation, error) { return w.acc, nil },
		ConfirmLegalName: func(context.Context, string, string) error { return nil },
		Insider:          func(context.Context, string, string) (exam.Insider, error) { return w.insider, nil },
		Mail:             func(context.Context, string, mail.Message) error { return nil },
	})
	roles := map[string]kit.Role{"p1": kit.Therapist, "p2": kit.Therapist, "teacher": kit.Instructor, "admin": kit.Administrator}
	w.Server = area.Serve(w.t, area.Options{Name: "exam", Now: w.now, Site: kit.Site{Help: "/requests/new"}, Viewer: func(id string) *kit.Viewer {
		return &kit.Viewer{PersonID: id, Name: people[id].Name, Roles: roles[id], Zone: time.UTC}
	}}, webexam.Routes(webexam.Deps{
		Exams: w.exams, Enrollments: w.hall, People: people, Now: w.now, Fresh: area.Fresh(&w.stale, ""),
		Prints: func(_ context.Context, e enrollment.Enrollment, back string) (kit.Printed, error) {
			return kit.Printed{Name: people[e.PersonID].Name, Back: back}, nil
		},
		Asked: func(context.Context, string) ([]kit.Link, error) { return w.asked, nil },
		Leave: func(e enrollment.Enrollment) { w.left = append(w.left, e.ID) },
	})...)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "exam") }

const introURL = "/learn/" + slug + "/exam"

// begin starts an attempt of p1 and returns its address.
func (w *world) begin() string {
	w.t.Helper()
	a := w.Post("p1", introURL, "legal_name", "Ana Ruiz", "attested", "yes")
	if a.Code != http.StatusSeeOther || !strings.HasPrefix(a.Location, introURL+"/") {
		w.t.Fatalf("begin: %d to %q: %s", a.Code, a.Location, a.Body)
	}
	return a.Location
}

func (w *world) sitting(address string) exam.Sitting {
	w.t.Helper()
	sit, err := w.exams.Sitting(context.Background(), "p1", address[strings.LastIndex(address, "/")+1:])
	w.must(err)
	return sit
}
