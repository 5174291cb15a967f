package card_test

import (
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/certificate/card"
)

// full has every fact.
var full = card.Facts{Title: "Appraising Combined TMS and Ketamine Treatment in Depression", Provider: "CoCare", Holder: "Maya Castellanos",
	Completed: "Completed on March 3, 2026", Hours: "Estimated learning time 1.75 h; not accredited", Caveat: "Demonstration, not clinically reviewed",
	Number: "7K2M-Q9XD-4T8RN", Site: "ce.example.org"}

// people and titles are of every script that the faces print, short and long.
var people = map[string]card.Facts{
	"latin":     full,
	"bare":      {Title: "Ethics", Provider: "CoCare", Number: full.Number, Site: full.Site},
	"greek":     with("Ελένη Παπαδοπούλου", "Η αξιολόγηση της θεραπείας"),
	"cyrillic":  with("Олександра Шевченко", "Оцінювання поєднаного лікування депресії"),
	"arabic":    with("محمد عبد الله بن سلمان الحسيني", "دورة في تقييم العلاج المشترك للاكتئاب"),
	"hebrew":    with("מִרְיָם כהן, LMFT", "הערכת טיפול משולב בדיכאון"),
	"cjk":       with("陈思远 김민수 山田 花子", "経頭蓋磁気刺激とケタミンの併用療法を評価する"),
	"viet":      with("Nguyễn Thị Thanh Hương", "Ethics"),
	"long":      with("Dr. Maximiliane-Friederike von Wolfenstein-Hohenberg zu Aschaffenburg und Rheins", strings.Repeat("A title that never ends ", 40)),
	"wide":      with(strings.Repeat("W", 80), strings.Repeat("W", 200)),
	"wide-han":  with(strings.Repeat("陈", 80), strings.Repeat("療", 200)),
	"long-rtl":  with(strings.Repeat("عبد الرحمن ", 8), strings.Repeat("دورة في تقييم العلاج ", 12)),
	"hostile":   with(`"><script>alert(1)</script>`, `</title><image href="//evil.example/x"/>&amp;`),
	"breathing": with("\u0301\u0301", "\t\n"),
}

func with(holder, title string) card.Facts {
	f := full
	f.Holder, f.Title = holder, title
	return f
}

func draw(t *testing.T, f card.Facts) (*image.Paletted, []byte) {
	t.Helper()
	file, err := card.Preview(f)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	p, ok := img.(*image.Paletted)
	if !ok || p.Bounds().Dx() != card.PreviewWidth || p.Bounds().Dy() != card.PreviewHeight {
		t.Fatalf("%T of %v", img, img.Bounds())
	}
	return p, file
}

var paper = color.RGBA{0xfb, 0xfa, 0xf6, 0xff}

// blank reports whether a rectangle shows nothing but paper.
func blank(p *image.Paletted, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if p.At(x, y) != paper {
				return false
			}
		}
	}
	return true
}

// TestPreviews of every script stay within their frame and leave the seal free;
// COCARE_TEST_SHOTS keeps them.
func TestPreviews(t *testing.T) {
	for name, f := range people {
		for _, state := range states(name) {
			f.State = state
			p, file := draw(t, f)
			keep(t, name+"-"+string('0'+rune(state))+".png", file)
			if len(file) > 120<<10 {
				t.Errorf("%s: %d bytes", name, len(file))
			}
			for _, side := range []image.Rectangle{image.Rect(38, 120, 80, 594), image.Rect(1120, 120, 1162, 594), image.Rect(38, 590, 1162, 594), image.Rect(525, 458, 540, 594)} {
				if state == card.Valid && !blank(p, side) {
					t.Errorf("%s: something is in the margin %v", name, side)
				}
			}
			if blank(p, image.Rect(100, 100, 1100, 300)) {
				t.Errorf("%s: the column is empty", name)
			}
		}
	}
	_, once := draw(t, full)
	if _, again := draw(t, full); !bytes.Equal(once, again) {
		t.Error("drawn twice it differs")
	}
}

// states are those in which a text is drawn: all of them for the few that fill most
// of the room.
func states(name string) []card.State {
	switch name {
	case "latin", "long", "long-rtl":
		return []card.State{card.Valid, card.Superseded, card.Revoked}
	}
	return []card.State{card.Valid}
}

// TestAStateIsSeen across the top, and only where there is something to say.
func TestAStateIsSeen(t *testing.T) {
	for state, want := range map[card.State]color.RGBA{card.Valid: paper, card.Superseded: {0x73, 0x40, 0x00, 0xff}, card.Revoked: {0x96, 0x20, 0x1c, 0xff}} {
		f := full
		f.State = state
		if p, _ := draw(t, f); p.At(10, 10) != want || p.At(1190, 80) != want {
			t.Errorf("%v: the top is %v", state, p.At(10, 10))
		}
	}
}

// TestEveryFactIsDrawn: leaving one out changes the drawing.
func TestEveryFactIsDrawn(t *testing.T) {
	_, whole := draw(t, full)
	badge, err := card.Badge(full)
	if err != nil {
		t.Fatal(err)
	}
	for name, drop := range map[string]func(f *card.Facts){
		"title": func(f *card.Facts) { f.Title = "Ethics" }, "provider": func(f *card.Facts) { f.Provider = "Else" }, "holder": func(f *card.Facts) { f.Holder = "" },
		"completed": func(f *card.Facts) { f.Completed = "" }, "hours": func(f *card.Facts) { f.Hours = "" }, "caveat": func(f *card.Facts) { f.Caveat = "" },
		"number": func(f *card.Facts) { f.Number = "" }, "site": func(f *card.Facts) { f.Site = "" }, "state": func(f *card.Facts) { f.State = card.Revoked },
	} {
		f := full
		drop(&f)
		if _, part := draw(t, f); bytes.Equal(whole, part) {
			t.Errorf("%s is not on the preview", name)
		}
		part, err := card.Badge(f)
		onBadge := slices.Contains([]string{"title", "provider", "holder", "state"}, name)
		if err != nil || bytes.Equal(badge, part) == onBadge {
			t.Errorf("%s on the badge: %v, %v", name, !onBadge, err)
		}
	}
}

// TestBadges are well-formed, need nothing from elsewhere, hold no script, and say
// in words what they show.
func TestBadges(t *testing.T) {
	allowed := map[string]bool{"svg": true, "title": true, "rect": true, "path": true}
	for name, f := range people {
		for _, state := range []card.State{card.Valid, card.Superseded, card.Revoked} {
			f.State = state
			file, err := card.Badge(f)
			if err != nil {
				t.Fatal(err)
			}
			keep(t, name+"-"+string('0'+rune(state))+".svg", file)
			if len(file) > 128<<10 {
				t.Errorf("%s: %d bytes", name, len(file))
			}
			var words strings.Builder
			dec := xml.NewDecoder(bytes.NewReader(file))
			for {
				tok, err := dec.Token()
				if errors.Is(err, io.EOF) {
					break
				}
				if err != nil {
					t.Fatalf("%s: %v", name, err)
				}
				switch tok := tok.(type) {
				case xml.StartElement:
					if !allowed[tok.Name.Local] {
						t.Errorf("%s: an element %s", name, tok.Name.Local)
					}
					for _, a := range tok.Attr {
						if strings.HasPrefix(a.Name.Local, "on") || strings.Contains(a.Name.Local, "href") || a.Name.Local == "style" || strings.Contains(a.Value, "url(") {
							t.Errorf("%s: an attribute %s", name, a.Name.Local)
						}
					}
				case xml.CharData:
					words.Write(tok)
				}
			}
			if got := strings.TrimSpace(words.String()); name != "breathing" && got != strings.TrimSpace(f.Words()) {
				t.Errorf("%s says %q, want %q", name, got, f.Words())
			}
		}
	}
}

func TestWords(t *testing.T) {
	f := card.Facts{Title: "Ethics", Provider: "CoCare", Holder: "Ana", State: card.Revoked}
	if got := f.Words(); got != "Certificate of completion: Ethics. Ana. CoCare. Revoked: not valid" {
		t.Error(got)
	}
	if got := (card.Facts{Title: "Ethics", Provider: "CoCare"}).Words(); got != "Certificate of completion: Ethics. CoCare" {
		t.Error(got)
	}
}

// keep writes a drawing where somebody wants to look at it.
func keep(t *testing.T, name string, file []byte) {
	t.Helper()
	dir := os.Getenv("COCARE_TEST_SHOTS")
	if dir == "" {
		return
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "card-"+name), file, 0o600); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkPreview(b *testing.B) {
	for _, name := range []string{"latin", "arabic", "cjk", "long"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := card.Preview(people[name]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkBadge(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := card.Badge(full); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkShelf is what a picture costs that was drawn before.
func BenchmarkShelf(b *testing.B) {
	s := card.NewShelf()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Preview(full); err != nil {
			b.Fatal(err)
		}
	}
}
