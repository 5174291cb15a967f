package studio

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/aymanbagabas/go-udiff"
	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/web/kit"
)

// changesPerPage is how many changes a page of the history lists.
const changesPerPage = 50

// change is a change in a list.
type change struct {
	Seq       int64
	At        time.Time
	Who, What string
	Files     []string // names of the first few
	More      int
	Href      string
}

// historyPage lists the changes of a draft, or of one file.
type historyPage struct {
	place
	Path, Title string
	Changes     []change
	Earlier     string // address of the next page, "" at the end
	First       bool   // the newest are on this page
}

// Crumbs lead to the draft, or to the file.
func (p historyPage) Crumbs() []kit.Link {
	if p.Path == "" {
		return p.crumbs()
	}
	return p.crumbs(kit.Link{Label: p.Path, Href: p.File(p.Path)})
}

func (h *handler) getHistory(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.place(c)
	if err != nil {
		return err
	}
	page := historyPage{place: p, Path: c.QueryParam("path"), First: c.QueryParam("before") == ""}
	var before int64
	if !page.First {
		if before, err = strconv.ParseInt(c.QueryParam("before"), 10, 64); err != nil || before < 1 {
			return course.ErrNoChange
		}
	}
	list, more, err := h.Courses.Changes(ctx, p.Slug, page.Path, before, changesPerPage)
	if err != nil {
		return err
	}
	if len(list) == 0 && page.Path != "" {
		return course.ErrNoFile
	}
	if page.Changes, err = h.changes(ctx, p, page.Path, list); err != nil {
		return err
	}
	if more {
		page.Earlier = withQuery(p.History(page.Path), "before", strconv.FormatInt(list[len(list)-1].Seq, 10))
	}
	return kit.Render(c, http.StatusOK, "studio/history", kit.View{Data: page})
}

// kindWords say what a change was.
var kindWords = map[course.ChangeKind]string{
	course.ChangeImport: "Imported a folder", course.ChangeSave: "Saved", course.ChangeAutosave: "Saved by itself", course.ChangeRestore: "Brought back",
}

// changes prepares changes for a list; file is the one that the list is about.
func (h *handler) changes(ctx context.Context, p place, file string, list []course.Change) (out []change, err error) {
	by := make([]string, 0, len(list))
	for _, ch := range list {
		if !slices.Contains(by, ch.By) {
			by = append(by, ch.By)
		}
	}
	names, err := h.named(ctx, by...)
	if err != nil {
		return nil, err
	}
	const few = 3
	for _, ch := range list {
		one := change{Seq: ch.Seq, At: ch.At, Who: names[ch.By], What: kindWords[ch.Kind], Href: p.At("/history/" + strconv.FormatInt(ch.Seq, 10))}
		if ch.Note != "" {
			one.What += ": " + ch.Note
		}
		if file != "" {
			one.Href = withQuery(one.Href, "path", file)
		} else {
			one.Files = ch.Paths[:min(few, len(ch.Paths))]
			one.More = len(ch.Paths) - len(one.Files)
		}
		out = append(out, one)
	}
	return out, nil
}

// changePage is one change: of each file what it said before and after.
type changePage struct {
	place
	Seq    int64
	Path   string // the file that it is about, "" for all
	Who    string
	What   string
	When   time.Time
	Files  []fileDiff
	Others int // files that the page does not show
	Newest bool
}

// Crumbs lead to the history.
func (p changePage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: "History", Href: p.History(p.Path)})
}

// fileDiff is how a file changed.
type fileDiff struct {
	Path, Word string // Word says whether it was added or removed
	Hunks      []hunk
}

// hunk is a place that changed, with a few lines around it.
type hunk struct {
	From  int // line after the change
	Lines []diffLine
}

// diffLine is a line: gone, new, or neither.
type diffLine struct {
	Sign, Text string
}

// shownFiles bounds how many files one page compares.
const shownFiles = 20

func (h *handler) getChange(c echo.Context) error {
	ctx := c.Request().Context()
	p, ch, err := h.change(c)
	if err != nil {
		return err
	}
	page := changePage{place: p, Seq: ch.Seq, Path: c.QueryParam("path"), When: ch.At, Newest: ch.Seq == p.Seq}
	list, err := h.changes(ctx, p, page.Path, []course.Change{ch})
	if err != nil {
		return err
	}
	page.Who, page.What = list[0].Who, list[0].What
	paths := ch.Paths
	if page.Path != "" {
		if !slices.Contains(paths, page.Path) {
			return course.ErrNoChange
		}
		paths = []string{page.Path}
	}
	page.Others = max(0, len(paths)-shownFiles)
	for _, path := range paths[:min(len(paths), shownFiles)] {
		after, err := h.Courses.DraftFileAt(ctx, p.Slug, path, ch.Seq)
		if err != nil {
			return err
		}
		before, err := h.Courses.DraftFileBefore(ctx, p.Slug, path, ch.Seq)
		if err != nil {
			return err
		}
		page.Files = append(page.Files, compare(path, before, after))
	}
	return kit.Render(c, http.StatusOK, "studio/change", kit.View{Title: "Change " + strconv.FormatInt(ch.Seq, 10), Data: page})
}

// change reads the change of the address.
func (h *handler) change(c echo.Context) (p place, ch course.Change, err error) {
	if p, err = h.place(c); err != nil {
		return p, ch, err
	}
	seq, err := strconv.ParseInt(c.Param("seq"), 10, 64)
	if err != nil {
		return p, ch, course.ErrNoChange
	}
	ch, err = h.Courses.ChangeOf(c.Request().Context(), p.Slug, seq)
	return p, ch, err
}

// compare is how a file changed; nil is a file that is not there.
func compare(path string, before, after []byte) fileDiff {
	d := fileDiff{Path: path}
	switch {
	case before == nil && after != nil:
		d.Word = "added"
	case before != nil && after == nil:
		d.Word = "removed"
	}
	const around = 2
	u, err := udiff.ToUnifiedDiff("", "", string(before), udiff.Lines(string(before), string(after)), around)
	if err != nil { // the edits are its own
		return d
	}
	signs := map[udiff.OpKind]string{udiff.Delete: "−", udiff.Insert: "+", udiff.Equal: ""}
	for _, x := range u.Hunks {
		one := hunk{From: x.ToLine}
		for _, l := range x.Lines {
			one.Lines = append(one.Lines, diffLine{signs[l.Kind], l.Content})
		}
		d.Hunks = append(d.Hunks, one)
	}
	return d
}

var restored = kit.NewFlash("studio.restored", kit.Success, "It is as it was then. What came after is still in the history.")

// postRestore brings back how a change left the draft, or one file.
func (h *handler) postRestore(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	p, ch, err := h.change(c)
	if err != nil {
		return err
	}
	path := c.QueryParam("path")
	if err := h.Courses.RestoreDraft(c.Request().Context(), p.Slug, path, ch.Seq, kit.ViewerOf(c).PersonID); err != nil {
		return err
	}
	if path != "" {
		if _, err := h.Courses.DraftFile(c.Request().Context(), p.Slug, path); err == nil {
			return kit.Redirect(c, p.File(path), restored)
		} else if !apperr.Is(err, apperr.NotFound) {
			return err
		}
	}
	return kit.Redirect(c, p.At(""), restored)
}
