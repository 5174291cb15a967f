package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/db"
)

// Filter narrows a list of people; zero fields do not. Q is looked for in name,
// legal name and address. After is the Cursor of the last person of the
// previous page, Before of the first one of the next.
type Filter struct {
	Q             string
	Role          Role
	State         State
	After, Before Cursor
	Limit         int // 50 if zero, at most 500
}

// Cursor is a place in the list, which is ordered by name and ID.
type Cursor struct{ Name, ID string }

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
		add("p.blocked_at IS NOT NULL")
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
	order := "ASC"
	if f.After.ID != "" {
		where += " AND (p.name, p.id) > (?, ?)"
		args = append(args, f.After.Name, f.After.ID)
	}
	if f.Before.ID != "" {
		where += " AND (p.name, p.id) < (?, ?)"
		args, order = append(args, f.Before.Name, f.Before.ID), "DESC"
	}
	err = s.DB.Read(ctx).Raw("SELECT "+personColumns+" FROM people p WHERE "+where+" ORDER BY p.name "+order+", p.id "+order+" LIMIT ?",
		append(args, f.Limit)...).Scan(&people).Error
	if err != nil || len(people) == 0 {
		return nil, err
	}
	if order == "DESC" {
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
