package pdf

import (
	"fmt"
	"math"
	"strings"

	"rsc.io/qr"

	"github.com/atmacena/cocare/internal/certificate/pdf/flow"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// describe lists characters as a person can find them in a text.
func describe(runes []rune) string {
	out := make([]string, len(runes))
	for i, r := range runes {
		out[i] = fmt.Sprintf("“%c” (U+%04X)", r, r)
		if ok, _ := fonts.Covers(string(r)); !ok && r < ' ' {
			out[i] = fmt.Sprintf("U+%04X", r)
		}
	}
	return strings.Join(out, ", ")
}

// drawFoot draws the row at the bottom: how to verify on the left, the signatory
// on the right, and below what identifies issue and edition.
func (l *layout) drawFoot(page *Page) error {
	if err := l.drawVerify(page); err != nil {
		return err
	}
	l.drawSignatory(page)
	l.drawIssue(page)
	return nil
}

const codeSide = 70.0

func (l *layout) drawVerify(page *Page) error {
	code, err := qr.Encode(l.f.VerifyURL, qr.M)
	if err != nil {
		return ErrTooLong.Because(err)
	}
	x, y := sideAt, bottomAt+18
	fig := l.doc.Root().Child("Figure")
	fig.Alt = "QR code that leads to " + l.f.VerifyURL
	fig.Box(x, y, codeSide, codeSide)
	page.Tagged(fig, func() { drawCode(page, code, x, y, codeSide) })

	x += codeSide + 12
	width := l.w/2 - 50 - x
	left := func(float64) float64 { return x }
	top := y + codeSide + 1
	put := func(e *Element, s setting) { page.Tagged(e, func() { top = drawLines(page, s, top, left) }) }
	figures := fonts.Options{Figures: true}
	put(l.doc.Root().Child("P"), set("Certificate number", width, style{flow.Style{Options: fonts.Options{Style: fonts.Italic}, Size: 9.5, Min: 7, Lines: 1, Leading: 1.3}, muted}))
	put(l.doc.Root().Child("P"), set(l.f.Number, width, style{flow.Style{Options: figures, Size: 13, Min: 7, Lines: 1, Leading: 1.3}, ink}))
	put(l.doc.Root().Child("P"), set("Verify this certificate at", width, style{flow.Style{Options: fonts.Options{Style: fonts.Italic}, Size: 9.5, Min: 7, Lines: 1, Leading: 1.5}, muted}))
	link := l.doc.Root().Child("P").Child("Link")
	from := top
	url := set(l.f.VerifyURL, width, style{flow.Style{Options: figures, Size: 9.5, Min: 6.5, Lines: 3, Leading: 1.2}, accent})
	put(link, url)
	page.Link(link, x, top, width, from-top, l.f.VerifyURL, "Verify certificate "+l.f.Number)
	return nil
}

// drawCode draws a QR code as rectangles, each as long as a row of dark modules.
func drawCode(page *Page, code *qr.Code, x, y, side float64) {
	page.Fill(Color{0, 0, 0})
	m := side / float64(code.Size)
	for row := range code.Size {
		for col := 0; col < code.Size; col++ {
			from := col
			for col < code.Size && code.Black(col, row) {
				col++
			}
			if col > from {
				page.Rect(x+float64(from)*m, y+side-float64(row+1)*m, float64(col-from)*m, m)
			}
		}
	}
	page.PaintFill()
}

// drawSignatory draws who answers for the course: the name in italics on a line
// with the title below, or, where there is a signature, that on the line and both
// below.
func (l *layout) drawSignatory(page *Page) {
	who := l.f.Signatory
	if who.Name == "" {
		return
	}
	x, y := l.w/2+60, bottomAt+46
	width := l.w - sideAt - x
	center := func(w float64) float64 { return x + (width-w)/2 }
	put := func(s setting, top float64) (bottom float64) {
		page.Tagged(l.doc.Root().Child("P"), func() { bottom = drawLines(page, s, top, center) })
		return bottom
	}
	below := y - 3
	if who.Signature != nil {
		l.drawSignature(page, x+width/2, y+2, width*0.84)
		below = put(set(who.Name, width, style{flow.Style{Size: 12, Min: 8, Lines: 1, Leading: 1.25}, ink}), below)
	} else {
		name := set(who.Name, width, style{flow.Style{Options: fonts.Options{Style: fonts.Italic}, Size: 17, Min: 9, Lines: 2, Leading: 1.15}, ink})
		put(name, y+4+name.Height())
	}
	page.Artifact(func() {
		page.Stroke(gold, 0.75)
		page.MoveTo(x+width*0.08, y)
		page.LineTo(x+width*0.92, y)
		page.PaintStroke()
	})
	if who.Title != "" {
		put(set(who.Title, width, style{flow.Style{Size: 10, Min: 7, Lines: 2, Leading: 1.25}, muted}), below)
	}
}

// signatureHigh is how high a signature may be, so that it stays below the column.
const signatureHigh = footH - 46

// drawSignature draws it as large as the line allows, with the middle of its lower
// edge at x, y.
func (l *layout) drawSignature(page *Page, x, y, width float64) {
	pic := l.f.Signatory.Signature
	scale := math.Min(width/float64(pic.width), signatureHigh/float64(pic.height))
	w, h := float64(pic.width)*scale, float64(pic.height)*scale
	fig := l.doc.Root().Child("Figure")
	fig.Alt = "Signature of " + l.f.Signatory.Name
	fig.Box(x-w/2, y, w, h)
	page.Tagged(fig, func() { page.Picture(pic, x-w/2, y, w, h) })
}

// drawIssue prints the last lines: issue date, format, edition and its hash.
func (l *layout) drawIssue(page *Page) {
	parts := []string{"Issued " + date(l.f.IssuedOn)}
	if l.f.Format != "" {
		parts = append(parts, l.f.Format)
	}
	edition := fmt.Sprintf("Course edition %d", l.f.EditionNumber)
	if l.f.EditionHash != "" {
		edition += ", " + l.f.EditionHash
	}
	parts = append(parts, edition)
	s := set(strings.Join(parts, "  ·  "), l.w-2*sideAt, style{flow.Style{Options: fonts.Options{Figures: true}, Size: 8, Min: 5.5, Lines: 2, Leading: 1.25}, muted})
	top := bottomAt + math.Max(9, s.Height()-3)
	page.Tagged(l.doc.Root().Child("P"), func() {
		drawLines(page, s, top, func(w float64) float64 { return (l.w - w) / 2 })
	})
}
