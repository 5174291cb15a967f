package accreditation

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// Line is the credit that one edition earns from one accreditor on one day.
type Line struct {
	ApprovalID, Accreditor, Name, Short, Unit string
	ProviderNumber, CourseNumber              string
	Category, Statement                       string
	Centihours                                int64
	Sum                                       []string // how the hours come about, line by line
	Jurisdictions                             []string // where it counts; empty: everywhere
	Through                                   string   // the last day, YYYY-MM-DD
	RulesVersion                              int
	License                                   bool            // its certificate must print a license number
	Time                                      pack.ActiveTime // Policy "": it asks for none
}

// Amount is the credit with its unit, such as 1.75 clock hours.
func (l Line) Amount() string { return credit.Amount(l.Centihours, l.Unit) }

// LastDay is Through as a day.
func (l Line) LastDay() time.Time {
	day, err := time.Parse(time.DateOnly, l.Through)
	if err != nil { // no approval has such a day
		return time.Time{}
	}
	return day
}

// Places name the jurisdictions where it counts; none means everywhere.
func (l Line) Places() []string { return places(l.Jurisdictions) }

// Blocked is an approval that is live and earns nothing, with the reasons.
type Blocked struct {
	Approval Approval
	Pack     Pack
	Why      []string
}

// Lines are the credit of a course on a day, as time in the provider's zone has it:
// one for each approval that is live and whose rules the edition meets. What is
// live and stopped by a rule is blocked. Of a live event only approvals that are of
// such events too earn anything.
func (s *Service) Lines(ctx context.Context, courseID string, day time.Time, m pack.Measures) (lines []Line, blocked []Blocked, err error) {
	approvals, err := s.liveApprovals(ctx, courseID, day, m.Live != nil)
	if err != nil || len(approvals) == 0 {
		return nil, nil, err
	}
	b, err := s.bookOf(ctx, approvals)
	if err != nil {
		return nil, nil, err
	}
	return s.linesBy(b, approvals, day, m)
}

// LinesOf are the lines of several courses, self-paced, by their IDs: what is read does
// not grow with the courses. measures is asked of those alone for which an approval is
// live.
func (s *Service) LinesOf(ctx context.Context, courseIDs []string, day time.Time, measures func(courseID string) pack.Measures) (map[string][]Line, error) {
	all, err := s.allLive(ctx, day)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	b, err := s.bookOf(ctx, all)
	if err != nil {
		return nil, err
	}
	out := map[string][]Line{}
	for _, id := range courseIDs {
		approvals := holdingFor(all, id)
		if len(approvals) == 0 {
			continue
		}
		if out[id], _, err = s.linesBy(b, approvals, day, measures(id)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (s *Service) linesBy(b book, approvals []Approval, day time.Time, m pack.Measures) (lines []Line, blocked []Blocked, err error) {
	for _, a := range approvals {
		p, err := b.pack(a.Accreditor)
		if err != nil {
			return nil, nil, err
		}
		sum := s.earns(b, a, p, day, m)
		lines, blocked = append(lines, sum.Lines...), append(blocked, sum.Blocked...)
	}
	return lines, blocked, nil
}

// Sum is an edition by one accreditor's rules, with what the approvals by it earn
// the edition. It is for those who author and administer (DECISIONS 10).
type Sum struct {
	pack.Judgment
	Lines   []Line
	Blocked []Blocked
}

// add joins what a further approval by the same accreditor earns. The course is
// held against the most hours that any of them names: what stops one of them stands
// among the findings.
func (s *Sum) add(one Sum) {
	if one.Granted > s.Granted {
		s.Judgment = one.Judgment
	}
	s.Lines, s.Blocked = append(s.Lines, one.Lines...), append(s.Blocked, one.Blocked...)
}

// Earns is what one approval, live on the day, earns an edition. Errors: ErrNoPack.
func (s *Service) Earns(ctx context.Context, a Approval, day time.Time, m pack.Measures) (Sum, error) {
	b, err := s.bookOf(ctx, []Approval{a})
	if err != nil {
		return Sum{}, err
	}
	p, err := b.pack(a.Accreditor)
	if err != nil {
		return Sum{}, err
	}
	return s.earns(b, a, p, day, m), nil
}

// earns is by these rules, which need not be in force yet.
func (s *Service) earns(b book, a Approval, p Pack, day time.Time, m pack.Measures) Sum {
	sum := Sum{Judgment: p.Judge(m, a.Centihours, b.confirmed(p))}
	line, why := a.line(p, sum.Judgment, m.Live != nil)
	if !p.InForce(day) {
		why = append(why, "Rules: not in force on this day; write the ones that are")
	}
	if len(why) > 0 {
		sum.Blocked = []Blocked{{a, p, why}}
	} else {
		if s.Demo {
			line.Statement = "Demonstration, no approval. " + line.Statement
		}
		sum.Lines = []Line{line}
	}
	return sum
}

// SumBy holds a course against a pack, as one that is about to be saved, and says
// what the approvals of its body that are live on the day would earn by it.
func (s *Service) SumBy(ctx context.Context, p Pack, courseID string, day time.Time, m pack.Measures) (Sum, error) {
	b, err := s.confirmedOf(ctx, p.Code)
	if err != nil {
		return Sum{}, err
	}
	approvals, err := s.liveApprovals(ctx, courseID, day, m.Live != nil)
	if err != nil {
		return Sum{}, err
	}
	return s.sumBy(b, approvals, p, day, m), nil
}

func (s *Service) sumBy(b book, approvals []Approval, p Pack, day time.Time, m pack.Measures) Sum {
	all := Sum{Judgment: p.Judge(m, 0, b.confirmed(p))}
	for _, a := range approvals {
		if a.Accreditor == p.Code {
			all.add(s.earns(b, a, p, day, m))
		}
	}
	return all
}

// Sums hold a course against every pack in force that works out hours, and every
// one with an approval that is live on the day; these come last. They are for those
// who author and administer: without an approval they are worth nothing (DECISIONS
// 10).
func (s *Service) Sums(ctx context.Context, courseID string, day time.Time, m pack.Measures) ([]Sum, error) {
	approvals, err := s.liveApprovals(ctx, courseID, day, false)
	if err != nil {
		return nil, err
	}
	b, err := s.book(ctx)
	if err != nil {
		return nil, err
	}
	approved := map[string]bool{}
	for _, a := range approvals {
		if _, err := b.pack(a.Accreditor); err != nil {
			return nil, err
		}
		approved[a.Accreditor] = true
	}
	var sums, others []Sum
	for _, p := range b.packs {
		switch {
		case p.Rules.Hours != nil && p.InForce(day):
			sums = append(sums, s.sumBy(b, approvals, p, day, m))
		case approved[p.Code]:
			others = append(others, s.sumBy(b, approvals, p, day, m))
		}
	}
	return append(sums, others...), nil
}

// line is what an approval earns by a judgment, or why it earns nothing. Hours
// that the accreditor itself approved stand in the place of the worked ones; of a
// live event they are the most that it earns.
func (a Approval) line(p Pack, j pack.Judgment, live bool) (l Line, why []string) {
	l = Line{ApprovalID: a.ID, Accreditor: p.Code, Name: p.Name, Short: p.Short, Unit: p.Unit, ProviderNumber: a.ProviderNumber,
		CourseNumber: a.CourseNumber, Category: a.Category, Jurisdictions: a.Jurisdictions, Through: a.LastDay(), RulesVersion: p.Version,
		Statement: a.Printed(), Centihours: j.Worked.Centihours, Sum: j.Worked.Explanation}
	l.License = p.NeedsLicense()
	if t := p.Rules.ActiveTime; t != nil && !live {
		l.Time = t.Value
	}
	why = j.Stops()
	switch {
	case live && a.Centihours > 0 && a.Centihours < l.Centihours:
		l.Centihours = a.Centihours
		l.Sum = append([]string{"at most " + credit.Hours(a.Centihours) + " hours, as approved"}, l.Sum...)
	case !live && a.Centihours > 0:
		l.Centihours = a.Centihours
		l.Sum = append([]string{credit.Amount(a.Centihours, "hour") + ", as approved"}, l.Sum...)
		why = j.StopsBut("hours")
	}
	return l, why
}
