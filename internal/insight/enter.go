package insight

import (
	"context"
	"time"
)

// Enter puts into the lists what has become countable, and returns how much: attempts
// of which every mark is there, and lessons that were finished. It is periodic work; of
// two at once one enters each.
func (s *Service) Enter(ctx context.Context) (int, error) {
	attempts, err := s.enterAttempts(ctx)
	if err != nil {
		return 0, err
	}
	now := s.Now()
	lessons, err := s.enterLessons(ctx, now.Add(-lately), now)
	return attempts + lessons, err
}

// lately is for how long what was finished waits to be entered.
const lately = 7 * 24 * time.Hour

func (s *Service) enterAttempts(ctx context.Context) (int, error) {
	const waiting = ` FROM exam_attempts a WHERE a.state = 'graded' AND a.open_points = 0
		AND NOT EXISTS (SELECT 1 FROM insight_attempts l WHERE l.attempt_id = a.id)`
	var some []string
	if err := s.DB.Read(ctx).Raw("SELECT a.id" + waiting + " LIMIT 1").Scan(&some).Error; err != nil || len(some) == 0 {
		return 0, err
	}
	q := s.DB.Conn(ctx).Exec(`INSERT INTO insight_attempts (attempt_id, edition_id, place)
		SELECT a.id, a.edition_id, ROW_NUMBER() OVER (PARTITION BY a.edition_id ORDER BY a.final_at, a.id)
			+ COALESCE((SELECT MAX(l.place) FROM insight_attempts l WHERE l.edition_id = a.edition_id), 0)` + waiting + " ON CONFLICT DO NOTHING")
	return int(q.RowsAffected), q.Error
}

// enterLessons takes what a browser or a page request counted after the lesson was
// finished off again.
func (s *Service) enterLessons(ctx context.Context, since, now time.Time) (int, error) {
	const waiting = ` FROM lesson_progress p JOIN enrollments e ON e.id = p.enrollment_id WHERE p.finished_at > ? AND ` + online + " AND NOT " + moved + `
		AND NOT EXISTS (SELECT 1 FROM insight_lessons l WHERE l.enrollment_id = p.enrollment_id AND l.lesson_id = p.lesson_id)`
	const later = `COALESCE((SELECT CAST(SUM(t.seconds) AS BIGINT) FROM active_time t WHERE t.enrollment_id = p.enrollment_id AND t.lesson_id = p.lesson_id
		AND t.received_at > p.finished_at AND t.source = `
	var some []string
	if err := s.DB.Read(ctx).Raw("SELECT e.id"+waiting+" LIMIT 1", since).Scan(&some).Error; err != nil || len(some) == 0 {
		return 0, err
	}
	q := s.DB.Conn(ctx).Exec(`INSERT INTO insight_lessons (enrollment_id, lesson_id, edition_id, active_seconds, request_seconds, entered_at)
		SELECT w.enrollment_id, w.lesson_id, w.edition_id, CASE WHEN w.active > 0 THEN w.active ELSE 0 END, CASE WHEN w.request > 0 THEN w.request ELSE 0 END, ?
		FROM (SELECT p.enrollment_id, p.lesson_id, e.edition_id, p.active_seconds - `+later+`'browser'), 0) AS active,
			p.request_seconds - `+later+`'requests'), 0) AS request`+waiting+") w WHERE TRUE ON CONFLICT DO NOTHING", now, since)
	return int(q.RowsAffected), q.Error
}
