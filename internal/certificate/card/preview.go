package card

import (
	"fmt"
	"image/color"
	"slices"

	"github.com/atmacena/cocare/internal/certificate/pdf/flow"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// The size of a preview image in pixels, which is what sites ask for that show
// links with one.
const (
	PreviewWidth  = 1200
	PreviewHeight = 630
)

// The palette: that of the PDF, on the paper of the pages.
var (
	paper  = color.RGBA{0xfb, 0xfa, 0xf6, 0xff}
	ink    = color.RGBA{0x17, 0x1f, 0x29, 0xff}
	muted  = color.RGBA{0x47, 0x52, 0x5e, 0xff}
	accent = color.RGBA{0x12, 0x45, 0x4a, 0xff}
	gold   = color.RGBA{0xb0, 0x8f, 0x4a, 0xff}
	white  = color.RGBA{0xff, 0xff, 0xff, 0xff}
	bad    = color.RGBA{0x96, 0x20, 0x1c, 0xff}
	warn   = color.RGBA{0x73, 0x40, 0x00, 0xff}
)

// tone is the color in which a state is said.
func (s State) tone() color.RGBA {
	if s == Revoked {
		return bad
	}
	return warn
}

// Measures of the preview in pixels.
const (
	bandHeight = 96.0 // of what says that it is no longer valid
	columnLeft = 100.0
	columnEnd  = PreviewWidth - columnLeft
	footTop    = 458.0
	sealRadius = 54.0
	sealY      = 522.0
	footSide   = 84.0
	footWidth  = PreviewWidth/2 - footSide - sealRadius - 30
)

// paragraph is one in the column.
type paragraph struct {
	text string
	flow.Style
	ink color.RGBA
	gap float64 // above
}

// Preview draws the image of a link, as a PNG.
func Preview(f Facts) ([]byte, error) {
	c := newCanvas(PreviewWidth, PreviewHeight, paper)
	p := painter{canvas: c}
	top := 62.0
	c.frame(22, 22, PreviewWidth-44, PreviewHeight-44, 3, accent)
	c.frame(33, 33, PreviewWidth-66, PreviewHeight-66, 1.5, gold)
	if f.State != Valid {
		p.band(f.State)
		top = bandHeight + 14
	}
	p.column(f.paragraphs(), top, footTop-top)
	p.foot(f)
	if p.err != nil {
		return nil, fmt.Errorf("card: preview: %w", p.err)
	}
	return c.png()
}

func (f Facts) paragraphs() []paragraph {
	italic := fonts.Options{Style: fonts.Italic}
	list := []paragraph{
		{f.Provider, flow.Style{Options: fonts.Options{SmallCaps: true}, Size: 34, Min: 20, Lines: 2, Leading: 1.25, Tracking: 0.06}, accent, 0},
		{heading, flow.Style{Options: italic, Size: 32, Min: 24, Lines: 1, Leading: 1.3}, muted, 8},
		{f.Title, flow.Style{Options: fonts.Options{Style: fonts.SemiBold}, Size: 66, Min: 32, Lines: 3, Leading: 1.15}, ink, 14},
	}
	if f.Holder != "" {
		list = append(list, paragraph{"earned by", flow.Style{Options: italic, Size: 28, Min: 22, Lines: 1, Leading: 1.3}, muted, 14},
			paragraph{f.Holder, flow.Style{Size: 54, Min: 28, Lines: 2, Leading: 1.15}, accent, 0})
	}
	return list
}

// painter remembers the first error.
type painter struct {
	*canvas
	err error
}

func (p *painter) text(s flow.Setting, y float64, ink color.RGBA, left func(float64) float64) (bottom float64) {
	lines, bottom, err := letters(s, y, left)
	if err != nil && p.err == nil {
		p.err = err
	}
	p.fill(lines, ink)
	return bottom
}

func centered(width float64) float64 { return PreviewWidth/2 - width/2 }

// band says at the top what has become of the certificate.
func (p *painter) band(s State) {
	p.rect(0, 0, PreviewWidth, bandHeight, s.tone())
	words := flow.Fit(s.String(), columnEnd-columnLeft, flow.Style{Options: fonts.Options{Style: fonts.SemiBold}, Size: 52, Min: 30, Lines: 1, Leading: 1.2})
	p.text(words, (bandHeight-words.Height())/2, white, centered)
}

// column paints paragraphs in the middle of the room, as large as it lets them be.
func (p *painter) column(list []paragraph, top, room float64) {
	for scale := 1.0; ; scale -= 0.05 {
		settings, height := place(list, scale)
		if height > room && scale > 0.5 {
			continue
		}
		y := top + max(0, room-height)/2
		for i, s := range settings {
			y = p.text(s, y+list[i].gap*scale, list[i].ink, centered) + tail(s)
		}
		return
	}
}

// tail is the room below the last line of a script whose letters reach far down.
func tail(s flow.Setting) float64 { return s.Rows[len(s.Rows)-1].Extra * s.Size * 0.5 }

func place(list []paragraph, scale float64) (out []flow.Setting, height float64) {
	for _, l := range list {
		st := l.Style
		st.Size = max(st.Size*scale, st.Min)
		s := flow.Fit(l.text, columnEnd-columnLeft, st)
		out = append(out, s)
		height += l.gap*scale + s.Height() + tail(s)
	}
	return out, height
}

// foot paints the seal, what was earned on its left, and where to check it on its
// right.
func (p *painter) foot(f Facts) {
	figures := fonts.Options{Figures: true}
	small := flow.Style{Options: figures, Size: 26, Min: 17, Lines: 2, Leading: 1.25}
	earned := []paragraph{{f.Completed, small, ink, 0}, {f.Hours, small, ink, 2}, {f.Caveat, small, muted, 2}}
	check := []paragraph{{"Check it at", flow.Style{Options: fonts.Options{Style: fonts.Italic}, Size: 24, Min: 17, Lines: 1, Leading: 1.25}, muted, 0},
		{f.Site, flow.Style{Options: figures, Size: 26, Min: 14, Lines: 1, Leading: 1.25}, accent, 0}, {f.Number, small, ink, 2}}
	if f.State == Valid {
		p.seal(PreviewWidth/2, sealY, sealRadius)
	} else if f.Completed+f.Hours+f.Caveat == "" {
		p.side(check, centered)
		return
	}
	p.side(earned, func(float64) float64 { return footSide })
	p.side(check, func(w float64) float64 { return PreviewWidth - footSide - w })
}

func (p *painter) seal(x, y, radius float64) {
	p.fill(disk.at(x, y, radius), accent)
	for _, r := range rings {
		p.fill(r.at(x, y, radius).outlined(r.line*radius), gold)
	}
}

// side paints paragraphs at the height of the seal.
func (p *painter) side(list []paragraph, left func(float64) float64) {
	list = slices.DeleteFunc(list, func(l paragraph) bool { return l.text == "" })
	settings := make([]flow.Setting, len(list))
	height := 0.0
	for i, l := range list {
		settings[i] = flow.Fit(l.text, footWidth, l.Style)
		height += l.gap + settings[i].Height()
	}
	y := sealY - height/2
	for i, s := range settings {
		y = p.text(s, y+list[i].gap, list[i].ink, left)
	}
}
