package app

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// publishingAsks is what accreditors ask of a course that it does not have. It stops
// publishing where today an approval names the course, or the edition in which people
// enroll earns credit that the next would not, if the rule was read somewhere or
// confirmed by an administrator. An approval of the provider alone does not: not every
// course is to earn every credit. What all others ask are hints, one for each rule.
func (a *App) publishingAsks(ctx context.Context, courseID string, now *course.Edition, m pack.Measures) ([]course.Ask, error) {
	today := a.Accreditation.Today()
	sums, err := a.Accreditation.Sums(ctx, courseID, today, m)
	if err != nil {
		return nil, err
	}
	earning := map[string]bool{}
	if now != nil {
		lines, _, err := a.Accreditation.Lines(ctx, courseID, today, now.Measures(today))
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			earning[l.Accreditor] = true
		}
	}
	var asks, hints []course.Ask
	for _, sum := range sums {
		approved := earning[sum.Pack.Code] || slices.ContainsFunc(sum.Blocked, func(b accreditation.Blocked) bool { return b.Approval.CourseID != "" })
		for _, f := range sum.Findings {
			switch {
			case f.Met:
			case approved:
				asks = append(asks, askOf(sum, f))
			case f.Basis.Mark != pack.Unverified && f.Rule != "hours": // without an approval no hours are promised
				hints = hint(hints, sum, f)
			}
		}
	}
	return append(asks, hints...), nil
}

func askOf(sum accreditation.Sum, f pack.Finding) course.Ask {
	return course.Ask{
		Rule: f.Rule, Blocks: f.Basis.Mark != pack.Unverified || f.Confirmed,
		Msg: fmt.Sprintf("%s, and %s asks for %s", inWords(f), sum.Pack.Short, f.Wants),
		Fix: "change it, or have an administrator end the approval",
		Why: fmt.Sprintf("%s has approved it: %s (%s, %s)", sum.Pack.Short, f.Basis.Says, f.Basis.Source, f.Basis.Mark),
	}
}

// hint adds what one more accreditor asks by a rule to what others do.
func hint(hints []course.Ask, sum accreditation.Sum, f pack.Finding) []course.Ask {
	why := fmt.Sprintf("%s asks for %s (%s)", sum.Pack.Short, f.Wants, f.Basis.Source)
	if i := slices.IndexFunc(hints, func(h course.Ask) bool { return h.Rule == f.Rule }); i >= 0 {
		hints[i].Why += "; " + why
		return hints
	}
	return append(hints, course.Ask{
		Rule: f.Rule, Msg: inWords(f) + ", which is not what some accreditors ask for",
		Fix: "think of it before you ask for their approval", Why: why,
	})
}

// inWords is what an author reads of a rule that is not met: what the course has.
func inWords(f pack.Finding) string {
	several := func(one, many string) string {
		if f.Has == "1" {
			return "1 " + one
		}
		return f.Has + " " + many
	}
	switch f.Rule {
	case "pass_percent":
		return "the pass mark is " + f.Has
	case "questions":
		return "an exam has " + several("question", "questions")
	case "true_false_percent":
		return "up to " + f.Has + " of an exam can be true-or-false questions"
	case "attempts":
		return "learners have " + several("try", "tries") + " at the exam"
	case "objectives":
		return "the course has " + several("objective", "objectives")
	case "evaluation":
		return "the course has no evaluation"
	case "disclosure":
		return "the course discloses no interests"
	case "reference_years":
		return "the oldest reference is " + several("year", "years") + " old"
	case "review_years":
		return "the content is checked again only after " + several("year", "years")
	}
	return fmt.Sprintf("%s: the course has %s", lower(f.Label), f.Has)
}

func lower(label string) string { return strings.ToLower(label[:1]) + label[1:] }
