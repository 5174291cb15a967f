package exam

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

func (s *Service) countGrants(ctx context.Context, enrollmentID string) (n int, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM exam_grants WHERE enrollment_id = ?", enrollmentID).Scan(&n).Error
	return n, err
}

// raiseGrants puts those who grant to one enrollment in a row; it comes before
// anything is counted. One without an attempt has tries left anyway.
func (s *Service) raiseGrants(ctx context.Context, enrollmentID string) error {
	return s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET gradings = gradings + 1 WHERE enrollment_id = ? AND number = 1", enrollmentID).Error
}

func (s *Service) insertGrant(ctx context.Context, g Grant) error {
	return s.DB.Conn(ctx).Exec("INSERT INTO exam_grants (id, enrollment_id, granted_by, reason, granted_at) VALUES (?, ?, ?, ?, ?)",
		g.ID, g.EnrollmentID, g.GrantedBy, g.Reason, g.GrantedAt).Error
}

func (s *Service) listGrants(ctx context.Context, enrollmentID string) (list []Grant, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT id, enrollment_id, granted_by, reason, granted_at FROM exam_grants
		WHERE enrollment_id = ? ORDER BY id`, enrollmentID).Scan(&list).Error
	return list, err
}

// setVoid ends an attempt that is in one of the states, and its form with it.
func (s *Service) setVoid(ctx context.Context, id, reason string, now time.Time, from ...State) (bool, error) {
	done, err := db.Changed(s.DB.Conn(ctx).Exec("UPDATE exam_attempts SET state = ?, voided_at = ?, void_reason = ? WHERE id = ? AND state IN ?",
		Void, now, reason, id, from))
	if err != nil || !done {
		return false, err
	}
	if err := s.DB.Conn(ctx).Exec("UPDATE exam_items SET awaits_grader = ? WHERE attempt_id = ? AND awaits_grader", false, id).Error; err != nil {
		return false, err
	}
	return true, s.closeItems(ctx, id)
}

// waitingRow is an answer that a person grades, without who gave it.
type waitingRow struct {
	Item                           itemRow `gorm:"embedded"`
	AttemptID, EditionID, PersonID string
	SubmittedAt                    time.Time
	Decided, Ended                 bool // Ended: the enrollment was taken back
	Marks, GraderID                string
}

const (
	waitingColumns = itemColumns + `, i.attempt_id, a.edition_id, a.person_id, a.submitted_at, a.final_at IS NOT NULL AS decided,
		e.state IN ('withdrawn', 'refunded') AS ended,
		i.marks, COALESCE(i.grader_id, '') AS grader_id`
	fromWaiting = ` FROM exam_items i JOIN exam_attempts a ON a.id = i.attempt_id
		JOIN enrollments e ON e.id = a.enrollment_id WHERE `
)

// listed is what a grader's list holds: not the grader's own answers, and nothing
// to grade of an enrollment that was taken back.
func listed(graded bool) string {
	if graded {
		return "i.graded_at IS NOT NULL AND a.person_id <> ?"
	}
	return "i.awaits_grader AND a.person_id <> ? AND e.state NOT IN ('withdrawn', 'refunded')"
}

// listWaiting returns one row more than the limit, if there is one. Going back
// the rows come in reverse.
func (s *Service) listWaiting(ctx context.Context, graderID string, f QueueFilter) (rows []waitingRow, err error) {
	column, down, place := "a.submitted_at", f.Graded, f.After
	if f.Graded {
		column = "i.graded_at"
	}
	if len(f.Before) > 0 {
		place, down = f.Before, !down
	}
	compare, direction := ">", ""
	if down {
		compare, direction = "<", " DESC"
	}
	where, args := listed(f.Graded), []any{graderID}
	if len(place) > 0 {
		if len(place) != 2 {
			return nil, errPlace
		}
		at, err := time.Parse(time.RFC3339Nano, place[0])
		if err != nil {
			return nil, errPlace.Because(err)
		}
		where, args = where+" AND ("+column+", i.id) "+compare+" (?, ?)", append(args, at.UTC(), place[1])
	}
	err = s.DB.Read(ctx).Raw("SELECT "+waitingColumns+fromWaiting+where+" ORDER BY "+column+direction+", i.id"+direction+" LIMIT ?",
		append(args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

func (s *Service) countWaiting(ctx context.Context, graderID string, graded bool) (n int, err error) {
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*)"+fromWaiting+listed(graded), graderID).Scan(&n).Error
	return n, err
}

// waiting returns a short answer that was submitted, graded or not.
func (s *Service) waiting(ctx context.Context, itemID string) (r waitingRow, err error) {
	q := s.DB.Read(ctx).Raw("SELECT "+waitingColumns+fromWaiting+
		"i.id = ? AND (i.awaits_grader OR i.graded_at IS NOT NULL) AND a.submitted_at IS NOT NULL", itemID).Scan(&r)
	return r, db.One(q, ErrNoAnswer)
}

// setMarks stores the marks that a person gives to an answer of an attempt that
// the caller holds.
func (s *Service) setMarks(ctx context.Context, itemID, graderID string, j judged, now time.Time) error {
	return s.DB.Conn(ctx).Exec(`UPDATE exam_items SET awaits_grader = ?, points = ?, max_points = ?, marks = ?, comment = ?,
		grader_id = ?, graded_at = ? WHERE id = ?`,
		false, j.result.Points, j.result.Max, j.text, j.Comment, graderID, now, itemID).Error
}

func (s *Service) sumItems(ctx context.Context, attemptID string) (st Standing, err error) {
	var sums struct{ Points, Open, Max int }
	err = s.DB.Read(ctx).Raw(`SELECT CAST(SUM(points) AS BIGINT) AS points, CAST(SUM(max_points) AS BIGINT) AS max,
		CAST(SUM(CASE WHEN awaits_grader THEN max_points ELSE 0 END) AS BIGINT) AS open
		FROM exam_items WHERE attempt_id = ?`, attemptID).Scan(&sums).Error
	return Standing{Points: sums.Points, Open: sums.Open, Max: sums.Max}, err
}
