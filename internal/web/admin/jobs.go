package admin

import (
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/job"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	retried  = kit.NewFlash("job.retried", kit.Success, "The job runs again now.")
	notDead  = kit.NewFlash("job.not_dead", kit.Info, "That job is not among the dead any more, so nothing was changed.")
	replaced = kit.NewFlash("job.replaced", kit.Info, "A newer job does the same work already, so this one stays where it is.")
)

// jobPage is the queue and what was given up.
type jobPage struct {
	job.Stats
	LagSeconds int64
	Dead       []job.Dead
}

func (h *handler) getJobs(c echo.Context) error {
	ctx := c.Request().Context()
	stats, err := h.Jobs.Stats(ctx)
	if err != nil {
		return err
	}
	dead, err := h.Jobs.Dead(ctx)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "admin/jobs", jobPage{stats, int64(stats.Lag.Seconds()), dead})
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
