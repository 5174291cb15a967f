// Package catalog has the pages that anyone may read before enrolling: the
// front page, the courses, a course's page; and the page on which an instructor
// or administrator records what must be said about an edition: reviews,
// corrections, withdrawn lessons.
//
// A course's page says what is true of the edition and nothing more: without a
// live approval it names no accreditor and no credit, only the estimated
// learning time; the sum is for instructors and administrators (DECISIONS 10).
package catalog

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit"
	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/payment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps are what the pages need.
type Deps struct {
	Courses interface {
		List(ctx context.Context) ([]*course.Edition, error)
		Current(ctx context.Context, slug string) (*course.Edition, error)
		Editions(ctx context.Context, slug string) ([]course.Published, error)
		Edition(ctx context.Context, id string) (*course.Edition, error)
		OpenForEnrollment(ctx context.Context, ed *course.Edition) error
		Completable(ed *course.Edition) bool
		RecordSignoff(ctx context.Context, editionID string, r course.SignedOff, by string) error
		RetractSignoff(ctx context.Context, editionID, recordID, reason, by string) error
		AddErrata(ctx context.Context, editionIDs []string, e course.Erratum, by string) error
		RepeatErratum(ctx context.Context, slug, root string, editionIDs []string, by string) error
		WithdrawLessons(ctx context.Context, editionIDs []string, w course.Withdrawing, by string) error
		Lacking(ctx context.Context, slug string) ([]course.Carry, error)
	}
	Enrollments interface {
		Find(ctx context.Context, personID, slug string, cycle int) (enrollment.Enrollment, error)
		ActiveByEdition(ctx context.Context, courseID string) (map[string]int, error)
		MayEnroll(ctx context.Context, personID string, ed *course.Edition) error
	}
	Accreditation interface {
		Lines(ctx context.Context, courseID string, day time.Time, m pack.Measures) ([]accreditation.Line, []accreditation.Blocked, error)
		LinesOf(ctx context.Context, courseIDs []string, day time.Time, measures func(courseID string) pack.Measures) (map[string][]accreditation.Line, error)
		Sums(ctx context.Context, courseID string, day time.Time, m pack.Measures) ([]accreditation.Sum, error)
		Counts(ctx context.Context, lines []accreditation.Line, m pack.Measures, length time.Duration, questions ...count.Question) ([]count.Answer, error)
	}
	// People names who recorded a review.
	People interface {
		Names(ctx context.Context, ids []string) (map[string]string, error)
	}
	// Licenses are those that a person has listed. nil: none.
	Licenses func(ctx context.Context, personID string) ([]account.License, error)
	// Asks is what the accreditors behind lines ask for beside an edition. nil: nothing.
	Asks func(lines []accreditation.Line) enrollment.Asks
	// Policies are the versions that whoever enrolls in a free course accepts by
	// it; a paid one asks at the checkout.
	Policies func(ctx context.Context) ([]payment.PolicyVersion, error)
	// KeyReader reports whether somebody could read the keys of a course's exam and so
	// takes none of it. nil: nobody.
	KeyReader func(ctx context.Context, personID, courseID string) (bool, error)
	// Underway are a person's orders whose payment is not there yet. nil: none.
	Underway func(ctx context.Context, personID string) ([]payment.Order, error)
	// NoSales: this site cannot take payments, so only free courses can be begun.
	NoSales bool
	Zone    *time.Location // the provider's, for days; nil: UTC
	Now     func() time.Time
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	if d.Zone == nil {
		d.Zone = time.UTC
	}
	if d.KeyReader == nil {
		d.KeyReader = func(context.Context, string, string) (bool, error) { return false, nil }
	}
	h := &handler{d}
	teach := kit.Instructor | kit.Administrator
	return []kit.Route{
		{Method: http.MethodGet, Path: "/", Name: "home.show", Role: kit.Anyone, Handler: h.getHome},
		{Method: http.MethodGet, Path: "/courses", Name: "course.list", Role: kit.Anyone, Handler: h.getCourses},
		{Method: http.MethodGet, Path: "/courses/:slug", Name: "course.show", Role: kit.Anyone, Handler: h.getCourse},
		{Method: http.MethodGet, Path: "/courses/:slug/count", Name: "course.count", Role: kit.Anyone, Handler: h.getCount},
		{Method: http.MethodGet, Path: "/teach/:slug/signoff", Name: "signoff.show", Role: teach, Handler: h.getSignoff},
		{Method: http.MethodPost, Path: "/teach/:slug/signoff", Name: "signoff.record", Role: teach, Handler: h.postSignoff},
		{Method: http.MethodGet, Path: "/teach/:slug/signoff/:record/retract", Name: "signoff.retract_page", Role: teach, Handler: h.getRetract},
		{Method: http.MethodPost, Path: "/teach/:slug/signoff/:record/retract", Name: "signoff.retract", Role: teach, Handler: h.postRetract},
		{Method: http.MethodPost, Path: "/teach/:slug/errata", Name: "erratum.add", Role: teach, Handler: h.postErratum},
		{Method: http.MethodPost, Path: "/teach/:slug/withdrawals", Name: "lesson.withdraw", Role: teach, Handler: h.postWithdrawal},
	}
}

// card is a course in a list.
type card struct {
	*course.Edition
	Card     course.Card
	Hours    credit.Worked
	Lessons  int
	Reviewed bool
	Credit   []accreditation.Line // today's, which most courses have none of
	Emptied  string               // why nobody can complete it any more, "" while people can
}

// Somewhere reports whether some of the credit counts in some places only.
func (c card) Somewhere() bool {
	return slices.ContainsFunc(c.Credit, func(l accreditation.Line) bool { return len(l.Jurisdictions) > 0 })
}

// emptied says what was withdrawn of an edition that nobody can complete without it.
func (h *handler) emptied(ed *course.Edition) string {
	switch {
	case len(ed.Overlays.Withdrawn) == 0 || h.Courses.Completable(ed):
		return ""
	case len(ed.RequiredLessons()) == 0:
		return "Every lesson of it was withdrawn."
	}
	return "So much of it was withdrawn that its exam can no longer be drawn."
}

// credit is what a course earns from accreditors today.
func (h *handler) credit(ctx context.Context, ed *course.Edition) ([]accreditation.Line, error) {
	now := h.Now().In(h.Zone)
	lines, _, err := h.Accreditation.Lines(ctx, ed.CourseID, now, ed.Measures(now))
	return lines, err
}

func (h *handler) cards(ctx context.Context) ([]card, error) {
	list, err := h.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]card, 0, len(list))
	var open []string // the others earn nobody credit
	editions := map[string]*course.Edition{}
	for _, ed := range list {
		c := card{Edition: ed, Card: ed.Course.Card, Hours: ed.EstimatedHours(), Lessons: len(ed.RequiredLessons()), Reviewed: ed.Reviewed(), Emptied: h.emptied(ed)}
		if c.Emptied == "" {
			open, editions[ed.CourseID] = append(open, ed.CourseID), ed
		}
		out = append(out, c)
	}
	now := h.Now().In(h.Zone)
	lines, err := h.Accreditation.LinesOf(ctx, open, now, func(id string) pack.Measures { return editions[id].Measures(now) })
	if err != nil {
		return nil, err
	}
	for i := range out {
		out[i].Credit = lines[out[i].CourseID]
	}
	return out, nil
}

func (h *handler) getHome(c echo.Context) error {
	list, err := h.cards(c.Request().Context())
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "catalog/home", kit.View{
		Title: "Continuing education for therapists", Canonical: "/", Data: list,
		Description: "Self-paced courses for psychotherapists. Every clinical statement names its source, and anyone can check a certificate.",
	})
}

func (h *handler) getCourses(c echo.Context) error {
	list, err := h.cards(c.Request().Context())
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "catalog/list", kit.View{
		Canonical: "/courses", Data: list, Description: "The courses on offer, with length, price and review status.",
	})
}

// moduleRow is a module of the outline with its lessons.
type moduleRow struct {
	*course.Module
	Rows    []lessonRow
	Minutes int
	Checks  int
	Words   string // how many lessons
}

type lessonRow struct {
	*course.Lesson
	Withdrawn bool
}

// coursePage is what a course's page shows.
type coursePage struct {
	card
	Modules                     []moduleRow
	Figures, Bank               int
	ShortAnswers                bool // the bank holds some, which a person grades
	OpenReviews                 []course.Signoff
	Released, Checked, Expires  time.Time
	Published                   time.Time // the day of this edition; Released only where it is another
	Expired                     bool
	ReadsThis                   bool // the viewer can read, and this edition: lessons of another may be others
	Records                     []record
	Closed                      string                  // why this viewer cannot enroll, "" if they can
	Again                       time.Time               // when a completed course opens again; zero: never, or now
	Once                        bool                    // a completed course that cannot be taken again
	Policies                    []payment.PolicyVersion // accepted by enrolling; empty where the checkout asks
	Counting                    counting
	Asks                        enrollment.Asks
	Paying                      string // number of the viewer's order whose payment is not there yet
	CanBegin, CanRead, Finished bool
	Attended                    bool // a live event, and has not got the lessons
	KeyReader                   bool // works on the course, or did: cannot take its exam
}

func (h *handler) getCourse(c echo.Context) error {
	ctx := c.Request().Context()
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	ed, err := h.Courses.Current(ctx, slug)
	if err != nil {
		return err
	}
	p := newCoursePage(ed, h.Now().In(h.Zone))
	if p.Emptied = h.emptied(ed); p.Emptied == "" { // nobody earns it otherwise
		if p.Credit, err = h.credit(ctx, ed); err != nil {
			return err
		}
	}
	if err := h.Courses.OpenForEnrollment(ctx, ed); apperr.Is(err, apperr.Conflict) {
		p.Closed = apperr.Message(err)
	} else if err != nil {
		return err
	}
	if p.Closed == "" && h.NoSales && p.Card.PriceCents != 0 {
		p.Closed = "It cannot be bought here yet, because this site does not take payments so far."
	}
	if err := h.addEnrollment(ctx, c, p); err != nil {
		return err
	}
	if p.CanBegin && p.Card.PriceCents == 0 {
		if p.Policies, err = h.Policies(ctx); err != nil {
			return err
		}
	}
	if h.Asks != nil {
		p.Asks = h.Asks(p.Credit)
	}
	if p.Counting, err = h.counting(ctx, kit.ViewerOf(c), asking{ed: ed, lines: p.Credit}); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "catalog/show", kit.View{
		Title: p.Card.Title, Description: p.Card.Summary, Canonical: "/courses/" + slug, Data: p,
	})
}

// addPayment keeps whoever has paid from being asked to pay again.
func (h *handler) addPayment(ctx context.Context, v *kit.Viewer, p *coursePage) error {
	if h.Underway == nil {
		return nil
	}
	orders, err := h.Underway(ctx, v.PersonID)
	for _, o := range orders {
		if o.CourseID == p.CourseID {
			p.Paying = o.Number
		}
	}
	return err
}

// addEnrollment says where the viewer stands in this course.
func (h *handler) addEnrollment(ctx context.Context, c echo.Context, p *coursePage) error {
	p.CanBegin = p.Closed == ""
	v := kit.ViewerOf(c)
	if v == nil {
		return nil
	}
	if err := h.addPayment(ctx, v, p); err != nil {
		return err
	}
	var err error
	if p.KeyReader, err = h.KeyReader(ctx, v.PersonID, p.CourseID); err != nil {
		return err
	}
	e, err := h.Enrollments.Find(ctx, v.PersonID, p.Slug, 0)
	switch {
	case apperr.Is(err, apperr.NotFound):
		return nil
	case err != nil:
		return err
	}
	p.Finished = e.State == enrollment.Completed
	underway := e.State == enrollment.Active || e.State == enrollment.Pending
	if underway {
		p.Paying = "" // the enrollment does not wait for it
	}
	p.CanRead = p.Finished || underway
	p.Attended = e.Attendance != nil
	p.ReadsThis = p.CanRead && !p.Attended && e.EditionID == p.ID
	err = h.Enrollments.MayEnroll(ctx, v.PersonID, p.Edition)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, enrollment.ErrTooEarly) && e.CompletedAt != nil:
		p.Again = e.CompletedAt.AddDate(0, 0, p.Card.RepeatAfterDays)
	case errors.Is(err, enrollment.ErrNotRepeatable):
		p.Once = true
	case !apperr.Is(err, apperr.Conflict):
		return err
	}
	p.CanBegin, p.Closed = false, apperr.Message(err)
	return nil
}

// newCoursePage says what is true of an edition now, on the provider's calendar.
func newCoursePage(ed *course.Edition, now time.Time) *coursePage {
	k := ed.Course.Card
	p := &coursePage{
		card:    card{Edition: ed, Card: k, Hours: ed.EstimatedHours(), Lessons: len(ed.RequiredLessons())},
		Figures: len(ed.Course.Figures), Bank: len(ed.Bank()), OpenReviews: ed.OpenSignoffs(),
		Released: date(k.ReleasedOn), Checked: date(k.CheckedOn), Expires: date(k.ExpiresOn),
	}
	y, month, day := ed.PublishedAt.In(now.Location()).Date()
	if p.Published = time.Date(y, month, day, 0, 0, 0, 0, time.UTC); p.Released.Equal(p.Published) {
		p.Released = time.Time{}
	}
	p.Reviewed = len(p.OpenReviews) == 0
	p.ShortAnswers = ed.AsksShortAnswers()
	p.Expired = !p.Expires.IsZero() && now.Format(time.DateOnly) > p.Expires.Format(time.DateOnly)
	for _, r := range ed.Overlays.Signoffs {
		p.Records = append(p.Records, newRecord(ed, r))
	}
	for _, m := range ed.Course.Modules {
		row := moduleRow{Module: m, Checks: len(ed.Check(m.ID))}
		for _, l := range m.Lessons {
			_, gone := ed.Withdrawn(l.ID)
			row.Rows = append(row.Rows, lessonRow{l, gone})
			if !gone {
				row.Minutes += l.Minutes
			}
		}
		required := 0
		for _, r := range row.Rows {
			if !r.Withdrawn {
				required++
			}
		}
		row.Words = course.LessonWords(required, len(row.Rows)-required)
		p.Modules = append(p.Modules, row)
	}
	return p
}

// Enrolled reports whether the viewer is in the course and has nothing to buy.
func (p *coursePage) Enrolled() bool { return p.CanRead && !p.CanBegin }

// TimePolicy is what becomes of active time below ReadingMinutes.
func (p *coursePage) TimePolicy() enrollment.TimePolicy {
	return enrollment.Learning{Edition: p.Edition, Asks: p.Asks}.TimePolicy()
}

// ReadingMinutes is the planned reading time of the required lessons.
func (p *coursePage) ReadingMinutes() (n int) {
	for _, m := range p.Modules {
		n += m.Minutes
	}
	return n
}

// date reads a day of a course card; the zero time for none.
func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return time.Time{}
	}
	return t
}
