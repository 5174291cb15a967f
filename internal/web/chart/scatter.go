package chart

// Point is one thing at a place; Loud points are drawn in another shape, with
// their name.
type Point struct {
	X, Y float64 // X from 0 to 1, Y from -1 to 1
	Name string
	Loud bool
}

// Dot is a point as it is drawn.
type Dot struct {
	X, Y float64
	Loud bool
}

// Scatter shows two figures of many things; the partial "chart-scatter" draws it.
type Scatter struct {
	Figure
	Dots []Dot
}

// lowest is where the upward axis begins: what lies lower is drawn there.
const lowest = -.5

// NewScatter makes one.
func NewScatter(title, along, up string, points []Point) Scatter {
	s := Scatter{Figure: newFigure(title)}
	upTo := func(v float64) float64 { return clamp((v - lowest) / (1 - lowest)) }
	for p := 0; p <= 100; p += 20 {
		s.below(float64(p)/100, whole(p))
	}
	for _, tick := range []struct {
		at   float64
		text string
	}{{0, "0"}, {.4, "0.4"}, {.8, "0.8"}} {
		s.beside(upTo(tick.at), tick.text)
	}
	s.names(along, up)
	s.Mark = append(s.Mark, Line{left, y(upTo(0)), Width - right, y(upTo(0))})
	for _, p := range points {
		d := Dot{x(clamp(p.X)), y(upTo(p.Y)), p.Loud}
		s.Dots = append(s.Dots, d)
		if !p.Loud {
			continue
		}
		anchor, to := "start", 8.0
		if d.X > Width/2 {
			anchor, to = "end", -8
		}
		s.Texts = append(s.Texts, Text{d.X + to, d.Y + 4, anchor, p.Name})
	}
	return s
}

// Path is the outline of a loud dot, a square that stands on a corner.
func (d Dot) Path() []float64 {
	return []float64{d.X, d.Y - 6, d.X + 6, d.Y, d.X, d.Y + 6, d.X - 6, d.Y}
}
