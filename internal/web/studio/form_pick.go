package studio

import (
	"path"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// What a value can name.
const (
	objectives = "objective"
	facts      = "fact"
	references = "reference"
	lessons    = "module or lesson"
	modules    = "module"
	questions  = "question of the exam"
	cases      = "case"
	places     = "place"
	matches    = "match" // of the same question
	drawings   = "drawing"
)

// The bounds of what a page offers to be named.
const (
	shownPicks = 150
	shownWords = 160 // letters
	shownInOne = 80  // in a line of a list
)

// allShown reports whether everything that can be named is a box of its own.
func allShown(of string) bool { return of == objectives || of == places || of == modules }

// boxes reports whether a value is asked for by boxes to tick.
func (a ask) boxes() bool { return a.As == asCheck || a.As == asPick }

// named is an ID with words, as a choice.
func named(id, words string) kit.Option {
	words = strings.Join(strings.Fields(words), " ")
	if words == "" || words == id {
		return kit.Option{Value: id, Label: id}
	}
	return kit.Option{Value: id, Label: id + ": " + words}
}

// short are choices of which each has one line.
func short(list []kit.Option) []kit.Option { return shortTo(shownInOne, list) }

func shortTo(letters int, list []kit.Option) []kit.Option {
	out := slices.Clone(list)
	for i := range out {
		out[i].Label = apperr.Clip(out[i].Label, letters)
	}
	return out
}

// choices are what a value can name, in the order of the course. prefix is that of
// the value's name.
func (o openedForm) choices(of string) (list []kit.Option) {
	switch of {
	case places:
		return []kit.Option{{Value: "us", Label: "United States"}, {Value: "canada", Label: "Canada"}}
	case matches:
		right := o.place("right")
		for i := range o.doc.Len(right) {
			id, _ := o.doc.Get(append(slices.Clip(right), i, "id"))
			text, _ := o.doc.Get(append(slices.Clip(right), i, "text"))
			list = append(list, named(id, text))
		}
		return list
	case drawings:
		for _, file := range o.all.Paths() {
			if path.Dir(file) == "figures" && path.Ext(file) == ".svg" {
				list = append(list, kit.Option{Value: file, Label: path.Base(file)})
			}
		}
		return list
	}
	if o.course == nil {
		return nil
	}
	return ofCourse(o.course, of)
}

// ofCourse are the parts of a course that can be named.
func ofCourse(c *course.Course, of string) (list []kit.Option) {
	add := func(id, words string) { list = append(list, named(id, words)) }
	switch of {
	case objectives:
		for _, x := range c.Objectives {
			add(x.ID, x.Text)
		}
	case facts:
		for _, x := range c.Facts {
			add(x.ID, x.Title+". "+x.Text)
		}
	case references:
		for _, x := range c.References {
			add(x.ID, x.String())
		}
	case questions:
		for _, x := range c.Bank {
			add(x.ID, x.Prompt)
		}
	case cases:
		for _, x := range c.Cases {
			add(x.ID, x.Title)
		}
	case lessons, modules:
		for _, m := range c.Modules {
			add(m.ID, m.Title)
			for _, l := range m.Lessons {
				if of == lessons {
					add(l.ID, l.Title)
				}
			}
		}
	}
	return list
}

// picked are the boxes of a list: what it names, ticked, and where everything is
// shown the others.
func (o openedForm) picked(at edit.Path, of string) (boxes []kit.Option) {
	all := shortTo(shownWords, o.choices(of))
	list, _ := o.doc.List(at)
	for _, id := range list {
		box := kit.Option{Value: id, Label: id + " (not in this course)"}
		if i := slices.IndexFunc(all, func(x kit.Option) bool { return x.Value == id }); i >= 0 {
			box = all[i]
		}
		box.Checked = true
		boxes = append(boxes, box)
	}
	for _, x := range all {
		if allShown(of) && !slices.Contains(list, x.Value) {
			boxes = append(boxes, x)
		}
	}
	return boxes
}

// putPick writes a list of what was ticked, in the order of the file, and of what is
// added.
func (o openedForm) putPick(name string, a ask, f *kit.Form, typing bool) error {
	at := o.place(name)
	list, ok := o.doc.List(at)
	if !ok && o.there(at) {
		if len(f.All(name)) == 0 && f.Str(name+addToo) == "" {
			return nil
		}
		return edit.ErrCannot
	}
	next := slices.DeleteFunc(slices.Clone(list), func(id string) bool { return !f.Has(name, id) })
	for _, id := range f.All(name) {
		if !slices.Contains(next, id) {
			next = append(next, id)
		}
	}
	if !typing {
		more, err := o.added(name+addToo, a.Of, f.Str(name+addToo))
		if err != nil {
			return err
		}
		for _, id := range more {
			if !slices.Contains(next, id) {
				next = append(next, id)
			}
		}
	}
	if first := f.Str(name + firstToo); a.First != "" && first != "" && (len(list) == 0 || first != list[0]) {
		if !slices.ContainsFunc(o.choices(a.Of), func(x kit.Option) bool { return x.Value == first }) {
			return apperr.InvalidField(name+firstToo, "Choose one of the list.")
		}
		next = append([]string{first}, slices.DeleteFunc(next, func(id string) bool { return id == first })...)
	}
	switch {
	case slices.Equal(next, list) && (ok || len(next) == 0):
		return nil
	case len(next) == 0 && a.Optional:
		return o.doc.Remove(at)
	}
	return o.set(at, next)
}

// added are the IDs of what was typed between commas: by its ID, by several IDs, or by
// words that stand in nothing else.
func (o openedForm) added(field, of, typed string) (ids []string, err error) {
	all := o.choices(of)
	for part := range strings.FieldsFuncSeq(typed, func(r rune) bool { return r == ',' || r == ';' || r == '\n' }) {
		if strings.TrimSpace(part) == "" {
			continue
		}
		named, wrong := idsIn(all, part)
		if wrong != "" {
			return nil, apperr.InvalidField(field, wrong, of, strings.TrimSpace(part))
		}
		ids = append(ids, named...)
	}
	return ids, nil
}

// idsIn are the IDs that words name; wrong says why they name none, with the kind of
// thing and the words.
func idsIn(all []kit.Option, words string) (ids []string, wrong string) {
	list := strings.Fields(words)
	for _, one := range list {
		if i := slices.IndexFunc(all, func(x kit.Option) bool { return strings.EqualFold(x.Value, one) }); i >= 0 {
			ids = append(ids, all[i].Value)
		}
	}
	if len(ids) == len(list) {
		return ids, ""
	}
	ids = nil
	for _, x := range all {
		_, label, _ := strings.Cut(strings.ToLower(x.Label), ": ") // without its ID, of which a part names nothing
		if !slices.ContainsFunc(list, func(w string) bool { return !strings.Contains(label, strings.ToLower(w)) }) {
			ids = append(ids, x.Value)
		}
	}
	switch {
	case len(ids) == 1:
		return ids, ""
	case len(ids) == 0:
		return nil, "There is no %s “%s” in this course. Type its ID, or words of it."
	}
	const most = 5
	few := strings.Join(ids[:min(len(ids), most)], ", ")
	return nil, "More than one %s has the words “%s”: " + strings.ReplaceAll(few, "%", "%%") + ". Type the ID of one, or more words."
}

// pickList is what an input offers while somebody types.
type pickList struct {
	ID, Of  string
	Options []kit.Option
	More    bool // than are offered
}

// offers are the lists that a page's inputs offer, each once.
func (o openedForm) offers() (lists []pickList) {
	seen := map[string]bool{}
	_ = o.each(func(_ string, a ask) error { // which fails never
		if a.As != asPick || allShown(a.Of) || seen[a.Of] {
			return nil
		}
		seen[a.Of] = true
		all := o.choices(a.Of)
		lists = append(lists, pickList{ID: listID(a.Of), Of: a.Of, Options: short(all[:min(len(all), shownPicks)]), More: len(all) > shownPicks})
		return nil
	})
	return lists
}

func listID(of string) string { return "pick-" + strings.ReplaceAll(of, " ", "-") }

// chosen are the choices of a select: with what the file says now, whatever that is,
// and an empty one where it says nothing.
func (o openedForm) chosen(a ask, now string) []kit.Option {
	list := a.options()
	if a.Of != "" {
		list = short(o.choices(a.Of))
	}
	if slices.ContainsFunc(list, func(x kit.Option) bool { return x.Value == now }) && (!a.Optional || a.Of == "") {
		return list
	}
	var front []kit.Option
	if now != "" && !slices.ContainsFunc(list, func(x kit.Option) bool { return x.Value == now }) {
		front = append(front, kit.Option{Value: now, Label: now + " (as the file says; not known)", Checked: true})
	}
	switch {
	case a.Optional && !slices.ContainsFunc(list, func(x kit.Option) bool { return x.Value == "" }):
		front = append(front, kit.Option{Label: "None", Checked: now == ""})
	case now == "":
		front = append(front, kit.Option{Label: "Choose", Checked: true})
	}
	return append(front, list...)
}
