package course

import (
	"context"
	"slices"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Ask is what accreditors ask of a course and it does not have.
type Ask struct {
	Rule   string // its name in the rule pack
	Blocks bool   // publishing would break what an accreditor approved
	Msg    string
	Fix    string
	Why    string // who asks, and where that was read
}

// askPlaces says where a course answers a rule: file and key.
var askPlaces = map[string][2]string{
	"hours": {cardPath, "credit"}, "pass_percent": {cardPath, "exam.pass_percent"}, "attempts": {cardPath, "exam.attempts"},
	"disclosure": {cardPath, "authors"}, "review_years": {cardPath, "expires_on"}, "identity": {cardPath, "exam"},
	"questions": {"exam.yaml", "blueprint"}, "true_false_percent": {"exam.yaml", "limits"},
	"objectives": {"objectives.yaml", ""}, "evaluation": {"evaluation.yaml", "items"}, "reference_years": {"references.yaml", ""},
}

// examine is check, with what the calendar and the accreditors have against the
// course today.
func (s *Service) examine(ctx context.Context, courseID string, files Files) (*Course, []Problem, error) {
	c, problems := s.check(files)
	return s.besides(ctx, courseID, files, c, problems)
}

// besides adds to what a course's files say of themselves what the calendar and the
// accreditors have against them.
func (s *Service) besides(ctx context.Context, courseID string, files Files, c *Course, problems []Problem) (*Course, []Problem, error) {
	day := s.d.Now().In(s.d.Zone)
	problems = append(slices.Clone(problems), content.CheckDay(files, c, day)...)
	missing, err := s.missingMedia(ctx, courseID, c)
	if err != nil {
		return nil, nil, err
	}
	problems = append(problems, missing...)
	if s.d.Asks != nil && c.Card.Slug != "" {
		now, err := s.Current(ctx, c.Card.Slug)
		if err != nil && !apperr.Is(err, apperr.NotFound) {
			return nil, nil, err
		}
		asks, err := s.d.Asks(ctx, courseID, now, (&Edition{Course: c}).Measures(day))
		if err != nil {
			return nil, nil, err
		}
		for _, a := range asks {
			problems = append(problems, a.problem(files))
		}
	}
	return c, content.Sort(problems), nil
}

func (a Ask) problem(files Files) Problem {
	place, known := askPlaces[a.Rule]
	if !known {
		place = [2]string{cardPath, ""}
	}
	p := Problem{File: place[0], Line: 1, Severity: Warning, Msg: a.Msg, Fix: a.Fix, Why: a.Why}
	if a.Blocks {
		p.Severity = Error
	}

	if doc, _ := yamldoc.Decode(files[p.File], 1, nil); doc != nil && place[1] != "" {
		p.Line = max(1, doc.Line(place[1]))
	}
	return p
}
