package refresher

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/enrollment"
)

const planColumns = "p.id, p.enrollment_id, p.person_id, p.edition_id, p.by_mail, p.started_at, p.ends_at, p.stopped_at"

func (s *Service) planOf(ctx context.Context, enrollmentID string) (p Plan, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT "+planColumns+" FROM refresher_plans p WHERE p.enrollment_id = ?", enrollmentID).Scan(&p), ErrNotFound)
	return p, err
}

func (s *Service) planByID(ctx context.Context, id string) (p Plan, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT "+planColumns+" FROM refresher_plans p WHERE p.id = ?", id).Scan(&p), ErrNotFound)
	return p, err
}

// plansOf are a person's plans of a course, whatever became of the enrollments; those
// of all courses without a slug.
func (s *Service) plansOf(ctx context.Context, personID, slug string) (list []Plan, err error) {
	where, args := "p.person_id = ?", []any{personID}
	if slug != "" {
		where, args = where+" AND e.slug = ?", append(args, slug)
	}
	err = s.DB.Read(ctx).Raw("SELECT "+planColumns+" FROM refresher_plans p JOIN enrollments e ON e.id = p.enrollment_id WHERE "+where+" ORDER BY p.id", args...).Scan(&list).Error
	return list, err
}

func (s *Service) insertPlan(ctx context.Context, p Plan) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO refresher_plans (id, enrollment_id, person_id, edition_id, by_mail, started_at, ends_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, p.ID, p.EnrollmentID, p.PersonID, p.EditionID, p.ByMail, p.StartedAt, p.EndsAt))
}

// resume sets how a plan is told of, and begins it anew if it does not run.
func (s *Service) resume(ctx context.Context, p Plan, now time.Time) error {
	return s.DB.Conn(ctx).Exec(`UPDATE refresher_plans SET by_mail = ?, stopped_at = NULL,
		ends_at = CASE WHEN stopped_at IS NULL AND ends_at > ? THEN ends_at ELSE ? END WHERE enrollment_id = ?`, p.ByMail, now, p.EndsAt, p.EnrollmentID).Error
}

func (s *Service) stopPlan(ctx context.Context, id string, now time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE refresher_plans SET stopped_at = ? WHERE id = ? AND stopped_at IS NULL", now, id).Error
}

// stopOthers ends the plans of a person's other times in a course.
func (s *Service) stopOthers(ctx context.Context, e enrollment.Enrollment, now time.Time) error {
	return s.DB.Conn(ctx).Exec(`UPDATE refresher_plans SET stopped_at = ? WHERE person_id = ? AND enrollment_id <> ? AND stopped_at IS NULL
		AND enrollment_id IN (SELECT id FROM enrollments WHERE person_id = ? AND course_id = ?)`, now, e.PersonID, e.ID, e.PersonID, e.CourseID).Error
}

const cardColumns = "c.plan_id, c.question_id, c.due_at, c.reviewed_at, c.stability, c.difficulty, c.scheduled_days, c.reps, c.lapses"

func (s *Service) insertCard(ctx context.Context, c Card) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO refresher_cards (plan_id, question_id, due_at, stability, difficulty, scheduled_days, reps, lapses)
		VALUES (?, ?, ?, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING`, c.PlanID, c.QuestionID, c.DueAt).Error
}

func (s *Service) cardsOf(ctx context.Context, planID string) (list []Card, err error) {
	err = s.DB.Read(ctx).Raw("SELECT "+cardColumns+" FROM refresher_cards c WHERE c.plan_id = ? ORDER BY c.due_at, c.question_id", planID).Scan(&list).Error
	return list, err
}

func (s *Service) cardOf(ctx context.Context, planID, questionID string) (c Card, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT "+cardColumns+" FROM refresher_cards c WHERE c.plan_id = ? AND c.question_id = ?", planID, questionID).Scan(&c), ErrNotFound)
	return c, err
}

// saveMemory reports false if the card was reviewed since it was read.
func (s *Service) saveMemory(ctx context.Context, c Card, m Memory) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE refresher_cards SET due_at = ?, reviewed_at = ?, stability = ?, difficulty = ?, scheduled_days = ?, reps = ?, lapses = ?
		WHERE plan_id = ? AND question_id = ? AND reps = ?`, m.DueAt, m.ReviewedAt, m.Stability, m.Difficulty, m.ScheduledDays, m.Reps, m.Lapses, c.PlanID, c.QuestionID, c.Reps))
}

// reviewRow is a review as its table holds it; EditionID is that of the plan, where it
// was asked for.
type reviewRow struct {
	ID, PlanID, QuestionID string
	Rep                    int
	Correct                bool
	Grade                  Grade
	Response               string
	ElapsedDays, NextDays  int
	ReviewedAt             time.Time
	EditionID              string
}

const reviewColumns = "r.id, r.plan_id, r.question_id, r.rep, r.correct, r.grade, r.response, r.elapsed_days, r.next_days, r.reviewed_at"

func (s *Service) insertReview(ctx context.Context, r reviewRow) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO refresher_reviews (id, plan_id, question_id, rep, correct, grade, response, elapsed_days, next_days, reviewed_at)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, r.ID, r.PlanID, r.QuestionID, r.Rep, r.Correct, r.Grade, r.Response, r.ElapsedDays, r.NextDays, r.ReviewedAt).Error
}

// reviewID is that of a card's n-th review.
func (s *Service) reviewID(ctx context.Context, r reviewRow) (id string, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT id FROM refresher_reviews WHERE plan_id = ? AND question_id = ? AND rep = ?", r.PlanID, r.QuestionID, r.Rep).Scan(&id), ErrNotFound)
	return id, err
}

// reviewOf is a person's own review of a course; while the course is closed to them
// it is not there.
func (s *Service) reviewOf(ctx context.Context, personID, slug, id string) (r reviewRow, err error) {
	err = db.One(s.DB.Read(ctx).Raw("SELECT "+reviewColumns+`, p.edition_id FROM refresher_reviews r JOIN refresher_plans p ON p.id = r.plan_id
		JOIN enrollments e ON e.id = p.enrollment_id
		WHERE r.id = ? AND p.person_id = ? AND e.slug = ? AND e.state = 'completed'`, id, personID, slug).Scan(&r), ErrNotFound)
	return r, err
}

func (s *Service) countReviews(ctx context.Context, planID string, since time.Time) (n int, err error) {
	err = s.DB.Read(ctx).Raw("SELECT count(*) FROM refresher_reviews WHERE plan_id = ? AND reviewed_at >= ?", planID, since).Scan(&n).Error
	return n, err
}

func (s *Service) reviewCopies(ctx context.Context, planID string) (list []ReviewCopy, err error) {
	err = s.DB.Read(ctx).Raw("SELECT question_id, grade, response, correct, reviewed_at FROM refresher_reviews WHERE plan_id = ? ORDER BY reviewed_at, id", planID).Scan(&list).Error
	return list, err
}

// deleteOf removes a person's plans, with their cards and reviews, and what is known
// of mails.
func (s *Service) deleteOf(ctx context.Context, personID string) error {
	if err := s.DB.Conn(ctx).Exec("DELETE FROM refresher_plans WHERE person_id = ?", personID).Error; err != nil {
		return err
	}
	return s.DB.Conn(ctx).Exec("DELETE FROM refresher_mails WHERE person_id = ?", personID).Error
}
