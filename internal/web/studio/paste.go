package studio

import (
	"cmp"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/paste"
	"github.com/atmacena/cocare/internal/web/kit"
)

// pastePage turns the text of a word processor into Markdown, for one file.
type pastePage struct {
	place
	Path     string
	Title    string // of the file
	Base     int64
	Done     bool
	Markdown string
	Left     []string
}

// Crumbs lead to the file.
func (p pastePage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: cmp.Or(p.Title, p.Path), Href: p.File(p.Path)})
}

func (h *handler) pastePage(c echo.Context, base int64) (p pastePage, err error) {
	if p.place, err = h.place(c); err != nil {
		return p, err
	}
	f, err := h.fileNow(c.Request().Context(), p.place, c.QueryParam("path"), base)
	p.Path = cmp.Or(f.Path, c.QueryParam("path"))
	if err == nil && !strings.HasSuffix(p.Path, ".md") {
		err = course.ErrNoFile // lists are not written so
	}
	p.Base, p.Title = f.Seq, titleIn(p.Path, f.Content)
	return p, err
}

func (h *handler) getPaste(c echo.Context) error {
	p, err := h.pastePage(c, 0)
	if err != nil {
		return err
	}
	return showPaste(c, http.StatusOK, kit.NewForm(), p)
}

func showPaste(c echo.Context, status int, f *kit.Form, p pastePage) error {
	return kit.Render(c, status, "studio/paste", kit.View{Title: "Paste from a word processor", Form: f, Data: p})
}

var (
	errPasteLarge = apperr.InvalidField("file", "This is more than is taken at a time. Take a part of the text.")
	errPasteDeep  = apperr.InvalidField("file", "Its parts stand in one another too deep to be read. Take the text in parts.")
	errPasteTorn  = apperr.InvalidField("file", "The file did not arrive whole. Send it again.")
	errPasteNone  = apperr.InvalidField("file", "Choose the file.")
	errPasteWrong = apperr.InvalidField("file", "This is neither a Word document (.docx) nor a web page (.html). In the word processor, save the text as one of them.")
	errPasteEmpty = apperr.InvalidField("html", "There is nothing to be read in it.")
)

// converted is a conversion in words for people.
func converted(got paste.Text, err error) (paste.Text, error) {
	switch {
	case errors.Is(err, paste.ErrTooLarge):
		return got, errPasteLarge
	case errors.Is(err, paste.ErrTooDeep):
		return got, errPasteDeep
	case errors.Is(err, paste.ErrNotWord), errors.Is(err, paste.ErrNoPage):
		return got, errPasteWrong
	case err == nil && got.Markdown == "":
		return got, errPasteEmpty
	}
	return got, err
}

// postPaste converts HTML, or adds what was converted to the end of the file.
func (h *handler) postPaste(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.pastePage(c, baseSent(f))
	if err != nil {
		return err
	}
	if f.Str("step") == "append" {
		return h.appendPasted(c, f, p)
	}
	got, err := converted(paste.HTML(f.Get("html")))
	if kit.WantsJSON(c) {
		if err != nil {
			return firstField(err)
		}
		text, _ := tidy(got.Markdown)
		return c.JSON(http.StatusOK, map[string]any{"text": text, "left": strings.Join(got.Left, ", ")})
	}
	return answerPaste(c, f, p, got, err)
}

func answerPaste(c echo.Context, f *kit.Form, p pastePage, got paste.Text, err error) error {
	if f.Merge(err) {
		return showPaste(c, kit.Status(err), f, p)
	}
	if err != nil {
		return err
	}
	p.Done, p.Markdown, p.Left = true, got.Markdown, got.Left
	return showPaste(c, http.StatusOK, f, p)
}

var pasted = kit.NewFlash("studio.pasted", kit.Success, "The text stands at the end of the file now.")

func (h *handler) appendPasted(c echo.Context, f *kit.Form, p pastePage) error {
	base, err := baseOf(f)
	if err != nil {
		return err
	}
	was, err := h.began(c.Request().Context(), p.place, c.QueryParam("path"), base)
	if err != nil {
		return err
	}
	edit := course.FileEdit{Path: was.Path, Base: was.Seq}
	text := strings.TrimRight(string(was.Content), "\r\n") + "\n\n" + strings.TrimLeft(f.Get("body"), "\r\n")
	now, err := h.typed(c, p.place, edit.Path, edit.Base, text)
	if err != nil {
		return err
	}
	edit.Content = now.data
	_, err = h.save(c, p.place, edit)
	if clash, ok := errors.AsType[*course.ClashError](err); ok {
		return h.showClash(c, p.place, clash)
	}
	if f.Merge(err) {
		p.Done, p.Markdown = true, f.Get("body")
		return showPaste(c, kit.Status(err), f, p)
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.File(p.Path), pasted)
}

// postPasteFile converts a Word document, or a text that was saved as a web page.
func (h *handler) postPasteFile(c echo.Context) error {
	give := h.uploads.Take(kit.ViewerOf(c).PersonID)
	if give == nil {
		return apperr.New(apperr.Limited, "Another file is being read. Try again in a moment.")
	}
	defer give()
	p, err := h.pastePage(c, 0)
	if err != nil {
		return err
	}
	_, body, err := kit.ReadUpload(c, paste.MaxDocxBytes, kit.UploadErrors{Missing: errPasteNone, Torn: errPasteTorn, TooLarge: errPasteLarge})
	var got paste.Text
	if err == nil {
		got, err = converted(paste.File(body))
	}
	return answerPaste(c, kit.NewForm(), p, got, err)
}
