package accreditation

import (
	"context"
	"slices"
	"time"

	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// CountChange is what a change of a board's rules does to "will it count for me?" of
// a course, for licenses that it answers alike.
type CountChange struct {
	Licenses      []string // in words
	Before, After []string // the answer and its limits, in sentences
}

// Same reports whether the answer stays as it is.
func (c CountChange) Same() bool { return slices.Equal(c.Before, c.After) }

// CountChanges answer by the rules before and after a change for the licenses that
// the board gives. length is how long the course takes. It stores nothing.
func (s *Service) CountChanges(ctx context.Context, change Change, courseID string, m pack.Measures, length time.Duration) ([]CountChange, error) {
	day, code := s.Today(), change.After.Code
	approvals, err := s.liveApprovals(ctx, courseID, day, m.Live != nil)
	if err != nil {
		return nil, err
	}
	b, err := s.bookOf(ctx, approvals, code)
	if err != nil {
		return nil, err
	}
	lines, _, err := s.linesBy(b, approvals, day, m)
	if err != nil {
		return nil, err
	}
	own := s.sumBy(b, approvals, change.After, day, m)
	asked := licensesOf(change)
	before := s.countsBy(b.packs, lines, m, length, asked)
	all := append(slices.DeleteFunc(slices.Clone(b.packs), func(p Pack) bool { return p.Code == code }), change.After)
	lines = append(slices.DeleteFunc(slices.Clone(lines), func(l Line) bool { return l.Accreditor == code }), own.Lines...)
	return alike(before, s.countsBy(all, lines, m, length, asked)), nil
}

// licensesOf are the licenses of a board, before and after: each profession in one
// jurisdiction, and each jurisdiction for one profession.
func licensesOf(change Change) (out []count.Question) {
	ask := func(profession, jurisdiction string) {
		q, err := Asked(profession, jurisdiction, "")
		if err == nil && !slices.Contains(out, q) { // what an older program took may name what is on no list
			out = append(out, q)
		}
	}
	for _, p := range []*pack.Pack{change.After.Pack, change.Before.Pack} {
		if p == nil || len(p.Professions) == 0 || len(p.Jurisdictions) == 0 {
			continue
		}
		for _, profession := range p.Professions {
			ask(profession, p.Jurisdictions[0])
		}
		for _, jurisdiction := range p.Jurisdictions {
			ask(p.Professions[0], jurisdiction)
		}
	}
	return out
}

// alike joins the licenses that have the same answers.
func alike(before, after []count.Answer) (out []CountChange) {
	for i := range before {
		one := CountChange{Before: told(before[i]), After: told(after[i])}
		at := slices.IndexFunc(out, func(c CountChange) bool {
			return slices.Equal(c.Before, one.Before) && slices.Equal(c.After, one.After)
		})
		if at < 0 {
			at, out = len(out), append(out, one)
		}
		out[at].Licenses = append(out[at].Licenses, LicenseWords(before[i].Profession, before[i].Jurisdiction))
	}
	return out
}

func told(a count.Answer) []string { return append([]string{a.Sentence}, a.Limits...) }
