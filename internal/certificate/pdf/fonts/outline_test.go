package fonts_test

import (
	"math"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// TestOutlines: every glyph of every face that texts need has a shape that stays
// within the face's box, and begins each contour with a move.
func TestOutlines(t *testing.T) {
	seen := map[string]bool{}
	for _, text := range []string{"Ångström fi 12", "Ελένη", "Олена", "محمد عبد الله", "מִרְיָם כהן", "王小明 山田花子 김민수", "№ Ⴀ ☂"} {
		for _, style := range []fonts.Style{fonts.Regular, fonts.Italic, fonts.SemiBold} {
			for _, run := range fonts.Shape(text, fonts.Options{Style: style, RTL: fonts.RTLParagraph(text)}) {
				seen[run.Face.Name] = true
				for _, g := range run.Glyphs {
					checkOutline(t, run.Face, g)
				}
			}
		}
	}
	if len(seen) != 7 {
		t.Errorf("the texts need these faces only: %v", seen)
	}
	if _, err := fonts.Shape("a", fonts.Options{})[0].Face.Outline(65535); err == nil {
		t.Error("a glyph that the face lacks has an outline")
	}
}

func checkOutline(t *testing.T, f *fonts.Face, g fonts.Glyph) {
	t.Helper()
	list, err := f.Outline(g.ID)
	if err != nil {
		t.Fatal(err)
	}
	if blank := g.Text == " " || g.Text == ""; len(list) == 0 && !blank {
		t.Errorf("%s: %q has no outline", f.Name, g.Text)
	}
	box := f.Metrics().BBox
	for i, s := range list {
		if i == 0 && s.Op != fonts.MoveTo {
			t.Errorf("%s: the outline of %q begins with %c", f.Name, g.Text, s.Op)
		}
		x, y := s.X*1000, s.Y*1000
		if x < float64(box[0])-1 || y < float64(box[1])-1 || x > float64(box[2])+1 || y > float64(box[3])+1 || math.IsNaN(x+y) {
			t.Errorf("%s: %q reaches %v, %v beyond %v", f.Name, g.Text, x, y, box)
		}
	}
}
