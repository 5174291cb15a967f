package attendance

import (
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/web/kit"
)

// issuePage asks before certificates are issued.
type issuePage struct {
	attendance.List
	Event       event
	Path        string
	Ready       int // rows that are issued whatever is chosen
	Refused     int
	Others      []row // those to be chosen
	More        int   // of them that one page cannot ask for
	Hours       int64
	Credit      bool    // attending all of it earns some
	Groups      []group // of rows that can be issued, by what they grant
	Untold      int     // of them whose credit the page does not work out
	Attestation string
}

// mostOthers bounds the rows that are chosen one by one.
const mostOthers = 500

func (h *handler) getIssue(c echo.Context) error { return h.renderIssue(c, nil, kit.NewForm()) }

func (h *handler) renderIssue(c echo.Context, failure error, f *kit.Form) error {
	e, l, err := h.list(c)
	if err != nil {
		return err
	}
	p := issuePage{List: l, Event: e, Path: e.Path() + "/lists/" + l.ID, Hours: hours(e.Minutes), Attestation: attendance.Attestation}
	switch {
	case l.State != attendance.Checked:
		return kit.Redirect(c, p.Path, nil)
	case !e.Over(h.Now()):
		return attendance.ErrNotOver
	}
	ctx := c.Request().Context()
	verdicts, err := h.Attendance.Verdicts(ctx, l.ID)
	if err != nil {
		return err
	}
	p.Ready = verdicts[attendance.WillIssue] + verdicts[attendance.WillInvite]
	others, err := h.Attendance.Rows(ctx, l.ID, attendance.RowFilter{Verdict: attendance.OtherName, Limit: mostOthers})
	if err != nil {
		return err
	}
	p.More = verdicts[attendance.OtherName] - len(others.Rows)
	p.Refused = l.Total - p.Ready - verdicts[attendance.OtherName]
	if p.Others, err = h.certified(ctx, others.Rows); err != nil {
		return err
	}
	credit, err := h.crediting(ctx, e.Event)
	if err != nil {
		return err
	}
	if p.Credit = credit.whole != ""; p.Credit {
		groups, told, err := credit.groups(ctx, l.ID)
		if err != nil {
			return err
		}
		p.Groups, p.Untold = groups, p.Ready+verdicts[attendance.OtherName]-told
	}
	return kit.Render(c, kit.Status(failure), "attendance/issue", kit.View{Title: "Issue by " + l.Name, Form: f, Data: p})
}

func (h *handler) postIssue(c echo.Context) error {
	e, l, err := h.list(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	var chosen []int
	for _, text := range f.All("row") {
		n, err := strconv.Atoi(text)
		if err != nil {
			return attendance.ErrStale
		}
		chosen = append(chosen, n)
	}
	err = h.Attendance.Start(c.Request().Context(), l.ID, f.Str("seen"), chosen, f.Bool("attested"), kit.ViewerOf(c).PersonID)
	if f.Merge(err) {
		return h.renderIssue(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, e.Path()+"/lists/"+l.ID, started)
}
