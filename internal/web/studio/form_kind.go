package studio

import (
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
)

// kindField asks for the kind that an entry is to have.
const kindField = "to_kind"

var errSameKind = apperr.InvalidField(kindField, "Choose another kind than it has.")

// otherKinds are those that a question can become, none for what is no question. An item
// of the evaluation has its kind among its fields.
func (o openedForm) otherKinds() (list []kit.Option) {
	now, _ := o.doc.Get(o.place("kind"))
	if o.at == nil || !o.rows.Shared {
		return nil
	}
	list = []kit.Option{{Label: "Choose"}}
	for _, k := range (ask{Options: o.rows.Kinds}).options() {
		if k.Value != now {
			list = append(list, k)
		}
	}
	return list
}

// loses names the first of the values of an entry that a change of its kind takes away
// and that were typed since the form began, "" for none: the history would not have it.
func (o openedForm) loses(began openedForm, to string) (label string) {
	from, _ := began.doc.Get(began.place("kind"))
	if o.at == nil || keepsOptions(from, to) {
		return ""
	}
	for _, key := range o.rows.keysOf(from) {
		if !edit.Equal(began.doc, began.place(key), o.doc, o.place(key)) {
			return o.labelOf(key, key)
		}
	}
	return ""
}

// kept refuses a change of kind that would lose what was typed into the same form.
func (s sentForm) kept(o openedForm) error {
	if s.Str("step") != "kind" {
		return nil
	}
	began, err := openForm(s.path, s.id, s.was.Content)
	if err != nil {
		return err
	}
	if lost := o.loses(began, s.Str(kindField)); lost != "" {
		return apperr.InvalidField(kindField, "Press Save first: the change would lose what you typed into %s, and the history would not have it.", lost)
	}
	return nil
}

// rekind makes an entry one of another kind. What both kinds ask stays, what only the
// new one asks begins as in a new entry, and the rest goes: the history keeps it.
func (o openedForm) rekind(to string) error {
	from, _ := o.doc.Get(o.place("kind"))
	switch {
	case o.at == nil || !o.rows.Shared || !slices.Contains(o.rows.Kinds, to):
		return apperr.InvalidField(kindField, "Choose the kind.")
	case from == to:
		return errSameKind
	}
	id, _ := o.doc.Get(o.place("id"))
	fresh := o.rows.Fresh(begun{Kind: to, ID: id})
	if keepsOptions(from, to) {
		return o.doc.Set(o.place("kind"), to)
	}
	for _, key := range append(o.rows.keysOf(from), "shuffle") {
		if o.doc.Has(o.place(key)) {
			if err := o.doc.Remove(o.place(key)); err != nil {
				return err
			}
		}
	}
	own := o.rows.keysOf(to)
	for _, pair := range fresh {
		if pair.Key != "kind" && !slices.Contains(own, pair.Key) {
			continue
		}
		if err := o.set(o.place(pair.Key), pair.Value); err != nil {
			return err
		}
	}
	return nil
}

// keepsOptions reports whether a question of one kind can have the options of another.
// True and false are options that only their kind has.
func keepsOptions(from, to string) bool {
	marked := func(kind string) bool {
		return question.Kind(kind).Choice() && kind != string(question.TrueFalse)
	}
	return marked(from) && marked(to)
}

// keysOf are the keys that only some kinds of an entry have, and this one of them.
func (r rows) keysOf(kind string) (keys []string) {
	s := r.OfKind[kind]
	for _, a := range s.Asks {
		key, _, _ := strings.Cut(a.Key, ".")
		keys = append(keys, key)
	}
	for _, l := range s.Lists {
		keys = append(keys, l.Key)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
