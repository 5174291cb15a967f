package pack

import (
	"cmp"
	"fmt"
	"strconv"

	"github.com/atmacena/cocare/internal/credit"
)

// Measures are what an edition of a course is, in the terms of the rules.
type Measures struct {
	credit.Inputs
	ExamQuestions    int // that a form of the exam holds
	TrueFalsePercent int // of a form, at most
	PassPercent      int
	Attempts         int // that a learner has without asking
	Objectives       int
	Evaluation       bool // is a gate before the certificate
	Disclosure       bool // is acknowledged before the first lesson
	Identity         bool // the learner attests who they are before the exam
	ReferenceYears   int  // age of the oldest reference
	ReviewYears      int  // from one check of the content to the next
	// Live is set for a live event of the course: what is above is then what the
	// event asks for besides.
	Live *Attended
}

// Attended is what somebody has of a live event.
type Attended struct {
	Minutes, Of int // attended, and of instruction
	Exam        bool
}

// Finding is one rule beside an edition. By itself it stops credit unless it is
// Met and the rule Holds.
type Finding struct {
	Rule      string // its name in the file
	Label     string
	Basis     Basis
	Wants     string // by the rule, in words
	Has       string // the edition, in words
	Met       bool
	Confirmed bool // by an administrator, where the rule was not verified
}

// Stops says why the finding lets no credit through, "" if it does.
func (f Finding) Stops() string {
	switch {
	case !f.Met:
		return fmt.Sprintf("%s: %s is asked for, the course has %s", f.Label, f.Wants, f.Has)
	case f.Basis.Mark == Unverified && !f.Confirmed:
		return f.Label + ": this rule could not be verified; an administrator must confirm it"
	}
	return ""
}

// Judgment is an edition by one accreditor's rules.
type Judgment struct {
	Pack     *Pack
	Worked   credit.Worked // Centihours 0: no credit
	HasHours bool          // the pack has a way to work hours out, and the edition what it needs
	Granted  int64         // centihours that the accreditor itself approved; 0: the worked ones hold
	Findings []Finding
}

// MostCentihours is the most that one course may earn: what is worked out beyond it
// comes of a wrong rule.
const MostCentihours = 100_00

// Amount is the credit with its unit, or that there is none.
func (j Judgment) Amount() string {
	switch {
	case j.Worked.Centihours == 0:
		return "no credit"
	case j.Worked.Centihours > MostCentihours:
		return "an implausible sum"
	}
	return credit.Amount(j.Worked.Centihours, j.Pack.Unit)
}

// Stops are the reasons that stand against credit.
func (j Judgment) Stops() []string { return j.StopsBut("") }

// StopsBut leaves out the finding of one rule, as of hours that the accreditor
// itself has approved.
func (j Judgment) StopsBut(rule string) (why []string) {
	if !j.HasHours && rule != "hours" {
		why = append(why, "Hours: no rule works them out from what is known of this course")
	}
	for _, f := range j.Findings {
		if s := f.Stops(); s != "" && f.Rule != rule {
			why = append(why, s)
		}
	}
	return why
}

// Judge works out the hours of an edition and holds it against every rule that
// is about courses. granted are centihours that the accreditor itself approved:
// what depends on the hours is held against them; 0 means the worked ones.
// confirmed says by name which unverified rules an administrator has confirmed;
// nil means none.
func (p *Pack) Judge(m Measures, granted int64, confirmed func(rule string) bool) Judgment {
	if confirmed == nil {
		confirmed = func(string) bool { return false }
	}
	j := Judgment{Pack: p, Granted: granted}
	b := judge{m: m, granted: granted, confirmed: confirmed, out: &j}
	if m.Live != nil {
		b.live(p.Rules)
		return j
	}
	b.hours(p.Rules.Hours)
	b.exam(p.Rules)
	b.time(p.Rules)
	b.course(p.Rules)
	return j
}

// live holds a live event against the rules. No rule that was written of courses
// works out its hours, and nobody who missed a part of it earns credit unless the
// body gives partial credit.
func (j judge) live(r Rules) {
	if r.Live == nil {
		return
	}
	has := j.m.Live
	j.out.Worked, j.out.HasHours = r.Live.Value.Work(min(has.Minutes, has.Of)), true
	least := max(r.Live.Value.MinimumCentihours, 1)
	j.add("live", "Live events", r.Live.Basis, "at least "+credit.Hours(least)+" h", credit.Hours(j.out.Worked.Centihours)+" h", j.out.Worked.Centihours >= least)
	if has.Minutes < has.Of {
		p, basis := r.PartialCredit, r.Live.Basis
		if p != nil {
			basis = p.Basis
		}
		j.add("partial_credit", "Partial credit", basis, strconv.Itoa(has.Of)+" minutes", strconv.Itoa(has.Minutes)+" minutes", p != nil && p.Value)
	}
	switch asked := r.examBasis(); {
	case !r.Live.Value.Exam || asked == nil:
	case has.Exam:
		j.exam(r)
	default:
		j.add("live", "Exam", *asked, "one", "none", false)
	}
	j.course(r)
}

type judge struct {
	m         Measures
	granted   int64
	confirmed func(string) bool
	out       *Judgment
}

func (j judge) add(name, label string, b Basis, wants, has string, met bool) {
	j.out.Findings = append(j.out.Findings, Finding{name, label, b, wants, has, met, b.Mark == Unverified && j.confirmed(name)})
}

func (j judge) hours(r *Rule[credit.Method]) {
	if r == nil {
		return
	}
	lack := r.Value.Lacks(j.m.Inputs)
	if lack == "" {
		j.out.Worked, j.out.HasHours = r.Value.Work(j.m.Inputs), true
	}
	if j.granted > 0 {
		j.add("hours", "Hours", r.Basis, "what the accreditor approved", credit.Hours(j.granted)+" h, as approved", true)
		return
	}
	if lack != "" {
		j.add("hours", "Hours", r.Basis, lack, "none", false)
		return
	}
	if j.out.Worked.Centihours > MostCentihours {
		j.add("hours", "Hours", r.Basis, fmt.Sprintf("a plausible sum, at most %s h (an administrator must check the rule)", credit.Hours(MostCentihours)),
			credit.Hours(j.out.Worked.Centihours)+" h", false)
		return
	}
	least := max(r.Value.MinimumCentihours, 1)
	j.add("hours", "Hours", r.Basis, "at least "+credit.Hours(least)+" h", credit.Hours(j.out.Worked.Centihours)+" h", j.out.Worked.Centihours >= least)
}

func (j judge) exam(r Rules) {
	atLeast(j, "pass_percent", "Pass mark", r.PassPercent, j.m.PassPercent, " percent")
	if q := r.Questions; q != nil {
		hours := cmp.Or(j.granted, j.out.Worked.Centihours)
		n, wants := q.Value.For(hours), ""
		if hours == 0 { // nobody knows how many: the first hour's are the least
			n, wants = q.Value.First, q.Value.words()
		}
		j.add("questions", "Questions of the exam", q.Basis, cmp.Or(wants, "at least "+strconv.Itoa(n)), strconv.Itoa(j.m.ExamQuestions), j.m.ExamQuestions >= n)
	}
	atMost(j, "true_false_percent", "True or false", r.TrueFalsePercent, j.m.TrueFalsePercent, " percent")
	atMost(j, "attempts", "Tries", r.Attempts, j.m.Attempts, "")
	asked(j, "identity", "Who did the work", r.Identity, j.m.Identity)
}

// examBasis is where a rule comes from that asks for an exam, nil if none does.
func (r Rules) examBasis() *Basis {
	switch {
	case r.PassPercent != nil:
		return &r.PassPercent.Basis
	case r.Questions != nil:
		return &r.Questions.Basis
	}
	return nil
}

// time is met wherever an approval is live: what it asks for is enforced.
func (j judge) time(r Rules) {
	if t := r.ActiveTime; t != nil {
		j.add("active_time", "Active time", t.Basis, t.Value.words(), "as asked for", true)
	}
}

func (j judge) course(r Rules) {
	atLeast(j, "objectives", "Objectives", r.Objectives, j.m.Objectives, "")
	asked(j, "evaluation", "Evaluation", r.Evaluation, j.m.Evaluation)
	asked(j, "disclosure", "Disclosure", r.Disclosure, j.m.Disclosure)
	atMost(j, "reference_years", "Age of references, in years", r.ReferenceYears, j.m.ReferenceYears, "")
	atMost(j, "review_years", "Years between reviews", r.ReviewYears, j.m.ReviewYears, "")
}

func atLeast(j judge, name, label string, r *Rule[int], has int, unit string) {
	if r != nil {
		j.add(name, label, r.Basis, fmt.Sprintf("at least %d%s", r.Value, unit), fmt.Sprintf("%d%s", has, unit), has >= r.Value)
	}
}

func atMost(j judge, name, label string, r *Rule[int], has int, unit string) {
	if r != nil {
		j.add(name, label, r.Basis, fmt.Sprintf("at most %d%s", r.Value, unit), fmt.Sprintf("%d%s", has, unit), has <= r.Value)
	}
}

func asked(j judge, name, label string, r *Rule[bool], has bool) {
	if r == nil || !r.Value {
		return
	}
	words := map[bool]string{true: "one", false: "none"}
	j.add(name, label, r.Basis, "one", words[has], has)
}
