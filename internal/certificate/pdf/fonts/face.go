package fonts

import (
	"bytes"
	_ "embed" // the font files
	"encoding/binary"
	"fmt"
	"sync"

	"github.com/go-fonts/dejavu/dejavusans"
	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
)

var (
	//go:embed files/EBGaramond-Regular.ttf
	garamondRegular []byte
	//go:embed files/EBGaramond-Italic.ttf
	garamondItalic []byte
	//go:embed files/EBGaramond-SemiBold.ttf
	garamondSemiBold []byte
	//go:embed files/Amiri-Regular.ttf
	amiriRegular []byte
	//go:embed files/NotoSerifHebrew-Regular.ttf
	hebrewRegular []byte
	//go:embed files/DroidSansFallback.ttf
	droidFallback []byte
)

// Style picks the main face. The faces for other scripts have one style each.
type Style uint8

// The styles of the main face.
const (
	Regular Style = iota
	Italic
	SemiBold
)

// Face is one font file. It is parsed when a text first needs it; all methods
// are safe for concurrent use.
type Face struct {
	// Name is the PostScript name, without a subset tag.
	Name string
	// Scale is what the size is multiplied by, so that faces of different
	// apparent size sit well on one line.
	Scale float64
	// Extra is how much more room above the line the script needs than Latin,
	// in em.
	Extra float64

	data []byte
	once sync.Once
	*parsed

	outlines outlines
}

// parsed is what the first use of a face computes; it never changes after.
type parsed struct {
	font    *font.Font
	tables  map[string][]byte
	metrics Metrics
	longLoc bool
	numHM   int
}

// Metrics are in thousandths of an em, as PDF wants them.
type Metrics struct {
	Ascent, Descent, CapHeight int
	ItalicAngle                int // degrees, negative leans right
	BBox                       [4]int
	UnitsPerEm                 int
	Glyphs                     int
}

// The stack. Droid has by far the largest file and comes last, so it is only
// parsed for text that no other face covers.
var (
	garamond = [...]*Face{
		Regular:  {Name: "EBGaramond-Regular", Scale: 1, data: garamondRegular},
		Italic:   {Name: "EBGaramond-Italic", Scale: 1, data: garamondItalic},
		SemiBold: {Name: "EBGaramond-SemiBold", Scale: 1, data: garamondSemiBold},
	}
	amiri  = &Face{Name: "Amiri-Regular", Scale: 1.1, Extra: 0.35, data: amiriRegular}
	hebrew = &Face{Name: "NotoSerifHebrew-Regular", Scale: 0.9, data: hebrewRegular}
	dejavu = &Face{Name: "DejaVuSans", Scale: 0.84, data: dejavusans.TTF}
	droid  = &Face{Name: "DroidSansFallback", Scale: 0.9, data: droidFallback}
)

func stack(s Style) [5]*Face { return [...]*Face{garamond[s], amiri, hebrew, dejavu, droid} }

// load parses the face. The files are embedded and covered by tests, so a
// failure is a broken build and panics.
func (f *Face) load() *parsed {
	f.once.Do(func() {
		p, err := parse(f.data)
		if err != nil {
			panic(fmt.Sprintf("fonts: %s: %v", f.Name, err)) //nolint:forbidigo // the file is compiled in
		}
		f.parsed = p
	})
	return f.parsed
}

func parse(data []byte) (*parsed, error) {
	p := &parsed{tables: map[string][]byte{}}
	if len(data) < 12 {
		return nil, fmt.Errorf("file of %d bytes", len(data))
	}
	var light []ot.Table
	n := int(binary.BigEndian.Uint16(data[4:]))
	for i := range n {
		e := data[12+16*i:]
		off, length := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		tag := string(e[:4])
		content := data[off : off+length]
		p.tables[tag] = content
		// The shaper reads outlines into structures of several times
		// their size; the subsetter reads them from the file instead.
		switch tag {
		case "glyf", "loca", "post", "name", "DSIG", "gasp", "fpgm", "prep", "cvt ", "vhea", "vmtx", "STAT":
		default:
			light = append(light, ot.Table{Tag: ot.MustNewTag(tag), Content: content})
		}
	}
	ld, err := ot.NewLoader(bytes.NewReader(ot.WriteTTF(light)))
	if err != nil {
		return nil, err
	}
	if p.font, err = font.NewFont(ld); err != nil {
		return nil, err
	}
	p.longLoc = binary.BigEndian.Uint16(p.tables["head"][50:]) == 1
	p.numHM = int(binary.BigEndian.Uint16(p.tables["hhea"][34:]))
	p.readMetrics()
	return p, nil
}

func (p *parsed) readMetrics() {
	head, hhea, os2, post := p.tables["head"], p.tables["hhea"], p.tables["OS/2"], p.tables["post"]
	m := &p.metrics
	m.UnitsPerEm = int(binary.BigEndian.Uint16(head[18:]))
	mil := func(table []byte, at int) int {
		return int(int16(binary.BigEndian.Uint16(table[at:]))) * 1000 / m.UnitsPerEm
	}
	for i := range m.BBox {
		m.BBox[i] = mil(head, 36+2*i)
	}
	m.Ascent, m.Descent = mil(hhea, 4), mil(hhea, 6)
	m.CapHeight = m.Ascent * 2 / 3
	if binary.BigEndian.Uint16(os2) >= 2 && len(os2) >= 90 {
		m.CapHeight = mil(os2, 88)
	}
	m.ItalicAngle = int(int16(binary.BigEndian.Uint16(post[4:])))
	m.Glyphs = int(binary.BigEndian.Uint16(p.tables["maxp"][4:]))
}

// Metrics returns the measures of the whole face.
func (f *Face) Metrics() Metrics { return f.load().metrics }

// Width returns the glyph's advance in thousandths of an em, rounded.
func (f *Face) Width(gid uint16) int {
	p := f.load()
	i := min(int(gid), p.numHM-1)
	w := int(binary.BigEndian.Uint16(p.tables["hmtx"][4*i:]))
	return (w*1000 + p.metrics.UnitsPerEm/2) / p.metrics.UnitsPerEm
}

// Main reports whether f is the main face in one of its styles.
func (f *Face) Main() bool {
	return f == garamond[Regular] || f == garamond[Italic] || f == garamond[SemiBold]
}
