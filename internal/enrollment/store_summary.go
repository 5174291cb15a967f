package enrollment

import (
	"context"
	"errors"
)

// counted joins an edition's answers with what its summary covers.
const counted = ` FROM evaluation_answers a JOIN evaluation_counted n ON n.answer_id = a.id WHERE a.edition_id = ?`

// editionAnswers counts by edition; an empty ID means all of them.
func (s *Service) editionAnswers(ctx context.Context, editionID string) (list []EditionAnswers, err error) {
	where, args := "", []any{}
	if editionID != "" {
		where, args = " WHERE edition_id = ?", []any{editionID, editionID, editionID}
	}
	err = s.DB.Read(ctx).Raw(`SELECT a.edition_id, a.responses, a.last_month, COALESCE(n.counted, 0) AS counted,
			COALESCE(f.consented, 0) AS consented, COALESCE(f.asked, 0) AS asked, COALESCE(f.answered, 0) AS answered
		FROM (SELECT edition_id, COUNT(*) AS responses, MAX(month) AS last_month FROM evaluation_answers`+where+` GROUP BY edition_id) a
		LEFT JOIN (SELECT edition_id, COUNT(*) AS counted FROM evaluation_counted`+where+` GROUP BY edition_id) n ON n.edition_id = a.edition_id
		LEFT JOIN (SELECT e.edition_id, COUNT(*) AS consented, COUNT(u.asked_at) AS asked, COUNT(u.answered_at) AS answered
			FROM (SELECT DISTINCT enrollment_id FROM evaluation_consents) c JOIN enrollments e ON e.id = c.enrollment_id
			LEFT JOIN evaluation_followups u ON u.enrollment_id = e.id`+where+` GROUP BY e.edition_id) f ON f.edition_id = a.edition_id
		ORDER BY a.edition_id`, args...).Scan(&list).Error
	return list, err
}

// eachCounted streams the answers that the summary of an edition covers.
func (s *Service) eachCounted(ctx context.Context, editionID, order string, fn func(body string) error) error {
	rows, err := s.DB.Read(ctx).Raw("SELECT a.answers"+counted+order, editionID).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		if err := fn(body); err != nil {
			return err
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// uncounted lists the editions that so many answers wait to be counted of.
func (s *Service) uncounted(ctx context.Context, atLeast int) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT a.edition_id FROM (SELECT edition_id, COUNT(*) AS n FROM evaluation_answers GROUP BY edition_id) a
		LEFT JOIN (SELECT edition_id, COUNT(*) AS n FROM evaluation_counted GROUP BY edition_id) c ON c.edition_id = a.edition_id
		WHERE a.n - COALESCE(c.n, 0) >= ? ORDER BY a.edition_id`, atLeast).Scan(&ids).Error
	return ids, err
}

// countAnswers takes in as many as fill steps, in the order of the keys: nothing
// tells which came when.
func (s *Service) countAnswers(ctx context.Context, editionID string, step int) (int, error) {
	var n struct{ Answers, Counted int }
	err := s.DB.Conn(ctx).Raw(`SELECT (SELECT COUNT(*) FROM evaluation_answers WHERE edition_id = ?) AS answers,
		(SELECT COUNT(*) FROM evaluation_counted WHERE edition_id = ?) AS counted`, editionID, editionID).Scan(&n).Error
	take := n.Answers - n.Answers%step - n.Counted
	if err != nil || take < step {
		return 0, err
	}
	q := s.DB.Conn(ctx).Exec(`INSERT INTO evaluation_counted (answer_id, edition_id)
		SELECT a.id, a.edition_id FROM evaluation_answers a
		WHERE a.edition_id = ? AND NOT EXISTS (SELECT 1 FROM evaluation_counted c WHERE c.answer_id = a.id)
		ORDER BY a.id LIMIT ? ON CONFLICT DO NOTHING`, editionID, take)
	return int(q.RowsAffected), q.Error
}
