package chart

// Bin is a group of a histogram: so many from From to To, of 100.
type Bin struct{ From, To, Count int }

// Histogram shows how many lie where; the partial "chart-histogram" draws it. As
// bins may be of different width, its areas are what counts.
type Histogram struct {
	Figure
	Bars []Rect
}

// Rect is a bar of a figure.
type Rect struct{ X, Y, Width, Height float64 }

// NewHistogram makes one of bins in percent, with a line at mark percent.
func NewHistogram(title string, bins []Bin, mark int, markName string) Histogram {
	h := Histogram{Figure: newFigure(title)}
	most := 0.0
	for _, b := range bins {
		most = max(most, b.height())
	}
	for _, b := range bins {
		if b.Count == 0 || most == 0 {
			continue
		}
		up := b.height() / most * .9 // air below the name of the axis
		h.Bars = append(h.Bars, Rect{x(float64(b.From)/100) + .5, y(up), round(x(float64(b.To)/100) - x(float64(b.From)/100) - 1), round(y(0) - y(up))})
	}
	for p := 0; p <= 100; p += 20 {
		h.below(float64(p)/100, whole(p))
	}
	h.names("Score in percent", "People")
	at := float64(mark) / 100
	h.Mark = append(h.Mark, Line{x(at), top, x(at), y(0)})
	anchor, to := "end", -4.0
	if mark < 50 {
		anchor, to = "start", 4
	}
	h.Texts = append(h.Texts, Text{x(at) + to, top + 18, anchor, markName})
	return h
}

// height is the people for each ten percent.
func (b Bin) height() float64 { return float64(b.Count) / float64(max(b.To-b.From, 1)) }
