package fonts_test

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/go-fonts/dejavu/dejavusans"

	"github.com/atmacena/cocare/internal/certificate/pdf/fonts"
)

func TestCovers(t *testing.T) {
	for _, tc := range []struct{ text, missing string }{
		{"Anna Nowak", ""},
		{"Dr. Maximiliane-Friederike von Wolfenstein-Hohenberg zu Aschaffenburg, LMFT", ""},
		{"Олександра Шевченко", ""},
		{"Ελένη Παπαδοπούλου", ""},
		{"王小明", ""},
		{"山田 花子", ""},
		{"김민수", ""},
		{norm.NFD.String("김민수"), ""},
		{"محمد عبد الله", ""},
		{"علی\u200cرضا", ""}, // zero width non-joiner
		{"מרים כהן", ""},
		{"מִרְיָם", ""},
		{"Nguyễn Thị Minh Khai", ""},
		{norm.NFD.String("Nguyễn Thị Minh Khai"), ""},
		{"n\u0308 M\u0323a\u0301", ""},
		{"ʻOkina Kaʻahumanu", ""},
		{"Ərəb Þórr Łukasz Ṣāliḥ", ""},
		{"", ""},
		{"सीता", "सीता"},
		{"Anna 😀😀", ""}, // DejaVu has this one
		{"Anna 🫠 Nowak 🫠", "🫠"},
		{"a\u0000b", "\u0000"},
		{"a\tb\n", "\t\n"},
		{"\u0301a", "\u0301"},
		{"evil\u202eeman", "\u202e"},
		{"soft\u00adhyphen", "\u00ad"},
		{"private \ue000", "\ue000"},
		{"bad \xff", ""}, // U+FFFD has a glyph; the form refuses bad UTF-8 before
	} {
		ok, missing := fonts.Covers(tc.text)
		if ok != (tc.missing == "") || string(missing) != tc.missing {
			t.Errorf("Covers(%q) = %v, %q; want missing %q", tc.text, ok, string(missing), tc.missing)
		}
	}
}

// visual joins what the glyphs stand for in visual order, runs bracketed.
func visual(runs []fonts.Run) string {
	var b strings.Builder
	for _, r := range runs {
		b.WriteByte('[')
		for _, g := range r.Glyphs {
			b.WriteString(g.Text)
		}
		b.WriteByte(']')
	}
	return b.String()
}

func TestShapeOrder(t *testing.T) {
	for _, tc := range []struct {
		text string
		want string
	}{
		{"abc def", "[abc def]"},
		{"אבג", "[גבא]"},
		{"אבג דהו", "[והד גבא]"},
		{"abc אבג def", "[abc ][גבא][ def]"},
		{"abc אבג 123 דהו def", "[abc ][והד ][123][ גבא][ def]"},
		{"abc אבג 123 def", "[abc ][123][ גבא][ def]"},
		{"abc אבג 1,234.5% def", "[abc ][1,234.5%][ גבא][ def]"},
		{"abc אבג % def", "[abc ][גבא][ % def]"},
		{"מרים כהן, LMFT", "[LMFT][ ,ןהכ םירמ]"},
		{"(אבג)", "[)][גבא][(]"}, // the last character is leftmost; its glyph is mirrored
		{"abc ", "[abc ]"},
		{"אבג ", "[ גבא]"},
	} {
		got := visual(fonts.Shape(tc.text, fonts.Options{RTL: fonts.RTLParagraph(tc.text)}))
		// Which run a space belongs to is not the point here.
		strip := strings.NewReplacer("[", "", "]", "")
		if strip.Replace(got) != strip.Replace(tc.want) {
			t.Errorf("Shape(%q) = %s, want %s", tc.text, got, tc.want)
		}
	}
}

func TestShapeLigatures(t *testing.T) {
	glyphs := func(s string) []fonts.Glyph {
		runs := fonts.Shape(s, fonts.Options{RTL: fonts.RTLParagraph(s)})
		if len(runs) != 1 {
			t.Fatalf("%q has %d runs", s, len(runs))
		}
		return runs[0].Glyphs
	}
	if g := glyphs("fi"); len(g) != 1 || g[0].Text != "fi" {
		t.Errorf("fi became %+v", g)
	}
	alone, joined := glyphs("ب"), glyphs("ببب")
	if len(joined) != 3 || joined[0].ID == joined[1].ID || joined[1].ID == joined[2].ID || joined[1].ID == alone[0].ID {
		t.Errorf("Arabic letters did not take their joined forms: %+v", joined)
	}
	if g := glyphs("é"); len(g) != 1 {
		t.Errorf("a composed letter became %d glyphs", len(g))
	}
	if g := glyphs(norm.NFD.String("é")); len(g) != 1 || g[0].Text != "é" {
		t.Errorf("a decomposed letter became %+v", g)
	}
	if g := glyphs("n\u0308"); len(g) != 2 || g[1].Advance != 0 && g[1].YOffset == 0 {
		t.Errorf("a combining mark was not attached: %+v", g)
	}
}

func TestSmallCapsAndFigures(t *testing.T) {
	id := func(o fonts.Options, s string) uint16 { return fonts.Shape(s, o)[0].Glyphs[0].ID }
	if id(fonts.Options{}, "a") == id(fonts.Options{SmallCaps: true}, "a") {
		t.Error("small capitals are the lower-case glyphs")
	}
	one, zero := fonts.Shape("1", fonts.Options{Figures: true}), fonts.Shape("0", fonts.Options{Figures: true})
	if fonts.Width(one) != fonts.Width(zero) {
		t.Errorf("tabular figures have widths %v and %v", fonts.Width(one), fonts.Width(zero))
	}
}

func TestSubset(t *testing.T) {
	for _, s := range []string{"ÅÉ fi Ñ", "محمد", "מרים", "王小明", "№ Ⴀ"} {
		for _, r := range fonts.Shape(s, fonts.Options{RTL: fonts.RTLParagraph(s)}) {
			var gids []uint16
			for _, g := range r.Glyphs {
				gids = append(gids, g.ID)
			}
			b, err := r.Face.Subset(gids)
			if err != nil {
				t.Fatal(err)
			}
			again, _ := r.Face.Subset(gids)
			if string(b) != string(again) {
				t.Errorf("%s: two subsets of the same glyphs differ", r.Face.Name)
			}
			checkSFNT(t, r.Face.Name, b, len(gids)+1)
		}
	}
	if _, err := fonts.Shape("a", fonts.Options{})[0].Face.Subset([]uint16{65535}); err == nil {
		t.Error("a glyph that the face lacks was subset")
	}
}

// checkSFNT checks what a reader relies on: checksum, table bounds and loca.
func checkSFNT(t *testing.T, name string, b []byte, atLeast int) {
	t.Helper()
	var sum uint32
	for i := 0; i < len(b); i += 4 {
		sum += binary.BigEndian.Uint32(b[i:])
	}
	if sum != 0xB1B0AFBA {
		t.Errorf("%s: file checksum %08x", name, sum)
	}
	tables := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(b[4:])) {
		e := b[12+16*i:]
		off, n := binary.BigEndian.Uint32(e[8:]), binary.BigEndian.Uint32(e[12:])
		tables[string(e[:4])] = b[off : off+n]
	}
	glyphs := int(binary.BigEndian.Uint16(tables["maxp"][4:]))
	if glyphs < atLeast || len(tables["loca"]) != 4*(glyphs+1) || len(tables["hmtx"]) != 4*glyphs {
		t.Fatalf("%s: %d glyphs, loca %d, hmtx %d", name, glyphs, len(tables["loca"]), len(tables["hmtx"]))
	}
	prev := uint32(0)
	for i := range glyphs + 1 {
		at := binary.BigEndian.Uint32(tables["loca"][4*i:])
		if at < prev || int(at) > len(tables["glyf"]) {
			t.Fatalf("%s: loca %d is %d after %d", name, i, at, prev)
		}
		prev = at
	}
}

func TestNotice(t *testing.T) {
	notice, err := os.ReadFile("NOTICE.md")
	if err != nil {
		t.Fatal(err)
	}
	files, _ := filepath.Glob("files/*.ttf")
	if len(files) != 6 {
		t.Errorf("%d font files", len(files))
	}
	check := func(name string, data []byte) {
		sum := sha256.Sum256(data)
		for line := range strings.Lines(string(notice)) {
			if strings.Contains(line, "| "+name+" |") && strings.Contains(line, hex.EncodeToString(sum[:])) {
				return
			}
		}
		t.Errorf("NOTICE.md has no line with the name and hash of %s", name)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		check(filepath.Base(f), b)
	}
	check("DejaVuSans.ttf", dejavusans.TTF)
}
