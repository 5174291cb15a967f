package intake

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
)

// row is an item as it is stored.
type row struct {
	Position                                                             int
	Place, Title, Type, Kind, Verdict, Notes, QuestionID, Question, File string
	Bytes                                                                int64
}

// insertItems adds items in statements of a few rows each.
func (s *Service) insertItems(ctx context.Context, id string, rows []row) error {
	const few = 50
	for len(rows) > 0 {
		some := rows[:min(few, len(rows))]
		rows = rows[len(some):]
		var args []any
		for _, r := range some {
			args = append(args, id, r.Position, r.Place, r.Title, r.Type, r.Kind, r.Verdict, r.Notes, r.QuestionID, r.Question, r.Bytes)
		}
		err := s.DB.Conn(ctx).Exec(`INSERT INTO question_import_items (import_id, position, place, title, type, kind, verdict, notes, question_id, question, bytes)
			VALUES `+strings.TrimSuffix(strings.Repeat("(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?), ", len(some)), ", "), args...).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// Counts counts the items of an import by their verdicts.
func (s *Service) Counts(ctx context.Context, id string) (Counts, error) {
	var rows []struct {
		Verdict string
		N       int
	}
	err := s.DB.Read(ctx).Raw("SELECT verdict, count(*) AS n FROM question_import_items WHERE import_id = ? GROUP BY verdict", id).Scan(&rows).Error
	out := Counts{}
	for _, r := range rows {
		out[exchange.Verdict(r.Verdict)] = r.N
	}
	return out, err
}

// toAdd counts what is still to be added, and its bytes.
func (s *Service) toAdd(ctx context.Context, id string) (n int, size int64, err error) {
	var r struct {
		N    int
		Size int64
	}
	err = s.DB.Read(ctx).Raw("SELECT count(*) AS n, coalesce(sum(bytes), 0) AS size FROM question_import_items WHERE import_id = ? AND verdict IN ('kept', 'changed') AND file = ''", id).Scan(&r).Error
	return r.N, r.Size, err
}

// Added counts the questions of an import that are in the draft by it.
func (s *Service) Added(ctx context.Context, id string) (n int, err error) {
	err = s.DB.Read(ctx).Raw("SELECT count(*) FROM question_import_items WHERE import_id = ? AND verdict IN ('kept', 'changed') AND file <> ''", id).Scan(&n).Error
	return n, err
}

// pending are the next items to be added, in their order.
func (s *Service) pending(ctx context.Context, id string, limit int) (rows []row, err error) {
	err = s.DB.Read(ctx).Raw(`SELECT position, question_id, question, bytes FROM question_import_items
		WHERE import_id = ? AND verdict IN ('kept', 'changed') AND file = '' ORDER BY position LIMIT ?`, id, limit).Scan(&rows).Error
	return rows, err
}

// added notes which file of the draft items are in, and the IDs that they have there.
func (s *Service) added(ctx context.Context, id, file string, ids map[int]string) error {
	for position, questionID := range ids {
		err := s.DB.Conn(ctx).Exec("UPDATE question_import_items SET file = ?, question_id = ? WHERE import_id = ? AND position = ?", file, questionID, id, position).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// found notes that the course has items by now.
func (s *Service) found(ctx context.Context, id string, positions []int) error {
	if len(positions) == 0 {
		return nil
	}
	return s.DB.Conn(ctx).Exec("UPDATE question_import_items SET verdict = 'there' WHERE import_id = ? AND position IN ?", id, positions).Error
}

// Filter is a place in the items of an import. After and Before are the position of the
// neighboring item.
type Filter struct {
	Verdict       exchange.Verdict
	After, Before int
	Limit         int
}

// Items returns a page of the items of an import in the order of its file.
func (s *Service) Items(ctx context.Context, id string, f Filter) (list []Item, earlier, more bool, err error) {
	where, args, order := "import_id = ?", []any{id}, "position"
	if f.Verdict != "" {
		where, args = where+" AND verdict = ?", append(args, string(f.Verdict))
	}
	switch {
	case f.Before > 0:
		where, args, order = where+" AND position < ?", append(args, f.Before), "position DESC"
	case f.After > 0:
		where, args = where+" AND position > ?", append(args, f.After)
	}
	f.Limit = db.PageLimit(f.Limit)
	var rows []row
	err = s.DB.Read(ctx).Raw("SELECT position, place, title, type, kind, verdict, notes, question_id, question, bytes, file FROM question_import_items WHERE "+where+" ORDER BY "+order+" LIMIT ?",
		append(args, f.Limit+1)...).Scan(&rows).Error
	if err != nil {
		return nil, false, false, err
	}
	rows, earlier, more = db.Cut(rows, f.Limit, f.After > 0, f.Before > 0)
	for _, r := range rows {
		it, err := r.item()
		if err != nil {
			return nil, false, false, err
		}
		list = append(list, it)
	}
	return list, earlier, more, nil
}

// shownMost is how many characters of a prompt and of a key a list has.
const shownMost = 200

func (r row) item() (Item, error) {
	it := Item{Position: r.Position, Place: r.Place, Title: r.Title, Type: r.Type, Kind: question.Kind(r.Kind), Verdict: exchange.Verdict(r.Verdict),
		QuestionID: r.QuestionID, Bytes: r.Bytes, File: r.File}
	if r.Question != "" {
		var q question.Question
		if err := json.Unmarshal([]byte(r.Question), &q); err != nil {
			return it, err
		}
		it.Prompt, it.Key = apperr.Clip(q.Prompt, shownMost), apperr.Clip(exchange.Key(q), shownMost)
	}
	return it, json.Unmarshal([]byte(r.Notes), &it.Notes)
}

// Each calls fn with every item of an import, holding a page of them.
func (s *Service) Each(ctx context.Context, id string, fn func(Item) error) error {
	return db.Walk(func(last *Item) ([]Item, bool, error) {
		f := Filter{Limit: db.MaxPage}
		if last != nil {
			f.After = last.Position
		}
		list, _, more, err := s.Items(ctx, id, f)
		return list, more, err
	}, fn)
}
