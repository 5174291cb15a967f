package fonts

import (
	"sync"

	"github.com/go-text/typesetting/font"
	ot "github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"golang.org/x/text/unicode/norm"
)

// Glyph is one placed glyph. Measures are in em of the run's size, before the
// face's Scale.
type Glyph struct {
	ID               uint16
	Advance          float64
	XOffset, YOffset float64
	// Text is what the glyph stands for. The characters of a cluster are
	// on its first glyph in reading order; the others have none.
	Text string
}

// Run is a stretch of one face and one direction, its glyphs in visual order.
type Run struct {
	Face   *Face
	RTL    bool
	Glyphs []Glyph

	level level
}

// Width returns the sum of the advances, in em of the text's size.
func (r Run) Width() float64 {
	var w float64
	for _, g := range r.Glyphs {
		w += g.Advance
	}
	return w * r.Face.Scale
}

// Width returns the width of runs in em.
func Width(runs []Run) float64 {
	var w float64
	for _, r := range runs {
		w += r.Width()
	}
	return w
}

// Options are typographic choices for a text.
type Options struct {
	Style     Style
	SmallCaps bool // lower-case letters as small capitals
	Figures   bool // lining figures of equal width
	// RTL is the direction of the paragraph that the text is a line of.
	RTL bool
}

// RTLParagraph reports the direction of a paragraph by its first strong
// character (UAX #9, rules P2 and P3).
func RTLParagraph(s string) bool { return rtlParagraph([]rune(s)) }

// Shape turns one line into placed glyphs, runs in visual order from left to
// right. Characters that Covers rejects are left out.
func Shape(s string, o Options) []Run {
	text := []rune(norm.NFC.String(s))
	if len(text) == 0 {
		return nil
	}
	lv := levels(text, o.RTL)
	sh, _ := shapers.Get().(*shaper)
	defer shapers.Put(sh)
	var runs []Run
	for _, it := range itemize(text, lv, o.Style) {
		runs = append(runs, sh.shape(text, it, o))
	}
	visualOrder(runs)
	return runs
}

// item is a stretch of one face, level and script.
type item struct {
	span
	face   *Face
	level  level
	script language.Script
}

func itemize(text []rune, lv []level, s Style) []item {
	var items []item
	for _, g := range graphemes(text) {
		cluster := text[g.start:g.end]
		script := language.LookupScript(cluster[0])
		shared := script == language.Common || script == language.Inherited
		face := faceFor(cluster, s)
		if n := len(items); n > 0 {
			last := &items[n-1]
			// Spaces and punctuation stay with the word they follow.
			if shared && last.face.prints(cluster) {
				face, script = last.face, last.script
			}
			if last.script == language.Common {
				last.script = script
			}
			if face == last.face && script == last.script && lv[g.start] == last.level && g.start == last.end {
				last.end = g.end
				continue
			}
		}
		if face != nil {
			items = append(items, item{span: g, face: face, level: lv[g.start], script: script})
		}
	}
	return items
}

// shaper keeps what may not be shared between goroutines: HarfBuzz's buffer,
// with its cache of plans, and the glyph caches of each face.
type shaper struct {
	buf   *harfbuzz.Buffer
	fonts map[*Face]*harfbuzz.Font
}

var shapers = sync.Pool{New: func() any {
	b := harfbuzz.NewBuffer()
	b.ClusterLevel = harfbuzz.MonotoneCharacters
	b.Flags = harfbuzz.Bot | harfbuzz.Eot | harfbuzz.RemoveDefaultIgnorables
	return &shaper{buf: b, fonts: map[*Face]*harfbuzz.Font{}}
}}

func (sh *shaper) font(f *Face) *harfbuzz.Font {
	hf := sh.fonts[f]
	if hf == nil {
		hf = harfbuzz.NewFont(font.NewFace(f.load().font))
		sh.fonts[f] = hf
	}
	return hf
}

var english = language.NewLanguage("en")

func (sh *shaper) shape(text []rune, it item, o Options) Run {
	b := sh.buf
	b.Clear()
	b.ClusterLevel = harfbuzz.MonotoneCharacters
	b.Flags = harfbuzz.Bot | harfbuzz.Eot | harfbuzz.RemoveDefaultIgnorables
	b.AddRunes(text, it.start, it.end-it.start)
	// A lone mark gets a dotted circle before the shaper has made room for its
	// position; a fresh buffer then panics (typesetting v0.3.5, reverseRange).
	if room := 2*len(b.Info) + 8; cap(b.Pos) < room {
		b.Pos = make([]harfbuzz.GlyphPosition, len(b.Pos), room)
	}
	rtl := it.level%2 == 1
	b.Props = harfbuzz.SegmentProperties{Language: english, Script: it.script, Direction: harfbuzz.LeftToRight}
	if rtl {
		b.Props.Direction = harfbuzz.RightToLeft
	}
	b.Shape(sh.font(it.face), features(o))

	em := float64(it.face.load().metrics.UnitsPerEm)
	run := Run{Face: it.face, RTL: rtl, level: it.level, Glyphs: make([]Glyph, len(b.Info))}
	for i, info := range b.Info {
		pos := b.Pos[i]
		run.Glyphs[i] = Glyph{
			ID:      uint16(info.Glyph),
			Advance: float64(pos.XAdvance) / em,
			XOffset: float64(pos.XOffset) / em,
			YOffset: float64(pos.YOffset) / em,
		}
	}
	assignText(run.Glyphs, b.Info, text, it.end, rtl)
	return run
}

func features(o Options) []harfbuzz.Feature {
	var out []harfbuzz.Feature
	add := func(tags ...string) {
		for _, t := range tags {
			out = append(out, harfbuzz.Feature{Tag: ot.MustNewTag(t), Value: 1, Start: harfbuzz.FeatureGlobalStart, End: harfbuzz.FeatureGlobalEnd})
		}
	}
	if o.SmallCaps {
		add("smcp")
	}
	if o.Figures {
		add("lnum", "tnum")
	}
	return out
}

// assignText spreads the characters over the glyphs by HarfBuzz's clusters.
func assignText(glyphs []Glyph, info []harfbuzz.GlyphInfo, text []rune, end int, rtl bool) {
	n := len(glyphs)
	at := func(i int) int { // the i-th glyph in reading order
		if rtl {
			return n - 1 - i
		}
		return i
	}
	for i := 0; i < n; {
		start := info[at(i)].Cluster
		j := i + 1
		for j < n && info[at(j)].Cluster == start {
			j++
		}
		stop := end
		if j < n {
			stop = info[at(j)].Cluster
		}
		glyphs[at(i)].Text = string(text[start:stop])
		i = j
	}
}
