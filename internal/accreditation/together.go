package accreditation

import (
	"context"

	"github.com/atmacena/cocare/internal/credit/pack"
)

// Together is what an accreditor grants at once by an approval and by those that
// stand beside it, in other categories: a certificate prints each, and so their sum.
type Together struct {
	Others     []Approval
	Centihours int64     // of all, on the day on which that is the most; 0: the rules work them out
	Cap        *pack.Cap // of the body's rules, where that is more than it counts; otherwise nil
}

// Together says what an approval, recorded or not, grants with others of the same
// accreditor for the same. Errors: ErrNoPack.
func (s *Service) Together(ctx context.Context, a Approval) (t Together, err error) {
	p, err := s.Pack(ctx, a.Accreditor)
	if err != nil {
		return t, err
	}
	list, err := s.approvalsOf(ctx, a.Accreditor, a.CourseID)
	if err != nil {
		return t, err
	}
	t.Centihours = a.Centihours
	for _, first := range append(list, a) { // the most is granted on the first day of one of them
		day := max(first.FromOn, a.FromOn)
		one := Together{Centihours: a.Centihours}
		for _, b := range list {
			if b.ID != a.ID && a.Live(day) && b.Live(day) && apart(a, b) {
				one.Others, one.Centihours = append(one.Others, b), one.Centihours+b.Centihours
			}
		}
		if one.Centihours > t.Centihours {
			t = one
		}
	}
	if r := p.Rules.DailyCap; r != nil && t.Centihours > r.Value.Centihours {
		t.Cap = &r.Value
	}
	return t, nil
}
