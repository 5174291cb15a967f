package enrollment

import (
	"context"
	"fmt"
)

// ReadableEditions returns the IDs of the editions of a course whose lessons a person may
// read, each once, that of their newest enrollment first. It is one statement: every
// range of a video asks.
func (s *Service) ReadableEditions(ctx context.Context, personID, slug string) (ids []string, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT edition_id FROM enrollments WHERE person_id = ? AND slug = ? AND state IN ? AND attended = ''
		GROUP BY edition_id ORDER BY max(cycle) DESC`, personID, slug, []State{Active, Completed, Expired}).Scan(&ids).Error
	if err != nil {
		return nil, fmt.Errorf("enrollment: readable editions: %w", err)
	}
	return ids, nil
}
