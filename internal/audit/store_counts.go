package audit

import (
	"context"
	"strings"
)

// Count counts the entries of a filter, whatever page it shows.
func (l *Log) Count(ctx context.Context, f Filter) (n int64, err error) {
	where, args := []string{"1 = 1"}, []any{}
	for _, c := range []struct{ column, value string }{
		{"object_kind = ?", f.ObjectKind}, {"object_id = ?", f.ObjectID}, {"actor_id = ?", f.ActorID}, {"action = ?", f.Action},
	} {
		if c.value != "" {
			where, args = append(where, c.column), append(args, c.value)
		}
	}
	err = l.db.Read(ctx).Raw("SELECT COUNT(*) FROM audit_events WHERE "+strings.Join(where, " AND "), args...).Scan(&n).Error
	return n, err
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
