package accreditation

import (
	"context"
	"fmt"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/web/kit"
)

// reviewPage is an approval before it is stored: what people will read, what stands
// beside it, what to look at once more, and what was typed, to be sent once more.
type reviewPage struct {
	approval
	Name    string // of the accreditor
	Day     time.Time
	Over    bool // its days have passed
	Courses []courseEarns
	Beside  beside
	Doubts  []doubt
	Typed   []typed
	Seen    string
}

// doubt is what makes somebody compare the approval with the accreditor's letter,
// and say so, before it is recorded.
type doubt struct{ Title, Text string }

// beside are the approvals in other categories that count with one, and the credit of
// all, as a certificate prints it.
type beside struct {
	List []approval
	Sum  string
}

func (r reader) beside(t accreditation.Together, unit string) (b beside) {
	for _, a := range t.Others {
		b.List = append(b.List, r.read(a))
	}
	b.Sum = credit.Amount(t.Centihours, unit)
	return b
}

// review collects what is shown of an approval. Errors: ErrNoPack.
func (h *handler) review(ctx context.Context, a accreditation.Approval, f *kit.Form) (p reviewPage, err error) {
	r, err := h.reader(ctx)
	if err != nil {
		return p, err
	}
	pk, err := h.Accreditation.Pack(ctx, a.Accreditor)
	if err != nil {
		return p, err
	}
	all, err := h.Accreditation.Together(ctx, a)
	if err != nil {
		return p, err
	}
	day := max(r.today.Format(time.DateOnly), a.FromOn)
	p = reviewPage{approval: r.read(a), Name: pk.Name, Day: date(day), Over: !a.Live(day), Typed: carried(f), Seen: digest(f), Beside: r.beside(all, pk.Unit)}
	if p.Courses, err = h.sums(ctx, r, a, p.Day); err != nil {
		return p, err
	}
	p.Doubts = doubts(all, pk.Short, p.Courses)
	return p, nil
}

// farMore is how many times the estimated learning time hours have to be for
// somebody to look at the letter once more.
const farMore = 2

func doubts(all accreditation.Together, short string, courses []courseEarns) (out []doubt) {
	who := "The approval names "
	if len(all.Others) > 0 {
		who = "With the approvals beside it, it names "
	}
	who += credit.Amount(all.Centihours, "hour") + ", and "
	if all.Cap != nil {
		out = append(out, doubt{"More than counts", fmt.Sprintf("%sby the rules of %s, %s count.", who, short, pack.Row{Value: *all.Cap}.Words())})
	}
	for _, c := range courses {
		if all.Centihours > farMore*c.Estimated && c.Front == nil {
			out = append(out, doubt{c.Title + ": are the hours right?", who + "learning the course takes about " + credit.Hours(c.Estimated) + "."})
		}
	}
	return out
}

func (h *handler) showReview(c echo.Context, formErr error, p reviewPage, f *kit.Form) error {
	return kit.Render(c, kit.Status(formErr), "accreditation/approval_review", kit.View{Form: f, Data: p})
}
