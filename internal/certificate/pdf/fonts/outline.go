package fonts

import (
	"fmt"
	"sync"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// Op is what a segment of an outline does.
type Op byte

// The ops. A closed outline begins with MoveTo and ends where it began.
const (
	MoveTo Op = 'M'
	LineTo Op = 'L'
	QuadTo Op = 'Q' // by way of a control point
)

// Segment is a part of an outline. Measures are in em, Y points up; CX and CY
// are the control point of QuadTo.
type Segment struct {
	Op           Op
	CX, CY, X, Y float64
}

// buffers are what sfnt needs to read a glyph; one may not be shared.
var buffers = sync.Pool{New: func() any { return new(sfnt.Buffer) }}

// Outline returns the shape of a glyph, none for a space. It fails for a glyph
// that the face lacks.
func (f *Face) Outline(gid uint16) ([]Segment, error) {
	shapes, err := f.shapes()
	if err != nil {
		return nil, fmt.Errorf("fonts: %s: %w", f.Name, err)
	}
	buf, _ := buffers.Get().(*sfnt.Buffer)
	defer buffers.Put(buf)
	// As many pixels as the em has units: nothing is rounded.
	perEm := shapes.UnitsPerEm()
	list, err := shapes.LoadGlyph(buf, sfnt.GlyphIndex(gid), fixed.I(int(perEm)), nil)
	if err != nil {
		return nil, fmt.Errorf("fonts: glyph %d of %s: %w", gid, f.Name, err)
	}
	unit := 1 / (64 * float64(perEm))
	out := make([]Segment, len(list))
	for i, s := range list {
		at := func(n int) (x, y float64) { return float64(s.Args[n].X) * unit, -float64(s.Args[n].Y) * unit }
		switch s.Op {
		case sfnt.SegmentOpMoveTo:
			out[i].Op = MoveTo
			out[i].X, out[i].Y = at(0)
		case sfnt.SegmentOpLineTo:
			out[i].Op = LineTo
			out[i].X, out[i].Y = at(0)
		case sfnt.SegmentOpQuadTo:
			out[i].Op = QuadTo
			out[i].CX, out[i].CY = at(0)
			out[i].X, out[i].Y = at(1)
		default: // cubic curves are not of TrueType
			return nil, fmt.Errorf("fonts: glyph %d of %s has a curve of kind %d", gid, f.Name, s.Op)
		}
	}
	return out, nil
}

// outlines is the face parsed once more: the shaper's reading of the file leaves
// them out, and sfnt reads them where they lie.
type outlines struct {
	once sync.Once
	font *sfnt.Font
	err  error
}

func (f *Face) shapes() (*sfnt.Font, error) {
	o := &f.outlines
	o.once.Do(func() { o.font, o.err = sfnt.Parse(f.data) })
	return o.font, o.err
}
