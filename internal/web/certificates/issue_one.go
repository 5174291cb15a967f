package certificates

import (
	"context"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/web/kit"
)

// issuePage is what an administrator looks at before a certificate is issued:
// what it would say, and what it would rest on.
type issuePage struct {
	page         // of the certificate as it would be; without facts where Refused says why
	E            enrollment.Enrollment
	Person       account.Person
	Learning     enrollment.Learning
	Requirements []enrollment.Requirement
	Lessons      []lessonRow
	Evidence     []evidenceRow
	Attempts     []exam.Attempt
	Refused      string
}

type lessonRow struct {
	Title     string
	Withdrawn bool
	enrollment.LessonRecord
}

type evidenceRow struct {
	What, Ref string
	At        time.Time
}

func (h *handler) getIssue(c echo.Context) error { return h.renderIssue(c, nil, nil) }

func (h *handler) renderIssue(c echo.Context, failure error, f *kit.Form) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	e, err := h.Enrollments.Get(ctx, id)
	if err != nil {
		return orNoEnrollment(err)
	}
	number, err := h.numberOf(ctx, id)
	switch {
	case err != nil:
		return err
	case number != "": // issued meanwhile
		return kit.Redirect(c, "/admin/certificates/"+number, nil)
	case e.State != enrollment.Completed:
		return enrollment.ErrNotCompleted
	}
	p, err := h.issuePage(ctx, e)
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(failure), "certificates/issue", kit.View{Title: "Certificate to issue: " + p.Person.Name, Form: f, Data: p})
}

func (h *handler) issuePage(ctx context.Context, e enrollment.Enrollment) (p issuePage, err error) {
	p.E = e
	if p.Person, err = h.People.Get(ctx, e.PersonID); err != nil {
		return p, err
	}
	if p.Learning, err = h.Enrollments.Learning(ctx, e); err != nil {
		return p, err
	}
	p.Requirements = p.Learning.Requirements()
	for _, m := range p.Learning.Edition.Course.Modules {
		for _, l := range m.Lessons {
			_, withdrawn := p.Learning.Edition.Withdrawn(l.ID)
			p.Lessons = append(p.Lessons, lessonRow{l.Title, withdrawn, p.Learning.Record.Lessons[l.ID]})
		}
	}
	evidence, err := h.Enrollments.Evidence(ctx, e.ID)
	if err != nil {
		return p, err
	}
	for _, ev := range evidence {
		if ev.Kind != "lesson.finished" { // told lesson by lesson
			p.Evidence = append(p.Evidence, evidenceRow{h.EvidenceWord(ev.Kind), ev.Ref, ev.OccurredAt})
		}
	}
	if p.Attempts, err = h.Attempts(ctx, e); err != nil {
		return p, err
	}
	facts, err := h.Certificates.Preview(ctx, e)
	if p.Refused, err = refusal(err); err != nil || p.Refused != "" {
		return p, err
	}
	p.Whole, p.Sums = true, true
	p.Certificate = certificate.Certificate{Facts: facts, HolderName: facts.HolderName, CourseTitle: facts.Title}
	p.CompletedOn, p.IssuedOn, err = dates(facts)
	return p, err
}

// dates are the days that facts name. They are made by us: one that does not
// parse would be a fault of ours.
func dates(f certificate.Facts) (completed, issued time.Time, err error) {
	if completed, err = time.Parse(time.DateOnly, f.CompletedOn); err != nil {
		return completed, issued, err
	}
	issued, err = time.Parse(time.DateOnly, f.IssuedOn)
	return completed, issued, err
}

func (h *handler) postIssue(c echo.Context) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	before, err := h.numberOf(c.Request().Context(), id)
	if err != nil {
		return err
	}
	cert, err := h.Certificates.Issue(c.Request().Context(), id, kit.ViewerOf(c).PersonID)
	if f.Merge(err) {
		return h.renderIssue(c, err, f)
	}
	if err != nil {
		return orNoEnrollment(err)
	}
	if before != "" {
		return kit.Redirect(c, "/admin/certificates/"+cert.Number, issuedThen)
	}
	return kit.Redirect(c, "/admin/certificates/"+cert.Number, issuedOne)
}
