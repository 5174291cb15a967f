package editions_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"log/slog"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/mail"
	"github.com/atmacena/cocare/internal/web/editions"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	slug  = "how-learning-is-recorded"
	teach = "/teach/" + slug
	learn = "/learn/" + slug
)

// TestMain fails a whole run that leaves a template of this area unseen.
func TestMain(m *testing.M) { area.Main(m, "editions", "edition-") }

// world has the small course with one edition; ira teaches, rita reviews, p1 and p2 may learn.
type world struct {
	*area.Server
	t           *testing.T
	db          *db.DB
	at          time.Time
	courses     *courseService
	enrollments *enrollment.Service
	first       *course.Edition
	stale       bool
}

// courseService is replaced where a test starts anew.
type courseService struct{ *course.Service }

// Current is of the service of now; a method value would keep the first.
func (s *courseService) Current(ctx context.Context, slug string) (*course.Edition, error) {
	return s.Service.Current(ctx, slug)
}

// restart forgets what is in memory.
func (w *world) restart() {
	w.courses.Service = course.New(course.Deps{DB: w.db, Now: w.now, Audit: audit.New(w.db, w.now), Demo: true})
}

// overlaid adds a correction to an edition, as it was recorded once.
func (w *world) overlaid(edition, record string) {
	w.t.Helper()
	var last struct {
		Hash string
		Seq  int64
	}
	w.must(w.db.Conn(w.t.Context()).Raw("SELECT hash, seq FROM edition_overlays WHERE edition_id = ? ORDER BY seq DESC LIMIT 1", edition).Scan(&last).Error)
	sum := sha256.Sum256([]byte(last.Hash + "\nerratum\n" + record))
	w.must(w.db.Conn(w.t.Context()).Exec("INSERT INTO edition_overlays (id, edition_id, seq, kind, record, hash, recorded_at, recorded_by) VALUES ('old', ?, ?, 'erratum', ?, ?, ?, '')",
		edition, last.Seq+1, record, hex.EncodeToString(sum[:]), w.at).Error)
}

func (w *world) now() time.Time { return w.at }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 12, 2, 20, 0, 0, 0, time.UTC)}
	log := audit.New(w.db, w.now)
	w.courses = &courseService{course.New(course.Deps{DB: w.db, Now: w.now, Audit: log, Demo: true})}
	group := w.db.NewGroup()
	t.Cleanup(group.Close)
	w.enrollments = enrollment.New(enrollment.Deps{
		DB: w.db, Now: w.now, Audit: log, Group: group, Editions: w.courses, Newest: w.courses.Current, BaseURL: "https://ce.example.org",
		Mail: mail.New(job.New(w.db, slog.New(slog.DiscardHandler), w.now), mail.NewOutbox(w.db), mail.Address{Email: "noreply@example.org"},
			mail.Site{Provider: "Clinic", BaseURL: "https://ce.example.org"}),
		Person: func(_ context.Context, id string) (string, string, error) {
			return "Ana " + id, id + "@example.org", nil
		},
		OnComplete: func(context.Context, enrollment.Enrollment) error { return nil },
	})
	for _, id := range []string{"p1", "p2"} {
		area.AddPerson(t, w.db, id, "Ana "+id, w.at)
	}
	w.Server = area.Serve(t, area.Options{Name: "editions", Now: w.now, Viewer: func(id string) *kit.Viewer {
		v := &kit.Viewer{PersonID: id, Name: id, Roles: kit.Therapist}
		if id == "ira" || id == "rita" { // who reads alone
			v.Roles, v.CourseWrite = kit.Instructor, id == "ira"
		}
		return v
	}}, editions.Routes(editions.Deps{Courses: w.courses, Enrollments: w.enrollments, Audit: log, Fresh: area.Fresh(&w.stale, "/account/security/confirm")})...)
	w.first = w.publish("The first.")
	return w
}

// publish publishes the bundled course with some files changed: path, old, new.
func (w *world) publish(note string, changes ...[3]string) *course.Edition {
	w.t.Helper()
	w.draft(changes...)
	ed, err := w.courses.Publish(w.t.Context(), slug, note, "test")
	w.must(err)
	return ed
}

func (w *world) draft(changes ...[3]string) {
	w.t.Helper()
	folder := fstest.MapFS{}
	w.must(fs.WalkDir(courses.Bundled()[slug], ".", func(p string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := fs.ReadFile(courses.Bundled()[slug], p)
		for _, c := range changes {
			if c[0] == p {
				if data = []byte(strings.Replace(string(data), c[1], c[2], 1)); !strings.Contains(string(data), c[2]) {
					w.t.Errorf("%s: nothing changed by %q", p, c[1])
				}
			}
		}
		folder[p] = &fstest.MapFile{Data: data}
		return err
	}))
	_, err := w.courses.Import(w.t.Context(), folder, "test")
	w.must(err)
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) newest() *course.Edition {
	w.t.Helper()
	ed, err := w.courses.Current(w.t.Context(), slug)
	w.must(err)
	return ed
}

func (w *world) enrolled(person string) enrollment.Enrollment {
	w.t.Helper()
	e, err := w.enrollments.Enroll(w.t.Context(), enrollment.NewEnrollment{PersonID: person, EditionID: w.first.ID, Source: "free"})
	w.must(err)
	return e
}

// begun is an enrollment in the first edition whose disclosure was acknowledged.
func (w *world) begun(person string) enrollment.Enrollment {
	w.t.Helper()
	e := w.enrolled(person)
	w.must(w.enrollments.AcknowledgeDisclosure(w.t.Context(), e))
	return e
}

// lesson is the path of a lesson, from 0.
func (w *world) lesson(n int) *course.Lesson { return w.first.Course.Lessons()[n] }
