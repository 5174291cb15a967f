package learn

import (
	"crypto/rand"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// lessonPage is the reader. Mine holds everything that is the learner's own.
type lessonPage struct {
	frame
	V        variant
	Lesson   *course.Lesson
	Module   *course.Module
	Of       int // lessons in the course
	Previous kit.Link
	Next     kit.Link
	Form     *kit.Form
	Mine     own
}

// The holes by name, for the template.

// Outline is the course with what is done.
func (p lessonPage) Outline() template.HTML { return p.Mine[holeOutline].HTML }

// Body is the lesson's text with its references.
func (p lessonPage) Body() template.HTML { return p.Mine[holeBody].HTML }

// Corrections are the notices of what was corrected: those about safety until the
// learner says that they have read them.
func (p lessonPage) Corrections() template.HTML { return p.Mine[holeCorrections].HTML }

// Done is the number of lessons finished.
func (p lessonPage) Done() template.HTML { return p.Mine[holeDone].HTML }

// Total is the number of lessons to finish.
func (p lessonPage) Total() template.HTML { return p.Mine[holeTotal].HTML }

// MinutesLeft is the planned reading time left.
func (p lessonPage) MinutesLeft() template.HTML { return p.Mine[holeMinutesLeft].HTML }

// Left says what is left before the certificate.
func (p lessonPage) Left() template.HTML { return p.Mine[holeLeft].HTML }

// Time is the active time on this lesson.
func (p lessonPage) Time() template.HTML { return p.Mine[holeTime].HTML }

// FinishedOn is the day on which the lesson was finished.
func (p lessonPage) FinishedOn() template.HTML { return p.Mine[holeFinished].HTML }

// Page is the token of this opening of the page.
func (p lessonPage) Page() template.HTML { return p.Mine[holePage].HTML }

// Opened says that the page was served.
func (p lessonPage) Opened() template.HTML { return p.Mine[holeOpened].HTML }

// Seen says which note the page shows.
func (p lessonPage) Seen() template.HTML { return p.Mine[holeSeen].HTML }

// Owner marks what a script keeps in the browser as this learner's.
func (p lessonPage) Owner() template.HTML { return p.Mine[holeOwner].HTML }

// Today is the day on which the page is read, for its print.
func (p lessonPage) Today() template.HTML { return p.Mine[holeToday].HTML }

// Note is the learner's note.
func (p lessonPage) Note() template.HTML { return p.Mine[holeNote].HTML }

// SavedAt is when the note was saved.
func (p lessonPage) SavedAt() template.HTML { return p.Mine[holeSaved].HTML }

// Action is the address that a form of the lesson posts to.
func (p lessonPage) Action(verb string) string {
	return p.Base + "/lessons/" + p.Lesson.Slug + "/" + verb
}

// statusWords say how far a fact was checked.
var statusWords = map[course.FactStatus]string{
	course.VerifiedPrimary:   "A primary source: the paper’s own abstract or an official page.",
	course.VerifiedSecondary: "A secondary source: a copy, a summary or a report.",
	course.ArticleOnly:       "Stated by the source article; not confirmed elsewhere.",
	course.Known:             "General knowledge; not checked against a source.",
	course.Calculation:       "Our calculation from checked numbers.",
	course.SearchResult:      "What we found, or did not find, in a search; not a systematic one.",
	course.Inference:         "Our inference, not a finding.",
}

func (h *handler) getLesson(c echo.Context) error {
	v, cycle, err := h.view(c)
	if errors.Is(err, enrollment.ErrDisclosureFirst) {
		return kit.Redirect(c, "/learn/"+c.Param("slug")+"/disclosure?lesson="+url.QueryEscape(c.Param("lesson")), nil)
	}
	if err != nil {
		return err
	}
	if cycle == 0 && !prefetched(c) {
		h.Tracker.Visit(v.Enrollment, v.Lesson)
	}
	return h.renderLesson(c, v, cycle, http.StatusOK, kit.NewForm("note", v.Here().Note))
}

func (h *handler) view(c echo.Context) (enrollment.View, int, error) {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return enrollment.View{}, 0, err
	}
	lesson, err := kit.PathParam(c, "lesson")
	if err != nil {
		return enrollment.View{}, 0, err
	}
	cycle, err := kit.Cycle(c)
	if err != nil {
		return enrollment.View{}, 0, err
	}
	v, err := h.Enrollments.LessonView(c.Request().Context(), kit.ViewerOf(c).PersonID, slug, cycle, lesson)
	return v, cycle, err
}

// renderLesson joins the parts that are ready with what is the learner's own.
func (h *handler) renderLesson(c echo.Context, v enrollment.View, cycle, status int, form *kit.Form) error {
	f := newFrame(v.Learning, cycle)
	st, err := h.shelf.of(c, f)
	if err != nil {
		return err
	}
	sl, err := st.lesson(c, f, v.Lesson)
	if err != nil {
		return err
	}
	p := lessonPage{frame: f, Lesson: v.Lesson, Of: len(v.Edition.Course.Lessons()), Form: form}
	p.Module, _ = v.Edition.Module(v.Lesson.ModuleID)
	p.Previous, p.Next = neighbors(v.Edition, v.Lesson, f)
	h.fillOwn(c, &p, v)
	if p.Mine[holeCorrections], err = h.corrections(c, f, v); err != nil {
		return err
	}
	p.Mine[holeBody], p.Mine[holeOutline] = sl.body, st.outline(v.Learning, v.Lesson.ID)
	page, err := st.page(c, sl, p)
	if err != nil {
		return err
	}
	return kit.Render(c, status, "learn/lesson", kit.View{Title: v.Lesson.Title, Form: form, Data: page})
}

// fillOwn sets the variant and what stands in it.
func (h *handler) fillOwn(c echo.Context, p *lessonPage, v enrollment.View) {
	here, now, zone := v.Here(), h.Now(), time.UTC
	if z := kit.ViewerOf(c).Zone; z != nil {
		zone = z
	}
	list := v.Requirements()
	remaining := left(list, v.Exam.Awaiting())
	minutes := enrollment.MinutesLeft(v.Edition, v.Record)
	_, gone := v.Edition.Withdrawn(v.Lesson.ID)
	end := p.ExpiresOn()
	p.V = variant{
		State: v.State, Live: p.Live, Own: p.Own, Gone: gone, Overdue: !end.IsZero() && now.After(end.AddDate(0, 0, 1)),
		Timed: p.Live || here.ActiveSeconds+here.RequestSeconds > 0, FromRequests: here.RequestSeconds > 0 && here.ActiveSeconds == 0,
		Finished: here.Finished(), Bookmarked: here.BookmarkedAt != nil, HasNote: here.Note != "", Saved: here.NotedAt != nil,
		AllRead: minutes == 0, CertificateOpen: remaining != "",
	}
	for _, q := range list {
		if q.Kind == enrollment.NeedLessons {
			p.Mine[holeDone], p.Mine[holeTotal] = kit.Text(strconv.Itoa(q.Count)), kit.Text(strconv.Itoa(q.Of))
		}
	}
	p.Mine[holeMinutesLeft], p.Mine[holeLeft] = kit.Text(strconv.Itoa(minutes)), kit.Text(remaining)
	p.Mine[holeTime] = kit.Text(spent(here.ActiveSeconds + here.RequestSeconds))
	p.Mine[holeOwner] = kit.Text(kit.ViewerOf(c).Mark())
	p.Mine[holePage], p.Mine[holeNote] = kit.Text(rand.Text()), kit.Text(p.Form.Val("note"))
	p.Mine[holeOpened] = kit.Text(h.openedMark(v))
	p.Mine[holeToday] = kit.Text(now.In(zone).Format("January 2, 2006"))
	if here.FinishedAt != nil {
		p.Mine[holeFinished] = kit.Text(here.FinishedAt.In(zone).Format("January 2, 2006"))
	}
	p.Mine[holeSeen] = kit.Text(seenNote(here))
	if here.NotedAt != nil {
		p.Mine[holeSaved] = kit.Text(here.NotedAt.In(zone).Format("January 2, 2006, 3:04 PM MST"))
	}
}

// spent prints seconds as the kit does.
func spent(seconds int) string {
	s, _ := kit.Minutes(seconds) // an int always prints
	return s
}

// neighbors are the lesson before and what comes after: the next lesson, the
// check at a module's end, or the outline at the end of all.
func neighbors(ed *course.Edition, lesson *course.Lesson, f frame) (previous, next kit.Link) {
	next = kit.Link{Label: "Course outline", Href: f.URL("")}
	lessons := ed.Course.Lessons()
	for i, l := range lessons {
		if l != lesson {
			continue
		}
		if i > 0 {
			previous = kit.Link{Label: lessons[i-1].Title, Href: f.URL("/lessons/" + lessons[i-1].Slug)}
		}
		last := i+1 == len(lessons) || lessons[i+1].ModuleID != l.ModuleID
		switch {
		case last && len(ed.Check(l.ModuleID)) > 0:
			next = kit.Link{Label: "Practice questions", Href: f.URL("/checks/" + l.ModuleID)}
		case i+1 < len(lessons):
			next = kit.Link{Label: lessons[i+1].Title, Href: f.URL("/lessons/" + lessons[i+1].Slug)}
		}
	}
	return previous, next
}
