package studio

import (
	"cmp"
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
	Since     time.Time // of the first of several saves; zero for one
	Who, What string
	Files     []string // titles of the first few
	More      int
	Href      string
}

// historyPage lists the changes of a draft, or of one file.
type historyPage struct {
	place
	Path, Title string
	There       bool // the file is
	Changes     []change
	Removed     []removedFile
	Earlier     string // address of the next page, "" at the end
	First       bool   // the newest are on this page
}

// Crumbs lead to the draft, or to the file.
func (p historyPage) Crumbs() []kit.Link {
	switch {
	case p.Path == "":
		return p.crumbs()
	case p.There:
		return p.crumbs(kit.Link{Label: p.Title, Href: p.File(p.Path)})
	}
	return p.crumbs(kit.Link{Label: "History", Href: p.History("")})
}

func (h *handler) getHistory(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.place(c)
	if err != nil {
		return err
	}
	page := historyPage{place: p, Path: c.QueryParam("path"), First: c.QueryParam("before") == ""}
	if page.Path != "" {
		if page.Path, err = h.Courses.FileNow(ctx, p.Slug, page.Path, 0); err != nil {
			return err
		}
	}
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
	l, gone, err := h.lister(ctx, p.Slug)
	if err != nil {
		return err
	}
	if page.Changes, err = h.changes(ctx, p, l, page.Path, list); err != nil {
		return err
	}
	page.Title = l.title(page.Path)
	if _, page.There = l.files[page.Path]; page.Path == "" && page.First {
		if page.Removed, err = h.removed(ctx, p, l, gone); err != nil {
			return err
		}
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

// what says what a change did.
func what(ch course.Change) string {
	word := kindWords[ch.Kind]
	if ch.Kind != course.ChangeSave && ch.Kind != course.ChangeAutosave {
		if ch.Note != "" {
			word += ": " + ch.Note
		}
		return word
	}
	switch {
	case len(ch.Names) > 0:
		word = "Moved"
	case len(ch.Gone) > 0 && len(ch.Gone) == len(ch.Paths):
		word = "Removed"
	case len(ch.Gone) > 0:
		word = "Saved and removed"
	}
	if ch.Note != "" {
		word += ": " + ch.Note
	}
	return word
}

// toldUnder are the files that a change is told under: not those that it gave another
// name.
func toldUnder(ch course.Change) []string {
	return slices.DeleteFunc(slices.Clone(ch.Paths), func(p string) bool { return ch.Names[p] != "" && oldName(ch.Names, p) == "" })
}

// changes prepares changes for a list; file is the one that the list is about.
func (h *handler) changes(ctx context.Context, p place, l *lister, file string, list []course.Change) (out []change, err error) {
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
		one := change{Seq: ch.Seq, At: ch.At, Who: names[ch.By], What: what(ch), Href: p.changeOf(ch.Seq, "")}
		if ch.Began.Before(ch.At) {
			one.Since = ch.Began
		}
		if file != "" {
			one.Href = p.changeOf(ch.Seq, cmp.Or(ch.Path, file))
		} else {
			paths := toldUnder(ch)
			for _, path := range paths[:min(few, len(paths))] {
				one.Files = append(one.Files, l.title(cmp.Or(ch.Now[path], path)))
			}
			one.More = len(paths) - len(one.Files)
		}
		out = append(out, one)
	}
	return out, nil
}

// changePage is one change: of each file what it said before and after.
type changePage struct {
	place
	Seq    int64
	Path   string // the file that it is about, as it was called then, "" for all
	Now    string // as it is called now
	Who    string
	What   string
	When   time.Time
	Files  []fileDiff
	Others int // files that the page does not show
	Gone   int // files that it removed
	Newest bool
}

// Removed reports whether the page is about one file, which the change removed.
func (p changePage) Removed() bool { return p.Path != "" && p.Gone > 0 }

// Crumbs lead to the history.
func (p changePage) Crumbs() []kit.Link {
	return p.crumbs(kit.Link{Label: "History", Href: p.History(p.Now)})
}

// fileDiff is how a file changed.
type fileDiff struct {
	Path, Word string // Word says whether it was added or removed
	Title      string
	Back       string // where it can be had back, "" unless it was removed
	History    string // of the file
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
	l, _, err := h.lister(ctx, p.Slug)
	if err != nil {
		return err
	}
	list, err := h.changes(ctx, p, l, page.Path, []course.Change{ch})
	if err != nil {
		return err
	}
	page.Who, page.What, page.Gone = list[0].Who, list[0].What, len(ch.Gone)
	paths := toldUnder(ch)
	if page.Path != "" {
		if !slices.Contains(paths, page.Path) {
			page.Path = ch.Names[page.Path]
		}
		if !slices.Contains(paths, page.Path) {
			return course.ErrNoChange
		}
		if paths = []string{page.Path}; !slices.Contains(ch.Gone, page.Path) {
			page.Gone = 0
		}
		if page.Now, err = h.Courses.FileNow(ctx, p.Slug, page.Path, ch.Seq); err != nil {
			return err
		}
	}
	page.Others = max(0, len(paths)-shownFiles)
	paths = paths[:min(len(paths), shownFiles)]
	diffs, err := h.Courses.DraftDiff(ctx, p.Slug, ch.Seq, paths)
	if err != nil {
		return err
	}
	for _, path := range paths {
		one := compare(path, diffs[path].Before, diffs[path].After)
		if from := oldName(ch.Names, path); from != "" {
			one.Word = "was " + from
		}
		one.Title, one.History = l.title(cmp.Or(ch.Now[path], path)), p.History(cmp.Or(ch.Now[path], path))
		if slices.Contains(ch.Gone, path) {
			one.Back = p.changeOf(ch.Seq, path)
		}
		page.Files = append(page.Files, one)
	}
	return kit.Render(c, http.StatusOK, "studio/change", kit.View{Title: "Change " + strconv.FormatInt(ch.Seq, 10), Data: page})
}

// oldName is what a file was called that a change renamed, "" for none.
func oldName(names map[string]string, path string) string {
	for from, to := range names {
		if to == path {
			return from
		}
	}
	return ""
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

// postRestore brings back how a change left the draft, or one file; what the change
// removed comes back as it was before.
func (h *handler) postRestore(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, ch, err := h.change(c)
	if err != nil {
		return err
	}
	path := c.QueryParam("path")
	if slices.Contains(ch.Gone, path) || path == "" && f.Str("step") == "removed" {
		return h.bringBack(c, p, path, ch.Seq)
	}
	if err := h.Courses.RestoreDraft(c.Request().Context(), p.Slug, path, ch.Seq, kit.ViewerOf(c).PersonID); err != nil {
		return err
	}
	if path != "" {
		if f, err := h.fileNow(c.Request().Context(), p, path, ch.Seq); err == nil {
			return kit.Redirect(c, p.File(f.Path), restored)
		} else if !apperr.Is(err, apperr.NotFound) {
			return err
		}
	}
	return kit.Redirect(c, p.At(""), restored)
}
