package support

import (
	"cmp"
	"context"
	"strings"

	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows the administrator's list; zero fields do not. Q finds in what was
// filed, in what the request is about, and in the account as it stands. Sort is one of
// Sorts. After and Before are the ID of the neighboring row. Limit defaults to
// 50 and is at most 500.
type Filter struct {
	Q             string
	Kind          Kind
	State         RequestState
	PersonID      string
	Sort          string
	After, Before string
	Limit         int
}

// Sorts are the values of Filter.Sort: by the day of filing or the promised
// day, up or down. Empty is the newest first.
var Sorts = []string{"", "filed", "-filed", "due", "-due"}

// Page is a part of the list. Total counts what matches; Over says that there is
// more than that. More and Earlier say whether rows lie behind its last and before
// its first.
type Page struct {
	Rows          []Request
	Total         int64
	Over          bool
	More, Earlier bool
}

// Requests lists requests and counts all that match.
func (s *Service) Requests(ctx context.Context, f Filter) (p Page, err error) {
	if p, err = s.page(ctx, f); err != nil {
		return Page{}, err
	}
	where, args := f.where()
	p.Total, p.Over, err = db.CountUpTo(s.db.Read(ctx), " FROM requests"+where, args...)
	return p, err
}

// page is Requests without the total.
func (s *Service) page(ctx context.Context, f Filter) (p Page, err error) {
	f.Limit = db.PageLimit(f.Limit)
	where, args := f.page(f.where())
	if err = s.db.Read(ctx).Raw("SELECT "+requestColumns+" FROM requests"+where, args...).Scan(&p.Rows).Error; err != nil {
		return Page{}, err
	}
	p.Rows, p.Earlier, p.More = db.Cut(p.Rows, f.Limit, f.After != "", f.Before != "")
	return p, nil
}

func (f Filter) where() (string, []any) {
	where, args := " WHERE 1 = 1", []any{}
	if f.Q != "" {
		number := cmp.Or(strings.ReplaceAll(f.Q, "-", ""), f.Q)
		where += ` AND (search LIKE ? ESCAPE '\' OR person_id IN (SELECT p.id FROM people p WHERE p.search LIKE ? ESCAPE '\')
			OR replace(lower(about), '-', '') LIKE ? ESCAPE '\')`
		args = append(args, db.Contains(f.Q), db.Contains(f.Q), db.Contains(number))
	}
	if f.Kind != "" {
		where, args = where+" AND kind = ?", append(args, f.Kind)
	}
	if f.State != "" {
		where, args = where+" AND state = ?", append(args, f.State)
	}
	if f.PersonID != "" {
		where, args = where+" AND person_id = ?", append(args, f.PersonID)
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
	f.After, f.Before, f.Limit = "", "", db.MaxPage
	return db.Walk(func(last *Request) ([]Request, bool, error) {
		if last != nil {
			f.After = last.ID
		}
		p, err := s.page(ctx, f)
		return p.Rows, p.More, err
	}, fn)
}
