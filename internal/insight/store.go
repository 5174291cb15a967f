package insight

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/veil"
)

// learner is a person's first way through an edition.
type learner struct {
	id, person string // id is that of the enrollment
	enrolled   time.Time
	left       *time.Time // when they moved to another edition
	done
}

// online is true of an enrollment e of somebody who learns online and has begun.
const online = "e.state <> 'pending' AND e.event_id IS NULL"

// moved is true of an enrollment e that changed its edition.
const moved = "EXISTS (SELECT 1 FROM evidence v WHERE v.enrollment_id = e.id AND v.kind = 'edition.moved')"

// within is true of the enrollments e of a course that began in an edition, and of some
// others, which learners leaves out.
const within = online + " AND e.course_id = ? AND (e.edition_id = ? OR " + moved + ")"

// learners lists who began in an edition, each with their first enrollment, in the
// order in which they enrolled.
func (s *Service) learners(ctx context.Context, ed *course.Edition) ([]*learner, error) {
	moves, err := s.moves(ctx, ed.CourseID)
	if err != nil {
		return nil, err
	}
	rows, err := s.DB.Read(ctx).Raw(`SELECT e.id, e.person_id, e.edition_id, COALESCE(e.enrolled_at, NULL), COALESCE(e.completed_at, NULL),
			COALESCE((SELECT MIN(v.occurred_at) FROM evidence v WHERE v.enrollment_id = e.id AND v.kind = 'disclosure.acknowledged'), e.disclosed_at),
			(SELECT MIN(a.started_at) FROM exam_attempts a WHERE a.enrollment_id = e.id),
			(SELECT MIN(a.final_at) FROM exam_attempts a WHERE a.enrollment_id = e.id AND a.passed),
			(SELECT MIN(r.sent_at) FROM evaluation_receipts r WHERE r.enrollment_id = e.id)
		FROM enrollments e WHERE `+within+` ORDER BY e.enrolled_at, e.id`, ed.CourseID, ed.ID).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []*learner
	by, known := map[string]*learner{}, map[string]bool{}
	for rows.Next() {
		l, edition := &learner{}, ""
		var completed, disclosed, begun, passed, evaluated db.Timestamp
		if err := rows.Scan(&l.id, &l.person, &edition, (*db.Instant)(&l.enrolled), &completed, &disclosed, &begun, &passed, &evaluated); err != nil {
			return nil, err
		}
		l.completed, l.disclosed, l.begun, l.passed, l.evaluated = completed.Time, disclosed.Time, begun.Time, passed.Time, evaluated.Time
		if m, has := moves[l.id]; has {
			if m.from != ed.Number {
				continue
			}
			l.left = &m.at
		} else if edition != ed.ID {
			continue
		}
		if !known[l.person] {
			known[l.person], by[l.id] = true, l
			list = append(list, l)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, err
	}
	return list, errors.Join(s.finishedLessons(ctx, ed, by), s.answeredChecks(ctx, ed, by))
}

// move is the first time that somebody moved to another edition.
type move struct {
	from int // number of the edition
	at   time.Time
}

func (s *Service) moves(ctx context.Context, courseID string) (map[string]move, error) {
	var rows []struct {
		EnrollmentID, Details string
		OccurredAt            time.Time
	}
	err := s.DB.Read(ctx).Raw(`SELECT v.enrollment_id, v.details, v.occurred_at FROM evidence v JOIN enrollments e ON e.id = v.enrollment_id
		WHERE e.course_id = ? AND v.kind = 'edition.moved' ORDER BY v.occurred_at DESC, v.id DESC`, courseID).Scan(&rows).Error
	out := make(map[string]move, len(rows))
	for _, r := range rows { // the first one is the last that is read
		var details struct{ From int }
		if err := json.Unmarshal([]byte(r.Details), &details); err != nil {
			return nil, fmt.Errorf("insight: evidence of a move of enrollment %s: %w", r.EnrollmentID, err)
		}
		out[r.EnrollmentID] = move{details.From, r.OccurredAt}
	}
	return out, err
}

// finishedLessons adds when people finished which lesson.
func (s *Service) finishedLessons(ctx context.Context, ed *course.Edition, by map[string]*learner) error {
	index := map[string]int{}
	for i, l := range ed.Course.Lessons() {
		index[l.ID] = i
	}
	rows, err := s.DB.Read(ctx).Raw(`SELECT p.enrollment_id, p.lesson_id, COALESCE(p.finished_at, NULL)
		FROM enrollments e JOIN lesson_progress p ON p.enrollment_id = e.id WHERE p.finished_at IS NOT NULL AND `+within, ed.CourseID, ed.ID).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		id, lesson, at := "", "", time.Time{}
		if err := rows.Scan(&id, &lesson, (*db.Instant)(&at)); err != nil {
			return err
		}
		l := by[id]
		if i, there := index[lesson]; there && l != nil {
			if l.lessons == nil {
				l.lessons = make([]time.Time, len(index))
			}
			l.lessons[i] = at
		}
	}
	return errors.Join(rows.Err(), rows.Close())
}

// eachTime calls fn with the times on lessons of an edition, in the order of the list.
func (s *Service) eachTime(ctx context.Context, editionID string, fn func(person, lesson string, active, inPage int)) error {
	rows, err := s.DB.Read(ctx).Raw(`SELECT e.person_id, l.lesson_id, l.active_seconds, l.request_seconds FROM insight_lessons l JOIN enrollments e ON e.id = l.enrollment_id
		WHERE l.edition_id = ? ORDER BY l.entered_at, l.enrollment_id, l.lesson_id`, editionID).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var person, lesson string
		var active, inPage int
		if err := rows.Scan(&person, &lesson, &active, &inPage); err != nil {
			return err
		}
		fn(person, lesson, active, inPage)
	}
	return errors.Join(rows.Err(), rows.Close())
}

// answeredChecks adds when people had answered every practice question of a module
// that stands.
func (s *Service) answeredChecks(ctx context.Context, ed *course.Edition, by map[string]*learner) error {
	for _, m := range ed.Course.Modules {
		var ids []string
		for _, q := range ed.Check(m.ID) {
			ids = append(ids, q.ID)
		}
		if len(ids) == 0 {
			continue
		}
		err := s.eachChecked(ctx, ed, m.ID, ids, func(enrollment string, at time.Time) {
			if l := by[enrollment]; l != nil {
				if l.checks == nil {
					l.checks = map[string]time.Time{}
				}
				l.checks[m.ID] = at
			}
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eachChecked calls fn with who answered all of some questions of a module, and when
// they had.
func (s *Service) eachChecked(ctx context.Context, ed *course.Edition, module string, ids []string, fn func(enrollment string, at time.Time)) error {
	rows, err := s.DB.Read(ctx).Raw(`SELECT c.enrollment_id, MAX(c.first_at) FROM enrollments e JOIN check_answers c ON c.enrollment_id = e.id
		WHERE c.module_id = ? AND c.question_id IN ? AND `+within+` GROUP BY c.enrollment_id HAVING COUNT(*) = ?`,
		module, ids, ed.CourseID, ed.ID, len(ids)).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		id, at := "", db.Timestamp{}
		if err := rows.Scan(&id, &at); err != nil {
			return err
		}
		fn(id, at.Time)
	}
	return errors.Join(rows.Err(), rows.Close())
}

// PeopleIn is by edition of a course how many people's enrollments began, in whole
// batches; editions with fewer are left out.
func (s *Service) PeopleIn(ctx context.Context, courseID string) (map[string]int, error) {
	var rows []struct {
		EditionID string
		People    int
	}
	err := s.DB.Read(ctx).Raw("SELECT e.edition_id, COUNT(DISTINCT e.person_id) AS people FROM enrollments e WHERE e.course_id = ? AND "+online+
		" GROUP BY e.edition_id", courseID).Scan(&rows).Error
	out := map[string]int{}
	for _, r := range rows {
		if n := veil.Whole(r.People); n > 0 {
			out[r.EditionID] = n
		}
	}
	return out, err
}
