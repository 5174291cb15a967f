package enrollment

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// followUpRow is an enrollment with a consent, and what became of it.
type followUpRow struct {
	EnrollmentID, PersonID, EditionID, Slug string
	PersonName                              string
	GivenAt                                 time.Time
	AskedAt, AnsweredAt, WithdrawnAt        *time.Time
	Answers                                 string
}

// followUpColumns and followUpFrom read one row for each enrollment: its
// consents were given at one instant, the first stands for all.
const (
	followUpColumns = `SELECT c.enrollment_id, c.given_at, e.person_id, e.edition_id, e.slug, p.name AS person_name,
		f.asked_at, f.answered_at, f.withdrawn_at, COALESCE(f.answers, '') AS answers`
	followUpFrom = ` FROM enrollments e JOIN people p ON p.id = e.person_id
		JOIN evaluation_consents c ON c.enrollment_id = e.id
			AND c.item_id = (SELECT MIN(i.item_id) FROM evaluation_consents i WHERE i.enrollment_id = e.id)
		LEFT JOIN evaluation_followups f ON f.enrollment_id = e.id`
)

// askable is who may be asked.
const askable = "p.blocked_at IS NULL AND p.erased_at IS NULL"

// dueFollowUps lists up to limit consents of an instant or before that nobody
// has acted on, behind the last one.
func (s *Service) dueFollowUps(ctx context.Context, until time.Time, after followUpRow, limit int) (list []followUpRow, err error) {
	err = s.DB.Read(ctx).Raw(followUpColumns+followUpFrom+` WHERE c.given_at <= ? AND f.enrollment_id IS NULL AND `+askable+`
		AND (c.given_at > ? OR (c.given_at = ? AND c.enrollment_id > ?)) ORDER BY c.given_at, c.enrollment_id LIMIT ?`,
		until, after.GivenAt, after.GivenAt, after.EnrollmentID, limit).Scan(&list).Error
	return list, err
}

// setAsked reports false if somebody was faster, or the person may not be asked
// any more.
func (s *Service) setAsked(ctx context.Context, enrollmentID string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO evaluation_followups (enrollment_id, asked_at)
		SELECT e.id, ? FROM enrollments e JOIN people p ON p.id = e.person_id WHERE e.id = ? AND `+askable+`
		ON CONFLICT DO NOTHING`, at, enrollmentID))
}

// followUpRows lists a person's follow-ups by course, in each those asked last
// first; an empty slug means all courses.
func (s *Service) followUpRows(ctx context.Context, personID, slug string) (list []followUpRow, err error) {
	where, args := " WHERE e.person_id = ?", []any{personID}
	if slug != "" {
		where, args = where+" AND e.slug = ?", append(args, slug)
	}
	err = s.DB.Read(ctx).Raw(followUpColumns+followUpFrom+where+` ORDER BY e.slug,
		CASE WHEN f.withdrawn_at IS NULL THEN 0 ELSE 1 END, CASE WHEN f.asked_at IS NULL THEN 1 ELSE 0 END, f.asked_at DESC, c.given_at DESC, c.enrollment_id`, args...).Scan(&list).Error
	return list, err
}

// setAnswered reports false unless the person was asked and has neither answered
// nor withdrawn.
func (s *Service) setAnswered(ctx context.Context, enrollmentID, answers string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`UPDATE evaluation_followups SET answers = ?, answered_at = ?
		WHERE enrollment_id = ? AND asked_at IS NOT NULL AND answered_at IS NULL AND withdrawn_at IS NULL`, answers, at, enrollmentID))
}

func (s *Service) setWithdrawn(ctx context.Context, personID, slug string, at time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO evaluation_followups (enrollment_id, withdrawn_at)
		SELECT e.id, ? FROM enrollments e WHERE e.person_id = ? AND e.slug = ?
			AND EXISTS (SELECT 1 FROM evaluation_consents c WHERE c.enrollment_id = e.id)
		ON CONFLICT (enrollment_id) DO UPDATE SET withdrawn_at = excluded.withdrawn_at, answered_at = NULL, answers = ''
		WHERE evaluation_followups.withdrawn_at IS NULL`, at, personID, slug).Error
}

// answeredRows returns a part of an edition's answered follow-ups, the newest
// first, and whether there are more in the direction asked.
func (s *Service) answeredRows(ctx context.Context, p FollowUpFilter) (rows []followUpRow, rest bool, err error) {
	where, args := " WHERE e.edition_id = ? AND f.answered_at IS NOT NULL", []any{p.EditionID}
	compare, direction, id := "<", " DESC", p.After
	if p.Before != "" {
		compare, direction, id = ">", "", p.Before
	}
	if id != "" {
		where += " AND (f.answered_at, f.enrollment_id) " + compare + " (SELECT answered_at, enrollment_id FROM evaluation_followups WHERE enrollment_id = ?)"
		args = append(args, id)
	}
	limit := min(max(p.Limit, 1), 500)
	err = s.DB.Read(ctx).Raw(followUpColumns+followUpFrom+where+" ORDER BY f.answered_at"+direction+", f.enrollment_id"+direction+" LIMIT ?",
		append(args, limit+1)...).Scan(&rows).Error
	rest = len(rows) > limit
	rows = rows[:min(len(rows), limit)]
	if p.Before != "" {
		slices.Reverse(rows)
	}
	return rows, rest, err
}
