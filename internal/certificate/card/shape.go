package card

import (
	"math"

	"github.com/atmacena/cocare/internal/certificate/pdf/flow"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// shape is a set of closed outlines in the units of a drawing. Y points down.
type shape []fonts.Segment

// letters returns the lines of a setting as one shape, the first line's top at y,
// and the bottom of the last. left gives a line's left edge from its width.
func letters(s flow.Setting, y float64, left func(width float64) float64) (out shape, bottom float64, err error) {
	for _, row := range s.Rows {
		y += s.Size * (row.Extra + s.Leading)
		base := y - s.Size*(s.Leading-0.75)/2
		x := left(row.Width*s.Size) - row.Hang*s.Size
		for _, run := range row.Runs {
			unit, pen := s.Size*run.Face.Scale, 0.0
			for _, g := range run.Glyphs {
				if out, err = out.glyph(run.Face, g, x+(pen+g.XOffset)*unit, base-g.YOffset*unit, unit); err != nil {
					return nil, 0, err
				}
				pen += g.Advance + row.Tracking/run.Face.Scale
			}
			x += pen * unit
		}
	}
	return out, y, nil
}

func (s shape) glyph(f *fonts.Face, g fonts.Glyph, x, y, unit float64) (shape, error) {
	list, err := f.Outline(g.ID)
	for _, seg := range list {
		s = append(s, fonts.Segment{Op: seg.Op, CX: x + seg.CX*unit, CY: y - seg.CY*unit, X: x + seg.X*unit, Y: y - seg.Y*unit})
	}
	return s, err
}

// rosette is a closed curve whose radius swings around a circle once for each
// petal, as on banknotes.
func rosette(x, y, radius float64, petals int, depth float64) shape {
	const each = 6 // points of a petal
	n := petals * each
	at := func(i int) (px, py float64) {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / float64(n))
		r := radius * (1 - depth/2 + depth/2*math.Cos(2*math.Pi*float64(i)/each))
		return x + r*cos, y + r*sin
	}
	out := make(shape, 0, n+1)
	ax, ay := at(-1)
	bx, by := at(0)
	out = append(out, fonts.Segment{Op: fonts.MoveTo, X: (ax + bx) / 2, Y: (ay + by) / 2})
	for i := range n {
		cx, cy := at(i + 1)
		// From the middle of one chord to that of the next: the curve is smooth there.
		out = append(out, fonts.Segment{Op: fonts.QuadTo, CX: bx, CY: by, X: (bx + cx) / 2, Y: (by + cy) / 2})
		bx, by = cx, cy
	}
	return out
}

// ring is one curve of the seal, drawn as a line of gold; radius and line are parts
// of the seal's radius.
type ring struct {
	radius, depth, line float64
	petals              int
}

// The seal: a scalloped disk, and the curves on it from the outside.
var (
	disk  = ring{radius: 1, depth: 0.1, petals: 24}
	rings = []ring{{0.84, 0, 0.022, 12}, {0.77, 0.42, 0.018, 16}, {0.72, 0.54, 0.018, 16}, {0.44, 0.5, 0.018, 8}, {0.39, 0.6, 0.018, 8}, {0.14, 0, 0.022, 8}}
)

func (r ring) at(x, y, radius float64) shape {
	return rosette(x, y, r.radius*radius, r.petals, r.depth)
}
