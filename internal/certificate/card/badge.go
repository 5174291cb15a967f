package card

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image/color"
	"math"
	"strconv"
	"sync"

	"github.com/atmacena/cocare/internal/certificate/pdf/flow"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// The size of a badge in pixels.
const (
	BadgeWidth  = 400
	BadgeHeight = 128
)

// fine is how many units of the drawing make a pixel: its numbers are whole, which
// keeps it short.
const fine = 10

// Measures of the badge in pixels.
const (
	badgeSeal  = 42.0
	badgeLeft  = 118.0
	badgeWidth = BadgeWidth - badgeLeft - 14
	badgeStrip = 26.0 // of what says that it is no longer valid
)

// Badge draws a badge as SVG that needs nothing else: no font, no style, no script.
func Badge(f Facts) ([]byte, error) {
	d := &drawing{}
	fmt.Fprintf(&d.Buffer, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" aria-labelledby="t"><title id="t">`,
		BadgeWidth, BadgeHeight, BadgeWidth*fine, BadgeHeight*fine)
	if err := xml.EscapeText(&d.Buffer, []byte(f.Words())); err != nil {
		return nil, fmt.Errorf("card: badge: %w", err)
	}
	fmt.Fprintf(&d.Buffer, `</title><rect x="%d" y="%d" width="%d" height="%d" rx="%d" fill="%s" stroke="%s" stroke-width="%d"/>`,
		fine, fine, (BadgeWidth-2)*fine, (BadgeHeight-2)*fine, 8*fine, hexColor(paper), hexColor(accent), 2*fine)
	bottom := float64(BadgeHeight)
	if f.State == Valid {
		d.seal(badgeLeft/2+1, BadgeHeight/2, badgeSeal)
	} else {
		bottom -= badgeStrip
		d.strip(f.State, bottom)
	}
	if err := d.words(f, bottom); err != nil {
		return nil, fmt.Errorf("card: badge: %w", err)
	}
	d.WriteString("</svg>\n")
	return d.Bytes(), nil
}

// drawing is an SVG that is being written.
type drawing struct{ bytes.Buffer }

func hexColor(c color.RGBA) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

func (d *drawing) seal(x, y, radius float64) {
	d.path(disk.at(x, y, radius), `fill="`+hexColor(accent)+`"`)
	for _, r := range rings {
		d.path(r.at(x, y, radius), fmt.Sprintf(`fill="none" stroke="%s" stroke-width="%d"`, hexColor(gold), int(math.Round(r.line*radius*fine))))
	}
}

// strip says at the bottom what has become of the certificate.
func (d *drawing) strip(s State, top float64) {
	d.path(rectangle(1, top, BadgeWidth-2, BadgeHeight-top-1), `fill="`+hexColor(s.tone())+`"`)
}

// words writes the texts beside the seal; where there is none, over the whole
// width.
func (d *drawing) words(f Facts, bottom float64) error {
	left, width := badgeLeft, badgeWidth
	if f.State != Valid {
		left, width = 18, BadgeWidth-36
		state := flow.Fit(f.State.String(), width, flow.Style{Options: fonts.Options{Style: fonts.SemiBold}, Size: 17, Min: 11, Lines: 1, Leading: 1.3})
		if err := d.text(state, bottom+(badgeStrip-1-state.Height())/2, left, width, white); err != nil {
			return err
		}
	}
	italic := fonts.Options{Style: fonts.Italic}
	list := []paragraph{
		{f.Provider, flow.Style{Options: fonts.Options{SmallCaps: true}, Size: 14, Min: 10, Lines: 1, Leading: 1.25, Tracking: 0.05}, accent, 0},
		{f.Title, flow.Style{Options: fonts.Options{Style: fonts.SemiBold}, Size: 20, Min: 13, Lines: 2, Leading: 1.15}, ink, 2},
		{heading, flow.Style{Options: italic, Size: 14, Min: 11, Lines: 1, Leading: 1.25}, muted, 2},
	}
	if f.Holder != "" {
		list = append(list, paragraph{f.Holder, flow.Style{Size: 17, Min: 11, Lines: 1, Leading: 1.2}, accent, 0})
	}
	settings, height := make([]flow.Setting, len(list)), 0.0
	for i, l := range list {
		settings[i] = flow.Fit(l.text, width, l.Style)
		height += l.gap + settings[i].Height()
	}
	y := (bottom - height) / 2
	for i, s := range settings {
		if err := d.text(s, y+list[i].gap, left, width, list[i].ink); err != nil {
			return err
		}
		y += list[i].gap + s.Height()
	}
	return nil
}

// text writes a setting with its top at y, at the side where its script begins.
func (d *drawing) text(s flow.Setting, y, left, width float64, ink color.RGBA) error {
	lines, _, err := letters(s, y, func(w float64) float64 {
		if s.RTL {
			return left + width - w
		}
		return left
	})
	d.path(lines, `fill="`+hexColor(ink)+`"`)
	return err
}

// path writes a shape.
func (d *drawing) path(s shape, attributes string) {
	d.WriteString("<path " + attributes + ` d="` + s.data() + `"/>`)
}

// data is the shape as the data of an SVG path, in fine units. Each step is from
// where the last one ended, as rounded, so that roundings do not add up.
func (s shape) data() string {
	var b []byte
	var x, y int
	step := func(op byte, points ...float64) {
		b = append(b, op)
		var toX, toY int
		for i := 0; i < len(points); i += 2 {
			toX, toY = int(math.Round(points[i]*fine)), int(math.Round(points[i+1]*fine))
			for n, v := range []int{toX - x, toY - y} {
				if v >= 0 && i+n > 0 { // a minus parts two numbers by itself
					b = append(b, ' ')
				}
				b = strconv.AppendInt(b, int64(v), 10)
			}
		}
		x, y = toX, toY
	}
	var startX, startY int
	for i, seg := range s {
		switch seg.Op {
		case fonts.MoveTo:
			if i > 0 {
				b = append(b, 'z')
				x, y = startX, startY
			}
			step('m', seg.X, seg.Y)
			startX, startY = x, y
		case fonts.LineTo:
			step('l', seg.X, seg.Y)
		case fonts.QuadTo:
			step('q', seg.CX, seg.CY, seg.X, seg.Y)
		}
	}
	return string(append(b, 'z'))
}

// SealSide is how wide and high the drawing of Seal is.
const SealSide = 1000

// Seal is the seal as the data of two SVG paths: a disk to be filled, and lines on
// it to be drawn SealLine wide.
var Seal = sync.OnceValues(func() (face, lines string) {
	const middle, radius = SealSide / 2 / fine, SealSide / 2 / fine
	var all shape
	for _, r := range rings {
		all = append(all, r.at(middle, middle, radius)...)
	}
	return disk.at(middle, middle, radius).data(), all.data()
})

// SealLine is how wide the lines of Seal are.
const SealLine = 10
