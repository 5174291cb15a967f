package catalog

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/web/kit"
)

var recorded = kit.NewFlash("signoff.recorded", kit.Success, "The review is recorded. It stays beside this edition for good.")

// review is a sign-off that the course asks for, with where it stands.
type review struct {
	course.Signoff
	Parts     []part // empty: the review covers the whole
	Open      int
	Done      bool
	Records   []record
	Retracted []retracted
}

// part is a lesson, or the cases.
type part struct {
	ID, Label string
	Open      bool
}

// Word names the kind of a review.
func (r review) Word() string { return reviewWord(r.Kind) }

func reviewWord(kind string) string {
	switch kind {
	case "medical":
		return "Medical review"
	case "therapist":
		return "Therapist review"
	case "legal":
		return "Legal review"
	}
	return "Editorial check"
}

// record is a recorded review.
type record struct {
	course.SignedOff
	Word     string
	Day      time.Time
	Reads    []string // titles of what it covers, empty for the whole
	Recorder string   // who recorded it, as they are called now; for those who work on the course
}

// Renamed is what the reviewer who signed is called now, where that is something else.
func (r record) Renamed() string {
	if sameName(r.Name, r.Recorder) {
		return ""
	}
	return r.Recorder
}

// sameName compares what people are called as a record does.
func sameName(a, b string) bool {
	return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
}

// retracted is a record that was taken back.
type retracted struct {
	record
	Reason string
	At     time.Time
}

// Retractable reports whether a viewer may take the record back.
func (r record) Retractable(v *kit.Viewer) bool { return mayRetract(v, r.SignedOff) }

func newRecord(ed *course.Edition, s course.SignedOff) record {
	r := record{SignedOff: s, Word: reviewWord(s.Kind), Day: date(s.On)}
	for _, id := range s.Lessons {
		r.Reads = append(r.Reads, label(ed, id))
	}
	return r
}

// recorders names who recorded the reviews of an edition, those that were taken back
// too.
func (h *handler) recorders(ctx context.Context, ed *course.Edition) (func(course.SignedOff) string, error) {
	var ids []string
	for _, s := range ed.Overlays.Signoffs {
		ids = append(ids, s.By)
	}
	for _, t := range ed.Overlays.Retracted {
		ids = append(ids, t.Record.By)
	}
	names, err := h.People.Names(ctx, ids)
	return func(s course.SignedOff) string {
		return cmp.Or(names[s.By], audit.ActorName(s.By), "somebody whose account is gone")
	}, err
}

// told is a record with who recorded it.
func told(ed *course.Edition, s course.SignedOff, by func(course.SignedOff) string) record {
	r := newRecord(ed, s)
	r.Recorder = by(s)
	return r
}

// correction is something that was said about the edition later.
type correction struct {
	At         time.Time
	What, Text string
}

// corrections lists errata and withdrawals, oldest first.
func corrections(ed *course.Edition) (out []correction) {
	for _, e := range ed.Overlays.Errata {
		c := correction{At: e.At, What: "The whole course", Text: e.Text}
		if e.LessonID != "" {
			c.What = label(ed, e.LessonID)
		}
		out = append(out, c)
	}
	for id, w := range ed.Overlays.Withdrawn {
		out = append(out, correction{At: w.At, What: label(ed, id) + ", withdrawn", Text: w.Reason})
	}
	slices.SortFunc(out, func(a, b correction) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.What, b.What)) })
	return out
}

// signoffPage is the list of reviews, and the form of one of them.
type signoffPage struct {
	place
	Reviews []review
	Chosen  *review
	Options []kit.Option
	First   string // the days that a review can have
	Today   string
	Changes []correction

	Measured pack.Measures
	Sums     []accreditation.Sum
	Approved bool // some approval earns credit today
	Blocked  bool // none does, and some is live

	Standing, All       []kit.Option // lessons that can be withdrawn, and corrected
	Erratum, Withdrawal *kit.Form    // the form that was sent, nil otherwise
	Choice, Any         choice       // editions in which it is recorded: of that form, and of an empty one
	Hollowed            []int        // editions that nobody could complete without the lesson
	HollowedBy          string       // which lesson that is, and their numbers
	Hollow              bool         // nobody can complete this one
	Lacks, Looks        []lack       // what the current edition lacks, surely and perhaps
}

// In is the choice of editions in one of the two forms.
func (p signoffPage) In(f *kit.Form) choice {
	if f == nil || p.Choice.Asked == "" {
		return p.Any
	}
	return p.Choice
}

func (h *handler) signoffPage(ctx context.Context, at place, chosen string) (signoffPage, error) {
	now, ed := h.Now().In(h.Zone), at.Edition
	p := signoffPage{
		place: at, First: now.AddDate(-course.ReviewYears, 0, 0).Format(time.DateOnly), Today: now.Format(time.DateOnly), Changes: corrections(ed),
		Standing: lessonOptions(ed, "Choose a lesson", false), All: lessonOptions(ed, "The whole course", true),
	}
	p.Measured, p.Hollow = ed.Measures(now), !h.Courses.Completable(ed)
	var err error
	if p.Lacks, p.Looks, err = h.lacking(ctx, at.Slug); err != nil {
		return p, err
	}
	if p.Any, err = h.anyChoice(ctx, at); err != nil {
		return p, err
	}
	if p.Sums, err = h.Accreditation.Sums(ctx, ed.CourseID, now, p.Measured); err != nil {
		return p, err
	}
	p.Approved = slices.ContainsFunc(p.Sums, func(s accreditation.Sum) bool { return len(s.Lines) > 0 })
	p.Blocked = !p.Approved && slices.ContainsFunc(p.Sums, func(s accreditation.Sum) bool { return len(s.Blocked) > 0 })
	by, err := h.recorders(ctx, ed)
	if err != nil {
		return p, err
	}
	for _, s := range ed.Course.Signoffs {
		open := ed.OpenParts(s)
		r := review{Signoff: s, Open: len(open), Done: len(open) == 0}
		for _, id := range ed.Scope(s) {
			r.Parts = append(r.Parts, part{ID: id, Label: label(ed, id), Open: slices.Contains(open, id)})
		}
		for _, rec := range ed.Overlays.Signoffs {
			if rec.SignoffID == s.ID {
				r.Records = append(r.Records, told(ed, rec, by))
			}
		}
		for _, t := range ed.Overlays.Retracted {
			if t.Record.SignoffID == s.ID {
				r.Retracted = append(r.Retracted, retracted{told(ed, t.Record, by), t.Reason, t.At})
			}
		}
		p.Reviews = append(p.Reviews, r)
	}
	if i := slices.IndexFunc(p.Reviews, func(r review) bool { return r.ID == chosen }); i >= 0 {
		p.Chosen = &p.Reviews[i]
		for _, x := range p.Chosen.Parts {
			p.Options = append(p.Options, kit.Option{Value: x.ID, Label: x.Label, Checked: x.Open})
		}
	}
	return p, nil
}

func label(ed *course.Edition, id string) string {
	if id == course.ScopeCases {
		return "The cases"
	}
	if l, ok := ed.LessonByID(id); ok {
		return l.Title
	}
	return id
}

func (h *handler) getSignoff(c echo.Context) error {
	at, err := h.place(c)
	if err != nil {
		return err
	}
	p, err := h.signoffPage(c.Request().Context(), at, c.QueryParam("review"))
	if err != nil {
		return err
	}
	if c.QueryParam("review") != "" && p.Chosen == nil {
		return apperr.New(apperr.NotFound, "This course asks for no such review.")
	}
	if lesson := c.QueryParam("lesson"); lesson != "" { // of a report
		if _, ok := at.LessonByID(lesson); ok {
			p.Erratum, p.Choice.Asked = kit.NewForm("lesson", lesson), ofAny+lesson
			if p.Choice.Options, err = h.spread(c.Request().Context(), at, lesson, false); err != nil {
				return err
			}
			if len(p.Choice.Options) < 2 {
				p.Choice.Options = nil
			}
		}
	}
	return kit.Render(c, http.StatusOK, "catalog/signoff", kit.View{NoIndex: true, Data: p})
}

// ownName reports whether somebody records reviews in their own name alone: a reviewer
// does, where who writes the course also records what others reviewed on paper.
func ownName(v *kit.Viewer) bool { return v.CourseSign && !v.CourseWrite }

func (h *handler) postSignoff(c echo.Context) error {
	at, err := h.place(c)
	if err != nil {
		return err
	}
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.signoffPage(c.Request().Context(), at, f.Str("signoff"))
	if err != nil {
		return err
	}
	if p.Chosen == nil {
		return apperr.New(apperr.Invalid, "Choose one of the reviews that this course asks for.")
	}
	if len(p.Chosen.Parts) > 0 && len(f.All("lessons")) == 0 {
		f.Fail("lessons", "Tick what was reviewed.")
	}
	if !f.Bool("sure") {
		f.Fail("sure", "Confirm that the review took place.")
	}
	name, v := f.Str("name"), kit.ViewerOf(c)
	if ownName(v) {
		name = v.Name
	}
	hand := course.OtherHand
	if sameName(name, v.Name) {
		hand = course.OwnHand
	}
	if !f.Bad() {
		err = h.Courses.RecordSignoff(c.Request().Context(), at.ID, course.SignedOff{
			SignoffID: p.Chosen.ID, Name: name, License: f.Str("license"), On: f.Str("on"),
			HashSeen: f.Str("hash"), Lessons: f.All("lessons"), Hand: hand,
		}, v.PersonID)
		if err == nil {
			return kit.Redirect(c, at.URL(""), recorded)
		}
		if !f.Merge(err) {
			return err
		}
	}
	status := http.StatusUnprocessableEntity
	if err != nil {
		status = kit.Status(err)
	}
	return kit.Render(c, status, "catalog/signoff", kit.View{NoIndex: true, Form: f, Data: p})
}
