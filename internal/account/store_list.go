package account

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows and orders a list of people; zero fields do not. Q is looked
// for in name, legal name, address and license numbers. After is the Key of the
// last person of the previous page, Before of the first one of the next.
type Filter struct {
	Q             string
	Role          Role
	State         State
	Sort          string // one of Sorts; "" is by name
	After, Before []string
	Limit         int // 50 if zero, at most 500
}

// Sorts are the orders of a list of people.
var Sorts = []string{"", "name", "-name", "email", "-email", "role", "-role", "state", "-state", "created", "-created"}

// Key is the place of a person in a list sorted as the filter says.
func (f Filter) Key(p Person) []string {
	switch strings.TrimPrefix(f.Sort, "-") {
	case "email":
		return []string{emailKey(p.Email), p.ID}
	case "role":
		return []string{strconv.Itoa(rank(p)), p.ID}
	case "state":
		return []string{string(p.State()), p.ID}
	case "created":
		return []string{p.CreatedAt.UTC().Format(time.RFC3339Nano), p.ID}
	}
	return []string{p.Name, p.ID}
}

var errCursor = apperr.New(apperr.Invalid, "This address is damaged. Please open the list again from its start.")

// rank is the place of a person's highest role among Roles, -1 without one.
func rank(p Person) int {
	if len(p.Roles) == 0 {
		return -1
	}
	return slices.Index(Roles, p.Roles[len(p.Roles)-1])
}

// What lists are sorted by that no column holds: rank and Person.State in SQL.
const (
	byRank = `COALESCE((SELECT max(CASE r.role WHEN 'therapist' THEN 0 WHEN 'instructor' THEN 1 WHEN 'administrator' THEN 2 ELSE 3 END)
		FROM person_roles r WHERE r.person_id = p.id AND (r.ends_at IS NULL OR r.ends_at > ?)), -1)`
	byState = `CASE WHEN p.erased_at IS NOT NULL THEN 'erased' WHEN p.blocked_at IS NOT NULL THEN 'blocked'
		WHEN p.email_confirmed_at IS NULL THEN 'unconfirmed' ELSE 'active' END`
)

// order is what the list is sorted by, with its arguments.
func (f Filter) order(now time.Time) (column string, args []any) {
	switch strings.TrimPrefix(f.Sort, "-") {
	case "email":
		return "p.email_key", nil
	case "created":
		return "p.created_at", nil
	case "role":
		return byRank, []any{now}
	case "state":
		return byState, nil
	}
	return "p.name", nil
}

// place returns the value of a key in the list's order; nil without a key.
func (f Filter) place(key []string) (value any, err error) {
	switch {
	case len(key) == 0:
		return nil, nil
	case len(key) != 2:
		return nil, errCursor
	}
	switch strings.TrimPrefix(f.Sort, "-") {
	case "created":
		at, err := time.Parse(time.RFC3339Nano, key[0])
		if err != nil {
			return nil, errCursor
		}
		return db.Truncate(at), nil
	case "role":
		n, err := strconv.Atoi(key[0])
		if err != nil {
			return nil, errCursor
		}
		return n, nil
	}
	return key[0], nil
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

func (s *Service) countPeople(ctx context.Context, f Filter) (n int64, over bool, err error) {
	where, args := f.where(s.Now())
	return db.CountUpTo(s.DB.Read(ctx), " FROM people p WHERE "+where, args...)
}

func (s *Service) listPeople(ctx context.Context, f Filter) (people []Person, err error) {
	now := s.Now()
	where, args := f.where(now)
	key, back := f.After, len(f.Before) > 0
	if back {
		key = f.Before
	}
	column, bound := f.order(now)
	value, err := f.place(key)
	if err != nil {
		return nil, err
	}
	order, op := "ASC", ">"
	if strings.HasPrefix(f.Sort, "-") != back {
		order, op = "DESC", "<"
	}
	if value != nil {
		where += " AND (" + column + ", p.id) " + op + " (?, ?)"
		args = append(append(args, bound...), value, key[1])
	}
	err = s.DB.Read(ctx).Raw("SELECT "+personColumns+" FROM people p WHERE "+where+" ORDER BY "+column+" "+order+", p.id "+order+" LIMIT ?",
		append(append(args, bound...), f.Limit)...).Scan(&people).Error
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
