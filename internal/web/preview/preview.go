// Package preview walks a course as a learner does, for those who write, review or
// accredit it: the draft or an edition, its lessons, questions, exam, evaluation and
// certificate. Nothing that is done here is recorded, and it counts in no statistics:
// nothing of a learner's is read or written.
package preview

import (
	"context"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// Deps is what the area needs.
type Deps struct {
	Courses interface {
		CheckDraft(ctx context.Context, slug string) (course.Draft, *course.Course, course.Files, error)
		Editions(ctx context.Context, slug string) ([]course.Published, error)
		Edition(ctx context.Context, id string) (*course.Edition, error)
	}
	// Counts answers whether the course would count for a license today.
	Counts func(ctx context.Context, ed *course.Edition, q count.Question) (count.Answer, error)
	// Sample prints a certificate that says that it is none.
	Sample func(ctx context.Context, ed *course.Edition) ([]byte, error)
}

type handler struct{ Deps }

// Routes returns the area's table.
func Routes(d Deps) []kit.Route {
	h := &handler{d}
	const teach = kit.Instructor | kit.Administrator
	get := func(path, name string, f echo.HandlerFunc) kit.Route {
		return kit.Route{Method: http.MethodGet, Path: "/teach/:slug/preview" + path, Name: name, Role: teach, Handler: f}
	}
	post := func(path, name string, f echo.HandlerFunc) kit.Route {
		r := get(path, name, f)
		r.Method = http.MethodPost
		return r
	}
	return []kit.Route{
		get("", "preview.show", h.getStart),
		get("/disclosure", "preview.disclosure", h.getDisclosure),
		get("/lessons/:lesson", "preview.lesson", h.getLesson),
		get("/checks/:module", "preview.check", h.getCheck),
		post("/checks/:module", "preview.check.answer", h.postCheck),
		get("/exam", "preview.exam", h.getExam),
		post("/exam", "preview.exam.submit", h.postExam),
		get("/evaluation", "preview.evaluation", h.getEvaluation),
		get("/questions", "preview.questions", h.getQuestions),
		get("/questions/:question", "preview.question", h.getQuestion),
		get("/card", "preview.card", h.getCard),
		get("/certificate.pdf", "preview.certificate", h.getCertificate),
	}
}

// place is what is previewed, with the addresses of its pages.
type place struct {
	*course.Edition // Number 0: the draft
	Choice          string
	Title           string
}

// Name is what is previewed, in words.
func (p place) Name() string {
	if p.Number == 0 {
		return "the draft"
	}
	return "edition " + strconv.Itoa(p.Number)
}

// Unreviewed reports whether learners are told that reviews are open. A draft has none.
func (p place) Unreviewed() bool { return p.Number > 0 && !p.Reviewed() }

// Gone reports whether a lesson was withdrawn.
func (p place) Gone(l *course.Lesson) bool {
	_, gone := p.Withdrawn(l.ID)
	return gone
}

// At is an address of the preview; parts are joined to it.
func (p place) At(rest string, query ...string) string {
	q := url.Values{}
	if p.Choice != "" {
		q.Set("edition", p.Choice)
	}
	for i := 0; i+1 < len(query); i += 2 {
		q.Set(query[i], query[i+1])
	}
	at := "/teach/" + p.Slug + "/preview" + rest
	if len(q) > 0 {
		at += "?" + q.Encode()
	}
	return at
}

// Crumbs lead to the beginning of the preview.
func (p place) Crumbs() []kit.Link {
	return []kit.Link{{Label: "Your courses", Href: "/teach"}, {Label: p.Title, Href: "/teach/" + p.Slug}, {Label: "Preview of " + p.Name(), Href: p.At("")}}
}

// place reads ?edition=, a number; without it, it is the draft.
func (h *handler) place(c echo.Context) (p place, err error) {
	ctx := c.Request().Context()
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return p, err
	}
	d, parsed, _, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return p, err
	}
	p.Choice, p.Title = c.QueryParam("edition"), d.Title
	if p.Choice == "" {
		p.Edition = &course.Edition{CourseID: d.CourseID, Slug: slug, Hash: d.Hash, Course: parsed}
		return p, nil
	}
	list, err := h.Courses.Editions(ctx, slug)
	if err != nil {
		return p, err
	}
	for _, e := range list {
		if strconv.Itoa(e.Number) == p.Choice {
			p.Edition, err = h.Courses.Edition(ctx, e.ID)
			return p, err
		}
	}
	return p, errNoEdition
}

var errNoEdition = apperr.New(apperr.NotFound, "This course has no such edition.")

// startPage is the way in.
type startPage struct {
	place
	Editions                   []kit.Link
	Professions, Jurisdictions []kit.Option
	Answer                     *count.Answer
	Who                        string
}

func (h *handler) getStart(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	f, err := kit.BindQuery(c)
	if err != nil {
		return err
	}
	page := startPage{place: p, Professions: options(lists.Professions), Jurisdictions: options(lists.Jurisdictions)}
	if err := h.choices(c, &page); err != nil {
		return err
	}
	status := http.StatusOK
	if f.Str("profession") != "" || f.Str("jurisdiction") != "" {
		q, err := accreditation.Asked(f.Str("profession"), f.Str("jurisdiction"), "")
		if f.Merge(err) {
			status = kit.Status(err)
		} else {
			a, err := h.Counts(c.Request().Context(), p.Edition, q)
			if err != nil {
				return err
			}
			page.Answer, page.Who = &a, lists.NameOf(lists.Professions, f.Str("profession"))+", "+lists.NameOf(lists.Jurisdictions, f.Str("jurisdiction"))
		}
	}
	return kit.Render(c, status, "preview/start", kit.View{Title: "Preview", Form: f, Data: page})
}

// choices lists what can be previewed.
func (h *handler) choices(c echo.Context, page *startPage) error {
	list, err := h.Courses.Editions(c.Request().Context(), page.Slug)
	if err != nil && !apperr.Is(err, apperr.NotFound) {
		return err
	}
	other := func(choice, label string) {
		p := page.place
		p.Choice = choice
		page.Editions = append(page.Editions, kit.Link{Label: label, Href: p.At("")})
	}
	other("", "The draft")
	for _, e := range list {
		n := strconv.Itoa(e.Number)
		other(n, "Edition "+n)
	}
	return nil
}

func options(list []lists.Choice) []kit.Option {
	out := []kit.Option{{Value: "", Label: "Choose"}}
	for _, e := range list {
		out = append(out, kit.Option{Value: e.Code, Label: e.Name})
	}
	return out
}

// disclosurePage is what learners acknowledge before they begin.
type disclosurePage struct {
	place
	Minutes int // of active reading that the course itself asks for, 0 for none
}

func (h *handler) getDisclosure(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	page := disclosurePage{place: p}
	if p.Course.Card.TimePolicy == string(enrollment.TimeBlock) {
		page.Minutes = enrollment.PlannedMinutes(p.Edition)
	}
	return kit.Render(c, http.StatusOK, "preview/disclosure", kit.View{Title: "The disclosure", Data: page})
}

// lessonPage is a lesson as learners read it.
type lessonPage struct {
	place
	Lesson         *course.Lesson
	Withdrawn      *course.Withdrawal
	Errata         []course.PlacedErratum
	Previous, Next kit.Link
	Headings       []kit.Option // of which somebody may have something to say
}

// Comments is the address of what is said of the lesson.
func (p lessonPage) Comments() string {
	return "/teach/" + p.Slug + "/comments?" + url.Values{"path": {p.Lesson.File}}.Encode()
}

func (h *handler) getLesson(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	slug, err := kit.PathParam(c, "lesson")
	if err != nil {
		return err
	}
	l, ok := p.Lesson(slug)
	if !ok {
		return errNoLesson
	}
	page := lessonPage{place: p, Lesson: l, Headings: []kit.Option{{Value: "", Label: "The lesson as a whole"}}}
	for _, x := range l.Headings {
		page.Headings = append(page.Headings, kit.Option{Value: x.Text, Label: x.Text})
	}
	for _, x := range p.Errata() {
		if x.LessonID == l.ID {
			page.Errata = append(page.Errata, x)
		}
	}
	if w, gone := p.Withdrawn(l.ID); gone {
		page.Withdrawn = &w
	}
	all := p.Course.Lessons()
	for i, x := range all {
		if x != l {
			continue
		}
		if i > 0 {
			page.Previous = kit.Link{Label: all[i-1].Title, Href: p.At("/lessons/" + all[i-1].Slug)}
		}
		if i+1 < len(all) {
			page.Next = kit.Link{Label: all[i+1].Title, Href: p.At("/lessons/" + all[i+1].Slug)}
		}
	}
	return kit.Render(c, http.StatusOK, "preview/lesson", kit.View{Title: l.Title, Form: kit.NewForm(), Data: page})
}

var errNoLesson = apperr.New(apperr.NotFound, "There is no such lesson.")

// getCertificate prints a sample.
func (h *handler) getCertificate(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	file, err := h.Sample(c.Request().Context(), p.Edition)
	if err != nil {
		return err
	}
	res := c.Response().Header()
	res.Set(echo.HeaderContentDisposition, `inline; filename="sample.pdf"`)
	res.Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, "application/pdf", file)
}
