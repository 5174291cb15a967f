package wallet

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// feed is a person's row, all NULL where there is none.
func (s *Service) feed(ctx context.Context, personID string) (row feedRow, err error) {
	err = s.DB.Read(ctx).Raw("SELECT person_id, feed_salt, feed_hash, feed_made_at FROM wallet_people WHERE person_id = ?", personID).Scan(&row).Error
	return row, err
}

func (s *Service) setFeed(ctx context.Context, personID, salt, hash string, at time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE wallet_people SET feed_salt = ?, feed_hash = ?, feed_made_at = ? WHERE person_id = ?", salt, hash, at, personID).Error
}

func (s *Service) clearFeed(ctx context.Context, personID string) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE wallet_people SET feed_salt = NULL, feed_hash = NULL, feed_made_at = NULL WHERE person_id = ? AND feed_hash IS NOT NULL", personID))
}

// changed says, by license, when it or its owner's wallet was last changed.
func (s *Service) changed(ctx context.Context, personID string) (map[string]time.Time, error) {
	var rows []struct {
		ID        string
		UpdatedAt time.Time
		TouchedAt *time.Time
	}
	err := s.DB.Read(ctx).Raw(`SELECT l.id, l.updated_at, w.touched_at FROM licenses l LEFT JOIN wallet_people w ON w.person_id = l.person_id
		WHERE l.person_id = ? ORDER BY l.id`, personID).Scan(&rows).Error
	out := map[string]time.Time{}
	for _, r := range rows {
		out[r.ID] = r.UpdatedAt
		if r.TouchedAt != nil && r.TouchedAt.After(r.UpdatedAt) {
			out[r.ID] = *r.TouchedAt
		}
	}
	return out, err
}

// reachable is who may have an address of a calendar, and get mail.
const reachable = "p.blocked_at IS NULL AND p.erased_at IS NULL"

func (s *Service) feedOwner(ctx context.Context, hash string) (personID string, err error) {
	err = db.One(s.DB.Read(ctx).Raw(`SELECT w.person_id FROM wallet_people w JOIN people p ON p.id = w.person_id
		WHERE w.feed_hash = ? AND `+reachable, hash).Scan(&personID), ErrNoFeed)
	return personID, err
}

// expiring lists up to limit licenses that expire behind the last one and until a
// day, of people with a confirmed address who want to be reminded.
func (s *Service) expiring(ctx context.Context, last expiring, until string, limit int) (list []expiring, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT l.id, l.person_id, l.expires_on,
			(SELECT min(r.days) FROM wallet_reminders r WHERE r.license_id = l.id AND r.expires_on = l.expires_on) AS nearest
		FROM licenses l JOIN people p ON p.id = l.person_id
		WHERE l.expires_on <= ? AND (l.expires_on > ? OR (l.expires_on = ? AND l.id > ?))
			AND p.email_confirmed_at IS NOT NULL AND `+reachable+`
			AND NOT EXISTS (SELECT 1 FROM wallet_quiet q WHERE q.license_id = l.id)
		ORDER BY l.expires_on, l.id LIMIT ?`, until, last.ExpiresOn, last.ExpiresOn, last.ID, limit).Scan(&list).Error
	return list, err
}

// markReminded reports false if it was sent before, or should no longer be: the
// license is gone, expires on another day, or its owner wants none.
func (s *Service) markReminded(ctx context.Context, l expiring, days int, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO wallet_reminders (license_id, expires_on, days, sent_at)
		SELECT l.id, l.expires_on, ?, ? FROM licenses l WHERE l.id = ? AND l.expires_on = ?
			AND NOT EXISTS (SELECT 1 FROM wallet_quiet q WHERE q.license_id = l.id)
		ON CONFLICT DO NOTHING`, days, at, l.ID, l.ExpiresOn))
}

// remindersOf lists those sent about a person's licenses.
func (s *Service) remindersOf(ctx context.Context, personID string) (list []Reminder, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT r.license_id, r.expires_on, r.days, r.sent_at FROM wallet_reminders r JOIN licenses l ON l.id = r.license_id
		WHERE l.person_id = ? ORDER BY r.license_id, r.expires_on, r.days DESC`, personID).Scan(&list).Error
	return list, err
}
