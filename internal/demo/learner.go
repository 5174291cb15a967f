package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
)

// learner is a member on one way.
type learner struct {
	*world
	*member
	slug  string
	way   *way
	rng   *rand.Rand
	mood  float64 // of the evaluation, on its scale
	first bool    // the disclosure is still to be acknowledged
}

// generator gives each person the same luck in every demonstration.
func generator(name string) *rand.Rand {
	h := fnv.New64a()
	h.Write([]byte(name))
	return rand.New(rand.NewPCG(h.Sum64(), 2026)) // #nosec G404 -- a play, not a secret
}

// cast writes down what a member does.
func (w *world) cast(m *member) {
	joined := w.daysAgo(2, 9, 0, time.UTC)
	for slug, way := range map[string]*way{clinical: m.clinical, free: m.free} {
		if way == nil {
			continue
		}
		l := &learner{world: w, member: m, slug: slug, way: way, rng: generator(m.email + slug), first: true}
		l.mood = 3.4 + 1.4*l.rng.Float64()
		if start := l.plan(); start.Before(joined) {
			joined = start
		}
	}
	joined = joined.Add(-time.Duration(20+generator(m.email).IntN(3000)) * time.Minute)
	w.at(joined, func(ctx context.Context) error { return w.register(ctx, m.person) })
}

// register opens an account, with the licenses, as its owner would.
func (w *world) register(ctx context.Context, p person) error {
	if p.roles == nil {
		p.roles = []account.Role{account.Therapist}
	}
	n := account.NewPerson{Email: p.email, Name: p.name, Hash: w.hash, TimeZone: p.zone, Profession: p.profession, Roles: p.roles}
	if slices.Contains(p.roles, account.Guest) {
		until := w.now.AddDate(guestYears, 0, 0)
		n.GuestUntil = &until
	}
	got, err := w.Accounts.Create(ctx, n)
	if err != nil {
		return fmt.Errorf("%s: %w", p.email, err)
	}
	w.people[p.email] = got.ID
	for i, text := range strings.Split(p.licenses, "; ") {
		jurisdiction, number, ok := strings.Cut(text, " ")
		if !ok {
			continue
		}
		expires := w.now.AddDate(1, i*7, 0).Format("2006-01") + "-28"
		_, err := w.Accounts.SaveLicense(w.as(ctx, p.email), account.License{PersonID: got.ID, Profession: p.profession,
			Jurisdiction: jurisdiction, Number: number, ExpiresOn: &expires})
		if err != nil {
			return fmt.Errorf("%s: %w", p.email, err)
		}
	}
	return nil
}

// plan places the way's scenes, from the last to the first, and returns the
// instant of the first.
func (l *learner) plan() time.Time {
	zone, err := time.LoadLocation(l.zone)
	if err != nil {
		zone = time.UTC
	}
	days := l.way.ago(l.now)
	evening := func() time.Time {
		t := l.daysAgo(days, 18+l.rng.IntN(2), l.rng.IntN(60), zone)
		if wd := t.Weekday(); wd == time.Saturday || wd == time.Sunday {
			t = t.Add(-7 * time.Hour)
		}
		return t
	}
	if l.way.evaluates && days > 72 { // the mail comes within a week after 60
		l.at(l.daysAgo(days-70, 20, 10, zone), l.followUp)
	}
	for i, how := range slices.Backward(l.way.sittings) {
		evaluates := l.way.evaluates && i == len(l.way.sittings)-1
		l.at(evening(), func(ctx context.Context) error { return l.sit(ctx, how, evaluates) })
		days += 3 + l.rng.IntN(3) // a grade in between takes up to two
	}
	for _, g := range slices.Backward(l.groups()) {
		l.at(evening(), func(ctx context.Context) error { return l.study(ctx, g) })
		days += 1 + l.rng.IntN(4)
	}
	start := evening().Add(-time.Hour)
	if l.way.how == hesitates { // an order lives a day: it is open at any hour and on any day
		start = l.now.Add(-5 * time.Hour)
	}
	l.loose(start, l.enter)             // the checkout tries an enrollment and takes it back
	for _, left := range []int{30, 7} { // of a year of access
		if at := start.AddDate(0, 0, 365-left).Add(15 * time.Hour); at.Before(l.now.AddDate(0, 0, -1)) {
			l.at(at, l.remind)
		}
	}
	return start
}

// group is what one evening covers: lessons of a module, and its check if they
// are its last.
type group struct {
	lessons []*course.Lesson
	check   *course.Module
}

func (l *learner) groups() (list []group) {
	left := l.way.lessons
	for _, m := range l.editions[l.slug].Course.Modules {
		n := min(left, len(m.Lessons))
		if n == 0 {
			return list
		}
		left -= n
		g := group{lessons: m.Lessons[:n]}
		if n == len(m.Lessons) {
			g.check = m
		}
		list = append(list, g)
	}
	return list
}

// found is the learner's enrollment.
func (l *learner) found(ctx context.Context) (enrollment.Enrollment, error) {
	return l.Enrollments.Find(ctx, l.people[l.email], l.slug, 0)
}

// study is an evening with lessons: the time is measured, the lessons are
// finished, the check is answered.
func (l *learner) study(ctx context.Context, g group) error {
	ctx = l.as(ctx, l.email)
	e, err := l.found(ctx)
	if err != nil {
		return err
	}
	if l.first {
		l.first = false
		if err := l.Enrollments.AcknowledgeDisclosure(ctx, e); err != nil {
			return err
		}
		l.clock.pass(2 * time.Minute)
	}
	for _, lesson := range g.lessons {
		if err := l.read(ctx, e, lesson); err != nil {
			return err
		}
	}
	if g.check == nil {
		return nil
	}
	return l.check(ctx, e, g.check)
}

// read spends about the planned time on a lesson and finishes it.
func (l *learner) read(ctx context.Context, e enrollment.Enrollment, lesson *course.Lesson) error {
	seconds := int(float64(lesson.Minutes*60) * (0.75 + 0.7*l.rng.Float64()))
	for n := 1; seconds > 0; n++ {
		part := min(seconds, 300) // what a page may send at once
		seconds -= part
		from := l.clock.Now()
		l.clock.pass(time.Duration(part)*time.Second + 400*time.Millisecond)
		_, err := l.Enrollments.RecordActive(ctx, e, lesson.ID, enrollment.ActiveBatch{
			Token: e.ID + lesson.ID + strconv.Itoa(n), Seconds: part, From: from, Source: enrollment.FromBrowser})
		if err != nil {
			return err
		}
	}
	if err := l.note(ctx, e, lesson); err != nil {
		return err
	}
	return l.Enrollments.FinishLesson(ctx, e, lesson.ID)
}

// note keeps what a few learners keep beside a few lessons.
func (l *learner) note(ctx context.Context, e enrollment.Enrollment, lesson *course.Lesson) error {
	text, ok := notes[l.email][lesson.ID]
	if !ok {
		return nil
	}
	if _, err := l.Enrollments.SaveNote(ctx, e, lesson.ID, enrollment.NoteEdit{Text: text, Page: lesson.ID}); err != nil {
		return err
	}
	return l.Enrollments.SetBookmark(ctx, e, lesson.ID, true)
}

// check answers a module's check; a wrong answer is sometimes mended.
func (l *learner) check(ctx context.Context, e enrollment.Enrollment, m *course.Module) error {
	for _, q := range m.Check {
		l.clock.pass(time.Duration(35+l.rng.IntN(60)) * time.Second)
		right := l.rng.Float64() > difficulty(q)
		if _, err := l.Enrollments.SaveCheckAnswer(ctx, e, q.ID, respond(q, right, l.rng)); err != nil {
			return err
		}
		if right || l.rng.IntN(3) > 0 {
			continue
		}
		l.clock.pass(50 * time.Second)
		if _, err := l.Enrollments.SaveCheckAnswer(ctx, e, q.ID, respond(q, true, l.rng)); err != nil {
			return err
		}
	}
	return nil
}

// ago is how many days before now the way ends.
func (w *way) ago(now time.Time) int {
	if w.month == 0 {
		return w.days
	}
	now = now.UTC()
	return int(now.Sub(time.Date(now.Year(), now.Month()-time.Month(w.month), w.day, 0, 0, 0, 0, time.UTC)).Hours() / 24)
}
