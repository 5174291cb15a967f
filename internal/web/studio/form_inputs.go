package studio

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// asFixed is a value that the form shows and does not ask for.
const asFixed control = "fixed"

// inputs are the values of a mapping; prefix leads to it. What names it stands last.
func (o openedForm) inputs(prefix string, asks []ask, problems []course.Problem) (out []input) {
	var last []input
	for _, a := range asks {
		if a.As == asOrder {
			continue
		}
		in := o.input(prefix+a.Key, a)
		if a.Key == "id" {
			last = append(last, in)
		} else {
			out = append(out, in)
		}
	}
	out = append(out, last...)
	for _, p := range o.onItsField(out, asks, problems) {
		in := &out[p.input]
		in.Hint = strings.TrimSpace(in.Hint + " " + p.what)
	}
	return out
}

func (o openedForm) input(name string, a ask) input {
	in := input{Name: name, Label: a.Label, Hint: a.Hint, Type: "text"}
	at := o.place(name)
	if !o.doc.Empty(at) {
		in.Value, _ = o.doc.Get(at)
	}
	switch a.As {
	case asLong:
		in.Type = string(a.As)
	case asDay:
		if day, ok := aDay(in.Value); in.Value == "" || ok && day == in.Value {
			in.Type = string(a.As)
		} else {
			in.Hint = strings.TrimSpace(in.Hint + " As in 2026-11-23 or 11/23/2026.")
		}
	case asChoice:
		in.Type, in.Options = string(a.As), o.chosen(a, in.Value)
	case asCheck:
		in.Type, in.Checked, in.Value = string(a.As), o.doc.Bool(at), ""
	case asPick:
		in.Type, in.Options, in.Value = string(a.As), o.picked(at, a.Of), ""
		if !allShown(a.Of) {
			in.List = listID(a.Of)
		}
		in.First, in.FirstOf = a.First, o.firstOf(at, a)
	case asLines, asNumbers:
		list, _ := o.doc.List(at)
		if in.Value = a.listed(list); a.As == asLines {
			in.Type = string(asLong)
		}
	}
	if a.Key == "id" {
		o.fix(&in, at)
	}
	return in
}

// fix shows an ID that stays.
func (o openedForm) fix(in *input, at edit.Path) {
	if n := o.uses(at[:len(at)-1], in.Value); n > 0 {
		in.Type, in.Hint = string(asFixed), "It is named in "+several(n, "place")+", so it stays."
	}
}

// firstOf are the choices of what comes first in a list: what it names.
func (o openedForm) firstOf(at edit.Path, a ask) (list []kit.Option) {
	if a.First == "" {
		return nil
	}
	have, _ := o.doc.List(at)
	for i, id := range have {
		list = append(list, kit.Option{Value: id, Label: id, Checked: i == 0})
	}
	for _, x := range short(o.choices(a.Of)) {
		i := slices.IndexFunc(list, func(y kit.Option) bool { return y.Value == x.Value })
		if i < 0 {
			list = append(list, x)
		} else {
			list[i].Label = x.Label
		}
	}
	if len(have) == 0 {
		list = append([]kit.Option{{Label: "Choose", Checked: true}}, list...)
	}
	return list
}

// counted says how many questions of the exam a row of the blueprint draws from.
func (o openedForm) counted(row edit.Path) string {
	objective, _ := o.doc.Get(append(slices.Clip(row), "objective"))
	return "The exam has " + several(len(o.course.BankOf(objective)), "question") + " whose first objective is this one."
}

// count writes that number into the rows; nobody has to count.
func (o openedForm) count() error {
	for _, r := range o.sheet.Lists {
		for i := range o.entries(r) {
			if !r.Counted {
				break
			}
			row := append(o.place(r.Key), i)
			objective, _ := o.doc.Get(append(slices.Clip(row), "objective"))
			if err := o.doc.Set(append(slices.Clip(row), "bank"), len(o.course.BankOf(objective))); err != nil {
				return err
			}
		}
	}
	return nil
}

// toCorrect is a finding at the field that it is about.
type toCorrect struct {
	input int
	what  string
}

// onItsField puts each finding at one field: of those on its line the one that it
// names, or that holds what nobody wrote, or the first with words.
func (o openedForm) onItsField(inputs []input, asks []ask, problems []course.Problem) (out []toCorrect) {
	said, lines := map[string]bool{}, make([]int, len(inputs))
	for i, in := range inputs {
		lines[i] = o.line(o.place(in.Name))
	}
	for _, p := range problems {
		if p.Line == 0 || !slices.Contains(lines, p.Line) {
			continue
		}
		p := o.plainly(p)
		what := "To correct: " + p.Msg + "; " + p.Fix + "."
		if p.Severity == course.Warning {
			what = "A hint: " + p.Msg + "; " + p.Fix + "."
		}
		best, rank := -1, 0
		for i, in := range inputs {
			if r := in.fits(p, keyOf(in.Name, asks)); lines[i] == p.Line && r > rank {
				best, rank = i, r
			}
		}
		if key := fmt.Sprint(best, what); best >= 0 && !said[key] {
			said[key] = true
			out = append(out, toCorrect{best, what})
		}
	}
	return out
}

func keyOf(name string, asks []ask) string {
	i := slices.IndexFunc(asks, func(a ask) bool { return name == a.Key || strings.HasSuffix(name, "."+a.Key) })
	if i < 0 {
		return name
	}
	return asks[i].Key
}

// fits is how well a finding on its line is about a field, 0 for not at all.
func (in input) fits(p course.Problem, key string) int {
	switch {
	case strings.Contains(p.Msg, "“"+in.Label+"”"):
		return 5
	case strings.Contains(p.Fix, "“"+todo+"”"):
		if strings.Contains(in.Value, todo) {
			return 4
		}
		return 0
	case key == "id" && !strings.Contains(p.Msg, " id"):
		return 0
	case in.Type == string(asFixed), in.Type == string(asCheck):
		return 1
	}
	return 3
}
