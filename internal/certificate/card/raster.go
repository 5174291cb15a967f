package card

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
	"sync"

	"golang.org/x/image/vector"

	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// canvas is an image that is painted on.
type canvas struct {
	img *image.RGBA
	ras vector.Rasterizer
}

func newCanvas(w, h int, paper color.RGBA) *canvas {
	c := &canvas{img: image.NewRGBA(image.Rect(0, 0, w, h))}
	draw.Draw(c.img, c.img.Bounds(), image.NewUniform(paper), image.Point{}, draw.Src)
	return c
}

// fill paints the inside of a shape.
func (c *canvas) fill(s shape, ink color.RGBA) {
	box := s.bounds().Intersect(c.img.Bounds())
	if box.Empty() {
		return
	}
	c.ras.Reset(box.Dx(), box.Dy())
	at := func(x, y float64) (float32, float32) {
		return float32(x - float64(box.Min.X)), float32(y - float64(box.Min.Y))
	}
	for _, seg := range s {
		x, y := at(seg.X, seg.Y)
		switch seg.Op {
		case fonts.MoveTo:
			c.ras.ClosePath()
			c.ras.MoveTo(x, y)
		case fonts.LineTo:
			c.ras.LineTo(x, y)
		case fonts.QuadTo:
			cx, cy := at(seg.CX, seg.CY)
			c.ras.QuadTo(cx, cy, x, y)
		}
	}
	c.ras.ClosePath()
	c.ras.Draw(c.img, box, image.NewUniform(ink), image.Point{})
}

// rect paints a rectangle.
func (c *canvas) rect(x, y, w, h float64, ink color.RGBA) { c.fill(rectangle(x, y, w, h), ink) }

// frame paints the border of a rectangle, inside of it.
func (c *canvas) frame(x, y, w, h, line float64, ink color.RGBA) {
	c.rect(x, y, w, line, ink)
	c.rect(x, y+h-line, w, line, ink)
	c.rect(x, y+line, line, h-2*line, ink)
	c.rect(x+w-line, y+line, line, h-2*line, ink)
}

func rectangle(x, y, w, h float64) shape {
	return shape{{Op: fonts.MoveTo, X: x, Y: y}, {Op: fonts.LineTo, X: x + w, Y: y}, {Op: fonts.LineTo, X: x + w, Y: y + h}, {Op: fonts.LineTo, X: x, Y: y + h}}
}

// bounds is the smallest rectangle of whole pixels that holds the shape: a curve
// lies within its points.
func (s shape) bounds() image.Rectangle {
	if len(s) == 0 {
		return image.Rectangle{}
	}
	low, high := [2]float64{math.Inf(1), math.Inf(1)}, [2]float64{math.Inf(-1), math.Inf(-1)}
	add := func(x, y float64) {
		low[0], low[1] = min(low[0], x), min(low[1], y)
		high[0], high[1] = max(high[0], x), max(high[1], y)
	}
	for _, seg := range s {
		add(seg.X, seg.Y)
		if seg.Op == fonts.QuadTo {
			add(seg.CX, seg.CY)
		}
	}
	return image.Rect(int(math.Floor(low[0])), int(math.Floor(low[1])), int(math.Ceil(high[0])), int(math.Ceil(high[1])))
}

// levels is how many steps an edge takes from the ground to an ink: no eye tells
// them from 255, and the file is a fifth as large.
const levels = 31

// palette has every ink on the ground that it is painted on, at every level.
var palette = sync.OnceValue(func() color.Palette {
	out := color.Palette{paper}
	ramp := func(ground color.RGBA, inks ...color.RGBA) {
		for _, c := range inks {
			for i := 1; i <= levels; i++ {
				mix := func(a, b uint8) uint8 { return uint8((int(a)*(levels-i) + int(b)*i) / levels) } // #nosec G115 -- between a and b
				out = append(out, color.RGBA{mix(ground.R, c.R), mix(ground.G, c.G), mix(ground.B, c.B), 0xff})
			}
		}
	}
	ramp(paper, ink, muted, accent, gold)
	ramp(accent, gold)
	ramp(white, bad, warn)
	return append(out, white)
})

// png encodes what was painted.
func (c *canvas) png() ([]byte, error) {
	out := image.NewPaletted(c.img.Bounds(), palette())
	near := map[uint32]uint8{}
	var last uint32
	var index uint8
	for i := range out.Pix {
		px := c.img.Pix[4*i : 4*i+4 : 4*i+4]
		if key := uint32(px[0])<<16 | uint32(px[1])<<8 | uint32(px[2]); i == 0 || key != last {
			nearest, known := near[key]
			if !known {
				nearest = uint8(out.Palette.Index(color.RGBA{px[0], px[1], px[2], 0xff})) // #nosec G115 -- a palette has at most 256 colors
				near[key] = nearest
			}
			last, index = key, nearest
		}
		out.Pix[i] = index
	}
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		return nil, fmt.Errorf("card: preview: %w", err)
	}
	return b.Bytes(), nil
}

// outlined is the line along a curve, as a shape: a quadrangle for each short
// stretch. All turn the same way, so that where they overlap they are one.
func (s shape) outlined(line float64) shape {
	const stretches = 2 // of a curve, which is short
	var out shape
	var x, y float64
	stretch := func(x2, y2 float64) {
		length := math.Hypot(x2-x, y2-y)
		if length == 0 {
			return
		}
		nx, ny := (y2-y)/length*line/2, (x-x2)/length*line/2
		out = append(out, fonts.Segment{Op: fonts.MoveTo, X: x + nx, Y: y + ny}, fonts.Segment{Op: fonts.LineTo, X: x2 + nx, Y: y2 + ny},
			fonts.Segment{Op: fonts.LineTo, X: x2 - nx, Y: y2 - ny}, fonts.Segment{Op: fonts.LineTo, X: x - nx, Y: y - ny})
		x, y = x2, y2
	}
	for _, seg := range s {
		switch seg.Op {
		case fonts.MoveTo:
			x, y = seg.X, seg.Y
		case fonts.LineTo:
			stretch(seg.X, seg.Y)
		case fonts.QuadTo:
			fromX, fromY := x, y
			for i := 1; i <= stretches; i++ {
				t := float64(i) / stretches
				u := 1 - t
				stretch(u*u*fromX+2*u*t*seg.CX+t*t*seg.X, u*u*fromY+2*u*t*seg.CY+t*t*seg.Y)
			}
		}
	}
	return out
}
