package drawing_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/course/drawing"
)

func svg(inside string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 400" font-family="system-ui, sans-serif">` + inside + `</svg>`
}

func TestParse(t *testing.T) {
	d, problems := drawing.Parse([]byte(`<?xml version="1.0"?><!-- drawn by hand -->`+svg(`<title>Tip</title>
<defs><pattern id="hatch" width="9" height="9"><path class="f-axis" d="M0 0 L9 9"/></pattern></defs>
<rect class="f-a f-a-stroke" x="1" y="2" fill="url(#hatch)"/>
<text class="f-ink" font-size="19">Half <tspan font-weight="600">&lt; 50%</tspan></text>`)), "fig-01-")
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for _, want := range []string{`<pattern id="fig-01-hatch"`, `fill="url(#fig-01-hatch)"`, `<tspan font-weight="600">&lt; 50%</tspan>`} {
		if !strings.Contains(d.Body, want) {
			t.Errorf("want %s in %s", want, d.Body)
		}
	}
	if strings.Contains(d.Body, "Tip") || strings.Contains(d.Body, "drawn") {
		t.Error("title or comment came through")
	}
	if want := []drawing.Label{{Line: 4, Text: "Half < 50%"}}; !slices.Equal(d.Labels, want) {
		t.Errorf("labels %+v, want %+v", d.Labels, want)
	}
	if d.Text != "Half < 50%" || d.ViewBox != "0 0 600 400" || d.Font != "system-ui, sans-serif" {
		t.Errorf("%+v", d)
	}
}

func TestRefused(t *testing.T) {
	tests := []struct{ name, src, msg string }{
		{"script", svg(`<script>alert(1)</script>`), "<script> is refused"},
		{"foreign object", svg(`<foreignObject><p/></foreignObject>`), "<foreignObject> is refused"},
		{"style element", svg(`<style>a{}</style>`), "<style> is refused"},
		{"image", svg(`<image href="https://example.org/x.png"/>`), "<image> is refused"},
		{"use", svg(`<use href="#a"/>`), "<use> is refused"},
		{"link", svg(`<a href="https://example.org"><text font-size="20">x</text></a>`), "<a> is refused"},
		{"animation", svg(`<rect><animate attributeName="x"/></rect>`), "<animate> is refused"},
		{"style attribute", svg(`<rect style="fill:red"/>`), `attribute "style"`},
		{"handler", svg(`<rect onclick="alert(1)"/>`), `attribute "onclick"`},
		{"namespaced", svg(`<rect xmlns:x="http://www.w3.org/1999/xlink" x:href="#a"/>`), `attribute "href"`},
		{"foreign paint", svg(`<rect fill="url(https://example.org/x.svg#a)"/>`), "is refused"},
		{"script paint", svg(`<rect fill="javascript:alert(1)"/>`), "is refused"},
		{"dangling paint", svg(`<rect fill="url(#none)"/>`), "leads nowhere"},
		{"class", svg(`<rect class="header"/>`), `unknown class "header"`},
		{"id twice", svg(`<rect id="a"/><rect id="a"/>`), "used twice"},
		{"odd id", svg(`<rect id="a b"/>`), "not a name"},
		{"small text", svg(`<text font-size="12">x</text>`), "size 12"},
		{"relative text", svg(`<text font-size="2em">x</text>`), "size 2em"},
		{"size", strings.Replace(svg(""), "viewBox", `width="600" viewBox`, 1), `attribute "width"`},
		{"no viewBox", `<svg xmlns="http://www.w3.org/2000/svg"/>`, "no viewBox"},
		{"narrow", strings.Replace(svg(""), "600", "300", 1), "300 wide"},
		{"entity", `<!DOCTYPE svg [<!ENTITY a "x">]>` + svg("&a;"), "document type"},
		{"stylesheet", `<?xml-stylesheet href="x.css"?>` + svg(""), "processing instruction"},
		{"not XML", "<svg", "not well-formed"},
		{"not SVG", "<html></html>", "not one <svg>"},
		{"empty", "", "no <svg>"},
		{"deep", svg(strings.Repeat("<g>", 40)), "deeper than 32"},
		{"many", svg(strings.Repeat("<path/>", 6000)), "more than 5000"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d, problems := drawing.Parse([]byte(tt.src), "x-")
			if s := fmt.Sprint(problems); !strings.Contains(s, tt.msg) {
				t.Errorf("want …%s…, got %s", tt.msg, s)
			}
			for _, p := range problems {
				if p.Line < 1 || p.Fix == "" {
					t.Errorf("problem without line or remedy: %+v", p)
				}
			}
			if low := strings.ToLower(d.Body); strings.Contains(low, "script") || strings.Contains(low, "example.org") || strings.Contains(low, "onclick") {
				t.Errorf("came through: %s", d.Body)
			}
		})
	}
}

var drawn = strings.Fields("g defs pattern marker clipPath path rect circle ellipse line polyline polygon text tspan")

func FuzzParse(f *testing.F) {
	f.Add(svg(`<g><text class="f-ink" font-size="20" x="1">a<tspan dy="2">b</tspan></text><title>c</title></g>`))
	f.Add(svg(`<rect fill="url(#a)" id="a" onload="x"/><a xlink:href="j"/>`))
	f.Fuzz(func(t *testing.T, src string) {
		d, _ := drawing.Parse([]byte(src), "p-")
		for _, tag := range strings.Split(d.Body, "<")[1:] {
			name := strings.TrimLeft(strings.FieldsFunc(tag+" ", func(r rune) bool { return r == ' ' || r == '>' })[0], "/")
			if !slices.Contains(drawn, name) {
				t.Errorf("element %q came through", name)
			}
		}
	})
}
