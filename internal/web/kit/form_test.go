package kit_test

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/web/kit"
)

var saved = kit.NewFlash("test.saved", kit.Success, "Your name is saved.")

// nameApp takes a name, as the example in the package comment does.
func nameApp(t *testing.T, rename func(name, password string) error) *app {
	a := newApp(t, map[string]string{"account/name": page("Name", `{{template "errors" .Form}}<form method="post">
		{{template "field" field .Form "name" "Full name" "hint" "As printed." "required" true "data-x" "<1>"}}
		{{template "field" field .Form "password" "Password" "type" "password"}}
		{{template "field" field .Form "kind" "Kind" "type" "radios" "options" (options "a" "First" "b" "Second")}}
		{{template "field" field .Form "many" "Many" "type" "checkboxes" "options" (options "1" "One" "2" "Two")}}
		{{template "field" field .Form "zone" "Zone" "type" "select" "value" "y" "options" (options "x" "X" "y" "Y")}}
		{{template "field" field .Form "ok" "I agree" "type" "checkbox" "checked" true}}
		{{template "field" field .Form "text" "Text" "type" "textarea" "optional" true}}</form>`)})
	show := func(c echo.Context, status int, f *kit.Form) error {
		return kit.Render(c, status, "account/name", kit.View{Form: f})
	}
	kit.Register(a.Echo, []kit.Route{
		{Method: "GET", Path: "/name", Name: "name.edit", Role: kit.Anyone, Handler: func(c echo.Context) error { return show(c, 200, nil) }},
		{Method: "POST", Path: "/name", Name: "name.save", Role: kit.Anyone, Handler: func(c echo.Context) error {
			f, err := kit.BindForm(c)
			if err != nil {
				return err
			}
			err = rename(f.Str("name"), f.Get("password"))
			if f.Merge(err) {
				return show(c, kit.Status(err), f)
			}
			if err != nil {
				return err
			}
			return kit.Redirect(c, "/name", saved)
		}},
	})
	return a
}

func TestInvalidKeepsWhatWasTyped(t *testing.T) {
	a := nameApp(t, func(string, string) error {
		var c apperr.Check
		c.Field("name", "Enter your full name.")
		c.Field("many", "Choose at least one.")
		return c.Err()
	})
	rec := a.do("POST", "/name", form("name", "A<b>", "password", "hunter2hunter2", "kind", "b", "many", "2", "zone", "x", "text", "</textarea>"))
	if rec.Code != http.StatusUnprocessableEntity {
		t.Fatalf("status %d", rec.Code)
	}
	body := rec.Body.String()
	contains(t, body, "<title>Error: Name", `<a href="#f-name">Enter your full name.</a>`, `value="A&lt;b&gt;" required aria-invalid="true" aria-describedby="f-name-hint f-name-error" data-x="&lt;1&gt;"`,
		`id="f-kind-1" name="kind" value="b" checked`, `name="many" value="2" checked`, `<option value="x" selected>`, `&lt;/textarea&gt;</textarea>`)
	for _, not := range []string{"hunter2", `value="a" checked`, `value="1" checked`, `<option value="y" selected>`, `name="ok" value="yes" checked`} {
		if strings.Contains(body, not) {
			t.Errorf("the page holds %q", not)
		}
	}
	if strings.Index(body, "#f-name") > strings.Index(body, "#f-many") {
		t.Error("the summary is out of order")
	}
}

func TestFormShowsDefaultsBeforeItIsSent(t *testing.T) {
	body := nameApp(t, nil).get("/name").Body.String()
	contains(t, body, `<option value="y" selected>`, `name="ok" value="yes" checked`, `(optional)`)
	if strings.Contains(body, "error-summary") {
		t.Error("an untouched form has errors")
	}
}

func TestFlashIsShownOnce(t *testing.T) {
	a := nameApp(t, func(string, string) error { return nil })
	rec := a.do("POST", "/name", form("name", "Ana"))
	if rec.Code != http.StatusSeeOther || rec.Header().Get("Location") != "/name" {
		t.Fatalf("%d to %s", rec.Code, rec.Header().Get("Location"))
	}
	cookie := rec.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Path != "/" {
		t.Errorf("cookie %v", cookie)
	}
	rec = a.get("/name", "Cookie", cookie.Name+"="+cookie.Value)
	contains(t, rec.Body.String(), `role="status"`, "Your name is saved.")
	if again := rec.Result().Cookies()[0]; again.MaxAge >= 0 {
		t.Errorf("the message stays: %v", again)
	}
	if forged := a.get("/name", "Cookie", cookie.Name+"=<b>send cash</b>").Body.String(); strings.Contains(forged, "send cash") {
		t.Error("a forged cookie speaks on the page")
	}
}

func TestBindFormRefuses(t *testing.T) {
	a := nameApp(t, func(string, string) error { t.Error("the service was called"); return nil })
	urlencoded := "application/x-www-form-urlencoded"
	for name, c := range map[string]struct{ kind, body, want string }{
		"too long":     {urlencoded, "name=" + strings.Repeat("a", kit.MaxFormBytes), "more than this form takes"},
		"too many":     {urlencoded, strings.Repeat("a=1&", kit.MaxFormFields+1), "more than this form takes"},
		"a bad secret": {urlencoded, "name=a&password=a%00b", "cannot be stored"},
		"a bad field":  {urlencoded, "na%ffme=a", "could not be read"},
		"bad escape":   {urlencoded, "name=%zz", "could not be read"},
		"another kind": {"application/json", `{"name":"Ana"}`, "could not be read"},
		"torn parts":   {"multipart/form-data; boundary=x", "--x\r\nnonsense", "could not be read"},
	} {
		t.Run(name, func(t *testing.T) {
			rec := a.do("POST", "/name", c.body, "Content-Type", c.kind)
			if rec.Code != http.StatusUnprocessableEntity {
				t.Errorf("status %d", rec.Code)
			}
			contains(t, rec.Body.String(), c.want)
		})
	}
}

// What cannot be stored is shown again at its field, and every check refuses it.
func TestWhatCannotBeStoredIsShownAgain(t *testing.T) {
	a := nameApp(t, func(name, _ string) error {
		var c apperr.Check
		c.Text("name", name, 100, "Enter your name.")
		return c.Err()
	})
	for typed, shown := range map[string]string{"Eva%00 Lang": "Eva\ufffd Lang", "Eva%ff Lang": "Eva\ufffd Lang"} {
		rec := a.do("POST", "/name", "text=kept&name="+typed, "Content-Type", "application/x-www-form-urlencoded")
		if rec.Code != http.StatusUnprocessableEntity {
			t.Errorf("status %d", rec.Code)
		}
		contains(t, rec.Body.String(), `id="f-name-error"`, "cannot be stored", `value="`+shown+`"`, ">kept</textarea>")
	}
}

func TestFormReadsMultipart(t *testing.T) {
	a := nameApp(t, func(name, _ string) error {
		if name != "Ana" {
			t.Errorf("name %q", name)
		}
		return nil
	})
	body := "--x\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n Ana \r\n--x--\r\n"
	if rec := a.do("POST", "/name?name=Eve", body, "Content-Type", "multipart/form-data; boundary=x"); rec.Code != http.StatusSeeOther {
		t.Errorf("status %d", rec.Code)
	}
}

func TestMerge(t *testing.T) {
	plain := errors.New("disk")
	for _, c := range []struct {
		err   error
		shown bool
		field string
		want  string
	}{
		{nil, false, "", ""},
		{plain, false, "", ""},
		{apperr.New(apperr.NotFound, "No."), false, "", ""},
		{apperr.New(apperr.Conflict, "The exam is over."), true, "", "The exam is over."},
		{apperr.New(apperr.Limited, "Wait."), true, "", "Wait."},
		{apperr.InvalidField("email", "Enter an address."), true, "email", "Enter an address."},
	} {
		f := kit.NewForm()
		if got := f.Merge(c.err); got != c.shown || f.Err(c.field) != c.want || f.Bad() != c.shown {
			t.Errorf("%v: %v, %q", c.err, got, f.Err(c.field))
		}
	}
}

func TestNumbersOfForms(t *testing.T) {
	f := kit.NewForm("n", " 12 ", "big", "1000", "text", "x")
	if f.Int("n", 1, 100) != 12 || f.Bad() {
		t.Errorf("read %v", f.Errors)
	}
	f.Int("big", 1, 100)
	f.Int("text", 1, 100)
	var marked []string
	for _, e := range f.List() {
		marked = append(marked, e.Name)
	}
	if want := []string{"big", "text"}; !slices.Equal(marked, want) {
		t.Errorf("marked %v", marked)
	}
}

func TestFieldRefusesWhatItDoesNotKnow(t *testing.T) {
	for _, call := range []string{`"onclick" "alert(1)"`, `"type"`, `"required" "yes"`, `"style" "x"`} {
		a := newApp(t, map[string]string{"x/y": page("X", `{{template "field" field .Form "a" "A" `+call+`}}`)})
		kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
			Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/y", nil) }}})
		if rec := a.get("/x"); rec.Code != http.StatusInternalServerError {
			t.Errorf("%s: status %d", call, rec.Code)
		}
	}
}

// TestAFormIsShownAgainWhenNothingCanBeSaved: what was typed is not lost with
// a disk that is full.
func TestAFormIsShownAgainWhenNothingCanBeSaved(t *testing.T) {
	a := nameApp(t, func(string, string) error { return apperr.New(apperr.Unavailable, "Please try again later.") })
	res := a.do(http.MethodPost, "/name", "name=Ada+Rivera&password=nine+herons")
	if res.Code != http.StatusServiceUnavailable || !strings.Contains(res.Body.String(), `value="Ada Rivera"`) ||
		!strings.Contains(res.Body.String(), "Please try again later.") || strings.Contains(res.Body.String(), "herons") {
		t.Errorf("%d %s", res.Code, res.Body)
	}
}
