package kit_test

import (
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

func TestTheProvidersLogoStandsForTheName(t *testing.T) {
	a := newApp(t, map[string]string{"x/y": page("X", "x")}, func(o *kit.Options) {
		logo, err := o.Assets.AddLogo([]byte("picture"), "webp", 200, 50)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.Assets.AddLogo(nil, "svg+xml", 1, 1); err == nil {
			t.Error("a logo of any kind is served")
		}
		o.Site = func() kit.Site { return kit.Site{Name: "Clinic <A>", Logo: logo} }
	})
	kit.Register(a.Echo, []kit.Route{{Method: "GET", Path: "/x", Name: "x", Role: kit.Anyone,
		Handler: func(c echo.Context) error { return kit.Render(c, 200, "x/y", nil) }}})
	body := a.get("/x").Body.String()
	_, rest, found := strings.Cut(body, `<img class="brand-logo" src="`)
	src, rest, _ := strings.Cut(rest, `"`)
	if !found || !strings.HasPrefix(rest, ` alt="Clinic &lt;A&gt;" width="200" height="50">`) || strings.Contains(body, "brand-mark") {
		t.Fatalf("header\n%s", body)
	}
	rec := a.get(src)
	if rec.Code != 200 || rec.Body.String() != "picture" || rec.Header().Get("Content-Type") != "image/webp" || !strings.Contains(rec.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("%d %v", rec.Code, rec.Header())
	}
}
