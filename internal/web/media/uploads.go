package media

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/media"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	offsetHeader = "Upload-Offset"
	// partBytes is what a script sends at a time; with a digest it is read whole before
	// any of it counts.
	partBytes = 4 << 20
	// patience is how long a sender may be silent.
	patience = 60 * time.Second
)

var (
	errBusy     = apperr.New(apperr.Limited, "Too many files are being sent at once. Try again in a moment.")
	errNoFile   = apperr.InvalidField("file", "Choose a file.")
	errNoForm   = apperr.New(apperr.Invalid, "The form could not be read. Please go back and send it again.")
	errNoOffset = apperr.New(apperr.Invalid, "The request does not say where its bytes belong (Upload-Offset).")
	errDigest   = apperr.New(apperr.Invalid, "The bytes changed on the way. Send them again.")
	errPart     = apperr.New(apperr.Invalid, "A part with a digest has 4 MB at most.")
)

// uploadView is what a script reads of an upload.
type uploadView struct {
	URL    string `json:"url"` // also that of its page
	Offset int64  `json:"offset"`
	Part   int    `json:"part"` // bytes to send at a time
	State  string `json:"state"`
	Reason string `json:"reason,omitempty"`
}

func say(c echo.Context, status int, p place, u media.Upload) error {
	v := uploadView{p.At("/uploads/" + u.ID), u.Received, partBytes, string(u.State), u.Reason}
	h := c.Response().Header()
	h.Set(offsetHeader, strconv.FormatInt(u.Received, 10))
	h.Set("Cache-Control", "no-store")
	if status == http.StatusCreated {
		h.Set(echo.HeaderLocation, v.URL)
	}
	return c.JSON(status, v)
}

// postUpload begins an upload that a script sends.
func (h *handler) postUpload(c echo.Context) error {
	f, err := kit.BindForm(c)
	if err != nil {
		return err
	}
	p, err := h.place(c)
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(f.Str("bytes"), 10, 64)
	if err != nil || size < 1 {
		return media.ErrEmpty
	}
	u, _, err := h.Media.Begin(c.Request().Context(), kit.ViewerOf(c).PersonID, p.CourseID, f.Str("name"), size)
	if err != nil {
		return err
	}
	return say(c, http.StatusCreated, p, u)
}

// patchUpload takes bytes at an offset.
func (h *handler) patchUpload(c echo.Context) error {
	r := c.Request()
	p, u, err := h.upload(c)
	if err != nil {
		return err
	}
	offset, err := strconv.ParseInt(r.Header.Get(offsetHeader), 10, 64)
	if err != nil {
		return errNoOffset
	}
	give := h.uploads.Take(u.PersonID)
	if give == nil {
		return errBusy
	}
	defer give()
	body, err := digested(r.Header.Get("Content-Digest"), h.patient(c, r.Body))
	if err != nil {
		return err
	}
	at, err := h.Media.Append(r.Context(), u.PersonID, u.ID, offset, body)
	c.Response().Header().Set(offsetHeader, strconv.FormatInt(at, 10))
	if errors.Is(err, media.ErrOffset) || errors.Is(err, media.ErrClosed) {
		u.Received = at
		return say(c, http.StatusConflict, p, u)
	}
	if err != nil {
		return err
	}
	return c.NoContent(http.StatusNoContent)
}

// digested is a body that is what its Content-Digest says (RFC 9530); without one, the
// body as it comes.
func digested(digest string, body io.Reader) (io.Reader, error) {
	want, ok := strings.CutPrefix(digest, "sha-256=:")
	if !ok {
		return body, nil
	}
	data, err := io.ReadAll(io.LimitReader(body, partBytes+1))
	switch {
	case err != nil:
		return nil, media.ErrTorn.Because(err)
	case len(data) > partBytes:
		return nil, errPart
	}
	sum := sha256.Sum256(data)
	if strings.TrimSuffix(want, ":") != base64.StdEncoding.EncodeToString(sum[:]) {
		return nil, errDigest
	}
	return bytes.NewReader(data), nil
}

// patient lets a body take as long as its sender goes on sending.
func (h *handler) patient(c echo.Context, body io.Reader) io.Reader {
	return &patientReader{body, http.NewResponseController(c.Response()), time.Time{}}
}

type patientReader struct {
	io.Reader
	conn  *http.ResponseController
	until time.Time
}

func (p *patientReader) Read(b []byte) (int, error) {
	if now := time.Now(); p.until.Sub(now) < patience-patience/16 {
		p.until = now.Add(patience)
		_ = p.conn.SetReadDeadline(p.until) // where there is none, as in a test, nothing ends
		_ = p.conn.SetWriteDeadline(p.until.Add(patience))
	}
	return p.Reader.Read(b)
}

// postFinish says that everything was sent.
func (h *handler) postFinish(c echo.Context) error {
	p, u, err := h.upload(c)
	if err != nil {
		return err
	}
	if err := h.Media.Finish(c.Request().Context(), u.PersonID, u.ID); err != nil {
		return err
	}
	if !kit.WantsJSON(c) {
		return kit.Redirect(c, p.At("/uploads/"+u.ID), nil)
	}
	if u, err = h.Media.Upload(c.Request().Context(), u.PersonID, u.ID); err != nil {
		return err
	}
	return say(c, http.StatusOK, p, u)
}

var discarded = kit.NewFlash("media.discarded", kit.Success, "The upload is removed.")

// postDiscard throws an upload of the viewer's away, also one for another course, which
// may not be theirs any more: all of them count.
func (h *handler) postDiscard(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	id, err := kit.PathParam(c, "id")
	if err != nil {
		return err
	}
	if err := h.Media.Discard(c.Request().Context(), kit.ViewerOf(c).PersonID, id); err != nil {
		return err
	}
	return kit.Redirect(c, p.At(""), discarded)
}

// postGoOn has a file examined again whose examination was given up.
func (h *handler) postGoOn(c echo.Context) error {
	p, u, err := h.upload(c)
	if err != nil {
		return err
	}
	if err := h.Media.GoOn(c.Request().Context(), u.PersonID, u.ID); err != nil {
		return err
	}
	return kit.Redirect(c, p.At("/uploads/"+u.ID), nil)
}

// formOverhead is what stands around a file in its form.
const formOverhead = 64 << 10

// postFile takes a whole file from a form.
func (h *handler) postFile(c echo.Context) error {
	p, err := h.place(c)
	if err != nil {
		return err
	}
	u, err := h.receive(c, p)
	if err != nil {
		f := kit.NewForm()
		if !f.Merge(err) {
			return err
		}
		return h.renderList(c, p, f, kit.Status(err))
	}
	return kit.Redirect(c, p.At("/uploads/"+u.ID), nil)
}

// discardWithin bounds the throwing away of what a form that broke off sent.
const discardWithin = 30 * time.Second

func (h *handler) receive(c echo.Context, p place) (u media.Upload, err error) {
	r, person := c.Request(), kit.ViewerOf(c).PersonID
	give := h.uploads.Take(person)
	if give == nil {
		return u, errBusy
	}
	defer give()
	part, name, err := filePart(c, h.patient(c, http.MaxBytesReader(c.Response(), r.Body, media.MaxBytes+formOverhead)))
	if err != nil {
		return u, err
	}
	if u, _, err = h.Media.Begin(r.Context(), person, p.CourseID, name, 0); err != nil {
		return u, err
	}
	if _, err = h.Media.Append(r.Context(), person, u.ID, 0, part); err == nil {
		err = h.Media.Finish(r.Context(), person, u.ID)
	}
	if err == nil {
		return u, nil
	}
	// The connection may have broken off, and the request's context with it.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), discardWithin)
	defer cancel()
	if gone := h.Media.Discard(ctx, person, u.ID); gone != nil && !apperr.Is(gone, apperr.NotFound) {
		err = errors.Join(err, gone)
	}
	if kind := apperr.KindOf(err); kind == apperr.Invalid {
		err = apperr.InvalidField("file", "%s", formWords(err))
	}
	return u, err
}

// formWords: nothing of a form that broke off is kept.
func formWords(err error) string {
	if errors.Is(err, media.ErrTorn) {
		return "The file did not arrive whole. Please send it again."
	}
	return apperr.Message(err)
}

// filePart is the file of a form.
func filePart(c echo.Context, body io.Reader) (part io.Reader, name string, err error) {
	r := c.Request()
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		return nil, "", errNoForm
	}
	r.Body = io.NopCloser(body)
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, "", errNoForm
	}
	for range 4 {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, "", apperr.InvalidField("file", "%s", formWords(media.ErrTorn))
		}
		if p.FormName() == "file" && p.FileName() != "" {
			return p, p.FileName(), nil
		}
	}
	return nil, "", errNoFile
}
