package accreditation

import (
	"context"
	"fmt"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
)

// Sure is what an administrator confirmed about an approval that looks like a mistake.
type Sure struct {
	Hours bool // the accreditor's letter names as many
}

// ErrDoubt asks whoever records an approval to compare it with the letter: there are
// Doubts about it.
var ErrDoubt = apperr.InvalidField("sure", "Compare the hours with the accreditor’s letter. If it says so, tick this.")

// Doubt is what makes somebody compare an approval with the accreditor's letter, and
// say so, before it is recorded.
type Doubt struct{ Title, Text string }

// Course is one that is published, with how long learning it takes.
type Course struct {
	ID, Title  string
	Centihours int64
}

// farMore is how many times the estimated learning time hours have to be for
// somebody to look at the letter once more.
const farMore = 2

// Doubts are those about the hours of an approval, recorded or not, with others that
// stand beside it: they are more than the body counts, or far more than learning a
// course takes. Errors: ErrNoPack.
func (s *Service) Doubts(ctx context.Context, a Approval) ([]Doubt, error) {
	p, err := s.Pack(ctx, a.Accreditor)
	if err != nil {
		return nil, err
	}
	courses, err := s.courses(ctx)
	if err != nil {
		return nil, err
	}
	return s.doubts(ctx, a, p.Short, courses)
}

func (s *Service) doubts(ctx context.Context, a Approval, short string, courses []Course) (out []Doubt, err error) {
	all, err := s.Together(ctx, a)
	if err != nil {
		return nil, err
	}
	who := "The approval names "
	if len(all.Others) > 0 {
		who = "With the approvals beside it, it names "
	}
	who += credit.Amount(all.Centihours, "hour") + ", and "
	if all.Cap != nil {
		out = append(out, Doubt{"More than counts", fmt.Sprintf("%sby the rules of %s, %s count.", who, short, pack.Row{Value: *all.Cap}.Words())})
	}
	day := max(s.Today().Format(time.DateOnly), a.FromOn)
	for _, c := range courses {
		if !a.Covers(c.ID) || all.Centihours <= farMore*c.Centihours {
			continue
		}
		if _, behind, err := s.InFront(ctx, a, c.ID, day); err != nil {
			return nil, err
		} else if !behind {
			out = append(out, Doubt{c.Title + ": are the hours right?", who + "learning the course takes about " + credit.Hours(c.Centihours) + "."})
		}
	}
	return out, nil
}

// courses are those that are published.
func (s *Service) courses(ctx context.Context) ([]Course, error) {
	if s.Courses == nil {
		return nil, nil
	}
	return s.Courses(ctx)
}
