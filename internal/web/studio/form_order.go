package studio

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/atmacena/cocare/internal/question"
)

// The lines of an ordering question stand in its form in the right order, and moving
// them changes that. Their IDs, which learners' browsers see, are nobody's to think of.

// ordered are the entries of a list in the order in which the form shows them.
func (o openedForm) ordered(r rows) []int {
	list := make([]int, o.entries(r))
	for i := range list {
		list[i] = i
	}
	if r.Order == "" {
		return list
	}
	order, _ := o.doc.List(o.place(r.Order))
	rank := func(i int) int {
		id, _ := o.doc.Get(o.place(r.field(i, "id")))
		if at := slices.Index(order, id); at >= 0 {
			return at
		}
		return len(order)
	}
	slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(rank(a), rank(b)) })
	return list
}

// titleOf names an entry by its ID, or where it stands.
func (o openedForm) titleOf(r rows, i int) string {
	if r.Order != "" {
		return fmt.Sprintf("%s %d", r.One, slices.Index(o.ordered(r), i)+1)
	}
	if id, named := o.doc.Get(o.place(r.field(i, "id"))); named && id != "" {
		return r.One + " " + id
	}
	return fmt.Sprintf("%s %d", r.One, i+1)
}

// move brings an entry by places up or down among those that the form shows.
func (o openedForm) move(r rows, i, by int) error {
	list := o.ordered(r)
	from := slices.Index(list, i)
	to := min(max(from+by, 0), len(list)-1)
	if r.Order == "" {
		return o.doc.Move(o.place(r.Key), from, to)
	}
	ids := make([]string, len(list))
	for k, n := range list {
		ids[k], _ = o.doc.Get(o.place(r.field(n, "id")))
	}
	ids[from], ids[to] = ids[to], ids[from]
	return o.doc.Set(o.place(r.Order), ids)
}

// reorder keeps an order to the lines that there are: a new one comes last. IDs that
// would tell the order get it from each other.
func (o openedForm) reorder(r rows) error {
	at := o.place(r.Order)
	was, ok := o.doc.List(at)
	if r.Order == "" || !ok {
		return nil
	}
	have := idsOf(o.doc, o.place(r.Key))
	next := slices.DeleteFunc(slices.Clone(was), func(id string) bool { return !slices.Contains(have, id) })
	for _, id := range have {
		if !slices.Contains(next, id) {
			next = append(next, id)
		}
	}
	if question.SpellsOrder(next) {
		first, last := next[0], next[len(next)-1]
		next[0], next[len(next)-1] = last, first
		for from, to := range map[string]string{first: last, last: first} {
			if err := o.doc.Set(o.place(r.field(slices.Index(have, from), "id")), to); err != nil {
				return err
			}
		}
	}
	if slices.Equal(was, next) {
		return nil
	}
	return o.doc.Set(at, next)
}
