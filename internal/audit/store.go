package audit

import (
	"context"

	"github.com/atmacena/cocare/internal/db"
)

func (l *Log) insert(ctx context.Context, e event, s side) error {
	err := l.db.Conn(ctx).Exec(`INSERT INTO audit_events (id, occurred_at, actor_id, action, object_kind, object_id, details_hash)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		e.ID, e.OccurredAt, e.ActorID, e.Action, e.ObjectKind, e.ObjectID, e.DetailsHash).Error
	if err != nil {
		return err
	}
	return l.db.Conn(ctx).Exec(`INSERT INTO audit_details (event_id, salt, details, ip, user_agent, request_id)
		VALUES (?, ?, ?, ?, ?, ?)`, e.ID, s.Salt, s.Details, s.IP, s.UserAgent, s.RequestID).Error
}

func (l *Log) anyUnsealed(ctx context.Context) (bool, error) {
	var found []int
	err := l.db.Read(ctx).Raw("SELECT 1 FROM audit_events WHERE seq IS NULL LIMIT 1").Scan(&found).Error
	return len(found) > 0, err
}

func (l *Log) countUnsealed(ctx context.Context) (n int64, err error) {
	err = l.db.Read(ctx).Raw("SELECT count(*) FROM audit_events WHERE seq IS NULL").Scan(&n).Error
	return n, err
}

// head is the last chained event, or the genesis.
func (l *Log) head(ctx context.Context) (event, error) {
	var found []event
	err := l.db.Read(ctx).Raw(`SELECT seq, hash FROM audit_events WHERE seq IS NOT NULL
		ORDER BY seq DESC LIMIT 1`).Scan(&found).Error
	if err != nil || len(found) == 0 {
		return event{Hash: genesis}, err
	}
	return found[0], nil
}

func (l *Log) unsealed(ctx context.Context, n int) (events []event, err error) {
	err = l.db.Read(ctx).Raw(`SELECT id, occurred_at, actor_id, action, object_kind, object_id, details_hash
		FROM audit_events WHERE seq IS NULL ORDER BY id LIMIT ?`, n).Scan(&events).Error
	return events, err
}

func (l *Log) seal(ctx context.Context, e event) (bool, error) {
	return db.Changed(l.db.Conn(ctx).Exec(`UPDATE audit_events SET seq = ?, previous_hash = ?, hash = ?, sealed_at = ?
		WHERE id = ? AND seq IS NULL`, e.Seq, e.PreviousHash, e.Hash, e.SealedAt, e.ID))
}

// chained is an event with its side row; the pointers are nil once it is erased.
type chained struct {
	Event     event `gorm:"embedded"`
	Salt      *string
	Details   *string
	IP        *string
	UserAgent *string
	RequestID *string
}

func (c chained) side() side {
	return side{Salt: *c.Salt, Details: *c.Details, IP: *c.IP, UserAgent: *c.UserAgent, RequestID: *c.RequestID}
}

const withSide = ` FROM audit_events e LEFT JOIN audit_details d ON d.event_id = e.id `

func (l *Log) chainAfter(ctx context.Context, seq int64, n int) (page []chained, err error) {
	err = l.db.Read(ctx).Raw(`SELECT e.id, e.occurred_at, e.actor_id, e.action, e.object_kind, e.object_id,
			e.details_hash, e.seq, e.previous_hash, e.hash, e.sealed_at,
			d.salt, d.details, d.ip, d.user_agent, d.request_id`+withSide+`
		WHERE e.seq IS NOT NULL AND e.seq > ? ORDER BY e.seq LIMIT ?`, seq, n).Scan(&page).Error
	return page, err
}
