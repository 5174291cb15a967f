package accreditation_test

import (
	"bytes"
	"context"
	"testing"
	"testing/fstest"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/dbtest"
	web "github.com/atmacena/cocare/internal/web/accreditation"
	"github.com/atmacena/cocare/internal/web/kit"
)

const slug, title = "tms-ketamine", "Two Tools, One Question"

// world is the area on real services, with the bundled course published. The
// administrators are dora and adam.
type world struct {
	*area.Server
	*accreditation.Service
	t       *testing.T
	db      *db.DB
	log     *audit.Log
	at      time.Time
	stale   bool // the second factor was given too long ago
	course  string
	courses *course.Service
	rest    int64 // how many certificates rest on each approval
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, db: dbtest.New(t), at: time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)} // still the 28th
	now := func() time.Time { return w.at }
	w.log = audit.New(w.db, now)
	svc := course.New(course.Deps{DB: w.db, Now: now, Audit: w.log, Demo: true})
	_, err := svc.Import(t.Context(), courses.Bundled()[slug], "test")
	w.must(err)
	ed, err := svc.Publish(t.Context(), slug, "", "test")
	w.must(err)
	w.course, w.courses = ed.CourseID, svc
	w.Service = accreditation.New(accreditation.Deps{DB: w.db, Now: now, Audit: w.log, Zone: time.FixedZone("EST", -5*3600),
		Courses: func(context.Context) ([]accreditation.Course, error) {
			return []accreditation.Course{{ID: ed.CourseID, Title: ed.Course.Card.Title, Centihours: ed.EstimatedHours().Centihours}}, nil
		}})
	w.Server = area.Serve(t, area.Options{Name: "accreditation", Now: now,
		Viewer: func(name string) *kit.Viewer {
			role := kit.Administrator
			if name == "ana" {
				role = kit.Therapist
			}
			return &kit.Viewer{PersonID: name, Name: name, Roles: role}
		}},
		web.Routes(web.Deps{Accreditation: w.Service, Audit: w.log, Courses: svc, People: area.People{"dora": account.Person{Name: "Dora Li"}, "adam": {Name: "Adam Poe"}},
			Certificates: func(context.Context, string) (int64, bool, error) { return min(w.rest, 2), w.rest > 2, nil }, Fresh: area.Fresh(&w.stale, "/factor")})...)
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// form is a complete approval, with some fields otherwise; "" as a value is
// nothing typed.
func form(changes ...string) []string {
	fields := []string{"accreditor", "nasw", "course", "every", "provider_number", "88-1234", "course_number", "", "from_on", "2026-01-01", "until_on", "2027-12-31",
		"statement", "Approved by NASW (# {number}).", "category", "", "hours", "", "note", ""}
	complete := len(fields)
	for i := 0; i < len(changes); i += 2 {
		known := false
		for j := 0; j < complete; j += 2 {
			if fields[j] == changes[i] {
				fields[j+1], known = changes[i+1], true
			}
		}
		if !known {
			fields = append(fields, changes[i], changes[i+1])
		}
	}
	return fields
}

// saving are fields as the review that showed them sends them to be stored.
func saving(fields ...string) []string {
	return append(fields, "step", "save", "seen", web.Digest(kit.NewForm(fields...)))
}

// approve records one and returns its address.
func (w *world) approve(changes ...string) string {
	w.t.Helper()
	before, err := w.Approvals(w.t.Context())
	w.must(err)
	known := map[string]bool{}
	for _, a := range before {
		known[a.ID] = true
	}
	w.Post("dora", "/admin/approvals/new", append(saving(form(changes...)...), "sure", "yes")...).Says("/admin/approvals", "approval.added")
	after, err := w.Approvals(w.t.Context())
	w.must(err)
	for _, a := range after {
		if !known[a.ID] {
			return "/admin/approvals/" + a.ID
		}
	}
	w.t.Fatal("nothing was recorded")
	return ""
}

// recorded counts an act in the log.
func (w *world) recorded(action string) int {
	w.t.Helper()
	list, err := w.log.List(w.t.Context(), audit.Filter{Action: action})
	w.must(err)
	return len(list)
}

// hash is of an unverified rule as it stands.
func (w *world) hash(code, rule string) string {
	w.t.Helper()
	p, err := w.Pack(w.t.Context(), code)
	w.must(err)
	return p.RuleHash(rule)
}

// copied publishes the bundled course under another slug.
func (w *world) copied(as string) *course.Edition {
	w.t.Helper()
	files, err := w.courses.Export(w.t.Context(), slug, 0)
	w.must(err)
	folder := fstest.MapFS{}
	for path, data := range files {
		if path == "course.yaml" {
			data = bytes.Replace(data, []byte("slug: "+slug), []byte("slug: "+as), 1)
		}
		folder[path] = &fstest.MapFile{Data: data}
	}
	_, err = w.courses.Import(w.t.Context(), folder, "test")
	w.must(err)
	ed, err := w.courses.Publish(w.t.Context(), as, "", "test")
	w.must(err)
	return ed
}
