package token

import (
	"context"
	"time"
)

func (a *Authority) insert(ctx context.Context, r revocation) error {
	return a.DB.Conn(ctx).Exec("INSERT INTO revocations (id, session_id, person_id, token_version, expires_at) VALUES (?, ?, ?, ?, ?)",
		r.ID, r.SessionID, r.PersonID, r.TokenVersion, r.ExpiresAt).Error
}

func (a *Authority) live(ctx context.Context, now time.Time) (list []revocation, err error) {
	err = a.DB.Read(ctx).Raw("SELECT id, session_id, person_id, token_version, expires_at FROM revocations WHERE expires_at > ?", now).Scan(&list).Error
	return list, err
}

func (a *Authority) sweep(ctx context.Context, now time.Time) error {
	return a.DB.Conn(ctx).Exec("DELETE FROM revocations WHERE expires_at < ?", now).Error
}
