package questions

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/intake"
	"github.com/atmacena/cocare/internal/web/kit"
)

var (
	errReading = &apperr.Error{Kind: apperr.Limited, Msg: "Please correct what is marked.", Fields: []apperr.Field{
		{Name: "file", Msg: "A file is being read right now. Please send yours again in a minute."}}}
	uploadErrors = kit.UploadErrors{
		Missing:  apperr.InvalidField("file", "Choose the file with the questions."),
		Torn:     apperr.InvalidField("file", "The file did not arrive whole. Please send it again."),
		TooLarge: intake.ErrTooLarge,
	}
)

// uploadPage takes a file, and lists what is kept.
type uploadPage struct {
	place
	Kept []kept
}

// kept is an import in the list.
type kept struct {
	intake.Import
	Href, Word, Tone string
}

type word struct{ word, tone string }

var stateWords = map[intake.State]word{
	intake.Reading: {"Being read", "info"}, intake.Ready: {"Waits for you", "warn"}, intake.Adding: {"Being added", "info"}, intake.Done: {"Added", "ok"},
}

func (h *handler) getUpload(c echo.Context) error { return h.renderUpload(c, nil, kit.NewForm()) }

func (h *handler) renderUpload(c echo.Context, failed error, f *kit.Form) error {
	d, err := h.draft(c)
	if err != nil {
		return err
	}
	list, err := h.Intake.List(c.Request().Context(), d.Slug, kit.ViewerOf(c).PersonID)
	if err != nil {
		return err
	}
	page := uploadPage{place: place{d}}
	for _, i := range list {
		w := stateWords[i.State]
		page.Kept = append(page.Kept, kept{Import: i, Href: page.At("/import/" + i.ID), Word: w.word, Tone: w.tone})
	}
	status := http.StatusOK
	if failed != nil {
		status = kit.Status(failed)
	}
	return kit.Render(c, status, "questions/upload", kit.View{Title: "Import questions", Form: f, Data: page})
}

// postUpload keeps a file and has it read. The draft stays as it is.
func (h *handler) postUpload(c echo.Context) error {
	d, err := h.draft(c) // before anything is read
	if err != nil {
		return err
	}
	who := kit.ViewerOf(c).PersonID
	var i intake.Import
	err = errReading
	if give := h.uploads.Take(who); give != nil {
		defer give()
		var name string
		var body []byte
		if name, body, err = kit.ReadUpload(c, intake.MaxFile, uploadErrors); err == nil {
			i, err = h.Intake.Upload(c.Request().Context(), d.Slug, name, body, who)
		}
	}
	f := kit.NewForm()
	if f.Merge(err) {
		return h.renderUpload(c, err, f)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, place{d}.At("/import/"+i.ID), nil)
}
