package kit

import (
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// The bounds of a form without files.
const (
	MaxFormBytes  = 1 << 20
	MaxFormFields = 1000
)

// Form is what a person typed and what is wrong with it. The zero value is an
// empty form.
type Form struct {
	Values url.Values
	Errors map[string]string // by field; "" is about the form as a whole
	order  []string
	after  time.Duration // to wait, where this was one try too many
}

// wait is how long to wait before the form may be sent again.
func (f *Form) wait() time.Duration {
	if f == nil {
		return 0
	}
	return f.after
}

// NewForm returns a form filled from pairs of name and value, for a page that
// edits what exists.
func NewForm(pairs ...string) *Form {
	f := &Form{Values: url.Values{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		f.Values.Add(pairs[i], pairs[i+1])
	}
	return f
}

var (
	errTooLarge   = apperr.New(apperr.Invalid, "That is more than this form takes. Please send less at once.")
	errUnstorable = apperr.New(apperr.Invalid, apperr.ErrUnstorable)
	errNoForm     = apperr.New(apperr.Invalid, "The form could not be read. Please go back and send it again.")
)

// BindForm reads the body of a POST: form fields only, at most MaxFormBytes and
// MaxFormFields. The query string is not mixed in. Text that is not UTF-8 or
// holds a NUL comes as Storable text that every check of apperr refuses, with its
// field marked, so that the page shows it again; in a secret it is Invalid. A form
// with the partial "owner" in it is Conflict when somebody else signed in since its
// page was made, and for a script Unauthenticated. A form with {{once}} in it leaves
// its key in the request's context, so take that context afterward.
func BindForm(c echo.Context) (*Form, error) {
	r := c.Request()
	r.Body = http.MaxBytesReader(c.Response(), r.Body, MaxFormBytes)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err == nil && kind == "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case err == nil && kind == "multipart/form-data":
		err = r.ParseMultipartForm(MaxFormBytes)
	case r.ContentLength == 0:
		return NewForm(), nil // a form without fields
	default:
		err = errNoForm
	}
	if err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			return nil, errTooLarge.Because(err)
		}
		return nil, errNoForm.Because(err)
	}
	f, bad, err := newForm(r.PostForm)
	if err == nil {
		err = checkOwner(c, f)
	}
	if err != nil {
		return nil, err
	}
	for _, name := range bad {
		if secret(name) {
			return nil, errUnstorable
		}
		f.Fail(name, apperr.ErrUnstorable)
		for i, v := range f.Values[name] {
			f.Values[name][i] = apperr.Storable(v)
		}
	}
	rememberOnce(c, f)
	return f, nil
}

// BindQuery reads the query string under the same rules, but that text which
// cannot be stored is Invalid: nobody types it into an address.
func BindQuery(c echo.Context) (*Form, error) {
	q, err := url.ParseQuery(c.Request().URL.RawQuery)
	if err != nil {
		return nil, errNoForm.Because(err)
	}
	f, bad, err := newForm(q)
	if err == nil && len(bad) > 0 {
		err = errUnstorable
	}
	return f, err
}

// newForm also returns the fields whose text cannot be stored.
func newForm(values url.Values) (f *Form, bad []string, err error) {
	n := 0
	for name, list := range values {
		if !utf8.ValidString(name) {
			return nil, nil, errNoForm
		}
		for _, v := range list {
			if n++; n > MaxFormFields {
				return nil, nil, errTooLarge
			}
			if !utf8.ValidString(v) || strings.ContainsRune(v, 0) {
				bad = append(bad, name)
			}
		}
	}
	slices.Sort(bad)
	return &Form{Values: values}, slices.Compact(bad), nil
}

// Get returns a field as sent. Use it for passwords; Str for everything else.
func (f *Form) Get(name string) string {
	if f == nil {
		return ""
	}
	return f.Values.Get(name)
}

// Str returns a field without surrounding space and with \n line ends.
func (f *Form) Str(name string) string {
	return strings.TrimSpace(strings.ReplaceAll(f.Get(name), "\r\n", "\n"))
}

// All returns every value of a field, as from a group of check boxes.
func (f *Form) All(name string) []string {
	if f == nil {
		return nil
	}
	return f.Values[name]
}

// Bool reports whether a check box was ticked: "no" is no consent.
func (f *Form) Bool(name string) bool { return f.Get(name) == Ticked }

// Ticked is the value of every check box that stands alone.
const Ticked = "yes"

// Has reports whether the field was sent with this value.
func (f *Form) Has(name, value string) bool {
	return slices.Contains(f.All(name), value)
}

// Int returns a whole number. It marks the field and returns 0 if there is none
// between lo and hi.
func (f *Form) Int(name string, lo, hi int) int {
	n, err := strconv.Atoi(f.Str(name))
	if err != nil || n < lo || n > hi {
		f.Fail(name, fmt.Sprintf("Enter a whole number from %d to %d.", lo, hi))
		return 0
	}
	return n
}

// Val returns what the page shows again. Secrets are never shown.
func (f *Form) Val(name string) string {
	if secret(name) {
		return ""
	}
	return f.Get(name)
}

func secret(name string) bool {
	return strings.Contains(name, "password") || strings.Contains(name, "secret")
}

// Fail marks a field; the first message stays. The name "" marks the form.
func (f *Form) Fail(name, msg string) {
	if f.Errors == nil {
		f.Errors = map[string]string{}
	}
	if _, there := f.Errors[name]; !there {
		f.Errors[name] = msg
		f.order = append(f.order, name)
	}
}

// Err returns the message of a field, "" if there is none.
func (f *Form) Err(name string) string {
	if f == nil {
		return ""
	}
	return f.Errors[name]
}

// Bad reports whether anything is marked.
func (f *Form) Bad() bool { return f != nil && len(f.Errors) > 0 }

// Merge marks what an Invalid, Conflict, Limited or Unavailable error names and
// reports true: render the page again with Status. For nil and every other error
// it changes nothing and reports false.
func (f *Form) Merge(err error) bool {
	switch kind := apperr.KindOf(err); {
	case err == nil:
		return false
	case kind != apperr.Invalid && kind != apperr.Conflict && kind != apperr.Limited && kind != apperr.Unavailable:
		return false
	}
	f.after = apperr.AfterOf(err)
	fields := apperr.FieldsOf(err)
	for _, field := range fields {
		f.Fail(field.Name, field.Msg)
	}
	if len(fields) == 0 {
		f.Fail("", apperr.Message(err))
	}
	return true
}

// FormError is one line of the summary above a form.
type FormError struct{ Name, ID, Msg string }

// List returns the marked fields in the order they were found.
func (f *Form) List() []FormError {
	if f == nil {
		return nil
	}
	list := make([]FormError, 0, len(f.order))
	for _, name := range f.order {
		list = append(list, FormError{Name: name, ID: FieldID(name), Msg: f.Errors[name]})
	}
	return list
}
