package kit

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"html/template"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/once"
)

const onceField = "_once"

// onceInput is the template function once: a hidden field that makes sending
// the form twice one act (see package once). It goes into every form whose act
// adds something and would add it again. Not into a page that is kept Ready:
// everybody would get the same key.
func onceInput() template.HTML {
	return template.HTML(`<input type="hidden" name="` + onceField + `" value="` + rand.Text() + `">`) // #nosec G203 -- letters and digits
}

// rememberOnce takes the field out of the form and puts its key into the
// request's context. The key covers the path, the person and everything typed,
// so that the same page sent again with other words is another act, and nobody
// can use up a key of somebody else. A form with files has none: they are not
// read here.
func rememberOnce(c echo.Context, f *Form) {
	token := f.Get(onceField)
	delete(f.Values, onceField)
	r := c.Request()
	if token == "" || r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		return
	}
	person := ""
	if v := ViewerOf(c); v != nil {
		person = v.PersonID
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{token, r.URL.Path, person, f.Values.Encode()}, "\x00")))
	c.SetRequest(r.WithContext(once.With(r.Context(), hex.EncodeToString(sum[:]))))
}
