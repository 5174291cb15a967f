package admin

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

const pageSize = 50

// enrollmentList is the list of enrollments.
type enrollmentList struct {
	Rows    []enrollmentRow
	Courses []kit.Option
	Pager   kit.Pager
}

type enrollmentRow struct {
	enrollment.Entry
	Title   string
	Edition int
}

// readFilter reads the address of the list.
func readFilter(c echo.Context) (enrollment.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return enrollment.Filter{}, err
	}
	f := enrollment.Filter{State: enrollment.State(q.State), Slug: c.QueryParam("course"), Query: q.Q, PersonID: q.Person, Sort: q.SortOf(enrollment.Sorts), Limit: q.Limit}
	if f.State != "" && !slices.Contains(enrollment.States, f.State) || len(f.Slug) > 200 {
		return f, errFilter
	}
	f.After, f.Before = q.Neighbor()
	return f, nil
}

func (h *handler) getEnrollments(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := h.Enrollments.List(ctx, f)
	if err != nil {
		return err
	}
	var page enrollmentList
	if page.Courses, err = h.courseOptions(ctx, "All"); err != nil {
		return err
	}
	for _, e := range list.Entries {
		row, err := h.row(ctx, e)
		if err != nil {
			return err
		}
		page.Rows = append(page.Rows, row)
	}
	prev, next := kit.Ends(list.Entries, func(e enrollment.Entry) string { return e.ID }, list.Earlier, list.More)
	page.Pager = kit.NewPager(c, int(list.Total), len(list.Entries), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "admin/enrollments", page)
}

// row names the course and the edition, which lie in memory.
func (h *handler) row(ctx context.Context, e enrollment.Entry) (enrollmentRow, error) {
	ed, err := h.Courses.Edition(ctx, e.EditionID)
	if err != nil {
		return enrollmentRow{}, err
	}
	return enrollmentRow{Entry: e, Title: ed.Course.Card.Title, Edition: ed.Number}, nil
}

// courseOptions lists the courses for a select.
func (h *handler) courseOptions(ctx context.Context, first string) ([]kit.Option, error) {
	editions, err := h.Courses.List(ctx)
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return nil, err
	}
	list := []kit.Option{{Label: first}}
	for i, label := range course.Labels(editions) {
		list = append(list, kit.Option{Value: editions[i].Slug, Label: label})
	}
	return list, nil
}

func (h *handler) postEnrollmentsCSV(c echo.Context) error {
	f, err := readFilter(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	header := []string{"id", "name", "email", "course", "edition", "edition_hash", "cycle", "state", "source", "enrolled_at", "expires_at", "completed_at", "ended_at", "end_reason"}
	return kit.Export(c, h.Fresh, h.exported(c, "enrollment"), "enrollments.csv", header, func(write func(...string) error) error {
		return h.Enrollments.Each(ctx, f, func(e enrollment.Entry) error {
			ed, err := h.Courses.Edition(ctx, e.EditionID)
			if err != nil {
				return err
			}
			return write(e.ID, e.PersonName, e.PersonEmail, e.Slug, strconv.Itoa(ed.Number), ed.Hash, strconv.Itoa(e.Cycle), string(e.State), e.Source,
				kit.Stamp(&e.EnrolledAt), kit.Stamp(&e.ExpiresAt), kit.Stamp(e.CompletedAt), kit.Stamp(e.EndedAt), e.EndReason)
		})
	})
}
