package content

import (
	"cmp"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/reason"
)

// cardFile is course.yaml.
type cardFile struct {
	Slug          string `yaml:"slug"`
	Title         string `yaml:"title"`
	Subtitle      string `yaml:"subtitle"`
	Language      string `yaml:"language"`
	Summary       string `yaml:"summary"`
	Audience      string `yaml:"audience"`
	Level         string `yaml:"level"`
	Prerequisites string `yaml:"prerequisites"`
	NotFor        string `yaml:"not_for"`
	Format        string `yaml:"format"`
	Authors       []struct {
		Name        string `yaml:"name"`
		Credentials string `yaml:"credentials"`
		Role        string `yaml:"role"`
		Disclosure  string `yaml:"disclosure"`
		DisclosedOn string `yaml:"disclosed_on"`
	} `yaml:"authors"`
	ReleasedOn  string   `yaml:"released_on"`
	CheckedOn   string   `yaml:"checked_on"`
	ExpiresOn   string   `yaml:"expires_on"`
	Footer      string   `yaml:"footer"`
	FooterFacts []string `yaml:"footer_facts"`
	Price       struct {
		Amount   string `yaml:"amount"`
		Currency string `yaml:"currency"`
	} `yaml:"price"`
	AccessDays      int    `yaml:"access_days"`
	ReminderDays    []int  `yaml:"reminder_days"`
	RepeatAfterDays int    `yaml:"repeat_after_days"`
	LessonOrder     string `yaml:"lesson_order"`
	Exam            struct {
		PassPercent      int `yaml:"pass_percent"`
		Attempts         int `yaml:"attempts"`
		WaitHours        int `yaml:"wait_hours"`
		TimeLimitMinutes int `yaml:"time_limit_minutes"`
		GradingDays      int `yaml:"grading_days"`
	} `yaml:"exam"`
	Certificate struct {
		Issue string `yaml:"issue"`
		Days  int    `yaml:"days"`
	} `yaml:"certificate"`
	Credit struct {
		Formula    string  `yaml:"formula"`
		Difficulty float64 `yaml:"difficulty"`
		Questions  int     `yaml:"questions"`
		Round      string  `yaml:"round"`
	} `yaml:"credit"`
	TimePolicy     string `yaml:"time_policy"`
	PlannedMinutes int    `yaml:"planned_minutes"`
}

func (l *loader) card() {
	var f cardFile
	d := l.yaml("course.yaml", true, &f)
	l.cardDoc = d
	if d.Root == nil {
		return
	}
	c := &l.c.Card
	*c = Card{
		Slug: f.Slug, Title: strings.TrimSpace(f.Title), Subtitle: f.Subtitle, Language: f.Language, Summary: f.Summary,
		Audience: f.Audience, Level: f.Level, Prerequisites: f.Prerequisites, NotFor: f.NotFor, Format: f.Format,
		ReleasedOn: f.ReleasedOn, CheckedOn: f.CheckedOn, ExpiresOn: f.ExpiresOn, Footer: f.Footer, FooterFacts: f.FooterFacts,
		Currency: f.Price.Currency, AccessDays: f.AccessDays, ReminderDays: f.ReminderDays, RepeatAfterDays: f.RepeatAfterDays,
		LessonOrder: f.LessonOrder, PassPercent: f.Exam.PassPercent, Attempts: f.Exam.Attempts, WaitHours: f.Exam.WaitHours,
		TimeLimitMinutes: f.Exam.TimeLimitMinutes, GradingDays: f.Exam.GradingDays,
		CertificateIssue: cmp.Or(f.Certificate.Issue, IssueAutomatically), CertificateDays: f.Certificate.Days,
		CreditFormula: f.Credit.Formula, CreditDifficulty: f.Credit.Difficulty, CreditQuestions: f.Credit.Questions,
		CreditRounding: credit.Rounding(f.Credit.Round), TimePolicy: cmp.Or(f.TimePolicy, "record"), PlannedMinutes: f.PlannedMinutes,
	}
	for _, a := range f.Authors {
		c.Authors = append(c.Authors, Author(a))
	}
	l.cardTexts(d, f)
	l.cardRules(d, f)
	l.price(d, f.Price.Amount, f.Price.Currency)
}

func (l *loader) cardTexts(d *yamlDoc, f cardFile) {
	switch {
	case Reserved(f.Slug):
		l.because(reason.Address).errorf(d.file, d.line("slug"), "use another short name", "slug is %q, which is an address here already", f.Slug)
	case !Slug(f.Slug):
		l.because(reason.Address).errorf(d.file, d.line("slug"), "use lower case words joined by hyphens, as in tms-ketamine", "slug is %q", clip(f.Slug))
	}
	l.oneLine(d, d.line("title"), "title", f.Title, MaxTitle)
	for _, t := range []struct{ key, value string }{
		{"summary", f.Summary}, {"audience", f.Audience}, {"level", f.Level}, {"language", f.Language},
	} {
		l.text(d, d.line("%s", t.key), t.key, t.value, MaxParagraph)
	}
	if len(f.Authors) == 0 {
		l.because(reason.Disclosed).errorf(d.file, d.line("authors"), "name everybody who controls content, with a disclosure", "authors is missing")
	}
	for i, a := range f.Authors {
		l.because(reason.Disclosed).oneLine(d, d.line("authors[%d].name", i), "the author’s name", a.Name, MaxTitle)
		l.because(reason.Disclosed).text(d, d.line("authors[%d].disclosure", i), "the author’s disclosure", a.Disclosure, MaxParagraph)
		l.date(d, d.line("authors[%d].disclosed_on", i), "disclosed_on", a.DisclosedOn)
	}
	l.date(d, d.line("released_on"), "released_on", f.ReleasedOn)
	l.date(d, d.line("checked_on"), "checked_on", f.CheckedOn)
	l.date(d, d.line("expires_on"), "expires_on", f.ExpiresOn)
	if f.ExpiresOn <= f.CheckedOn {
		l.because(reason.Fresh).errorf(d.file, d.line("expires_on"), "name a later day", "the content expires on the day that it was checked on (checked_on), or before")
	}
}

func (l *loader) cardRules(d *yamlDoc, f cardFile) {
	const longest = 3650
	reminded := longest // where access_days is wrong itself, it says nothing of the reminders
	if l.between(d, d.line("access_days"), "access_days", f.AccessDays, 1, longest) {
		reminded = max(f.AccessDays-1, 1)
	}
	l.between(d, d.line("repeat_after_days"), "repeat_after_days", f.RepeatAfterDays, 0, 3650)
	for i, n := range f.ReminderDays {
		l.between(d, d.line("reminder_days[%d]", i), "a reminder", n, 1, reminded)
	}
	l.oneOf(d, d.line("lesson_order"), "lesson_order", f.LessonOrder, "any", "fixed")
	l.oneOf(d, d.line("time_policy"), "time_policy", l.c.Card.TimePolicy, "record", "warn", "block")
	l.between(d, d.line("exam.pass_percent"), "pass_percent", f.Exam.PassPercent, 1, 100)
	l.between(d, d.line("exam.attempts"), "attempts", f.Exam.Attempts, 1, 20)
	l.between(d, d.line("exam.wait_hours"), "wait_hours", f.Exam.WaitHours, 0, 8760)
	l.between(d, d.line("exam.time_limit_minutes"), "time_limit_minutes", f.Exam.TimeLimitMinutes, 0, 1440)
	l.between(d, d.line("exam.grading_days"), "grading_days", f.Exam.GradingDays, 1, 60)
	l.certificateRules(d)
	l.oneOf(d, d.line("credit.formula"), "formula", f.Credit.Formula, "mergener")
	l.oneOf(d, d.line("credit.round"), "round", f.Credit.Round, string(credit.DownQuarter), string(credit.NearestQuarter))
	l.between(d, d.line("credit.questions"), "questions", f.Credit.Questions, 0, 1000)
	if f.Credit.Difficulty < 1 || f.Credit.Difficulty > 5 {
		l.because(reason.Timed).errorf(d.file, d.line("credit.difficulty"), "rate it from 1 to 5", "difficulty is %g", f.Credit.Difficulty)
	}
	l.between(d, d.line("planned_minutes"), "planned_minutes", f.PlannedMinutes, 1, 10_000)
}

func (l *loader) certificateRules(d *yamlDoc) {
	c := &l.c.Card
	l.oneOf(d, d.line("certificate.issue"), "issue", c.CertificateIssue, IssueAutomatically, IssueByAdministrator)
	l.between(d, d.line("certificate.days"), "days", c.CertificateDays, 0, 60)
	if c.CertificateDays > 0 && !c.IssuedByHand() {
		l.because(reason.Promised).errorf(d.file, d.line("certificate.days"), "take the days away, or have an administrator issue it (issue: administrator)", "the certificate is promised within %s (days), but is issued at once", several(c.CertificateDays, "day"))
	}
}

func (l *loader) date(d *yamlDoc, line int, what, s string) {
	if _, err := time.Parse(time.DateOnly, s); err != nil {
		l.because(reason.Known).errorf(d.file, line, "write it as 2026-11-23", "%s is %q, not a date", what, clip(s))
	}
}

var (
	amount   = regexp.MustCompile(`^(\d{1,6})\.(\d\d)$`)
	currency = regexp.MustCompile(`^[A-Z]{3}$`)
)

// CheckCurrency returns the mistake of a course that costs money in another
// currency than the site sells in, nil otherwise.
func CheckCurrency(files Files, c Card, sells string) []Problem {
	if c.PriceCents == 0 || c.Currency == sells {
		return nil
	}
	r := &report{}
	d := (&report{}).decode("course.yaml", files["course.yaml"], 1, &cardFile{})
	r.because(reason.Money).errorf(d.file, d.line("price.currency"), "price it in "+clip(sells),
		"the price is in %s, and this site sells in %s (COCARE_PROVIDER_CURRENCY)", clip(c.Currency), clip(sells))
	return r.problems
}

// price reads cents from their decimal writing, never through a float.
func (l *loader) price(d *yamlDoc, s, code string) {
	m := amount.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil {
		l.because(reason.Money).errorf(d.file, d.line("price.amount"), "write digits, a point and two decimals, as in 149.00 (in the file in quotes); 0.00 is free", "the price is %q", clip(s))
		return
	}
	cents, err := strconv.ParseInt(m[1]+m[2], 10, 64)
	if err != nil || !currency.MatchString(code) {
		l.because(reason.Money).errorf(d.file, d.line("price.currency"), "write a currency code such as USD", "the currency is %q", clip(code))
	}
	l.c.Card.PriceCents = cents
}

// CardName reads slug and title alone from course.yaml, as far as it can be read: as
// Parse does, it takes the one where the other is no text.
func CardName(data []byte) (slug, title string) {
	var f struct {
		Slug  string `yaml:"slug"`
		Title string `yaml:"title"`
	}
	var partly *yaml.TypeError
	if err := yaml.Unmarshal(data, &f); err != nil && !errors.As(err, &partly) {
		return "", ""
	}
	return f.Slug, strings.TrimSpace(f.Title)
}
