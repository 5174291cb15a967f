package enrollment

import (
	"context"
	"time"
)

// leftOffAt lists, for each enrollment in an edition that was completed at an
// instant, the accreditors whose credit was left off.
func (s *Service) leftOffAt(ctx context.Context, editionID string, at time.Time) ([][]string, error) {
	var rows []struct{ ID, Ref string }
	err := s.DB.Read(ctx).Raw(`SELECT e.id, COALESCE(v.ref, '') AS ref FROM enrollments e
		LEFT JOIN evidence v ON v.enrollment_id = e.id AND v.kind = ?
		WHERE e.edition_id = ? AND e.completed_at = ? ORDER BY e.id, v.ref`, licenseDeclined, editionID, at).Scan(&rows).Error
	var list [][]string
	for i, r := range rows {
		if i == 0 || rows[i-1].ID != r.ID {
			list = append(list, nil)
		}
		if r.Ref != "" {
			list[len(list)-1] = append(list[len(list)-1], r.Ref)
		}
	}
	return list, err
}

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
