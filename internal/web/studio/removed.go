package studio

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

// shownRemoved bounds the list of files that a draft has no more.
const shownRemoved = 50

// removedFile is a file that the draft has no more. Href is the change that removed it.
type removedFile struct {
	Path, Title, Who string
	At               time.Time
	Href             string
}

var (
	fileRemoved = kit.NewFlash("studio.removed", kit.Success, "The file is removed from the draft. Below is what it said; one press brings it back.")
	broughtBack = kit.NewFlash("studio.brought_back", kit.Success, "It is back, as it was before it was removed.")
)

// lister names the files of a draft, and those that it had.
func (h *handler) lister(ctx context.Context, slug string) (*lister, []course.RemovedFile, error) {
	d, parsed, files, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return nil, nil, err
	}
	l := newLister(parsed, files, d.Problems)
	gone, err := h.withRemoved(ctx, slug, l)
	return l, gone, err
}

// withRemoved adds the titles of the files that a draft has no more.
func (h *handler) withRemoved(ctx context.Context, slug string, l *lister) ([]course.RemovedFile, error) {
	gone, err := h.Courses.Removed(ctx, slug, shownRemoved)
	for _, f := range gone {
		if _, known := l.titles[f.Path]; !known {
			l.titles[f.Path] = titleIn(f.Path, f.Content)
		}
	}
	return gone, err
}

// titleIn is the title that a file gives itself, "" for none.
func titleIn(file string, data []byte) string {
	open := edit.Parse
	if isText(file) {
		open = func(data []byte) (*edit.Doc, error) {
			d, _, err := edit.Head(data)
			return d, err
		}
	}
	d, err := open(data)
	if err != nil {
		return ""
	}
	title, _ := d.Get(edit.At("title"))
	return title
}

// removed prepares the files that a draft has no more for a list.
func (h *handler) removed(ctx context.Context, p place, l *lister, gone []course.RemovedFile) (out []removedFile, err error) {
	by := make([]string, 0, len(gone))
	for _, f := range gone {
		if !slices.Contains(by, f.By) {
			by = append(by, f.By)
		}
	}
	names, err := h.named(ctx, by...)
	for _, f := range gone {
		out = append(out, removedFile{Path: f.Path, Title: l.title(f.Path), Who: names[f.By], At: f.At, Href: p.changeOf(f.Seq, f.Path)})
	}
	return out, err
}

// changeOf is where a change is shown, with one file of it or all.
func (p place) changeOf(seq int64, path string) string {
	href := p.At("/history/" + strconv.FormatInt(seq, 10))
	if path != "" {
		href = withQuery(href, "path", path)
	}
	return href
}

// showRemoved leads to the change that removed a file, where it can be had back.
func (h *handler) showRemoved(c echo.Context, p place, path string) error {
	last, _, err := h.Courses.Changes(c.Request().Context(), p.Slug, path, 0, 1)
	if err != nil {
		return err
	}
	if len(last) == 0 || !slices.Contains(last[0].Gone, path) {
		return kit.Redirect(c, p.At(""), fileRemoved)
	}
	return kit.Redirect(c, p.changeOf(last[0].Seq, path), fileRemoved)
}

// bringBack puts back what a change removed: one file, or with path "" all.
func (h *handler) bringBack(c echo.Context, p place, path string, seq int64) error {
	back, err := h.Courses.BringBack(c.Request().Context(), p.Slug, path, seq, kit.ViewerOf(c).PersonID)
	if err != nil {
		return kit.WithLink(err, "History", p.History(path))
	}
	if len(back) == 1 {
		return kit.Redirect(c, p.File(back[0]), broughtBack)
	}
	return kit.Redirect(c, p.At("/outline"), broughtBack)
}
