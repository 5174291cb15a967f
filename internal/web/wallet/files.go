package wallet

import (
	"bytes"
	"mime"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/wallet"
	"github.com/atmacena/cocare/internal/web/kit"
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
	name, body, err := kit.ReadUpload(c, wallet.MaxFile, kit.UploadErrors{Missing: errNoFile, Torn: errTorn, TooLarge: wallet.ErrTooLarge})
	if err != nil {
		return err
	}
	return h.Wallet.Attach(c.Request().Context(), r.PersonID, r.ID, name, body)
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
