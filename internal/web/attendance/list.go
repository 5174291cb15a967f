package attendance

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/attendance"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// hours is the learning time of so many minutes where no accreditor says otherwise.
func hours(minutes int) int64 { return credit.OwnLive.Work(minutes).Centihours }

// getTemplate hands out an empty list.
func (h *handler) getTemplate(c echo.Context) error {
	return kit.CSV(c, "attendance.csv", attendance.Columns, func(func(...string) error) error { return nil })
}

var (
	errBusy = &apperr.Error{Kind: apperr.Limited, Msg: "Please correct what is marked.", Fields: []apperr.Field{
		{Name: "file", Msg: "A list is being read right now. Please send yours again in a minute."}}}
	uploadErrors = kit.UploadErrors{
		Missing:  apperr.InvalidField("file", "Choose the file of the attendance list."),
		Torn:     apperr.InvalidField("file", "The file did not arrive whole. Please send it again."),
		TooLarge: attendance.ErrTooLarge,
	}
)

// postUpload checks a list. Nothing is issued by it.
func (h *handler) postUpload(c echo.Context) error {
	e, err := h.event(c) // before anything is read
	if err != nil {
		return err
	}
	who := kit.ViewerOf(c).PersonID
	var l attendance.List
	err = errBusy
	if give := h.uploads.Take(who); give != nil {
		defer give()
		l, err = h.upload(c, e, who)
	}
	f := kit.NewForm()
	if f.Merge(err) {
		return h.renderEvent(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, e.Path()+"/lists/"+l.ID, nil)
}

func (h *handler) upload(c echo.Context, e event, who string) (attendance.List, error) {
	name, body, err := kit.ReadUpload(c, attendance.MaxFile, uploadErrors)
	if err != nil {
		return attendance.List{}, err
	}
	return h.Attendance.Upload(c.Request().Context(), e.ID, name, body, who)
}

// Keep is for how many days the file is kept.
func (listPage) Keep() int { return attendance.Keep }

// tally is a number of rows with what they have in common, and an address that shows
// them alone.
type tally struct {
	Label, Tone, Href string
	N                 int
	Current           bool
}

// listPage is a list: what was found, or what became of it.
type listPage struct {
	attendance.List
	Event    event
	Path     string
	By       string // who started it
	Over     bool   // the event has ended
	Stale    bool   // the event was changed since it was checked
	Possible int    // rows that can be issued, with those to be chosen
	Ask      int    // of them to be chosen
	Done     int
	Stopped  bool
	Tallies  []tally
	Rows     []row
	Pager    kit.Pager
}

// row is a row with the certificate that it has led to, or with what one would grant.
// refreshSeconds is how often the page of a list that is worked on looks again.
const refreshSeconds = 3

func (h *handler) getList(c echo.Context) error {
	p, err := h.listPage(c)
	if err != nil {
		return err
	}
	v := kit.View{Title: "Attendance list " + p.Name, Data: p}
	if p.State == attendance.Started && !p.Stopped {
		v.Refresh = refreshSeconds
	}
	return kit.Render(c, http.StatusOK, "attendance/list", v)
}

func (h *handler) listPage(c echo.Context) (p listPage, err error) {
	if p.Event, p.List, err = h.list(c); err != nil {
		return p, err
	}
	ctx := c.Request().Context()
	p.Path = p.Event.Path() + "/lists/" + p.ID
	p.Over, p.Stale = p.Event.Over(h.Now()), p.State == attendance.Checked && p.EventVersion != p.Event.Version
	if err := h.tally(c, &p); err != nil {
		return p, err
	}
	if p.Stopped, err = h.Attendance.Stopped(ctx, p.List); err != nil {
		return p, err
	}
	names, err := h.People.Names(ctx, []string{p.StartedBy})
	if err != nil {
		return p, err
	}
	p.By = names[p.StartedBy]
	return p, h.addRows(c, &p)
}

// tally counts the rows: by verdict before a list is started, by outcome after it.
func (h *handler) tally(c echo.Context, p *listPage) error {
	ctx := c.Request().Context()
	verdicts, err := h.Attendance.Verdicts(ctx, p.ID)
	if err != nil {
		return err
	}
	for v, n := range verdicts {
		if v.Possible() {
			p.Possible += n
		}
	}
	p.Ask = verdicts[attendance.OtherName]
	if p.State == attendance.Checked {
		for _, v := range attendance.Verdicts {
			p.count(c, "verdict", string(v), verdictWords[v], verdicts[v])
		}
		return nil
	}
	outcomes, err := h.Attendance.Outcomes(ctx, p.ID)
	if err != nil {
		return err
	}
	p.Done = p.Total - outcomes[attendance.Pending]
	for _, o := range attendance.Outcomes {
		p.count(c, "outcome", string(o), outcomeWords[o], outcomes[o])
	}
	return nil
}

func (p *listPage) count(c echo.Context, name, value string, w word, n int) {
	if n > 0 {
		p.Tallies = append(p.Tallies, tally{Label: w.word, Tone: w.tone, N: n, Href: p.Path + "?" + name + "=" + value, Current: c.QueryParam(name) == value})
	}
}

var errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")

// filter reads the address of the rows.
func filter(c echo.Context) (attendance.RowFilter, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return attendance.RowFilter{}, err
	}
	f := attendance.RowFilter{Verdict: attendance.Verdict(c.QueryParam("verdict")), Outcome: attendance.Outcome(c.QueryParam("outcome")), Limit: q.Limit}
	if f.Verdict != "" && !slices.Contains(attendance.Verdicts, f.Verdict) || f.Outcome != "" && !slices.Contains(attendance.Outcomes, f.Outcome) {
		return f, errFilter
	}
	after, before := q.Neighbor()
	for text, to := range map[string]*int{after: &f.After, before: &f.Before} {
		if text == "" {
			continue
		}
		if *to, err = strconv.Atoi(text); err != nil || *to < 1 {
			return f, errFilter
		}
	}
	return f, nil
}

func (h *handler) addRows(c echo.Context, p *listPage) error {
	f, err := filter(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	page, err := h.Attendance.Rows(ctx, p.ID, f)
	if err != nil {
		return err
	}
	if p.Rows, err = h.certified(ctx, page.Rows); err != nil {
		return err
	}
	if p.State == attendance.Checked {
		if err := h.addCredit(ctx, p); err != nil {
			return err
		}
	}
	prev, next := kit.Ends(page.Rows, func(r attendance.Row) string { return strconv.Itoa(r.Position) }, page.Earlier, page.More)
	p.Pager = kit.NewPager(c, int(page.Total), len(p.Rows), prev, next)
	return nil
}

// addCredit says of the rows what their certificates would grant.
func (h *handler) addCredit(ctx context.Context, p *listPage) error {
	c, err := h.crediting(ctx, p.Event.Event)
	for i := range p.Rows {
		if err == nil {
			p.Rows[i].Credit, err = c.note(ctx, p.Rows[i].Row)
		}
	}
	return err
}

// certified adds the certificates that rows have led to.
func (h *handler) certified(ctx context.Context, rows []attendance.Row) ([]row, error) {
	var ids []string
	for _, r := range rows {
		if r.EnrollmentID != "" {
			ids = append(ids, r.EnrollmentID)
		}
	}
	found := map[string]certificate.Certificate{}
	if len(ids) > 0 {
		var err error
		if found, err = h.Certificates.OfEnrollments(ctx, ids); err != nil {
			return nil, err
		}
	}
	out := make([]row, len(rows))
	for i, r := range rows {
		r.Name, r.Email, r.Minutes = apperr.Visible(r.Name), apperr.Visible(r.Email), apperr.Visible(r.Minutes)
		out[i] = row{Row: r}
		if c, there := found[r.EnrollmentID]; there {
			out[i].Certificate = &c
		}
	}
	return out, nil
}
