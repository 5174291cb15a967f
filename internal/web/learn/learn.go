// Package learn has the learner's pages: the dashboard, and for each course the
// outline, the disclosure, the reader, checks, evaluation, notes and glossary.
//
// /learn/{slug} is the newest enrollment of the viewer; ?cycle=n shows an older
// one, to be read only. Whoever is not enrolled finds nothing at these
// addresses. A GET writes nothing: a lesson page costs one or two reads, and the
// tracker counts requests in the background.
package learn

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Certificate is what the learner's pages say of one. The zero value means none
// yet; Issued that it can be opened under its number, Revoked that it holds no
// more, Credit that it bears some.
type Certificate struct {
	Number                  string
	Issued, Revoked, Credit bool
}

// preparing reports whether it will be there in seconds.
func (c Certificate) preparing(e enrollment.Enrollment) bool {
	return e.State == enrollment.Completed && c.Number != "" && !c.Issued && !c.Revoked
}

// waiting reports whether everything is done and an administrator is to issue
// it.
func (c Certificate) waiting(e enrollment.Enrollment) bool {
	return e.State == enrollment.Completed && c.Number == ""
}

// Paying is an order on its way.
type Paying struct{ Title, Number string }

// ExamStanding is what is left of an exam that was not passed yet.
type ExamStanding struct {
	Left     int        // attempts
	NextAt   *time.Time // not before; nil: now
	GradedBy time.Time  // while people grade: the day that was promised
}

// Deps are what the pages need.
type Deps struct {
	Enrollments *enrollment.Service
	Tracker     *enrollment.Tracker
	Now         func() time.Time
	// CertificateOf returns the certificate of a completed enrollment.
	CertificateOf func(ctx context.Context, enrollmentID string) (Certificate, error)
	// Paying are the courses that the person has bought whose payment is not there
	// yet. nil: none.
	Paying func(ctx context.Context, personID string) ([]Paying, error)
	// ExamOf is asked after a failed attempt, and while one is being graded.
	ExamOf func(ctx context.Context, e enrollment.Enrollment) (ExamStanding, error)
	// Prints tells what the certificate would print of the learner; back is the
	// page that shows it.
	Prints func(ctx context.Context, e enrollment.Enrollment, back string) (kit.Printed, error)
	// Practice tells of the questions after a completed course; nil: there are none.
	Practice func(ctx context.Context, e enrollment.Enrollment) (kit.Practice, error)
	// Fingerprint marks a text as nobody else can, alike on every replica.
	Fingerprint func(label string, secret []byte) string
}

type handler struct {
	Deps
	shelf shelf
}

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{Deps: d}
	get := func(path, name string, f echo.HandlerFunc) kit.Route {
		return kit.Route{Method: http.MethodGet, Path: path, Name: name, Role: kit.SignedIn, Handler: f}
	}
	post := func(path, name string, f echo.HandlerFunc) kit.Route {
		return kit.Route{Method: http.MethodPost, Path: path, Name: name, Role: kit.SignedIn, Handler: f}
	}
	return []kit.Route{
		get("/learn", "learn.list", h.getDashboard),
		get("/learn/:slug", "learn.show", h.getOutline),
		get("/learn/:slug/disclosure", "learn.disclosure", h.getDisclosure),
		post("/learn/:slug/disclosure", "learn.disclosure.acknowledge", h.postDisclosure),
		get("/learn/:slug/lessons/:lesson", "lesson.show", h.getLesson),
		post("/learn/:slug/lessons/:lesson/finish", "lesson.finish", h.postFinish),
		post("/learn/:slug/lessons/:lesson/time", "lesson.time", h.postTime),
		post("/learn/:slug/lessons/:lesson/bookmark", "lesson.bookmark", h.postBookmark),
		post("/learn/:slug/lessons/:lesson/note", "lesson.note", h.postNote),
		get("/learn/:slug/figures/:figure", "figure.show", h.getFigure),
		get("/learn/:slug/checks/:module", "check.show", h.getCheck),
		post("/learn/:slug/checks/:module", "check.answer", h.postCheck),
		get("/learn/:slug/evaluation", "evaluation.show", h.getEvaluation),
		post("/learn/:slug/evaluation", "evaluation.send", h.postEvaluation),
		get("/learn/:slug/license", "license.ask", h.getLicense),
		post("/learn/:slug/license", "license.decline", h.postLicense),
		get("/learn/:slug/notes", "note.list", h.getNotes),
		get("/learn/:slug/glossary", "glossary.show", h.getGlossary),
		get("/learn/:slug/search", "course.search", h.getSearch),
	}
}

var errNothing = apperr.New(apperr.NotFound, "There is nothing at this address.")

// frame is what every page of a course knows.
type frame struct {
	E       enrollment.Enrollment
	Edition *course.Edition
	Card    course.Card
	Base    string // /learn/{slug}
	Suffix  string // "?cycle=n" for an older cycle, otherwise ""
	// Live means that acts are recorded; Own that notes and bookmarks change.
	Live, Own bool
	Cycle     int // of an older one, otherwise 0
}

// URL is the address of a page of this course, in this cycle.
func (f frame) URL(rest string) string { return f.Base + rest + f.Suffix }

// Crumbs lead from the dashboard to the course.
func (f frame) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/learn"}, {Label: f.Card.Title, Href: f.URL("")}}
}

// Closed reports whether the lessons are closed, as after a refund.
func (f frame) Closed() bool { return !f.E.State.Readable() }

// LiveEvent is the live event that the learner attended, in the place of the online
// course; nil for that.
func (f frame) LiveEvent() *enrollment.Attendance { return f.E.Attendance }

// Over says in words why nothing is recorded any more, "" while it is.
func (f frame) Over() string {
	switch f.E.State {
	case enrollment.Active:
		return ""
	case enrollment.Completed:
		if f.E.Attendance != nil {
			return "Everything of this live event is done."
		}
		return "You have completed this course. You can read on; nothing more is recorded."
	case enrollment.Expired:
		return apperr.Message(enrollment.ErrExpired)
	default:
		return apperr.Message(closed(f.E.State))
	}
}

// Issuing says who issues the certificate when everything is done, where that is
// an administrator.
func (f frame) Issuing() string {
	text := "The provider issues your certificate"
	if n := f.Card.CertificateDays; n > 0 {
		text += ", usually within " + counted(n, "working day", "working days")
	}
	return text + ", and we write to you."
}

// errShownAnew stands on a page that is shown again because the form was of another
// edition.
var errShownAnew = apperr.New(apperr.Conflict, "You have moved to another edition of this course since you opened this page, so nothing was recorded. This is the page as your edition has it: read it, and send it once more.")

// outdated reports whether a form is of a page that shows another edition than the
// learner's: what was read there is not what would be recorded.
func (f frame) outdated(form *kit.Form) bool {
	shown := form.Str("edition")
	return shown != "" && shown != strconv.Itoa(f.Edition.Number)
}

func newFrame(l enrollment.Learning, cycle int) frame {
	f := frame{
		E: l.Enrollment, Edition: l.Edition, Card: l.Edition.Course.Card, Base: "/learn/" + l.Slug,
		Live: l.State == enrollment.Active && cycle == 0,
		Own:  (l.State == enrollment.Active || l.State == enrollment.Completed) && cycle == 0,
	}
	if cycle > 0 {
		f.Suffix, f.Cycle = "?cycle="+strconv.Itoa(cycle), cycle
	}
	if a := l.Attendance; a != nil { // it may have a title of its own
		f.Card.Title = a.Title
	}
	return f
}

// mine finds the viewer's enrollment by the address.
func (h *handler) mine(c echo.Context) (enrollment.Enrollment, int, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return enrollment.Enrollment{}, 0, err
	}
	cycle, err := kit.Cycle(c)
	if err != nil {
		return enrollment.Enrollment{}, 0, err
	}
	e, err := h.Enrollments.Find(c.Request().Context(), kit.ViewerOf(c).PersonID, slug, cycle)
	return e, cycle, err
}

// learning is mine with the record. closed pages are those of the content,
// which a refund or a withdrawal closes.
func (h *handler) learning(c echo.Context, content bool) (enrollment.Learning, frame, error) {
	e, cycle, err := h.mine(c)
	if err != nil {
		return enrollment.Learning{}, frame{}, err
	}
	if content && !e.State.Readable() {
		return enrollment.Learning{}, frame{}, closed(e.State)
	}
	l, err := h.Enrollments.Learning(c.Request().Context(), e)
	if err != nil {
		return enrollment.Learning{}, frame{}, err
	}
	h.leave(c, e)
	return l, newFrame(l, cycle), nil
}

// content is learning for what belongs to the online course: a live event does not
// open it.
func (h *handler) content(c echo.Context) (enrollment.Learning, frame, error) {
	l, f, err := h.learning(c, true)
	if err == nil && l.Attendance != nil {
		err = enrollment.ErrLiveEvent
	}
	return l, f, err
}

func closed(s enrollment.State) error {
	switch s {
	case enrollment.Pending:
		return enrollment.ErrPending
	case enrollment.Refunded:
		return enrollment.ErrRefunded
	default:
		return enrollment.ErrWithdrawn
	}
}

// leave tells the tracker that the learner is no longer on a lesson's page.
func (h *handler) leave(c echo.Context, e enrollment.Enrollment) {
	if !prefetched(c) {
		h.Tracker.Leave(e)
	}
}

// prefetched reports whether the browser asks ahead of the reader.
func prefetched(c echo.Context) bool {
	return c.Request().Header.Get("Sec-Purpose") != ""
}

// dayOf reads a date of the course card; zero if it has none.
func dayOf(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
