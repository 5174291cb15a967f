package kit_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/dbtest"
	"github.com/atmacena/cocare/internal/once"
	"github.com/atmacena/cocare/internal/web/kit"
)

// onceApp answers a post with "first" or "again"; a query names who asks.
func onceApp(t *testing.T) *app {
	a := newApp(t, map[string]string{"x/form": page("Form", `<form method="post">{{once}}</form>`)})
	log := once.New(dbtest.New(t), time.Now)
	post := func(c echo.Context) error {
		if who := c.QueryParam("who"); who != "" {
			kit.SetViewer(c, &kit.Viewer{PersonID: who})
		}
		f, err := kit.BindForm(c)
		if err != nil {
			return err
		}
		if f.Get("_once") != "" {
			t.Error("the handler sees the hidden field")
		}
		first, err := log.First(c.Request().Context())
		if err != nil {
			return err
		}
		return c.String(200, map[bool]string{true: "first", false: "again"}[first])
	}
	kit.Register(a.Echo, []kit.Route{
		{Method: "GET", Path: "/form", Name: "form.show", Role: kit.Anyone, Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/form", nil) }},
		{Method: "POST", Path: "/one", Name: "one", Role: kit.Anyone, Handler: post},
		{Method: "POST", Path: "/two", Name: "two", Role: kit.Anyone, Handler: post},
	})
	return a
}

func TestAFormSentTwiceIsOneAct(t *testing.T) {
	a := onceApp(t)
	input := regexp.MustCompile(`<input type="hidden" name="_once" value="([A-Z2-7]{26})">`)
	token := input.FindStringSubmatch(a.get("/form").Body.String())
	other := input.FindStringSubmatch(a.get("/form").Body.String())
	if token == nil || other == nil || token[1] == other[1] {
		t.Fatalf("keys %q and %q", token, other)
	}
	for _, tt := range []struct {
		name, path string
		fields     []string
		want       string
	}{
		{"the first time", "/one", []string{"_once", token[1], "text", "a", "many", "1", "many", "2"}, "first"},
		{"the same again", "/one", []string{"many", "1", "many", "2", "text", "a", "_once", token[1]}, "again"},
		{"other words", "/one", []string{"_once", token[1], "text", "b", "many", "1", "many", "2"}, "first"},
		{"another address", "/two", []string{"_once", token[1], "text", "a", "many", "1", "many", "2"}, "first"},
		{"another person", "/one?who=ben", []string{"_once", token[1], "text", "a", "many", "1", "many", "2"}, "first"},
		{"that person again", "/one?who=ben", []string{"_once", token[1], "text", "a", "many", "1", "many", "2"}, "again"},
		{"another view of the page", "/one", []string{"_once", other[1], "text", "a", "many", "1", "many", "2"}, "first"},
		{"without a key", "/one", []string{"text", "a"}, "first"},
		{"without a key again", "/one", []string{"text", "a"}, "first"},
	} {
		if rec := a.do("POST", tt.path, form(tt.fields...)); rec.Body.String() != tt.want {
			t.Errorf("%s: %d %s, want %s", tt.name, rec.Code, rec.Body, tt.want)
		}
	}
}
