package job

import (
	"context"
	"sort"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// row is a job as it is claimed.
type row struct {
	ID          string
	Kind        string
	Payload     string
	UniqueKey   *string
	RunAt       time.Time
	Attempts    int // counts the present one
	MaxAttempts int
	lease       string
}

func (q *Queue) insert(ctx context.Context, r row, now time.Time) error {
	return q.db.Conn(ctx).Exec(`INSERT INTO jobs (id, kind, payload, unique_key, run_at, max_attempts, created_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		r.ID, r.Kind, r.Payload, r.UniqueKey, r.RunAt, r.MaxAttempts, now).Error
}

// anyDue asks the readers first, so that an idle queue takes no write lock.
func (q *Queue) anyDue(ctx context.Context, kinds []string, now time.Time) (bool, error) {
	var found []int
	err := q.db.Read(ctx).Raw("SELECT 1 FROM jobs WHERE state = 'ready' AND run_at <= ? AND kind IN ? LIMIT 1",
		now, kinds).Scan(&found).Error
	return len(found) > 0, err
}

// expired is the condition on jobs whose lease has ended or can't be true.
const expired = "state = 'running' AND (leased_until < ? OR leased_until > ?)"

func (q *Queue) anyExpired(ctx context.Context, now time.Time) (bool, error) {
	var found []int
	err := q.db.Read(ctx).Raw("SELECT 1 FROM jobs WHERE "+expired+" LIMIT 1", now, beyond(now, q.lease)).Scan(&found).Error
	return len(found) > 0, err
}

// stray is the condition on jobs that wait longer than any job does.
const stray = "state = 'ready' AND run_at > ?"

func (q *Queue) anyStray(ctx context.Context, now time.Time) (bool, error) {
	var found []int
	err := q.db.Read(ctx).Raw("SELECT 1 FROM jobs WHERE "+stray+" LIMIT 1", beyond(now, maxWait)).Scan(&found).Error
	return len(found) > 0, err
}

func (q *Queue) bringBack(ctx context.Context, now time.Time) error {
	return q.db.Conn(ctx).Exec("UPDATE jobs SET run_at = ? WHERE "+stray, now, beyond(now, maxWait)).Error
}

// claim leases up to n due jobs of the kinds, oldest first.
func (q *Queue) claim(ctx context.Context, kinds []string, n int, now time.Time) ([]row, error) {
	token := db.NewID()
	skip := ""
	if q.db.Engine() == db.Postgres {
		skip = "FOR UPDATE SKIP LOCKED"
	}
	// MATERIALIZED: a planner that runs the choice again for each row would
	// claim more than n.
	var rows []row
	err := q.db.Conn(ctx).Raw(`WITH due AS MATERIALIZED (
			SELECT id FROM jobs WHERE state = 'ready' AND run_at <= ? AND kind IN ?
			ORDER BY run_at, id LIMIT ? `+skip+`)
		UPDATE jobs SET state = 'running', attempts = attempts + 1, lease = ?, leased_until = ?
		WHERE id IN (SELECT id FROM due)
		RETURNING id, kind, payload, run_at, attempts, max_attempts`,
		now, kinds, n, token, now.Add(q.lease)).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	for i := range rows {
		rows[i].lease = token
	}
	sort.Slice(rows, func(i, j int) bool {
		if !rows[i].RunAt.Equal(rows[j].RunAt) {
			return rows[i].RunAt.Before(rows[j].RunAt)
		}
		return rows[i].ID < rows[j].ID
	})
	return rows, nil
}

// errStalled is the last error of a job whose process did not come back.
const errStalled = "the process that ran it ended or stalled"

// reclaim takes back what crashed processes held. A job that crashed as often
// as it may fail is dead: it may be what brings the process down.
func (q *Queue) reclaim(ctx context.Context, now time.Time) error {
	const stalled = "last_error = '" + errStalled + "' WHERE " + expired + " AND attempts "
	until := beyond(now, q.lease)
	err := q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'ready', lease = NULL, leased_until = NULL,
		`+stalled+`< max_attempts`, now, until).Error
	if err != nil {
		return err
	}
	return q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'dead', died_at = ?, lease = NULL, leased_until = NULL,
		`+stalled+`>= max_attempts`, now, now, until).Error
}

// extend reports whether the lease was still ours.
func (q *Queue) extend(ctx context.Context, r row, until time.Time) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(
		"UPDATE jobs SET leased_until = ? WHERE id = ? AND lease = ?", until, r.ID, r.lease))
}

func (q *Queue) finish(ctx context.Context, r row) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec("DELETE FROM jobs WHERE id = ? AND lease = ?", r.ID, r.lease))
}

func (q *Queue) reschedule(ctx context.Context, r row, at time.Time, cause string) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'ready', run_at = ?, last_error = ?,
		lease = NULL, leased_until = NULL WHERE id = ? AND lease = ?`, at, cause, r.ID, r.lease))
}

// handBack undoes a claim: a stop is not a failure.
func (q *Queue) handBack(ctx context.Context, r row) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'ready', attempts = attempts - 1,
		lease = NULL, leased_until = NULL WHERE id = ? AND lease = ?`, r.ID, r.lease))
}

func (q *Queue) bury(ctx context.Context, r row, now time.Time, cause string) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'dead', died_at = ?, last_error = ?,
		lease = NULL, leased_until = NULL WHERE id = ? AND lease = ?`, now, cause, r.ID, r.lease))
}

const entryColumns = "id, kind, state, attempts, COALESCE(last_error, '') AS last_error, run_at, created_at, died_at"

func (q *Queue) dead(ctx context.Context, id string) (e Entry, err error) {
	return e, db.One(q.db.Read(ctx).Raw(`SELECT `+entryColumns+` FROM jobs WHERE id = ? AND state = 'dead'`, id).Scan(&e), ErrNotDead)
}

func (q *Queue) byKey(ctx context.Context, keys []string) (map[string]Entry, error) {
	var rows []struct {
		Entry
		UniqueKey string
	}
	err := q.db.Read(ctx).Raw("SELECT "+entryColumns+", unique_key FROM jobs WHERE unique_key IN ? ORDER BY id", keys).Scan(&rows).Error
	out := make(map[string]Entry, len(rows))
	for _, r := range rows {
		out[r.UniqueKey] = r.Entry
	}
	return out, err
}

func (q *Queue) discard(ctx context.Context, id string) (e Entry, err error) {
	return e, db.One(q.db.Conn(ctx).Raw(`DELETE FROM jobs WHERE id = ? AND state = 'dead' RETURNING `+entryColumns, id).Scan(&e), ErrNotDead)
}

func (q *Queue) list(ctx context.Context, state State, sort string, n int) (list []Entry, err error) {
	order := map[string]string{"kind": "kind, id", "-kind": "kind DESC, id DESC", "tries": "attempts, id", "-tries": "attempts DESC, id DESC",
		"made": "created_at, id", "-made": "created_at DESC, id DESC"}[sort]
	switch {
	case order != "":
	case state == Dead:
		order = "died_at DESC, id DESC"
	default:
		order = "run_at, id"
	}
	err = q.db.Read(ctx).Raw(`SELECT `+entryColumns+` FROM jobs
		WHERE state = ? ORDER BY `+order+` LIMIT ?`, state, n).Scan(&list).Error
	return list, err
}

func (q *Queue) after(ctx context.Context, state State, id string, n int) (list []Entry, err error) {
	err = q.db.Read(ctx).Raw(`SELECT `+entryColumns+` FROM jobs WHERE state = ? AND id > ? ORDER BY id LIMIT ?`, state, id, n).Scan(&list).Error
	return list, err
}

func (q *Queue) revive(ctx context.Context, id string, now time.Time) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'ready', attempts = 0, run_at = ?, died_at = NULL
		WHERE id = ? AND state = 'dead'`, now, id))
}

// reviveKey goes by the index of dead jobs: those of a key are few.
func (q *Queue) reviveKey(ctx context.Context, key string, now time.Time) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE jobs SET state = 'ready', attempts = 0, run_at = ?, died_at = NULL
		WHERE state = 'dead' AND id = (SELECT id FROM jobs WHERE unique_key = ? AND state = 'dead' ORDER BY died_at DESC, id DESC LIMIT 1)
			AND NOT EXISTS (SELECT 1 FROM jobs WHERE unique_key = ? AND state <> 'dead')`, now, key, key))
}

// orphans returns the kinds of due jobs that nobody here handles.
func (q *Queue) orphans(ctx context.Context, kinds []string, now time.Time) (found []string, err error) {
	err = q.db.Read(ctx).Raw(`SELECT DISTINCT kind FROM jobs WHERE state = 'ready' AND run_at <= ? AND kind NOT IN ?
		ORDER BY kind`, now, kinds).Scan(&found).Error
	return found, err
}

// Stats counts what is unfinished. It reads aggregates over the unfinished
// jobs only, which are few: finished ones are deleted.
func (q *Queue) Stats(ctx context.Context) (Stats, error) {
	var s Stats
	now := q.now()
	var counts []struct {
		State string
		N     int64
	}
	if err := q.db.Read(ctx).Raw("SELECT state, count(*) AS n FROM jobs GROUP BY state").Scan(&counts).Error; err != nil {
		return s, err
	}
	for _, c := range counts {
		switch c.State {
		case "ready":
			s.Ready = c.N
		case "running":
			s.Running = c.N
		case "dead":
			s.Dead = c.N
		}
	}
	var oldest db.Timestamp
	err := q.db.Read(ctx).Raw("SELECT count(*), min(run_at) FROM jobs WHERE state = 'ready' AND run_at <= ?", now).
		Row().Scan(&s.Due, &oldest)
	if err != nil {
		return s, err
	}
	if oldest.Valid {
		s.Lag = now.Sub(oldest.Time)
	}
	return s, q.periodicStats(ctx, now, &s)
}
