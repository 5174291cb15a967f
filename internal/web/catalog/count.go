package catalog

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account"
	"github.com/atmacena/cocare/internal/account/lists"
	"github.com/atmacena/cocare/internal/accreditation"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/credit/count"
	"github.com/atmacena/cocare/internal/web/kit"
)

// counting is "will it count for me?", on the course's page and on its own: the
// form, the answer for what was asked, and one for each of the viewer's licenses.
type counting struct {
	Slug, Title                string
	Emptied                    string // why nobody can complete the course
	Hours                      int64  // estimated, in centihours
	Form                       *kit.Form
	Professions, Jurisdictions []kit.Option
	Answer                     *reply
	Licenses                   []reply
}

// reply is an answer for a license, which may be none of the viewer's.
type reply struct {
	count.Answer
	Who, Number string
	Hours       int64
}

// Day is a day of the calendar as pages show it.
func (p counting) Day(s string) string { return kit.Day(time.UTC, date(s)) }

// Read reports whether some answer rests on rules that were read.
func (p counting) Read() bool {
	return p.Answer != nil && len(p.Answer.Facts) > 0 || slices.ContainsFunc(p.Licenses, func(r reply) bool { return len(r.Facts) > 0 })
}

// Tone colors the answer; the sentence says it.
func (r reply) Tone() string {
	return map[count.Verdict]string{count.Counts: "ok", count.Capped: "ok", count.NotApproved: "warn", count.Ask: "info"}[r.Verdict]
}

// LastDay is the last day on which credit is earned, as a day.
func (r reply) LastDay(c count.Credit) time.Time { return date(c.Through) }

func (h *handler) getCount(c echo.Context) error {
	ctx := c.Request().Context()
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	f, err := kit.BindQuery(c)
	if err != nil {
		return err
	}
	ed, err := h.Courses.Current(ctx, slug)
	if err != nil {
		return err
	}
	var questions []count.Question
	status := http.StatusOK
	if f.Str("profession") != "" || f.Str("jurisdiction") != "" || f.Str("renewal") != "" {
		q, err := accreditation.Asked(f.Str("profession"), f.Str("jurisdiction"), f.Str("renewal"))
		if f.Merge(err) {
			status = kit.Status(err)
		} else {
			questions = append(questions, q)
		}
	} else {
		f = nil
	}
	if why := h.emptied(ed); why != "" {
		return kit.Render(c, http.StatusOK, "catalog/count", kit.View{NoIndex: true, Data: counting{Slug: slug, Title: ed.Course.Card.Title, Emptied: why}})
	}
	lines, err := h.credit(ctx, ed)
	if err != nil {
		return err
	}
	p, err := h.counting(ctx, kit.ViewerOf(c), asking{ed, lines, f, questions})
	if err != nil {
		return err
	}
	return kit.Render(c, status, "catalog/count", kit.View{Canonical: "/courses/" + slug + "/count", NoIndex: f != nil, Form: p.Form, Data: p,
		Description: "Ask whether " + p.Title + " counts for a license, by profession, state or province, and renewal date."})
}

// asking is a course with what it earns, and what was sent and asked, if anything
// was.
type asking struct {
	ed        *course.Edition
	lines     []accreditation.Line
	form      *kit.Form
	questions []count.Question
}

// counting answers what was asked, and what the viewer's licenses ask. Without
// anything sent, the form is filled from a license.
func (h *handler) counting(ctx context.Context, v *kit.Viewer, a asking) (counting, error) {
	ed, asked := a.ed, a.questions
	hours := ed.EstimatedHours().Centihours
	p := counting{Slug: ed.Slug, Title: ed.Course.Card.Title, Hours: hours, Form: a.form,
		Professions: options(lists.Professions), Jurisdictions: options(lists.Jurisdictions)}
	licenses, err := h.licenses(ctx, v)
	if err != nil {
		return p, err
	}
	questions := asked
	for _, l := range licenses {
		q := of(l)
		if p.Form == nil {
			p.Form = kit.NewForm("profession", q.Profession, "jurisdiction", q.Jurisdiction, "renewal", q.Renewal)
		}
		questions = append(questions, q)
	}
	if len(questions) == 0 {
		return p, nil
	}
	const centihour = 36 * time.Second
	answers, err := h.Accreditation.Counts(ctx, a.lines, ed.Measures(h.Now().In(h.Zone)), time.Duration(hours)*centihour, questions...)
	if err != nil {
		return p, err
	}
	for i, a := range answers {
		r := reply{Answer: a, Who: accreditation.LicenseWords(a.Profession, a.Jurisdiction), Hours: hours}
		if i < len(asked) {
			p.Answer = &r
			continue
		}
		r.Number = licenses[i-len(asked)].Number
		p.Licenses = append(p.Licenses, r)
	}
	return p, nil
}

// licenses are the viewer's.
func (h *handler) licenses(ctx context.Context, v *kit.Viewer) ([]account.License, error) {
	if v == nil || h.Licenses == nil {
		return nil, nil
	}
	return h.Licenses(ctx, v.PersonID)
}

// of is what a license asks. One whose profession or place is on no list today
// asks whom an unknown one asks.
func of(l account.License) count.Question {
	renewal := ""
	if l.ExpiresOn != nil {
		renewal = *l.ExpiresOn
	}
	q, err := accreditation.Asked(l.Profession, l.Jurisdiction, renewal)
	if err != nil {
		return count.Question{Profession: l.Profession, Jurisdiction: l.Jurisdiction, Renewal: renewal}
	}
	return q
}

func options(list []lists.Choice) []kit.Option {
	out := []kit.Option{{Label: "Choose one"}}
	for _, c := range list {
		out = append(out, kit.Option{Value: c.Code, Label: c.Name})
	}
	return out
}
