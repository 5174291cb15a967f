package pack_test

import (
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

func bundled(t *testing.T, code string) *pack.Pack {
	t.Helper()
	for _, f := range pack.Bundled() {
		if f.Pack.Code == code {
			return f.Pack
		}
	}
	t.Fatalf("there is no pack %q", code)
	return nil
}

func TestBundledPacks(t *testing.T) {
	known := map[string]bool{}
	for _, c := range lists.Professions {
		known[c.Code] = true
	}
	for _, c := range lists.Jurisdictions {
		known[c.Code] = true
	}
	var codes []string
	for _, f := range pack.Bundled() {
		p := f.Pack
		codes = append(codes, p.Code)
		for _, code := range slices.Concat(p.Professions, p.Jurisdictions) {
			if !known[code] {
				t.Errorf("%s names %q, which no account has", p.Code, code)
			}
		}
		if !p.InForce(time.Date(2026, 11, 28, 0, 0, 0, 0, time.UTC)) || p.InForce(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)) {
			t.Errorf("%s: in force from %s", p.Code, p.From)
		}
	}
	for _, want := range []string{"ama", "ancc", "apa", "boc", "naadac", "nasw", "nbcc", "ncbtmb", "us-ca-bbs", "us-fl-491"} {
		if !slices.Contains(codes, want) {
			t.Errorf("%s is missing", want)
		}
	}
	if !slices.IsSorted(codes) || len(slices.Compact(codes)) != len(pack.Bundled()) {
		t.Errorf("codes %v", codes)
	}
}

// The rows of the field's own table, by the packs.
func TestOneModuleByThePacks(t *testing.T) {
	for words, want := range map[int]map[string]int64{
		18000: {"nbcc": 300, "nasw": 150, "boc": 225, "ncbtmb": 150},
		12000: {"nbcc": 200, "nasw": 100, "boc": 125, "ncbtmb": 100},
		6000:  {"nbcc": 100, "nasw": 0, "boc": 100, "ncbtmb": 50},
	} {
		questions := map[int]int{18000: 30, 12000: 15, 6000: 10}[words]
		for code, hours := range want {
			w := bundled(t, code).Rules.Hours.Value.Work(credit.Inputs{Words: words, Questions: questions, Difficulty: 3})
			if w.Centihours != hours {
				t.Errorf("%d words by %s: %d, want %d centihours: %v", words, code, w.Centihours, hours, w.Explanation)
			}
		}
	}
}

func TestAnUnverifiedRuleLetsNothingThrough(t *testing.T) {
	nbcc := bundled(t, "nbcc").Rules
	if nbcc.PassPercent.Holds(false) || !nbcc.PassPercent.Holds(true) || !nbcc.Hours.Holds(false) || !nbcc.Evaluation.Holds(false) {
		t.Error("only what was read somewhere or confirmed by a person holds")
	}
	if nbcc.DailyCap.Holds(true) {
		t.Error("a rule that is not there holds nothing")
	}
}

func TestQuestionsForACourse(t *testing.T) {
	nasw := bundled(t, "nasw").Rules.Questions.Value
	for centihours, want := range map[int64]int{0: 0, 50: 10, 100: 10, 125: 15, 150: 15, 200: 20, 300: 30} {
		if got := nasw.For(centihours); got != want {
			t.Errorf("%d centihours: %d questions, want %d", centihours, got, want)
		}
	}
}

func TestABoardLicensesAProfession(t *testing.T) {
	ca := bundled(t, "us-ca-bbs")
	if !ca.Licenses("marriage-family-therapist", "US-CA") || ca.Licenses("marriage-family-therapist", "US-NV") || ca.Licenses("psychologist", "US-CA") {
		t.Error("California's board licenses marriage and family therapists of California, not psychologists")
	}
	if bundled(t, "nasw").Licenses("social-worker", "US-CA") {
		t.Error("an accreditor licenses nobody")
	}
}

const good = `code: test
kind: accreditor
name: A body
short: Body
unit: hour
professions: [psychologist]
from: 2026-01-01
checked_on: 2026-11-23
rules:
  pass_percent:
    value: 80
    mark: verified
    source: example.org
    checked_on: 2026-11-23
    says: 80 percent.
`

func TestMistakesAreNamed(t *testing.T) {
	_, rules, _ := strings.Cut(good, "rules:\n")
	if p, problems := pack.Parse([]byte(good)); len(problems) > 0 || p.Rules.PassPercent.Value != 80 {
		t.Fatalf("%+v", problems)
	}
	for name, tt := range map[string]struct {
		old, new string
		line     int
		says     string
	}{
		"empty":             {good, "", 1, "empty"},
		"no YAML":           {"code: test", "code: [", 3, ""},
		"unknown key":       {"unit: hour", "units: hour", 5, `unknown key "units"`},
		"unknown rule":      {"pass_percent:", "passing:", 10, `unknown key "passing"`},
		"code":              {"code: test", "code: Test Body", 1, "the code is"},
		"kind":              {"kind: accreditor", "kind: club", 2, "the kind is"},
		"no name":           {"name: A body", "name: ''", 3, "name is empty"},
		"a board nowhere":   {"kind: accreditor", "kind: board", 1, "a board has jurisdictions"},
		"no day":            {"from: 2026-01-01", "from: January", 7, "from is"},
		"ends before":       {"from: 2026-01-01", "from: 2026-01-01\nuntil: 2025-01-01", 8, "ends before"},
		"percent":           {"value: 80", "value: 180", 11, "it is 180"},
		"words for numbers": {"value: 80", "value: eighty", 11, "cannot stand here"},
		"no value":          {"    value: 80\n", "", 11, "the rule has no value"},
		"mark":              {"mark: verified", "mark: sure", 12, "the mark is"},
		"no source":         {"source: example.org", "source: ''", 13, "source is empty"},
		"no says":           {"says: 80 percent.", "says: ''", 15, "says is empty"},
		"formula":           {rules, rule("hours", "{formula: guess, round: down-half}"), 11, "the formula must be"},
		"no number":         {rules, rule("hours", "{formula: words-per-hour, round: down-half}"), 11, "words_per_hour must be"},
		"minutes as hours":  {rules, rule("daily_cap", "{hours: 480, within_hours: 24}"), 11, "it is 480"},
		"no number at all":  {rules, rule("hours", "{formula: reading-time, reading_factor: .nan, round: down-half}"), 11, "reading_factor must be"},
		"thousandths":       {rules, rule("renewal_hours", "20.005"), 11, "it is 20.005"},
		"self-paced":        {rules, rule("self_paced", "{hours: 20}"), 11, "does not say"},
		"time policy":       {rules, rule("active_time", "{policy: forbid}"), 11, `the policy is "forbid"`},
		"time that counts":  {rules, rule("active_time", "{policy: warn, page_requests: true}"), 11, "counts anyway"},
		"field":             {rules, rule("certificate_fields", "[name, shoe-size]"), 11, `no item "shoe-size"`},
		"placeholder":       {rules, rule("statement", `"{name} is approved"`), 11, `holds "{name}"`},
		"accepts":           {rules, rule("accepts", "[APA]"), 11, `"APA" is no code`},
	} {
		_, problems := pack.Parse([]byte(strings.Replace(good, tt.old, tt.new, 1)))
		if len(problems) == 0 || problems[0].Line != tt.line || !strings.Contains(problems[0].Msg, tt.says) || problems[0].Fix == "" {
			t.Errorf("%s: %+v, want line %d: %s", name, problems, tt.line, tt.says)
		}
	}
}

// The documentation shows a pack that is taken, and names every rule.
func TestTheExampleOfTheDocumentationIsAPack(t *testing.T) {
	page, err := os.ReadFile("../../../docs/rule-packs.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(page), "```yaml\n")
	example, _, found := strings.Cut(rest, "```")
	if p, problems := pack.Parse([]byte(example)); !found || p == nil {
		t.Errorf("%+v", problems)
	}
	for row := range strings.FieldsSeq("hours not_counted pass_percent questions true_false_percent objectives attempts evaluation disclosure identity certificate_fields" +
		" statement categories partial_credit daily_cap retention_years reporting_days reference_years review_years renewal_hours self_paced accepts active_time") {
		if !strings.Contains(string(page), "`"+row+"`") {
			t.Errorf("the rule %s is not described", row)
		}
	}
	for _, f := range pack.Fields {
		if !strings.Contains(string(page), "`"+string(f)+"`") {
			t.Errorf("the field %s is not described", f)
		}
	}
}

func rule(name, value string) string {
	return "  " + name + ":\n    value: " + value + "\n    mark: verified\n    source: example.org\n    checked_on: 2026-11-23\n    says: So.\n"
}

func FuzzParse(f *testing.F) {
	for _, file := range pack.Bundled() {
		f.Add(file.Text)
	}
	f.Add([]byte(good))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > pack.MaxSize {
			t.Skip("refused before it is parsed")
		}
		p, problems := pack.Parse(data)
		if (p == nil) != (len(problems) > 0) {
			t.Errorf("%v, %v", p, problems)
		}
		if p != nil && p.Rules.Hours != nil {
			p.Rules.Hours.Value.Work(credit.Inputs{Words: 11050, Questions: 30, Difficulty: 3, ReadingMinutes: 90})
		}
	})
}
