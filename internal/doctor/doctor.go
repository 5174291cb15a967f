// Package doctor examines an installation: what can be broken without anybody
// noticing is looked at and said in a line.
package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/app"
	"github.com/atmacena/cocare/internal/config"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/keyring"
	"github.com/atmacena/cocare/internal/progress"
	"github.com/atmacena/cocare/internal/witness"
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
		{"courses", courses},
		{"prices", prices},
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

func settings(_ context.Context, a *app.App) (State, string, error) {
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

// keyWarning is how long before the document key's certificate expires doctor
// says so: an authority may take weeks for the next.
const keyWarning = 90 * 24 * time.Hour

// keys opens every private key: a wrong master key shows here, not at the next
// sign-in.
func keys(ctx context.Context, a *app.App) (State, string, error) {
	n, distrusted, state, expiry := 0, 0, OK, ""
	for _, p := range keyring.Purposes {
		list, err := a.Keys.All(ctx, p)
		if err != nil {
			return Bad, "", err
		}
		n += len(list)
		for _, k := range list {
			if k.NotTrustedAfter != nil {
				distrusted++
			}
			if k.RetiredAt == nil && len(k.Chain) > 0 {
				state, expiry = expires(k, a.Now())
			}
		}
	}
	detail := fmt.Sprintf("%d keys open with this master key", n)
	if distrusted > 0 {
		detail += fmt.Sprintf("; %d of them distrusted", distrusted)
	}
	return state, detail + expiry, nil
}

// expires judges the certificate of the key that signs PDFs.
func expires(k keyring.Key, now time.Time) (State, string) {
	at, remedy := k.Chain[0].NotAfter, "run cocare key rotate --purpose document"
	if k.Brought {
		remedy = "renew the file of COCARE_DOCUMENT_KEY_FILE and restart"
	}
	day := at.UTC().Format(time.DateOnly)
	switch {
	case now.After(at):
		return Bad, "; the document key's certificate expired on " + day + ", so certificates wait: " + remedy
	case now.After(at.Add(-keyWarning)):
		return Warn, "; the document key's certificate expires on " + day + ": " + remedy
	}
	return OK, ""
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

// certificates compares every stored file with its hash, and every row with its
// facts and its history, and looks for completed courses that should have one.
func certificates(ctx context.Context, a *app.App) (State, string, error) {
	n, damaged, err := a.Certificates.CheckStored(ctx)
	if err != nil {
		return Bad, "", err
	}
	if len(damaged) > 0 {
		return Bad, fmt.Sprintf("%d differ from their hashes, their badges, their facts, their history or the log: %v", len(damaged), damaged), nil
	}
	detail := fmt.Sprintf("%d stored files match their hashes and badges, and every row its facts, its history and the log", n)
	missing, waiting, err := a.Enrollments.CountMissing(ctx)
	if err != nil {
		return Bad, "", err
	}
	if waiting > 0 {
		detail += fmt.Sprintf("; %d wait for an administrator to issue them", waiting)
	}
	if missing > 0 {
		return Warn, detail + fmt.Sprintf("; %d are missing though their courses issue them at once: see /admin/certificates/to-issue", missing), nil
	}
	return OK, detail, nil
}

// transparency builds the tree anew from the entries.
func transparency(ctx context.Context, a *app.App) (State, string, error) {
	t, err := a.TransLog.Check(ctx)
	if err != nil {
		return Bad, "", err
	}
	return OK, fmt.Sprintf("%d entries make the tree; root %x (compare it with a checkpoint that was kept elsewhere)", t.Size, t.Root[:8]), nil
}

// witnesses compares the log with all that witnesses signed, and tells of those that
// contradict it or are silent.
func witnesses(ctx context.Context, a *app.App) (State, string, error) {
	n, broken, err := a.Witnesses.Check(ctx)
	if err != nil {
		return Bad, "", err
	}
	if broken > 0 {
		return Bad, fmt.Sprintf("%d of %d cosignatures are of another log than there is: it was changed, cut or restored from a backup after they were made", broken, n), nil
	}
	list, err := a.Witnesses.List(ctx)
	if err != nil {
		return Bad, "", err
	}
	state, signing, silent := OK, 0, ""
	for _, s := range list {
		switch {
		case s.Alarm != witness.None && s.Asked:
			return Bad, fmt.Sprintf("%s saw another log than there is (%s; it has seen %d lines): lines were lost or changed; see Witnesses in docs/deployment.md", s.Key.Name(), s.Alarm, s.Seen), nil
		case s.Alarm != witness.None:
			state, silent = Warn, silent+fmt.Sprintf("; %s left the settings after it saw another log than there is", s.Key.Name())
		case s.Late:
			state, silent = Warn, silent+fmt.Sprintf("; %s has not signed for a day, or never. %s", s.Key.Name(), s.Problem)
		case s.Asked:
			signing++
		}
	}
	if len(list) == 0 {
		return OK, "none is named, so nobody can tell that all are shown the same log", nil
	}
	return state, fmt.Sprintf("%d cosignatures match the tree; %d of the witnesses that are asked are in order", n, signing) + strings.TrimRight(silent, " "), nil
}

func courses(ctx context.Context, a *app.App) (State, string, error) {
	list, err := a.Courses.List(ctx)
	if err != nil {
		return Bad, "", err
	}
	unreviewed, overdue, today := 0, []string{}, a.Now().In(a.Config.Location()).Format(time.DateOnly)
	for _, ed := range list {
		if !ed.Reviewed() {
			unreviewed++
		}
		if ed.Course.Card.Overdue(today) {
			overdue = append(overdue, ed.Slug+" by "+ed.Course.Card.ExpiresOn)
		}
	}
	state, detail := OK, fmt.Sprintf("%d published", len(list))
	if unreviewed > 0 {
		state, detail = Warn, detail+fmt.Sprintf(", %d without every sign-off that they ask for", unreviewed)
	} else {
		detail += ", all signed off"
	}
	if len(overdue) > 0 {
		state, detail = Warn, detail+"; to be checked again: "+strings.Join(overdue, ", ")
	}
	return state, detail, nil
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
