package support

import (
	"context"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows the administrator's list; zero fields do not. Sort is one of
// Sorts. After and Before are the ID of the neighboring row. Limit defaults to
// 50 and is at most 500.
type Filter struct {
	Q             string
	Kind          Kind
	State         RequestState
	Sort          string
	After, Before string
	Limit         int
}

// Sorts are the values of Filter.Sort: by the day of filing or the promised
// day, up or down. Empty is the newest first.
var Sorts = []string{"", "filed", "-filed", "due", "-due"}

// Page is a part of the list. More and Earlier say whether rows lie behind its
// last and before its first.
type Page struct {
	Rows          []Request
	Total         int64
	More, Earlier bool
}

// Requests lists requests and counts all that match.
func (s *Service) Requests(ctx context.Context, f Filter) (p Page, err error) {
	if f.Limit <= 0 {
		f.Limit = 50
	}
	f.Limit = min(f.Limit, 500)
	where, args := f.where()
	if err = s.db.Read(ctx).Raw("SELECT count(*) FROM requests"+where, args...).Scan(&p.Total).Error; err != nil {
		return p, err
	}
	where, args = f.page(where, args)
	if err = s.db.Read(ctx).Raw("SELECT "+requestColumns+" FROM requests"+where, args...).Scan(&p.Rows).Error; err != nil {
		return p, err
	}
	rest := len(p.Rows) > f.Limit
	p.Rows = p.Rows[:min(len(p.Rows), f.Limit)]
	if f.Before != "" {
		slices.Reverse(p.Rows)
		p.Earlier, p.More = rest, true
	} else {
		p.Earlier, p.More = f.After != "", rest
	}
	return p, nil
}

func (f Filter) where() (string, []any) {
	where, args := ` WHERE search LIKE ? ESCAPE '\'`, []any{db.Contains(f.Q)}
	if f.Kind != "" {
		where, args = where+" AND kind = ?", append(args, f.Kind)
	}
	if f.State != "" {
		where, args = where+" AND state = ?", append(args, f.State)
	}
	return where, args
}

// page adds the place in the list and the order, and asks for one row more, to
// see whether there is one. Going back the rows come in reverse.
func (f Filter) page(where string, args []any) (string, []any) {
	key := "id" // requests are filed in the order of their IDs
	if strings.HasSuffix(f.Sort, "due") {
		key = "due_at, id"
	}
	id, down := f.After, f.Sort == "" || strings.HasPrefix(f.Sort, "-")
	if f.Before != "" {
		id, down = f.Before, !down
	}
	compare, direction := ">", ""
	if down {
		compare, direction = "<", " DESC"
	}
	if id != "" {
		where += " AND (" + key + ") " + compare + " (SELECT " + key + " FROM requests WHERE id = ?)"
		args = append(args, id)
	}
	return where + " ORDER BY " + strings.ReplaceAll(key, ",", direction+",") + direction + " LIMIT ?", append(args, f.Limit+1)
}

// Each calls fn with every request of the filtered list, in its order, without
// loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Request) error) error {
	f.After, f.Before, f.Limit = "", "", 500
	for {
		p, err := s.Requests(ctx, f)
		if err != nil {
			return err
		}
		for _, r := range p.Rows {
			if err := fn(r); err != nil {
				return err
			}
		}
		if !p.More {
			return nil
		}
		f.After = p.Rows[len(p.Rows)-1].ID
	}
}
