package conversation

import (
	"context"
	"encoding/json"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (s *Service) saveSetting(ctx context.Context, personID string, every Every, at time.Time) error {
	return s.d.DB.Conn(ctx).Exec(`INSERT INTO conversation_settings (person_id, digest, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest, changed_at = excluded.changed_at`, personID, every, at).Error
}

// standing reads both parts; either may be missing.
func (s *Service) standing(ctx context.Context, personID string) (st standing, err error) {
	err = s.d.DB.Read(ctx).Raw(`SELECT c.digest, d.on_day, d.until_at, COALESCE(d.reach, '') AS reach FROM (SELECT ? AS person_id) AS p
		LEFT JOIN conversation_settings c ON c.person_id = p.person_id
		LEFT JOIN conversation_digests d ON d.person_id = p.person_id
			AND d.on_day = (SELECT max(l.on_day) FROM conversation_digests l WHERE l.person_id = p.person_id)`, personID).Scan(&st).Error
	if err == nil && st.Reach != "" {
		err = json.Unmarshal([]byte(st.Reach), &st.saw)
	}
	return st, err
}

// markDigest reports whether this is the digest of that person and day.
func (s *Service) markDigest(ctx context.Context, personID, day string, until time.Time, r Reach) (bool, error) {
	reach, err := json.Marshal(r)
	if err != nil {
		return false, err
	}
	return db.Changed(s.d.DB.Conn(ctx).Exec(`INSERT INTO conversation_digests (person_id, on_day, until_at, reach) VALUES (?, ?, ?, ?)
		ON CONFLICT (person_id, on_day) DO NOTHING`, personID, day, until, string(reach)))
}

// newWaiting are the threads within reach that wait, as they were until an instant,
// and that somebody was not told of: they were added to or no longer hidden since the
// last time, or beyond their reach then. Reports come first, then the oldest.
func (s *Service) newWaiting(ctx context.Context, r Reach, last standing, until time.Time, limit int) (rows []Thread, err error) {
	where, args := r.where()
	where = "waiting = 1 AND hidden_at IS NULL AND " + where + " AND asked_at <= ? AND (unhidden_at IS NULL OR unhidden_at <= ?)"
	args = append(args, until, until)
	if last.UntilAt != nil {
		fresh, more := last.fresh()
		where, args = where+" AND ("+fresh+")", append(args, more...)
	}
	err = s.d.DB.Read(ctx).Raw("SELECT "+threadColumns+" FROM conversation_threads WHERE "+where+`
		ORDER BY CASE kind WHEN 'inaccuracy' THEN 0 ELSE 1 END, asked_at, id LIMIT ?`, append(args, limit)...).Scan(&rows).Error
	return rows, err
}

// fresh is the condition on threads that were not in the last digest, with its
// arguments.
func (st standing) fresh() (string, []any) {
	cond, args := "asked_at > ? OR unhidden_at > ?", []any{*st.UntilAt, *st.UntilAt}
	if st.saw == nil {
		return cond, args
	}
	saw, more := st.saw.where()
	return cond + " OR NOT (" + saw + ")", append(args, more...)
}

// CountWaiting counts the questions and reports within reach that wait for an answer or
// a check.
func (s *Service) CountWaiting(ctx context.Context, r Reach) (int, error) {
	return s.countWaiting(ctx, r)
}

func (s *Service) countWaiting(ctx context.Context, r Reach) (n int, err error) {
	where, args := r.where()
	err = s.d.DB.Read(ctx).Raw("SELECT count(*) FROM conversation_threads WHERE waiting = 1 AND hidden_at IS NULL AND "+where, args...).Scan(&n).Error
	return n, err
}
