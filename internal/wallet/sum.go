package wallet

import (
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// Sum is what a period's entries come to. All amounts are centihours.
type Sum struct {
	Required          int64 // 0: not said
	Live, SelfPaced   int64 // as they were earned
	SelfPacedCounted  int64 // what of SelfPaced the board's rule lets count
	Carried           int64
	Counted, Missing  int64
	Categories        []CategorySum // those that the board asks for first
	Rule              *RuleNote     // on self-paced courses; nil if none is known
	MissingCategories int           // how many fall short
}

// CategorySum is the part of a sum in one category, "" for none.
type CategorySum struct {
	Category         string
	Target           int64 // 0: the board does not ask for it
	Live, SelfPaced  int64
	Counted, Missing int64
}

// Enough reports whether nothing is missing of what the person said is asked for.
func (s Sum) Enough() bool {
	return (s.Required > 0 || slices.ContainsFunc(s.Categories, func(c CategorySum) bool { return c.Target > 0 })) && s.Missing == 0 && s.MissingCategories == 0
}

// Earned are the hours of a category before any limit.
func (c CategorySum) Earned() int64 { return c.Live + c.SelfPaced }

// Earned are all hours before any limit, without what was carried over.
func (s Sum) Earned() int64 { return s.Live + s.SelfPaced }

// RuleNote is a board's rule in words, and what it did to the sum.
type RuleNote struct {
	pack.Basis
	Board, Words string
	Applied      bool   // it counts in the sum
	Effect       string // a sentence on what it did, or why it did nothing
}

// Total adds up a period. Self-paced hours that a rule lets count are spent first
// on the categories that the board asks for, then on the others.
func Total(p Period, b Board, entries []Entry) Sum {
	s := Sum{Required: p.Centihours, Carried: p.Carried}
	for _, t := range p.Targets {
		s.Categories = append(s.Categories, CategorySum{Category: t.Category, Target: t.Centihours})
	}
	for _, e := range entries {
		if e.Counts {
			s.add(e)
		}
	}
	s.Rule = ruleOf(b)
	s.SelfPacedCounted = min(s.SelfPaced, s.limit(b))
	s.spend()
	for i := range s.Categories {
		c := &s.Categories[i]
		if c.Missing = max(0, c.Target-c.Counted); c.Missing > 0 {
			s.MissingCategories++
		}
	}
	s.Counted = s.Live + s.SelfPacedCounted + s.Carried
	s.Missing = max(0, s.Required-s.Counted)
	return s
}

func (s *Sum) add(e Entry) {
	i := slices.IndexFunc(s.Categories, func(c CategorySum) bool { return sameCategory(c.Category, e.Category) })
	if i < 0 {
		i = len(s.Categories)
		s.Categories = append(s.Categories, CategorySum{Category: e.Category})
	}
	if c := &s.Categories[i]; e.SelfPaced {
		c.SelfPaced, s.SelfPaced = c.SelfPaced+e.Centihours, s.SelfPaced+e.Centihours
	} else {
		c.Live, s.Live = c.Live+e.Centihours, s.Live+e.Centihours
	}
}

// sameCategory compares what people and approvals write differently.
func sameCategory(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// spend gives the self-paced hours that count to the categories.
func (s *Sum) spend() {
	left := s.SelfPacedCounted
	for i := range s.Categories {
		c := &s.Categories[i]
		given := min(c.SelfPaced, max(0, c.Target-c.Live), left)
		c.Counted, left = c.Live+given, left-given
	}
	for i := range s.Categories {
		c := &s.Categories[i]
		given := min(c.Live+c.SelfPaced-c.Counted, left)
		c.Counted, left = c.Counted+given, left-given
	}
}

// ruleOf puts the board's rule on self-paced courses into words.
func ruleOf(b Board) *RuleNote {
	if b.Pack == nil || b.Pack.Rules.SelfPaced == nil {
		return nil
	}
	row, _ := b.Pack.Rules.Named("self_paced")
	return &RuleNote{Basis: row.Basis, Board: b.Pack.Short, Words: "Self-paced courses " + row.Words() + "."}
}

// limit is how many self-paced hours count at most, and writes down why.
func (s *Sum) limit(b Board) int64 {
	if s.Rule == nil {
		return s.SelfPaced
	}
	rule := b.Pack.Rules.SelfPaced
	if !holds(b, rule, "self_paced") {
		s.Rule.Effect = "Nobody could verify this rule, so it changes nothing here. Ask your board."
		return s.SelfPaced
	}
	most, told := most(rule.Value, s.Required)
	switch {
	case !told:
		s.Rule.Effect = "Enter the hours that your board asks for, so that the share can be worked out. Until then it changes nothing here."
		return s.SelfPaced
	case s.SelfPaced > most:
		s.Rule.Applied = true
		s.Rule.Effect = fmt.Sprintf("Of your %s self-paced hours %s count.", credit.Hours(s.SelfPaced), credit.Hours(most))
	default:
		s.Rule.Applied = true
		s.Rule.Effect = fmt.Sprintf("Your %s self-paced hours are within it.", credit.Hours(s.SelfPaced))
		if s.SelfPaced == 0 {
			s.Rule.Effect = "You have no self-paced hours in this period."
		}
	}
	return most
}

// holds reports whether a rule may change a sum.
func holds[T any](b Board, rule *pack.Rule[T], name string) bool {
	return rule.Holds(b.Confirmed != nil && b.Confirmed(name))
}

// most is how many self-paced centihours a rule lets count in a renewal of so many;
// false where it takes a share of hours that nobody said.
func most(r pack.SelfPaced, required int64) (centihours int64, told bool) {
	const unbounded = 1 << 40
	switch {
	case !r.Accepted:
		return 0, true
	case r.Percent > 0 && required == 0 && r.Centihours == 0:
		return 0, false
	}
	centihours = unbounded
	if r.Centihours > 0 {
		centihours = r.Centihours
	}
	if r.Percent > 0 && required > 0 {
		centihours = min(centihours, required*int64(r.Percent)/100)
	}
	return centihours, true
}
