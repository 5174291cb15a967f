package attendance

import (
	"context"
	"net/http"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	checkedAgain = kit.NewFlash("list.checked", kit.Success, "The list is checked again. Nothing else has changed.")
	discarded    = kit.NewFlash("list.discarded", kit.Success, "The list is deleted. Nothing was issued by it.")
	started      = kit.NewFlash("list.started", kit.Success, "The certificates are being issued. You can close the page.")
	// startedBefore tells whoever saw the list before that it is out of their hands.
	startedBefore = kit.NewFlash("list.started_before", kit.Info, "This list was started already. It is issued as whoever started it saw and chose; nothing of your page was added.")
	goesOn        = kit.NewFlash("list.goes_on", kit.Success, "The list is being worked on again.")
)

func (h *handler) postCheck(c echo.Context) error {
	e, l, err := h.list(c)
	if err == nil {
		err = h.Attendance.Check(c.Request().Context(), l.ID)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, e.Path()+"/lists/"+l.ID, checkedAgain)
}

// postDiscard finds a list that is gone already discarded.
func (h *handler) postDiscard(c echo.Context) error {
	e, err := h.event(c)
	if err != nil {
		return err
	}
	if _, l, err := h.list(c); err == nil {
		err = h.Attendance.Discard(c.Request().Context(), l.ID)
		if err != nil {
			return err
		}
	} else if !apperr.Is(err, apperr.NotFound) {
		return err
	}
	return kit.Redirect(c, e.Path(), discarded)
}

func (h *handler) postGoOn(c echo.Context) error {
	e, l, err := h.list(c)
	if err == nil {
		err = h.Attendance.GoOn(c.Request().Context(), l.ID)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, e.Path()+"/lists/"+l.ID, goesOn)
}

// postReport hands out the list with what became of every row.
func (h *handler) postReport(c echo.Context) error {
	_, l, err := h.list(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	header := []string{"line", "email", "name", "minutes", "check", "check_note", "outcome", "outcome_note", "done_at", "certificate", "certificate_state", "enrollment"}
	record := func(ctx context.Context) error { return h.Attendance.RecordReport(ctx, l, "report") }
	return kit.Export(c, h.Fresh, record, "attendance-report.csv", header, func(write func(...string) error) error {
		return h.Attendance.EachRow(ctx, l.ID, func(page []attendance.Row) error {
			rows, err := h.certified(ctx, page)
			if err != nil {
				return err
			}
			for _, r := range rows {
				number, state := "", ""
				if r.Certificate != nil {
					number, state = r.Certificate.Number, string(r.Certificate.State)
				}
				err := write(strconv.Itoa(r.Line), r.Email, r.Name, r.Minutes, string(r.Verdict), r.Said(), string(r.Outcome), r.Told(), kit.Stamp(r.DoneAt), number, state, r.EnrollmentID)
				if err != nil {
					return err
				}
			}
			return nil
		})
	})
}

// postFile hands out the list as it was uploaded, byte for byte: its fingerprint
// stands in the evidence.
func (h *handler) postFile(c echo.Context) error {
	_, l, err := h.list(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	if l.ForgottenAt != nil {
		return attendance.ErrForgotten
	}
	body, err := h.Attendance.File(ctx, l.ID)
	if err != nil {
		return err
	}
	if err := h.Attendance.RecordReport(ctx, l, "file"); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Disposition", `attachment; filename="attendance-`+l.SHA256[:12]+`.csv"`)
	header.Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "text/csv; charset=utf-8", body)
}
