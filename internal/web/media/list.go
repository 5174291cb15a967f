package media

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/web/kit"
)

// listPage are the media of a draft, and the viewer's uploads for it.
type listPage struct {
	place
	Media   []row
	Uploads []uploadRow // for this course
	Others  []otherRow
}

// Slots is how many uploads a person may have.
func (listPage) Slots() int { return media.Slots }

// otherRow is an upload of the viewer's for another course.
type otherRow struct {
	media.Upload
	Course       string // "" where they do not work on it any more
	Href, Remove string
}

// row is a medium in the list.
type row struct {
	manifest.Item
	Href, Thumb string
	Lacks       string // what publishing asks for
	Uses        []kit.Link
}

// uploadRow is an upload in the list.
type uploadRow struct {
	media.Upload
	Href string
}

// Word is the kind of a medium.
func (r row) Word() string { return word(r.Kind) }

// Size is that of the largest file.
func (r row) Size() string {
	most := int64(0)
	for _, f := range r.Files {
		most = max(most, f.Bytes)
	}
	return content.Size(most)
}

// Markup is how a lesson shows the medium.
func (r row) Markup() string { return "![](media:" + r.ID + ")" }

// Status says how far an upload is.
func (u uploadRow) Status() string {
	switch u.State {
	case media.Open:
		if u.Bytes == 0 { // by the plain form
			return content.Size(u.Received) + " arrived; if it broke off, remove it and send the file again"
		}
		return content.Size(u.Received) + " arrived; choose the same file again to go on"
	case media.Received:
		return "is being examined"
	case media.Refused:
		return "cannot be used"
	}
	return "can be added to the course"
}

func word(k sniff.Kind) string {
	switch k {
	case sniff.Image:
		return "Picture"
	case sniff.Audio:
		return "Audio"
	case sniff.Video:
		return "Video"
	}
	return "Handout"
}

func (h *handler) getList(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	return h.renderList(c, p, kit.NewForm(), http.StatusOK)
}

func (h *handler) renderList(c echo.Context, p place, f *kit.Form, status int) error {
	ctx := c.Request().Context()
	d, parsed, _, err := h.Courses.CheckDraft(ctx, p.Slug)
	if err != nil {
		return err
	}
	page := listPage{place: place{d}}
	uses := usesOf(p.Slug, parsed)
	missing, err := h.Media.Missing(ctx, p.CourseID, parsed.Items())
	if err != nil {
		return err
	}
	for _, m := range parsed.Media {
		r := row{Item: m.Item, Href: p.At("/items/" + m.ID), Uses: uses[m.ID]}
		r.Lacks = lackOf(missing, m.Item)
		switch {
		case r.Lacks != "":
		case m.Kind == sniff.Image && len(m.Files) > 0:
			r.Thumb = fileURL(p.Slug, m.Files[0])
		case m.Kind == sniff.Video && m.Captions == "":
			r.Lacks = "Needs captions"
		case m.Kind == sniff.Audio && m.Transcript == "":
			r.Lacks = "Needs a transcript"
		}
		page.Media = append(page.Media, r)
	}
	if err := h.addUploads(ctx, kit.ViewerOf(c), &page); err != nil {
		return err
	}
	return kit.Render(c, status, "media/list", kit.View{Form: f, Data: page})
}

// lackOf says why a medium cannot be shown, "" where it can.
func lackOf(missing []media.Lack, it manifest.Item) string {
	i := slices.IndexFunc(missing, func(l media.Lack) bool { return slices.Contains(it.Files, l.File) })
	switch {
	case i < 0:
		return ""
	case missing[i].Foreign:
		return "Was never uploaded to this course"
	}
	return "Is not kept here"
}

// addUploads adds all uploads of the viewer: they count together.
func (h *handler) addUploads(ctx context.Context, v *kit.Viewer, page *listPage) error {
	list, err := h.Media.Uploads(ctx, v.PersonID, "")
	if err != nil {
		return err
	}
	for _, u := range list {
		if u.CourseID == page.CourseID {
			page.Uploads = append(page.Uploads, uploadRow{u, page.At("/uploads/" + u.ID)})
		} else {
			page.Others = append(page.Others, otherRow{Upload: u, Remove: page.At("/uploads/" + u.ID + "/discard")})
		}
	}
	if len(page.Others) == 0 {
		return nil
	}
	return h.nameOthers(ctx, v, page.Others)
}

func (h *handler) nameOthers(ctx context.Context, v *kit.Viewer, rows []otherRow) error {
	drafts, err := h.Courses.Drafts(ctx)
	if err != nil {
		return err
	}
	for i := range rows {
		at := slices.IndexFunc(drafts, func(d course.Draft) bool { return d.CourseID == rows[i].CourseID })
		if at < 0 {
			continue
		}
		d := place{drafts[at]}
		err := h.MayRead(ctx, v, d.Slug)
		if err == nil {
			rows[i].Course, rows[i].Href = d.Title, d.At("/uploads/"+rows[i].ID)
		} else if kind := apperr.KindOf(err); kind != apperr.NotFound && kind != apperr.Forbidden {
			return err
		}
	}
	return nil
}

func fileURL(slug string, f manifest.File) string { return "/media/" + slug + "/" + f.Name() }

// usesOf are the lessons that show each medium, by its ID.
func usesOf(slug string, c *course.Course) map[string][]kit.Link {
	out := map[string][]kit.Link{}
	for _, l := range c.Lessons() {
		for _, m := range l.Media {
			out[m.ID] = append(out[m.ID], kit.Link{Label: l.Title, Href: "/teach/" + slug + "/file?" + url.Values{"path": {l.File}}.Encode()})
		}
	}
	return out
}
