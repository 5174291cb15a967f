package limit

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// hit counts one try and returns the count and the end of the window.
func (l *Limiter) hit(ctx context.Context, key string, now, ends time.Time) (int64, time.Time, error) {
	var hits int64
	var until db.Timestamp
	const over = "rate_limits.ends_at <= ? OR rate_limits.ends_at > ?"
	wrong := ends.Add(db.Skew) // a window that ends later was opened by a wrong clock
	err := l.db.Conn(ctx).Raw(`INSERT INTO rate_limits (key, hits, ends_at) VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET
			hits = CASE WHEN `+over+` THEN 1 ELSE rate_limits.hits + 1 END,
			ends_at = CASE WHEN `+over+` THEN excluded.ends_at ELSE rate_limits.ends_at END
		RETURNING hits, ends_at`, key, ends, now, wrong, now, wrong).Row().Scan(&hits, &until)
	return hits, until.Time, db.Translate(err)
}

func (l *Limiter) forget(ctx context.Context, key string) error {
	return l.db.Conn(ctx).Exec("DELETE FROM rate_limits WHERE key = ?", key).Error
}

func (l *Limiter) sweep(ctx context.Context, now time.Time) error {
	return l.db.Conn(ctx).Exec("DELETE FROM rate_limits WHERE ends_at < ?", now).Error
}
