// Package doctor examines an installation: what can be broken without anybody
// noticing is looked at and said in a line.
package doctor

import (
	"context"
	"fmt"
	"strings"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/progress"
)

// State of a finding.
type State string

// The states.
const (
	OK   State = "ok"
	Warn State = "warn"
	Bad  State = "bad"
)

// Finding is the result of one examination.
type Finding struct {
	Name   string `json:"name"`
	State  State  `json:"state"`
	Detail string `json:"detail"`
}

// Examine runs every examination; one that fails does not stop the next.
func Examine(ctx context.Context, a *app.App) []Finding {
	examinations := []struct {
		name string
		run  func(context.Context, *app.App) (State, string, error)
	}{
		{"settings", settings},
		{"schema", schema},
		{"database integrity", integrity},
		{"database writes", writes},
		{"keys", keys},
		{"audit chain", chain},
		{"certificates", certificates},
		{"transparency log", transparency},
		{"witnesses", witnesses},
		{"editions", editions},
		{"media", media},
		{"courses", courses},
		{"prices", prices},
		{"orders", orders},
		{"jobs", jobs},
	}
	out := make([]Finding, 0, len(examinations))
	for i, x := range examinations {
		progress.Report(ctx, progress.State{Step: "Examining " + x.name, Done: int64(i), Total: int64(len(examinations))})
		state, detail, err := x.run(ctx, a)
		if err != nil {
			state, detail = Bad, err.Error()
		}
		out = append(out, Finding{x.name, state, detail})
	}
	return out
}

// ExamineDatabase is Examine where the services could not be wired, for the
// reason given: it looks at what stands without them.
func ExamineDatabase(ctx context.Context, c *config.Config, why error) []Finding {
	out := []Finding{{"start", Bad, "the services do not start: " + why.Error()}}
	where := app.DatabaseConfig(c)
	where.Existing = true
	d, err := db.Open(ctx, where)
	if err != nil {
		return append(out, Finding{"database", Bad, err.Error()})
	}
	defer d.Close()
	for _, x := range []struct {
		name, fine string
		run        func(context.Context) error
	}{{"schema", "up to date on " + string(d.Engine()), d.CheckSchema}, {"database integrity", "no damage found", d.CheckIntegrity}} {
		f := Finding{x.name, OK, x.fine}
		if err := x.run(ctx); err != nil {
			f.State, f.Detail = Bad, err.Error()
		}
		out = append(out, f)
	}
	return out
}

// settings judges what the services do not look at as a start does.
func settings(ctx context.Context, a *app.App) (State, string, error) {
	if err := a.CheckStart(ctx); err != nil {
		return Bad, "", fmt.Errorf("serve would not start: %w", err)
	}
	if w := a.Config.Warnings(); len(w) > 0 {
		return Warn, fmt.Sprint(w), nil
	}
	return OK, "every setting can be used", nil
}

func schema(ctx context.Context, a *app.App) (State, string, error) {
	return OK, "up to date on " + string(a.DB.Engine()), a.DB.CheckSchema(ctx)
}

func integrity(ctx context.Context, a *app.App) (State, string, error) {
	return OK, "no damage found", a.DB.CheckIntegrity(ctx)
}

// writes asks for a durable write: a disk may be full, or a folder read-only,
// while everything can still be read.
func writes(ctx context.Context, a *app.App) (State, string, error) {
	if err := a.DB.CheckReady(ctx); err != nil {
		return Bad, "", fmt.Errorf("it takes no write; look whether the disk is full, the folder read-only, or the server a standby: %w", err)
	}
	return OK, "it takes what is written", nil
}

// maxUnsealed is far more than one second of work: beyond it nobody seals, or
// somebody took seals away.
const maxUnsealed = 200

func chain(ctx context.Context, a *app.App) (State, string, error) {
	r, err := a.Audit.Verify(ctx)
	if err != nil {
		return Bad, "", err
	}
	if !r.OK() {
		return Bad, fmt.Sprint(r.Break), nil
	}
	state := OK
	if r.Unsealed > maxUnsealed {
		state = Warn
	}
	return state, fmt.Sprintf("%d events chained, %d waiting; head %.16s (note it elsewhere: a chain cannot show that its end was cut off)", r.Seq, r.Unsealed, r.Head), nil
}

func prices(ctx context.Context, a *app.App) (State, string, error) {
	w, err := a.PriceWarnings(ctx)
	if len(w) > 0 {
		return Warn, strings.Join(w, "; "), err
	}
	return OK, "all in " + a.Config.ProviderCurrency, err
}

func jobs(ctx context.Context, a *app.App) (State, string, error) {
	a.ScheduleWork()
	s, err := a.Jobs.Stats(ctx)
	if err != nil {
		return Bad, "", err
	}
	detail := fmt.Sprintf("%d waiting, %d running, %d dead", s.Ready, s.Running, s.Dead)
	state := OK
	warn := func(format string, args ...any) { state, detail = Warn, detail+"; "+fmt.Sprintf(format, args...) }
	if len(s.Overdue) > 0 {
		warn("periodic work is overdue: %s (does a server run, and is the clock right?)", strings.Join(s.Overdue, ", "))
	}
	if len(s.Failing) > 0 {
		warn("periodic work fails: %s (see the server's log)", strings.Join(s.Failing, ", "))
	}
	if s.Dead > 0 {
		warn("the dead ones wait at /admin/jobs")
	}
	return state, detail, nil
}

// most is how many are named of many that are wrong in one way.
const most = 10

// named lists the first of them.
func named[T any](list []T) string {
	words := make([]string, 0, most)
	for _, x := range list[:min(len(list), most)] {
		words = append(words, fmt.Sprint(x))
	}
	if n := len(list) - most; n > 0 {
		words = append(words, fmt.Sprintf("and %d more", n))
	}
	return strings.Join(words, "; ")
}
