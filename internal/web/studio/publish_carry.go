package studio

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// carryRow is something that was withdrawn or corrected, with what may become of it in
// the new edition.
type carryRow struct {
	course.Carry
	Options  []kit.Option
	Proposed string // "" where only the author knows
	OnSale   bool   // the newest edition reads the same and lacks it
}

// The answers to what becomes of it.
const (
	carryStays   = "stays"
	carrySettled = "settled"
)

// Editions names those beside which it stands.
func (r carryRow) Editions() string {
	if len(r.Numbers) == 1 {
		return "edition " + strconv.Itoa(r.Numbers[0])
	}
	var names []string
	for _, n := range r.Numbers {
		names = append(names, strconv.Itoa(n))
	}
	return "editions " + strings.Join(names, ", ")
}

// carries are what the draft may need of what was said beside the editions so far.
func (h *handler) carries(c echo.Context, p *publishPage, draft *course.Course) error {
	list, err := h.Courses.Carries(c.Request().Context(), p.Slug, draft)
	if err != nil {
		return err
	}
	lacking, err := h.Courses.Lacking(c.Request().Context(), p.Slug)
	if err != nil {
		return err
	}
	for _, x := range list {
		r := carryRow{Carry: x}
		if x.Clear() {
			r.Proposed = carryStays
		}
		r.Options = []kit.Option{{Value: carryStays, Label: fmt.Sprintf("It holds for edition %d too", p.Edition+1)}, {Value: carrySettled, Label: "The new text settles it"}}
		if x.Withdrawal != nil {
			r.Options = []kit.Option{{Value: carryStays, Label: fmt.Sprintf("It stays withdrawn in edition %d", p.Edition+1)}, {Value: carrySettled, Label: "It is back, because it was rewritten"}}
		}
		r.OnSale = slices.ContainsFunc(lacking, func(l course.Carry) bool { return l.Key == x.Key && !l.Changed })
		p.Carries = append(p.Carries, r)
	}
	return nil
}

// decisions reads what was chosen; what was not is for the service to refuse.
func decisions(f *kit.Form) course.Decisions {
	made := course.Decisions{}
	for key := range f.Values {
		if !strings.HasPrefix(key, "w-") && !strings.HasPrefix(key, "e-") {
			continue
		}
		if v := f.Str(key); v == carryStays || v == carrySettled {
			made[key] = course.Decision{Settled: v == carrySettled, Why: f.Str("why-" + key)}
		}
	}
	return made
}
