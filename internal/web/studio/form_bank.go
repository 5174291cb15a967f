package studio

import (
	"errors"
	"path"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/edit"
	"github.com/atmacena/cocare/internal/web/kit"
)

const examFile = "exam.yaml"

// saveCounted stores a form, and in the same change the numbers of the blueprint where
// it changes how many questions of the exam an objective has: nobody counts the bank.
// began is the file as the form began. Where somebody changes the blueprint at the same
// moment it is left to them.
func (h *handler) saveCounted(c echo.Context, p place, o openedForm, began []byte, kind course.ChangeKind, files ...course.FileEdit) (course.Saved, error) {
	ctx, by := c.Request().Context(), kit.ViewerOf(c).PersonID
	all := files
	if path.Dir(o.path) == "exam" {
		now, err := h.Courses.DraftFile(ctx, p.Slug, examFile)
		if err != nil && !errors.Is(err, course.ErrNoFile) {
			return course.Saved{}, err
		}
		if text, ok := o.counts(now.Content, began); ok {
			all = append(slices.Clone(files), course.FileEdit{Path: examFile, Base: now.Seq, Content: text})
		}
	}
	saved, err := h.Courses.EditDraft(ctx, course.Edit{Slug: p.Slug, Files: all, Kind: kind, By: by})
	if clash, met := errors.AsType[*course.ClashError](err); met && clash.Path == examFile && len(all) > len(files) {
		saved, err = h.Courses.EditDraft(ctx, course.Edit{Slug: p.Slug, Files: files, Kind: kind, By: by})
	}
	return saved, err
}

// counts is a blueprint with as many questions as the exam has with what the form
// changed since it began; ok is false where it has them, or cannot be written.
func (o openedForm) counts(blueprint, began []byte) (text []byte, ok bool) {
	doc, err := edit.Parse(blueprint)
	if err != nil {
		return nil, false
	}
	n, by := map[string]int{}, map[string]int{}
	for _, q := range o.course.Bank {
		if len(q.Objectives) > 0 {
			n[q.Objectives[0]]++
		}
	}
	was, err := edit.Parse(began)
	if err != nil {
		return nil, false
	}
	for sign, d := range map[int]*edit.Doc{-1: was, 1: o.doc} {
		for i := range d.Len(nil) {
			if list, _ := d.List(edit.At(i, "objectives")); len(list) > 0 {
				n[list[0]] += sign
				by[list[0]] += sign
			}
		}
	}
	before := string(doc.Bytes())
	err = doc.Count(edit.At("blueprint"), "objective", "bank", func(name string) (int, bool) { return n[name], by[name] != 0 })
	after := doc.Bytes()
	return after, err == nil && before != string(after)
}
