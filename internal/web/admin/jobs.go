package admin

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	dismissed = kit.NewFlash("job.dismissed", kit.Success, "The job is dismissed. The audit log keeps your reason.")
	retried   = kit.NewFlash("job.retried", kit.Success, "The job runs again now.")
	notDead   = kit.NewFlash("job.not_dead", kit.Info, "That job is not among the dead any more, so nothing was changed.")
	replaced  = kit.NewFlash("job.replaced", kit.Info, "A newer job does the same work already, so this one stays where it is.")
)

// jobPage is the queue, and its jobs in one state. Why a job failed is not on
// the page: the text can hold addresses, paths and what a driver said. Its ID
// leads to it in the server's log.
type jobPage struct {
	job.Stats
	LagSeconds int64
	State      job.State
	Total      int64 // in that state
	Jobs       []job.Entry
}

// jobFilter reads the address of the list.
func jobFilter(c echo.Context) (state job.State, sort string, err error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return "", "", err
	}
	state = job.State(cmp.Or(q.State, string(job.Dead)))
	if !slices.Contains(job.States, state) {
		return "", "", errFilter
	}
	return state, q.SortOf(job.Sorts), nil
}

func (h *handler) getJobs(c echo.Context) error {
	ctx := c.Request().Context()
	state, sort, err := jobFilter(c)
	if err != nil {
		return err
	}
	page := jobPage{State: state}
	stats, err := h.Jobs.Stats(ctx)
	if err != nil {
		return err
	}
	page.Total = map[job.State]int64{job.Dead: stats.Dead, job.Ready: stats.Ready, job.Running: stats.Running}[page.State]
	page.Stats, page.LagSeconds = stats, int64(stats.Lag.Seconds())
	if page.Jobs, err = h.Jobs.List(ctx, page.State, sort); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "admin/jobs", page)
}

func (h *handler) postJobsCSV(c echo.Context) error {
	state, _, err := jobFilter(c)
	if err != nil {
		return err
	}
	header := []string{"id", "kind", "state", "tries", "made_at", "due_at", "given_up_at"}
	return kit.Export(c, h.Fresh, h.exported(c, "job"), "jobs.csv", header, func(write func(...string) error) error {
		return h.Jobs.Each(c.Request().Context(), state, func(e job.Entry) error {
			return write(e.ID, e.Kind, string(e.State), strconv.Itoa(e.Attempts), kit.Stamp(&e.CreatedAt), kit.Stamp(&e.RunAt), kit.Stamp(e.DiedAt))
		})
	})
}

func (h *handler) postRetry(c echo.Context) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	flash := retried
	switch err := h.RetryJob(c.Request().Context(), id); {
	case errors.Is(err, job.ErrNotDead):
		flash = notDead
	case errors.Is(err, job.ErrReplaced):
		flash = replaced
	case err != nil:
		return err
	}
	return kit.Redirect(c, "/admin/jobs", flash)
}

func (h *handler) getDismiss(c echo.Context) error {
	return h.showDismiss(c, nil, nil)
}

func (h *handler) showDismiss(c echo.Context, f *kit.Form, failure error) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	e, err := h.Jobs.GivenUp(c.Request().Context(), id)
	if errors.Is(err, job.ErrNotDead) {
		return kit.Redirect(c, "/admin/jobs", notDead)
	}
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "admin/job_dismiss", kit.View{Form: f, Data: e})
}

func (h *handler) postDismiss(c echo.Context) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	reason, err := apperr.Reason("reason", f.Get("reason"), apperr.WhyForTheRecord)
	if f.Merge(err) {
		return h.showDismiss(c, f, err)
	}
	flash := dismissed
	err = h.DismissJob(c.Request().Context(), id, reason)
	if errors.Is(err, job.ErrNotDead) {
		flash, err = notDead, nil
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, "/admin/jobs", flash)
}
