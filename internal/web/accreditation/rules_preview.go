package accreditation

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/pack"
	"github.com/atmacena/cocare/internal/web/kit"
)

// difference is something that rules say otherwise; nothing where they say nothing.
type difference struct {
	Label         string
	Before, After []string
}

// courseChange is what a published course has by the rules before and after. Earned
// are the amounts, or why there is none, of each live approval.
type courseChange struct {
	Title                     string
	Before, After             string
	EarnedBefore, EarnedAfter []string
	Counts                    []accreditation.CountChange // of a board: “Will it count for me?”
}

// contradiction is a rule whose words name another number than its value.
type contradiction struct{ Label, Value, Says string }

// previewPage is a change of rules before it is stored. Note is the name of the
// field that says why.
type previewPage struct {
	Short, Action, Note string
	Seen                string
	Board               bool
	Differences         []difference
	Contradictions      []contradiction
	Courses             []courseChange
}

// preview shows a change; the form carries it on.
func (h *handler) preview(c echo.Context, change accreditation.Change, f *kit.Form, p previewPage) error {
	p.Seen = digest(f)
	p.Short, p.Board = change.After.Short, change.After.Kind == pack.Board
	p.Differences = differences(change.Before.Pack, change.After.Pack)
	p.Contradictions = contradictions(change)
	var err error
	if p.Courses, err = h.courseChanges(c.Request().Context(), change); err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "accreditation/pack_preview", kit.View{Title: "Before the rules change: " + p.Short, Form: f, Data: p})
}

// contradictions are those that the change makes.
func contradictions(change accreditation.Change) (out []contradiction) {
	var before []pack.Row
	if change.Before.Pack != nil {
		before = change.Before.Rules.Rows()
	}
	for _, r := range change.After.Rules.Rows() {
		known := slices.ContainsFunc(before, func(b pack.Row) bool {
			return b.Name == r.Name && b.Words() == r.Words() && b.Basis.Says == r.Basis.Says
		})
		if !known && r.Contradicts() {
			out = append(out, contradiction{r.Label, r.Words(), r.Basis.Says})
		}
	}
	return out
}

func differences(before, after *pack.Pack) (out []difference) {
	was, is := said(before), said(after)
	for _, d := range is {
		i := slices.IndexFunc(was, func(o difference) bool { return o.Label == d.Label })
		if i >= 0 {
			d.Before = was[i].After
			was = slices.Delete(was, i, i+1)
		}
		if !slices.Equal(d.Before, d.After) {
			out = append(out, difference{d.Label, apart(d.Before, d.After), apart(d.After, d.Before)})
		}
	}
	for _, gone := range was {
		if len(gone.After) > 0 {
			out = append(out, difference{Label: gone.Label, Before: gone.After})
		}
	}
	return out
}

// apart leaves out what others say too, but for the first line, the value itself.
func apart(lines, others []string) (out []string) {
	for i, line := range lines {
		if i == 0 || !slices.Contains(others, line) {
			out = append(out, line)
		}
	}
	return out
}

// said is everything that a pack says, in words, as what stands after.
func said(p *pack.Pack) (out []difference) {
	if p == nil {
		return nil
	}
	until := ""
	if p.Until != nil {
		until = kit.Day(time.UTC, p.Until.AddDate(0, 0, -1))
	}
	add := func(label string, lines ...string) {
		out = append(out, difference{Label: label, After: slices.DeleteFunc(lines, func(s string) bool { return s == "" })})
	}
	add("Kind", string(p.Kind))
	add("Name", p.Name, p.Short)
	add("Calls its hours", p.Unit)
	add("Professions", strings.Join(namesOf(lists.Professions, p.Professions), ", "))
	add("Licenses in", strings.Join(namesOf(lists.Jurisdictions, p.Jurisdictions), ", "))
	add("First day in force", kit.Day(time.UTC, p.From))
	add("Last day in force", until)
	add("Checked", kit.Day(time.UTC, p.CheckedOn))
	add("Notes", slices.Clone(p.Notes)...)
	for _, r := range p.Rules.Rows() {
		add(r.Label, r.Words(), "Mark: "+string(r.Basis.Mark), "Source: "+r.Basis.Source, "Checked "+kit.Day(time.UTC, r.Basis.CheckedOn), r.Basis.Says)
	}
	return out
}

func (h *handler) courseChanges(ctx context.Context, change accreditation.Change) (out []courseChange, err error) {
	courses, err := h.Courses.List(ctx)
	if err != nil {
		return nil, err
	}
	day := h.Accreditation.Today()
	labels := course.Labels(courses)
	for i, ed := range courses {
		one := courseChange{Title: labels[i], Before: "no rules"}
		m := ed.Measures(day)
		if change.Before.Pack != nil {
			sum, err := h.Accreditation.SumBy(ctx, change.Before, ed.CourseID, day, m)
			if err != nil {
				return nil, err
			}
			one.Before, one.EarnedBefore = worked(sum), earned(sum)
		}
		sum, err := h.Accreditation.SumBy(ctx, change.After, ed.CourseID, day, m)
		if err != nil {
			return nil, err
		}
		one.After, one.EarnedAfter = worked(sum), earned(sum)
		if change.After.Kind == pack.Board {
			const centihour = 36 * time.Second
			length := time.Duration(ed.EstimatedHours().Centihours) * centihour
			if one.Counts, err = h.Accreditation.CountChanges(ctx, change, ed.CourseID, m, length); err != nil {
				return nil, err
			}
		}
		out = append(out, one)
	}
	return out, nil
}

// worked is what the rules alone work out.
func worked(s accreditation.Sum) string {
	if !s.HasHours {
		return "no rule works hours out"
	}
	return s.Amount()
}

// earned is what learners read of each live approval, and why they read nothing.
func earned(s accreditation.Sum) (out []string) {
	for _, l := range s.Lines {
		out = append(out, l.Amount())
	}
	for _, b := range s.Blocked {
		out = append(out, "Nothing. "+strings.Join(b.Why, ". "))
	}
	return out
}
