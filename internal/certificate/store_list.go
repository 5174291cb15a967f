package certificate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows a list; zero fields do not. Q is looked for in number, holder,
// course and printed licenses, and in what the account says today: names, address
// and licenses. From and Until are instants of reservation, the second excluded.
// Sort is empty or "-reserved" for the newest first, "reserved",
// "holder" or "-holder". After and Before are the Key of the neighboring row.
// Limit defaults to 50 and is at most 500.
type Filter struct {
	Q             string
	State         State
	PersonID      string
	CourseID      string
	ApprovalID    string // on which it rests
	From, Until   time.Time
	Sort          string
	After, Before []string
	Limit         int
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

// where is the condition of the filter, without the place in the list.
func (f Filter) where() (cond string, args []any) {
	cond = " FROM certificates WHERE 1 = 1"
	if f.State != "" {
		cond, args = cond+" AND state = ?", append(args, f.State)
	}
	if f.PersonID != "" {
		cond, args = cond+" AND person_id = ?", append(args, f.PersonID)
	}
	if f.CourseID != "" {
		cond, args = cond+" AND course_id = ?", append(args, f.CourseID)
	}
	if f.ApprovalID != "" {
		cond, args = cond+" AND id IN (SELECT certificate_id FROM certificate_credits WHERE approval_id = ?)", append(args, f.ApprovalID)
	}
	if !f.From.IsZero() {
		cond, args = cond+" AND reserved_at >= ?", append(args, f.From.UTC())
	}
	if !f.Until.IsZero() {
		cond, args = cond+" AND reserved_at < ?", append(args, f.Until.UTC())
	}
	if f.Q != "" {
		cond += ` AND (search LIKE ? ESCAPE '\' OR person_id IN (SELECT p.id FROM people p WHERE p.search LIKE ? ESCAPE '\'))`
		args = append(args, pattern(f.Q), db.Contains(f.Q))
	}
	return cond, args
}

// place adds the place in the list and the order. Going back the rows come in
// reverse.
func (f Filter) place(cond string, args []any) (string, []any, error) {
	down, key := !slices.Contains([]string{"reserved", "holder"}, f.Sort), f.After
	if len(f.Before) > 0 {
		key, down = f.Before, !down
	}
	if !slices.Contains(Sorts, f.Sort) || len(key) > 0 && (len(key) != 2 || (key[0] != "") != f.byName()) {
		return "", nil, ErrSort
	}
	compare, direction := ">", ""
	if down {
		compare, direction = "<", " DESC"
	}
	order := "id" + direction
	switch {
	case f.byName():
		order = "holder_name" + direction + ", id" + direction
		if len(key) > 0 {
			cond, args = cond+" AND (holder_name, id) "+compare+" (?, ?)", append(args, key[0], key[1])
		}
	case len(key) > 0:
		cond, args = cond+" AND id "+compare+" ?", append(args, key[1])
	}
	return cond + " ORDER BY " + order + " LIMIT ?", append(args, f.Limit+1), nil
}

// Page is a part of the list. Total counts what matches; Over says that there is
// more than that. More and Earlier say whether rows lie behind its last and
// before its first.
type Page struct {
	Certificates  []Certificate
	Total         int64
	Over          bool
	More, Earlier bool
}

// List returns a page for administrators. Errors: ErrSort.
func (s *Service) List(ctx context.Context, f Filter) (Page, error) {
	p, err := s.page(ctx, f)
	if err != nil {
		return Page{}, err
	}
	cond, args := f.where()
	p.Total, p.Over, err = db.CountUpTo(s.db.Read(ctx), cond, args...)
	return p, err
}

// page is List without the total.
func (s *Service) page(ctx context.Context, f Filter) (p Page, err error) {
	f.Limit = db.PageLimit(f.Limit)
	cond, args, err := f.place(f.where())
	if err != nil {
		return Page{}, err
	}
	list, err := many(s.db.Read(ctx).Raw("SELECT "+columns+cond, args...))
	if err != nil {
		return Page{}, err
	}
	p.Certificates, p.Earlier, p.More = db.Cut(list, f.Limit, len(f.After) > 0, len(f.Before) > 0)
	return p, nil
}

// CountIssued counts what Each would hand out that was issued, whatever became of
// it.
func (s *Service) CountIssued(ctx context.Context, f Filter) (n int64, err error) {
	cond, args := f.where()
	err = s.db.Read(ctx).Raw("SELECT count(*)"+cond+" AND issued_at IS NOT NULL", args...).Scan(&n).Error
	return n, err
}

// Each calls fn with every certificate of the filtered list, in its order,
// without loading it whole: for CSV.
func (s *Service) Each(ctx context.Context, f Filter, fn func(Certificate) error) error {
	f.After, f.Before, f.Limit = nil, nil, db.MaxPage
	return db.Walk(func(last *Certificate) ([]Certificate, bool, error) {
		if last != nil {
			f.After = f.Key(*last)
		}
		p, err := s.page(ctx, f)
		return p.Certificates, p.More, err
	}, fn)
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
