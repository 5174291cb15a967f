package once

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (l *Log) insert(ctx context.Context, key string, at time.Time) (bool, error) {
	return db.Changed(l.db.Conn(ctx).Exec("INSERT INTO form_posts (key, at) VALUES (?, ?) ON CONFLICT DO NOTHING", key, at))
}

func (l *Log) deleteBefore(ctx context.Context, at time.Time) error {
	return l.db.Conn(ctx).Exec("DELETE FROM form_posts WHERE at < ?", at).Error
}
