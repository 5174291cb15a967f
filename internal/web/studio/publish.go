package studio

import (
	"archive/zip"
	"cmp"
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
	Errors, Warnings findings
	Files            []fileDiff // that differ from the newest edition, the first of them
	Others           int        // files that differ besides
	Carries          []carryRow // what was withdrawn or corrected before
}

// Differ counts the files that differ.
func (p publishPage) Differ() int { return len(p.Files) + p.Others }

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
	if d.Edition == 0 { // everything is new
		return p, nil
	}
	if d.Changed && len(p.Errors) == 0 {
		if err := h.carries(c, &p, parsed); err != nil {
			return p, err
		}
	}
	before, err := h.Courses.Export(ctx, slug, d.Edition)
	if err != nil {
		return p, err
	}
	paths := differing(before, files)
	p.Others = max(0, len(paths)-shownFiles)
	for _, path := range paths[:len(paths)-p.Others] {
		one := compare(path, before[path], files[path])
		one.Title = l.title(path)
		p.Files = append(p.Files, one)
	}
	return p, nil
}

// differing are the files in which two states of a course differ.
func differing(before, after course.Files) (paths []string) {
	all := maps.Clone(before)
	maps.Copy(all, after)
	for _, p := range all.Paths() {
		if string(before[p]) != string(after[p]) || (before[p] == nil) != (after[p] == nil) {
			paths = append(paths, p)
		}
	}
	return paths
}

var published = kit.NewFlash("studio.published", kit.Success, "The edition is published. Who learns stays in the edition that they began.")

func (h *handler) postPublish(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	at, err := h.place(c)
	if err != nil {
		return err
	}
	note, why := apperr.Reason("note", f.Str("note"), "Say what is new, for learners and for the record.")
	if why == nil {
		_, why = h.Courses.PublishSeen(c.Request().Context(), at.Slug, cmp.Or(f.Str("hash"), "none"), note, kit.ViewerOf(c).PersonID, decisions(f))
	}
	if f.Merge(why) {
		p, err := h.publishPage(c)
		if err != nil {
			return err
		}
		return kit.Render(c, kit.Status(why), "studio/publish", kit.View{Title: "Publish an edition", Form: f, Data: p})
	}
	if why != nil {
		return why
	}
	return kit.Redirect(c, at.At(""), published)
}

// postZIP hands out the draft, or an edition, as the folder that it is.
func (h *handler) postZIP(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	number, name := 0, p.Slug+"-draft.zip"
	if asked := f.Str("edition"); asked != "" {
		if number, err = strconv.Atoi(asked); err != nil || number < 1 {
			return course.ErrNotFound
		}
		name = fmt.Sprintf("%s-edition-%d.zip", p.Slug, number)
	}
	files, err := h.Courses.Download(c.Request().Context(), p.Slug, number, false)
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
