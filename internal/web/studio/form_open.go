package studio

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
)

var (
	errNoForm   = apperr.New(apperr.NotFound, "This file has no form. Edit it as text.")
	errNoReader = apperr.New(apperr.Invalid, "The file cannot be read as it stands. Edit it as text.")
	errNoEntry  = apperr.New(apperr.NotFound, "There is no such entry in this file.")
)

// openedForm is a file, or an entry of it, with its form.
type openedForm struct {
	path  string
	doc   *edit.Doc
	whole func() []byte // the file, with doc as it is then
	first int           // lines of the file above doc
	sheet sheet
	at    edit.Path // of the entry
	rows  rows      // the list that the entry is of

	course *course.Course // what can be named; nil where nothing is asked
	all    course.Files   // of the draft, where it is asked what they hold
	signed map[string]int // in signoff.yaml: how often a review is recorded, by its ID
}

// openForm reads a text as a form; id names an entry of a list whose entries have
// pages.
func openForm(file, id string, data []byte) (o openedForm, err error) {
	s, ok := sheetOf(file)
	if !ok {
		return o, errNoForm
	}
	o = openedForm{path: file, sheet: s}
	if path.Ext(file) == ".md" {
		o.doc, o.whole, err = edit.Head(data)
		o.first = 1
	} else if o.doc, err = edit.Parse(data); err == nil {
		o.whole = o.doc.Bytes
	}
	if err != nil {
		return o, errNoReader.Because(err)
	}
	if id == "" {
		return o, nil
	}
	return o.entry(id)
}

// entry is the form of one entry.
func (o openedForm) entry(id string) (openedForm, error) {
	for _, r := range o.sheet.Lists {
		list := o.place(r.Key)
		for i := range o.doc.Len(list) {
			at := append(slices.Clip(list), i)
			if got, _ := o.doc.Get(append(slices.Clip(at), "id")); !r.Apart || got != id {
				continue
			}
			kind, _ := o.doc.Get(append(slices.Clip(at), "kind"))
			more := r.OfKind[kind]
			o.at, o.rows = at, r
			o.sheet = sheet{Asks: slices.Concat(r.Asks, more.Asks), Lists: slices.Concat(r.Lists, more.Lists)}
			return o, nil
		}
	}
	return o, errNoEntry
}

// place is the path of a field's name, from the root.
func (o openedForm) place(name string) edit.Path {
	out := slices.Clone(o.at)
	for step := range strings.SplitSeq(name, ".") {
		if n, err := strconv.Atoi(step); err == nil {
			out = append(out, n)
		} else if step != "" {
			out = append(out, step)
		}
	}
	return out
}

// entries is how many a list has, 0 where there is none.
func (o openedForm) entries(r rows) int { return max(o.doc.Len(o.place(r.Key)), 0) }

// field is the name of a value of an entry.
func (r rows) field(i int, key string) string {
	return strings.TrimPrefix(r.Key+"."+strconv.Itoa(i)+"."+key, ".")
}

// each calls do with every value that the form asks for, by its name.
func (o openedForm) each(do func(name string, a ask) error) error {
	for _, a := range o.sheet.Asks {
		if err := do(a.Key, a); err != nil {
			return err
		}
	}
	for _, r := range o.sheet.Lists {
		for i := range o.entries(r) {
			for _, a := range r.Asks {
				if r.Apart {
					break
				}
				if err := do(r.field(i, a.Key), a); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// line is the line of the file on which a value begins, 0 where there is none.
func (o openedForm) line(at edit.Path) int {
	if n := o.doc.Line(at); n > 0 {
		return n + o.first
	}
	return 0
}

// fieldAt is the name of the field whose value stands on a line, "" for none.
func (o openedForm) fieldAt(line int) (name string) {
	last := 0
	_ = o.each(func(field string, _ ask) error { // which fails never
		if n := o.line(o.place(field)); n <= line && n > last {
			name, last = field, n
		}
		return nil
	})
	return name
}
