package demo

import (
	"regexp"
	"slices"
	"strings"
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

// TestEditionsSayNothingFalse: on whatever day a demonstration starts, every
// edition says of its content's checks what the course says, is released by the
// day of its publication and differs from the one before; the bundled one is the
// newest after its release.
func TestEditionsSayNothingFalse(t *testing.T) {
	c, err := config.Load(config.Demo, nil, func(c *config.Config) { Configure(c, nil) })
	if err != nil {
		t.Fatal(err)
	}
	days := regexp.MustCompile(`(?m)(checked_on|disclosed_on|expires_on): \d{4}-\d{2}-\d{2}`)
	for slug, files := range courses.Bundled() {
		own, err := readCard(files)
		if err != nil {
			t.Fatal(err)
		}
		release, err := time.Parse(time.DateOnly, own.released)
		if err != nil {
			t.Fatal(err)
		}
		truth := days.FindAllString(own.text, -1)
		if len(truth) < 3 {
			t.Fatalf("%s: %v", slug, truth)
		}
		for day := -500; day < 900; day++ {
			now := release.AddDate(0, 0, day).Add(15 * time.Hour)
			started := slug + ": started " + now.Format(time.DateOnly)
			w := &world{App: &app.App{Config: c}, now: now}
			list, err := w.printings(slug, files)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range list {
				if got := days.FindAllString(p.card, -1); !slices.Equal(got, truth) {
					t.Fatalf("%s: edition %d says %v, the course %v", started, i+1, got, truth)
				}
				if at, m := p.at.Format(time.DateOnly), releaseDay.FindStringSubmatch(p.card); m[2] > at {
					t.Fatalf("%s: edition %d of %s says %s", started, i+1, at, m[0])
				}
				if i > 0 && p.card == list[i-1].card {
					t.Fatalf("%s: edition %d is the one before", started, i+1)
				}
			}
			n := len(list)
			if slug == free && (strings.Contains(list[n-1].card, byHandSetting) || !strings.Contains(list[n-2].card, byHandSetting)) {
				t.Fatalf("%s: not the last but one edition alone is issued by hand", started)
			}
			if newest := list[n-1].card == own.text; day >= 3 && !newest {
				t.Fatalf("%s: the newest edition is not the bundled one", started)
			}
		}
	}
}

// TestPlayOnOtherDays: before the bundled courses are released, and long after.
func TestPlayOnOtherDays(t *testing.T) {
	for _, now := range []time.Time{time.Date(2026, 3, 2, 15, 0, 0, 0, time.UTC), time.Date(2028, 6, 9, 3, 0, 0, 0, time.UTC)} {
		t.Run(now.Format(time.DateOnly), func(t *testing.T) {
			c, err := config.Load(config.Demo, nil, func(c *config.Config) { c.DataDir = t.TempDir(); Configure(c, nil) })
			if err != nil {
				t.Fatal(err)
			}
			if err := play(t.Context(), c, now); err != nil {
				t.Fatal(err)
			}
		})
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
