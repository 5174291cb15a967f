package certificate

import (
	"context"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows a list; zero fields do not. Q is looked for in number, holder
// and course. Sort is empty or "-reserved" for the newest first, "reserved",
// "holder" or "-holder". After is the Key of the last row of the page before.
type Filter struct {
	Q     string
	State State
	Sort  string
	After []string
	Limit int
}

// Sorts are the values of Filter.Sort.
var Sorts = []string{"", "-reserved", "reserved", "holder", "-holder"}

// ErrSort is returned for a sort that does not exist or a place that belongs to
// another.
var ErrSort = apperr.New(apperr.Invalid, "This list cannot be sorted like that. Please open it again from its start.")

func (f Filter) byName() bool { return strings.HasSuffix(f.Sort, "holder") }

// Key is the place of a row in a list that is sorted like this: two parts.
func (f Filter) Key(c Certificate) []string {
	if f.byName() {
		return []string{c.HolderName, c.ID}
	}
	return []string{"", c.ID}
}

// List lists certificates and counts all that match.
func (s *Service) List(ctx context.Context, f Filter) (list []Certificate, total int64, err error) {
	cond, args := " FROM certificates WHERE 1 = 1", []any{}
	where := func(sql string, values ...any) { cond, args = cond+" AND "+sql, append(args, values...) }
	if f.State != "" {
		where("state = ?", f.State)
	}
	if f.Q != "" {
		where(`search LIKE ? ESCAPE '\'`, pattern(f.Q))
	}
	if err = s.db.Read(ctx).Raw("SELECT count(*)"+cond, args...).Scan(&total).Error; err != nil {
		return nil, 0, err
	}
	order := "id DESC"
	compare := "<"
	switch f.Sort {
	case "", "-reserved":
	case "reserved":
		order, compare = "id", ">"
	case "holder":
		order, compare = "holder_name, id", ">"
	case "-holder":
		order = "holder_name DESC, id DESC"
	default:
		return nil, 0, ErrSort
	}
	switch {
	case len(f.After) == 0:
	case len(f.After) != 2 || (f.After[0] != "") != f.byName():
		return nil, 0, ErrSort
	case f.byName():
		where("(holder_name, id) "+compare+" (?, ?)", f.After[0], f.After[1])
	default:
		where("id "+compare+" ?", f.After[1])
	}
	list, err = many(s.db.Read(ctx).Raw("SELECT "+columns+cond+" ORDER BY "+order+" LIMIT ?", append(args, f.Limit)...))
	return list, total, err
}

// pattern is what the search column is compared with. A whole number is found
// however it was typed.
func pattern(q string) string {
	if n, ok := number.Parse(q); ok {
		q = n
	}
	return db.Contains(q)
}

// Totals counts the certificates by state.
func (s *Service) Totals(ctx context.Context) (map[State]int64, error) {
	var rows []struct {
		State State
		N     int64
	}
	if err := s.db.Read(ctx).Raw("SELECT state, count(*) AS n FROM certificates GROUP BY state").Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := map[State]int64{}
	for _, r := range rows {
		out[r.State] = r.N
	}
	return out, nil
}
