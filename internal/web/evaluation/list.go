package evaluation

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// listRow is an edition in the administrator's list.
type listRow struct {
	enrollment.EditionAnswers
	Edition *course.Edition
	Latest  string // the month of the latest response, in words
}

// Asks reports whether the form offers a follow-up.
func (r listRow) Asks() bool { return asks(r.Edition) }

func asks(ed *course.Edition) bool {
	return slices.ContainsFunc(ed.Course.Evaluation.Items, func(i course.EvaluationItem) bool { return i.Kind == "consent" })
}

// listSorts are the orders of the list; its own is by course, the newest edition
// first.
var listSorts = map[string]func(a, b listRow) int{
	"course": func(a, b listRow) int {
		return strings.Compare(a.Edition.Course.Card.Title, b.Edition.Course.Card.Title)
	},
	"responses": func(a, b listRow) int { return a.Responses - b.Responses },
	"latest":    func(a, b listRow) int { return strings.Compare(a.LastMonth, b.LastMonth) },
}

// rows lists every edition that was evaluated, and the newest of each course
// whether or not it was, as the address of the list asks for them.
func (h *handler) rows(c echo.Context) ([]listRow, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return nil, err
	}
	rows, err := h.editions(c.Request().Context())
	if err != nil {
		return nil, err
	}
	rows = slices.DeleteFunc(rows, func(r listRow) bool {
		return q.Q != "" && !strings.Contains(strings.ToLower(r.Edition.Course.Card.Title+" "+r.Edition.Slug), strings.ToLower(q.Q))
	})
	slices.SortFunc(rows, func(a, b listRow) int {
		return cmp.Or(strings.Compare(a.Edition.Slug, b.Edition.Slug), b.Edition.Number-a.Edition.Number)
	})
	if by := listSorts[strings.TrimPrefix(q.Sort, "-")]; by != nil {
		slices.SortStableFunc(rows, func(a, b listRow) int {
			if strings.HasPrefix(q.Sort, "-") {
				return by(b, a)
			}
			return by(a, b)
		})
	}
	return rows, nil
}

func (h *handler) editions(ctx context.Context) ([]listRow, error) {
	evaluated, err := h.Enrollments.EvaluatedEditions(ctx)
	if err != nil {
		return nil, err
	}
	rows := make([]listRow, 0, len(evaluated))
	for _, e := range evaluated {
		ed, err := h.Courses.Edition(ctx, e.EditionID)
		if err != nil {
			return nil, err
		}
		rows = append(rows, listRow{e, ed, monthWords(e.LastMonth)})
	}
	newest, err := h.newest(ctx)
	if err != nil {
		return nil, err
	}
	for _, ed := range newest {
		if !slices.ContainsFunc(rows, func(r listRow) bool { return r.EditionID == ed.ID }) {
			rows = append(rows, listRow{EditionAnswers: enrollment.EditionAnswers{EditionID: ed.ID}, Edition: ed})
		}
	}
	return rows, nil
}

func (h *handler) getList(c echo.Context) error {
	rows, err := h.rows(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "evaluation/list", rows)
}

func (h *handler) postListCSV(c echo.Context) error {
	rows, err := h.rows(c)
	if err != nil {
		return err
	}
	record := func(ctx context.Context) error {
		return h.Audit.Record(ctx, audit.Event{Action: "evaluations.export", ObjectKind: "list", ObjectID: "evaluations",
			Details: map[string]any{"filter": c.QueryString()}})
	}
	header := []string{"course", "title", "edition", "edition_hash", "responses", "latest_month", "agreed", "asked", "answered"}
	return kit.Export(c, h.Fresh, record, "evaluations.csv", header, func(write func(...string) error) error {
		for _, r := range rows {
			if err := write(r.Edition.Slug, r.Edition.Course.Card.Title, strconv.Itoa(r.Edition.Number), r.Edition.Hash, strconv.Itoa(r.Responses), r.LastMonth,
				strconv.Itoa(r.Consented), strconv.Itoa(r.Asked), strconv.Itoa(r.Answered)); err != nil {
				return err
			}
		}
		return nil
	})
}

// newest lists the newest edition of each course, if there is one.
func (h *handler) newest(ctx context.Context) ([]*course.Edition, error) {
	list, err := h.Courses.List(ctx)
	if apperr.Is(err, apperr.NotFound) {
		return nil, nil
	}
	return list, err
}
