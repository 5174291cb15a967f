package enrollment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
)

// hasAttempt reports whether an exam was begun that was not declared void.
func (s *Service) hasAttempt(ctx context.Context, id string) (bool, error) {
	var found []string
	err := s.DB.Conn(ctx).Raw("SELECT id FROM exam_attempts WHERE enrollment_id = ? AND state <> 'void' LIMIT 1", id).Scan(&found).Error
	return len(found) > 0, err
}

// setEdition moves an enrollment; undisclose takes back that the disclosure was
// acknowledged.
func (s *Service) setEdition(ctx context.Context, id, editionID string, undisclose bool) error {
	set := ""
	if undisclose {
		set = ", disclosed_at = NULL"
	}
	return s.DB.Conn(ctx).Exec("UPDATE enrollments SET edition_id = ?"+set+" WHERE id = ?", editionID, id).Error
}

// setAside keeps what was done in an edition and no longer counts in the next: the
// answers under the edition's number, the rest as lines of what was done earlier.
func (s *Service) setAside(ctx context.Context, l Learning, a aside) error {
	if len(a.lessons)+len(a.questions) == 0 {
		return nil
	}
	conn := s.DB.Conn(ctx)
	if err := conn.Exec("UPDATE enrollments SET done = ? WHERE id = ?", a.without(l.done), l.ID).Error; err != nil {
		return err
	}
	if err := conn.Exec("UPDATE lesson_progress SET finished_at = NULL WHERE enrollment_id = ? AND lesson_id IN ?", l.ID, a.lessons).Error; err != nil {
		return err
	}
	return conn.Exec("UPDATE check_answers SET question_id = question_id || ? WHERE enrollment_id = ? AND question_id IN ?",
		inEdition("", l.Edition), l.ID, a.questions).Error
}

// keepRead has what a learner has read of corrections in one edition stand for the same
// ones in the next.
func (s *Service) keepRead(ctx context.Context, id string, from, to *course.Edition) error {
	for _, is := range to.Overlays.Errata {
		for _, was := range from.Overlays.Errata {
			if was.Root() != is.Root() || was.ID == is.ID {
				continue
			}
			err := s.DB.Conn(ctx).Exec(`INSERT INTO erratum_readers (enrollment_id, erratum_id, told_at, read_at)
				SELECT enrollment_id, ?, told_at, read_at FROM erratum_readers WHERE enrollment_id = ? AND erratum_id = ? ON CONFLICT DO NOTHING`, is.ID, id, was.ID).Error
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// markRead records the first time that a correction was read.
func (s *Service) markRead(ctx context.Context, enrollmentID, erratumID string, at time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO erratum_readers (enrollment_id, erratum_id, read_at) VALUES (?, ?, ?)
		ON CONFLICT (enrollment_id, erratum_id) DO UPDATE SET read_at = excluded.read_at WHERE erratum_readers.read_at IS NULL`, enrollmentID, erratumID, at).Error
}

// markTold is true for the first who mails a correction to a learner. Who has read it
// needs no mail.
func (s *Service) markTold(ctx context.Context, enrollmentID, erratumID string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("INSERT INTO erratum_readers (enrollment_id, erratum_id, told_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", enrollmentID, erratumID, at))
}

func (s *Service) readErrata(ctx context.Context, enrollmentID string) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw("SELECT erratum_id FROM erratum_readers WHERE enrollment_id = ? AND read_at IS NOT NULL", enrollmentID).Scan(&ids).Error
	return ids, err
}

// countReaders counts by erratum who of an edition has read it, and how many are in
// the edition whom it concerns.
func (s *Service) countReaders(ctx context.Context, editionID string) (read map[string]int, of int, err error) {
	var rows []struct {
		ErratumID string
		N         int
	}
	err = s.DB.Read(ctx).Raw(`SELECT r.erratum_id, COUNT(*) AS n FROM erratum_readers r JOIN enrollments e ON e.id = r.enrollment_id
		WHERE r.read_at IS NOT NULL AND e.edition_id = ? AND e.state IN ? GROUP BY r.erratum_id`, editionID, concerned).Scan(&rows).Error
	if err != nil {
		return nil, 0, err
	}
	read = map[string]int{}
	for _, r := range rows {
		read[r.ErratumID] = r.N
	}
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) FROM enrollments WHERE edition_id = ? AND state IN ?", editionID, concerned).Scan(&of).Error
	return read, of, err
}

// readers lists whom an erratum of an edition concerns, by the ID of their enrollment
// behind after: who is in it, and who was mailed or has read it and moved on since.
func (s *Service) readers(ctx context.Context, editionID, erratumID, after string, limit int) (list []Reader, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT e.id AS enrollment_id, e.person_id, p.name, e.state, r.told_at, r.read_at, COALESCE(u.reason, '') AS unreached, e.edition_id <> ? AS moved
		FROM (SELECT id FROM enrollments WHERE edition_id = ? UNION SELECT enrollment_id FROM erratum_readers WHERE erratum_id = ?) x
		JOIN enrollments e ON e.id = x.id JOIN people p ON p.id = e.person_id
		LEFT JOIN erratum_readers r ON r.enrollment_id = e.id AND r.erratum_id = ?
		LEFT JOIN erratum_unreached u ON u.enrollment_id = e.id AND u.erratum_id = ? AND r.told_at IS NULL
		WHERE e.state IN ? AND e.id > ? ORDER BY e.id LIMIT ?`,
		editionID, editionID, erratumID, erratumID, erratumID, concerned, after, limit).Scan(&list).Error
	return list, err
}

func (s *Service) errataRead(ctx context.Context, enrollmentID string) (list []ErratumRead, err error) {
	err = s.DB.Read(ctx).Raw("SELECT erratum_id, told_at, read_at FROM erratum_readers WHERE enrollment_id = ? ORDER BY erratum_id", enrollmentID).Scan(&list).Error
	return list, err
}

// markUnreached keeps why a correction was not mailed.
func (s *Service) markUnreached(ctx context.Context, enrollmentID, erratumID string, why Unreached, at time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO erratum_unreached (enrollment_id, erratum_id, reason, noted_at) VALUES (?, ?, ?, ?)
		ON CONFLICT (enrollment_id, erratum_id) DO UPDATE SET reason = excluded.reason, noted_at = excluded.noted_at`, enrollmentID, erratumID, why, at).Error
}

// concernedAfter returns enrollments of an edition behind an ID, in order.
func (s *Service) concernedAfter(ctx context.Context, editionID, after string, limit int) ([]Enrollment, error) {
	var rows []row
	err := s.DB.Read(ctx).Raw("SELECT "+columns+from+"WHERE e.edition_id = ? AND e.state IN ? AND e.id > ? ORDER BY e.id LIMIT ?", editionID, concerned, after, limit).Scan(&rows).Error
	return enrollments(rows, err)
}
