package insight

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/atmacena/cocare/internal/db"
)

// eachAttempt calls fn with the attempts at an edition's exam that were handed in,
// person by person, in their order.
func (s *Service) eachAttempt(ctx context.Context, editionID string, fn func(attempt)) error {
	rows, err := s.DB.Read(ctx).Raw(`SELECT a.id, a.person_id, COALESCE(a.started_at, NULL), COALESCE(a.submitted_at, NULL), a.passed, a.points, a.max_points,
			CASE WHEN a.state = 'graded' THEN COALESCE(l.place, 0) ELSE 0 END
		FROM exam_attempts a JOIN enrollments e ON e.id = a.enrollment_id LEFT JOIN insight_attempts l ON l.attempt_id = a.id
		WHERE a.edition_id = ? AND a.state IN ('submitted', 'graded') AND e.event_id IS NULL ORDER BY a.person_id, a.id`, editionID).Rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var a attempt
		if err := rows.Scan(&a.id, &a.person, (*db.Instant)(&a.started), (*db.Instant)(&a.submitted), &a.passed, &a.points, &a.most, &a.place); err != nil {
			return err
		}
		fn(a)
	}
	return errors.Join(rows.Err(), rows.Close())
}

// The characters that set items of a sheet, and the fields of an item, apart. No
// JSON and no ID of a question holds them.
const (
	nextItem  = "\x1e"
	nextField = "\x1f"
)

// sheetsAtOnce is how many attempts a statement reads the items of.
const sheetsAtOnce = 500

// readingAtOnce is how many statements read at the same time, each on a core: what is
// counted from them takes a tenth as long.
const readingAtOnce = 2

// sheets are the items of a batch of attempts, or why they could not be read.
type sheets struct {
	texts []string
	err   error
}

// eachSheet calls fn with the items of each attempt, in their order, as readSheet
// reads them: an attempt is one row, since a million rows take longer than what is
// counted from them. Answers to the questions named are left out. ctx carries no
// transaction.
func (s *Service) eachSheet(ctx context.Context, list []attempt, without []string, fn func(sheet string) error) error {
	if len(without) == 0 {
		without = []string{""}
	}
	var readers sync.WaitGroup
	defer readers.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	queue := make(chan chan sheets, readingAtOnce-1) // besides the one that is waited for
	readers.Go(func() {
		defer close(queue)
		for batch := range slices.Chunk(list, sheetsAtOnce) {
			read := make(chan sheets, 1)
			select {
			case queue <- read:
				readers.Go(func() { read <- s.readSheets(ctx, batch, without) })
			case <-ctx.Done():
				return
			}
		}
	})
	for read := range queue {
		batch := <-read
		if batch.err != nil {
			return batch.err
		}
		for _, text := range batch.texts {
			if err := fn(text); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

func (s *Service) readSheets(ctx context.Context, batch []attempt, without []string) (out sheets) {
	ids := make([]string, len(batch))
	for i, a := range batch {
		ids[i] = a.id
	}
	var rows []struct{ AttemptID, Sheet string }
	out.err = s.DB.Read(ctx).Raw(`SELECT i.attempt_id, string_agg(i.question_id || ? || i.points || ? || i.max_points || ? ||
			CASE WHEN i.question_id IN ? THEN '' ELSE i.response END, ?) AS sheet
		FROM exam_items i WHERE i.attempt_id IN ? GROUP BY i.attempt_id`,
		nextField, nextField, nextField, without, nextItem, ids).Scan(&rows).Error
	byID := make(map[string]string, len(rows))
	for _, r := range rows {
		byID[r.AttemptID] = r.Sheet
	}
	for _, id := range ids {
		out.texts = append(out.texts, byID[id])
	}
	return out
}
