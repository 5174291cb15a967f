package media

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course/content"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/web/kit"
)

var errNothing = apperr.New(apperr.NotFound, "There is nothing at this address.")

// filePolicy is what a file needs that somebody opens alone: nothing from anywhere, no
// script, no frame around it.
const filePolicy = "default-src 'none'; img-src 'self'; media-src 'self'; frame-ancestors 'none'; sandbox"

// getFile hands out a file to those who may read the course: who is enrolled in an
// edition that names it, and who works on it. To everybody else it is not there.
func (h *handler) getFile(c echo.Context) error {
	slug, err := kit.PathParam(c, "slug")
	if err != nil {
		return err
	}
	name, err := kit.PathParam(c, "file")
	if err != nil {
		return err
	}
	f, err := h.readable(c.Request().Context(), kit.ViewerOf(c), slug, name)
	if err != nil {
		return err
	}
	return h.send(c, name, f)
}

// served is a file as it is sent.
type served struct {
	kind     string // media type
	sum      string
	text     []byte // of captions; nil: it lies in the store
	filename string // of a download
}

func (h *handler) readable(ctx context.Context, v *kit.Viewer, slug, name string) (served, error) {
	editions, err := h.Editions(ctx, v.PersonID, slug)
	if err != nil {
		return served{}, err
	}
	for _, ed := range editions {
		if f, ok := ed.Course.MediaFile(name); ok {
			return fileOf(name, f), nil
		}
	}
	if err := h.MayRead(ctx, v, slug); err != nil {
		return served{}, errNothing
	}
	return h.taught(ctx, v, slug, name)
}

func fileOf(name string, f content.MediaFile) served {
	s := served{kind: f.File.Type, sum: f.File.SHA256}
	if f.Captions {
		s.sum, _, _ = strings.Cut(name, ".")
		s.kind, s.text = "text/vtt; charset=utf-8", f.Medium.VTT
	}
	if f.File.Type == pdf {
		s.filename = f.Medium.ID + ".pdf"
	}
	return s
}

const pdf = "application/pdf"

// taught is a file for who works on a course: one that its draft or an edition of it
// names and the course holds, or that they are about to add to it. A hash alone opens
// nothing.
func (h *handler) taught(ctx context.Context, v *kit.Viewer, slug, name string) (served, error) {
	d, parsed, _, err := h.Courses.CheckDraft(ctx, slug)
	if err != nil {
		return served{}, err
	}
	if f, ok := parsed.MediaFile(name); ok {
		return h.holding(ctx, d.CourseID, fileOf(name, f))
	}
	sum, ext, _ := strings.Cut(name, ".")
	s := served{kind: manifest.TypeOf(ext), sum: sum}
	if s.kind == "" {
		return served{}, errNothing
	}
	if s.kind == pdf {
		s.filename = "handout.pdf"
	}
	lists, err := h.Courses.MediaListsOf(ctx, slug)
	if err != nil {
		return served{}, err
	}
	if manifest.Hashes(lists...)[sum] {
		return h.holding(ctx, d.CourseID, s)
	}
	uploads, err := h.Media.Uploads(ctx, v.PersonID, d.CourseID)
	if err != nil {
		return served{}, err
	}
	for _, u := range uploads {
		if u.Found != nil && slices.ContainsFunc(u.Found.Files, func(f manifest.File) bool { return f.Name() == name }) {
			return s, nil
		}
	}
	return served{}, errNothing
}

// holding is a file if the course has it, or the text of captions.
func (h *handler) holding(ctx context.Context, courseID string, s served) (served, error) {
	if s.text != nil {
		return s, nil
	}
	held, err := h.Media.Holds(ctx, courseID, s.sum)
	if err == nil && !held {
		err = errNothing
	}
	return s, err
}

// send sends a file, or the range of it that is asked for, straight from the store.
func (h *handler) send(c echo.Context, name string, s served) error {
	var body io.ReadSeeker = bytes.NewReader(s.text)
	if s.text == nil {
		o, err := h.Media.Open(c.Request().Context(), s.sum)
		if apperr.Is(err, apperr.NotFound) {
			return errNothing
		}
		if err != nil {
			return err
		}
		defer o.Close()
		body = o
	}
	hd := c.Response().Header()
	hd.Set("Content-Type", s.kind)
	hd.Set("ETag", `"`+s.sum+`"`)
	hd.Set("Cache-Control", "private, max-age=86400")
	hd.Add("Vary", "Cookie")
	hd.Set("Content-Security-Policy", filePolicy)
	hd.Set("X-Robots-Tag", "noindex")
	if s.filename != "" {
		hd.Set("Content-Disposition", `attachment; filename="`+s.filename+`"`)
	}
	http.ServeContent(c.Response(), c.Request(), name, time.Time{}, body)
	return nil
}

// postZIP sends the draft as a folder, media included, as it is read from the store.
func (h *handler) postZIP(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := h.place(c)
	if err != nil {
		return err
	}
	_, _, was, err := h.Courses.CheckDraft(ctx, p.Slug)
	if err == nil {
		err = h.whole(ctx, p, was)
	}
	if err != nil {
		return err
	}
	files, err := h.Courses.Download(ctx, p.Slug, 0, true)
	if err != nil {
		return err
	}
	if !bytes.Equal(files[manifest.Path], was[manifest.Path]) { // somebody saved meanwhile
		if err := h.whole(ctx, p, files); err != nil {
			return err
		}
	}
	hd := c.Response().Header()
	hd.Set("Content-Type", "application/zip")
	hd.Set("Content-Disposition", `attachment; filename="`+p.Slug+`.zip"`)
	hd.Set("Cache-Control", "no-store")
	c.Response().WriteHeader(http.StatusOK)
	return h.writeZIP(ctx, c.Response(), p.Slug, files)
}

// whole refuses a draft of which a file of media is not there.
func (h *handler) whole(ctx context.Context, p place, files content.Files) error {
	items, _, _ := manifest.Read(files[manifest.Path])
	missing, err := h.Media.Missing(ctx, p.CourseID, items)
	if err == nil && len(missing) > 0 {
		lacking := "1 file of media is not kept here or was never uploaded to this course, so the folder would not be whole. Send it first."
		if n := len(missing); n > 1 {
			lacking = fmt.Sprintf("%d files of media are not kept here or were never uploaded to this course, so the folder would not be whole. Send them first.", n)
		}
		err = apperr.New(apperr.Conflict, lacking)
	}
	return err
}

func (h *handler) writeZIP(ctx context.Context, w io.Writer, folder string, files content.Files) error {
	z := zip.NewWriter(w)
	for _, path := range files.Paths() {
		out, err := z.Create(folder + "/" + path)
		if err == nil {
			_, err = out.Write(files[path])
		}
		if err != nil {
			return err
		}
	}
	_, err := h.Media.Write(ctx, files[manifest.Path], func(path string, _ int64) (io.WriteCloser, error) {
		// Media are packed already.
		out, err := z.CreateHeader(&zip.FileHeader{Name: folder + "/" + path, Method: zip.Store})
		return open{out}, err
	})
	if err != nil {
		return err
	}
	return z.Close()
}

// open is a file in a ZIP, which ends where the next begins.
type open struct{ io.Writer }

func (open) Close() error { return nil }
