package enrollment

import (
	"context"
	"time"
)

// reached is when the counted time of an enrollment came to so many seconds, nil
// if it has not.
func (s *Service) reached(ctx context.Context, enrollmentID string, seconds int, requests bool) (*time.Time, error) {
	sources := []TimeSource{FromBrowser}
	if requests {
		sources = append(sources, FromRequests)
	}
	var rows []struct {
		BeganAt time.Time
		Seconds int
	}
	err := s.DB.Read(ctx).Raw("SELECT began_at, seconds FROM active_time WHERE enrollment_id = ? AND source IN ? ORDER BY began_at, token",
		enrollmentID, sources).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	sum := 0
	for _, r := range rows {
		if sum += r.Seconds; sum >= seconds {
			at := r.BeganAt.Add(time.Duration(r.Seconds-(sum-seconds)) * time.Second)
			return &at, nil
		}
	}
	return nil, nil //nolint:nilnil // not reached is an answer
}
