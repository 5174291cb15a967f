// Package count answers "will this course count for me?": whether a licensing
// board or college takes a course for the renewal of a license, by the board's
// rules as packs have them and by the approvals that the course holds today.
//
// It is pure, and it never guesses: only rules that were read, at the body itself
// or at somebody who reports it, may answer. What no such rule settles is for the
// board to say (DECISIONS 11). An accreditor that has not approved the course is
// never named (DECISIONS 10).
package count

import (
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// Verdict is the answer in a word.
type Verdict string

// The verdicts. Capped counts up to a limit.
const (
	Counts      Verdict = "counts"
	Capped      Verdict = "capped"
	NotApproved Verdict = "not-approved"
	Ask         Verdict = "ask"
)

// Question is who asks. Days are YYYY-MM-DD in the provider's zone.
type Question struct {
	Profession, Jurisdiction string // codes
	Place                    string // the jurisdiction in words; empty for one that is on no list
	Renewal                  string // the day of the renewal; empty: not said
}

// Credit is what the course earns from one accreditor today.
type Credit struct {
	Code, Short, Unit string
	Category          string
	Centihours        int64
	Jurisdictions     []string // where it counts; empty: everywhere
	Through           string   // the last day on which it is earned
	DailyCap          *pack.Rule[pack.Cap]
}

// Amount is the credit with its unit, such as 1.75 clock hours.
func (c Credit) Amount() string { return credit.Amount(c.Centihours, c.Unit) }

func (c Credit) in(jurisdiction string) bool {
	return len(c.Jurisdictions) == 0 || slices.Contains(c.Jurisdictions, jurisdiction)
}

// Body is what one accreditor grants: whole, or split into categories.
type Body struct {
	Code, Short string
	Credit      []Credit
}

// Amount is all of it, with its parts where there are several, such as 3 CE (2 CE in
// Ethics, 1 CE in Clinical).
func (b Body) Amount() string {
	if len(b.Credit) == 1 {
		return b.Credit[0].Amount()
	}
	var all int64
	var parts []string
	for _, c := range b.Credit {
		part := c.Amount()
		if c.Category != "" {
			part += " in " + c.Category
		}
		all, parts = all+c.Centihours, append(parts, part)
	}
	return credit.Amount(all, b.Credit[0].Unit) + " (" + strings.Join(parts, ", ") + ")"
}

// byBody names each accreditor once, in the order of the credit.
func byBody(list []Credit) (out []Body) {
	for _, c := range list {
		i := slices.IndexFunc(out, func(b Body) bool { return b.Code == c.Code })
		if i < 0 {
			i, out = len(out), append(out, Body{Code: c.Code, Short: c.Short})
		}
		out[i].Credit = append(out[i].Credit, c)
	}
	return out
}

// Course is the course that is asked about.
type Course struct {
	pack.Measures
	Credit   []Credit // live today
	Today    string
	Earliest string // the first day on which somebody who begins now can complete it
}

// Fact is a rule with where it comes from. By is whose it is, empty for the
// board's own.
type Fact struct {
	Label, Says, Source, By string
	Mark                    pack.Mark
	CheckedOn               time.Time
}

// Answer is what can be said. Sentence is the answer itself.
type Answer struct {
	Question
	Verdict  Verdict
	Board    string // as it stands in a sentence
	Known    bool   // there are rules of this board
	Sentence string
	Notices  []string // what the days demand, in sentences
	Credit   []Credit // that counts; with Ask, what to ask about
	Limits   []string // of what counts, in sentences
	Facts    []Fact
}

// ByBody is the credit by accreditor.
func (a Answer) ByBody() []Body { return byBody(a.Credit) }

// For answers a question by the rules in force. packs are all of them.
func For(q Question, c Course, packs []*pack.Pack) Answer {
	j := judge{Question: q, course: c, hidden: hiddenNames(c, packs)}
	for _, p := range packs {
		if p.Licenses(q.Profession, q.Jurisdiction) {
			j.boards = append(j.boards, p)
		}
	}
	j.out = Answer{Question: q, Board: boardWords(q), Known: len(j.boards) > 0}
	switch len(j.boards) {
	case 0:
		j.ask("We know no rule of it that says whether this course counts, and we do not guess.")
	case 1:
		j.board = j.boards[0]
		j.out.Board = "the " + j.board.Name
		j.judge()
	default:
		j.ask("More than one set of rules may hold for you, and we do not guess which.")
	}
	j.facts()
	j.days()
	return j.out
}

type judge struct {
	Question
	course Course
	boards []*pack.Pack
	board  *pack.Pack
	hidden []string
	out    Answer
}

// judge goes from what rules the course out to what lets it in. The first rule
// that would decide and was not read anywhere sends the question to the board.
func (j *judge) judge() {
	r := j.board.Rules
	switch {
	case unread(r.SelfPaced) || unread(r.Accepts):
		j.ask("The rule that would answer could not be verified, and we do not guess.")
	case r.SelfPaced != nil && !r.SelfPaced.Value.Accepted:
		j.no("By the rule that we know, " + j.out.Board + " does not count courses that you take at your own pace, such as this one.")
	case r.Accepts == nil:
		j.ask("We know no rule of it about whose approval it accepts, and we do not guess.")
	default:
		j.approvals(r.Accepts.Value)
	}
}

// approvals narrows the credit of the course down to what the board takes, here
// and in time.
func (j *judge) approvals(accepted []string) {
	named := only(j.course.Credit, func(c Credit) bool { return slices.Contains(accepted, c.Code) })
	here := only(named, func(c Credit) bool { return c.in(j.Jurisdiction) })
	inTime := only(here, func(c Credit) bool { return j.course.Earliest <= c.Through })
	switch {
	case len(j.course.Credit) == 0 && slices.Equal(accepted, []string{j.board.Code}):
		j.no(sentence(j.out.Board) + " accepts courses that it has approved itself, and no approval of this one is on record.")
	case len(j.course.Credit) == 0:
		j.no(sentence(j.out.Board) + " accepts courses that an accreditor named in its rules has approved, and none of those has approved this one.")
	case len(named) == 0:
		j.ask("This course has " + amounts(j.course.Credit) + ", and the rule that we know does not name that approval.")
	case len(here) == 0:
		j.no("The approval of this course by " + bodies(named) + " does not count in " + j.Place + ".")
	case len(inTime) == 0:
		j.no("The approval by " + bodies(here) + " ends on " + day(latest(here)) + ", before you could complete the course.")
	case slices.ContainsFunc(inTime, func(c Credit) bool { return unread(c.DailyCap) }):
		j.ask("A limit of the approval could not be verified, and we do not guess.")
	default:
		j.accepted(inTime)
	}
}

// accepted is what the board takes, unless its own rules about courses, such as
// an evaluation, are not known to be met.
func (j *judge) accepted(lines []Credit) {
	if len(j.board.Judge(j.course.Measures, 0, nil).StopsBut("hours")) > 0 {
		j.ask("It has a rule about courses that this one may not meet.")
		return
	}
	j.out.Verdict, j.out.Credit = Counts, lines
	for _, b := range byBody(lines) {
		if daily := b.Credit[0].DailyCap; daily != nil {
			j.limit("Credit by "+b.Short+": "+pack.Row{Value: daily.Value}.Words()+".", fact("Daily cap", daily, b.Short))
		}
	}
	if s := j.board.Rules.SelfPaced; s != nil && (s.Value.Centihours > 0 || s.Value.Percent > 0) {
		j.limit("Self-paced courses "+pack.Row{Value: s.Value}.Words()+j.ofRenewal(s.Value)+".", Fact{})
	}
	yes := "Yes. "
	if j.out.Verdict == Capped {
		yes = "Yes, up to a limit. "
	}
	j.out.Sentence = yes + j.grant(lines)
}

func (j *judge) limit(says string, f Fact) {
	j.out.Verdict, j.out.Limits = Capped, append(j.out.Limits, says)
	if f.Label != "" {
		j.add(f)
	}
}

func (j *judge) ask(why string) {
	j.out.Verdict, j.out.Credit = Ask, j.course.Credit
	j.out.Sentence = "Ask " + j.out.Board + ". " + why
}

func (j *judge) no(why string) { j.out.Verdict, j.out.Sentence = NotApproved, "No. "+why }

// unread reports whether there is a rule that nobody has read.
func unread[T any](r *pack.Rule[T]) bool {
	return r != nil && r.Mark != pack.Verified && r.Mark != pack.Secondary
}

// days say what the calendar demands: a renewal that is over, credit that ends.
func (j *judge) days() {
	c, q := j.course, j.Question
	tell := func(s string) { j.out.Notices = append(j.out.Notices, s) }
	over := q.Renewal != "" && q.Renewal < c.Today
	switch {
	case over:
		tell("Your renewal on " + day(q.Renewal) + " has passed: what you complete now is too late for it. The answer is for the one after it.")
	case q.Renewal != "" && q.Renewal < c.Earliest:
		tell("Your renewal is on " + day(q.Renewal) + ", before you could complete the course.")
	}
	if j.out.Verdict == NotApproved || len(j.out.Credit) == 0 {
		return
	}
	switch end := latest(j.out.Credit); {
	case end < c.Earliest:
		tell("The approval ends on " + day(end) + ", before you could complete the course.")
	case q.Renewal >= c.Earliest && q.Renewal <= end:
		tell("Complete the course by " + day(q.Renewal) + ", the day of your renewal.")
	default:
		tell("Complete the course by " + day(end) + ", the last day of the approval: after it, the course earns no credit.")
	}
}

// latest is the last day on which any of them is earned.
func latest(list []Credit) (end string) {
	for _, c := range list {
		end = max(end, c.Through)
	}
	return end
}

func only(list []Credit, keep func(Credit) bool) (out []Credit) {
	for _, c := range list {
		if keep(c) {
			out = append(out, c)
		}
	}
	return out
}
