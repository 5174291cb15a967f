// Package chart lays small charts out on the server; templates/partials/chart.html
// draws them as SVG. A chart is never the only place of a number: the page has the
// same numbers as a table, and every chart says in its title what it shows. Nothing
// is told by color alone, and there is no style but classes: the
// Content-Security-Policy refuses others.
//
// A page that draws one names css/only/chart.css in its head.
package chart

import (
	"math"
	"strconv"
)

// The size of a figure, in the units of its drawing, which are pixels: it fits the
// narrowest screen without being made smaller, so that its text stays legible.
const (
	Width  = 280
	Height = 190

	left, right, top, bottom = 34, 16, 10, 34
)

// Bar is a part of a whole, for a cell of a table; the partial "chart-bar" draws it.
type Bar struct {
	Title string
	Size  float64 // of 100
}

// NewBar makes a bar of a share from 0 to 1.
func NewBar(title string, share float64) Bar { return Bar{title, round(100 * clamp(share))} }

// Range is a span with its middle, on a scale that all rows of a table share, and
// a mark to compare it with; the partial "chart-range" draws it.
type Range struct {
	Title          string
	Low, Mid, High float64 // of 100
	Spans          bool    // Low and High are there
	Mark           float64
}

// NewRange makes one of figures on a scale from 0 to most.
func NewRange(title string, low, mid, high, mark, most float64, spans bool) Range {
	at := func(v float64) float64 { return round(3 + 94*clamp(v/math.Max(most, 1))) }
	return Range{Title: title, Low: at(low), Mid: at(mid), High: at(high), Spans: spans, Mark: at(mark)}
}

// Length is that of the span.
func (r Range) Length() float64 { return round(r.High - r.Low) }

// Text is a word in a figure, at its anchor.
type Text struct {
	X, Y   float64
	Anchor string // start, middle or end
	Text   string
}

// Line is a straight line.
type Line struct{ X1, Y1, X2, Y2 float64 }

// Figure is the frame of a chart with axes.
type Figure struct {
	Title         string
	Width, Height int
	Axes          []Line
	Grid          []Line // fine lines to read by
	Mark          []Line // what the figure is to be read against
	Texts         []Text
}

func newFigure(title string) Figure {
	return Figure{Title: title, Width: Width, Height: Height,
		Axes: []Line{{left, top, left, Height - bottom}, {left, Height - bottom, Width - right, Height - bottom}}}
}

// x and y place a share from 0 to 1 on the axes.
func x(share float64) float64 { return round(left + share*(Width-left-right)) }

func y(share float64) float64 { return round(Height - bottom - share*(Height-top-bottom)) }

func (f *Figure) below(share float64, text string) {
	f.Texts = append(f.Texts, Text{x(share), Height - bottom + 14, "middle", text})
}

func (f *Figure) beside(share float64, text string) {
	f.Texts = append(f.Texts, Text{left - 5, y(share) + 4, "end", text})
	if share > 0 {
		f.Grid = append(f.Grid, Line{left, y(share), Width - right, y(share)})
	}
}

// names says what the axes are.
func (f *Figure) names(along, up string) {
	f.Texts = append(f.Texts, Text{x(.5), Height - 5, "middle", along}, Text{left + 4, top + 3, "start", up})
}

func clamp(v float64) float64 { return math.Max(0, math.Min(1, v)) }

// round keeps a drawing short: a tenth of a pixel is enough.
func round(v float64) float64 { return math.Round(v*10) / 10 }

func whole(n int) string { return strconv.Itoa(n) }
