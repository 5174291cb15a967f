package studio

import (
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// modulePage says what goes with a module.
type modulePage struct {
	place
	Dir, Name string
	Lessons   []fileRow
	Others    []fileRow // its practice questions
	Base      int64     // the draft's newest change
}

// Crumbs lead to the outline.
func (p modulePage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: "Outline", Href: p.At("/outline")})
}

// RemoveModule is where a module is removed, by its folder.
func (p place) RemoveModule(dir string) string {
	return p.At("/module/remove?" + url.Values{"dir": {dir}}.Encode())
}

var errNoModule = apperr.New(apperr.NotFound, "There is no such module in this draft.")

var (
	moduleGone    = kit.NewFlash("studio.module_gone", kit.Success, "The module is removed from the draft. Below is what went with it; one press brings all of it back.")
	moduleWasGone = kit.NewFlash("studio.module_was_gone", kit.Info, "The module is removed. The history has what went with it.")
	errModuleOn   = apperr.New(apperr.Conflict, "Somebody changed this module meanwhile. Nothing was removed; look at it again.")
)

// modulePage reads what a module consists of; files are those of its folder.
func (h *handler) modulePage(c echo.Context) (p modulePage, files []string, err error) {
	slug, err := slugOf(c)
	if err != nil {
		return p, nil, err
	}
	d, parsed, all, err := h.Courses.CheckDraft(c.Request().Context(), slug)
	if err != nil {
		return p, nil, err
	}
	p.place, p.Dir, p.Base = place{d}, c.QueryParam("dir"), d.Seq
	l := newLister(parsed, all, d.Problems)
	p.Name = orPath(l.titles[p.Dir+"/module.yaml"], p.Dir)
	for _, file := range all.Paths() {
		if !strings.HasPrefix(file, "modules/") || path.Dir(file) != p.Dir {
			continue
		}
		files = append(files, file)
		switch {
		case isText(file):
			p.Lessons = append(p.Lessons, l.row(file))
		case path.Base(file) != "module.yaml":
			p.Others = append(p.Others, l.row(file))
		}
	}
	return p, files, nil
}

func (h *handler) getRemoveModule(c echo.Context) error {
	p, files, err := h.modulePage(c)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return kit.WithLink(errNoModule, "What was removed", p.At("/history#removed"))
	}
	return kit.Render(c, http.StatusOK, "studio/module_remove", kit.View{Title: "Remove a module", Form: kit.NewForm(), Data: p})
}

// postRemoveModule removes a module with its lessons and questions, as one change. What
// somebody changed after the page was shown stops it.
func (h *handler) postRemoveModule(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, files, err := h.modulePage(c)
	if err != nil {
		return err
	}
	seen, err := baseOf(f)
	if err != nil {
		return err
	}
	if len(files) == 0 { // pressed twice
		return kit.Redirect(c, p.At("/outline"), moduleWasGone)
	}
	info, _, err := h.Courses.DraftFiles(c.Request().Context(), p.Slug)
	if err != nil {
		return err
	}
	var edits []course.FileEdit
	for _, one := range info {
		if !slices.Contains(files, one.Path) {
			continue
		}
		if one.Seq > seen {
			return kit.WithLink(errModuleOn, "Look at it again", p.RemoveModule(p.Dir))
		}
		edits = append(edits, course.FileEdit{Path: one.Path, Base: one.Seq, Remove: true})
	}
	saved, err := h.save(c, p.place, edits...)
	if apperr.Is(err, apperr.Conflict) {
		return kit.WithLink(errModuleOn.Because(err), "Look at it again", p.RemoveModule(p.Dir))
	}
	if err != nil {
		return err
	}
	return kit.Redirect(c, p.At("/history/"+strconv.FormatInt(saved.Seq, 10)), moduleGone)
}
