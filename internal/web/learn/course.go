package learn

import (
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// card is a course on the dashboard.
type card struct {
	frame
	Next        kit.Link
	Done, Total int
	Left        string
	MinutesLeft int
	Seconds     int
	Certificate Certificate
	Waiting     bool // for an administrator to issue the certificate
	Exam        ExamStanding
	Practice    kit.Practice
	ToRead      int // corrections about safety
}

// Opens is when the next attempt at the exam can begin, nil where nobody waits
// for that.
func (k card) Opens() *time.Time {
	if k.E.State != enrollment.Active || k.E.Exam.Stands() || k.Exam.Left == 0 {
		return nil
	}
	return k.Exam.NextAt
}

type dashboard struct {
	Now, Earlier []card
	Paying       []Paying
}

func (h *handler) getDashboard(c echo.Context) error {
	ctx := c.Request().Context()
	list, err := h.Enrollments.ListByPerson(ctx, kit.ViewerOf(c).PersonID)
	if err != nil {
		return err
	}
	var d dashboard
	if h.Paying != nil {
		if d.Paying, err = h.Paying(ctx, kit.ViewerOf(c).PersonID); err != nil {
			return err
		}
	}
	seen := map[string]bool{}
	for _, e := range list {
		l, err := h.Enrollments.Learning(ctx, e)
		if err != nil {
			return err
		}
		cycle := 0
		if seen[e.CourseID] {
			cycle = e.Cycle
		}
		st, err := h.standing(c, l)
		if err != nil {
			return err
		}
		one := h.card(l, st, cycle)
		if one.Certificate, err = h.certificate(c, e); err != nil {
			return err
		}
		one.Waiting = one.Certificate.waiting(e)
		unread, err := h.Enrollments.Unread(ctx, e)
		if err != nil {
			return err
		}
		one.ToRead = len(unread)
		if one.Practice, err = h.practice(c, one.frame); err != nil {
			return err
		}
		if seen[e.CourseID] {
			d.Earlier = append(d.Earlier, one)
		} else {
			d.Now = append(d.Now, one)
		}
		seen[e.CourseID] = true
	}
	return kit.Render(c, 200, "learn/dashboard", d)
}

func (h *handler) card(l enrollment.Learning, st ExamStanding, cycle int) card {
	done, total := finished(l)
	active, request := l.Record.Seconds()
	return card{
		frame: newFrame(l, cycle), Next: next(l, st), Exam: st, Done: done, Total: total, Left: left(l.Requirements(), l.Exam.Awaiting()),
		MinutesLeft: enrollment.MinutesLeft(l.Edition, l.Record), Seconds: active + request,
	}
}

// GradedBy is the day by which people grade the exam, as it was promised; nil
// where nobody waits for that.
func (k card) GradedBy() *time.Time {
	if k.Exam.GradedBy.IsZero() {
		return nil
	}
	return &k.Exam.GradedBy
}

// practice tells of the questions after a course; an older time has none.
func (h *handler) practice(c echo.Context, f frame) (kit.Practice, error) {
	if h.Practice == nil || f.E.State != enrollment.Completed || f.Cycle > 0 {
		return kit.Practice{}, nil
	}
	return h.Practice(c.Request().Context(), f.E)
}

// hollow reports whether too much was withdrawn for this learner to complete the
// course: an exam that was submitted before stands.
func hollow(l enrollment.Learning) bool {
	return l.State == enrollment.Active && !l.Exam.Stands() && l.Edition.Hollow()
}

func finished(l enrollment.Learning) (done, total int) {
	for _, lesson := range l.Edition.RequiredLessons() {
		total++
		if l.Record.Lessons[lesson.ID].Finished() {
			done++
		}
	}
	return done, total
}

func (h *handler) certificate(c echo.Context, e enrollment.Enrollment) (Certificate, error) {
	if e.CompletedAt == nil {
		return Certificate{}, nil
	}
	return h.CertificateOf(c.Request().Context(), e.ID)
}

// outlinePage is the course's front page for its learner.
type outlinePage struct {
	card
	Steps       []kit.StepItem
	Modules     []outlineModule
	Errata      []course.PlacedErratum
	Unread      []course.PlacedErratum // of those, what is about safety and to be read
	Newer       bool                   // there is a newer edition
	Bookmarks   []outlineLesson
	RequestSecs int
	Time        timing
	Preparing   bool
	Hollow      bool                    // too much was withdrawn to complete it
	Cycles      []enrollment.Enrollment // the older ones
	Printed     kit.Printed             // while the course can be completed
	NoCredit    bool                    // it is known that the learner earns none
}

// Unreviewed is the heading of what is said of an edition whose reviews are open.
// A lesson says only the first of it: its page reads no approvals.
func (p outlinePage) Unreviewed() string {
	if p.NoCredit {
		return "Not yet clinically reviewed; not accredited"
	}
	return "Not yet clinically reviewed"
}

// noCredit reports whether it is known that a learner earns none: while the course
// can be completed, because none is earned today, as its public page says; from the
// certificate on, because that bears none.
func noCredit(l enrollment.Learning, c Certificate) bool {
	return l.State == enrollment.Active && !l.Asks.Credit() || c.Number != "" && !c.Credit
}

func (h *handler) getOutline(c echo.Context) error {
	l, f, err := h.learning(c, false)
	if err != nil {
		return err
	}
	cert, err := h.certificate(c, l.Enrollment)
	if err != nil {
		return err
	}
	newest, err := h.isNewest(c, f)
	if err != nil {
		return err
	}
	if newest {
		return kit.Redirect(c, f.Base, nil)
	}
	st, err := h.standing(c, l)
	if err != nil {
		return err
	}
	p := outlinePage{
		card: h.card(l, st, 0), Steps: steps(l, cert, examNote(c, l, st)), Modules: outline(l), Errata: l.Edition.Errata(),
		Preparing: cert.preparing(l.Enrollment), Hollow: hollow(l), NoCredit: noCredit(l, cert),
	}
	p.frame, p.Certificate, p.Waiting = f, cert, cert.waiting(l.Enrollment)
	_, p.RequestSecs = l.Record.Seconds()
	p.Time = newTiming(l)
	for _, m := range p.Modules {
		for _, lesson := range m.Lessons {
			if lesson.Bookmarked {
				p.Bookmarks = append(p.Bookmarks, lesson)
			}
		}
	}
	if p.Cycles, err = h.olderCycles(c, l.Enrollment); err != nil {
		return err
	}
	if p.Practice, err = h.practice(c, f); err != nil {
		return err
	}
	if err := h.addEditions(c, &p, l); err != nil {
		return err
	}
	if f.Live {
		if p.Printed, err = h.Prints(c.Request().Context(), l.Enrollment, f.Base); err != nil {
			return err
		}
	}
	v, page := kit.View{Title: f.Card.Title, Data: p}, "learn/outline"
	if p.Preparing && f.Suffix == "" {
		v.Refresh = refreshSeconds
	}
	if f.LiveEvent() != nil {
		page = "learn/event"
	}
	return kit.Render(c, 200, page, v)
}

// isNewest reports whether an address with a cycle names the newest: a mail names the
// time that it is about, which may be an older one when it is read.
func (h *handler) isNewest(c echo.Context, f frame) (bool, error) {
	if f.Cycle == 0 {
		return false, nil
	}
	e, err := h.Enrollments.Find(c.Request().Context(), f.E.PersonID, f.E.Slug, 0)
	return e.Cycle == f.Cycle, err
}

// addEditions adds what is new beside the edition: corrections to be read, and to whom
// it is open a newer one.
func (h *handler) addEditions(c echo.Context, p *outlinePage, l enrollment.Learning) (err error) {
	ctx := c.Request().Context()
	if p.Unread, err = h.Enrollments.Unread(ctx, l.Enrollment); err != nil {
		return err
	}
	if p.Suffix == "" {
		p.Newer, err = h.Enrollments.HasNewer(ctx, l)
	}
	return err
}

// refreshSeconds is how often a page looks whether the certificate is there.
const refreshSeconds = 3

// olderCycles lists the enrollments before the newest; a first one has none.
func (h *handler) olderCycles(c echo.Context, e enrollment.Enrollment) ([]enrollment.Enrollment, error) {
	if e.Cycle == 1 {
		return nil, nil
	}
	all, err := h.Enrollments.ListByPerson(c.Request().Context(), e.PersonID)
	if err != nil {
		return nil, err
	}
	var older []enrollment.Enrollment
	for _, o := range all {
		if o.CourseID == e.CourseID && o.Cycle < e.Cycle {
			older = append(older, o)
		}
	}
	return older, nil
}

// CheckedOn and ExpiresOn are dates of the course card.
func (f frame) CheckedOn() time.Time { return dayOf(f.Card.CheckedOn) }

// ExpiresOn is when the content is to be checked again.
func (f frame) ExpiresOn() time.Time { return dayOf(f.Card.ExpiresOn) }

type notesPage struct {
	frame
	Notes []enrollment.Note
}

// getNotes shows a learner's own words, also when the lessons are closed.
func (h *handler) getNotes(c echo.Context) error {
	l, f, err := h.learning(c, false)
	if err != nil {
		return err
	}
	notes, err := h.Enrollments.Notes(c.Request().Context(), l.Enrollment)
	if err != nil {
		return err
	}
	return kit.Render(c, 200, "learn/notes", notesPage{f, notes})
}

func (h *handler) getGlossary(c echo.Context) error {
	_, f, err := h.content(c)
	if err != nil {
		return err
	}
	return kit.Render(c, 200, "learn/glossary", f)
}

type figurePage struct {
	frame
	Figure *course.Figure
	Lesson *course.Lesson // where it stands, nil if only in a case
}

func (h *handler) getFigure(c echo.Context) error {
	l, f, err := h.content(c)
	if err != nil {
		return err
	}
	if l.DisclosedAt == nil && l.State == enrollment.Active {
		return kit.Redirect(c, f.Base+"/disclosure", nil)
	}
	id := c.Param("figure")
	for _, figure := range l.Edition.Course.Figures {
		if figure.ID != id {
			continue
		}
		p := figurePage{frame: f, Figure: figure}
		for _, lesson := range l.Edition.Course.Lessons() {
			for _, shown := range lesson.Figures {
				if shown == figure && p.Lesson == nil {
					p.Lesson = lesson
				}
			}
		}
		return kit.Render(c, 200, "learn/figure", p)
	}
	return errNothing
}
