package kit

import (
	"cmp"
	"errors"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
)

// Unsent is a form that came from somebody whose session had ended. The pages of
// the sign-in carry it on in hidden fields, so that nothing typed is lost: it is in
// no address and not on the server. It is sent only by the person's own press of a
// button afterward, under the session that they have then.
type Unsent struct {
	To    string // where the form goes: path and query of a POST route
	From  string // the page that it stood on, "" if that is not known
	Files bool   // it is sent as multipart/form-data
	owner string // Viewer.Mark of whose page it stood on, "" if it does not say
	form  *Form
}

// UnsentField is one value of such a form.
type UnsentField struct{ Name, Value string }

// MaxUnsentBytes bounds the body of a form that is carried on.
const MaxUnsentBytes = 256 << 10

// The hidden fields of the pages that carry a form on.
const (
	unsentTo    = "unsent-to"
	unsentFrom  = "unsent-from"
	unsentOwner = "unsent-owner"
	unsentFiles = "unsent-files"
	unsentField = "unsent."
)

// SignedOut reports whether a route refused a request because nobody is signed in.
func SignedOut(err error) bool { return errors.Is(err, errSignedOut) }

// TakeUnsent reads the form of a request that no handler gets, because of who asks.
// It is nil where there is nothing to keep: no form, a script's request, a file, a
// secret, more than MaxUnsentBytes, or a button without anything typed.
func TakeUnsent(c echo.Context) *Unsent {
	r := c.Request()
	if r.Method != http.MethodPost || WantsJSON(c) || provesWho(r.URL.Path) || r.ContentLength > MaxUnsentBytes {
		return nil
	}
	r.Body = http.MaxBytesReader(c.Response(), r.Body, MaxUnsentBytes)
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case err != nil:
		return nil
	case kind == "application/x-www-form-urlencoded":
		err = r.ParseForm()
	case kind == "multipart/form-data":
		err = r.ParseMultipartForm(MaxUnsentBytes)
	}
	if err != nil || r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		return nil
	}
	u := &Unsent{To: r.URL.RequestURI(), From: formPage(c), Files: r.MultipartForm != nil}
	return u.filled(c, maps.Clone(r.PostForm))
}

// Unsent takes a form that is carried on out of the form of a sign-in page. It is
// nil if there is none, or none that could go anywhere.
func (f *Form) Unsent(c echo.Context) *Unsent {
	u := &Unsent{To: f.Get(unsentTo), From: Next(c, f.Get(unsentFrom)), Files: f.Bool(unsentFiles), owner: f.Get(unsentOwner)}
	for _, name := range []string{unsentTo, unsentFrom, unsentFiles, unsentOwner} {
		delete(f.Values, name)
	}
	values := url.Values{}
	for name, list := range f.Values {
		if own, is := strings.CutPrefix(name, unsentField); is {
			values[own] = list
			delete(f.Values, name)
		}
	}
	return u.filled(c, values)
}

// filled is the form with its values, nil if it is none that is kept.
func (u *Unsent) filled(c echo.Context, values url.Values) *Unsent {
	to, err := url.Parse(u.To)
	if err != nil || !local(u.To) || provesWho(to.Path) || !routeAt(c, http.MethodPost, to) {
		return nil
	}
	form, bad, err := newForm(values)
	if err != nil || len(values) > MaxFormFields-20 {
		return nil
	}
	for _, name := range bad {
		for i, v := range values[name] {
			values[name][i] = apperr.Storable(v)
		}
	}
	u.owner = cmp.Or(u.owner, form.Get(ownerField))
	delete(values, ownerField)
	if u.form = form; len(u.Shown()) < 2 && len(u.Typed()) == 0 {
		return nil
	}
	for name := range values {
		if secret(name) && form.Get(name) != "" {
			return nil
		}
	}
	return u
}

// provesWho reports whether an address takes what proves who somebody is, which is
// never written into a page again.
func provesWho(path string) bool {
	return slices.ContainsFunc([]string{"/login", "/logout", "/register", "/password", "/account/password", "/account/security"}, func(area string) bool {
		return path == area || strings.HasPrefix(path, area+"/")
	})
}

// fields are the values by name, those of one name in their order.
func (u *Unsent) fields(prefix string) (list []UnsentField) {
	for _, name := range slices.Sorted(maps.Keys(u.form.Values)) {
		for _, v := range u.form.Values[name] {
			list = append(list, UnsentField{prefix + name, v})
		}
	}
	return list
}

// Carried are the hidden fields of a page that carries the form on.
func (u *Unsent) Carried() []UnsentField {
	list := []UnsentField{{unsentTo, u.To}, {unsentFrom, u.From}, {unsentOwner, u.owner}}
	if u.Files {
		list = append(list, UnsentField{unsentFiles, Ticked})
	}
	return append(list, u.fields(unsentField)...)
}

// Fields are those of the form itself, to be sent.
func (u *Unsent) Fields() []UnsentField { return u.fields("") }

// Typed are the texts that somebody wrote.
func (u *Unsent) Typed() []string { return u.form.typed() }

// Shown are all values that a person typed or chose.
func (u *Unsent) Shown() []UnsentField {
	return slices.DeleteFunc(u.fields(""), func(f UnsentField) bool {
		return f.Value == "" || strings.HasPrefix(f.Name, "_") || slices.Contains(notTyped, f.Name)
	})
}

// For is nil if v may send the form, and otherwise the error that shows what was
// typed, to be copied: it stood on the page of somebody else.
func (u *Unsent) For(v *Viewer) error {
	if u.owner == "" || u.owner == v.Mark() {
		return nil
	}
	return otherOwner(v, u.form)
}

// Next is SafeNext for where a page leads after a sign-in: "" also where there is
// no page, but only an address that takes forms.
func Next(c echo.Context, next string) string {
	u, err := url.Parse(next)
	if SafeNext(next) == "" || err != nil || !routeAt(c, http.MethodGet, u) {
		return ""
	}
	return next
}

// formPage is the page that the form of a request stands on: the one that the
// browser names, or the nearest above the form's address; "" if there is none.
func formPage(c echo.Context) string {
	r := c.Request()
	if u, err := url.Parse(r.Referer()); err == nil && u.Host == r.Host {
		if page := Next(c, u.RequestURI()); page != "" {
			return page
		}
	}
	for path := r.URL.EscapedPath(); len(path) > 1; path = path[:strings.LastIndexByte(path, '/')] {
		if page := Next(c, path); page != "" {
			return page
		}
	}
	return ""
}

// routeAt reports whether a route answers the method at an address.
func routeAt(c echo.Context, method string, u *url.URL) bool {
	e := c.Echo()
	found := e.NewContext(nil, nil)
	e.Router().Find(method, cmp.Or(strings.TrimSuffix(cmp.Or(u.RawPath, u.Path), "/"), "/"), found)
	return slices.ContainsFunc(e.Routes(), func(r *echo.Route) bool { return r.Method == method && r.Path == found.Path() })
}
