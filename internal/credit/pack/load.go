package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// MaxSize bounds a file, in bytes.
const MaxSize = 64 << 10

// maxList bounds a list of a rule.
const maxList = 20

// leastHours is the least number of hours that a rule can name.
const leastHours = 0.25

const dayForm = "2006-01-02"

// The shapes of a file. Pointers tell what is not there.
type (
	basisFile struct {
		Mark      string `yaml:"mark"`
		Source    string `yaml:"source"`
		CheckedOn string `yaml:"checked_on"`
		Says      string `yaml:"says"`
	}
	ruleFile[T any] struct {
		Value     *T `yaml:"value"`
		basisFile `yaml:",inline"`
	}
	hoursFile struct {
		Formula            string  `yaml:"formula"`
		WordsPerHour       int     `yaml:"words_per_hour"`
		ReadingFactor      float64 `yaml:"reading_factor"`
		MinutesPerQuestion float64 `yaml:"minutes_per_question"`
		Round              string  `yaml:"round"`
		MinimumHours       float64 `yaml:"minimum_hours"`
	}
	questionsFile struct {
		First     *int     `yaml:"first_hour"`
		Further   *int     `yaml:"further"`
		EachHours *float64 `yaml:"each_hours"`
	}
	capFile struct {
		Hours       float64 `yaml:"hours"`
		WithinHours int     `yaml:"within_hours"`
	}
	selfPacedFile struct {
		Accepted *bool    `yaml:"accepted"`
		Hours    *float64 `yaml:"hours"`
		Percent  *int     `yaml:"percent"`
	}
	activeTimeFile struct {
		Policy   string `yaml:"policy"`
		Requests bool   `yaml:"page_requests"`
	}
	liveFile struct {
		MinutesPerHour int     `yaml:"minutes_per_hour"`
		Round          string  `yaml:"round"`
		MinimumHours   float64 `yaml:"minimum_hours"`
		Exam           *bool   `yaml:"exam"`
	}
	rulesFile struct {
		Hours             *ruleFile[hoursFile]      `yaml:"hours"`
		Live              *ruleFile[liveFile]       `yaml:"live"`
		NotCounted        *ruleFile[[]string]       `yaml:"not_counted"`
		PassPercent       *ruleFile[int]            `yaml:"pass_percent"`
		Questions         *ruleFile[questionsFile]  `yaml:"questions"`
		TrueFalsePercent  *ruleFile[int]            `yaml:"true_false_percent"`
		Objectives        *ruleFile[int]            `yaml:"objectives"`
		Attempts          *ruleFile[int]            `yaml:"attempts"`
		ActiveTime        *ruleFile[activeTimeFile] `yaml:"active_time"`
		Evaluation        *ruleFile[bool]           `yaml:"evaluation"`
		Disclosure        *ruleFile[bool]           `yaml:"disclosure"`
		Identity          *ruleFile[bool]           `yaml:"identity"`
		CertificateFields *ruleFile[[]Field]        `yaml:"certificate_fields"`
		Statement         *ruleFile[string]         `yaml:"statement"`
		Categories        *ruleFile[[]string]       `yaml:"categories"`
		PartialCredit     *ruleFile[bool]           `yaml:"partial_credit"`
		DailyCap          *ruleFile[capFile]        `yaml:"daily_cap"`
		RetentionYears    *ruleFile[int]            `yaml:"retention_years"`
		ReportingDays     *ruleFile[int]            `yaml:"reporting_days"`
		ReferenceYears    *ruleFile[int]            `yaml:"reference_years"`
		ReviewYears       *ruleFile[int]            `yaml:"review_years"`
		RenewalHours      *ruleFile[float64]        `yaml:"renewal_hours"`
		SelfPaced         *ruleFile[selfPacedFile]  `yaml:"self_paced"`
		Accepts           *ruleFile[[]string]       `yaml:"accepts"`
	}
	packFile struct {
		Code          string    `yaml:"code"`
		Kind          string    `yaml:"kind"`
		Name          string    `yaml:"name"`
		Short         string    `yaml:"short"`
		Unit          string    `yaml:"unit"`
		Professions   []string  `yaml:"professions"`
		Jurisdictions []string  `yaml:"jurisdictions"`
		From          string    `yaml:"from"`
		Until         string    `yaml:"until"`
		CheckedOn     string    `yaml:"checked_on"`
		Notes         []string  `yaml:"notes"`
		Rules         rulesFile `yaml:"rules"`
	}
)

// loader collects what is wrong with one file. strict: somebody writes it now.
type loader struct {
	doc      *yamldoc.Doc
	strict   bool
	problems []yamldoc.Problem
}

func (l *loader) fault(path, fix, format string, args ...any) {
	l.problems = append(l.problems, yamldoc.Problem{Line: l.doc.Line(path), Msg: fmt.Sprintf(format, args...), Fix: fix})
}

// Parse reads a pack. It returns every mistake that it can name, in the order of
// the file; the pack is usable only when there is none. It does not bound
// len(data): see MaxSize.
func Parse(data []byte) (*Pack, []yamldoc.Problem) { return parse(data, nil) }

func parse(data []byte, vet func(l *loader, f *packFile, p *Pack)) (*Pack, []yamldoc.Problem) {
	var f packFile
	doc, problems := yamldoc.Decode(data, 1, &f)
	if len(problems) > 0 {
		return nil, problems
	}
	l := &loader{doc: doc, strict: vet != nil}
	p := l.pack(&f)
	l.rules(&f.Rules, p)
	if vet != nil {
		vet(l, &f, p)
	}
	if len(l.problems) > 0 {
		slices.SortStableFunc(l.problems, func(a, b yamldoc.Problem) int { return a.Line - b.Line })
		return nil, l.problems
	}
	return p, nil
}

var codeForm = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func (l *loader) pack(f *packFile) *Pack {
	p := &Pack{Code: f.Code, Kind: Kind(f.Kind), Name: f.Name, Short: f.Short, Unit: f.Unit, Professions: f.Professions,
		Jurisdictions: f.Jurisdictions, Notes: f.Notes}
	if !codeForm.MatchString(f.Code) || len(f.Code) > 40 {
		l.fault("code", "write lower-case letters, digits and hyphens, at most 40", "the code is %q", yamldoc.Clip(f.Code))
	}
	if p.Kind != Accreditor && p.Kind != Board && p.Kind != Method {
		l.fault("kind", "write accreditor, board or formula", "the kind is %q", yamldoc.Clip(f.Kind))
	}
	l.text("name", f.Name, 200)
	l.text("short", f.Short, 40)
	l.text("unit", f.Unit, 40)
	if (p.Kind == Board) != (len(f.Jurisdictions) > 0) {
		l.fault("jurisdictions", "name them as US-CA or CA-ON, for a board and nothing else", "a board has jurisdictions, and nobody else has")
	}
	p.From, _ = l.day("from", f.From, true)
	p.CheckedOn, _ = l.day("checked_on", f.CheckedOn, true)
	if until, ok := l.day("until", f.Until, false); ok {
		p.Until = &until
		if !until.After(p.From) {
			l.fault("until", "write a day after “from”", "the pack ends before it begins")
		}
	}
	return p
}

func (l *loader) text(path, s string, limit int) {
	switch {
	case strings.TrimSpace(s) == "":
		l.fault(path, "write it in words", "%s is empty", path)
	case len([]rune(s)) > limit:
		l.fault(path, fmt.Sprintf("shorten it to %d characters", limit), "%s has %d characters", path, len([]rune(s)))
	}
}

func (l *loader) day(path, s string, required bool) (time.Time, bool) {
	if s == "" && !required {
		return time.Time{}, false
	}
	day, err := time.Parse(dayForm, s)
	if err != nil {
		l.fault(path, "write a day as 2026-11-23", "%s is %q", path, yamldoc.Clip(s))
	}
	return day, err == nil
}

// rule reads the basis of a rule and converts its value; nil where the file does
// not have it.
func rule[F, T any](l *loader, name string, f *ruleFile[F], convert func(path string, v F) T) *Rule[T] {
	if f == nil {
		return nil
	}
	at := "rules." + name
	r := &Rule[T]{Basis: Basis{Mark: Mark(f.Mark), Source: f.Source, Says: f.Says}}
	if r.Mark != Verified && r.Mark != Secondary && r.Mark != Unverified {
		l.fault(at+".mark", "write verified, secondary or unverified", "the mark is %q", yamldoc.Clip(f.Mark))
	}
	l.text(at+".source", f.Source, 500)
	l.text(at+".says", f.Says, 500)
	r.CheckedOn, _ = l.day(at+".checked_on", f.CheckedOn, true)
	if f.Value == nil {
		l.fault(at, "write value: and the number or list", "the rule has no value")
		return r
	}
	r.Value = convert(at+".value", *f.Value)
	return r
}

func same[T any](_ string, v T) T { return v }

func (l *loader) between(low, high int) func(path string, v int) int {
	return func(path string, v int) int {
		if v < low || v > high {
			l.fault(path, fmt.Sprintf("write a whole number from %d to %d", low, high), "%sit is %d", key(path), v)
		}
		return v
	}
}

// hours reads hours as people write them into centihours.
func (l *loader) hours(path string, v, high float64) int64 {
	c := int64(v*100 + 0.5)
	if v < leastHours || v > high || float64(c)/100 != v {
		l.fault(path, fmt.Sprintf("write hours from %g to %g, to the hundredth at most", leastHours, high), "%sit is %g", key(path), v)
	}
	return c
}

// key names the part of a value that a path ends in: several stand on one line.
func key(path string) string {
	if name := path[strings.LastIndexByte(path, '.')+1:]; name != "value" {
		return name + ": "
	}
	return ""
}

func (l *loader) words(path string, list []string) []string {
	if len(list) == 0 || len(list) > maxList {
		l.fault(path, fmt.Sprintf("write a list of 1 to %d entries", maxList), "the list has %d entries", len(list))
	}
	for i, s := range list {
		l.text(fmt.Sprintf("%s[%d]", path, i), s, 100)
	}
	return list
}

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
