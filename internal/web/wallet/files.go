package wallet

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
)

const (
	overhead = 64 << 10 // of the form around a file
	maxParts = 4

	// drained is read of what is too large: a browser looks at the answer only when
	// it has sent everything.
	drained = 20 << 20
)

var (
	errBusy = &apperr.Error{Kind: apperr.Limited, Msg: "Please correct what is marked.", Fields: []apperr.Field{
		{Name: "file", Msg: "Too many files are arriving right now. Please send yours again in a minute."}}}
	errNoFile = apperr.InvalidField("file", "Choose the file of the certificate.")
	errTorn   = apperr.InvalidField("file", "The file did not arrive whole. Please send it again.")
)

var fileKept = kit.NewFlash("wallet.file", kit.Success, "The file is kept.")

// postFile keeps the file of a certificate from elsewhere.
func (h *handler) postFile(c echo.Context) error {
	ctx, personID := person(c)
	p, err := h.recordPage(ctx, personID, c.Param("id")) // before anything is read
	if err != nil {
		return err
	}
	err = errBusy
	if give := h.uploads.Take(personID); give != nil {
		defer give()
		err = h.attach(c, p.Record)
	}
	if err != nil {
		return again(c, recordForm(p.Record), err, "wallet/record", p)
	}
	return kit.Redirect(c, p.Action(), fileKept)
}

func (h *handler) attach(c echo.Context, r wallet.Record) error {
	whole := c.Request().Body
	name, body, err := readFile(c)
	if err == nil {
		err = h.Wallet.Attach(c.Request().Context(), r.PersonID, r.ID, name, body)
	}
	if errors.Is(err, wallet.ErrTooLarge) {
		if _, torn := io.CopyN(io.Discard, whole, drained); torn != nil && !errors.Is(torn, io.EOF) {
			return errTorn
		}
	}
	return err
}

// readFile reads the field "file". Errors: Invalid (file).
func readFile(c echo.Context) (name string, body []byte, err error) {
	r := c.Request()
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "multipart/form-data" {
		return "", nil, errNoFile
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, wallet.MaxFile+overhead)
	parts, err := r.MultipartReader()
	if err != nil {
		return "", nil, errTorn
	}
	for range maxParts {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return "", nil, errNoFile
		case err != nil:
			return "", nil, refused(err)
		case part.FormName() == "file" && part.FileName() != "":
			return readPart(part)
		}
	}
	return "", nil, errNoFile
}

func readPart(part *multipart.Part) (name string, body []byte, err error) {
	body, err = io.ReadAll(io.LimitReader(part, wallet.MaxFile+1))
	if err != nil {
		return "", nil, refused(err)
	}
	return part.FileName(), body, nil
}

func refused(err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
		return wallet.ErrTooLarge
	}
	return errTorn
}

// getFile hands a file to its owner, to save: nothing in it runs here.
func (h *handler) getFile(c echo.Context) error {
	ctx, personID := person(c)
	f, body, err := h.Wallet.File(ctx, personID, c.Param("id"))
	if err != nil {
		return err
	}
	header := c.Response().Header()
	header.Set("Content-Type", f.Kind)
	header.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	header.Set("ETag", `"`+f.Hash+`"`)
	header.Set("Cache-Control", "private, no-cache")
	header.Set("X-Robots-Tag", "noindex")
	http.ServeContent(c.Response(), c.Request(), "", f.AddedAt, bytes.NewReader(body))
	return nil
}

func (h *handler) getRemoveFile(c echo.Context) error {
	ctx, id := person(c)
	p, err := h.recordPage(ctx, id, c.Param("id"))
	if err != nil {
		return err
	}
	if p.Record.File == nil {
		return wallet.ErrNoFile
	}
	return ask(c, act{Question: "Remove the file “" + p.Record.File.Name + "”?", Label: "Remove file", Text: "The certificate stays in your list, without it.",
		Post: p.Action() + "/file/remove", Crumbs: append(p.Crumbs, kit.Link{Label: p.Record.Title, Href: p.Action()})})
}

var fileRemoved = kit.NewFlash("wallet.file_removed", kit.Success, "The file is removed.")

func (h *handler) postRemoveFile(c echo.Context) error {
	if _, err := kit.BindForm(c); err != nil {
		return err
	}
	ctx, id := person(c)
	if err := h.Wallet.Detach(ctx, id, c.Param("id")); err != nil {
		return err
	}
	return kit.Redirect(c, recordsPath+"/"+c.Param("id"), fileRemoved)
}
