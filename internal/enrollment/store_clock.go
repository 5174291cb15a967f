package enrollment

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

type clockRow struct {
	PersonID                         string
	CountedTo                        time.Time
	BeaconAt                         *time.Time
	VisitEnrollmentID, VisitLessonID string
	VisitCap                         int
	VisitAt                          *time.Time
}

// lockClock returns a person's clock, new if there is none, and holds it until
// the transaction ends: the update that changes nothing takes the row's lock.
func (s *Service) lockClock(ctx context.Context, personID string, start time.Time) (clockRow, error) {
	c := s.DB.Conn(ctx)
	if err := c.Exec(`INSERT INTO learner_clocks (person_id, counted_to) VALUES (?, ?)
		ON CONFLICT (person_id) DO UPDATE SET person_id = excluded.person_id`, personID, start).Error; err != nil {
		return clockRow{}, err
	}
	var r clockRow
	err := c.Raw(`SELECT person_id, counted_to, beacon_at, visit_enrollment_id, visit_lesson_id, visit_cap, visit_at
		FROM learner_clocks WHERE person_id = ?`, personID).Scan(&r).Error
	return r, err
}

func (s *Service) moveClock(ctx context.Context, personID string, to time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE learner_clocks SET counted_to = ? WHERE person_id = ?", to, personID).Error
}

func (s *Service) beacon(ctx context.Context, personID string, at time.Time) error {
	return s.DB.Conn(ctx).Exec("UPDATE learner_clocks SET beacon_at = ? WHERE person_id = ?", at, personID).Error
}

func (s *Service) setVisit(ctx context.Context, v visit) error {
	return s.DB.Conn(ctx).Exec(`UPDATE learner_clocks SET visit_enrollment_id = ?, visit_lesson_id = ?, visit_cap = ?, visit_at = ?
		WHERE person_id = ?`, v.enrollmentID, v.lessonID, v.capSeconds, v.at, v.personID).Error
}

func (s *Service) insertActive(ctx context.Context, enrollmentID, lessonID string, b stretch, begin time.Time, seconds int) (bool, error) {
	return db.Changed(s.DB.Conn(ctx).Exec(`INSERT INTO active_time (enrollment_id, token, lesson_id, source, began_at, seconds, received_at)
		VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, enrollmentID, b.Token, lessonID, b.Source, begin, seconds, b.now))
}

func (s *Service) addSeconds(ctx context.Context, enrollmentID, lessonID string, source TimeSource, seconds int) error {
	active, request := seconds, 0
	if source == FromRequests {
		active, request = 0, seconds
	}
	return s.DB.Conn(ctx).Exec(`INSERT INTO lesson_progress (enrollment_id, lesson_id, active_seconds, request_seconds) VALUES (?, ?, ?, ?)
		ON CONFLICT (enrollment_id, lesson_id) DO UPDATE SET active_seconds = lesson_progress.active_seconds + excluded.active_seconds,
			request_seconds = lesson_progress.request_seconds + excluded.request_seconds`, enrollmentID, lessonID, active, request).Error
}

func (s *Service) requestSeconds(ctx context.Context, enrollmentID, lessonID string) (n int, err error) {
	err = s.DB.Conn(ctx).Raw("SELECT request_seconds FROM lesson_progress WHERE enrollment_id = ? AND lesson_id = ?", enrollmentID, lessonID).Scan(&n).Error
	return n, err
}
