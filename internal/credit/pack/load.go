package pack

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/yamldoc"
)

// MaxSize bounds a file, in bytes.
const MaxSize = 64 << 10

// maxList bounds a list of a rule.
const maxList = 20

// leastHours is the least number of hours that a rule can name.
const leastHours = 0.25

const dayForm = "2006-01-02"

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
