package studio

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// What ends the names of fields that stand beside a value's own: askedToo says that
// boxes were on the page, of which a browser sends nothing if none is ticked, addToo
// names what is added to a list, and firstToo what comes first in it.
const (
	askedToo = "_"
	addToo   = "_add"
	firstToo = "_first"
)

// take writes the values of a form, as far as they were sent and differ. It writes
// what can be, and says of every other field what is wrong. typing is for what
// somebody has not finished: what names an entry, or what is to be added, may be half
// of it.
func (o openedForm) take(f *kit.Form, typing bool) error {
	var check apperr.Check
	err := o.each(func(name string, a ask) error {
		shown := name
		if a.boxes() {
			shown += askedToo
		}
		if _, sent := f.Values[shown]; !sent || typing && a.Key == "id" {
			return nil
		}
		err := o.atField(name, o.put(name, a, f, typing))
		for _, wrong := range apperr.FieldsOf(err) {
			check.Field(wrong.Name, "%s", wrong.Msg)
			err = nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return check.Err()
}

// put writes one value, unless the file says the same already.
func (o openedForm) put(name string, a ask, f *kit.Form, typing bool) error {
	at, typed := o.place(name), cleaned(f.Str(name), a.lines())
	switch a.As {
	case asOrder: // which buttons change
		return nil
	case asCheck:
		return o.putCheck(at, typed != "")
	case asPick:
		return o.putPick(name, a, f, typing)
	case asLines, asNumbers:
		return o.putList(name, a, typed)
	}
	was, scalar := o.doc.Get(at)
	was = strings.TrimSpace(strings.ReplaceAll(was, "\r\n", "\n"))
	there := o.there(at)
	switch {
	case !there && typed == "", there && scalar && (was == typed || was == f.Str(name)), there && !scalar && typed == "":
		return nil
	case there && !scalar:
		return edit.ErrCannot
	case typed == "" && a.Optional:
		return o.doc.Remove(at)
	}
	value, wrong := o.scalar(at, a, typed)
	if unseen := unseen(typed); unseen != "" {
		wrong = unseen
	}
	if wrong == "" {
		wrong = a.tooLong(typed)
	}
	if wrong != "" {
		return apperr.InvalidField(name, "%s", wrong)
	}
	return o.set(at, value)
}

// there reports whether a value stands at a place: a key alone is none.
func (o openedForm) there(at edit.Path) bool { return o.doc.Has(at) && !o.doc.Empty(at) }

// lines reports whether a value may take several lines.
func (a ask) lines() bool { return a.As == asLong || a.As == asLines }

func (a ask) tooLong(typed string) string {
	if n := utf8.RuneCountInString(typed); a.Most > 0 && n > a.Most {
		return "Use at most " + strconv.Itoa(a.Most) + " characters; this has " + strconv.Itoa(n) + "."
	}
	return ""
}

var (
	aNumber = regexp.MustCompile(`^-?[0-9]+(\.[0-9]+)?$`)
	aPrice  = regexp.MustCompile(`^([0-9]{1,6})(\.([0-9]{1,2}))?$`)
)

// scalar is what was typed as a value; wrong says why it cannot be one.
func (o openedForm) scalar(at edit.Path, a ask, typed string) (value any, wrong string) {
	switch a.As {
	case asNumber:
		n, err := strconv.Atoi(typed)
		if err != nil {
			return nil, "Enter a whole number."
		}
		return n, ""
	case asRaw:
		if !aNumber.MatchString(typed) {
			return nil, "Enter a number, as in 12 or 2.5."
		}
		return edit.Raw(typed), ""
	case asDay:
		if day, ok := aDay(typed); ok {
			return edit.Raw(day), ""
		}
		return nil, "Enter a day, as in 2026-11-23 or 11/23/2026."
	case asMoney:
		if price, ok := asPrice(typed); ok {
			return price, ""
		}
		return nil, "Enter digits with two decimals, as in 149.00; 0.00 is free."
	case asChoice:
		known := func(x kit.Option) bool { return x.Value == typed }
		if list := o.choices(a.Of); a.Of == "" && !slices.Contains(a.Options, typed) || len(list) > 0 && !slices.ContainsFunc(list, known) {
			return nil, "Choose one of the list."
		}
	}
	if a.Key != "id" {
		return typed, ""
	}
	return typed, o.wrongID(at, typed)
}

// wrongID says why an entry cannot have an ID, "" where it can.
func (o openedForm) wrongID(at edit.Path, typed string) string {
	list, here := at[:len(at)-2], at[len(at)-2]
	if typed == "" {
		return "Give it an ID."
	}
	for i := range o.doc.Len(list) {
		if other, _ := o.doc.Get(append(slices.Clip(list), i, "id")); other == typed && i != here {
			return "Another entry has this ID."
		}
	}
	if was, _ := o.doc.Get(at); o.uses(at[:len(at)-1], was) > 0 {
		return "This course names it by the ID " + was + ", so it keeps that."
	}
	return ""
}

// set writes a value, with the mapping that it belongs to.
func (o openedForm) set(at edit.Path, value any) error {
	if up := at[:len(at)-1]; len(up) > 0 && !o.there(up) {
		return o.doc.Set(up, edit.Map{{Key: at[len(at)-1].(string), Value: value}})
	}
	return o.doc.Set(at, value)
}

func (o openedForm) putCheck(at edit.Path, ticked bool) error {
	switch {
	case ticked == o.doc.Bool(at):
		return nil
	case !ticked && o.doc.Remove(at) == nil:
		return nil
	}
	return o.set(at, ticked)
}

var someIDs = regexp.MustCompile(`[\s,;]+`)

// putList writes a list that is typed as text.
func (o openedForm) putList(name string, a ask, typed string) error {
	at := o.place(name)
	list, ok := o.doc.List(at)
	switch {
	case a.listed(list) == typed && (ok || typed == ""):
		return nil
	case !ok && o.there(at):
		return edit.ErrCannot
	case typed == "" && a.Optional:
		return o.doc.Remove(at)
	}
	entries := a.entries(typed)
	if wrong := unseen(typed); wrong != "" {
		return apperr.InvalidField(name, "%s", wrong)
	}
	if slices.Equal(entries, list) && ok {
		return nil
	}
	if a.As != asNumbers {
		return o.set(at, entries)
	}
	if slices.ContainsFunc(entries, func(s string) bool { _, err := strconv.Atoi(s); return err != nil }) {
		return apperr.InvalidField(name, "Enter whole numbers, separated by commas.")
	}
	return o.set(at, edit.Raw("["+strings.Join(entries, ", ")+"]"))
}

// listed is a list as it is typed.
func (a ask) listed(list []string) string {
	if a.As == asLines {
		return strings.TrimSpace(strings.Join(list, "\n"))
	}
	return strings.TrimSpace(strings.Join(list, ", "))
}

// entries are those of a list as it is typed.
func (a ask) entries(typed string) (list []string) {
	if a.As != asLines {
		if typed == "" {
			return nil
		}
		return someIDs.Split(strings.Trim(typed, " ,;"), -1)
	}
	for line := range strings.Lines(typed) {
		if line = strings.TrimSpace(line); line != "" {
			list = append(list, line)
		}
	}
	return list
}
