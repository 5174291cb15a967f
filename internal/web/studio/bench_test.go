package studio_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apptest/area"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/coursetest"
	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/web/studio"
)

// library is a server with a course of a hundred lessons and a thousand questions,
// on this computer's own network. Its lesson is of 3,000 words.
type library struct {
	b       *testing.B
	started func() *course.Service // as after a start: it has read nothing yet
	courses *course.Service
	url     string
	lesson  string
	text    []byte
}

func newLibrary(b *testing.B) *library {
	b.Helper()
	d := dbtest.New(b)
	l := &library{b: b, started: func() *course.Service {
		return course.New(course.Deps{DB: d, Now: time.Now, Audit: audit.New(d, time.Now), Demo: true})
	}}
	l.courses = l.started()
	size := coursetest.Size{Modules: 10, Lessons: 100, Questions: 1000, Words: 1500}
	files := size.Course()
	l.lesson = size.LessonFile(42)
	size.Words = 3000
	l.text = []byte(size.Lesson(42))
	files[l.lesson] = l.text
	if _, err := l.courses.Create(b.Context(), files, "ada"); err != nil {
		b.Fatal(err)
	}
	l.serve()
	return l
}

// serve opens the pages of the courses, until stop.
func (l *library) serve() (stop func()) {
	s := area.Serve(l.b, area.Options{Name: "studio", Viewer: viewer}, studio.Routes(studio.Deps{Courses: l.courses, People: &world{}, Currency: "USD", Now: time.Now})...)
	srv := httptest.NewServer(s)
	l.b.Cleanup(srv.Close)
	l.url = srv.URL
	return srv.Close
}

// ask waits for the whole answer.
func (l *library) ask(method, path string, form url.Values) {
	l.b.Helper()
	r, err := http.NewRequestWithContext(l.b.Context(), method, l.url+path, strings.NewReader(form.Encode()))
	if err != nil {
		l.b.Fatal(err)
	}
	r.Header.Set(area.Person, "ira")
	r.Header.Set("Accept", "application/json")
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	} else {
		r.Header.Set("Accept", "text/html")
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		l.b.Fatal(err)
	}
	body, err := io.ReadAll(res.Body)
	if err := res.Body.Close(); err != nil {
		l.b.Fatal(err)
	}
	if err != nil || res.StatusCode != http.StatusOK {
		l.b.Fatalf("%d, %v: %.300s", res.StatusCode, err, body)
	}
}

func (l *library) at(what string) string {
	return "/teach/" + coursetest.Slug + what + "?" + url.Values{"path": {l.lesson}}.Encode()
}

// BenchmarkPreview: from the letter that was typed to the answer.
func BenchmarkPreview(b *testing.B) {
	l := newLibrary(b)
	form := area.Form("body", string(l.text)+"\nA line that is new. {.plain}\n")
	l.ask(http.MethodPost, l.at("/preview"), form)
	for b.Loop() {
		l.ask(http.MethodPost, l.at("/preview"), form)
	}
}

// BenchmarkOpen: the lesson in the editor, and the whole draft, as they stand and
// after somebody has saved the lesson.
func BenchmarkOpen(b *testing.B) {
	l := newLibrary(b)
	seq := int64(1)
	saved := func(i int) {
		s, err := l.courses.EditDraft(b.Context(), course.Edit{Slug: coursetest.Slug, By: "ada", Kind: course.ChangeSave,
			Files: []course.FileEdit{{Path: l.lesson, Base: seq, Content: []byte(string(l.text) + strings.Repeat("\n", 1+i%2))}}})
		if err != nil {
			b.Fatal(err)
		}
		seq = s.Seq
	}
	for name, path := range map[string]string{"draft": "/teach/" + coursetest.Slug, "lesson": l.at("/file"), "facts": "/teach/" + coursetest.Slug + "/file?path=facts.yaml"} {
		l.ask(http.MethodGet, path, nil)
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				l.ask(http.MethodGet, path, nil)
			}
		})
		b.Run(name+"-after-a-save", func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				saved(i)
				b.StartTimer()
				l.ask(http.MethodGet, path, nil)
			}
		})
	}
}

// BenchmarkFirstOpening: the draft and its lesson where nobody has read them since the
// server started.
func BenchmarkFirstOpening(b *testing.B) {
	l := newLibrary(b)
	for name, path := range map[string]string{"draft": "/teach/" + coursetest.Slug, "lesson": l.at("/file")} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				l.courses = l.started()
				stop := l.serve()
				b.StartTimer()
				l.ask(http.MethodGet, path, nil)
				b.StopTimer()
				stop()
				b.StartTimer()
			}
		})
	}
}
