package accreditation

import (
	"context"
	"time"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// Asked is a question as somebody put it. Errors: Invalid (profession,
// jurisdiction, renewal).
func Asked(profession, jurisdiction, renewal string) (count.Question, error) {
	var c apperr.Check
	c.Require(lists.Has(lists.Professions, profession), "profession", "Choose your profession.")
	c.Require(lists.Has(lists.Jurisdictions, jurisdiction), "jurisdiction", "Choose the state, province or territory of your license.")
	if renewal != "" {
		c.Date("renewal", renewal, firstYear, lastYear)
	}
	if err := c.Err(); err != nil {
		return count.Question{}, err
	}
	q := count.Question{Profession: profession, Jurisdiction: jurisdiction, Renewal: renewal}
	if jurisdiction != elsewhere {
		q.Place = lists.PlaceOf(jurisdiction)
	}
	return q, nil
}

// elsewhere is the jurisdiction that is on no list.
const elsewhere = "other"

// Counts answers for each question whether a course counts for that license, by
// the rules in force and the lines that it earns today (DECISIONS 10 and 11).
// length is how long somebody takes who begins now. It is for anybody to read.
func (s *Service) Counts(ctx context.Context, lines []Line, m pack.Measures, length time.Duration, questions ...count.Question) ([]count.Answer, error) {
	all, err := s.Packs(ctx)
	if err != nil {
		return nil, err
	}
	return s.countsBy(all, lines, m, length, questions), nil
}

func (s *Service) countsBy(all []Pack, lines []Line, m pack.Measures, length time.Duration, questions []count.Question) []count.Answer {
	now := s.Today()
	c := count.Course{Measures: m, Today: now.Format(time.DateOnly), Earliest: now.Add(length).Format(time.DateOnly)}
	var packs []*pack.Pack
	caps := map[string]*pack.Rule[pack.Cap]{}
	for _, p := range all {
		if p.InForce(now) {
			packs = append(packs, p.Pack)
			caps[p.Code] = p.Rules.DailyCap
		}
	}
	for _, l := range lines {
		c.Credit = append(c.Credit, count.Credit{Code: l.Accreditor, Short: l.Short, Unit: l.Unit, Category: l.Category, Centihours: l.Centihours,
			Jurisdictions: l.Jurisdictions, Through: l.Through, DailyCap: caps[l.Accreditor]})
	}
	answers := make([]count.Answer, len(questions))
	for i, q := range questions {
		answers[i] = count.For(q, c, packs)
	}
	return answers
}

// LicenseWords are a license in words, such as Nurse, Ontario.
func LicenseWords(profession, jurisdiction string) string {
	return lists.NameOf(lists.Professions, profession) + ", " + lists.NameOf(lists.Jurisdictions, jurisdiction)
}
