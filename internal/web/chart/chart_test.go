package chart_test

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/web/chart"
)

// inside reports whether a place lies on a figure.
func inside(f chart.Figure, x, y float64) bool {
	return x >= 0 && y >= 0 && x <= float64(f.Width) && y <= float64(f.Height)
}

func checkFrame(t *testing.T, f chart.Figure) {
	t.Helper()
	if f.Title == "" {
		t.Error("a figure without a title")
	}
	for _, l := range append(append(append([]chart.Line{}, f.Axes...), f.Grid...), f.Mark...) {
		if !inside(f, l.X1, l.Y1) || !inside(f, l.X2, l.Y2) {
			t.Errorf("line %+v lies outside", l)
		}
	}
	for _, w := range f.Texts {
		if !inside(f, w.X, w.Y) || w.Text == "" || !slices.Contains([]string{"start", "middle", "end"}, w.Anchor) {
			t.Errorf("word %+v", w)
		}
	}
}

func TestHistogram(t *testing.T) {
	h := chart.NewHistogram("Scores", []chart.Bin{{From: 0, To: 60, Count: 6}, {From: 60, To: 80, Count: 8}, {From: 80, To: 90, Count: 4}, {From: 90, To: 100, Count: 0}}, 80, "Pass 80")
	checkFrame(t, h.Figure)
	if len(h.Bars) != 3 {
		t.Fatalf("%d bars", len(h.Bars))
	}
	// Areas are in proportion to counts, but for the gap of a pixel between bars.
	area := func(i int) float64 { return (h.Bars[i].Width + 1) * h.Bars[i].Height }
	if a := area(0) / area(1); math.Abs(a-6.0/8) > .02 {
		t.Errorf("the areas are as %v", a)
	}
	for _, b := range h.Bars {
		if !inside(h.Figure, b.X, b.Y) || !inside(h.Figure, b.X+b.Width, b.Y+b.Height) || b.Width <= 0 || b.Height <= 0 {
			t.Errorf("%+v", b)
		}
	}
	checkFrame(t, chart.NewHistogram("Scores", nil, 20, "Pass 20").Figure)
}

func TestScatter(t *testing.T) {
	s := chart.NewScatter("Questions", "Right", "Tells", []chart.Point{{X: 0, Y: -1, Name: "E1", Loud: true}, {X: 1, Y: 1, Name: "E2", Loud: true}, {X: .5, Y: 0, Name: "E3"}})
	checkFrame(t, s.Figure)
	for _, d := range s.Dots {
		if !inside(s.Figure, d.X, d.Y) || len(d.Path()) != 8 {
			t.Errorf("%+v", d)
		}
	}
	names := ""
	for _, w := range s.Texts {
		names += w.Text + " "
	}
	if !strings.Contains(names, "E1 E2") || strings.Contains(names, "E3") {
		t.Errorf("words %s", names)
	}
	if s.Dots[0].Y <= s.Dots[2].Y || s.Dots[2].Y != s.Mark[0].Y1 {
		t.Errorf("upward is not up: %+v", s.Dots)
	}
}

func TestCells(t *testing.T) {
	if b := chart.NewBar("x", 1.5); b.Size != 100 {
		t.Errorf("%+v", b)
	}
	r := chart.NewRange("x", 5, 10, 20, 8, 20, true)
	if r.Low >= r.Mid || r.Mid >= r.High || r.Length() <= 0 || r.High > 100 || r.Mark <= r.Low {
		t.Errorf("%+v", r)
	}
	if r := chart.NewRange("x", 0, 0, 0, 0, 0, false); r.Mid != 3 {
		t.Errorf("%+v", r)
	}
}
