package count

import (
	"regexp"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/credit/pack"
)

// facts are the rules of the board that stand behind an answer, or beside it. The
// rule about approvals is told in our words: its own name accreditors.
func (j *judge) facts() {
	for _, b := range j.boards {
		by := ""
		if len(j.boards) > 1 {
			by = b.Name
		}
		r := b.Rules
		if r.Accepts != nil {
			f := fact("Approvals", r.Accepts, by)
			f.Says = "It accepts courses that an accreditor named in this rule has approved."
			if live := only(j.course.Credit, func(c Credit) bool { return slices.Contains(r.Accepts.Value, c.Code) }); len(live) > 0 {
				f.Says = "It accepts courses that " + bodies(live) + " has approved."
			}
			j.add(f)
		}
		if r.SelfPaced != nil {
			j.add(fact("Self-paced courses", r.SelfPaced, by))
		}
		if r.RenewalCentihours != nil {
			j.add(fact("Hours of a renewal", r.RenewalCentihours, by))
		}
	}
}

func fact[T any](label string, r *pack.Rule[T], by string) Fact {
	return Fact{Label: label, Says: r.Says, Source: r.Source, By: by, Mark: r.Mark, CheckedOn: r.CheckedOn}
}

// add leaves a rule out, or its source, where it names an accreditor that has
// not approved the course: administrators may write such rules.
func (j *judge) add(f Fact) {
	if j.names(f.Says) {
		f.Says = "Its words are left out, because they name who has not approved this course."
	}
	if j.names(f.Source) {
		f.Source = "the board’s own rule"
	}
	j.out.Facts = append(j.out.Facts, f)
}

func (j *judge) names(text string) bool {
	for _, name := range j.hidden {
		if mentions(text, name) {
			return true
		}
	}
	return false
}

// mentions looks for whole words, whatever their case.
func mentions(text, name string) bool {
	found, err := regexp.MatchString(`(?i)(^|\W)`+regexp.QuoteMeta(name)+`(\W|$)`, text)
	return err != nil || found
}

// hiddenNames are those of every accreditor that the packs know and that has not
// approved the course.
func hiddenNames(c Course, packs []*pack.Pack) (names []string) {
	live := map[string]bool{}
	for _, l := range c.Credit {
		live[l.Code] = true
	}
	hide := func(list ...string) {
		for _, n := range list {
			if n = strings.TrimSpace(n); n != "" {
				names = append(names, n)
			}
		}
	}
	board := map[string]bool{}
	for _, p := range packs {
		board[p.Code] = p.Kind == pack.Board
		if p.Kind == pack.Accreditor && !live[p.Code] {
			hide(p.Code, p.Name, p.Short)
		}
	}
	for _, p := range packs {
		if p.Rules.Accepts == nil {
			continue
		}
		for _, code := range p.Rules.Accepts.Value {
			if !live[code] && !board[code] {
				hide(code)
			}
		}
	}
	return names
}
