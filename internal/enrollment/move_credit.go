package enrollment

import (
	"context"
	"fmt"
	"slices"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
)

// MoveCredit is what one approval earns in both editions of a move, in words, “none”
// where it earns nothing; By is its body's short name. Where no approval earns anything
// it is the estimated learning time, which the certificate says instead, and By is "".
type MoveCredit struct {
	By, Before, After string
	Less              bool
}

// loss says what would be lost, "" for nothing.
func (c MoveCredit) loss() string {
	switch {
	case !c.Less:
		return ""
	case c.By == "":
		return fmt.Sprintf("Your certificate would say %s of estimated learning time instead of %s.", c.After, c.Before)
	case c.After == noCredit:
		return fmt.Sprintf("You would earn no credit by %s; in your edition it is %s.", c.By, c.Before)
	}
	return fmt.Sprintf("You would earn %s by %s instead of %s.", c.After, c.By, c.Before)
}

const noCredit = "none"

// moveCredit compares what two editions earn a learner as of now, without the credit
// that they have left off. asks are what accreditors ask for of both.
func (s *Service) moveCredit(ctx context.Context, l Learning, to *course.Edition) (list []MoveCredit, asks [2]Asks, err error) {
	if s.Asks != nil {
		for i, ed := range []*course.Edition{l.Edition, to} {
			if asks[i], err = s.Asks(ctx, l.Enrollment, ed, s.now()); err != nil {
				return nil, asks, err
			}
		}
	}
	off, err := s.LeftOff(ctx, l.ID)
	if err != nil {
		return nil, asks, err
	}
	wanted := func(list []Earning) []Earning {
		return slices.DeleteFunc(slices.Clone(list), func(e Earning) bool { return slices.Contains(off, e.Accreditor) })
	}
	before, after := wanted(asks[0].Earns), wanted(asks[1].Earns)
	if len(before)+len(after) == 0 {
		was, is := l.Edition.EstimatedHours().Centihours, to.EstimatedHours().Centihours
		return []MoveCredit{{Before: credit.Hours(was) + " h", After: credit.Hours(is) + " h", Less: is < was}}, asks, nil
	}
	return pairCredit(before, after), asks, nil
}

func pairCredit(before, after []Earning) (list []MoveCredit) {
	for _, was := range before {
		c := MoveCredit{By: was.By, Before: credit.Amount(was.Centihours, was.Unit), After: noCredit, Less: true}
		if i := byApproval(after, was); i >= 0 {
			c.After, c.Less = credit.Amount(after[i].Centihours, after[i].Unit), after[i].Centihours < was.Centihours
		}
		list = append(list, c)
	}
	for _, is := range after {
		if byApproval(before, is) < 0 {
			list = append(list, MoveCredit{By: is.By, Before: noCredit, After: credit.Amount(is.Centihours, is.Unit)})
		}
	}
	return list
}

func byApproval(list []Earning, e Earning) int {
	return slices.IndexFunc(list, func(o Earning) bool { return o.ApprovalID == e.ApprovalID })
}
