package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

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

func (l *Log) list(ctx context.Context, f Filter) ([]Entry, error) {
	where, args := []string{"1 = 1"}, []any{}
	for _, c := range []struct{ column, value string }{
		{"e.object_kind = ?", f.ObjectKind}, {"e.object_id = ?", f.ObjectID}, {"e.actor_id = ?", f.ActorID},
		{"e.action = ?", f.Action}, {"e.id < ?", f.Before},
	} {
		if c.value != "" {
			where, args = append(where, c.column), append(args, c.value)
		}
	}
	var rows []struct {
		ID, ActorID, Action, ObjectKind, ObjectID string
		OccurredAt                                time.Time
		Seq                                       *int64
		Hash                                      *string
		Details, IP, UserAgent, RequestID         *string
	}
	err := l.db.Read(ctx).Raw(`SELECT e.id, e.occurred_at, e.actor_id, e.action, e.object_kind, e.object_id, e.seq, e.hash,
			d.details, d.ip, d.user_agent, d.request_id`+withSide+`
		WHERE `+strings.Join(where, " AND ")+` ORDER BY e.id DESC LIMIT ?`, append(args, f.Limit)...).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	entries := make([]Entry, len(rows))
	for i, r := range rows {
		e := Entry{
			ID: r.ID, OccurredAt: r.OccurredAt, ActorID: r.ActorID, Action: r.Action,
			ObjectKind: r.ObjectKind, ObjectID: r.ObjectID, Erased: r.Details == nil,
		}
		if r.Seq != nil {
			e.Seq, e.Hash = *r.Seq, *r.Hash
		}
		if !e.Erased {
			e.IP, e.UserAgent, e.RequestID = *r.IP, *r.UserAgent, *r.RequestID
			if err := json.Unmarshal([]byte(*r.Details), &e.Details); err != nil {
				return nil, fmt.Errorf("details of %s: %w", r.ID, err)
			}
		}
		entries[i] = e
	}
	return entries, nil
}

func (l *Log) eraseSide(ctx context.Context, id string) (bool, error) {
	return db.Changed(l.db.Conn(ctx).Exec("DELETE FROM audit_details WHERE event_id = ?", id))
}

func (l *Log) exists(ctx context.Context, id string) (bool, error) {
	var found []int
	err := l.db.Read(ctx).Raw("SELECT 1 FROM audit_events WHERE id = ?", id).Scan(&found).Error
	return len(found) > 0, err
}
