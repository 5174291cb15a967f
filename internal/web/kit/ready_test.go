package kit_test

import (
	"compress/gzip"
	"fmt"
	"html/template"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/web/kit"
)

// unpack returns what a browser shows, and how much went over the wire.
func unpack(t *testing.T, rec *httptest.ResponseRecorder) (body string, wire int) {
	t.Helper()
	wire = rec.Body.Len()
	if rec.Header().Get("Content-Length") != strconv.Itoa(wire) {
		t.Errorf("Content-Length %s of %d bytes", rec.Header().Get("Content-Length"), wire)
	}
	if rec.Header().Get("Content-Encoding") != "gzip" {
		return rec.Body.String(), wire
	}
	z, err := gzip.NewReader(rec.Body)
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(z) // checks length and checksum
	if err != nil {
		t.Fatal(err)
	}
	return string(out), wire
}

// TestJoinedPageIsTheRenderedOne: for every viewer, theme and place the pieces
// join to the very page that the templates make, compressed or not.
func TestJoinedPageIsTheRenderedOne(t *testing.T) {
	site := kit.Site{Name: "CoCare", BaseURL: "https://ce.example.org", Footer: []kit.Link{{Label: "Privacy", Href: "/privacy"}}}
	a := newApp(t, map[string]string{"x/ready": `{{define "content"}}{{.Data.HTML}}{{end}}`}, func(o *kit.Options) {
		o.Site = func() kit.Site { return site }
	})
	text := template.HTML("<p>" + strings.Repeat("A word, another & one more. ", 400) + "</p>")
	var viewer *kit.Viewer
	show := func(c echo.Context) error {
		if viewer != nil {
			kit.SetViewer(c, viewer)
		}
		v := kit.View{Title: `Doses < 20 "mg" & more+`, Data: kit.Ready{kit.Pack(text), kit.Text(`Ana's <note> & "more"`), {}, kit.Pack("<p>short</p>")}}
		if c.QueryParam("whole") != "" {
			return c.Render(200, "x/ready", v)
		}
		return kit.Render(c, 200, "x/ready", v)
	}
	for _, path := range []string{"/courses", "/courses/x", "/elsewhere"} {
		a.GET(path, show)
	}
	check := func(what string) {
		t.Helper()
		for _, path := range []string{"/courses", "/courses/x", "/elsewhere"} {
			for _, theme := range []string{"", "theme=dark", "theme=light"} {
				want := a.get(path+"?whole=1", "Cookie", theme).Body.String()
				if !strings.Contains(want, "</html>") || !strings.Contains(want, "Ana&#39;s &lt;note&gt;") {
					t.Fatalf("the whole page:\n%s", want)
				}
				for range 2 { // rendered, then joined
					plain, _ := unpack(t, a.get(path, "Cookie", theme))
					packed, wire := unpack(t, a.get(path, "Cookie", theme, "Accept-Encoding", "gzip"))
					if plain != want || packed != want {
						t.Errorf("%s: %s %s differs from the whole page", what, path, theme)
					}
					if wire*3 > len(want) {
						t.Errorf("%s: %d of %d bytes went over the wire", what, wire, len(want))
					}
				}
			}
		}
	}
	check("visitor")
	viewer = &kit.Viewer{Name: `Zoë <O'Brien> & "Co"`, Roles: kit.Therapist, Zone: time.UTC}
	check("therapist")
	viewer = &kit.Viewer{Name: "Ana", Roles: kit.Therapist, Zone: time.FixedZone("Mars/Base<1>", 60)}
	check("another therapist")
	site.Name, site.Footer = "Clinic", []kit.Link{{Label: "Terms", Href: "/terms"}}
	check("renamed site")
	site.Demo = true
	check("demonstration")
}

// TestWhatIsShownOnceIsNotKept: a message or a mistake is on the page of its
// request alone.
func TestWhatIsShownOnceIsNotKept(t *testing.T) {
	a := newApp(t, map[string]string{"x/ready": `{{define "content"}}{{.Data.HTML}}{{end}}`})
	var form *kit.Form
	a.GET("/x", func(c echo.Context) error {
		return kit.Render(c, 200, "x/ready", kit.View{Title: "Note", Form: form, Data: kit.Ready{kit.Pack("<p>text</p>")}})
	})
	usual := a.get("/x").Body.String()
	done := kit.NewFlash("test.ready", kit.Success, "It is saved.")
	a.POST("/x", func(c echo.Context) error { return kit.Redirect(c, "/x", done) })
	rec := a.do("POST", "/x", "")
	cookie, _, _ := strings.Cut(rec.Header().Get("Set-Cookie"), ";")
	contains(t, a.get("/x", "Cookie", cookie).Body.String(), "It is saved.")
	form = kit.NewForm()
	form.Fail("note", "Too long.")
	contains(t, a.get("/x").Body.String(), "<title>Error: Note")
	form = nil
	if a.get("/x").Body.String() != usual {
		t.Error("something of one request stayed")
	}
}

// TestLongLoosePiecesAreCompressed: a long text of a person's own has no
// compressed form, so the page is compressed whole.
func TestLongLoosePiecesAreCompressed(t *testing.T) {
	a := newApp(t, map[string]string{"x/ready": `{{define "content"}}{{.Data.HTML}}{{end}}`})
	note := strings.Repeat("My own words. ", 8000)
	a.GET("/x", func(c echo.Context) error {
		return kit.Render(c, 200, "x/ready", kit.View{Title: "Note", Data: kit.Ready{kit.Pack("<p>text</p>"), kit.Text(note)}})
	})
	body, wire := unpack(t, a.get("/x", "Accept-Encoding", "gzip"))
	if !strings.Contains(body, note) || wire > len(note)/10 {
		t.Errorf("%d bytes over the wire", wire)
	}
}

func TestStencil(t *testing.T) {
	for _, tc := range []struct {
		html string
		fill []kit.Piece
		want string
	}{
		{"", nil, ""},
		{"whole", nil, "whole"},
		{kit.Mark(0), []kit.Piece{kit.Text("<a>")}, "&lt;a&gt;"},
		{"a" + kit.Mark(1) + "b" + kit.Mark(0) + kit.Mark(1), []kit.Piece{kit.Text("0"), kit.Text("1")}, "a1b01"},
		{"a" + kit.Mark(7) + "b", []kit.Piece{kit.Text("0")}, "ab"},
		{"qzhole99999999999999999999zq", nil, "qzhole99999999999999999999zq"},
	} {
		if got := kit.Cut(template.HTML(tc.html), nil).Fill(nil, tc.fill).HTML(); string(got) != tc.want {
			t.Errorf("%q: %q, want %q", tc.html, got, tc.want)
		}
	}
}

// TestAStencilThatIsToldWhatHolesHold comes out as it went in, whether or not it
// was told the truth, and takes less.
func TestAStencilThatIsToldWhatHolesHold(t *testing.T) {
	a := newApp(t, map[string]string{"x/ready": `{{define "content"}}{{.Data.HTML}}{{end}}`})
	body, owner := strings.Repeat("<p>One of many words.</p>", 40)+"<p>Cortex, pulse and dose.</p>", "0123abcd"
	html := template.HTML("<form>" + kit.Mark(0) + "<p>Cortex, pulse and dose.</p><input name=owner value=" + kit.Mark(1) + "><p>Cortex, pulse</p><input name=owner value=" +
		kit.Mark(1) + "><p>One of many words. Cortex, pulse and dose.</p>" + kit.Mark(2) + "<p>One of many words. Cortex, pulse and dose.</p></form>")
	told := map[int]template.HTML{0: template.HTML(body), 1: kit.Unknown(len(owner))}
	var size []int
	for i, told := range []map[int]template.HTML{nil, told} {
		stencil := kit.Cut(html, told)
		for j, fill := range [][]string{{body, owner, "mine"}, {"other", owner, ""}, {body, "of another length", "mine"}, {body, owner, strings.Repeat("long ", 20)}, {}} {
			path := fmt.Sprintf("/%d/%d", i, j)
			pieces, want := make([]kit.Piece, len(fill)), string(html)
			for n := range 3 {
				text := ""
				if n < len(fill) {
					pieces[n] = kit.Pack(template.HTML(fill[n]))
					text = fill[n]
				}
				want = strings.ReplaceAll(want, kit.Mark(n), text)
			}
			a.GET(path, func(c echo.Context) error {
				return kit.Render(c, 200, "x/ready", kit.View{Title: "Note", Data: stencil.Fill(nil, pieces)})
			})
			got, wire := unpack(t, a.get(path, "Accept-Encoding", "gzip"))
			if !strings.Contains(got, want) {
				t.Errorf("%s:\n%s\nlacks\n%s", path, got, want)
			}
			if j == 0 {
				size = append(size, wire)
			}
		}
	}
	if size[1] >= size[0] {
		t.Errorf("told it takes %d bytes, else %d", size[1], size[0])
	}
}
