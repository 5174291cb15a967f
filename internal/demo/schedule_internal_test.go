package demo

import (
	"testing"
	"time"

	"github.com/atmacena/cocare/courses"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/course"
)

// TestScheduleFitsEveryDay: whatever day and hour a demonstration starts, every
// scene lies between the opening and now.
func TestScheduleFitsEveryDay(t *testing.T) {
	c, err := config.Load(config.Demo, nil, func(c *config.Config) { Configure(c, nil) })
	if err != nil {
		t.Fatal(err)
	}
	editions := map[string]*course.Edition{}
	for slug, files := range courses.Bundled() {
		parsed, problems := course.Load(files)
		if errs := course.Errors(problems); len(errs) > 0 {
			t.Fatalf("%s: %v", slug, errs)
		}
		editions[slug] = &course.Edition{Slug: slug, Course: parsed}
	}
	for email, list := range notes {
		for lesson := range list {
			if _, ok := editions[clinical].LessonByID(lesson); !ok {
				t.Errorf("%s has a note on %s, which does not exist", email, lesson)
			}
		}
	}
	first := time.Date(2026, 11, 23, 0, 30, 0, 0, time.UTC)
	for day := range 800 {
		now := first.AddDate(0, 0, day).Add(time.Duration(day%24) * time.Hour)
		w := &world{App: &app.App{Config: c}, clock: &clock{}, now: now, people: map[string]string{}, editions: editions}
		w.schedule()
		from := w.daysAgo(opened, 10, 0, c.Location())
		for _, s := range w.scenes {
			// An evening's scene goes on for up to three hours.
			if s.at.Before(from) || s.at.After(now.Add(-3*time.Hour)) {
				t.Fatalf("start at %s: a scene at %s", now, s.at)
			}
		}
	}
}

// TestCast: the table is right by itself.
func TestCast(t *testing.T) {
	seen := map[string]bool{}
	for _, m := range cast {
		if seen[m.email] {
			t.Errorf("%s stands twice", m.email)
		}
		seen[m.email] = true
		if _, err := time.LoadLocation(m.zone); err != nil {
			t.Errorf("%s: %v", m.email, err)
		}
		if m.legal != "" {
			if err := certificate.Printable(m.legal); err != nil {
				t.Errorf("%s: %v", m.email, err)
			}
		}
	}
	for _, p := range staff {
		seen[p.email] = true
	}
	for _, v := range visitors {
		if !seen[v.email] {
			t.Errorf("%s is announced and does not exist", v.email)
		}
	}
	for email := range notes {
		if !seen[email] {
			t.Errorf("notes of %s, who does not exist", email)
		}
	}
	for _, q := range asks {
		if !seen[q.email] && q.visitor == "" {
			t.Errorf("a request of %s, who does not exist", q.email)
		}
	}
}
