package exam

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
)

const queueLimit = 50

type queuePage struct {
	Graded         bool
	Tabs           []kit.Link
	Current        string // of the tabs
	Rows           []queueRow
	Holding, Other int // on which a result waits, and not
	Courses        []kit.Option
	Pager          kit.Pager
}

type queueRow struct {
	exam.Waiting
	Late  bool
	Marks string // of a graded one, as "0.75 of 1 mark"
}

// The lists; the second holds what was graded.
const (
	stateGraded   = "graded"
	waitingListAt = "/teach/grading"
	gradedListAt  = waitingListAt + "?state=" + stateGraded
)

var errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")

// readQueue reads the address of the list.
func readQueue(c echo.Context) (exam.QueueFilter, error) {
	f := exam.QueueFilter{Graded: c.QueryParam("state") == stateGraded, Slug: c.QueryParam("course"), Limit: queueLimit}
	keys := 3
	if f.Graded {
		keys = 2
	}
	l, err := kit.ParseList(c, queueLimit, keys)
	switch {
	case err != nil:
		return f, err
	case l.State != "" && !f.Graded, len(f.Slug) > 200:
		return f, errFilter
	}
	f.Query, f.After, f.Before = l.Q, l.After, l.Before
	return f, nil
}

func (h *handler) getQueue(c echo.Context) error {
	f, err := readQueue(c)
	if err != nil {
		return err
	}
	q, err := h.Exams.Queue(c.Request().Context(), kit.ViewerOf(c).PersonID, f)
	if err != nil {
		return err
	}
	p := queuePage{Graded: f.Graded, Pager: kit.NewPager(c, q.Total, len(q.Waiting), cursor(q.Prev), cursor(q.Next)).Counted(q.Over),
		Holding: q.Holding, Other: q.Total - q.Holding, Courses: []kit.Option{{Label: "All"}},
		Tabs: []kit.Link{{Label: "Waiting", Href: waitingListAt}, {Label: "Graded", Href: gradedListAt}}, Current: waitingListAt}
	if f.Graded {
		p.Current = gradedListAt
	}
	for i, label := range course.Labels(q.Courses) {
		p.Courses = append(p.Courses, kit.Option{Value: q.Courses[i].Slug, Label: label})
	}
	for _, w := range q.Waiting {
		p.Rows = append(p.Rows, queueRow{Waiting: w, Late: h.late(w), Marks: earned(w)})
	}
	return kit.Render(c, http.StatusOK, "exam/queue", p)
}

func earned(w exam.Waiting) string { return marks(w.Result.Points) + " of 1 mark" }

// postQueueCSV hands the list out as a file, which says no more than the page:
// not whose the answers are, nor the hour of anything, which a certificate's page or
// a colleague could tell of one person.
func (h *handler) postQueueCSV(c echo.Context) error {
	f, err := readQueue(c)
	if err != nil {
		return err
	}
	ctx, grader := c.Request().Context(), kit.ViewerOf(c).PersonID
	header := []string{"id", "question", "text", "course", "edition", "promised_at", "result_waits", "graded_on", "marks"}
	record := func(ctx context.Context) error { return h.Exams.RecordExport(ctx, f) }
	return kit.Export(c, h.Fresh, record, "grading.csv", header, func(write func(...string) error) error {
		return h.Exams.Each(ctx, grader, f, func(w exam.Waiting) error {
			waits, on, got := "no", "", ""
			if !w.Decided {
				waits = "yes"
			}
			if w.GradedAt != nil {
				on, got = w.GradedAt.UTC().Format(time.DateOnly), marks(w.Result.Points)
			}
			return write(w.ItemID, w.Question.ID, w.Question.Prompt, w.Edition.Slug, strconv.Itoa(w.Edition.Number),
				kit.Stamp(&w.PromisedAt), waits, on, got)
		})
	})
}

// cursor is a place for an address, "" for none.
func cursor(place []string) string {
	if place == nil {
		return ""
	}
	return kit.Cursor(place...)
}
