package pdf

import (
	"math"
	"sync"
)

// The decorations of each size are the same on every certificate, so they are
// drawn and compressed once: [0] with the seal for the first page, [1] without.
var decorations = [...]func() [2][]byte{
	Letter: sync.OnceValue(func() [2][]byte { return decorate(Letter) }),
	A4:     sync.OnceValue(func() [2][]byte { return decorate(A4) }),
}

func decorate(s Size) (out [2][]byte) {
	w, h := s.points()
	out[0] = Decoration(func(p *Page) {
		drawFrame(p, w, h)
		drawSeal(p, w/2, bottomAt+54, 33)
	})
	out[1] = Decoration(func(p *Page) { drawFrame(p, w, h) })
	return out
}

// drawFrame draws the border: two rules with a band of interlaced waves between
// them, as on banknotes, and a small rosette in each corner.
func drawFrame(p *Page, width, height float64) {
	in := frameAt
	p.Stroke(accent, 1.1)
	p.Rect(in, in, width-2*in, height-2*in)
	p.PaintStroke()
	in = frameIn
	p.Stroke(gold, 0.6)
	p.Rect(in, in, width-2*in, height-2*in)
	p.PaintStroke()
	p.Rect(in+3, in+3, width-2*in-6, height-2*in-6)
	p.Stroke(accent, 0.3)
	p.PaintStroke()

	mid := (frameAt + frameIn) / 2
	corner := frameIn - frameAt
	horizontal, vertical := width-2*(frameAt+corner), height-2*(frameAt+corner)
	drawWaves(p, 1, 0, frameIn, mid, horizontal)
	drawWaves(p, 1, 0, frameIn, height-mid, horizontal)
	drawWaves(p, 0, 1, mid, frameIn, vertical)
	drawWaves(p, 0, 1, width-mid, frameIn, vertical)
	for _, x := range [...]float64{mid, width - mid} {
		for _, y := range [...]float64{mid, height - mid} {
			rosette(p, x, y, 8.2, 8, 0.35, gold)
			rosette(p, x, y, 4.4, 8, 0.3, accent)
		}
	}
}

// drawWaves draws a band of waves of the given length from x, y in the direction
// dx, dy. Each wave is one repeated tile, which compresses to almost nothing.
func drawWaves(p *Page, dx, dy, x, y, length float64) {
	const wish, amplitude = 15.0, 6.4
	n := math.Round(length / wish)
	tile := length / n
	for i, c := range [...]Color{gold, accent, gold, accent} {
		phase := float64(i) / 4
		p.Save()
		p.Transform(dx, dy, -dy, dx, x, y)
		p.Stroke(c, 0.32)
		for range int(n) {
			wave(p, tile, amplitude*(1-0.35*float64(i%2)), phase)
			p.Transform(1, 0, 0, 1, tile, 0)
		}
		p.Restore()
	}
}

// wave draws one period of a sine as four Hermite segments.
func wave(p *Page, length, amplitude, phase float64) {
	const parts = 4
	step := length / parts
	at := func(i int) (y, slope float64) {
		a := 2 * math.Pi * (float64(i)/parts + phase)
		return amplitude * math.Sin(a), amplitude * 2 * math.Pi / length * math.Cos(a)
	}
	y, s := at(0)
	p.MoveTo(0, y)
	for i := 1; i <= parts; i++ {
		y2, s2 := at(i)
		x := float64(i) * step
		p.CurveTo(x-step*2/3, y+s*step/3, x-step/3, y2-s2*step/3, x, y2)
		y, s = y2, s2
	}
	p.PaintStroke()
}

// rosette draws a closed curve whose radius swings petals times around a circle.
// Each petal is the same path in a turned coordinate system, which compresses to
// almost nothing.
func rosette(p *Page, cx, cy, radius float64, petals int, depth float64, c Color) {
	const parts = 4
	k := float64(petals)
	turn := 2 * math.Pi / k
	step := turn / parts
	at := func(i int) (x, y, dx, dy float64) {
		a := step * float64(i)
		r := radius * (1 - depth/2 + depth/2*math.Cos(k*a))
		dr := -radius * depth / 2 * k * math.Sin(k*a)
		sin, cos := math.Sincos(a)
		return r * cos, r * sin, dr*cos - r*sin, dr*sin + r*cos
	}
	p.Save()
	p.Transform(1, 0, 0, 1, cx, cy)
	p.Stroke(c, 0.35)
	for n := range petals {
		// From the exact angle: turning step by step would add up the rounding.
		p.Save()
		p.Rotate(turn * float64(n))
		x, y, dx, dy := at(0)
		p.MoveTo(x, y)
		for i := 1; i <= parts; i++ {
			x2, y2, dx2, dy2 := at(i)
			p.CurveTo(x+dx*step/3, y+dy*step/3, x2-dx2*step/3, y2-dy2*step/3, x2, y2)
			x, y, dx, dy = x2, y2, dx2, dy2
		}
		p.PaintStroke()
		p.Restore()
	}
	p.Restore()
}

// drawSeal draws an ornament of nested rosettes.
func drawSeal(p *Page, x, y, radius float64) {
	for i := range 5 {
		r := radius * (1 - 0.035*float64(i))
		c := gold
		if i%2 == 1 {
			c = accent
		}
		rosette(p, x, y, r, 24, 0.3+0.06*float64(i), c)
	}
	for i := range 4 {
		rosette(p, x, y, radius*(0.56-0.04*float64(i)), 12, 0.5, accent)
	}
	rosette(p, x, y, radius*0.3, 6, 0.6, gold)
	rosette(p, x, y, radius*0.2, 6, 0.6, gold)
}
