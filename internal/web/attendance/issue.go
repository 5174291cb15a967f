package attendance

import (
	"errors"
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

func (h *handler) getIssue(c echo.Context) error { return h.renderIssue(c, nil, kit.NewForm()) }

func (h *handler) renderIssue(c echo.Context, failure error, f *kit.Form) error {
	e, l, err := h.list(c)
	if err != nil {
		return err
	}
	p := issuePage{List: l, Event: e, Path: e.Path() + "/lists/" + l.ID, Hours: hours(e.Minutes), Attestation: attendance.Attestation}
	switch {
	case l.State != attendance.Checked:
		return kit.Redirect(c, p.Path, startedBefore)
	case !e.Over(h.Now()):
		return attendance.ErrNotOver
	}
	ctx := c.Request().Context()
	verdicts, err := h.Attendance.Verdicts(ctx, l.ID)
	if err != nil {
		return err
	}
	p.Ready = verdicts[attendance.WillIssue] + verdicts[attendance.WillInvite]
	others, err := h.Attendance.Rows(ctx, l.ID, attendance.RowFilter{Verdict: attendance.OtherName, Limit: attendance.MaxChosen})
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
	who := kit.ViewerOf(c).PersonID
	err = h.Attendance.Start(c.Request().Context(), l.ID, f.Str("seen"), chosen, f.Bool("attested"), who)
	if errors.Is(err, attendance.ErrStale) { // what was chosen and attested is of another list than this page shows now
		f.Values.Del("row")
		f.Values.Del("attested")
	}
	if f.Merge(err) {
		return h.renderIssue(c, err, f)
	}
	if err != nil {
		return err
	}
	return h.toStarted(c, e, l.ID, who)
}

// toStarted leads to a list that is started, and says whether it was by the viewer.
func (h *handler) toStarted(c echo.Context, e event, listID, who string) error {
	l, err := h.Attendance.List(c.Request().Context(), listID)
	if err != nil {
		return err
	}
	said := started
	if l.StartedBy != who {
		said = startedBefore
	}
	return kit.Redirect(c, e.Path()+"/lists/"+l.ID, said)
}
