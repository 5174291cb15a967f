package refresher

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/veil"
)

// Told returns those of some editions, a few hundred at most, of which enough people
// have a plan, and completed the course long enough ago, for a figure.
func (s *Service) Told(ctx context.Context, editionIDs []string) (ids []string, err error) {
	before := s.now().AddDate(0, 0, -spans[0].To-1)
	err = s.DB.Read(ctx).Raw(`SELECT p.edition_id FROM refresher_plans p JOIN enrollments e ON e.id = p.enrollment_id
		WHERE p.edition_id IN ? AND e.completed_at <= ? GROUP BY p.edition_id HAVING count(DISTINCT p.person_id) >= ?`, editionIDs, before, veil.Enough).Scan(&ids).Error
	return ids, err
}

// reviewed is a review with what its person's time in the course says.
type reviewed struct {
	PersonID, QuestionID    string
	Correct                 bool
	CompletedAt, ReviewedAt time.Time
}

// eachReview calls fn with the reviews in everybody's first plan of an edition, person
// by person, of each question in their order. An enrollment that was refunded keeps
// what was learned.
func (s *Service) eachReview(ctx context.Context, editionID string, fn func(reviewed)) error {
	rows, err := s.DB.Read(ctx).Raw(`SELECT p.person_id, r.question_id, r.correct, e.completed_at, r.reviewed_at
		FROM refresher_plans p JOIN enrollments e ON e.id = p.enrollment_id JOIN refresher_reviews r ON r.plan_id = p.id
		WHERE p.edition_id = ? AND e.completed_at IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM refresher_plans o WHERE o.person_id = p.person_id AND o.edition_id = p.edition_id AND o.id < p.id)
		ORDER BY p.person_id, r.question_id, r.rep`, editionID).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var r reviewed
		if err := rows.Scan(&r.PersonID, &r.QuestionID, &r.Correct, &r.CompletedAt, &r.ReviewedAt); err != nil {
			return err
		}
		fn(r)
	}
	return rows.Err()
}
