package kit

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"
)

const (
	uploadOverhead = 64 << 10 // of the form around a file
	uploadParts    = 4

	// drained is read of what is too large: a browser looks at the answer only when
	// it has sent everything.
	drained = 20 << 20
)

// UploadErrors are what ReadUpload answers: nothing was chosen, the file did not
// arrive whole, it is larger than the limit.
type UploadErrors struct{ Missing, Torn, TooLarge error }

// ReadUpload reads the file of a form's field "file" into memory, of at most limit
// bytes, with the name that the browser gives it. The route has Uploads set, and
// bounds how many do this at once (Places).
func ReadUpload(c echo.Context, limit int64, e UploadErrors) (name string, body []byte, err error) {
	r := c.Request()
	whole := r.Body
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return "", nil, e.Missing
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, limit+uploadOverhead)
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, e.Torn
	}
	name, body, err = e.file(parts, limit)
	if errors.Is(err, e.TooLarge) {
		if _, torn := io.CopyN(io.Discard, whole, drained); torn != nil && !errors.Is(torn, io.EOF) {
			err = e.Torn
		}
	}
	return name, body, err
}

func (e UploadErrors) file(parts *multipart.Reader, limit int64) (name string, body []byte, err error) {
	for range uploadParts {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil, e.Missing
		case err != nil:
			return "", nil, e.of(err)
		case part.FormName() != "file" || part.FileName() == "":
			continue
		}
		body, err = io.ReadAll(io.LimitReader(part, limit+1))
		switch {
		case err != nil:
			return "", nil, e.of(err)
		case int64(len(body)) > limit:
			return "", nil, e.TooLarge
		}
		return part.FileName(), body, nil
	}
	return "", nil, e.Missing
}

func (e UploadErrors) of(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return e.TooLarge
	}
	return e.Torn
}
