package refresher

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// running is true of a plan p that asks questions at an instant, of an enrollment e.
const running = "p.stopped_at IS NULL AND p.ends_at > ? AND e.state = 'completed'"

// reachable is who may be written to.
const reachable = "q.blocked_at IS NULL AND q.erased_at IS NULL"

// waiting lists up to limit people behind one who chose mails, of whose questions
// enough are due by an instant, or one has waited long, and who got no mail since
// another.
func (s *Service) waiting(ctx context.Context, now, by, overdue, mailed time.Time, after string, limit int) (people []string, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT p.person_id FROM refresher_plans p JOIN enrollments e ON e.id = p.enrollment_id
		JOIN people q ON q.id = p.person_id JOIN refresher_cards c ON c.plan_id = p.id AND c.due_at <= ?
		LEFT JOIN refresher_mails m ON m.person_id = p.person_id
		WHERE p.by_mail AND `+running+" AND "+reachable+` AND p.person_id > ? AND (m.person_id IS NULL OR m.mailed_at <= ?)
		GROUP BY p.person_id HAVING count(*) >= ? OR min(c.due_at) <= ? ORDER BY p.person_id LIMIT ?`,
		by, now, after, mailed, MailMin, overdue, limit).Scan(&people).Error
	return people, err
}

// runningPlans are a person's.
func (s *Service) runningPlans(ctx context.Context, personID string, now time.Time) (list []planRow, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+planColumns+`, e.slug FROM refresher_plans p JOIN enrollments e ON e.id = p.enrollment_id
		WHERE p.person_id = ? AND `+running+" ORDER BY p.id", personID, now).Scan(&list).Error
	return list, err
}

type planRow struct {
	Plan
	Slug string
}

// mailed is when a person was last written to, and how many mails brought no answer
// since; false if never.
func (s *Service) mailed(ctx context.Context, personID string) (at time.Time, silent int, ever bool, err error) {
	var rows []struct {
		MailedAt time.Time
		Silent   int
	}
	err = s.DB.Read(ctx).Raw("SELECT mailed_at, silent FROM refresher_mails WHERE person_id = ?", personID).Scan(&rows).Error
	if err != nil || len(rows) == 0 {
		return at, 0, false, err
	}
	return rows[0].MailedAt, rows[0].Silent, true, nil
}

// noteMail notes that a person is written to; false if somebody was faster, or they
// were written to since an instant, or may not be any more.
func (s *Service) noteMail(ctx context.Context, personID string, now, since time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO refresher_mails (person_id, mailed_at, silent)
		SELECT q.id, ?, 1 FROM people q WHERE q.id = ? AND `+reachable+`
		ON CONFLICT (person_id) DO UPDATE SET mailed_at = excluded.mailed_at, silent = refresher_mails.silent + 1
		WHERE refresher_mails.mailed_at <= ?`, now, personID, since))
}

// heard notes that mails are answered.
func (s *Service) heard(ctx context.Context, personID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE refresher_mails SET silent = 0 WHERE person_id = ? AND silent > 0", personID).Error
}
