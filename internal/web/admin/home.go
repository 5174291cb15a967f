package admin

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/witness"
)

const (
	// hangsAfter is how long a certificate may be prepared before somebody
	// should look: printing takes seconds.
	hangsAfter   = 10 * time.Minute
	recentEvents = 8
)

// homePage is the overview.
type homePage struct {
	Tasks        []task
	People       int64
	ManyPeople   bool // there are more
	Active       int64
	Certificates int64
	Revenue      []payment.Total
	Month        string
	Recent       []auditRow
}

// task is something that waits for a person. Note is shown while anything does,
// Alarm beside it in red. By is the day by which the first was promised.
type task struct {
	Title, One        string // of several, and in lower case of one
	Href, Note, Alarm string
	Count             int64
	By                time.Time
}

// Counted is what stands behind the number.
func (t task) Counted() string {
	if t.Count == 1 {
		return t.One
	}
	return strings.ToLower(t.Title)
}

func (h *handler) getHome(c echo.Context) error {
	ctx := c.Request().Context()
	now := h.Now()
	local := now.In(h.Zone)
	page := homePage{Month: local.Format("January 2006")}
	var err error
	if page.Tasks, err = h.tasks(ctx, kit.ViewerOf(c).PersonID, now); err != nil {
		return err
	}
	if err := h.figures(ctx, &page, time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, h.Zone)); err != nil {
		return err
	}
	entries, err := h.Audit.List(ctx, audit.Filter{Limit: recentEvents})
	if err != nil {
		return err
	}
	if page.Recent, err = h.auditRows(ctx, entries); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "admin/home", page)
}

func (h *handler) tasks(ctx context.Context, viewerID string, now time.Time) ([]task, error) {
	open, overdue, err := h.Support.Waiting(ctx)
	if err != nil {
		return nil, err
	}
	orders, err := h.Payments.NeedAttention(ctx)
	if err != nil {
		return nil, err
	}
	grading, err := h.Exams.Queue(ctx, viewerID, exam.QueueFilter{Limit: 1})
	if err != nil {
		return nil, err
	}
	promised, err := h.Exams.FirstPromised(ctx, viewerID)
	if err != nil {
		return nil, err
	}
	certs, err := h.Certificates.Counts(ctx, now, now.Add(-hangsAfter))
	if err != nil {
		return nil, err
	}
	toIssue, err := h.Enrollments.CountUncertified(ctx)
	if err != nil {
		return nil, err
	}
	jobs, err := h.Jobs.Stats(ctx)
	if err != nil {
		return nil, err
	}
	ending, err := h.Accreditation.Ending(ctx)
	if err != nil {
		return nil, err
	}
	signoffs, err := h.signoffs(ctx)
	if err != nil {
		return nil, err
	}
	asked := 0
	if h.Asked != nil {
		if asked, err = h.Asked(ctx); err != nil {
			return nil, err
		}
	}
	tasks := []task{
		requestTask(open, overdue),
		{Title: "Questions and reports from learners", One: "question or report from a learner", Href: "/teach/questions", Count: int64(asked), Note: "They wait for an answer, or for a check of what a learner found wrong."},
		{Title: "Orders to look at", One: "order to look at", Href: "/admin/orders?state=attention", Count: orders, Note: "Something about the money needs a decision."},
		gradingTask(grading, promised, now),
		{Title: "Certificates to issue", One: "certificate to issue", Href: "/admin/certificates/to-issue", Count: int64(toIssue), Note: "Everything is done; an administrator issues them."},
		hangingTask(certs),
		{Title: "Approvals that end within 90 days", One: "approval that ends within 90 days", Href: "/admin/approvals", Count: ending, Note: "Ask the accreditors to renew them; after the last day there is no credit."},
		{Title: "Jobs that were given up", One: "job that was given up", Href: "/admin/jobs", Count: jobs.Dead, Note: "They run again only when somebody says so."},
	}
	witnesses, err := h.witnessTask(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Concat(tasks, witnesses, signoffs), nil
}

// witnessTask is a line about the witnesses of the log, where there are any.
func (h *handler) witnessTask(ctx context.Context) ([]task, error) {
	list, err := h.Witnesses(ctx)
	t := task{Title: "Witnesses of the log that do not sign", One: "witness of the log that does not sign", Href: "/log", Note: "Without them nobody can tell that all are shown the same log."}
	asked, alarms := 0, 0
	for _, s := range list {
		if !s.Asked {
			continue
		}
		asked++
		if s.Alarm != witness.None {
			alarms++
		}
		if s.Alarm != witness.None || s.Late {
			t.Count++
		}
	}
	if alarms > 0 {
		t.Alarm = fmt.Sprintf("%d saw another log", alarms)
	}
	if asked == 0 {
		return nil, err
	}
	return []task{t}, err
}

// hangingTask tells of certificates that are not prepared: at once of those that only
// a person can mend.
func hangingTask(n certificate.Counts) task {
	t := task{Title: "Certificates that hang", One: "certificate that hangs", Href: "/admin/certificates?state=preparing", Count: n.Hanging,
		Note: "In preparation for more than ten minutes, or given up; each says why."}
	if n.GivenUp > 0 {
		t.Alarm = fmt.Sprintf("%d given up", n.GivenUp)
	}
	return t
}

func requestTask(open, overdue int64) task {
	t := task{Title: "Requests to answer", One: "request to answer", Href: "/admin/requests?state=open", Count: open, Note: "None is past its promised day."}
	if overdue > 0 {
		t.Note, t.Alarm = "", fmt.Sprintf("%d past the promised day", overdue)
	}
	return t
}

// holds says on how many answers a result waits.
func holds(q exam.Queue) string {
	one := fmt.Sprintf("%d hold up a result", q.Holding)
	if q.Holding == 1 {
		one = "1 holds up a result"
	}
	if rest := q.Total - q.Holding; rest == 1 {
		return one + ", 1 does not."
	} else if rest > 0 {
		return one + fmt.Sprintf(", %d do not.", rest)
	}
	return one + "."
}

func gradingTask(q exam.Queue, promised time.Time, now time.Time) task {
	t := task{Title: "Short answers to grade", One: "short answer to grade", Href: "/teach/grading", Count: int64(q.Total), Note: holds(q), By: promised}
	if !promised.IsZero() && promised.Before(now) {
		t.Alarm = "Overdue"
	}
	return t
}

// signoffs is a line for each course that lacks reviews, which are not late:
// the course says so on its page.
func (h *handler) signoffs(ctx context.Context) (tasks []task, err error) {
	editions, err := h.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	for _, ed := range editions {
		if open := ed.OpenSignoffs(); len(open) > 0 {
			tasks = append(tasks, task{Title: "Reviews to record", One: "review to record", Href: "/teach/" + ed.Slug + "/signoff", Count: int64(len(open)),
				Note: ed.Course.Card.Title})
		}
	}
	return tasks, nil
}

func (h *handler) figures(ctx context.Context, page *homePage, since time.Time) (err error) {
	if page.People, page.ManyPeople, err = h.Accounts.Count(ctx, account.Filter{}); err != nil {
		return err
	}
	if page.Active, err = h.Enrollments.CountActive(ctx); err != nil {
		return err
	}
	certs, err := h.Certificates.Counts(ctx, since, since)
	if err != nil {
		return err
	}
	page.Certificates = certs.Issued
	page.Revenue, err = h.Payments.Revenue(ctx, since)
	return err
}
