package questions

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/question/exchange"
	"github.com/atmacena/cocare/internal/web/kit"
)

// tally is a number of items with what they have in common.
type tally struct {
	Label, Href string
	N           int
	Current     bool
}

// item is an item as the page tells it.
type item struct {
	intake.Item
	Kind, Word, Tone, Href string
}

// importPage is a file: what was found in it, and what became of it.
type importPage struct {
	place
	intake.Import
	Path     string
	Counts   intake.Counts
	New      int
	Added    int
	Stopped  bool
	Tallies  []tally
	Rows     []item
	Pager    kit.Pager
	Targets  []kit.Option
	Goals    []kit.Option
	Where    string // the questions went
	WhereURL string
}

// FormatName is what people call the format.
func (p importPage) FormatName() string { return p.Format.Name() }

// SizeKB is the size of the file.
func (p importPage) SizeKB() int64 { return (p.Size + 1023) / 1024 }

// Total is how many items were read.
func (p importPage) Total() int { return p.Counts.Total() }

// Changed and Refused are how many items have this verdict.
func (p importPage) Changed() int { return p.Counts[exchange.Changed] }

// Refused is how many items are no question here.
func (p importPage) Refused() int { return p.Counts[exchange.Refused] }

// There is how many the course has already.
func (p importPage) There() int { return p.Counts[intake.There] }

var verdictWords = map[exchange.Verdict]word{
	exchange.Kept: {"Kept", "ok"}, exchange.Changed: {"Changed", "warn"}, exchange.Refused: {"Refused", "bad"}, intake.There: {"In the course already", "info"},
}

// refreshSeconds is how often the page of an import that is worked on looks again.
const refreshSeconds = 2

func (h *handler) getImport(c echo.Context) error {
	return h.renderImport(c, nil, kit.NewForm("target", intake.Bank))
}

func (h *handler) renderImport(c echo.Context, failed error, f *kit.Form) error {
	p, err := h.importPage(c)
	if err != nil {
		return err
	}
	v := kit.View{Title: "Questions of " + p.Name, Form: f, Data: p}
	if !p.Stopped && (p.State == intake.Reading || p.State == intake.Adding) {
		v.Refresh = refreshSeconds
	}
	status := http.StatusOK
	if failed != nil {
		status = kit.Status(failed)
	}
	return kit.Render(c, status, "questions/import", v)
}

// found is the draft and the import of the address. Errors: ErrNoImport.
func (h *handler) found(c echo.Context) (place, intake.Import, error) {
	d, err := h.draft(c)
	if err != nil {
		return place{}, intake.Import{}, err
	}
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return place{}, intake.Import{}, err
	}
	i, err := h.Intake.Get(c.Request().Context(), d.Slug, id, kit.ViewerOf(c).PersonID)
	return place{d}, i, err
}

func (h *handler) importPage(c echo.Context) (p importPage, err error) {
	if p.place, p.Import, err = h.found(c); err != nil {
		return p, err
	}
	ctx := c.Request().Context()
	p.Path = p.At("/import/" + p.ID)
	if p.Counts, err = h.Intake.Counts(ctx, p.ID); err != nil {
		return p, err
	}
	if p.Stopped, err = h.Intake.Stopped(ctx, p.Import); err != nil {
		return p, err
	}
	if p.Added, err = h.Intake.Added(ctx, p.ID); err != nil {
		return p, err
	}
	p.New = p.Counts.New()
	for _, v := range intake.Verdicts {
		if n := p.Counts[v]; n > 0 {
			p.Tallies = append(p.Tallies, tally{Label: verdictWords[v].word, N: n, Href: p.Path + "?verdict=" + string(v), Current: c.QueryParam("verdict") == string(v)})
		}
	}
	if p.State == intake.Ready { // the page looks again and again while the draft changes
		_, all, err := h.bank(c)
		if err != nil {
			return p, err
		}
		p.Targets, p.Goals = targets(all), objectiveOptions(all, "Choose …")
	}
	p.Where, p.WhereURL = "the exam’s questions", p.At("?in="+inExam)
	if p.Target != "" && p.Target != intake.Bank {
		p.Where, p.WhereURL = "a check", p.File(p.Target)
	}
	return p, h.addRows(c, &p)
}

// targets are the places that questions can go to.
func targets(all *intake.Questions) []kit.Option {
	out := []kit.Option{{Value: intake.Bank, Label: "The exam, in files of their own"}}
	for _, k := range all.Checks {
		out = append(out, kit.Option{Value: k.ID, Label: "The check of “" + k.Text + "”"})
	}
	return out
}

// addRows adds the items that the address asks for.
func (h *handler) addRows(c echo.Context, p *importPage) error {
	q, err := kit.ParseList(c, perPage, 1)
	if err != nil {
		return err
	}
	f := intake.Filter{Verdict: exchange.Verdict(c.QueryParam("verdict")), Limit: q.Limit}
	if f.Verdict != "" && !slices.Contains(intake.Verdicts, f.Verdict) {
		return errPlace
	}
	after, before := q.Neighbor()
	if f.After, err = position(after); err != nil {
		return err
	}
	if f.Before, err = position(before); err != nil {
		return err
	}
	list, earlier, more, err := h.Intake.Items(c.Request().Context(), p.ID, f)
	if err != nil {
		return err
	}
	for _, it := range list {
		w := verdictWords[it.Verdict]
		one := item{Item: it, Kind: it.Kind.Words(), Word: w.word, Tone: w.tone}
		if it.File != "" {
			one.Href = p.File(it.File)
		}
		p.Rows = append(p.Rows, one)
	}
	total := p.Counts.Total()
	if f.Verdict != "" {
		total = p.Counts[f.Verdict]
	}
	prev, next := kit.Ends(list, func(it intake.Item) string { return strconv.Itoa(it.Position) }, earlier, more)
	p.Pager = kit.NewPager(c, total, len(list), prev, next)
	return nil
}

func position(s string) (int, error) {
	if s == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, errPlace
	}
	return n, nil
}

// postConfirm has the questions added.
func (h *handler) postConfirm(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, i, err := h.found(c)
	if err != nil {
		return err
	}
	err = h.Intake.Confirm(c.Request().Context(), p.Slug, i.ID, kit.ViewerOf(c).PersonID, f.Str("target"), f.Str("objective"))
	if apperr.Is(err, apperr.Invalid) && f.Merge(err) {
		return h.renderImport(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.At("/import/"+i.ID), nil)
}

var deleted = kit.NewFlash("questions.deleted", kit.Success, "The import and its file are deleted. Questions that were added stay in the draft.")

func (h *handler) postDelete(c echo.Context) error {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	if err := h.Intake.Discard(c.Request().Context(), slug, id, kit.ViewerOf(c).PersonID); err != nil {
		return err
	}
	return kit.Redirect(c, place{course.Draft{Slug: slug}}.At("/import"), deleted)
}

func (h *handler) postGoOn(c echo.Context) error {
	p, i, err := h.found(c)
	if err != nil {
		return err
	}
	if err := h.Intake.GoOn(c.Request().Context(), p.Slug, i.ID, kit.ViewerOf(c).PersonID); err != nil {
		return err
	}
	return kit.Redirect(c, p.At("/import/"+i.ID), nil)
}

// postReport hands out what was found, of all items.
func (h *handler) postReport(c echo.Context) error {
	_, i, err := h.found(c)
	if err != nil {
		return err
	}
	header := []string{"place", "title", "type", "kind", "verdict", "notes", "id", "file", "prompt", "key"}
	return kit.CSV(c, "questions-report.csv", header, func(write func(...string) error) error {
		return h.Intake.Each(c.Request().Context(), i.ID, func(it intake.Item) error {
			var notes []string
			for _, n := range it.Notes {
				notes = append(notes, n.String())
			}
			return write(it.Place, it.Title, it.Type, string(it.Kind), string(it.Verdict), strings.Join(notes, " "), it.QuestionID, it.File, it.Prompt, it.Key)
		})
	})
}
