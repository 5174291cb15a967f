package admin

import (
	"cmp"
	"context"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/support"
	"github.com/atmacena/cocare/internal/web/facts"
	"github.com/atmacena/cocare/internal/web/kit"
)

// enrollmentPage is everything that is known about an enrollment, but for what
// is the learner's own: notes, bookmarks and answers.
type enrollmentPage struct {
	enrollment.Enrollment
	Person         account.Person
	Edition        *course.Edition
	Requirements   []enrollment.Requirement
	Evidence       []evidenceRow
	Lessons        []lessonRow
	Browser        int // seconds of active time
	Requests       int
	Planned        int // seconds of reading, without withdrawn lessons
	Exam           exam.Overview
	HasExam        bool
	NoGrant        string // why no attempt can be granted now, "" if one can
	Certificate    *certificate.Certificate
	Order          *payment.Order
	Accommodations []support.Accommodation
	Trail          []auditRow
	Acts           []act // what can be done now
}

type lessonRow struct {
	Title     string
	Withdrawn bool
	enrollment.LessonRecord
}

type evidenceRow struct {
	What  string
	At    time.Time
	Facts []facts.Fact
	Raw   string
}

var evidenceWords = map[string]string{
	payment.EvidencePolicies:      "Policies accepted",
	"disclosure.acknowledged":     "Disclosure acknowledged",
	"event.attended":              "Live event attended, as an administrator recorded it",
	exam.EvidenceAttested:         "Name confirmed and own work attested",
	exam.EvidenceNamed:            "Name for the certificate corrected by an administrator",
	"exam.submitted":              "Exam submitted",
	"exam.passed":                 "Exam passed",
	"exam.reopened":               "Exam opened again: a clock that ran ahead had closed it",
	"evaluation.sent":             "Evaluation sent",
	"license.listed":              "License listed for the credit",
	"license.declined":            "Credit for a license left off the certificate, as not needed",
	"time.measured":               "Active time, as the course was completed",
	"edition.moved":               "Moved to a newer edition, by choice",
	certificate.EvidenceCompleted: "Everything done; the certificate waits for an administrator",
}

// EvidenceWord names a kind of evidence to people.
func EvidenceWord(kind string) string { return cmp.Or(evidenceWords[kind], kind) }

func (h *handler) getEnrollment(c echo.Context) error {
	page, err := h.enrollmentPage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "admin/enrollment", kit.View{Title: "Enrollment of " + page.Person.Name, Data: page})
}

func (h *handler) enrollmentPage(c echo.Context) (page enrollmentPage, err error) {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return page, err
	}
	ctx := c.Request().Context()
	if page.Enrollment, err = h.Enrollments.Get(ctx, id); err != nil {
		if apperr.Is(err, apperr.NotFound) {
			err = errNoEnrollment
		}
		return page, err
	}
	for _, read := range []func(context.Context, *enrollmentPage) error{
		h.readPerson, h.readLearning, h.readExam, h.readCertificate, h.readOrder, h.readAccommodations, h.readTrail,
	} {
		if err := read(ctx, &page); err != nil {
			return page, err
		}
	}
	for _, a := range acts {
		if a.can(page) {
			page.Acts = append(page.Acts, a)
		}
	}
	return page, nil
}

var errNoEnrollment = apperr.New(apperr.NotFound, "There is no such enrollment.")

func (h *handler) readPerson(ctx context.Context, p *enrollmentPage) (err error) {
	p.Person, err = h.Accounts.Get(ctx, p.PersonID)
	return err
}

func (h *handler) readLearning(ctx context.Context, p *enrollmentPage) error {
	l, err := h.Enrollments.Learning(ctx, p.Enrollment)
	if err != nil {
		return err
	}
	p.Edition, p.Requirements = l.Edition, l.Requirements()
	p.Browser, p.Requests = l.Record.Seconds()
	p.Planned = enrollment.PlannedMinutes(l.Edition) * 60
	for _, m := range l.Edition.Course.Modules {
		for _, lesson := range m.Lessons {
			_, withdrawn := l.Edition.Withdrawn(lesson.ID)
			p.Lessons = append(p.Lessons, lessonRow{lesson.Title, withdrawn, l.Record.Lessons[lesson.ID]})
		}
	}
	list, err := h.Enrollments.Evidence(ctx, p.ID)
	if err != nil {
		return err
	}
	for _, e := range list {
		if e.Kind == "lesson.finished" {
			continue // told lesson by lesson
		}
		raw, err := facts.Raw(map[string]any{"kind": e.Kind, "ref": e.Ref, "details": e.Details})
		if err != nil {
			return err
		}
		p.Evidence = append(p.Evidence, evidenceRow{EvidenceWord(e.Kind), e.OccurredAt, facts.Of(e.Details, "", nil), raw})
	}
	return nil
}

func (h *handler) readExam(ctx context.Context, p *enrollmentPage) (err error) {
	if p.Attendance != nil && !p.Attendance.Exam {
		return nil
	}
	p.Exam, err = h.Exams.Overview(ctx, p.Enrollment)
	if apperr.Is(err, apperr.NotFound) {
		return nil // a course without an exam
	}
	if err != nil {
		return err
	}
	p.HasExam = true
	if why := p.Exam.Grantable(p.Enrollment); why != nil {
		p.NoGrant = apperr.Message(why)
	}
	return nil
}

func (h *handler) readCertificate(ctx context.Context, p *enrollmentPage) error {
	c, err := h.Certificates.OfEnrollment(ctx, p.ID)
	if err == nil {
		p.Certificate = &c
	}
	if apperr.Is(err, apperr.NotFound) {
		return nil
	}
	return err
}

func (h *handler) readOrder(ctx context.Context, p *enrollmentPage) error {
	if p.OrderID == "" {
		return nil
	}
	o, err := h.Payments.Get(ctx, p.OrderID)
	p.Order = &o
	return err
}

func (h *handler) readAccommodations(ctx context.Context, p *enrollmentPage) error {
	list, err := h.Support.Accommodations(ctx, p.PersonID)
	for _, a := range list {
		if a.CourseID == nil || *a.CourseID == p.CourseID {
			p.Accommodations = append(p.Accommodations, a)
		}
	}
	return err
}

func (h *handler) readTrail(ctx context.Context, p *enrollmentPage) error {
	entries, err := h.Audit.List(ctx, audit.Filter{ObjectKind: "enrollment", ObjectID: p.ID, Limit: 100})
	if err != nil {
		return err
	}
	p.Trail, err = h.auditRows(ctx, entries)
	return err
}
