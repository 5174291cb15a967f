package studio

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/course/outline"
	"github.com/atmacena/cocare/internal/web/kit"
)

// outlinePage is the order of the lessons, with buttons that change it.
type outlinePage struct {
	place
	Modules []outlineModule
	Moving  *fileRow // the lesson that is to go somewhere else
	Long    bool     // its modules are folded
}

// unfolded is how many lessons are shown at a time.
const unfolded = 40

// Crumbs lead to the draft, or to the outline.
func (p outlinePage) Crumbs() []kit.Link {
	if p.Moving != nil {
		return p.crumbs(kit.Link{Label: "Outline", Href: p.At("/outline")})
	}
	return p.crumbs()
}

// MoveTo is where somebody chooses where a lesson goes.
func (p outlinePage) MoveTo(file string) string {
	return p.At("/outline?" + url.Values{"move": {file}}.Encode())
}

// outlineModule is a module in the outline.
type outlineModule struct {
	outlineRow
	Dir     string
	Headed  bool // its own file is there
	Lessons []outlineLesson
}

// outlineLesson is a lesson in the outline; First and Last are of the whole course.
type outlineLesson struct{ outlineRow }

// outlineRow is a file with its title in a field, whose name is Field. Was is the
// title that the page began with, for Kept: what nobody touched is not sent back as
// if they had written it.
type outlineRow struct {
	fileRow
	Field, Kept, Name, Was string
	First, Last            bool
}

func newOutlineRow(l *lister, f *kit.Form, file string) outlineRow {
	r := outlineRow{fileRow: l.row(file), Field: titleField(file), Kept: keptField(file), Name: l.titles[file]}
	if r.Was = r.Name; f.Values.Has(r.Kept) { // shown again with what was typed
		r.Was = f.Get(r.Kept)
	}
	return r
}

// outlinePage is the page with what a form has typed into it.
func (h *handler) outlinePage(c echo.Context, f *kit.Form) (p outlinePage, err error) {
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
	there, err := h.Courses.Present(ctx, slug)
	if err != nil {
		return p, err
	}
	if l.people, err = h.people(ctx, kit.ViewerOf(c), there); err != nil {
		return p, err
	}
	o, lessons := outline.Of(files), 0
	for i, m := range o.Modules {
		one := outlineModule{outlineRow: newOutlineRow(l, f, m.Dir+"/module.yaml"), Dir: m.Dir}
		_, one.Headed = files[m.Dir+"/module.yaml"]
		one.Title, one.First, one.Last = orPath(one.Name, m.Dir), i == 0, i == len(o.Modules)-1
		for j, name := range m.Lessons {
			row := newOutlineRow(l, f, m.Dir+"/"+name)
			row.First, row.Last = one.First && j == 0, one.Last && j == len(m.Lessons)-1
			one.Lessons = append(one.Lessons, outlineLesson{row})
			if lessons++; row.Path == c.QueryParam("move") {
				p.Moving = &row.fileRow
			}
		}
		p.Modules = append(p.Modules, one)
	}
	p.Long = lessons > unfolded
	return p, nil
}

// titleField is the name of the field with a file's title.
func titleField(file string) string { return "title " + file }

// keptField is the name of the hidden field with the title that the page began with.
func keptField(file string) string { return "was " + file }

func (h *handler) getOutline(c echo.Context) error {
	f := kit.NewForm()
	p, err := h.outlinePage(c, f)
	if err != nil {
		return err
	}
	if gone := c.QueryParam("move"); gone != "" && p.Moving == nil {
		return kit.WithLink(outline.ErrGone, "Outline", p.At("/outline"))
	}
	return kit.Render(c, http.StatusOK, "studio/outline", kit.View{Title: "Outline", Form: f, Data: p})
}

// postOutline saves titles, and moves a module or a lesson: one change, that names
// what it renamed.
func (h *handler) postOutline(c echo.Context) error {
	f, p, err := h.sent(c)
	if err != nil {
		return err
	}
	// The list of changes is read first: what is saved after it clashes.
	info, _, err := h.Courses.DraftFiles(c.Request().Context(), p.Slug)
	if err != nil {
		return err
	}
	_, _, files, err := h.Courses.CheckDraft(c.Request().Context(), p.Slug)
	if err != nil {
		return err
	}
	next, why := h.titled(c.Request().Context(), p, f, files)
	var moved outline.Moved
	step := ""
	if why == nil {
		step, why = h.stepNow(c.Request().Context(), p, f)
	}
	if why == nil {
		moved, why = stepped(step, next)
	}
	if why == nil {
		_, why = h.Courses.EditDraft(c.Request().Context(), course.Edit{Slug: p.Slug, Files: changesOf(files, moved.Files, info), Names: moved.Names,
			Kind: course.ChangeSave, By: kit.ViewerOf(c).PersonID})
	}
	if errors.Is(why, course.ErrClash) {
		why = outline.ErrGone
	}
	if kit.WantsJSON(c) {
		if why != nil {
			return firstField(why)
		}
		return c.JSON(http.StatusOK, told{Clock: kit.Clock(h.zoneOf(kit.ViewerOf(c)), h.Now())})
	}
	if f.Merge(why) {
		page, err := h.outlinePage(c, f)
		if err != nil {
			return err
		}
		return kit.Render(c, kit.Status(why), "studio/outline", kit.View{Title: "Outline", Form: f, Data: page})
	}
	if why != nil {
		return why
	}
	return kit.Redirect(c, p.At("/outline"), fileSaved)
}

// titled are the files with the titles of a form that somebody changed, whatever the
// files are called by now; the form is brought to those names. Errors: Invalid for a
// title that cannot be one, Conflict for one that somebody else changed too, and for one
// of a file that is gone.
func (h *handler) titled(ctx context.Context, p place, f *kit.Form, files course.Files) (course.Files, error) {
	out := maps.Clone(files)
	var check apperr.Check
	parted := false
	for _, file := range touched(f) {
		title, was := tidyLine(f.Get(titleField(file))), f.Values[keptField(file)]
		now, err := h.Courses.FileNow(ctx, p.Slug, file, baseSent(f))
		if err != nil {
			return nil, err
		}
		data, there := files[now]
		if !there {
			return nil, outline.ErrGone
		}
		name := titleField(now)
		f.Values.Set(name, f.Get(titleField(file)))
		if was != nil {
			f.Values[keptField(now)] = was
			if theirs := tidyLine(titleIn(now, data)); theirs != tidyLine(was[0]) && theirs != title {
				f.Values.Set(keptField(now), theirs)
				parted = true
				check.Field(name, "This title was changed elsewhere meanwhile, to “%s”. Save once more to put yours in its place.", theirs)
				continue
			}
		}
		check.Name(name, title, course.MaxTitle, "Give it a title.")
		if out[now], err = entitled(now, data, title); err != nil {
			check.Field(name, "This file is written in a way that a title cannot be put into. Nothing was saved. Edit it as text.")
		}
	}
	err := check.Err()
	if parted {
		err = &apperr.Error{Kind: apperr.Conflict, Msg: "This title was changed elsewhere meanwhile. Press “Save titles” to see both.", Fields: apperr.FieldsOf(err)}
	}
	return out, err
}

// stepNow is the step of a form by the names that its files have by now, where it says
// where something goes: sent twice it finds it there. A step by one place is done once,
// and the second time finds other names.
func (h *handler) stepNow(ctx context.Context, p place, f *kit.Form) (step string, err error) {
	words := strings.Fields(f.Str("step"))
	if len(words) != 3 {
		return f.Str("step"), nil
	}
	for i, file := range words[1:] {
		dir := path.Ext(file) != ".md"
		if dir {
			file += "/module.yaml"
		}
		switch now, err := h.Courses.FileNow(ctx, p.Slug, file, baseSent(f)); {
		case dir && apperr.Is(err, apperr.NotFound): // lessons without a module
		case apperr.Is(err, apperr.NotFound):
			return "", outline.ErrGone
		case err != nil:
			return "", err
		case dir:
			words[i+1] = path.Dir(now)
		default:
			words[i+1] = now
		}
	}
	return strings.Join(words, " "), nil
}

// touched are the files whose titles in a form are not those that its page began with.
func touched(f *kit.Form) (files []string) {
	for _, name := range slices.Sorted(maps.Keys(f.Values)) {
		file, ok := strings.CutPrefix(name, titleField(""))
		if ok && (!f.Values.Has(keptField(file)) || tidyLine(f.Get(name)) != tidyLine(f.Get(keptField(file)))) {
			files = append(files, file)
		}
	}
	return files
}

// entitled is a module's or a lesson's file with another title.
func entitled(file string, data []byte, title string) ([]byte, error) {
	set := func(d *edit.Doc) error {
		if was, _ := d.Get(edit.At("title")); strings.TrimSpace(was) == title {
			return nil
		}
		return d.Set(edit.At("title"), title)
	}
	if path.Ext(file) == ".md" {
		return edit.Front(data, set)
	}
	d, err := edit.Parse(data)
	if err == nil {
		err = set(d)
	}
	if err != nil {
		return nil, err
	}
	return d.Bytes(), nil
}

// stepped are the files after what a button says: "up" or "down" with one, "before"
// or "after" with it and another, "into" with it and a module's folder.
func stepped(step string, files course.Files) (outline.Moved, error) {
	words := strings.Fields(step)
	if len(words) < 2 {
		return outline.Moved{Files: files}, nil
	}
	o := outline.Of(files)
	by := map[string]int{"up": -1, "down": 1}[words[0]]
	switch {
	case words[0] == "before" && len(words) == 3:
		return o.Before(words[1], words[2])
	case words[0] == "after" && len(words) == 3:
		return o.After(words[1], words[2])
	case words[0] == "into" && len(words) == 3:
		return o.Into(words[1], words[2])
	case by == 0:
		return outline.Moved{}, errFormOld
	case path.Ext(words[1]) == ".md":
		return o.Lesson(words[1], by)
	}
	return o.Module(words[1], by)
}

// changesOf is what makes one state of a course of another.
func changesOf(was, next course.Files, info []course.FileInfo) (out []course.FileEdit) {
	seq := map[string]int64{}
	for _, f := range info {
		seq[f.Path] = f.Seq
	}
	for _, p := range was.Paths() {
		if _, stays := next[p]; !stays {
			out = append(out, course.FileEdit{Path: p, Base: seq[p], Remove: true})
		}
	}
	for _, p := range next.Paths() {
		if old, there := was[p]; !there || !bytes.Equal(old, next[p]) {
			out = append(out, course.FileEdit{Path: p, Base: seq[p], Content: next[p]})
		}
	}
	return out
}
