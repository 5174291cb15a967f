package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows and orders a list of people; zero fields do not. Q is looked
// for in name, legal name and address. After is the Key of the last person of
// the previous page, Before of the first one of the next.
type Filter struct {
	Q             string
	Role          Role
	State         State
	Sort          string // one of Sorts; "" is by name
	After, Before []string
	Limit         int // 50 if zero, at most 500
}

// Sorts are the orders of a list of people.
var Sorts = []string{"", "name", "-name", "email", "-email", "created", "-created"}

// Key is the place of a person in a list sorted as the filter says.
func (f Filter) Key(p Person) []string {
	switch strings.TrimPrefix(f.Sort, "-") {
	case "email":
		return []string{emailKey(p.Email), p.ID}
	case "created":
		return []string{p.CreatedAt.UTC().Format(time.RFC3339Nano), p.ID}
	}
	return []string{p.Name, p.ID}
}

var errCursor = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")

// order returns the column that the list is sorted by, and a key's value for it.
func (f Filter) order(key []string) (column string, value any, err error) {
	column = map[string]string{"email": "p.email_key", "created": "p.created_at"}[strings.TrimPrefix(f.Sort, "-")]
	if column == "" {
		column = "p.name"
	}
	switch {
	case len(key) == 0:
		return column, nil, nil
	case len(key) != 2:
		return column, nil, errCursor
	case column == "p.created_at":
		at, err := time.Parse(time.RFC3339Nano, key[0])
		if err != nil {
			return column, nil, errCursor
		}
		return column, db.Truncate(at), nil
	}
	return column, key[0], nil
}

func (f Filter) where(now time.Time) (string, []any) {
	where, args := []string{"1 = 1"}, []any{}
	add := func(cond string, a ...any) { where, args = append(where, cond), append(args, a...) }
	if f.Q != "" {
		add(`p.search LIKE ? ESCAPE '\'`, db.Contains(f.Q))
	}
	if f.Role != "" {
		add("EXISTS (SELECT 1 FROM person_roles r WHERE r.person_id = p.id AND r.role = ? AND (r.ends_at IS NULL OR r.ends_at > ?))", f.Role, now)
	}
	switch f.State {
	case StateActive:
		add("p.blocked_at IS NULL AND p.erased_at IS NULL AND p.email_confirmed_at IS NOT NULL")
	case StateUnconfirmed:
		add("p.blocked_at IS NULL AND p.erased_at IS NULL AND p.email_confirmed_at IS NULL")
	case StateBlocked:
		add("p.blocked_at IS NOT NULL AND p.erased_at IS NULL")
	case StateErased:
		add("p.erased_at IS NOT NULL")
	}
	return strings.Join(where, " AND "), args
}

func (s *Service) countPeople(ctx context.Context, f Filter) (n int, err error) {
	where, args := f.where(s.Now())
	err = s.DB.Read(ctx).Raw("SELECT count(*) FROM people p WHERE "+where, args...).Scan(&n).Error
	return n, err
}

func (s *Service) listPeople(ctx context.Context, f Filter) (people []Person, err error) {
	where, args := f.where(s.Now())
	key, back := f.After, len(f.Before) > 0
	if back {
		key = f.Before
	}
	column, value, err := f.order(key)
	if err != nil {
		return nil, err
	}
	order, op := "ASC", ">"
	if strings.HasPrefix(f.Sort, "-") != back {
		order, op = "DESC", "<"
	}
	if value != nil {
		where += " AND (" + column + ", p.id) " + op + " (?, ?)"
		args = append(args, value, key[1])
	}
	err = s.DB.Read(ctx).Raw("SELECT "+personColumns+" FROM people p WHERE "+where+" ORDER BY "+column+" "+order+", p.id "+order+" LIMIT ?",
		append(args, f.Limit)...).Scan(&people).Error
	if err != nil || len(people) == 0 {
		return nil, err
	}
	if back {
		slices.Reverse(people)
	}
	return people, s.addRoles(ctx, people)
}

func (s *Service) addRoles(ctx context.Context, people []Person) error {
	ids, at := make([]string, len(people)), map[string]int{}
	for i, p := range people {
		ids[i], at[p.ID] = p.ID, i
	}
	var rows []struct {
		PersonID string
		Role     Role
	}
	err := s.DB.Read(ctx).Raw("SELECT person_id, role FROM person_roles WHERE person_id IN ? AND (ends_at IS NULL OR ends_at > ?)", ids, s.Now()).Scan(&rows).Error
	for _, r := range rows {
		p := &people[at[r.PersonID]]
		p.Roles = append(p.Roles, r.Role)
	}
	for i := range people {
		sortRoles(people[i].Roles)
	}
	return err
}
