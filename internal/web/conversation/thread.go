package conversation

import (
	"context"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	answered = kit.NewFlash("question.answered", kit.Success, "The answer is saved and on its way by mail.")
	shown    = kit.NewFlash("question.shown", kit.Success, "Every learner of this lesson can read it now.")
	unshown  = kit.NewFlash("question.unshown", kit.Success, "It is no longer shown to learners.")
	closed   = kit.NewFlash("question.closed", kit.Success, "The question is closed; the person gets the reason by mail.")
	judged   = kit.NewFlash("question.judged", kit.Success, "Saved. The person gets a mail of what came of their report.")
	noted    = kit.NewFlash("question.noted", kit.Success, "The note is among those for the next edition.")
	hid      = kit.NewFlash("question.hidden", kit.Success, "The conversation is hidden.")
	unhid    = kit.NewFlash("question.unhidden", kit.Success, "The conversation is no longer hidden.")
)

var errVerdict = apperr.InvalidField("verdict", "Say whether the report is right.")

// aLearner stands for whoever reported, before reviewers.
const aLearner = "A learner"

// threadPage is a thread as those who teach see it.
type threadPage struct {
	conversation.Placed
	Asker    string
	Full     bool // the viewer sees who asked
	Said     []conversation.Message
	Shown    []conversation.Wording // the newest first
	Notes    []conversation.Note
	File     string       // where the lesson's file is edited, "" where the draft has it no more
	Errata   []kit.Option // to choose from, for a report
	Erratum  string       // what the report led to
	Fix      string       // where corrections are published
	Question string       // as it would be shown
	Answer   string
	Typed    []string // into a form that is not here
	names    map[string]string
}

// By names who wrote something.
func (p threadPage) By(id string) string { return nameOf(p.names, id) }

// MayAnswer, or close.
func (p threadPage) MayAnswer() bool {
	return p.HiddenAt == nil && p.Kind == conversation.Question && !p.Ended()
}

// MayShow it to all.
func (p threadPage) MayShow() bool {
	return p.HiddenAt == nil && p.Kind == conversation.Question && p.AnsweredAt != nil
}

// MayJudge the report.
func (p threadPage) MayJudge() bool {
	return p.HiddenAt == nil && p.Kind == conversation.Inaccuracy && p.State == conversation.Open
}

// fields are those that the page has; a note can be kept of all that is not hidden.
func (p threadPage) fields() (names []string) {
	if p.HiddenAt == nil {
		names = append(names, "note")
	}
	if p.MayAnswer() {
		names = append(names, "body", "reason")
	}
	if p.MayShow() {
		names = append(names, "question", "answer")
	}
	if p.MayJudge() {
		names = append(names, "text")
	}
	return names
}

// NotesHref leads to the notes of the course.
func (p threadPage) NotesHref() string { return "/teach/" + p.Edition.Slug + "/notes" }

func (h *handler) getThread(c echo.Context) error { return h.renderThread(c, nil, kit.NewForm()) }

func (h *handler) renderThread(c echo.Context, formErr error, f *kit.Form) error {
	ctx := c.Request().Context()
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	t, said, notes, err := h.Conversation.Get(ctx, id, kit.ViewerOf(c).Is("administrator"))
	if err != nil {
		return err
	}
	files, _, err := h.Courses.DraftFiles(ctx, t.Edition.Slug)
	if err != nil {
		return err
	}
	p := threadPage{Placed: t, Said: said, Notes: notes, File: fileHref(t.Edition.Slug, t.Lesson.File, files), Fix: errataHref(t.Edition, t.LessonID)}
	if p.Shown, err = h.Conversation.Wordings(ctx, id); err != nil {
		return err
	}
	p.addErrata(t.Errata())
	p.propose()
	p.Typed = left(f, p.fields()...)
	p.Full = reach(c).Names(t.CourseID)
	if p.names, err = h.People.Names(ctx, p.writers()); err != nil {
		return err
	}
	if p.Asker = nameOf(p.names, t.PersonID); !p.Full {
		p.Asker, p.names[t.PersonID] = aLearner, aLearner
	}
	return kit.Render(c, kit.Status(formErr), "conversation/thread", kit.View{Title: t.Kind.Title(), Form: f, Data: p})
}

// writers are those whose names the page shows.
func (p threadPage) writers() (ids []string) {
	if p.Full {
		ids = append(ids, p.PersonID)
	}
	for _, m := range p.Said {
		if p.Full || m.AuthorID != p.PersonID {
			ids = append(ids, m.AuthorID)
		}
	}
	for _, w := range p.Shown {
		ids = append(ids, w.ShownBy)
	}
	return ids
}

// addErrata lists the corrections that a report can have led to.
func (p *threadPage) addErrata(list []course.Erratum) {
	p.Errata = []kit.Option{{Label: "None"}}
	for _, e := range list {
		p.Errata = append(p.Errata, kit.Option{Value: e.ID, Label: excerpt(e.Text)})
		if e.ID == p.ErratumID {
			p.Erratum = e.Text
		}
	}
}

// propose fills in what would be shown: what was shown last, or what was said.
func (p *threadPage) propose() {
	p.Question, p.Answer = p.ShownQuestion, p.ShownAnswer
	if p.Question != "" {
		return
	}
	p.Question = p.Body
	for _, m := range p.Said {
		if m.Part == conversation.AnAnswer {
			p.Answer = m.Body
		}
	}
}

// excerpt is the beginning of a text, for a line.
func excerpt(s string) string {
	const most = 100
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// act runs what somebody who teaches does to a thread, and shows what is wrong with
// the form on the page it came from.
func (h *handler) act(c echo.Context, done *kit.Flash, act func(ctx context.Context, a conversation.Act, f *kit.Form) error,
	page pageOf) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, by := person(c)
	err = act(ctx, conversation.Act{ID: id, By: by, Seen: seen(f)}, f)
	if err != nil {
		return again(c, err, f, page)
	}
	return kit.Redirect(c, inbox+"/"+id, done)
}

// seen is the revision that the form's page showed, -1 if it does not say: nobody has
// seen that.
func seen(f *kit.Form) int64 {
	n, err := strconv.ParseInt(f.Str("seen"), 10, 64)
	if err != nil {
		return -1
	}
	return n
}

func (h *handler) postAnswer(c echo.Context) error {
	return h.act(c, answered, func(ctx context.Context, a conversation.Act, f *kit.Form) error {
		return h.Conversation.Answer(ctx, a, f.Get("body"))
	}, h.renderThread)
}

func (h *handler) postShow(c echo.Context) error {
	return h.act(c, shown, func(ctx context.Context, a conversation.Act, f *kit.Form) error {
		return h.Conversation.Show(ctx, a, f.Get("question"), f.Get("answer"))
	}, h.renderThread)
}

func (h *handler) postUnshow(c echo.Context) error {
	return h.act(c, unshown, func(ctx context.Context, a conversation.Act, _ *kit.Form) error {
		return h.Conversation.Unshow(ctx, a.ID)
	}, h.renderThread)
}

func (h *handler) postClose(c echo.Context) error {
	return h.act(c, closed, func(ctx context.Context, a conversation.Act, f *kit.Form) error {
		return h.Conversation.Close(ctx, a, f.Get("reason"))
	}, h.renderThread)
}

func (h *handler) postJudge(c echo.Context) error {
	return h.act(c, judged, func(ctx context.Context, a conversation.Act, f *kit.Form) error {
		verdict := conversation.State(f.Str("verdict"))
		if verdict != conversation.Confirmed && verdict != conversation.NotConfirmed {
			return errVerdict
		}
		return h.Conversation.Judge(ctx, a, conversation.Verdict{Confirmed: verdict == conversation.Confirmed,
			Text: f.Get("text"), ErratumID: f.Str("erratum"), Note: f.Get("note")})
	}, h.renderThread)
}

func (h *handler) postNote(c echo.Context) error {
	return h.act(c, noted, func(ctx context.Context, a conversation.Act, f *kit.Form) error {
		return h.Conversation.KeepNote(ctx, a.ID, a.By, f.Get("note"))
	}, h.renderThread)
}

func (h *handler) getHide(c echo.Context) error { return h.renderHide(c, nil, kit.NewForm()) }

func (h *handler) renderHide(c echo.Context, formErr error, f *kit.Form) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	t, _, _, err := h.Conversation.Get(c.Request().Context(), id, true)
	if err != nil {
		return err
	}
	return kit.Render(c, kit.Status(formErr), "conversation/hide", kit.View{Form: f, Data: t})
}

func (h *handler) postHide(c echo.Context) error {
	return h.act(c, hid, func(ctx context.Context, a conversation.Act, f *kit.Form) error {
		return h.Conversation.Hide(ctx, a.ID, a.By, f.Get("reason"))
	}, h.renderHide)
}

func (h *handler) postUnhide(c echo.Context) error {
	return h.act(c, unhid, func(ctx context.Context, a conversation.Act, _ *kit.Form) error {
		return h.Conversation.Unhide(ctx, a.ID)
	}, h.renderThread)
}
