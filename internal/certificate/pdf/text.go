package pdf

import (
	"crypto/sha256"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"

	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

// embedded is a face as one document uses it: a CIDFont whose character codes
// number its glyphs in order of first use.
type embedded struct {
	face *fonts.Face
	name Name // in the pages' resources
	ref  Ref
	code map[use]int
	uses []use // code i+1 is uses[i]
}

// use is a glyph with the text it stands for. A glyph that stands for two
// different texts gets two codes, so that each can be read back.
type use struct {
	gid  uint16
	text string
}

func (d *Document) embed(f *fonts.Face) *embedded {
	for _, e := range d.fonts {
		if e.face == f {
			return e
		}
	}
	e := &embedded{face: f, name: fontName(len(d.fonts)), ref: d.Reserve(), code: map[use]int{}}
	d.fonts = append(d.fonts, e)
	return e
}

func (e *embedded) codeOf(g fonts.Glyph) int {
	u := use{g.ID, g.Text}
	if u.text == "" {
		// Every code must have a Unicode value (ISO 14289-1, 7.21.7). What
		// the cluster says is in its ActualText.
		u.text = "\u200b"
	}
	c, ok := e.code[u]
	if !ok {
		e.uses = append(e.uses, u)
		c = len(e.uses)
		e.code[u] = c
	}
	return c
}

// Text draws shaped runs with their baseline starting at x, y. tracking is added
// after every glyph, in em; it must be zero for joined scripts.
func (p *Page) Text(x, y, size, tracking float64, runs []fonts.Run) {
	p.op("BT")
	for _, r := range runs {
		e := p.doc.embed(r.Face)
		p.fonts[e] = true
		unit := size * r.Face.Scale
		p.op("/%s %s Tf", e.name, appendNumber(nil, unit))
		p.ops("Tm", 1, 0, 0, 1, x, y)
		w := writer{page: p, font: e, unit: unit}
		for i := 0; i < len(r.Glyphs); {
			j := cluster(r, i)
			w.cluster(r, i, j, tracking/r.Face.Scale)
			i = j
		}
		w.flush()
		w.rise(0)
		x += w.pen * unit
	}
	p.op("ET")
}

// cluster returns the end of the cluster that starts at glyph i: one glyph with
// text and those without that belong to it, which follow it in reading order.
func cluster(r fonts.Run, i int) int {
	j := i + 1
	if r.RTL {
		for j < len(r.Glyphs) && r.Glyphs[j-1].Text == "" {
			j++
		}
		return j
	}
	for j < len(r.Glyphs) && r.Glyphs[j].Text == "" {
		j++
	}
	return j
}

// writer shows the glyphs of one run. Positions are in em of the run's face.
type writer struct {
	page    *Page
	font    *embedded
	unit    float64
	pen     float64 // where the next glyph belongs
	at      int     // where the viewer stands, in thousandths
	raised  float64
	pending []byte // inside of a TJ array
}

func (w *writer) cluster(r fonts.Run, i, j int, tracking float64) {
	if j-i > 1 {
		// One glyph of a cluster has its text: the first in reading order.
		said := r.Glyphs[i]
		if r.RTL {
			said = r.Glyphs[j-1]
		}
		w.flush()
		w.page.op("/Span <</ActualText %s>> BDC", appendUTF16(nil, said.Text))
	}
	for _, g := range r.Glyphs[i:j] {
		w.rise(g.YOffset * w.unit)
		target := int(math.Round((w.pen + g.XOffset) * 1000))
		if target != w.at {
			w.open()
			w.pending = append(strconv.AppendInt(append(w.pending, '>'), int64(w.at-target), 10), '<')
		}
		w.open()
		w.pending = appendHex4(w.pending, w.font.codeOf(g))
		w.at = target + w.font.face.Width(g.ID)
		w.pen += g.Advance + tracking
	}
	if j-i > 1 {
		w.flush()
		w.page.op("EMC")
	}
}

func (w *writer) open() {
	if len(w.pending) == 0 {
		w.pending = append(w.pending, "[<"...)
	}
}

func (w *writer) flush() {
	if len(w.pending) > 0 {
		w.page.content = append(append(w.page.content, w.pending...), ">]TJ\n"...)
		w.pending = w.pending[:0]
	}
}

func (w *writer) rise(v float64) {
	if math.Abs(v-w.raised) > 0.0005 {
		w.flush()
		w.page.ops("Ts", v)
		w.raised = v
	}
}

func appendUTF16(b []byte, s string) []byte {
	b = append(b, "<feff"...)
	for _, u := range utf16.Encode([]rune(s)) {
		b = appendHex4(b, int(u))
	}
	return append(b, '>')
}

func appendHex4(b []byte, v int) []byte {
	const digits = "0123456789abcdef"
	return append(b, digits[v>>12&15], digits[v>>8&15], digits[v>>4&15], digits[v&15])
}

// writeFont defines the font objects: Type 0 over CIDFontType2 with the
// identity encoding (ISO 32000-1, 9.7).
func (d *Document) writeFont(e *embedded) error {
	gids := make([]uint16, len(e.uses))
	widths := Array{e.face.Width(0)}
	for i, u := range e.uses {
		gids[i] = u.gid
		widths = append(widths, e.face.Width(u.gid))
	}
	file, err := e.face.Subset(gids)
	if err != nil {
		return err
	}
	m := e.face.Metrics()
	name := Name(subsetTag(file) + "+" + e.face.Name)
	descriptor := d.Add(Dict{
		"Type": Name("FontDescriptor"), "FontName": name, "Flags": 4,
		"FontBBox": Array{m.BBox[0], m.BBox[1], m.BBox[2], m.BBox[3]},
		"Ascent":   m.Ascent, "Descent": m.Descent, "CapHeight": m.CapHeight,
		"ItalicAngle": m.ItalicAngle, "StemV": 80,
		"FontFile2": d.Add(Stream{Dict: Dict{"Length1": len(file)}, Data: file}),
	})
	descendant := d.Add(Dict{
		"Type": Name("Font"), "Subtype": Name("CIDFontType2"), "BaseFont": name,
		"CIDSystemInfo":  Dict{"Registry": Text("Adobe"), "Ordering": Text("Identity"), "Supplement": 0},
		"FontDescriptor": descriptor, "CIDToGIDMap": Name("Identity"),
		"W": Array{0, widths},
	})
	d.Set(e.ref, Dict{
		"Type": Name("Font"), "Subtype": Name("Type0"), "BaseFont": name, "Encoding": Name("Identity-H"),
		"DescendantFonts": Array{descendant}, "ToUnicode": d.Add(Stream{Data: toUnicode(e.uses)}),
	})
	return nil
}

// subsetTag is six letters from the subset's own bytes (ISO 32000-1, 9.6.4).
func subsetTag(file []byte) string {
	sum := sha256.Sum256(file)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

// toUnicode is the CMap from codes to text; a block may hold 100 entries.
func toUnicode(uses []use) []byte {
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n" +
		"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <ffff>\nendcodespacerange\n")
	for start := 0; start < len(uses); start += 100 {
		block := uses[start:min(start+100, len(uses))]
		b = fmt.Appendf(b, "%d beginbfchar\n", len(block))
		for i, u := range block {
			b = append(appendHex4(append(b, '<'), start+i+1), "> <"...)
			for _, c := range utf16.Encode([]rune(u.text)) {
				b = appendHex4(b, int(c))
			}
			b = append(b, ">\n"...)
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}
