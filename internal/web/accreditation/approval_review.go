package accreditation

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/web/kit"
)

// reviewPage is an approval before it is stored: what people will read, and what
// was typed, to be sent once more.
type reviewPage struct {
	approval
	Name    string // of the accreditor
	Day     time.Time
	Over    bool // its days have passed
	Courses []reviewed
	Typed   []typed
}

// reviewed is a course with what the approval earns it.
type reviewed struct {
	courseEarns
	Own       bool  // the accreditor has approved the course itself: that one counts
	Estimated int64 // learning time, in centihours
	TooMany   bool  // the hours of the approval are far more
}

// typed is a field as it was sent.
type typed struct{ Name, Value string }

// carried are the fields of a form for the one that repeats it.
func carried(f *kit.Form) (out []typed) {
	for name, values := range f.Values {
		if name == "step" {
			continue
		}
		for _, v := range values {
			out = append(out, typed{name, v})
		}
	}
	slices.SortStableFunc(out, func(a, b typed) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func (h *handler) showReview(c echo.Context, a accreditation.Approval, f *kit.Form) error {
	ctx := c.Request().Context()
	r, err := h.reader(ctx)
	if err != nil {
		return err
	}
	pk, err := h.Accreditation.Pack(ctx, a.Accreditor)
	if err != nil {
		return err
	}
	day := max(r.today.Format(time.DateOnly), a.FromOn)
	p := reviewPage{approval: r.read(a), Name: pk.Name, Day: date(day), Over: !a.Live(day), Typed: carried(f)}
	if p.Courses, err = h.reviewed(ctx, a, p.Day); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "accreditation/approval_review", kit.View{Form: f, Data: p})
}

// farMore is how many times the estimated learning time hours have to be for
// somebody to look at the letter once more.
const farMore = 2

func (h *handler) reviewed(ctx context.Context, a accreditation.Approval, day time.Time) (out []reviewed, err error) {
	courses, err := h.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	sums, err := h.sums(ctx, a, day)
	if err != nil {
		return nil, err
	}
	for _, s := range sums {
		one := reviewed{courseEarns: s}
		for _, ed := range courses {
			if ed.Slug != s.Slug {
				continue
			}
			one.Estimated = ed.EstimatedHours().Centihours
			one.TooMany = a.Centihours > farMore*one.Estimated
			if a.CourseID == "" {
				if one.Own, err = h.Accreditation.ApprovedItself(ctx, a.Accreditor, ed.CourseID, day); err != nil {
					return nil, err
				}
			}
		}
		out = append(out, one)
	}
	return out, nil
}
