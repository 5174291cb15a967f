package studio

import (
	"cmp"
	"path"
	"strings"

	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/course/scaffold"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
)

// control is how a value is asked for.
type control string

const (
	asText    control = "text"
	asLong    control = "textarea"
	asNumber  control = "number" // a whole number
	asRaw     control = "raw"    // a number with a fraction
	asDay     control = "date"
	asMoney   control = "money"    // two decimals, as text
	asChoice  control = "select"   // one of a few words, or of what the course has
	asCheck   control = "checkbox" // true, or not there
	asPick    control = "pick"     // a list of what the course has
	asLines   control = "lines"    // a list, one entry a line
	asOrder   control = "order"    // the IDs of a list in an order, which moving its entries changes
	asNumbers control = "numbers"  // a list of numbers: 30, 7
)

// ask is one value of a file in a form. Key leads to it: price.amount. Of is what it
// names, of which it offers what there is.
type ask struct {
	Key, Label, Hint string
	As               control
	Options          []string
	Of               string
	Optional         bool              // left out of the file while it is empty
	Most             int               // characters; 0: no limit of its own
	Words            map[string]string // of Options, where they need more than themselves
	First            string            // asks which entry comes first, in a list of its own
}

// rows is a list in a form.
type rows struct {
	Key, One, Many string
	Asks           []ask
	Apart          bool             // each entry has a page of its own, which also shows Lists
	Lists          []rows           //
	OfKind         map[string]sheet // what a page asks besides, by the entry's kind
	Kinds          []string         // of a new entry
	Fresh          func(begun) edit.Map
	Begin          string // the id before the first
	Names          bool   // ids are words, after which none is counted: all count from Begin
	Shared         bool   // ids are those of the course's questions
	Numbered       string // a key that counts the entries from 1
	Counted        bool   // rows of a blueprint, which count the questions of the bank
	Order          string // the key with the order in which its entries are shown
	Hint           string
}

// begun is what a new entry begins with: an id of its own, its kind where there are
// several, and an objective that the list does not name, "" where it names all.
type begun struct{ Kind, ID, Objective string }

// todo stands where somebody has to write.
const todo = scaffold.Placeholder

// sheet is a file as a form.
type sheet struct {
	Asks  []ask
	Lists []rows
}

// sheetOf is the form of a file; ok is false for one that is written as text.
func sheetOf(file string) (s sheet, ok bool) {
	if s, ok = sheets[file]; ok {
		return s, true
	}
	switch {
	case strings.HasPrefix(file, "exam/"), path.Base(file) == "check.yaml":
		return sheet{Lists: []rows{questionRows}}, true
	case path.Base(file) == "module.yaml":
		return moduleSheet, true
	case strings.HasPrefix(file, "modules/") && path.Ext(file) == ".md":
		return lessonSheet, true
	case strings.HasPrefix(file, "cases/") && path.Ext(file) == ".md":
		return caseSheet, true
	}
	return s, false
}

// sheets are the forms of the files that every course has.
var sheets = map[string]sheet{
	"course.yaml":     cardSheet,
	"objectives.yaml": {Lists: []rows{objectiveRows}},
	"exam.yaml":       blueprintSheet,
	"evaluation.yaml": evaluationSheet,
	signoffFile:       {Lists: []rows{signoffRows}},
	"facts.yaml":      {Lists: []rows{factRows}},
	"references.yaml": {Lists: []rows{referenceRows}},
	"glossary.yaml":   {Lists: []rows{termRows}},
	figuresFile:       {Lists: []rows{figureRows}},
}

// options are the words of a choice for a select.
func (a ask) options() []kit.Option {
	out := make([]kit.Option, len(a.Options))
	for i, o := range a.Options {
		out[i] = kit.Option{Value: o, Label: cmp.Or(a.Words[o], optionWords(o))}
	}
	return out
}

func optionWords(word string) string {
	if word == "" {
		return "As usual"
	}
	if kind := question.Kind(word); kind.Words() != word {
		return kind.Words()
	}
	return strings.ToUpper(word[:1]) + strings.ReplaceAll(word[1:], "-", " ")
}
