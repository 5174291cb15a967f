package demo

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/progress"
	"github.com/atmacena/cocare/internal/support"
)

// The bundled courses that the play needs.
const (
	clinical = "tms-ketamine"
	free     = "how-learning-is-recorded"
)

// clock is set by the play; background work of services reads it too.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// pass moves the clock on.
func (c *clock) pass(d time.Duration) { c.set(c.Now().Add(d)) }

// world is the stage: the program on the play's clock, and the scenes.
type world struct {
	*app.App
	clock    *clock
	now      time.Time // when the play ends
	hash     account.Hash
	people   map[string]string // address → ID
	scenes   []scene
	editions map[string]*course.Edition // the newest ones, by slug
}

// scene is something that happens at an instant.
type scene struct {
	at time.Time
	do func(ctx context.Context) error
}

// at writes a scene down that is played in one transaction, its jobs included:
// a thousand commits would take longer than the acts.
func (w *world) at(t time.Time, do func(ctx context.Context) error) {
	w.loose(t, func(ctx context.Context) error { return w.DB.InTx(ctx, do) })
}

// loose is at for what cannot be played in a transaction.
func (w *world) loose(t time.Time, do func(ctx context.Context) error) {
	w.scenes = append(w.scenes, scene{t, do})
}

// daysAgo is a time of day in the zone, some days before the end.
func (w *world) daysAgo(days, hour, minute int, zone *time.Location) time.Time {
	t := w.now.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day()-days, hour, minute, 0, 0, zone)
}

// run plays the scenes in the order of time.
func (w *world) run(ctx context.Context) error {
	slices.SortStableFunc(w.scenes, func(a, b scene) int { return a.at.Compare(b.at) })
	whole := ctx
	ctx = progress.With(ctx, nil) // what a scene says of itself says nothing of the year
	for i, s := range w.scenes {
		progress.Report(whole, progress.State{Step: "Playing a year of activity", Done: int64(i), Total: int64(len(w.scenes))})
		if s.at.After(w.now) {
			return fmt.Errorf("a scene of %s lies in the future", s.at)
		}
		w.clock.set(s.at)
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("scene of %s: %w", s.at.Format(time.DateTime), err)
		}
	}
	w.clock.set(w.now)
	return w.DB.InTx(ctx, w.night)
}

// work runs the jobs that are due, as the server does at once.
func (w *world) work(ctx context.Context) error { return w.DB.InTx(ctx, w.Jobs.Drain) }

// remind is what a server does every hour: a night of the play may come a week
// late.
func (w *world) remind(ctx context.Context) error {
	if _, err := w.Enrollments.SendReminders(ctx); err != nil {
		return err
	}
	return w.work(ctx)
}

// night is the periodic work of a server.
func (w *world) night(ctx context.Context) error {
	if _, err := w.Enrollments.ExpireDue(ctx); err != nil {
		return err
	}
	if _, err := w.Enrollments.SendReminders(ctx); err != nil {
		return err
	}
	if err := w.Enrollments.MixEvaluations(ctx); err != nil {
		return err
	}
	if _, err := w.Enrollments.CountAnswers(ctx); err != nil {
		return err
	}
	if _, err := w.Enrollments.SendFollowUps(ctx); err != nil {
		return err
	}
	if _, err := w.Insight.Enter(ctx); err != nil {
		return err
	}
	if err := w.work(ctx); err != nil {
		return err
	}
	_, err := w.Audit.Seal(ctx)
	return err
}

// noon is the periodic work of a server that waits for the day.
func (w *world) noon(ctx context.Context) error {
	for _, send := range []func(context.Context) (int, error){w.Enrollments.SendReminders, w.Enrollments.SendFollowUps, w.Refreshers.SendMails} {
		if _, err := send(ctx); err != nil {
			return err
		}
	}
	return w.work(ctx)
}

// as returns a ctx in which the person with the address acts. The address is
// one of those that RFC 5737 keeps for examples.
func (w *world) as(ctx context.Context, email string) context.Context {
	return audit.WithActor(ctx, audit.Actor{PersonID: w.people[email], IP: "192.0.2.1", UserAgent: "the demonstration's play"})
}

// open sets the stage as it stood thirteen months ago: policies, staff, courses.
func (w *world) open(ctx context.Context) error {
	var err error
	if w.hash, err = w.Accounts.Hash(ctx, Password); err != nil {
		return err
	}
	w.clock.set(w.daysAgo(opened, 10, 0, w.Config.Location()))
	err = w.Support.SeedPolicies(ctx, support.Provider{Name: w.Config.ProviderName, Address: w.Config.ProviderAddress, Email: w.Config.ProviderEmail})
	if err != nil {
		return err
	}
	for _, p := range staff {
		if err := w.register(ctx, p); err != nil {
			return err
		}
	}
	return w.firstEditions(ctx)
}

// schedule writes every scene of the year down.
func (w *world) schedule() {
	for i := range cast {
		w.cast(&cast[i])
	}
	staff := clinicStaff()
	for i := range staff {
		w.cast(&staff[i])
	}
	w.office()
	w.workshop()
	w.wallets()
	w.refreshers()
	w.sharing()
	w.media()
	w.conversations()
	w.team()
	w.laterEditions()
	for days := opened - 1; days > 0; days -= 7 {
		w.at(w.daysAgo(days, 3, 0, time.UTC), w.night)
		w.at(w.daysAgo(days, 17, 0, time.UTC), w.noon)
	}
}
