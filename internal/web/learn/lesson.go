package learn

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// lessonPage is the reader.
type lessonPage struct {
	frame
	Lesson      *course.Lesson
	Module      *course.Module
	Of          int // lessons in the course
	Objectives  []course.Objective
	Here        enrollment.LessonRecord
	Outline     []outlineModule
	Done, Total int
	Left        string
	MinutesLeft int
	Errata      []course.Erratum
	Withdrawn   *course.Withdrawal
	Previous    kit.Link
	Next        kit.Link
	Page        string // token of this opening of the page
	Overdue     bool   // the content was to be checked again before today
	Unreviewed  bool
}

// Seconds is the active time on this lesson.
func (p lessonPage) Seconds() int { return p.Here.ActiveSeconds + p.Here.RequestSeconds }

// Seen is the instant of the note that the page shows, "" for none.
func (p lessonPage) Seen() string {
	if p.Here.NotedAt == nil {
		return ""
	}
	return p.Here.NotedAt.Format(time.RFC3339Nano)
}

// Action is the address that a form of the lesson posts to.
func (p lessonPage) Action(verb string) string {
	return p.Base + "/lessons/" + p.Lesson.Slug + "/" + verb
}

// statusWords say how far a fact was checked.
var statusWords = map[course.FactStatus]string{
	course.VerifiedPrimary:   "Read in the paper’s own abstract or on an official page.",
	course.VerifiedSecondary: "Read on a secondary page.",
	course.ArticleOnly:       "Stated by the source article; not confirmed elsewhere.",
	course.Known:             "General knowledge; not checked against a source.",
	course.Calculation:       "Our calculation from checked numbers.",
	course.SearchResult:      "What we found, or did not find, in a search; not a systematic one.",
	course.Inference:         "Our inference, not a finding.",
}

// StatusWords says how far a fact was checked.
func (p lessonPage) StatusWords(s course.FactStatus) string { return statusWords[s] }

func (h *handler) getLesson(c echo.Context) error {
	v, cycle, err := h.view(c)
	if errors.Is(err, enrollment.ErrDisclosureFirst) {
		return kit.Redirect(c, "/learn/"+c.Param("slug")+"/disclosure", nil)
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
	cycle := 0
	if c.Request().Method != http.MethodPost {
		if cycle, err = cycleOf(c); err != nil {
			return enrollment.View{}, 0, err
		}
	}
	v, err := h.Enrollments.LessonView(c.Request().Context(), kit.ViewerOf(c).PersonID, slug, cycle, lesson)
	return v, cycle, err
}

func (h *handler) renderLesson(c echo.Context, v enrollment.View, cycle, status int, form *kit.Form) error {
	f := newFrame(v.Learning, cycle)
	done, total := finished(v.Learning)
	p := lessonPage{
		frame: f, Lesson: v.Lesson, Of: len(v.Edition.Course.Lessons()), Here: v.Here(),
		Outline: outline(v.Learning, v.Lesson.ID), Done: done, Total: total, Left: left(v.Learning),
		MinutesLeft: enrollment.MinutesLeft(v.Edition, v.Record), Errata: v.Edition.ErrataOf(v.Lesson.ID),
		Page: rand.Text(), Unreviewed: !v.Edition.Reviewed(),
	}
	p.Module, _ = v.Edition.Module(v.Lesson.ModuleID)
	p.Previous, p.Next = neighbors(v.Edition, v.Lesson, f)
	for _, id := range v.Lesson.Objectives {
		if o, ok := v.Edition.Course.Objective(id); ok {
			p.Objectives = append(p.Objectives, o)
		}
	}
	if w, gone := v.Edition.Withdrawn(v.Lesson.ID); gone {
		p.Withdrawn = &w
	}
	if end := f.ExpiresOn(); !end.IsZero() {
		p.Overdue = h.Now().After(end.AddDate(0, 0, 1))
	}
	return kit.Render(c, status, "learn/lesson", kit.View{Title: v.Lesson.Title, Form: form, Data: p})
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
			next = kit.Link{Label: "Check of this module", Href: f.URL("/checks/" + l.ModuleID)}
		case i+1 < len(lessons):
			next = kit.Link{Label: lessons[i+1].Title, Href: f.URL("/lessons/" + lessons[i+1].Slug)}
		}
	}
	return previous, next
}

// postFinish records the lesson and goes on to the next.
func (h *handler) postFinish(c echo.Context) error {
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	h.leave(c, v.Enrollment)
	err = h.Enrollments.FinishLesson(c.Request().Context(), v.Enrollment, v.Lesson.ID)
	if err != nil && !errors.Is(err, enrollment.ErrCompleted) {
		return err
	}
	_, next := neighbors(v.Edition, v.Lesson, newFrame(v.Learning, 0))
	return kit.Redirect(c, next.Href, nil)
}

// maxTimeBytes bounds a beacon; an honest one has about 100 bytes.
const maxTimeBytes = 2 << 10

// postTime takes what static/js/active.js sends: seconds (1 … 20), seq and page,
// which together name the batch. It answers with the lesson's total.
func (h *handler) postTime(c echo.Context) error {
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, maxTimeBytes)
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	seconds := form.Int("seconds", 1, 60)
	if form.Bad() {
		return apperr.InvalidField("seconds", "%s", form.Err("seconds"))
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	n, err := h.Enrollments.RecordActive(c.Request().Context(), v.Enrollment, v.Lesson.ID, enrollment.ActiveBatch{
		Token: form.Str("page") + "." + form.Str("seq"), Seconds: seconds, Source: enrollment.FromBrowser,
		From: h.Now().Add(-time.Duration(seconds) * time.Second),
	})
	if err != nil {
		return err
	}
	if !kit.WantsJSON(c) {
		return c.NoContent(http.StatusNoContent)
	}
	total, err := kit.Minutes(v.Here().ActiveSeconds + v.Here().RequestSeconds + n)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"total": total, "accepted": n})
}

var (
	bookmarkSet  = kit.NewFlash("learn.bookmark.set", kit.Success, "Bookmarked. You find it on the course’s page.")
	bookmarkGone = kit.NewFlash("learn.bookmark.gone", kit.Success, "The bookmark is removed.")
	noteSaved    = kit.NewFlash("learn.note.saved", kit.Success, "Your note is saved.")
)

func (h *handler) postBookmark(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	on := form.Bool("on")
	if err := h.Enrollments.SetBookmark(c.Request().Context(), v.Enrollment, v.Lesson.ID, on); err != nil {
		return err
	}
	flash := bookmarkGone
	if on {
		flash = bookmarkSet
	}
	return kit.Redirect(c, "/learn/"+v.Slug+"/lessons/"+v.Lesson.Slug, flash)
}

// postNote saves the note of a lesson; the script's autosave and the button
// arrive here alike.
func (h *handler) postNote(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	v, _, err := h.view(c)
	if err != nil {
		return err
	}
	edit := enrollment.NoteEdit{Text: form.Get("note"), Page: form.Str("page")}
	if seen, err := time.Parse(time.RFC3339Nano, form.Str("seen")); err == nil {
		edit.Seen = &seen
	}
	at, err := h.Enrollments.SaveNote(c.Request().Context(), v.Enrollment, v.Lesson.ID, edit)
	switch {
	case kit.WantsJSON(c) && err == nil:
		body, err := json.Marshal(map[string]time.Time{"saved_at": at})
		if err != nil {
			return err
		}
		return c.JSONBlob(http.StatusOK, body)
	case kit.WantsJSON(c):
		return err
	case form.Merge(err):
		return h.renderLesson(c, v, 0, kit.Status(err), form)
	case err != nil:
		return err
	}
	return kit.Redirect(c, "/learn/"+v.Slug+"/lessons/"+v.Lesson.Slug+"#note", noteSaved)
}
