package team

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// standing is a course with what somebody is in it.
type standing struct {
	CourseID, Slug, Role string
	UntilAt              *time.Time
	Owned                bool // it names an author
}

func (s standing) member() Member { return Member{Role: Role(s.Role), UntilAt: s.UntilAt} }

const standings = `SELECT c.id AS course_id, c.slug, COALESCE(m.role, '') AS role, m.until_at,
	EXISTS (SELECT 1 FROM course_members a WHERE a.course_id = c.id AND a.role = 'author' AND a.removed_at IS NULL) AS owned
	FROM courses c LEFT JOIN course_members m ON m.course_id = c.id AND m.removed_at IS NULL AND m.person_id = ?`

func (s *Service) standing(ctx context.Context, slug, personID string) (st standing, found bool, err error) {
	var list []standing
	err = s.DB.Read(ctx).Raw(standings+" WHERE c.slug = ?", personID, slug).Scan(&list).Error
	if err != nil || len(list) == 0 {
		return standing{}, false, err
	}
	return list[0], true, nil
}

func (s *Service) standings(ctx context.Context, personID string) (list []standing, err error) {
	err = s.DB.Read(ctx).Raw(standings, personID).Scan(&list).Error
	return list, err
}

func (s *Service) members(ctx context.Context, slug string) (list []Member, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT m.person_id, p.name, p.email, m.role, m.until_at, m.added_at, g.ends_at AS guest_until_at
		FROM course_members m JOIN courses c ON c.id = m.course_id JOIN people p ON p.id = m.person_id
		LEFT JOIN person_roles g ON g.person_id = p.id AND g.role = 'guest'
			AND NOT EXISTS (SELECT 1 FROM person_roles r WHERE r.person_id = p.id AND r.role IN ('instructor', 'administrator'))
		WHERE c.slug = ? AND m.removed_at IS NULL ORDER BY CASE m.role WHEN 'author' THEN 0 WHEN 'editor' THEN 1 WHEN 'clinician' THEN 2 ELSE 3 END, p.name, m.person_id`, slug).Scan(&list).Error
	return list, err
}

// hold takes a course's row until the transaction ends, so that those who change its
// members stand in a row.
func (s *Service) hold(ctx context.Context, slug string) (courseID string, err error) {
	var ids []string
	held, err := db.Changed(s.DB.Conn(ctx).Exec("UPDATE courses SET slug = slug WHERE slug = ?", slug))
	if err != nil {
		return "", err
	}
	if !held {
		return "", ErrNoCourse
	}
	err = s.DB.Conn(ctx).Raw("SELECT id FROM courses WHERE slug = ?", slug).Scan(&ids).Error
	if err != nil || len(ids) == 0 {
		return "", err
	}
	return ids[0], nil
}

func (s *Service) put(ctx context.Context, courseID, personID string, role Role, until *time.Time, by string, at time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO course_members (course_id, person_id, role, until_at, added_by, added_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (course_id, person_id) DO UPDATE SET role = excluded.role, until_at = excluded.until_at, added_by = excluded.added_by, added_at = excluded.added_at, removed_at = NULL`,
		courseID, personID, role, until, by, at).Error
}

func (s *Service) drop(ctx context.Context, courseID, personID string, at time.Time) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec("UPDATE course_members SET removed_at = ? WHERE course_id = ? AND person_id = ? AND removed_at IS NULL", at, courseID, personID))
}

// roleIn is the part that somebody has in a course, "" for none.
func (s *Service) roleIn(ctx context.Context, courseID, personID string) (Role, error) {
	var roles []Role
	err := s.DB.Conn(ctx).Raw("SELECT role FROM course_members WHERE course_id = ? AND person_id = ? AND removed_at IS NULL", courseID, personID).Scan(&roles).Error
	if err != nil || len(roles) == 0 {
		return "", err
	}
	return roles[0], nil
}

// countMembers counts the authors whose access has no end, and everybody else.
func (s *Service) countMembers(ctx context.Context, courseID string) (authors, others int, err error) {
	var row struct{ Authors, Others int }
	err = s.DB.Conn(ctx).Raw(`SELECT COALESCE(SUM(CASE WHEN role = 'author' AND until_at IS NULL THEN 1 ELSE 0 END), 0) AS authors,
		COALESCE(SUM(CASE WHEN role = 'author' AND until_at IS NULL THEN 0 ELSE 1 END), 0) AS others FROM course_members WHERE course_id = ? AND removed_at IS NULL`, courseID).Scan(&row).Error
	return row.Authors, row.Others, err
}

func (s *Service) wasNamed(ctx context.Context, slug, personID string) (was bool, err error) {
	err = s.DB.Read(ctx).Raw("SELECT EXISTS (SELECT 1 FROM course_members m JOIN courses c ON c.id = m.course_id WHERE c.slug = ? AND m.person_id = ?)", slug, personID).Scan(&was).Error
	return was, err
}

func (s *Service) insertReader(ctx context.Context, r reader, at time.Time) error {
	return s.DB.Conn(ctx).Exec(`INSERT INTO course_readers (course_id, person_id, first_at) SELECT id, ?, ? FROM courses WHERE id = ?
		ON CONFLICT (course_id, person_id) DO NOTHING`, r.personID, at, r.courseID).Error
}

// courseID is that of the course of a short name.
func (s *Service) courseID(ctx context.Context, slug string) (id string, err error) {
	return id, db.One(s.DB.Read(ctx).Raw("SELECT id FROM courses WHERE slug = ?", slug).Scan(&id), ErrNoCourse)
}

// tieRow is what is on record of somebody in a course.
type tieRow struct{ Named, Reader, Owned bool }

func (s *Service) ties(ctx context.Context, courseID, personID string) (t tieRow, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT EXISTS (SELECT 1 FROM course_members WHERE course_id = ? AND person_id = ?) AS named,
		EXISTS (SELECT 1 FROM course_readers WHERE course_id = ? AND person_id = ?) AS reader,
		EXISTS (SELECT 1 FROM course_members WHERE course_id = ? AND role = 'author' AND removed_at IS NULL) AS owned`,
		courseID, personID, courseID, personID, courseID).Scan(&t).Error
	return t, err
}
