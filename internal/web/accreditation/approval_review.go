package accreditation

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/credit"
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
	Doubts  []accreditation.Doubt
	Typed   []typed
	Seen    string
}

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
	p.Doubts, err = h.Accreditation.Doubts(ctx, a)
	return p, err
}

func (h *handler) showReview(c echo.Context, formErr error, p reviewPage, f *kit.Form) error {
	return kit.Render(c, kit.Status(formErr), "accreditation/approval_review", kit.View{Form: f, Data: p})
}
