package demo

import (
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

// TestEditionsHoldUntilTheNext: on whatever day a demonstration starts, every
// edition was checked by the day of its publication and has not expired when the
// next one comes, or now; the bundled one is the newest while it holds.
func TestEditionsHoldUntilTheNext(t *testing.T) {
	c, err := config.Load(config.Demo, nil, func(c *config.Config) { Configure(c, nil) })
	if err != nil {
		t.Fatal(err)
	}
	for slug, files := range courses.Bundled() {
		own, err := readCard(files)
		if err != nil {
			t.Fatal(err)
		}
		release, err := time.Parse(time.DateOnly, own.released)
		if err != nil {
			t.Fatal(err)
		}
		for day := -500; day < 900; day++ {
			now := release.AddDate(0, 0, day).Add(15 * time.Hour)
			w := &world{App: &app.App{Config: c}, now: now}
			list, err := w.printings(slug, files)
			if err != nil {
				t.Fatal(err)
			}
			for i, p := range list {
				until := now
				if i+1 < len(list) {
					until = list[i+1].at
				}
				at := p.at.Format(time.DateOnly)
				for _, m := range cardDay.FindAllStringSubmatch(p.card, -1) {
					if past := m[2] != "expires_on"; past && m[3] > at || !past && m[3] <= until.Format(time.DateOnly) {
						t.Fatalf("%s: started %s: edition %d of %s, until %s, says %s%s", slug, now.Format(time.DateOnly), i+1, at, until.Format(time.DateOnly), m[1], m[3])
					}
				}
			}
			if n := len(list); slug == free && (strings.Contains(list[n-1].card, byHandSetting) || !strings.Contains(list[n-2].card, byHandSetting)) {
				t.Fatalf("%s: started %s: not the last but one edition alone is issued by hand", slug, now.Format(time.DateOnly))
			}
			if newest := list[len(list)-1].card == own.text; day >= 3 && day <= 100 && !newest {
				t.Fatalf("%s: started %s: the newest edition is not the bundled one", slug, now.Format(time.DateOnly))
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
