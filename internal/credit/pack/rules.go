package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/yamldoc"
)

func (l *loader) rules(f *rulesFile, p *Pack) {
	percent := l.between(0, 100)
	p.Rules = Rules{
		Hours:             rule(l, "hours", f.Hours, l.method),
		Live:              rule(l, "live", f.Live, l.live),
		NotCounted:        rule(l, "not_counted", f.NotCounted, l.words),
		PassPercent:       rule(l, "pass_percent", f.PassPercent, percent),
		Questions:         rule(l, "questions", f.Questions, l.questions),
		TrueFalsePercent:  rule(l, "true_false_percent", f.TrueFalsePercent, percent),
		Objectives:        rule(l, "objectives", f.Objectives, l.between(1, 50)),
		Attempts:          rule(l, "attempts", f.Attempts, l.between(1, 100)),
		ActiveTime:        rule(l, "active_time", f.ActiveTime, l.activeTime),
		Evaluation:        rule(l, "evaluation", f.Evaluation, same[bool]),
		Disclosure:        rule(l, "disclosure", f.Disclosure, same[bool]),
		Identity:          rule(l, "identity", f.Identity, same[bool]),
		CertificateFields: rule(l, "certificate_fields", f.CertificateFields, l.fields),
		Statement:         rule(l, "statement", f.Statement, l.statement),
		Categories:        rule(l, "categories", f.Categories, l.words),
		PartialCredit:     rule(l, "partial_credit", f.PartialCredit, same[bool]),
		DailyCap: rule(l, "daily_cap", f.DailyCap, func(path string, v capFile) Cap {
			return Cap{l.hours(path+".hours", v.Hours, 24), l.between(1, 24*366)(path+".within_hours", v.WithinHours)}
		}),
		RetentionYears:    rule(l, "retention_years", f.RetentionYears, l.between(1, 100)),
		ReportingDays:     rule(l, "reporting_days", f.ReportingDays, l.between(1, 400)),
		ReferenceYears:    rule(l, "reference_years", f.ReferenceYears, l.between(1, 100)),
		ReviewYears:       rule(l, "review_years", f.ReviewYears, l.between(1, 20)),
		RenewalCentihours: rule(l, "renewal_hours", f.RenewalHours, func(path string, v float64) int64 { return l.hours(path, v, 1000) }),
		SelfPaced:         rule(l, "self_paced", f.SelfPaced, l.selfPaced),
		Accepts:           rule(l, "accepts", f.Accepts, l.codes),
	}
}

func (l *loader) method(path string, v hoursFile) credit.Method {
	m := credit.Method{Formula: credit.Formula(v.Formula), WordsPerHour: v.WordsPerHour, ReadingFactor: v.ReadingFactor,
		MinutesPerQuestion: v.MinutesPerQuestion, Rounding: credit.Rounding(v.Round)}
	if v.MinimumHours != 0 {
		m.MinimumCentihours = l.hours(path+".minimum_hours", v.MinimumHours, 24)
	}
	if l.strict && !l.plausible(path, m) {
		return m
	}
	if problem := m.Problem(); problem != "" {
		l.fault(path, "compare it with another pack", "%s", problem)
	}
	return m
}

func (l *loader) live(path string, v liveFile) Live {
	r := Live{Live: credit.Live{MinutesPerHour: v.MinutesPerHour, Rounding: credit.Rounding(v.Round)}, Exam: v.Exam == nil || *v.Exam}
	if v.MinimumHours != 0 {
		r.MinimumCentihours = l.hours(path+".minimum_hours", v.MinimumHours, 24)
	}
	if problem := r.Problem(); problem != "" {
		l.fault(path, "compare it with another pack", "%s", problem)
	}
	return r
}

func (l *loader) questions(path string, v questionsFile) Questions {
	var missing []string
	lacks := func(name string, there bool) {
		if !there {
			missing = append(missing, name)
		}
	}
	lacks("first_hour", v.First != nil || !l.strict)
	lacks("further", v.Further != nil || !l.strict)
	lacks("each_hours", v.EachHours != nil)
	if len(missing) > 0 {
		l.fault(path, "write all three, as {first_hour: 10, further: 5, each_hours: 0.5}", "missing: %s", strings.Join(missing, ", "))
		return Questions{}
	}
	return Questions{l.between(0, 200)(path+".first_hour", or0(v.First)), l.between(0, 200)(path+".further", or0(v.Further)),
		l.hours(path+".each_hours", or0(v.EachHours), 24)}
}

// or0 is a value that may not be there.
func or0[T int | float64](v *T) T {
	if v == nil {
		return 0
	}
	return *v
}

func (l *loader) activeTime(path string, v activeTimeFile) ActiveTime {
	if v.Policy != RecordTime && v.Policy != WarnTime && v.Policy != BlockTime {
		l.fault(path+".policy", "write record, warn or block", "the policy is %q", yamldoc.Clip(v.Policy))
	}
	if v.Requests && v.Policy != BlockTime {
		l.fault(path+".page_requests", "leave it out, or write block", "time from page requests counts anyway where nothing is blocked")
	}
	return ActiveTime(v)
}

func (l *loader) selfPaced(path string, v selfPacedFile) SelfPaced {
	s := SelfPaced{Percent: l.between(0, 100)(path+".percent", or0(v.Percent))}
	if v.Accepted == nil {
		l.fault(path+".accepted", "write true or false", "it does not say whether self-paced courses count")
	} else {
		s.Accepted = *v.Accepted
	}
	if or0(v.Hours) != 0 {
		s.Centihours = l.hours(path+".hours", *v.Hours, 1000)
	}
	l.limit(path+".hours", v.Hours != nil && *v.Hours == 0)
	l.limit(path+".percent", v.Percent != nil && *v.Percent == 0)
	return s
}

// limit refuses a limit of nothing, which would be read as none.
func (l *loader) limit(path string, zero bool) {
	if zero && l.strict {
		l.fault(path, "write accepted: false where none count, or leave it out where all do", "%sit is 0", key(path))
	}
}

func (l *loader) fields(path string, list []Field) []Field {
	if len(list) == 0 {
		l.fault(path, "name the items that a certificate must print", "the list is empty")
	}
	for i, f := range list {
		if !slices.Contains(Fields, f) {
			l.fault(fmt.Sprintf("%s[%d]", path, i), "write one of "+joined(Fields), "there is no item %q", yamldoc.Clip(string(f)))
		}
	}
	return list
}

func joined(list []Field) string {
	words := make([]string, len(list))
	for i, f := range list {
		words[i] = string(f)
	}
	return strings.Join(words, ", ")
}

// placeholder is what a statement may leave to be filled in.
var placeholder = regexp.MustCompile(`\{[^}]*\}?`)

func (l *loader) statement(path, s string) string {
	l.text(path, s, 1000)
	for _, name := range placeholder.FindAllString(s, -1) {
		if name != "{provider}" && name != "{number}" {
			l.fault(path, "write {provider} or {number}", "the statement holds %q", yamldoc.Clip(name))
		}
	}
	return s
}

func (l *loader) codes(path string, list []string) []string {
	if len(list) == 0 || len(list) > maxList {
		l.fault(path, fmt.Sprintf("name 1 to %d accreditors", maxList), "the list has %d entries", len(list))
	}
	for i, code := range list {
		if !codeForm.MatchString(code) {
			l.fault(fmt.Sprintf("%s[%d]", path, i), "write the code of a pack", "%q is no code", yamldoc.Clip(code))
		}
	}
	return list
}
