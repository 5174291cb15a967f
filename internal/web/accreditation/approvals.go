package accreditation

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// approval is one as people read it.
type approval struct {
	accreditation.Approval
	Short, Course string
	Standing      accreditation.Standing
	Left          int // days
	From, Until   time.Time
}

// Ended is the last day of one that was ended early.
func (a approval) Ended() time.Time { return date(a.EndedOn) }

// Last is the last day on which it counts.
func (a approval) Last() time.Time { return date(a.LastDay()) }

const everyCourse = "Every course"

// reader says approvals in words.
type reader struct {
	shorts, titles map[string]string
	today          time.Time
}

func (h *handler) reader(ctx context.Context) (r reader, err error) {
	r = reader{map[string]string{}, map[string]string{"": everyCourse}, h.Accreditation.Today()}
	packs, err := h.Accreditation.Packs(ctx)
	if err != nil {
		return r, err
	}
	for _, p := range packs {
		r.shorts[p.Code] = p.Short
	}
	courses, err := h.Courses.List(ctx)
	for i, label := range course.Labels(courses) {
		r.titles[courses[i].CourseID] = label
	}
	return r, err
}

func (r reader) read(a accreditation.Approval) approval {
	title, known := r.titles[a.CourseID]
	if !known {
		title = "A course that is not published"
	}
	return approval{a, r.shorts[a.Accreditor], title, a.Standing(r.today), a.DaysLeft(r.today), date(a.FromOn), date(a.UntilOn)}
}

// orders are what the list can be sorted by.
var orders = map[string]func(a, b approval) int{
	"accreditor": func(a, b approval) int { return strings.Compare(a.Short, b.Short) },
	"from":       func(a, b approval) int { return strings.Compare(a.FromOn, b.FromOn) },
	"until":      func(a, b approval) int { return strings.Compare(a.UntilOn, b.UntilOn) },
}

// approvals reads the list in the order that its address asks for.
func (h *handler) approvals(c echo.Context) ([]approval, error) {
	ctx := c.Request().Context()
	r, err := h.reader(ctx)
	if err != nil {
		return nil, err
	}
	stored, err := h.Accreditation.Approvals(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]approval, len(stored))
	for i, a := range stored {
		list[i] = r.read(a)
	}
	sort := c.QueryParam("sort")
	if by := orders[strings.TrimPrefix(sort, "-")]; by != nil {
		slices.SortStableFunc(list, by)
		if strings.HasPrefix(sort, "-") {
			slices.Reverse(list)
		}
	}
	return list, nil
}

// listPage is every approval.
type listPage struct {
	Rows  []approval
	Pager kit.Pager
}

func (h *handler) getApprovals(c echo.Context) error {
	list, err := h.approvals(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "accreditation/approvals", listPage{list, kit.NewPager(c, len(list), len(list), "", "")})
}

func (h *handler) postApprovalsCSV(c echo.Context) error {
	list, err := h.approvals(c)
	if err != nil {
		return err
	}
	header := []string{"id", "accreditor", "course", "provider_number", "course_number", "from_on", "until_on", "standing", "ended_on", "end_reason", "void_reason",
		"category", "hours", "jurisdictions", "live_events", "statement", "note", "recorded_at", "recorded_by"}
	return kit.Export(c, h.Fresh, h.Accreditation.RecordExport, "approvals.csv", header, func(write func(...string) error) error {
		for _, a := range list {
			err := write(a.ID, a.Accreditor, a.Course, a.ProviderNumber, a.CourseNumber, a.FromOn, a.UntilOn, string(a.Standing), a.EndedOn, a.EndReason, a.VoidReason,
				a.Category, approvedHours(a.Centihours), strings.Join(a.Jurisdictions, " "), map[bool]string{true: "yes", false: "no"}[a.OfEvents], a.Statement, a.Note, kit.Stamp(&a.CreatedAt), a.CreatedBy)
			if err != nil {
				return err
			}
		}
		return nil
	})
}
