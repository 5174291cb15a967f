package pack_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

var known = pack.Known{Professions: []string{"psychologist"}, Jurisdictions: []string{"US-CA"}, Bodies: []string{"nasw"},
	Today: time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)}

// TestWhatIsWrittenNowIsPlausible: each is read when it was stored before, and
// refused, with its line, when somebody writes it.
func TestWhatIsWrittenNowIsPlausible(t *testing.T) {
	_, rules, _ := strings.Cut(good, "rules:\n")
	board := "kind: board\njurisdictions: [US-CA]"
	if p, problems := pack.Vet([]byte(good), known); p == nil {
		t.Fatalf("%+v", problems)
	}
	for name, tt := range map[string]struct {
		old, new string
		line     int
		says     string
	}{
		"a misspelled profession":     {"[psychologist]", "[psychologist, marriage-therapist]", 6, `"marriage-therapist" is not a profession`},
		"a jurisdiction of no list":   {"kind: accreditor", "kind: board\njurisdictions: [US-XX]", 3, `"US-XX" is not a state`},
		"a board of no profession":    {"kind: accreditor\nname: A body\nshort: Body\nunit: hour\nprofessions: [psychologist]", board + "\nname: A body\nshort: Body\nunit: hour\nprofessions: []", 7, "answers nobody"},
		"an accreditor of no list":    {rules, rule("accepts", "[nasw, nawsw]"), 11, `"nawsw" is not the code of an accreditor`},
		"a word an hour":              {rules, rule("hours", "{formula: words-per-hour, words_per_hour: 1, round: down-half}"), 11, "nobody studies 1 words"},
		"a million words":             {rules, rule("hours", "{formula: words-per-hour, words_per_hour: 1000000, round: down-half}"), 11, "nobody studies"},
		"ten times the reading":       {rules, rule("hours", "{formula: reading-time, reading_factor: 10, round: down-half}"), 11, "it is 10"},
		"an hour for each question":   {rules, rule("hours", "{formula: reading-time, reading_factor: 1, minutes_per_question: 60, round: down-half}"), 11, "it is 60"},
		"a fraction":                  {rules, rule("hours", "{formula: words-per-hour, words_per_hour: 6000.5, round: down-half}"), 11, `"6000.5" cannot stand here`},
		"a fraction of a percent":     {"value: 80", "value: 80.5", 11, `"80.5" cannot stand here`},
		"checked in a time to come":   {"checked_on: 2026-11-23\nrules", "checked_on: 2099-01-01\nrules", 8, "2099-01-01 is still to come"},
		"a rule checked tomorrow":     {"    checked_on: 2026-11-23\n    says", "    checked_on: 2026-11-29\n    says", 14, "2026-11-29 is still to come"},
		"a tab":                       {"code: test", "\tcode: test", 1, "cannot start any token"},
		"a tab further down":          {"short: Body", "\tshort: Body", 4, ""},
		"brackets":                    {good, "{{{", 1, "did not find"},
		"brackets at the end of it":   {good, "code: test\nkind: {{{\n", 2, "did not find"},
		"a control character":         {"short: Body", "short: B\x01ody", 4, "control characters"},
		"a name that stands nowhere ": {"short: Body", "short: *body", 4, "unknown anchor"},
	} {
		text := []byte(strings.Replace(good, tt.old, tt.new, 1))
		_, problems := pack.Vet(text, known)
		if len(problems) == 0 || problems[0].Line != tt.line || !strings.Contains(problems[0].Msg, tt.says) || problems[0].Fix == "" {
			t.Errorf("%s: %+v, want line %d: %s", name, problems, tt.line, tt.says)
		}
		if _, before := pack.Parse(text); len(before) > 0 && tt.line > 4 {
			t.Errorf("%s: what an older program took can no longer be read: %+v", name, before)
		}
	}
}

func TestTheShippedPacksCouldBeWrittenToday(t *testing.T) {
	k := known
	for _, f := range pack.Bundled() {
		k.Professions, k.Jurisdictions = append(k.Professions, f.Pack.Professions...), append(k.Jurisdictions, f.Pack.Jurisdictions...)
		if r := f.Pack.Rules.Accepts; r != nil {
			k.Bodies = append(k.Bodies, r.Value...)
		}
	}
	for _, f := range pack.Bundled() {
		if _, problems := pack.Vet(f.Text, k); len(problems) > 0 {
			t.Errorf("%s: %+v", f.Pack.Code, problems)
		}
	}
}

// TestAnImplausibleSumEarnsNothing, and its own hours stand where the accreditor
// named them.
func TestAnImplausibleSumEarnsNothing(t *testing.T) {
	p, problems := pack.Parse([]byte(strings.Replace(good, "rules:\n", "rules:\n"+rule("hours", "{formula: words-per-hour, words_per_hour: 1, round: down-half}"), 1)))
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	m := pack.Measures{Inputs: credit.Inputs{Words: 11568}, PassPercent: 80}
	j := p.Judge(m, 0, nil)
	if why := j.Stops(); len(why) != 1 || !strings.Contains(why[0], "an administrator must check the rule") || !strings.Contains(why[0], "11568 h") || j.Amount() != "an implausible sum" {
		t.Errorf("%q, %s", why, j.Amount())
	}
	if why := p.Judge(m, 150, nil).StopsBut("hours"); len(why) != 0 {
		t.Errorf("%q", why)
	}
}
