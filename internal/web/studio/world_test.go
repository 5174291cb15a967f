package studio_test

import (
	"context"
	"net/url"
	"sync/atomic"
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/studio"
)

const (
	slug = "how-learning-is-recorded"
	at   = "/teach/" + slug
)

// world is the studio with the small course in it, published once; ira and ida
// teach, tom does not.
type world struct {
	*area.Server
	t       *testing.T
	courses *course.Service
	seconds *atomic.Int64
	now     func() time.Time
}

// later moves the clock on.
func (w *world) later(by time.Duration) { w.seconds.Add(int64(by / time.Second)) }

func autosaved(by, path string, base int64, text string) course.Edit {
	return course.Edit{Slug: slug, Kind: course.ChangeAutosave, By: by, Files: []course.FileEdit{{Path: path, Base: base, Content: []byte(text)}}}
}

// removal takes a file out of the draft.
func removal(by, path string, base int64) course.Edit {
	return course.Edit{Slug: slug, Kind: course.ChangeSave, By: by, Files: []course.FileEdit{{Path: path, Base: base, Remove: true}}}
}

// saved stores a text as ira would.
func (w *world) saved(path, text string) error {
	e := autosaved("ira", path, w.opened(path).Seq, text)
	e.Kind = course.ChangeSave
	_, err := w.courses.EditDraft(w.t.Context(), e)
	return err
}

func (*world) Names(_ context.Context, ids []string) (map[string]string, error) {
	all := map[string]string{"ira": "Ira Stone", "ida": "Ida Moss"}
	out := map[string]string{}
	for _, id := range ids {
		if all[id] != "" {
			out[id] = all[id]
		}
	}
	return out, nil
}

func newWorld(t *testing.T) *world {
	t.Helper()
	d := dbtest.New(t)
	var seconds atomic.Int64
	now := func() time.Time {
		return time.Date(2026, 11, 25, 15, 0, 0, 0, time.UTC).Add(time.Duration(seconds.Add(1)) * time.Second)
	}
	w := &world{t: t, seconds: &seconds, now: now, courses: course.New(course.Deps{DB: d, Now: now, Audit: audit.New(d, now), Demo: true})}
	if _, err := w.courses.Import(t.Context(), courses.Bundled()[slug], "command line"); err != nil {
		t.Fatal(err)
	}
	if _, err := w.courses.Publish(t.Context(), slug, "", "command line"); err != nil {
		t.Fatal(err)
	}
	w.Server = area.Serve(t, area.Options{Name: "studio", Now: now, Viewer: viewer}, studio.Routes(studio.Deps{Courses: w.courses, People: w, Currency: "USD", MayDiscard: mayDiscard, Now: now})...)
	return w
}

// mayDiscard lets ida and adam discard: she is an author, he administers.
func mayDiscard(_ context.Context, v *kit.Viewer, _ string) error {
	if v.PersonID != "ida" && v.PersonID != "adam" {
		return apperr.New(apperr.Forbidden, "Your part in this course does not include this.")
	}
	return nil
}

func viewer(name string) *kit.Viewer {
	switch name {
	case "":
		return nil
	case "tom":
		return &kit.Viewer{PersonID: name, Name: "Tom Hill", Roles: kit.Therapist}
	case "gus": // a reviewer
		return &kit.Viewer{PersonID: name, Name: "Gus Lane", Roles: kit.Instructor, CourseComment: true}
	case "adam":
		return &kit.Viewer{PersonID: name, Name: "Adam Frost", Roles: kit.Administrator, CourseComment: true, CourseSign: true, CourseWrite: true}
	}
	return &kit.Viewer{PersonID: name, Name: name, Roles: kit.Instructor, CourseComment: true, CourseSign: true, CourseWrite: true}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func file(path string) string { return at + "/file?" + url.Values{"path": {path}}.Encode() }

// opened is a file as the draft has it.
func (w *world) opened(path string) course.DraftFile {
	w.t.Helper()
	f, err := w.courses.DraftFile(w.t.Context(), slug, path)
	w.must(err)
	return f
}

// lesson is the path of the course's first lesson.
func (w *world) lesson() string {
	w.t.Helper()
	ed, err := w.courses.Current(w.t.Context(), slug)
	w.must(err)
	return ed.Course.Modules[0].Lessons[0].File
}
