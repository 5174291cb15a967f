package count_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/credit/pack"
)

var checked = time.Date(2026, 11, 23, 0, 0, 0, 0, time.UTC)

func rule[T any](mark pack.Mark, v T) *pack.Rule[T] {
	return &pack.Rule[T]{Basis: pack.Basis{Mark: mark, Source: "the code", CheckedOn: checked, Says: "Its words."}, Value: v}
}

// board licenses counselors in Oregon.
func board(r pack.Rules) *pack.Pack {
	return &pack.Pack{Code: "us-or", Kind: pack.Board, Name: "Oregon Board", Short: "Oregon", Professions: []string{"counselor"}, Jurisdictions: []string{"US-OR"}, Rules: r}
}

func body(code string) *pack.Pack {
	return &pack.Pack{Code: code, Kind: pack.Accreditor, Name: "Body " + code, Short: strings.ToUpper(code)}
}

func credits(codes ...string) (list []count.Credit) {
	for _, c := range codes {
		list = append(list, count.Credit{Code: c, Short: strings.ToUpper(c), Unit: "CE", Centihours: 150, Through: "2027-03-31"})
	}
	return list
}

func bounded(list []count.Credit, change func(c *count.Credit)) []count.Credit {
	for i := range list {
		change(&list[i])
	}
	return list
}

const (
	v = pack.Verified
	s = pack.Secondary
	u = pack.Unverified
)

func TestFor(t *testing.T) {
	accepts := func(codes ...string) *pack.Rule[[]string] { return rule(v, codes) }
	for name, c := range map[string]struct {
		rules  pack.Rules
		credit []count.Credit
		want   count.Verdict
		says   string
	}{
		"no rule at all":       {pack.Rules{}, nil, count.Ask, "Ask the Oregon Board. We know no rule of it about whose approval"},
		"no rule, some credit": {pack.Rules{}, credits("aaa"), count.Ask, "Ask the Oregon Board."},
		"accepted":             {pack.Rules{Accepts: accepts("aaa", "bbb")}, credits("aaa"), count.Counts, "Yes. The Oregon Board accepts courses that AAA has approved, and this is one: 1.5 CE."},
		"accepted twice":       {pack.Rules{Accepts: accepts("aaa", "bbb")}, credits("aaa", "bbb"), count.Counts, "that AAA or BBB has approved, and this is one: 1.5 CE. The same hours count once."},
		"reported rule":        {pack.Rules{Accepts: rule(s, []string{"aaa"})}, credits("aaa"), count.Counts, "Yes. "},
		"unverified rule":      {pack.Rules{Accepts: rule(u, []string{"aaa"})}, credits("aaa"), count.Ask, "could not be verified"},
		"by the board itself":  {pack.Rules{Accepts: accepts("us-or")}, credits("us-or"), count.Counts, "Yes. The Oregon Board has approved this course: 1.5 CE."},
		"nothing approved":     {pack.Rules{Accepts: accepts("aaa")}, nil, count.NotApproved, "No. The Oregon Board accepts courses that an accreditor named in its rules has approved, and none of those has approved this one."},
		"not by the board":     {pack.Rules{Accepts: accepts("us-or")}, nil, count.NotApproved, "accepts courses that it has approved itself"},
		"another's approval":   {pack.Rules{Accepts: accepts("aaa")}, credits("zzz"), count.Ask, "This course has 1.5 CE by ZZZ, and the rule that we know does not name that approval."},
		"another place": {pack.Rules{Accepts: accepts("aaa")}, bounded(credits("aaa"), func(c *count.Credit) { c.Jurisdictions = []string{"US-WA"} }),
			count.NotApproved, "The approval of this course by AAA does not count in Oregon."},
		"this place": {pack.Rules{Accepts: accepts("aaa")}, bounded(credits("aaa"), func(c *count.Credit) { c.Jurisdictions = []string{"US-OR"} }), count.Counts, "Yes. "},
		"too late tonight": {pack.Rules{Accepts: accepts("aaa")}, bounded(credits("aaa"), func(c *count.Credit) { c.Through = "2026-11-28" }),
			count.NotApproved, "The approval by AAA ends on November 28, 2026, before you could complete the course."},
		"in real time only":        {pack.Rules{Accepts: accepts("aaa"), SelfPaced: rule(s, pack.SelfPaced{})}, credits("aaa"), count.NotApproved, "does not count courses that you take at your own pace"},
		"perhaps in real time":     {pack.Rules{Accepts: accepts("aaa"), SelfPaced: rule(u, pack.SelfPaced{})}, credits("aaa"), count.Ask, "could not be verified"},
		"self-paced is fine":       {pack.Rules{Accepts: accepts("aaa"), SelfPaced: rule(v, pack.SelfPaced{Accepted: true})}, credits("aaa"), count.Counts, "Yes. "},
		"up to twenty hours":       {pack.Rules{Accepts: accepts("aaa"), SelfPaced: rule(v, pack.SelfPaced{Accepted: true, Centihours: 2000})}, credits("aaa"), count.Capped, "Yes, up to a limit. "},
		"up to an unread limit":    {pack.Rules{Accepts: accepts("aaa"), SelfPaced: rule(u, pack.SelfPaced{Accepted: true, Centihours: 2000})}, credits("aaa"), count.Ask, "could not be verified"},
		"a limit and no approvals": {pack.Rules{SelfPaced: rule(v, pack.SelfPaced{Accepted: true, Centihours: 2000})}, nil, count.Ask, "Ask the Oregon Board."},
		"a daily cap": {pack.Rules{Accepts: accepts("aaa")}, bounded(credits("aaa"), func(c *count.Credit) { c.DailyCap = rule(s, pack.Cap{Centihours: 800, WithinHours: 24}) }),
			count.Capped, "Yes, up to a limit. "},
		"an unread daily cap": {pack.Rules{Accepts: accepts("aaa")}, bounded(credits("aaa"), func(c *count.Credit) { c.DailyCap = rule(u, pack.Cap{Centihours: 800, WithinHours: 24}) }),
			count.Ask, "could not be verified"},
		"a pass mark that is met":     {pack.Rules{Accepts: accepts("aaa"), PassPercent: rule(v, 80)}, credits("aaa"), count.Counts, "Yes. "},
		"a pass mark that is not met": {pack.Rules{Accepts: accepts("aaa"), PassPercent: rule(v, 90)}, credits("aaa"), count.Ask, "a rule about courses that this one may not meet"},
		"an unread pass mark":         {pack.Rules{Accepts: accepts("aaa"), PassPercent: rule(u, 70)}, credits("aaa"), count.Ask, "a rule about courses that this one may not meet"},
	} {
		q := count.Question{Profession: "counselor", Jurisdiction: "US-OR", Place: "Oregon"}
		course := count.Course{Measures: pack.Measures{PassPercent: 80}, Credit: c.credit, Today: "2026-11-28", Earliest: "2026-11-29"}
		a := count.For(q, course, []*pack.Pack{body("aaa"), board(c.rules)})
		if a.Verdict != c.want || !strings.Contains(a.Sentence, c.says) {
			t.Errorf("%s: %s, %q; want %s, %q", name, a.Verdict, a.Sentence, c.want, c.says)
		}
		if (a.Verdict == count.Capped) != (len(a.Limits) > 0) {
			t.Errorf("%s: %s with the limits %q", name, a.Verdict, a.Limits)
		}
		for _, f := range a.Facts {
			if f.Says == "" || f.Source == "" || f.CheckedOn.IsZero() || f.Mark == "" {
				t.Errorf("%s: a rule without its source: %+v", name, f)
			}
		}
		if a.Verdict == count.NotApproved && len(a.Facts) == 0 {
			t.Errorf("%s: no without a rule", name)
		}
	}
}

func TestWhomToAsk(t *testing.T) {
	for q, want := range map[count.Question]string{
		{Profession: "counselor", Jurisdiction: "US-WA", Place: "Washington"}:               "Ask your licensing board in Washington.",
		{Profession: "counselor", Jurisdiction: "US-DC", Place: "the District of Columbia"}: "Ask your licensing board in the District of Columbia.",
		{Profession: "counselor", Jurisdiction: "CA-ON", Place: "Ontario"}:                  "Ask your college or board in Ontario.",
		{Profession: "counselor", Jurisdiction: "other"}:                                    "Ask your licensing board or college.",
		{Profession: "other", Jurisdiction: "US-OR", Place: "Oregon"}:                       "Ask your licensing board in Oregon.",
	} {
		a := count.For(q, count.Course{Today: "2026-11-28", Earliest: "2026-11-28"}, []*pack.Pack{board(pack.Rules{Accepts: rule(v, []string{"aaa"})})})
		if a.Verdict != count.Ask || !strings.HasPrefix(a.Sentence, want) || a.Known || len(a.Facts) > 0 {
			t.Errorf("%+v: %+v", q, a)
		}
	}
	two := board(pack.Rules{Accepts: rule(v, []string{"bbb"})})
	two.Code, two.Name = "us-or-2", "Other Board"
	a := count.For(count.Question{Profession: "counselor", Jurisdiction: "US-OR", Place: "Oregon"}, count.Course{Credit: credits("bbb")},
		[]*pack.Pack{board(pack.Rules{Accepts: rule(v, []string{"aaa"})}), two})
	if a.Verdict != count.Ask || !strings.Contains(a.Sentence, "More than one set of rules") || len(a.Facts) != 2 || a.Facts[1].By != "Other Board" {
		t.Errorf("%+v", a)
	}
}

func TestDays(t *testing.T) {
	for name, c := range map[string]struct {
		renewal, earliest, through string
		want                       []string
	}{
		"renewal not said":                  {"", "2026-11-28", "2027-03-31", []string{"Complete the course by March 31, 2027, the last day of the approval: after it, the course earns no credit."}},
		"renewal after the approval":        {"2027-06-30", "2026-11-28", "2027-03-31", []string{"Complete the course by March 31, 2027, the last day of the approval: after it, the course earns no credit."}},
		"renewal before the approval's end": {"2027-01-31", "2026-11-28", "2027-03-31", []string{"Complete the course by January 31, 2027, the day of your renewal."}},
		"renewal today":                     {"2026-11-28", "2026-11-28", "2027-03-31", []string{"Complete the course by November 28, 2026, the day of your renewal."}},
		"renewal today, late at night": {"2026-11-28", "2026-11-29", "2027-03-31",
			[]string{"Your renewal is on November 28, 2026, before you could complete the course.", "Complete the course by March 31, 2027, the last day of the approval: after it, the course earns no credit."}},
		"renewal yesterday": {"2026-11-27", "2026-11-28", "2027-03-31", []string{
			"Your renewal on November 27, 2026 has passed: what you complete now is too late for it. The answer is for the one after it.",
			"Complete the course by March 31, 2027, the last day of the approval: after it, the course earns no credit."}},
	} {
		list := bounded(credits("aaa"), func(l *count.Credit) { l.Through = c.through })
		a := count.For(count.Question{Profession: "counselor", Jurisdiction: "US-OR", Place: "Oregon", Renewal: c.renewal},
			count.Course{Credit: list, Today: "2026-11-28", Earliest: c.earliest}, []*pack.Pack{board(pack.Rules{Accepts: rule(v, []string{"aaa"})})})
		if a.Verdict != count.Counts || !slices.Equal(a.Notices, c.want) {
			t.Errorf("%s: %s, %q", name, a.Verdict, a.Notices)
		}
	}
	// What to ask about can be over as well.
	a := count.For(count.Question{Profession: "counselor", Jurisdiction: "other", Renewal: "2026-11-01"},
		count.Course{Credit: credits("aaa"), Today: "2027-03-31", Earliest: "2027-04-01"}, nil)
	if len(a.Notices) != 2 || !strings.Contains(a.Notices[1], "ends on March 31, 2027, before you could complete") {
		t.Errorf("%q", a.Notices)
	}
}

func TestLimitsAreWorkedOutOfARenewal(t *testing.T) {
	r := pack.Rules{Accepts: rule(v, []string{"aaa"}), SelfPaced: rule(v, pack.SelfPaced{Accepted: true, Percent: 50}), RenewalCentihours: rule(v, int64(3600))}
	ask := func() count.Answer {
		list := bounded(credits("aaa"), func(c *count.Credit) { c.DailyCap = rule(s, pack.Cap{Centihours: 800, WithinHours: 24}) })
		return count.For(count.Question{Profession: "counselor", Jurisdiction: "US-OR", Place: "Oregon"}, count.Course{Credit: list}, []*pack.Pack{board(r)})
	}
	want := []string{"Credit by AAA: at most 8 hours within 24 hours.", "Self-paced courses count for at most 50 percent of a renewal, 18 of 36 hours."}
	if a := ask(); !slices.Equal(a.Limits, want) || a.Facts[0].By != "AAA" {
		t.Errorf("%q, %+v", a.Limits, a.Facts)
	}
	r.RenewalCentihours.Mark = u
	if a := ask(); a.Limits[1] != "Self-paced courses count for at most 50 percent of a renewal." {
		t.Errorf("%q: the hours of a renewal were not read", a.Limits)
	}
}

// TestAnAccreditorIsSaidOnce, with its categories and their sum: they split the
// hours, while those of another accreditor are the same hours.
func TestAnAccreditorIsSaidOnce(t *testing.T) {
	split := bounded(credits("aaa", "aaa", "aaa"), func(c *count.Credit) { c.DailyCap = rule(s, pack.Cap{Centihours: 800, WithinHours: 24}) })
	split[0].Category, split[0].Centihours = "Ethics", 200
	split[1].Category, split[1].Centihours = "Clinical", 100
	split[2].Centihours = 50
	ask := func(accepts string, list []count.Credit) count.Answer {
		q := count.Question{Profession: "counselor", Jurisdiction: "US-OR", Place: "Oregon"}
		return count.For(q, count.Course{Credit: list}, []*pack.Pack{board(pack.Rules{Accepts: rule(v, []string{accepts, "bbb"})})})
	}
	const parts = "3.5 CE (2 CE in Ethics, 1 CE in Clinical, 0.5 CE)"
	a := ask("aaa", split)
	if a.Sentence != "Yes, up to a limit. The Oregon Board accepts courses that AAA has approved, and this is one: "+parts+"." || len(a.Limits) != 1 || len(a.Facts) != 2 || len(a.ByBody()) != 1 {
		t.Errorf("%q, %q, %+v", a.Sentence, a.Limits, a.Facts)
	}
	if a := ask("aaa", append(credits("bbb"), split...)); !strings.HasSuffix(a.Sentence, "that BBB or AAA has approved, and this is one: 1.5 CE or "+parts+". The same hours count once.") || len(a.ByBody()) != 2 {
		t.Errorf("%q", a.Sentence)
	}
	if a := ask("zzz", split); !strings.Contains(a.Sentence, "This course has "+parts+" by AAA, and the rule") {
		t.Errorf("%q", a.Sentence)
	}
	if a := ask("us-or", bounded(split, func(c *count.Credit) { c.Code, c.DailyCap = "us-or", nil })); a.Sentence != "Yes. The Oregon Board has approved this course: "+parts+"." {
		t.Errorf("%q", a.Sentence)
	}
}

// words is everything that an answer shows of rules.
func words(a count.Answer) string {
	list := slices.Concat([]string{a.Sentence, a.Board}, a.Notices, a.Limits)
	for _, f := range a.Facts {
		list = append(list, f.Label, f.Says, f.Source, f.By)
	}
	for _, c := range a.Credit {
		list = append(list, c.Short, c.Amount())
	}
	return strings.Join(list, "\n")
}

// TestNobodyIsNamedWhoHasNotApproved asks every board of the packs that ship
// (DECISIONS 10).
func TestNobodyIsNamedWhoHasNotApproved(t *testing.T) {
	var packs []*pack.Pack
	for _, f := range pack.Bundled() {
		packs = append(packs, f.Pack)
	}
	hidden := []string{"aswb", "camft", "cpa", "nasp"}
	for _, p := range packs {
		if p.Kind == pack.Accreditor {
			hidden = append(hidden, p.Code, p.Name, p.Short)
		}
	}
	got := map[string]count.Verdict{}
	for _, p := range packs {
		for _, profession := range p.Professions {
			for _, place := range p.Jurisdictions {
				a := count.For(count.Question{Profession: profession, Jurisdiction: place, Place: "Place"}, count.Course{}, packs)
				got[p.Code] = a.Verdict
				text := words(a)
				for _, name := range hidden {
					if regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(name) + `\b`).MatchString(text) {
						t.Errorf("%s names %s:\n%s", p.Code, name, text)
					}
				}
				if strings.Contains(text, "left out") || strings.Contains(text, "the board’s own rule") {
					t.Errorf("%s hides a rule that ships:\n%s", p.Code, text)
				}
			}
		}
	}
	want := map[string]count.Verdict{"us-al-lpc": count.NotApproved, "us-ca-bbs": count.NotApproved, "us-fl-491": count.NotApproved, "us-ny-sw": count.NotApproved,
		"us-ia-counselors": count.Ask, "us-la-lpc": count.Ask, "us-tx-bhec": count.Ask}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// TestRulesOfAdministratorsNameNobodyEither: they may write what they like.
func TestRulesOfAdministratorsNameNobodyEither(t *testing.T) {
	r := rule(v, pack.SelfPaced{Accepted: true})
	r.Says, r.Source = "Only courses that AAA (approval) or body bbb approved.", "bbb.org"
	b := board(pack.Rules{SelfPaced: r})
	a := count.For(count.Question{Profession: "counselor", Jurisdiction: "US-OR"}, count.Course{}, []*pack.Pack{b, body("aaa"), body("bbb")})
	if text := strings.ToLower(words(a)); strings.Contains(text, "aaa") || strings.Contains(text, "bbb") || len(a.Facts) != 1 {
		t.Error(text)
	}
	a = count.For(count.Question{Profession: "counselor", Jurisdiction: "US-OR"}, count.Course{Credit: credits("aaa", "bbb")}, []*pack.Pack{b, body("aaa"), body("bbb")})
	if a.Facts[0].Says != r.Says || a.Facts[0].Source != r.Source {
		t.Errorf("%+v: both have approved it", a.Facts)
	}
}

func TestCreditOfRealPacks(t *testing.T) {
	var packs []*pack.Pack
	for _, f := range pack.Bundled() {
		packs = append(packs, f.Pack)
	}
	m := pack.Measures{Inputs: credit.Inputs{Words: 11050, Questions: 30, Difficulty: 3}, Objectives: 8, Evaluation: true, PassPercent: 80}
	a := count.For(count.Question{Profession: "clinical-social-worker", Jurisdiction: "US-CA", Place: "California"}, count.Course{Measures: m, Credit: credits("nasw")}, packs)
	if a.Verdict != count.Counts || a.Sentence != "Yes. The California Board of Behavioral Sciences accepts courses that NASW has approved, and this is one: 1.5 CE." {
		t.Errorf("%s, %q", a.Verdict, a.Sentence)
	}
	if text := words(a); strings.Contains(text, "NBCC") || !strings.Contains(text, "16 CCR 1887.4.1") || !strings.Contains(text, "36 hours for each renewal") {
		t.Error(text)
	}
}
