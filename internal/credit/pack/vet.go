package pack

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Known is what a pack may name, and the day on which it is written.
type Known struct {
	Professions, Jurisdictions []string
	Bodies                     []string // codes of packs, and of accreditors without one
	Today                      time.Time
	// Unprintable names the characters of a text that certificates cannot print, ""
	// if there are none. nil: all can be printed.
	Unprintable func(text string) string
}

// The bounds of what rules may say. Adults read about 240 words a minute, 14,400 an
// hour; study goes slower, and no body was found that counts fewer than 6,000 or
// more than 12,000.
const (
	fewestWords, mostWords          = 2_000, 20_000
	leastFactor, mostFactor         = 0.5, 3.0
	mostMinutesPerQuestion  float64 = 10
)

// Vet is Parse of what somebody writes now: names that nobody knows, numbers that no
// body would mean, fractions where there are none, and days to come are mistakes.
// What was stored is read by Parse alone, so that it can always be read.
func Vet(data []byte, k Known) (*Pack, []yamldoc.Problem) {
	return parse(data, func(l *loader, f *packFile, p *Pack) {
		l.problems = append(l.problems, l.doc.Fractions(f)...)
		l.known("professions", "a profession", p.Professions, k.Professions)
		l.known("jurisdictions", "a state, province or territory", p.Jurisdictions, k.Jurisdictions)
		if p.Kind == Board && len(p.Professions) == 0 {
			l.fault("professions", "name them as psychologist or nurse", "a board that licenses no profession answers nobody")
		}
		if r := p.Rules.Accepts; r != nil {
			l.known("rules.accepts.value", "the code of an accreditor", r.Value, append([]string{p.Code}, k.Bodies...))
		}
		if k.Unprintable != nil {
			l.printed(p, k.Unprintable)
		}
		l.past("checked_on", p.CheckedOn, k.Today)
		for _, r := range p.Rules.Rows() {
			l.past("rules."+r.Name+".checked_on", r.Basis.CheckedOn, k.Today)
		}
	})
}

// printed refuses in what certificates print what their fonts lack.
func (l *loader) printed(p *Pack, unprintable func(string) string) {
	check := func(path, text string) {
		if odd := unprintable(text); odd != "" {
			l.fault(path, "write it without", "a certificate cannot print %s", odd)
		}
	}
	check("name", p.Name)
	check("short", p.Short)
	check("unit", p.Unit)
	if r := p.Rules.Statement; r != nil {
		check("rules.statement.value", strings.Join(strings.FieldsFunc(r.Value, unicode.IsControl), " "))
	}
	if r := p.Rules.Categories; r != nil {
		for i, name := range r.Value {
			check(fmt.Sprintf("rules.categories.value[%d]", i), name)
		}
	}
}

func (l *loader) known(path, what string, list, known []string) {
	for i, s := range list {
		if !slices.Contains(known, s) {
			l.fault(fmt.Sprintf("%s[%d]", path, i), "check its spelling, or leave it out", "%q is not %s that this site knows", yamldoc.Clip(s), what)
		}
	}
}

// plausible reports whether the numbers of a formula are some that a body would
// mean.
func (l *loader) plausible(path string, m credit.Method) bool {
	before := len(l.problems)
	within := func(name string, v, low, high float64) {
		if !(v >= low && v <= high) { // no number is not within, either
			l.fault(path+"."+name, fmt.Sprintf("write a number from %g to %g", low, high), "%s: it is %g", name, v)
		}
	}
	switch m.Formula {
	case credit.WordsPerHour:
		if m.WordsPerHour < fewestWords || m.WordsPerHour > mostWords {
			l.fault(path+".words_per_hour", fmt.Sprintf("write a number from %d to %d: people read about 14,400 words an hour, and study goes slower", fewestWords, mostWords),
				"words_per_hour: nobody studies %d words in an hour", m.WordsPerHour)
		}
	case credit.ReadingTime:
		within("reading_factor", m.ReadingFactor, leastFactor, mostFactor)
		within("minutes_per_question", m.MinutesPerQuestion, 0, mostMinutesPerQuestion)
	}
	return len(l.problems) == before
}

// past refuses a day on which nothing can have been checked yet.
func (l *loader) past(path string, day, today time.Time) {
	if on := day.Format(dayForm); on > today.Format(dayForm) {
		l.fault(path, "write the day on which it was read, "+today.Format(dayForm)+" at the latest", "%s is still to come", on)
	}
}
