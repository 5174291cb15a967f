package pack

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/atmacena/cocare/internal/credit"
)

// fieldWords say what a certificate must print.
var fieldWords = map[Field]string{
	HolderName: "the holder’s name", Title: "the title", Date: "the date", HoursField: "the hours", ProviderName: "the provider",
	ProviderAddress: "the provider’s address", ProviderNumber: "the provider’s number", CourseNumber: "the course’s number", Category: "the category",
	Presenter: "the presenter", DeliveryFormat: "the format", ApprovalText: "the approval statement", Signature: "a signature",
	LicenseNumber: "the license number", NoSponsorLogos: "no logos of sponsors",
}

// Words say the value of a rule to people.
func (r Row) Words() string {
	switch v := r.Value.(type) {
	case credit.Method:
		return v.Words()
	case Questions:
		return v.words()
	case Cap:
		return fmt.Sprintf("at most %s within %s", credit.Amount(v.Centihours, "hour"), count(v.WithinHours, "hour"))
	case SelfPaced:
		return v.words()
	case Live:
		return v.words()
	case ActiveTime:
		return v.words()
	case []Field:
		return strings.Join(each(v, func(f Field) string { return fieldWords[f] }), ", ")
	case []string:
		if r.Name == "accepts" {
			v = each(v, bodyName)
		}
		return strings.Join(v, ", ")
	case string:
		return "“" + v + "”"
	case int64:
		return credit.Amount(v, "hour")
	case bool:
		return yesOrNo(r.Name, v)
	case int:
		return amount(r.Name, v)
	}
	return ""
}

// amount says a number with what it counts.
func amount(name string, n int) string {
	switch name {
	case "pass_percent":
		return fmt.Sprintf("at least %d percent", n)
	case "true_false_percent":
		return fmt.Sprintf("at most %d percent", n)
	case "attempts":
		return "at most " + count(n, "try")
	case "objectives":
		return "at least " + count(n, "objective")
	case "retention_years":
		return "for " + count(n, "year")
	case "reporting_days":
		return "within " + count(n, "day")
	case "reference_years", "review_years":
		return "at most " + count(n, "year")
	}
	return strconv.Itoa(n)
}

func yesOrNo(name string, v bool) string {
	words := [2]string{"not asked for", "asked for"}
	if name == "partial_credit" {
		words = [2]string{"not given", "given"}
	}
	if v {
		return words[1]
	}
	return words[0]
}

// words leave out the step after the first hour where it adds nothing.
func (q Questions) words() string {
	first := fmt.Sprintf("at least %d for the first hour", q.First)
	if q.Further == 0 {
		return first
	}
	step := map[int64]string{25: "quarter hour", 50: "half hour", 100: "hour"}[q.Step]
	if step == "" {
		step = credit.Amount(q.Step, "hour")
	}
	return fmt.Sprintf("%s, and %d for each further %s", first, q.Further, step)
}

func (l Live) words() string {
	if l.Exam {
		return l.Words()
	}
	return l.Words() + "; no exam is asked for"
}

func (a ActiveTime) words() string {
	switch {
	case a.Policy == BlockTime && a.Requests:
		return "the planned minutes before the exam; time from page requests counts"
	case a.Policy == BlockTime:
		return "the planned minutes before the exam; time from page requests does not count"
	case a.Policy == WarnTime:
		return "the learner is told when it falls short"
	}
	return "kept on record"
}

func (s SelfPaced) words() string {
	switch {
	case !s.Accepted:
		return "do not count"
	case s.Centihours > 0 && s.Percent > 0:
		return fmt.Sprintf("count for at most %s, and at most %d percent, of a renewal", credit.Amount(s.Centihours, "hour"), s.Percent)
	case s.Centihours > 0:
		return "count for at most " + credit.Amount(s.Centihours, "hour") + " of a renewal"
	case s.Percent > 0:
		return fmt.Sprintf("count for at most %d percent of a renewal", s.Percent)
	}
	return "count"
}

// bodyName is what people call a body that has a code.
func bodyName(code string) string {
	for _, f := range Bundled() {
		if f.Pack.Code == code {
			return f.Pack.Short
		}
	}
	return strings.ToUpper(code)
}

func count(n int, one string) string {
	switch {
	case n == 1:
		return "1 " + one
	case one == "try":
		return fmt.Sprintf("%d tries", n)
	}
	return fmt.Sprintf("%d %ss", n, one)
}

func each[A, B any](list []A, f func(A) B) []B {
	out := make([]B, len(list))
	for i, a := range list {
		out[i] = f(a)
	}
	return out
}
