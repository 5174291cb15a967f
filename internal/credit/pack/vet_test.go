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
		"a tab":                       {"code: test", "\tcode: test", 1, "a tab stands before this"},
		"a tab further down":          {"short: Body", "\tshort: Body", 4, ""},
		"brackets":                    {good, "{{{", 1, "cannot be read from here on"},
		"brackets at the end of it":   {good, "code: test\nkind: {{{\n", 2, "cannot be read from here on"},
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

// TestNumbersAreRefusedWithTheirBounds, by the name of the key, and each once.
func TestNumbersAreRefusedWithTheirBounds(t *testing.T) {
	_, rules, _ := strings.Cut(good, "rules:\n")
	const perHour, reading = "{formula: words-per-hour, round: down-half, words_per_hour: ", "{formula: reading-time, round: down-half, reading_factor: "
	for name, c := range map[string]struct{ rule, value, msg, fix string }{
		"below nothing":       {"hours", perHour + "-1}", "words_per_hour: nobody studies -1 words in an hour", "write a number from 2000 to 20000"},
		"no words":            {"hours", "{formula: words-per-hour, round: down-half}", "words_per_hour: nobody studies 0 words", "write a number from 2000 to 20000"},
		"a factor of nothing": {"hours", reading + "-2}", "reading_factor: it is -2", "write a number from 0.5 to 3"},
		"a factor of twenty":  {"hours", reading + "20}", "reading_factor: it is 20", "write a number from 0.5 to 3"},
		"no number":           {"hours", reading + ".nan}", "reading_factor: it is NaN", "write a number from 0.5 to 3"},
		"minutes of nothing":  {"hours", reading + "1, minutes_per_question: -1}", "minutes_per_question: it is -1", "write a number from 0 to 10"},
		"minutes of an hour":  {"hours", reading + "1, minutes_per_question: 90}", "minutes_per_question: it is 90", "write a number from 0 to 10"},
		"a cap of no time":    {"daily_cap", "{hours: 8}", "within_hours: it is 0", "from 1 to"},
		"the first hour":      {"questions", "{first_hour: 5}", "missing: further, each_hours", "write all three"},
		"no step":             {"questions", "{first_hour: 5, further: 5}", "missing: each_hours", "write all three"},
		"no percent":          {"self_paced", "{accepted: true, percent: 0}", "percent: it is 0", "write accepted: false"},
		"no hours at all":     {"self_paced", "{accepted: true, hours: 0, percent: 50}", "hours: it is 0", "write accepted: false"},
	} {
		_, problems := pack.Vet([]byte(strings.Replace(good, rules, rule(c.rule, c.value), 1)), known)
		if len(problems) != 1 || problems[0].Line != 11 || !strings.Contains(problems[0].Msg, c.msg) || !strings.Contains(problems[0].Fix, c.fix) {
			t.Errorf("%s: %+v, want %s; %s", name, problems, c.msg, c.fix)
		}
	}
	// What an older program took is read as it was meant then.
	for name, value := range map[string]string{"self_paced": "{accepted: true, percent: 0}", "questions": "{first_hour: 5, each_hours: 1}"} {
		if _, problems := pack.Parse([]byte(strings.Replace(good, rules, rule(name, value), 1))); len(problems) > 0 {
			t.Errorf("%s: %+v", name, problems)
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
