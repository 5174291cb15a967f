package studio

import (
	"archive/zip"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// publishPage is what publishing would change. Its note says so to everybody.
type publishPage struct {
	place
	Errors, Warnings []finding
	Files            []fileDiff // of the words, not of every line
}

// Crumbs lead to the draft.
func (p publishPage) Crumbs() []kit.Link { return p.crumbs() }

func (h *handler) getPublish(c echo.Context) error {
	p, err := h.publishPage(c)
	if err != nil {
		return err
	}
	return kit.Render(c, http.StatusOK, "studio/publish", kit.View{Title: "Publish an edition", Form: kit.NewForm(), Data: p})
}

func (h *handler) publishPage(c echo.Context) (p publishPage, err error) {
	ctx := c.Request().Context()
	slug, err := slugOf(c)
	if err != nil {
		return p, err
	}
	d, parsed, files, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return p, err
	}
	p.place = place{d}
	l := newLister(parsed, files, d.Problems)
	p.Errors, p.Warnings = p.findings(l, course.Error, ""), p.findings(l, course.Warning, "")
	var before course.Files
	if d.Edition > 0 {
		if before, err = h.Courses.Export(ctx, slug, d.Edition); err != nil {
			return p, err
		}
	}
	p.Files = changedFiles(before, files)
	return p, nil
}

// changedFiles compares two states of a course, file by file.
func changedFiles(before, after course.Files) (out []fileDiff) {
	all := course.Files{}
	maps.Copy(all, before)
	maps.Copy(all, after)
	for _, p := range all.Paths() {
		if string(before[p]) != string(after[p]) || (before[p] == nil) != (after[p] == nil) {
			out = append(out, compare(p, before[p], after[p]))
		}
	}
	return out
}

var published = kit.NewFlash("studio.published", kit.Success, "The edition is published. Who learns stays in the edition that they began.")

func (h *handler) postPublish(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.publishPage(c)
	if err != nil {
		return err
	}
	note, why := apperr.Reason("note", f.Str("note"), "Say what is new, for learners and for the record.")
	if f.Str("hash") != p.Hash && why == nil {
		why = course.ErrDraftChanged
	}
	if why == nil {
		_, why = h.Courses.Publish(c.Request().Context(), p.Slug, note, kit.ViewerOf(c).PersonID)
	}
	if why != nil {
		if !f.Merge(why) {
			return why
		}
		return kit.Render(c, kit.Status(why), "studio/publish", kit.View{Title: "Publish an edition", Form: f, Data: p})
	}
	return kit.Redirect(c, p.At(""), published)
}

// getZIP hands out the draft, or an edition, as the folder that it is.
func (h *handler) getZIP(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	number, name := 0, p.Slug+"-draft.zip"
	if asked := c.QueryParam("edition"); asked != "" {
		if number, err = strconv.Atoi(asked); err != nil || number < 1 {
			return course.ErrNotFound
		}
		name = fmt.Sprintf("%s-edition-%d.zip", p.Slug, number)
	}
	files, err := h.Courses.Export(c.Request().Context(), p.Slug, number)
	if err != nil {
		return err
	}
	res := c.Response()
	res.Header().Set(echo.HeaderContentType, "application/zip")
	res.Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	res.Header().Set("Cache-Control", "no-store")
	z := zip.NewWriter(res)
	for _, path := range files.Paths() {
		w, err := z.Create(p.Slug + "/" + path)
		if err != nil {
			return err
		}
		if _, err := w.Write(files[path]); err != nil {
			return err
		}
	}
	return z.Close()
}

func withQuery(href, key, value string) string {
	u, err := url.Parse(href)
	if err != nil {
		return href
	}
	q := u.Query()
	q.Set(key, value)
	u.RawQuery = q.Encode()
	return u.String()
}
