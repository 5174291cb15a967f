package audit

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (f Filter) where() (string, []any) {
	conds, args := []string{"1 = 1"}, []any{}
	for _, c := range []struct{ cond, value string }{
		{"e.object_kind = ?", f.ObjectKind}, {"e.object_id = ?", f.ObjectID}, {"e.actor_id = ?", f.ActorID}, {"e.action = ?", f.Action},
	} {
		if c.value != "" {
			conds, args = append(conds, c.cond), append(args, c.value)
		}
	}
	return " WHERE " + strings.Join(conds, " AND "), args
}

// place adds the place in the list and the order, and asks for one entry more,
// to see whether there is one. Going back the entries come in reverse.
func (f Filter) place(where string, args []any) (string, []any) {
	if f.Before != "" {
		where, args = where+" AND e.id < ?", append(args, f.Before)
	}
	if f.After != "" {
		where, args = where+" AND e.id > ?", append(args, f.After)
	}
	direction := " DESC"
	if f.up() != f.back() {
		direction = ""
	}
	return where + " ORDER BY e.id" + direction + " LIMIT ?", append(args, f.Limit+1)
}

func (l *Log) list(ctx context.Context, f Filter) ([]Entry, error) {
	var rows []struct {
		ID, ActorID, Action, ObjectKind, ObjectID string
		OccurredAt                                time.Time
		Seq                                       *int64
		Hash                                      *string
		Details, IP, UserAgent, RequestID         *string
	}
	where, args := f.where()
	where, args = f.place(where, args)
	err := l.db.Read(ctx).Raw(`SELECT e.id, e.occurred_at, e.actor_id, e.action, e.object_kind, e.object_id, e.seq, e.hash,
		d.details, d.ip, d.user_agent, d.request_id`+withSide+where, args...).Scan(&rows).Error
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

// count counts the entries of a filter, whatever page it shows. The chain knows
// the length of the whole log; a part of it is counted up to db.MaxCount.
func (l *Log) count(ctx context.Context, f Filter) (n int64, over bool, err error) {
	where, args := f.where()
	if len(args) == 0 {
		head, err := l.head(ctx)
		if err != nil {
			return 0, false, err
		}
		waiting, err := l.countUnsealed(ctx)
		return head.Seq + waiting, false, err
	}
	return db.CountUpTo(l.db.Read(ctx), " FROM audit_events e"+where, args...)
}

// Words returns the actions and the kinds of objects that occur in the log, in
// the order of the alphabet.
func (l *Log) Words(ctx context.Context) (actions, kinds []string, err error) {
	if actions, err = l.distinct(ctx, "action"); err != nil {
		return nil, nil, err
	}
	kinds, err = l.distinct(ctx, "object_kind")
	return actions, kinds, err
}

// distinct jumps through the index of a column from value to value: the log is
// long, its words are few. column is ours, never what somebody typed.
func (l *Log) distinct(ctx context.Context, column string) (values []string, err error) {
	err = l.db.Read(ctx).Raw(strings.ReplaceAll(`WITH RECURSIVE words (word) AS (
			SELECT MIN(@) FROM audit_events
			UNION ALL
			SELECT (SELECT MIN(@) FROM audit_events WHERE @ > word) FROM words WHERE word IS NOT NULL
		) SELECT word FROM words WHERE word IS NOT NULL ORDER BY word`, "@", column)).Scan(&values).Error
	return values, err
}
