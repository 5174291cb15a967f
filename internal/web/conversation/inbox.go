package conversation

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/conversation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	pageSize = 50
	// hidden stands among the states of the list for what is hidden.
	hidden = "hidden"
)

var (
	errFilter = apperr.New(apperr.Invalid, "There is no such filter. Please open the list again from its start.")
	settled   = kit.NewFlash("question.settings", kit.Success, "Saved.")
)

// inboxPage is the list of those who teach.
type inboxPage struct {
	Rows                   []inboxRow
	Pager                  kit.Pager
	Courses, Kinds, States []kit.Option
	Notes                  []notesLink
	Blind                  bool // the viewer sees nothing of what learners say
}

// inboxRow is a thread in the list.
type inboxRow struct{ conversation.Placed }

// Excerpt is the beginning of what was asked.
func (r inboxRow) Excerpt() string { return excerpt(r.Body) }

// notesLink leads to the notes of a course.
type notesLink struct {
	Title, Href string
	Open        int
}

// stateWords say the states to those who teach.
var stateWords = map[conversation.State]string{
	conversation.Open: "Open", conversation.Answered: "Answered", conversation.Closed: "Closed",
	conversation.Confirmed: "Confirmed", conversation.NotConfirmed: "Not confirmed",
}

// readFilter reads the address of the list. What is hidden is for administrators.
func (h *handler) readFilter(c echo.Context) (conversation.Filter, error) {
	q, err := kit.ParseList(c, pageSize, 1)
	if err != nil {
		return conversation.Filter{}, err
	}
	r, err := h.Reach(c.Request().Context(), kit.ViewerOf(c))
	if err != nil {
		return conversation.Filter{}, err
	}
	f := conversation.Filter{Reach: r, CourseID: c.QueryParam("course"), Kind: conversation.Kind(c.QueryParam("kind")), State: conversation.State(q.State), Place: conversation.Place{Limit: q.Limit}}
	f.After, f.Before = q.Neighbor()
	if q.State == hidden && kit.ViewerOf(c).Is("administrator") {
		f.State, f.Hidden = "", true
	}
	if !plausible(f.CourseID) || f.Kind != "" && !slices.Contains(conversation.Kinds, f.Kind) || f.State != "" && !slices.Contains(conversation.States, f.State) {
		return f, errFilter
	}
	return f, nil
}

// plausible reports whether a text can be an ID.
func plausible(id string) bool {
	return len(id) <= 50 && !strings.ContainsFunc(id, func(r rune) bool { return r < '-' || r > 'z' })
}

func (h *handler) getInbox(c echo.Context) error {
	f, err := h.readFilter(c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	list, err := h.Conversation.List(ctx, f)
	if err != nil {
		return err
	}
	p := inboxPage{Blind: !f.Reach.Any(), Kinds: []kit.Option{{Label: "All"}}, States: []kit.Option{{Label: "All"}}}
	for _, t := range list.Rows {
		p.Rows = append(p.Rows, inboxRow{t})
	}
	for _, k := range conversation.Kinds {
		p.Kinds = append(p.Kinds, kit.Option{Value: string(k), Label: k.Title()})
	}
	for _, s := range conversation.States {
		p.States = append(p.States, kit.Option{Value: string(s), Label: stateWords[s]})
	}
	if kit.ViewerOf(c).Is("administrator") {
		p.States = append(p.States, kit.Option{Value: hidden, Label: "Hidden"})
	}
	if err := h.addCourses(ctx, f.Reach, &p); err != nil {
		return err
	}
	prev, next := kit.Ends(list.Rows, func(t conversation.Placed) string { return t.ID }, list.Earlier, list.More)
	p.Pager = kit.NewPager(c, int(list.Total), len(list.Rows), prev, next).Counted(list.Over)
	return kit.Render(c, http.StatusOK, "conversation/inbox", p)
}

// addCourses lists the courses to choose from, and the notes of each.
func (h *handler) addCourses(ctx context.Context, r conversation.Reach, p *inboxPage) error {
	drafts, err := h.Courses.Drafts(ctx)
	if err != nil {
		return err
	}
	open, err := h.Conversation.OpenNotes(ctx)
	p.Courses = []kit.Option{{Label: "All"}}
	for _, d := range drafts {
		if !r.Course(d.CourseID) {
			continue
		}
		p.Courses = append(p.Courses, kit.Option{Value: d.CourseID, Label: courseLabel(drafts, d)})
		p.Notes = append(p.Notes, notesLink{Title: courseLabel(drafts, d), Href: "/teach/" + d.Slug + "/notes", Open: open[d.CourseID]})
	}
	return err
}

// courseLabel is a course's title, with its address where another has the same.
func courseLabel(all []course.Draft, d course.Draft) string {
	same := func(o course.Draft) bool { return o.Title == d.Title && o.CourseID != d.CourseID }
	if slices.ContainsFunc(all, same) {
		return d.Title + " (" + d.Slug + ")"
	}
	return d.Title
}

func (h *handler) postCSV(c echo.Context) error {
	f, err := h.readFilter(c)
	if err != nil {
		return err
	}
	header := []string{"id", "kind", "state", "course", "edition", "edition_hash", "lesson", "heading", "passage_sha256", "passage", "question", "outcome", "correction",
		"shown_question", "shown_answer", "created_at", "asked_at", "answered_at", "shown_at", "ended_at"}
	record := func(ctx context.Context) error { return h.Conversation.RecordExport(ctx, f) }
	return kit.Export(c, h.Fresh, record, "questions.csv", header, func(write func(...string) error) error {
		return h.Conversation.Each(c.Request().Context(), f, func(t conversation.Placed) error {
			return write(t.ID, string(t.Kind), string(t.State), t.Edition.Slug, strconv.Itoa(t.Edition.Number), t.Edition.Hash, t.LessonID, t.Heading, t.PassageSHA256, t.Quote,
				t.Body, t.Outcome, t.ErratumID, t.ShownQuestion, t.ShownAnswer, kit.Stamp(&t.CreatedAt), kit.Stamp(&t.AskedAt), kit.Stamp(t.AnsweredAt), kit.Stamp(t.ShownAt), kit.Stamp(t.EndedAt))
		})
	})
}

func (h *handler) getSettings(c echo.Context) error {
	ctx, id := person(c)
	every, err := h.Conversation.Digest(ctx, id)
	if err != nil {
		return err
	}
	return renderSettings(c, nil, kit.NewForm("every", string(every)))
}

func renderSettings(c echo.Context, err error, f *kit.Form) error {
	return kit.Render(c, kit.Status(err), "conversation/settings", kit.View{Form: f, Data: []kit.Option{
		{Value: string(conversation.Daily), Label: "Each day on which something is new"},
		{Value: string(conversation.Weekly), Label: "At most once a week"},
		{Value: string(conversation.Never), Label: "Never"},
	}})
}

func (h *handler) postSettings(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	ctx, id := person(c)
	err = h.Conversation.SetDigest(ctx, id, conversation.Every(f.Str("every")))
	if f.Merge(err) {
		return renderSettings(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, inbox+"/settings", settled)
}
