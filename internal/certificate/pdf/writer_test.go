package pdf_test

import (
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdf"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

func document() (*pdf.Document, *pdf.Page) {
	d := pdf.NewDocument(pdf.Info{Title: "Test", Lang: "en", Created: time.Unix(0, 0)})
	return d, d.AddPage(200, 100)
}

// TestActualText: where one character becomes several glyphs, the glyphs carry
// it as ActualText. A mark without a letter comes with a dotted circle.
func TestActualText(t *testing.T) {
	for _, s := range []string{"\u0591", "\u0346"} { // Hebrew from right to left, Latin
		d, p := document()
		runs := fonts.Shape(s, fonts.Options{RTL: fonts.RTLParagraph(s)})
		if len(runs) != 1 || len(runs[0].Glyphs) != 2 {
			t.Fatalf("%U is %+v", []rune(s), runs)
		}
		p.Tagged(d.Root().Child("P"), func() { p.Text(10, 10, 12, 0, runs) })
		b, err := d.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		f := read(t, b)
		want := "/Span <</ActualText <feff0591>>> BDC"
		if s == "\u0346" {
			want = "/Span <</ActualText <feff0346>>> BDC"
		}
		if c := string(f.content(f.pages()[0])); !strings.Contains(c, want) {
			t.Errorf("%U is drawn as\n%s", []rune(s), c)
		}
	}
}

// TestOneGlyphTwoTexts: a glyph that stands for two texts can be read back as
// either.
func TestOneGlyphTwoTexts(t *testing.T) {
	d, p := document()
	runs := fonts.Shape("x", fonts.Options{})
	as := func(s string) []fonts.Run {
		g := runs[0].Glyphs[0]
		g.Text = s
		return []fonts.Run{{Face: runs[0].Face, Glyphs: []fonts.Glyph{g}}}
	}
	p.Tagged(d.Root().Child("P"), func() {
		p.Text(10, 10, 12, 0, as("x"))
		p.Text(30, 10, 12, 0, as("×"))
	})
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	c := string(read(t, b).content(read(t, b).pages()[0]))
	if !strings.Contains(c, "[<0001>]TJ") || !strings.Contains(c, "[<0002>]TJ") {
		t.Errorf("the two texts share a code:\n%s", c)
	}
}

// TestExtras: what later parts attach is written as given.
func TestExtras(t *testing.T) {
	d, p := document()
	p.Tagged(d.Root().Child("P"), func() { p.Text(10, 10, 12, 0, fonts.Shape("x", fonts.Options{})) })
	r := d.Reserve()
	d.Set(r, pdf.Dict{"Odd name#": pdf.Text("a (b) \\ c"), "N": pdf.Array{-0.5, 1.25, -3.0, 0.0004, 7, true, nil, pdf.Bytes("\x00\xff")}})
	d.Catalog["Extra"] = r
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	want := `<</N [-0.5 1.25 -3 0 7 true null <00ff>] /Odd#20name#23 (a \(b\) \\ c)>>`
	if !strings.Contains(string(b), want) {
		t.Errorf("the file has no %s", want)
	}
	if _, ok := read(t, b).catalog()["Extra"].(ref); !ok {
		t.Error("the catalog does not lead to it")
	}
}

func TestWriterRefuses(t *testing.T) {
	d, _ := document()
	d.Reserve()
	if _, err := d.Bytes(); err == nil {
		t.Error("a reserved object was never set and nobody said so")
	}
	d, _ = document()
	d.Add(pdf.Dict{"X": struct{}{}})
	if _, err := d.Bytes(); err == nil {
		t.Error("an unknown type was written")
	}
}
