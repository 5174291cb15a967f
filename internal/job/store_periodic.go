package job

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// workRow is a row of periodic_work.
type workRow struct {
	Name        string
	NextAt      time.Time
	RanAt       *time.Time
	Lease       *string
	LeasedUntil *time.Time
	LastError   *string
}

func (q *Queue) insertWork(ctx context.Context, name string, now time.Time) error {
	return q.db.Conn(ctx).Exec(
		"INSERT INTO periodic_work (name, next_at) VALUES (?, ?) ON CONFLICT DO NOTHING", name, now).Error
}

func (q *Queue) workRows(ctx context.Context) (map[string]workRow, error) {
	var rows []workRow
	err := q.db.Read(ctx).Raw("SELECT name, next_at, ran_at, lease, leased_until, last_error FROM periodic_work").Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	byName := make(map[string]workRow, len(rows))
	for _, r := range rows {
		byName[r.Name] = r
	}
	return byName, nil
}

// claimWork takes the work if it is due and nobody holds it, or if we do. An
// instant that a wrong clock has named binds nobody.
func (q *Queue) claimWork(ctx context.Context, w *work, now, next, until time.Time) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE periodic_work SET next_at = ?, ran_at = ?, lease = ?, leased_until = ?
		WHERE name = ? AND (next_at <= ? OR next_at > ?) AND (lease IS NULL OR lease = ? OR leased_until <= ? OR leased_until > ?)`,
		next, now, q.holder, until, w.name, now, beyond(now, w.every), q.holder, now, beyond(now, q.lease)))
}

func (q *Queue) extendWork(ctx context.Context, name, token string, until time.Time) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(
		"UPDATE periodic_work SET leased_until = ? WHERE name = ? AND lease = ?", until, name, token))
}

// releaseWork ends a run; cause is nil after success.
func (q *Queue) releaseWork(ctx context.Context, name, token string, next time.Time, cause *string) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(`UPDATE periodic_work SET next_at = ?, last_error = ?, lease = NULL, leased_until = NULL
		WHERE name = ? AND lease = ?`, next, cause, name, token))
}

// noteWork records the outcome of a run that keeps its lease.
func (q *Queue) noteWork(ctx context.Context, name, token string, cause *string) (bool, error) {
	return db.Changed(q.db.Conn(ctx).Exec(
		"UPDATE periodic_work SET last_error = ? WHERE name = ? AND lease = ?", cause, name, token))
}

func (q *Queue) periodicStats(ctx context.Context, now time.Time, s *Stats) error {
	rows, err := q.workRows(ctx)
	if err != nil {
		return err
	}
	for _, w := range q.works {
		r, ok := rows[w.name]
		if ok && (r.NextAt.Add(3*max(w.every, q.lease)).Before(now) || r.NextAt.After(beyond(now, w.every))) {
			s.Overdue = append(s.Overdue, w.name)
		}
	}
	for name, r := range rows { // also work that only the server registers
		if r.LastError != nil {
			s.Failing = append(s.Failing, name)
		}
	}
	slices.Sort(s.Failing)
	return nil
}
