package pdf

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/atmacena/cocare/internal/certificate/pdf/flow"
	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// The palette. Text colors keep 7:1 on white.
var (
	ink    = Color{0.09, 0.12, 0.16}
	muted  = Color{0.28, 0.32, 0.37}
	accent = Color{0.07, 0.27, 0.29}
	gold   = Color{0.69, 0.56, 0.29}
)

// Distances from the edge of the paper, in points.
const (
	frameAt  = 22.0
	frameIn  = 42.0
	sideAt   = 62.0 // the row at the bottom
	columnAt = 84.0
	topAt    = 62.0
	bottomAt = 52.0
	footH    = 88.0 // the row with code, seal and signatory
)

// style says how a paragraph is set, in points, and in which color.
type style struct {
	flow.Style
	color Color
}

// setting is a paragraph that has been set.
type setting struct {
	flow.Setting
	color Color
}

func set(text string, width float64, st style) setting {
	return setting{flow.Set(text, width, st.Style), st.color}
}

// block is a paragraph in the column of the certificate.
type block struct {
	kind Name
	text string
	style
	gap   float64 // above, at full size
	width float64 // of the column, 0 for all of it
	rule  bool    // a line below
	keep  bool    // on the same page as what follows
}

// layout places one certificate.
type layout struct {
	doc  *Document
	f    Facts
	w, h float64
	main []block // what the certificate says

	credits, statements []block // which may need a page of their own
}

func newLayout(d *Document, f Facts) *layout {
	l := &layout{doc: d, f: f}
	l.w, l.h = f.Size.points()
	l.main = l.mainBlocks()
	l.credits = l.creditBlocks()
	l.statements = l.statementBlocks()
	return l
}

func date(t time.Time) string { return t.Format("January 2, 2006") }

func (l *layout) mainBlocks() []block {
	f := l.f
	sc := fonts.Options{SmallCaps: true}
	italic := fonts.Options{Style: fonts.Italic}
	lead := style{flow.Style{Options: italic, Size: 14, Min: 9, Lines: 1, Leading: 1.3}, muted}
	out := []block{
		{kind: "P", text: f.Provider, style: style{flow.Style{Options: sc, Size: 16, Min: 8, Lines: 2, Leading: 1.2, Tracking: 0.06}, accent}},
		{kind: "P", text: f.ProviderAddress, style: style{flow.Style{Size: 9.5, Min: 7, Lines: 2, Leading: 1.25}, muted}, gap: 1},
		{kind: "H1", text: "Certificate of Completion", style: style{flow.Style{Size: 39, Min: 20, Lines: 1, Leading: 1.15}, ink}, gap: 12},
		{kind: "P", text: "This certifies that", style: lead, gap: 12},
		{kind: "P", text: f.HolderName, style: style{flow.Style{Size: 38, Min: 17, Lines: 2, Leading: 1.2}, accent}, gap: 4, rule: true},
		{kind: "P", text: strings.Join(f.Licenses, " · "), style: style{flow.Style{Size: 10.5, Min: 7.5, Lines: 3, Leading: 1.25}, muted}, gap: 1, width: 560},
		{kind: "P", text: f.Deed, style: lead, gap: 10},
		{kind: "P", text: f.Title, style: style{flow.Style{Options: fonts.Options{Style: fonts.SemiBold}, Size: 23, Min: 13, Lines: 2, Leading: 1.18}, ink}, gap: 4},
		{kind: "P", text: f.Subtitle, style: style{flow.Style{Options: italic, Size: 13.5, Min: 9, Lines: 2, Leading: 1.25}, ink}, gap: 2},
		{kind: "P", text: f.When, style: style{flow.Style{Size: 14, Min: 9, Lines: 1, Leading: 1.3}, ink}, gap: 6},
	}
	return present(out)
}

func (l *layout) creditBlocks() []block {
	var out []block
	strong := style{flow.Style{Options: fonts.Options{Style: fonts.SemiBold}, Size: 11, Min: 8, Lines: 2, Leading: 1.25}, ink}
	small := style{flow.Style{Size: 9, Min: 7.5, Lines: 8, Leading: 1.22}, muted}
	for i, c := range l.f.CreditLines {
		head := c.Accreditor + ": " + c.Hours
		if c.Category != "" {
			head += " (" + c.Category + ")"
		}
		gap := 5.0
		if i == 0 {
			gap = 10
		}
		out = append(out,
			block{kind: "P", text: head, style: strong, gap: gap, width: 560, keep: c.Statement != ""},
			block{kind: "P", text: c.Statement, style: small, gap: 1, width: 560})
	}
	return present(out)
}

// plain is the style of statements.
var plain = style{flow.Style{Size: 10.5, Min: 8, Lines: 4, Leading: 1.25}, ink}

func (l *layout) statementBlocks() []block {
	var out []block
	for i, s := range l.f.Statements {
		gap := 1.0
		if i == 0 {
			gap = 8
		}
		out = append(out, block{kind: "P", text: s, style: plain, gap: gap, width: 560})
	}
	return present(out)
}

func present(in []block) []block {
	out := in[:0]
	for _, b := range in {
		if b.text != "" {
			out = append(out, b)
		}
	}
	return out
}

// placed is a block that has been set.
type placed struct {
	block
	setting
	gap float64
}

const ruleSpace = 9.0 // below a ruled block

func (p placed) space() float64 {
	h := p.gap + p.Height()
	if p.rule {
		h += ruleSpace
	}
	return h
}

// place sets the blocks at a scale and returns their height.
func (l *layout) place(blocks []block, scale float64) (out []placed, height float64) {
	for _, b := range blocks {
		width := l.w - 2*columnAt
		if b.width > 0 {
			width = math.Min(b.width, width)
		}
		st := b.style
		st.Size = math.Max(st.Size*scale, math.Min(st.Min, st.Size))
		p := placed{block: b, setting: set(b.text, width, st), gap: b.gap * scale}
		out = append(out, p)
		height += p.space()
	}
	return out, height
}

// fit finds the largest scale from 1 down to least at which blocks are at most
// room high.
func (l *layout) fit(blocks []block, room, least float64) (out []placed, height float64, ok bool) {
	for scale := 1.0; scale > least-0.001; scale -= 0.05 {
		if out, height = l.place(blocks, scale); height <= room {
			return out, height, true
		}
	}
	return nil, 0, false
}

// arrange fits everything on the first page; failing that it moves the credit
// lines to further pages, and failing that the statements too.
func (l *layout) arrange(room float64) (column []placed, height float64, rest []block, err error) {
	all := slices.Concat(l.main, l.credits, l.statements)
	if column, height, ok := l.fit(all, room, 0.7); ok {
		return column, height, nil, nil
	}
	more := func(text string) []block { return []block{{kind: "P", text: text, style: plain, gap: 8}} }
	all = slices.Concat(l.main, more("Credit is listed on page 2."), l.statements)
	if column, height, ok := l.fit(all, room, 0.7); ok && len(l.credits) > 0 {
		return column, height, l.credits, nil
	}
	rest = slices.Concat(l.credits, l.statements)
	all = l.main
	if len(rest) > 0 {
		all = slices.Concat(l.main, more("Credit and statements are on page 2."))
	}
	if column, height, ok := l.fit(all, room, 0.5); ok {
		return column, height, rest, nil
	}
	return nil, 0, nil, ErrTooLong
}

func (l *layout) draw() error {
	room := l.h - topAt - bottomAt - footH - 10
	column, height, rest, err := l.arrange(room)
	if err != nil {
		return err
	}
	page := l.doc.AddPage(l.w, l.h)
	page.Underlay(decorations[l.f.Size]()[0])
	l.drawColumn(page, column, room, height)
	if err := l.drawFoot(page); err != nil {
		return err
	}
	return l.drawRest(rest)
}

// drawColumn spreads the spare height over the gaps, by at most as much again,
// and centers what is left.
func (l *layout) drawColumn(page *Page, column []placed, room, height float64) {
	gaps := 0.0
	for _, p := range column {
		gaps += p.gap
	}
	stretch := 1.0
	if gaps > 0 {
		stretch = math.Min(2, 1+(room-height)/gaps)
	}
	y := l.h - topAt - (room-height-gaps*(stretch-1))/2
	for _, p := range column {
		y -= p.gap * stretch
		y = l.drawBlock(page, p, l.w/2, y)
	}
}

// drawBlock draws a centered block with its top at y and returns its bottom.
func (l *layout) drawBlock(page *Page, p placed, center, y float64) float64 {
	e := l.doc.Root().Child(p.kind)
	page.Tagged(e, func() { y = drawLines(page, p.setting, y, func(w float64) float64 { return center - w/2 }) })
	if p.rule {
		page.Artifact(func() {
			page.Stroke(gold, 0.75)
			page.MoveTo(center-150, y-ruleSpace+3)
			page.LineTo(center+150, y-ruleSpace+3)
			page.PaintStroke()
		})
		y -= ruleSpace
	}
	return y
}

// drawLines draws a setting with its top at y and returns its bottom; left gives
// each line's left edge from its width.
func drawLines(page *Page, s setting, y float64, left func(width float64) float64) float64 {
	page.Fill(s.color)
	for _, r := range s.Rows {
		y -= s.Size * (s.Leading + r.Extra)
		base := y + s.Size*(s.Leading-0.75)/2
		page.Text(left(r.Width*s.Size)-r.Hang*s.Size, base, s.Size, r.Tracking, r.Runs)
	}
	return y
}

// drawRest puts credit and statements on pages of their own.
func (l *layout) drawRest(blocks []block) error {
	for n := 2; len(blocks) > 0; n++ {
		page := l.doc.AddPage(l.w, l.h)
		page.Underlay(decorations[l.f.Size]()[1])
		head := fmt.Sprintf("Certificate %s for %s, page %d", l.f.Number, l.f.HolderName, n)
		title, _ := l.place([]block{{kind: "H2", text: head, style: style{flow.Style{Size: 13, Min: 8, Lines: 2, Leading: 1.3}, accent}}}, 1)
		y := l.drawBlock(page, title[0], l.w/2, l.h-topAt)
		set, _ := l.place(blocks, 1)
		i := 0
		for i < len(set) {
			n, need := i+1, set[i].space()
			for ; set[n-1].keep; n++ {
				need += set[n].space()
			}
			if y-need < bottomAt+frameIn/4 {
				break
			}
			for ; i < n; i++ {
				y = l.drawBlock(page, set[i], l.w/2, y-set[i].gap)
			}
		}
		if i == 0 {
			return ErrTooLong
		}
		blocks = blocks[i:]
	}
	return nil
}
