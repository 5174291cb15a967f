package conversation

import (
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/enrollment"
	"github.com/atmacena/cocare/internal/web/kit"
)

// typedFields are the texts of the forms here.
var typedFields = []string{"body", "more", "question", "answer", "text", "note", "reason"}

// left are the texts of a form that a page does not show in a field of its own: what
// was typed is not lost because somebody else was faster.
func left(f *kit.Form, drawn ...string) (texts []string) {
	for _, name := range typedFields {
		if text := f.Val(name); text != "" && !slices.Contains(drawn, name) {
			texts = append(texts, text)
		}
	}
	return texts
}

// pageOf renders the page that a form is on.
type pageOf func(c echo.Context, formErr error, f *kit.Form) error

// again shows a form that could not be acted on: on its page, or, where that page is
// not for its reader any more, what they typed alone. An error of ours is returned, and
// one where there is nothing to show.
func again(c echo.Context, err error, f *kit.Form, page pageOf) error {
	if !f.Merge(err) {
		if kind := apperr.KindOf(err); kind != apperr.NotFound && kind != apperr.Gone {
			return err
		}
		f.Fail("", apperr.Message(err))
	}
	failed := page(c, err, f)
	switch {
	case apperr.KindOf(failed) == apperr.Internal: // none, or one of ours
		return failed
	case apperr.Is(err, apperr.Invalid): // no field is there to be corrected
		return lost(c, failed, f)
	}
	return lost(c, err, f)
}

// lost is the error's page with what was typed.
func lost(c echo.Context, err error, f *kit.Form) error {
	p := kit.ErrorPage{Message: apperr.Message(err), Typed: left(f), Paste: "Copy it if you want to keep it: it is stored nowhere."}
	if len(p.Typed) == 0 {
		return err
	}
	if errors.Is(err, enrollment.ErrDisclosureFirst) {
		p.Next = &kit.Link{Label: "Read the disclosure", Href: disclosureHref(c)}
	}
	return kit.Render(c, kit.Status(err), "error/show", kit.View{Title: "Nothing was sent", NoIndex: true, Data: p})
}

// beyond answers who may not see a thread; what they had typed while they could is
// shown to them.
func beyond(c echo.Context, err error) error {
	if c.Request().Method != http.MethodPost {
		return err
	}
	f, bad := kit.BindForm(c)
	if bad != nil {
		return bad
	}
	return lost(c, err, f)
}

func disclosureHref(c echo.Context) string {
	return "/learn/" + c.Param("slug") + "/disclosure?lesson=" + url.QueryEscape(c.Param("lesson"))
}
