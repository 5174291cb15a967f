package studio

import (
	"slices"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

// shownLine bounds what a finding shows of its line.
const shownLine = 100

// formFirst reports whether a file is written in a form, and its text is for those who
// know what it is: all lists, not what learners read.
func formFirst(file string) bool {
	_, ok := sheetOf(file)
	return ok && !isText(file)
}

// FormFirst reports whether the form is what the row leads to.
func (r fileRow) FormFirst() bool { return formFirst(r.Path) }

// opened is a file as a form, read once; ok is false where it cannot be.
func (l *lister) opened(file string) (openedForm, bool) {
	if o, known := l.forms[file]; known {
		return o, o.doc != nil
	}
	o, err := openForm(file, "", l.files[file])
	if err != nil {
		o = openedForm{}
	}
	if l.forms == nil {
		l.forms = map[string]openedForm{}
	}
	l.forms[file] = o
	return o, err == nil
}

// lead fills in where a finding leads: to the form, and the field in it, of a file that
// has one; and to the line of its text.
func (l *lister) lead(p place, f *finding) {
	data, there := l.files[f.File]
	if !there {
		if f.Line = 0; !l.reads {
			f.Href = p.missing(f.File)
			f.AsText = f.Href
		}
		return
	}
	f.AsText = p.File(f.File)
	if f.Line > 0 {
		f.AsText = withQuery(f.AsText, "line", strconv.Itoa(f.Line))
		if f.Says = lineOfText(string(data), f.Line); strings.HasPrefix(f.Says, "- id: ") { // which the finding says
			f.Says = ""
		}
	}
	f.Href = f.AsText
	if l.reads { // who only reads has no form
		return
	}
	if f.File == "media.yaml" {
		f.Href = p.At("/media")
		return
	}
	o, ok := l.opened(f.File)
	if !ok {
		return
	}
	if isText(f.File) && (f.Line == 0 || f.Line > o.last()) { // below its keys
		return
	}
	id, field := o.formPlace(f.Line)
	if f.Href = p.Form(f.File, id); field != "" {
		f.Href += "#" + kit.FieldID(field)
	}
}

// missing is where somebody makes up for a file that is not there, or for what the course
// as a whole lacks.
func (p place) missing(file string) string {
	switch {
	case file == "":
		return p.At("/new")
	case slices.Contains(beginnable, file):
		return p.Form(file, "")
	case strings.HasPrefix(file, "modules/"):
		return p.At("/outline")
	}
	return p.At("/history#removed")
}

// last is the last line of the keys of a text.
func (o openedForm) last() int { return o.first + strings.Count(string(o.doc.Bytes()), "\n") }

// formPlace is the page of a form on which a line is asked for: the entry by its id, ""
// for the file's own page, and the name of the field, "" where none stands there.
func (o openedForm) formPlace(line int) (id, field string) {
	if line == 0 {
		return "", ""
	}
	begins := 0
	for _, r := range o.sheet.Lists {
		if !r.Apart {
			continue
		}
		for i := range o.entries(r) {
			at := append(slices.Clip(o.place(r.Key)), i)
			got, named := o.doc.Get(append(slices.Clip(at), "id"))
			if n := o.line(at); named && n <= line && n > begins {
				id, begins = got, n
			}
		}
	}
	if id == "" {
		return "", o.fieldAt(line)
	}
	one, err := o.entry(id)
	if err != nil {
		return "", ""
	}
	return id, one.fieldAt(line)
}

// lineOfText is a line of a file as a finding shows it.
func lineOfText(text string, n int) string {
	lines := strings.Split(text, "\n")
	if n > len(lines) {
		return ""
	}
	return apperr.Clip(apperr.Visible(strings.TrimSpace(lines[n-1])), shownLine)
}

// written is where somebody writes a file that was added.
func (p place) written(file string) string {
	if formFirst(file) {
		return p.Form(file, "")
	}
	return p.File(file)
}
