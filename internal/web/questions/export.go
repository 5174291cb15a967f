package questions

import (
	"bytes"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/question"
	"github.com/atmacena/cocare/internal/question/exchange"
	"github.com/atmacena/cocare/internal/web/kit"
)

// formatWords say for whom each format is.
var formatWords = map[exchange.Format]string{
	exchange.MoodleXML: "Moodle XML", exchange.GIFT: "GIFT (Moodle and others, as text)", exchange.QTI2: "QTI 2.1 package (Canvas, Blackboard, Brightspace and others)",
	exchange.QTI3: "QTI 3.0 package", exchange.CSV: "CSV (a spreadsheet)", exchange.Aiken: "Aiken (single choices, as text)",
}

// loss is what the file of a format lacks.
type loss struct {
	ID    string // of a question, "" for all
	Notes []exchange.Note
}

// Why is why a question is not in the file.
func (l loss) Why() string {
	for _, n := range l.Notes {
		if n.Kind == exchange.Reason {
			return n.Why
		}
	}
	return ""
}

// exportPage says what a file would lack, before it is taken.
type exportPage struct {
	place
	Format           exchange.Format
	Name             string
	Formats          []kit.Option
	Questions, Count int // asked for, and in the file
	All              []exchange.Note
	Left             []loss // what is not in the file at all
	Losses           []loss
	More, MoreLeft   int // that are not named
	Filter           filter
}

// lossesShown is how many questions the page names.
const lossesShown = 100

func (h *handler) getExport(c echo.Context) error {
	d, err := h.draft(c)
	if err != nil {
		return err
	}
	page := exportPage{place: place{d}, Filter: filterOf(c), Format: exchange.Format(c.QueryParam("format"))}
	if page.Format == "" {
		page.Format = exchange.MoodleXML
	}
	if !slices.Contains(exchange.Formats(), page.Format) {
		return errFormat
	}
	for _, f := range exchange.Formats() {
		page.Formats = append(page.Formats, kit.Option{Value: string(f), Label: formatWords[f]})
	}
	page.Name = page.Format.Name()
	qs, report, _, err := h.written(c, page.place, page.Format, page.Filter)
	if err != nil {
		return err
	}
	page.Questions, page.Count, page.All = len(qs), report.Written, report.All
	for i := range qs {
		page.tell(qs[i].ID, report.Notes[qs[i].ID])
	}
	return kit.Render(c, http.StatusOK, "questions/export", kit.View{Title: "Export questions", Data: page})
}

// tell adds what becomes of a question.
func (p *exportPage) tell(id string, notes []exchange.Note) {
	list, more := &p.Losses, &p.More
	if slices.ContainsFunc(notes, func(n exchange.Note) bool { return n.Kind == exchange.Reason }) {
		list, more = &p.Left, &p.MoreLeft
	}
	switch {
	case len(notes) == 0:
	case len(*list) == lossesShown:
		*more++
	default:
		*list = append(*list, loss{ID: id, Notes: notes})
	}
}

var (
	errFormat = apperr.New(apperr.NotFound, "Questions are not written in this format.")
	errBusy   = apperr.New(apperr.Limited, "Questions are being read or written for somebody else. Try again in a moment.")
)

// written writes the questions that are asked for. Who does it holds a place: the file
// is in memory.
func (h *handler) written(c echo.Context, p place, f exchange.Format, want filter) ([]question.Question, exchange.Report, []byte, error) {
	give := h.uploads.Take(kit.ViewerOf(c).PersonID)
	if give == nil {
		return nil, exchange.Report{}, nil, errBusy
	}
	defer give()
	qs, err := h.Intake.All(c.Request().Context(), p.Slug, want.wants)
	if err != nil {
		return nil, exchange.Report{}, nil, err
	}
	var out bytes.Buffer
	report, err := exchange.Write(&out, f, p.Title, qs)
	return qs, report, out.Bytes(), err
}

// postExport hands the file out. It holds the keys, so it is a POST and audited.
func (h *handler) postExport(c echo.Context) error {
	form, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	d, err := h.draft(c)
	if err != nil {
		return err
	}
	f := exchange.Format(form.Str("format"))
	if !slices.Contains(exchange.Formats(), f) {
		return errFormat
	}
	want := filter{Objective: form.Str("objective"), Kind: form.Str("kind"), In: form.Str("in")}
	_, report, data, err := h.written(c, place{d}, f, want)
	if err != nil {
		return err
	}
	if err := h.Intake.RecordExport(c.Request().Context(), d, f, report.Written); err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Disposition", `attachment; filename="`+d.Slug+"-questions"+f.Extension()+`"`)
	header.Set("Cache-Control", "no-store")
	return c.Blob(http.StatusOK, f.ContentType(), data)
}
