package certificates

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/account/limit"
	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/certificate/number"
	"github.com/atmacena/cocare/internal/certificate/proof"
	"github.com/atmacena/cocare/internal/web/kit"
)

// The bounds of what /verify takes.
const (
	overhead = 64 << 10 // of the form around it
	maxParts = 10
	maxTyped = 60 // characters of a number as people type it
	// drained is read of what is too large: a browser looks at the answer only when
	// it has sent everything.
	drained = 7 << 20
)

var (
	errBusy = &apperr.Error{Kind: apperr.Limited, Msg: "Please correct what is marked.", Fields: []apperr.Field{
		{Name: "file", Msg: "Too many files are being compared right now. Please send yours again in a minute."}}}
	errTooLarge = apperr.InvalidField("file", "This file is larger than 5 MB, which no certificate of ours is.")
	errEmpty    = apperr.InvalidField("file", "This file is empty: it holds not one byte. Choose the file as it was downloaded from here.")
	errNoFile   = apperr.InvalidField("file", "Choose the PDF file of the certificate, or its Open Badge.")
	errTyped    = apperr.InvalidField("number", "This is not a whole number of ours. It has 13 letters and digits, such as 7K2M-Q9XD-4T8RN, and one of them is missing or wrong.")
	errTorn     = apperr.New(apperr.Invalid, "The file did not arrive whole. Please send it again.")
)

func (h *handler) getVerify(c echo.Context) error { return renderVerify(c, nil, kit.NewForm()) }

func renderVerify(c echo.Context, err error, f *kit.Form) error {
	return kit.Render(c, kit.Status(err), "certificates/verify", kit.View{Form: f, Canonical: "/verify",
		Description: "Check a certificate by its number or its PDF file."})
}

// postVerify takes a number, or a file that is read as it arrives and not kept.
func (h *handler) postVerify(c echo.Context) error {
	r := c.Request()
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		f, err := kit.BindForm(c)
		if err != nil {
			return err
		}
		return h.byNumber(c, f.Str("number"))
	}
	end := h.uploads.Take(limit.Network(c.RealIP()))
	if end == nil {
		return fail(c, "", errBusy)
	}
	defer end()
	about, whole := "", r.Body
	r.Body = http.MaxBytesReader(c.Response(), r.Body, certificate.MaxFile+overhead)
	parts, err := r.MultipartReader()
	if err != nil {
		return fail(c, about, errTorn.Because(err))
	}
	for range maxParts {
		part, err := parts.NextPart()
		switch {
		case errors.Is(err, io.EOF):
			return fail(c, about, errNoFile)
		case err != nil:
			return refuse(c, about, whole, err)
		case part.FormName() == "number":
			typed, err := io.ReadAll(io.LimitReader(part, 4*maxTyped))
			if err != nil {
				return refuse(c, about, whole, err)
			}
			return h.byNumber(c, strings.ToValidUTF8(strings.TrimSpace(string(typed)), "?"))
		case part.FormName() == "about":
			typed, err := io.ReadAll(io.LimitReader(part, 4*maxTyped))
			if err != nil {
				return refuse(c, about, whole, err)
			}
			about, _ = number.Parse(string(typed))
		case part.FormName() == "file" && part.FileName() != "":
			return h.byFile(c, part, about, whole)
		}
	}
	return fail(c, about, errNoFile)
}

// fail shows the form again; about is the certificate that was asked about, if
// any.
func fail(c echo.Context, about string, err error) error {
	f := kit.NewForm()
	if about != "" {
		f = kit.NewForm("about", about)
	}
	if !f.Merge(err) {
		return err
	}
	return renderVerify(c, err, f)
}

// refuse says what was wrong with an upload.
func refuse(c echo.Context, about string, whole io.Reader, err error) error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](err); !tooLarge {
		return fail(c, about, errTorn.Because(err))
	}
	if _, err := io.CopyN(io.Discard, whole, drained); err != nil && !errors.Is(err, io.EOF) {
		return fail(c, about, errTorn.Because(err))
	}
	return fail(c, about, errTooLarge)
}

// byNumber takes a number, or the address of its page as the certificate prints it.
func (h *handler) byNumber(c echo.Context, typed string) error {
	if _, after, isAddress := strings.Cut(typed, "/verify/"); isAddress {
		typed, _, _ = strings.Cut(after, "?")
		typed = strings.TrimSuffix(typed, "/")
	}
	n, ok := number.Parse(typed)
	if !ok {
		f := kit.NewForm("number", shorten(typed))
		f.Merge(errTyped)
		return renderVerify(c, errTyped, f)
	}
	return kit.Redirect(c, "/verify/"+n, nil)
}

func shorten(typed string) string {
	if runes := []rune(typed); len(runes) > maxTyped {
		return string(runes[:maxTyped]) + "…"
	}
	return typed
}

// upload tells an error of the upload from one of the database.
type upload struct {
	part *multipart.Part
	err  error
}

func (u *upload) Read(p []byte) (int, error) {
	n, err := u.part.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		u.err = err
	}
	return n, err
}

// filePage is what the comparison of a file found.
type filePage struct {
	certificate.FileCheck
	About    *page           // the certificate that it is or names
	Asked    string          // another number, on whose page the file was given
	Proof    proof.Report    // what the file itself proves
	Findings []proof.Finding // the same, but for what the register knows better
	Name     string
}

// Changed reports whether the file is an Open Badge or a signed PDF that was
// changed so that nobody can tell whose it was.
func (p filePage) Changed() bool {
	return p.Verdict == certificate.Unknown && p.Proof.Verdict == proof.Altered
}

// Imitated reports whether it is signed by somebody else and names nothing of ours.
func (p filePage) Imitated() bool {
	return p.Verdict == certificate.Unknown && p.Proof.Verdict == proof.Foreign
}

// Conflict reports whether the register and the file contradict each other: the facts
// of the one are not those of the other, or the register has a file that we never
// signed. What the register says is then not to be shown as true.
func (p filePage) Conflict() bool {
	return p.Contradicted || p.Disowned()
}

// Disowned reports whether the register has a file that bears no valid signature of
// ours.
func (p filePage) Disowned() bool {
	return p.Verdict == certificate.Genuine && (p.Proof.Verdict == proof.Altered || p.Proof.Verdict == proof.Foreign && !p.keyFell())
}

// KeyFell reports whether we issued it, but a key that signed it, or the badge inside,
// is no longer believed.
func (p filePage) KeyFell() bool {
	return p.Verdict == certificate.Genuine && !p.Conflict() && p.keyFell()
}

func (p filePage) keyFell() bool { return p.Proof.KeyFell || p.Proof.BadgeKeyFell }

// Said is what the file says by a signature of ours, nil where that is not proven.
func (p filePage) Said() *certificate.Record {
	if !p.Proof.IssuerProven() {
		return nil
	}
	return p.Proof.Record
}

// SaidOn is the day of completion that the file says.
func (p filePage) SaidOn() (time.Time, error) {
	return time.Parse(time.DateOnly, p.Proof.Record.CompletedOn)
}

// byFile compares a file; about is the number of the certificate from whose page
// it comes, or empty; whole is all that is sent. The file is in memory until it is
// judged, which uploads bounds.
func (h *handler) byFile(c echo.Context, part *multipart.Part, about string, whole io.Reader) error {
	u := &upload{part: part}
	data, err := io.ReadAll(u)
	switch {
	case u.err != nil:
		return refuse(c, about, whole, u.err)
	case err != nil:
		return err
	case len(data) == 0:
		return fail(c, about, errEmpty)
	}
	found, err := h.judge(c.Request().Context(), data, about)
	if err != nil {
		return err
	}
	found.Name = shorten(strings.ToValidUTF8(part.FileName(), "?"))
	c.Response().Header().Set("Cache-Control", "no-store")
	return kit.Render(c, http.StatusOK, "certificates/file", kit.View{NoIndex: true, Data: found})
}

// judge compares a file with the register, and says what it proves by itself.
func (h *handler) judge(ctx context.Context, data []byte, about string) (found filePage, err error) {
	if found.FileCheck, err = h.Certificates.CheckFile(ctx, data); err != nil {
		return found, err
	}
	trust, err := h.Trust(ctx)
	if err != nil {
		return found, err
	}
	found.Proof = proof.Check(data, proof.Options{Trust: &trust, Now: h.Now()})
	for _, f := range found.Proof.Findings {
		if f.What != proof.InForce { // the register knows
			found.Findings = append(found.Findings, f)
		}
	}
	if found.Certificate == nil {
		return found, nil
	}
	p, err := h.page(ctx, *found.Certificate)
	if err != nil {
		return found, err
	}
	found.About = &p
	if about != "" && about != p.Number {
		found.Asked = about
	}
	return found, nil
}

// unknownPage helps who typed or followed a number that is not ours.
type unknownPage struct {
	Typed     string
	WrongForm bool // the check character does not fit: most likely a slip
}

func (h *handler) getVerified(c echo.Context) error {
	ctx, typed := c.Request().Context(), c.Param("number")
	cert, history, err := h.Certificates.Verify(ctx, typed)
	if apperr.Is(err, apperr.NotFound) {
		_, well := number.Parse(typed)
		data := unknownPage{Typed: shorten(strings.ToValidUTF8(typed, "?")), WrongForm: !well}
		return kit.Render(c, http.StatusNotFound, "certificates/unknown", kit.View{NoIndex: true, Data: data})
	}
	if err != nil {
		return err
	}
	if typed != cert.Number {
		return c.Redirect(http.StatusMovedPermanently, "/verify/"+cert.Number)
	}
	p, err := h.bare(cert)
	if err != nil {
		return err
	}
	p.tell(history)
	return kit.Render(c, http.StatusOK, "certificates/verified", kit.View{
		Title: "Certificate " + cert.Number, NoIndex: true, Form: kit.NewForm("about", cert.Number), Data: p})
}
