// Package job is the queue in the database: work that must happen after a
// transaction, and only if it commits, is a row that commits with it.
//
// It owns the tables jobs and periodic_work.
//
// Invariants:
//   - A job runs at least once. It may run twice (a crash between its effect
//     and the deletion of its row), so handlers are idempotent. It never runs
//     twice at the same time while the clocks of the replicas agree within half
//     of a lease.
//   - Whoever runs a job holds its lease: a token and an instant. The lease is
//     extended while the handler runs; who has lost it can neither finish nor
//     reschedule the job.
//   - Finished jobs are deleted; dead ones are kept, with their last error, for
//     a person to retry.
//   - Nothing waits for a clock that was wrong: an instant further ahead than
//     any wait or lease can be was written before the clock was set right, and
//     counts as reached.
package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Handler does one job. Its ctx carries no transaction; it ends when the lease
// is lost, when the job has run for an hour, or when a stopping server's grace
// is over. An error means "try again later", unless it is Permanent.
type Handler func(ctx context.Context, payload []byte) error

// The limits of a queue. A lease is long enough for a slow database to miss an
// extension or two, short enough that a crash delays its jobs by a minute.
const (
	leaseTime       = time.Minute
	pollInterval    = time.Second
	maxRunTime      = time.Hour
	defaultWorkers  = 4
	defaultGrace    = 20 * time.Second
	defaultAttempts = 12 // with the backoff below: about three hours
	maxPayload      = 4 << 20
	backoffBase     = 5 * time.Second
	backoffCap      = 4 * time.Hour

	// maxWait is the longest that a job may wait: what the backoff comes to.
	maxWait = backoffCap * 5 / 4
)

// ErrNotDead is returned by Retry for a job that does not exist or is not dead.
var ErrNotDead = apperr.New(apperr.NotFound, "There is no dead job with this ID.")

// ErrReplaced is returned by Retry when a newer job with the same unique key waits.
var ErrReplaced = apperr.New(apperr.Conflict, "A newer job does the same work already.")

// Queue enqueues jobs and runs them. Handle and Every are called before Run;
// everything else is safe for concurrent use.
type Queue struct {
	db       *db.DB
	log      *slog.Logger
	now      func() time.Time
	handlers map[string]Handler
	works    []*work
	wake     chan struct{}

	// Set before Run; tests shorten them.
	workers int
	grace   time.Duration
	lease   time.Duration
	poll    time.Duration

	holder string     // token of the leases on periodic work
	mu     sync.Mutex // guards the mutable fields of works
}

// New returns a queue on d. now is the clock by which jobs are due and leases
// expire.
func New(d *db.DB, log *slog.Logger, now func() time.Time) *Queue {
	return &Queue{
		db: d, log: log, now: func() time.Time { return db.Truncate(now()) },
		handlers: map[string]Handler{}, wake: make(chan struct{}, 1),
		holder: db.NewID(), workers: defaultWorkers, grace: defaultGrace, lease: leaseTime, poll: pollInterval,
	}
}

// SetGrace sets how long Run lets running jobs finish once its ctx has ended.
func (q *Queue) SetGrace(d time.Duration) { q.grace = d }

// Handle registers the handler of a kind. Jobs of kinds that nobody registered
// here stay for a replica that knows them.
func (q *Queue) Handle(kind string, h Handler) {
	if _, twice := q.handlers[kind]; twice {
		panic("job: two handlers for " + kind) //nolint:forbidigo // a mistake in wiring, found at the first start
	}
	q.handlers[kind] = h
}

// Option changes one Enqueue.
type Option func(*row)

// At delays the job until t, at most five hours ahead: a longer wait belongs
// into the table that it is about, with periodic work that looks there.
func At(t time.Time) Option { return func(r *row) { r.RunAt = db.Truncate(t) } }

// Unique makes Enqueue a no-op while an unfinished job has the same key, also
// one that is running: so the key names the work ("certificate.build:ID"), not
// the news that something changed.
func Unique(key string) Option { return func(r *row) { r.UniqueKey = &key } }

// MaxAttempts sets after how many failures the job is dead.
func MaxAttempts(n int) Option { return func(r *row) { r.MaxAttempts = n } }

// Enqueue stores a job in the transaction that ctx carries, or at once if there
// is none. payload is marshaled to JSON. It runs after the commit, never after
// a rollback.
func (q *Queue) Enqueue(ctx context.Context, kind string, payload any, opts ...Option) error {
	data, err := json.Marshal(payload)
	if err != nil {
		return fmt.Errorf("job: payload of %s: %w", kind, err)
	}
	if len(data) > maxPayload {
		return fmt.Errorf("job: payload of %s has %d bytes, more than %d", kind, len(data), maxPayload)
	}
	now := q.now()
	r := row{ID: db.NewID(), Kind: kind, Payload: string(data), RunAt: now, MaxAttempts: defaultAttempts}
	for _, o := range opts {
		o(&r)
	}
	if r.RunAt.After(now.Add(maxWait)) {
		return fmt.Errorf("job: %s would wait longer than %s", kind, maxWait)
	}
	if err := q.insert(ctx, r, now); err != nil {
		return fmt.Errorf("job: enqueue %s: %w", kind, err)
	}
	if !r.RunAt.After(now) {
		q.db.AfterCommit(ctx, q.wakeUp)
	}
	return nil
}

func (q *Queue) wakeUp() {
	select {
	case q.wake <- struct{}{}:
	default: // a wake-up is waiting already
	}
}

// beyond is the instant after which nothing that lasts d can end, unless the
// clock was wrong when it was written.
func beyond(now time.Time, d time.Duration) time.Time { return now.Add(d + db.Skew) }

// permanent marks an error that no repetition mends.
type permanent struct{ error }

func (p permanent) Unwrap() error { return p.error }

// Permanent marks err so that the job is dead at once. Permanent(nil) is nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return permanent{err}
}

// IsPermanent reports whether an error was marked by Permanent.
func IsPermanent(err error) bool {
	_, ok := errors.AsType[permanent](err)
	return ok
}

type lastKey struct{}

// IsLast reports to a handler whether the job is dead if this attempt fails too.
func IsLast(ctx context.Context) bool {
	last, _ := ctx.Value(lastKey{}).(bool)
	return last
}

// backoff doubles from five seconds to four hours, give or take a quarter, so
// that jobs which failed together do not come back together.
func backoff(attempts int) time.Duration {
	d := backoffCap
	if attempts < 20 {
		d = min(backoffBase<<max(0, attempts-1), backoffCap)
	}
	return time.Duration(float64(d) * (0.75 + rand.Float64()/2)) // #nosec G404 -- jitter is no secret
}

// State of a job that is not finished.
type State string

// The states, in the order in which pages show them. Ready is due or waits for
// its time; Dead was given up.
const (
	Dead    State = "dead"
	Ready   State = "ready"
	Running State = "running"
)

// States lists every state.
var States = []State{Dead, Ready, Running}

// Entry is an unfinished job as a list shows it. LastError is for the log and
// for tests: it may hold what no browser should see.
type Entry struct {
	ID        string
	Kind      string
	State     State
	Attempts  int
	LastError string // "" before the first failure
	RunAt     time.Time
	CreatedAt time.Time
	DiedAt    *time.Time // nil unless it is dead
}

// Stalled reports whether the job was given up because its process ended or
// stalled, which no log line of its own tells.
func (e Entry) Stalled() bool { return e.LastError == errStalled }

// Stats counts the unfinished work, for doctor and metrics.
type Stats struct {
	Ready   int64 // due or waiting for their time
	Due     int64 // ready and should have begun
	Running int64
	Dead    int64
	// Lag is how long the oldest due job has waited.
	Lag time.Duration
	// Overdue names periodic work, of what is registered here, that is late by
	// more than three periods and at least three leases, or waits for an instant
	// that only a wrong clock can have named; Failing names work whose last run
	// failed.
	Overdue, Failing []string
}

// Sorts are the orders of a list of jobs: by kind, by how often they were tried and
// by when they were made, up or down. Empty is of the dead the latest first, of the
// others those that are due first.
var Sorts = []string{"", "kind", "-kind", "tries", "-tries", "made", "-made"}

// List returns up to a hundred jobs in a state, sorted by one of Sorts.
func (q *Queue) List(ctx context.Context, state State, sort string) ([]Entry, error) {
	return q.list(ctx, state, sort, 100)
}

// Each calls fn with every job in a state, the oldest first, without loading them
// all: for CSV.
func (q *Queue) Each(ctx context.Context, state State, fn func(Entry) error) error {
	return db.Walk(func(last *Entry) ([]Entry, bool, error) {
		id := ""
		if last != nil {
			id = last.ID
		}
		list, err := q.after(ctx, state, id, db.MaxPage)
		return list, len(list) == db.MaxPage, err
	}, fn)
}

// Dismiss forgets a dead job, which nobody will do any more, and returns what it
// was. Errors: ErrNotDead.
func (q *Queue) Dismiss(ctx context.Context, id string) (Entry, error) {
	e, err := q.discard(ctx, id)
	if err != nil && !errors.Is(err, ErrNotDead) {
		return Entry{}, fmt.Errorf("job: dismiss: %w", err)
	}
	return e, err
}

// GivenUp returns a dead job. Errors: ErrNotDead.
func (q *Queue) GivenUp(ctx context.Context, id string) (Entry, error) {
	return q.dead(ctx, id)
}

// ByKey returns the unfinished and the dead jobs of these unique keys, the newest
// of each key.
func (q *Queue) ByKey(ctx context.Context, keys ...string) (map[string]Entry, error) {
	return q.byKey(ctx, keys)
}

// Revive makes the latest dead job with a unique key ready again, with all its
// attempts, unless an unfinished one has the key; it reports whether it did. Who
// gives the same work to do again and again asks here first: Enqueue would leave
// a dead job behind each time. It carries no transaction of the caller's.
func (q *Queue) Revive(ctx context.Context, key string) (bool, error) {
	ok, err := q.reviveKey(ctx, key, q.now())
	switch {
	case db.IsUnique(err): // somebody has just given it to do
		return false, nil
	case err != nil:
		return false, fmt.Errorf("job: revive: %w", err)
	}
	if ok {
		q.wakeUp()
	}
	return ok, nil
}

// Retry makes a dead job ready again with all its attempts. Errors: ErrNotDead,
// ErrReplaced.
func (q *Queue) Retry(ctx context.Context, id string) error {
	ok, err := q.revive(ctx, id, q.now())
	switch {
	case db.IsUnique(err):
		return ErrReplaced
	case err != nil:
		return fmt.Errorf("job: retry: %w", err)
	case !ok:
		return ErrNotDead
	}
	q.db.AfterCommit(ctx, q.wakeUp)
	return nil
}
