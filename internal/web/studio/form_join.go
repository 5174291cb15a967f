package studio

import (
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// What somebody typed into a form is brought together with what somebody else saved
// meanwhile, value by value: what only one changed stays as they made it, and of what
// both changed in different ways one says which stays. Every way to choose gives a
// file that can be read.

// joining takes the values of mine that differ from base over into now.
type joining struct {
	base, mine, now openedForm
	kept            *kit.Form // what was chosen; "" for what nobody chose yet
	parted          []partedValue
}

// partedValue is a value, or an entry, that two people changed in different ways.
type partedValue struct {
	Name, Of, Label     string // Of is the entry
	Base, Yours, Theirs string // in words
}

// Field is the name of the choice.
func (p partedValue) Field() string { return keepToo + p.Name }

const keepToo = "keep."

// Options are the ways to settle it.
func (p partedValue) Options() []kit.Option {
	return []kit.Option{{Value: course.KeepYours, Label: "Keep yours"}, {Value: course.KeepTheirs, Label: "Keep theirs"}}
}

// run joins everything that the form asks for.
func (j *joining) run() error {
	for _, a := range j.base.sheet.Asks {
		if err := j.value(a.Key, a.Key, "", a); err != nil {
			return err
		}
	}
	for _, r := range j.base.sheet.Lists {
		if r.Apart {
			continue
		}
		to := j.places(r)
		for i, at := range to {
			if err := j.entry(r, i, at); err != nil {
				return err
			}
		}
	}
	return nil
}

// entry joins one entry of a list; at is where it stands now, -1 for nowhere.
func (j *joining) entry(r rows, i, at int) error {
	was := append(j.base.place(r.Key), i)
	if edit.Equal(j.base.doc, was, j.mine.doc, was) {
		return nil
	}
	title := j.mine.entryTitle(r, i)
	if at >= 0 {
		for _, a := range r.Asks {
			if err := j.value(r.field(i, a.Key), r.field(at, a.Key), title, a); err != nil {
				return err
			}
		}
		return nil
	}
	name := r.field(i, "all")
	switch j.kept.Str(keepToo + name) {
	case course.KeepTheirs:
		return nil
	case course.KeepYours:
		return j.putBack(j.mine, was, j.now.place(r.Key))
	}
	var said strings.Builder
	for _, a := range r.Asks {
		said.WriteString(a.Label + ": " + j.mine.inWords(r.field(i, a.Key), a) + "\n")
	}
	j.parted = append(j.parted, partedValue{Name: name, Of: title, Label: "The whole entry", Yours: said.String()})
	return nil
}

// putBack adds an entry at the end of a list that no longer holds it.
func (j *joining) putBack(from openedForm, at, list edit.Path) error {
	v, ok := from.doc.Value(at)
	if !ok {
		return edit.ErrCannot
	}
	if n := j.now.doc.Len(list); n >= 0 {
		return j.now.doc.Insert(list, n, v)
	}
	return j.now.set(list, []any{v})
}

// value joins one value; there is its name in what is saved now.
func (j *joining) value(name, there, of string, a ask) error {
	at, to := j.base.place(name), j.now.place(there)
	if edit.Equal(j.base.doc, at, j.mine.doc, at) || edit.Equal(j.mine.doc, at, j.now.doc, to) {
		return nil
	}
	if !edit.Equal(j.base.doc, at, j.now.doc, to) {
		switch j.kept.Str(keepToo + name) {
		case course.KeepTheirs:
			return nil
		case course.KeepYours:
		default:
			j.parted = append(j.parted, partedValue{name, of, a.Label, j.base.inWords(name, a), j.mine.inWords(name, a), j.now.inWords(there, a)})
			return nil
		}
	}
	if !j.mine.doc.Has(at) {
		return j.now.doc.Remove(to)
	}
	v, ok := j.mine.doc.Value(at)
	if !ok {
		return edit.ErrCannot
	}
	return j.now.set(to, v)
}

// places are where the entries of a list stand now: those that are the same, those with
// the same ID, and in a list of the same length those at the same place.
func (j *joining) places(r rows) []int {
	was, now := j.base.place(r.Key), j.now.place(r.Key)
	to, taken := make([]int, j.base.entries(r)), map[int]bool{}
	for i := range to {
		to[i] = -1
	}
	n := j.now.entries(r)
	pass := func(fits func(i, k int) bool) {
		for i := range to {
			for k := 0; k < n && to[i] < 0; k++ {
				if !taken[k] && fits(i, k) {
					to[i], taken[k] = k, true
				}
			}
		}
	}
	pass(func(i, k int) bool {
		return edit.Equal(j.base.doc, append(slices.Clip(was), i), j.now.doc, append(slices.Clip(now), k))
	})
	pass(func(i, k int) bool {
		a, named := j.base.doc.Get(append(slices.Clip(was), i, "id"))
		b, _ := j.now.doc.Get(append(slices.Clip(now), k, "id"))
		return named && a == b
	})
	pass(func(i, k int) bool { return i == k && n == len(to) })
	return to
}

// entryTitle names an entry of a list.
func (o openedForm) entryTitle(r rows, i int) string {
	if r.Order != "" {
		return o.titleOf(r, i)
	}
	for _, key := range []string{"id", "name", "text"} {
		if s, ok := o.doc.Get(append(o.place(r.Key), i, key)); ok && s != "" {
			return r.One + " " + s
		}
	}
	return o.titleOf(r, i)
}

// inWords is a value as people read it, "" for none.
func (o openedForm) inWords(name string, a ask) string {
	at := o.place(name)
	switch a.As {
	case asCheck:
		if o.doc.Bool(at) {
			return "Yes"
		}
		return "No"
	case asPick, asLines, asOrder, asNumbers:
		list, _ := o.doc.List(at)
		if a.As == asPick {
			list = o.labels(a.Of, list)
			a.As = asLines
		}
		return a.listed(list)
	case asChoice:
		now, _ := o.doc.Get(at)
		for _, x := range o.chosen(a, now) {
			if x.Value == now {
				return x.Label
			}
		}
	}
	if o.doc.Empty(at) {
		return ""
	}
	now, _ := o.doc.Get(at)
	return now
}

// labels are things by their IDs, with words.
func (o openedForm) labels(of string, ids []string) (out []string) {
	all := shortTo(shownWords, o.choices(of))
	for _, id := range ids {
		if i := slices.IndexFunc(all, func(x kit.Option) bool { return x.Value == id }); i >= 0 {
			id = all[i].Label
		}
		out = append(out, id)
	}
	return out
}
