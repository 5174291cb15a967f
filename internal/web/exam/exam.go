// Package exam has the pages of the exam: what a learner reads before it, one
// question a page, the overview, the result; the grading queue for instructors;
// and an administrator's page on the attempts of one enrollment.
//
// Every page works without scripts. With them an answer is saved as it is
// given; the page calls it saved only when the server has said so. Pages of an
// attempt are not kept by the browser: going back must show what is stored.
package exam

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/exam"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/web/kit"
	"github.com/atmacena/cocare/internal/web/questionview"
)

// Enrollments is what the pages ask of enrollment.Service.
type Enrollments interface {
	Find(ctx context.Context, personID, slug string, cycle int) (enrollment.Enrollment, error)
	Get(ctx context.Context, id string) (enrollment.Enrollment, error)
}

// People is what the pages ask of account.Service.
type People interface {
	Get(ctx context.Context, id string) (account.Person, error)
	Names(ctx context.Context, ids []string) (map[string]string, error)
}

// Deps are what the pages need.
type Deps struct {
	Exams       *exam.Service
	Enrollments Enrollments
	People      People
	// Fresh demands a fresh second factor of an administrator who grants or voids,
	// and before that, when the page with the forms is opened: a reason that was
	// typed would be lost on the way.
	Fresh echo.MiddlewareFunc
	// Leave tells the clock of active time that the learner left the lessons.
	Leave func(enrollment.Enrollment)
	// Prints tells what the certificate would print of the learner; back is the
	// page that shows it.
	Prints func(ctx context.Context, e enrollment.Enrollment, back string) (kit.Printed, error)
	// Asked leads to a learner's requests for an accommodation that wait for an answer.
	Asked func(ctx context.Context, personID string) ([]kit.Link, error)
	Now   func() time.Time
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	get := func(path, name string, role kit.Role, f echo.HandlerFunc, use ...echo.MiddlewareFunc) kit.Route {
		return kit.Route{Method: http.MethodGet, Path: path, Name: name, Role: role, Handler: f, Use: use}
	}
	post := func(path, name string, role kit.Role, f echo.HandlerFunc, use ...echo.MiddlewareFunc) kit.Route {
		return kit.Route{Method: http.MethodPost, Path: path, Name: name, Role: role, Handler: f, Use: use}
	}
	const graders = kit.Instructor | kit.Administrator
	return []kit.Route{
		get("/learn/:slug/exam", "exam.show", kit.SignedIn, h.getIntro),
		post("/learn/:slug/exam", "exam.begin", kit.SignedIn, h.postBegin),
		get("/learn/:slug/exam/:attempt", "exam.question", kit.SignedIn, h.getQuestion),
		post("/learn/:slug/exam/:attempt/answers/:question", "exam.answer", kit.SignedIn, h.postAnswer),
		get("/learn/:slug/exam/:attempt/review", "exam.review", kit.SignedIn, h.getReview),
		post("/learn/:slug/exam/:attempt/submit", "exam.submit", kit.SignedIn, h.postSubmit),
		get("/learn/:slug/exam/:attempt/result", "exam.result", kit.SignedIn, h.getResult),
		get("/teach/grading", "grading.list", graders, h.getQueue),
		post("/teach/grading.csv", "grading.csv", graders, h.postQueueCSV),
		get("/teach/grading/:id", "grading.show", graders, h.getGrade),
		post("/teach/grading/:id", "grading.grade", graders, h.postGrade),
		post("/teach/grading/:id/correct", "grading.correct", graders, h.postCorrect),
		get("/admin/exams/:enrollment", "admin.exam.show", kit.Administrator, h.getAttempts, d.Fresh),
		post("/admin/exams/:enrollment/grant", "admin.exam.grant", kit.Administrator, h.postGrant, d.Fresh),
		post("/admin/exams/:enrollment/void", "admin.exam.void", kit.Administrator, h.postVoid, d.Fresh),
	}
}

// frame is what every page of a learner's exam knows.
type frame struct {
	Card   course.Card
	Course string // /learn/{slug}
	Base   string // /learn/{slug}/exam, or the attempt below it
}

func newFrame(ed *course.Edition) frame {
	f := frame{Card: ed.Course.Card, Course: "/learn/" + ed.Slug}
	f.Base = f.Course + "/exam"
	return f
}

// Crumbs lead from the dashboard to the course.
func (f frame) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/learn"}, {Label: f.Card.Title, Href: f.Course}}
}

// sitting loads the attempt that the address names, which must be the viewer's
// and of the course in the address.
func (h *handler) sitting(c echo.Context) (exam.Sitting, frame, error) {
	c.Response().Header().Set("Cache-Control", "no-store")
	sit, err := h.Exams.Sitting(c.Request().Context(), kit.ViewerOf(c).PersonID, c.Param("attempt"))
	if err != nil {
		return sit, frame{}, err
	}
	if sit.Edition.Slug != c.Param("slug") {
		return sit, frame{}, exam.ErrNotFound
	}
	f := newFrame(sit.Edition)
	f.Base += "/" + sit.ID
	return sit, f, nil
}

// open is sitting for a page that is over once the attempt is submitted.
func (h *handler) open(c echo.Context) (sit exam.Sitting, f frame, over bool, err error) {
	sit, f, err = h.sitting(c)
	return sit, f, err == nil && sit.State != exam.InProgress, err
}

// marks prints thousandths of a mark.
func marks(points int) string { return questionview.Points(question.Result{Points: points}) }

// timer is what a page shows of a time limit. A deadline that is days away, as
// the end of the access is, shows no clock.
type timer struct {
	At, Now  time.Time
	Extended bool
}

func timerOf(a exam.Attempt, now time.Time) *timer {
	if a.DeadlineAt == nil || a.TimeLimitMinutes == 0 && a.DeadlineAt.Sub(now) > 24*time.Hour {
		return nil
	}
	// Whole seconds are shown; rounded up, so that no page ends before the server does.
	return &timer{At: a.DeadlineAt.Add(time.Second - 1).Truncate(time.Second), Now: now, Extended: a.ExtraTimePercent > 0}
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
