package exam

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// waitingRow is an answer that a person grades, without who gave it.
type waitingRow struct {
	Item                           itemRow `gorm:"embedded"`
	AttemptID, EditionID, PersonID string
	PromisedAt                     time.Time
	Decided, Ended                 bool // Ended: the enrollment was taken back
	Marks, GraderID                string
}

const (
	waitingColumns = itemColumns + `, i.attempt_id, a.edition_id, a.person_id, a.promised_at, a.final_at IS NOT NULL AS decided,
		e.state IN ('withdrawn', 'refunded') AS ended,
		i.marks, COALESCE(i.grader_id, '') AS grader_id`
	fromWaiting = ` FROM exam_items i JOIN exam_attempts a ON a.id = i.attempt_id
		JOIN enrollments e ON e.id = a.enrollment_id WHERE `
)

// listed is what a grader's list holds: not the grader's own answers, nothing of a
// closed course, and nothing to grade of an enrollment that was taken back.
func (f QueueFilter) listed(graderID string) (where string, args []any) {
	where, args = "i.awaits_grader AND e.state NOT IN ('withdrawn', 'refunded')", []any{graderID}
	if f.Graded {
		where = "i.graded_at IS NOT NULL"
	}
	where += " AND a.person_id <> ?"
	if f.Slug != "" {
		where, args = where+" AND e.slug = ?", append(args, f.Slug)
	}
	if len(f.closed) > 0 {
		where, args = where+" AND e.slug NOT IN ?", append(args, f.closed)
	}
	return where, args
}

// asked is a question of an edition.
type asked struct{ editionID, questionID string }

// narrowed is listed, of those questions alone unless they are nil.
func (f QueueFilter) narrowed(graderID string, questions []asked) (where string, args []any) {
	where, args = f.listed(graderID)
	switch {
	case questions == nil:
		return where, args
	case len(questions) == 0:
		return where + " AND 1 = 0", args
	}
	for _, q := range questions {
		args = append(args, q.editionID, q.questionID)
	}
	return where + " AND (a.edition_id, i.question_id) IN (VALUES " + strings.TrimSuffix(strings.Repeat("(?, ?), ", len(questions)), ", ") + ")", args
}

// The keys of the two lists: what holds up a result and was promised first comes
// first; what was graded last comes first.
var (
	waitingKey = []string{"CASE WHEN a.final_at IS NULL THEN 0 ELSE 1 END", "a.promised_at", "i.id"}
	gradedKey  = []string{"i.graded_at", "i.id"}
)

// place is where an entry stands in its list: see the keys. It stands in addresses, so
// of a graded answer it does not say when: that mails to learners say to the minute too.
func (r waitingRow) place(graded bool) []string {
	if graded {
		return []string{r.Item.ID}
	}
	decided := "0"
	if r.Decided {
		decided = "1"
	}
	return []string{decided, r.PromisedAt.UTC().Format(time.RFC3339Nano), r.Item.ID}
}

// readPlace reads what place has written, as what the key of the list is compared with.
func readPlace(place []string, graded bool) (values string, args []any, err error) {
	if graded {
		if len(place) != 1 {
			return "", nil, errPlace
		}
		return "(SELECT graded_at, id FROM exam_items WHERE id = ?)", []any{place[0]}, nil
	}
	if len(place) != 3 {
		return "", nil, errPlace
	}
	decided, err := strconv.Atoi(place[0])
	if err != nil {
		return "", nil, errPlace.Because(err)
	}
	at, err := time.Parse(time.RFC3339Nano, place[1])
	if err != nil {
		return "", nil, errPlace.Because(err)
	}
	return "(?, ?, ?)", []any{decided, at.UTC(), place[2]}, nil
}

// listWaiting returns one row more than the limit, if there is one. Going back
// the rows come in reverse.
func (s *Service) listWaiting(ctx context.Context, graderID string, f QueueFilter, questions []asked) (rows []waitingRow, err error) {
	key, down, place := waitingKey, f.Graded, f.After
	if f.Graded {
		key = gradedKey
	}
	if len(f.Before) > 0 {
		place, down = f.Before, !down
	}
	compare, direction := ">", ""
	if down {
		compare, direction = "<", " DESC"
	}
	where, args := f.narrowed(graderID, questions)
	if len(place) > 0 {
		values, at, err := readPlace(place, f.Graded)
		if err != nil {
			return nil, err
		}
		where += " AND (" + strings.Join(key, ", ") + ") " + compare + " " + values
		args = append(args, at...)
	}
	order := strings.Join(key, direction+", ") + direction
	err = s.DB.Read(ctx).Raw("SELECT "+waitingColumns+fromWaiting+where+" ORDER BY "+order+" LIMIT ?", append(args, f.Limit+1)...).Scan(&rows).Error
	return rows, err
}

// FirstPromised is the earliest day by which an answer was promised that waits
// for a grader, the zero time if none does. It need not be that of the first in the Queue,
// which holds up a result.
func (s *Service) FirstPromised(ctx context.Context, graderID string) (time.Time, error) {
	closed, err := s.Closed(ctx, graderID)
	if err != nil {
		return time.Time{}, err
	}
	where, args := QueueFilter{closed: closed}.listed(graderID)
	var first []time.Time
	err = s.DB.Read(ctx).Raw("SELECT a.promised_at"+fromWaiting+where+" ORDER BY a.promised_at LIMIT 1", args...).Scan(&first).Error
	if err != nil || len(first) == 0 {
		return time.Time{}, err
	}
	return first[0], nil
}

// countWaiting counts a list up to db.MaxCount, and those of it on which a result
// waits.
func (s *Service) countWaiting(ctx context.Context, graderID string, f QueueFilter, questions []asked) (total, holding int, over bool, err error) {
	where, args := f.narrowed(graderID, questions)
	var n struct{ Total, Holding int }
	err = s.DB.Read(ctx).Raw("SELECT COUNT(*) AS total, COUNT(CASE WHEN final_at IS NULL THEN 1 END) AS holding FROM (SELECT a.final_at"+
		fromWaiting+where+" LIMIT ?) AS found", append(args, db.MaxCount+1)...).Scan(&n).Error
	return min(n.Total, db.MaxCount), min(n.Holding, db.MaxCount), n.Total > db.MaxCount, err
}

// queueEditions are those of which the list holds answers.
func (s *Service) queueEditions(ctx context.Context, graderID string, f QueueFilter) (ids []string, err error) {
	where, args := f.listed(graderID)
	err = s.DB.Read(ctx).Raw("SELECT DISTINCT a.edition_id"+fromWaiting+where+" ORDER BY a.edition_id", args...).Scan(&ids).Error
	return ids, err
}
