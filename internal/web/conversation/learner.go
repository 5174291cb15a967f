package conversation

import (
	"context"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	asked     = kit.NewFlash("question.asked", kit.Success, "Your question is on its way. We write to you when it is answered.")
	reported  = kit.NewFlash("question.reported", kit.Success, "Your report is on its way. We write to you what came of it.")
	added     = kit.NewFlash("question.added", kit.Success, "Your words are added.")
	reworded  = kit.NewFlash("question.reworded", kit.Success, "Your question is changed.")
	withdrawn = kit.NewFlash("question.withdrawn", kit.Success, "Your question is withdrawn. Nobody who teaches sees it any more.")
)

const (
	shownPerPage = 20
	// beginning stands in the form for what has no heading: anchors begin with "s-".
	beginning = "beginning"
)

// lessonPage is what learners read about a lesson, and where they ask.
type lessonPage struct {
	conversation.LessonPage
	Passage []kit.Option
	May     bool   // ask
	Lesson  string // its address
	Suffix  string // "?cycle=n" for an older cycle
	Pager   kit.Pager
	Typed   []string // where they may not ask any more
}

// OwnShown reports whether something that the viewer asked is shown to all: the list of
// what is shown leaves it out.
func (p lessonPage) OwnShown() bool {
	return slices.ContainsFunc(p.Own, func(t conversation.Thread) bool { return t.ShownAt != nil && t.HiddenAt == nil })
}

// Crumbs lead to the lesson.
func (p lessonPage) Crumbs() []kit.Link {
	base := "/learn/" + p.View.Slug
	return []kit.Link{{Label: "Your courses", Href: "/learn"}, {Label: p.View.Edition.Course.Card.Title, Href: base + p.Suffix}, {Label: p.View.Lesson.Title, Href: p.Lesson + p.Suffix}}
}

// At is where the passage of a shown thread stands in this lesson, "" where it does
// not.
func (p lessonPage) At(s conversation.Shown) string {
	if s.Here == nil {
		return ""
	}
	if s.Here.Anchor == "" {
		return p.Lesson + p.Suffix
	}
	return p.Lesson + p.Suffix + "#" + s.Here.Anchor
}

func passageOptions(list []conversation.Passage) []kit.Option {
	out := make([]kit.Option, 0, len(list))
	for _, p := range list {
		o := kit.Option{Value: p.Anchor, Label: p.Heading}
		if p.Anchor == "" {
			o = kit.Option{Value: beginning, Label: "The beginning of the lesson"}
		}
		out = append(out, o)
	}
	return out
}

func lessonOf(c echo.Context) (slug, lesson string, err error) {
	if slug, err = kit.PathParam(c, "slug"); err != nil {
		return "", "", err
	}
	lesson, err = kit.PathParam(c, "lesson")
	return slug, lesson, err
}

func (h *handler) getLesson(c echo.Context) error {
	return h.renderLesson(c, nil, kit.NewForm("at", c.QueryParam("at"), "kind", string(conversation.Question)))
}

func (h *handler) renderLesson(c echo.Context, formErr error, f *kit.Form) error {
	ctx, id := person(c)
	slug, lesson, err := lessonOf(c)
	if err != nil {
		return err
	}
	cycle, err := kit.Cycle(c)
	if err != nil {
		return err
	}
	q, err := kit.ParseList(c, shownPerPage, 1)
	if err != nil {
		return err
	}
	at := conversation.Place{Limit: q.Limit}
	at.After, at.Before = q.Neighbor()
	list, err := h.Conversation.OfLesson(ctx, id, slug, cycle, lesson, at)
	switch {
	case err != nil && formErr != nil: // what was typed comes first
		return err
	case err != nil:
		return disclosureFirst(c, err)
	}
	if c.Request().Header.Get("Sec-Purpose") == "" { // not asked for ahead of the reader
		h.Leave(list.View.Enrollment)
	}
	p := lessonPage{LessonPage: list, Passage: passageOptions(list.Passages), Lesson: "/learn/" + list.View.Slug + "/lessons/" + list.View.Lesson.Slug}
	p.May = cycle == 0 && (list.View.State == enrollment.Active || list.View.State == enrollment.Completed)
	if !p.May {
		p.Typed = left(f)
	}
	if cycle > 0 {
		p.Suffix = "?cycle=" + c.QueryParam("cycle")
	}
	prev, next := kit.Ends(list.Shown, func(s conversation.Shown) string { return s.ID }, list.Earlier, list.More)
	p.Pager = kit.NewPager(c, len(list.Shown), len(list.Shown), prev, next)
	return kit.Render(c, kit.Status(formErr), "conversation/lesson", kit.View{Title: "Questions about “" + list.View.Lesson.Title + "”", Form: f, Data: p})
}

func (h *handler) postAsk(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	slug, lesson, err := lessonOf(c)
	if err != nil {
		return err
	}
	ctx, id := person(c)
	n := conversation.NewThread{PersonID: id, Slug: slug, Lesson: lesson, Kind: conversation.Kind(f.Str("kind")), Anchor: f.Str("at"), Words: f.Get("words"), Body: f.Get("body")}
	if number, err := strconv.Atoi(f.Str("edition")); err == nil {
		n.Edition = number
	}
	if n.Anchor == beginning {
		n.Anchor = ""
	}
	t, err := h.Conversation.Ask(ctx, n)
	if err != nil { // what was typed is kept, also where it is one too many
		return again(c, err, f, h.renderLesson)
	}
	flash := asked
	if t.Kind == conversation.Inaccuracy {
		flash = reported
	}
	return kit.Redirect(c, ownRoot+"/"+t.ID, flash)
}

func (h *handler) getOwnList(c echo.Context) error {
	ctx, id := person(c)
	list, err := h.Conversation.OwnAll(ctx, id)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "conversation/own", list)
}

// ownPage is a person's own thread.
type ownPage struct {
	conversation.Placed
	Said      []conversation.Message
	Way       conversation.Way
	ChangedIn []int    // numbers of editions
	Typed     []string // into a form that is not here
}

// MayAdd to it.
func (p ownPage) MayAdd() bool { return p.HiddenAt == nil && !p.Ended() }

// fields are those that the page has.
func (p ownPage) fields() (names []string) {
	if p.MayAdd() {
		names = append(names, "more")
	}
	if p.Editable() {
		names = append(names, "body")
	}
	return names
}

// LessonHref is the address of the lesson, at the passage, "" where it cannot be read.
func (p ownPage) LessonHref() string {
	if p.Way.Lesson == nil {
		return ""
	}
	at := "/learn/" + p.Edition.Slug + "/lessons/" + p.Way.Lesson.Slug
	if p.Way.Anchor != "" {
		at += "#" + p.Way.Anchor
	}
	return at
}

func (h *handler) getOwn(c echo.Context) error { return h.renderOwn(c, nil, kit.NewForm()) }

func (h *handler) renderOwn(c echo.Context, formErr error, f *kit.Form) error {
	ctx, who := person(c)
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	t, said, err := h.Conversation.Own(ctx, who, id)
	if err != nil {
		return err
	}
	p := ownPage{Placed: t, Said: said}
	p.Typed = left(f, p.fields()...)
	if p.Way, err = h.Conversation.Way(ctx, t); err != nil {
		return err
	}
	if p.ChangedIn, err = h.Conversation.ChangedIn(ctx, t.ID); err != nil {
		return err
	}
	return kit.Render(c, kit.Status(formErr), "conversation/show", kit.View{Form: f, Data: p})
}

// ownAct runs what a person does to their own thread.
func (h *handler) ownAct(c echo.Context, done *kit.Flash, act func(ctx context.Context, who, id string, f *kit.Form) error) error {
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, who := person(c)
	if err := act(ctx, who, id, f); err != nil {
		return again(c, err, f, h.renderOwn)
	}
	return kit.Redirect(c, ownRoot+"/"+id, done)
}

func (h *handler) postAdd(c echo.Context) error {
	return h.ownAct(c, added, func(ctx context.Context, who, id string, f *kit.Form) error {
		return h.Conversation.Add(ctx, who, id, f.Get("more"))
	})
}

func (h *handler) postReword(c echo.Context) error {
	return h.ownAct(c, reworded, func(ctx context.Context, who, id string, f *kit.Form) error {
		return h.Conversation.Reword(ctx, who, id, f.Get("body"))
	})
}

func (h *handler) getWithdraw(c echo.Context) error {
	ctx, who := person(c)
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	t, _, err := h.Conversation.Own(ctx, who, id)
	if err != nil {
		return err
	}
	if !t.Editable() {
		return kit.Redirect(c, ownRoot+"/"+t.ID, nil)
	}
	return kit.Render(c, http.StatusOK, "conversation/withdraw", t)
}

func (h *handler) postWithdraw(c echo.Context) error {
	return h.ownAct(c, withdrawn, func(ctx context.Context, who, id string, _ *kit.Form) error {
		return h.Conversation.Withdraw(ctx, who, id)
	})
}
