package picture_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/media/picture"
	"github.com/atmacena/cocare/internal/media/sniff"
)

// photo has a soft gradient, so that it is no graphic, and red in its upper left.
func photo(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, byte(x*255/w) ^ byte(x*y), byte(y*255/h) ^ byte(x*7+y*3), 255}
			if x < w/4 && y < h/4 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t testing.TB, img image.Image, exif []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	if exif == nil {
		return out.Bytes()
	}
	b := out.Bytes()
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	return bytes.Join([][]byte{b[:2], head, exif, b[2:]}, nil)
}

func exif(orientation byte) []byte {
	return []byte("Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(rune(orientation)) + "\x00\x00\x00\x00\x00\x00SECRET PLACE")
}

func asPNG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func make1(t testing.TB, data []byte) []picture.Size {
	t.Helper()
	sizes, err := picture.Make(context.Background(), bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	return sizes
}

func widths(sizes []picture.Size) (w []int) {
	for _, s := range sizes {
		w = append(w, s.Width)
	}
	return w
}

func equal(a, b []int) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func TestWidths(t *testing.T) {
	for width, want := range map[int][]int{300: {300}, 480: {480}, 700: {480, 700}, 1600: {480, 960, 1600}, 2500: {480, 960, 1600}, 3300: {480, 960, 1600}} {
		sizes := make1(t, asJPEG(t, photo(width, width/2), nil))
		if !equal(widths(sizes), want) {
			t.Errorf("%d wide: got %v, want %v", width, widths(sizes), want)
		}
		for _, s := range sizes {
			cfg, format, err := image.DecodeConfig(bytes.NewReader(s.Data))
			if err != nil || format != "jpeg" || s.Type != "image/jpeg" || cfg.Width != s.Width || cfg.Height != s.Height || s.Height != s.Width/2 {
				t.Errorf("%d wide: %+v, %s, %v: %d × %d", width, cfg, format, err, s.Width, s.Height)
			}
		}
	}
}

// TestOrientation: the red corner is where a viewer that heeds EXIF shows it, and
// nothing of the metadata stays.
func TestOrientation(t *testing.T) {
	corner := map[byte][2]int{1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1}}
	for o, want := range corner {
		sizes := make1(t, asJPEG(t, photo(2000, 1000), exif(o)))
		last := sizes[len(sizes)-1]
		if bytes.Contains(last.Data, []byte("SECRET")) || bytes.Contains(last.Data, []byte("Exif")) {
			t.Errorf("orientation %d: the metadata is still there", o)
		}
		if tall := last.Height > last.Width; tall != (o >= 5) {
			t.Errorf("orientation %d: %d × %d", o, last.Width, last.Height)
		}
		img, _, err := image.Decode(bytes.NewReader(last.Data))
		if err != nil {
			t.Fatal(err)
		}
		x, y := last.Width/10, last.Height/10
		if want[0] == 1 {
			x = last.Width - x
		}
		if want[1] == 1 {
			y = last.Height - y
		}
		if r, g, _, _ := img.At(x, y).RGBA(); r>>8 < 200 || g>>8 > 60 {
			t.Errorf("orientation %d: no red at %d, %d", o, x, y)
		}
	}
}

func TestGraphicsAndTransparencyStayPNG(t *testing.T) {
	flat := image.NewRGBA(image.Rect(0, 0, 1000, 500))
	for i := range flat.Pix {
		flat.Pix[i] = 255
	}
	if s := make1(t, asPNG(t, flat)); s[0].Type != "image/png" {
		t.Errorf("a graphic became %s", s[0].Type)
	}
	if s := make1(t, asPNG(t, photo(1000, 500))); s[0].Type != "image/jpeg" {
		t.Errorf("a photo in PNG became %s", s[0].Type)
	}
	glass := image.NewNRGBA(image.Rect(0, 0, 100, 50))
	if s := make1(t, asPNG(t, glass)); s[0].Type != "image/png" {
		t.Errorf("what can be seen through became %s", s[0].Type)
	}
}

func TestAnimationGivesItsFirstFrame(t *testing.T) {
	frame := func(c uint8) *image.Paletted {
		p := image.NewPaletted(image.Rect(0, 0, 40, 20), color.Palette{color.RGBA{255, 0, 0, 255}, color.RGBA{0, 0, 255, 255}})
		for i := range p.Pix {
			p.Pix[i] = c
		}
		return p
	}
	var out bytes.Buffer
	if err := gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{frame(0), frame(1)}, Delay: []int{1, 1}}); err != nil {
		t.Fatal(err)
	}
	s := make1(t, out.Bytes())
	img, _, err := image.Decode(bytes.NewReader(s[0].Data))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, b, _ := img.At(5, 5).RGBA(); len(s) != 1 || r>>8 < 200 || b>>8 > 60 {
		t.Errorf("not the first frame: %d, %d", r>>8, b>>8)
	}
}

// bomb is a PNG whose header claims w × h.
func bomb(t testing.TB, w, h uint32) []byte {
	b := asPNG(t, photo(8, 8))
	binary.BigEndian.PutUint32(b[16:], w)
	binary.BigEndian.PutUint32(b[20:], h)
	binary.BigEndian.PutUint32(b[29:], crc32.ChecksumIEEE(b[12:29]))
	return b
}

func TestRefusals(t *testing.T) {
	whole := asJPEG(t, photo(200, 100), nil)
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"bomb":   {bomb(t, 60000, 60000), "60000 × 60000"},
		"narrow": {asPNG(t, photo(10, 100)), "8 times"},
		"cut":    {whole[:len(whole)/2], "damaged"},
		"text":   {[]byte("hello"), "damaged"},
		"large":  {make([]byte, picture.MaxBytes+1), "30 MB"},
	} {
		_, err := picture.Make(context.Background(), bytes.NewReader(c.data), int64(len(c.data)))
		if r, ok := errors.AsType[*sniff.RefusedError](err); !ok || !strings.Contains(r.Reason, c.says) {
			t.Errorf("%s: got %v, want a refusal that says %q", name, err, c.says)
		}
	}
}

// after puts a part into a file; a place below zero counts from the end.
func after(data []byte, at int, part string) []byte {
	if at < 0 {
		at += len(data)
	}
	return bytes.Join([][]byte{data[:at], []byte(part), data[at:]}, nil)
}

// segment of a JPEG.
func segment(marker byte, body string) string {
	return string(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(body)+2))) + body
}

func pngChunk(name, body string) string {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(body)))
	b = append(b, name+body...)
	return string(binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:])))
}

// TestAProgressivePictureIsWeighedAsOne however it is hidden: its coefficients are all
// in memory until its end.
func TestAProgressivePictureIsWeighedAsOne(t *testing.T) {
	const pixels = "\x08\x1b\x58\x1b\x58\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00" // 7000 × 7000
	for name, before := range map[string]string{
		"plain": "", "a stray byte": "x", "a restart": "\xff\xd0", "escaped": "\xff\x00", "filled up": "\xff\xff", "EXIF": segment(0xe1, string(exif(6))),
		"many segments": strings.Repeat(segment(0xfe, ""), 2000),
	} {
		data := []byte("\xff\xd8" + before + segment(0xc2, pixels) + segment(0xda, "\x03\x01\x00\x02\x00\x03\x00\x00\x3f\x00"))
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(data)); err != nil || cfg.Width != 7000 {
			t.Fatalf("%s: %+v, %v", name, cfg, err)
		}
		_, err := picture.Make(context.Background(), bytes.NewReader(data), int64(len(data)))
		if r, ok := errors.AsType[*sniff.RefusedError](err); !ok || !strings.Contains(r.Reason, "too much memory") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestStrayBytesDoNotHideWhichWayIsUp, as the decoder passes them too.
func TestStrayBytesDoNotHideWhichWayIsUp(t *testing.T) {
	sizes := make1(t, after(asJPEG(t, photo(400, 200), exif(6)), 2, "x\xff\xd3\xff\x00"))
	if s := sizes[len(sizes)-1]; s.Height <= s.Width {
		t.Errorf("%d × %d", s.Width, s.Height)
	}
}

type faulty struct{ *bytes.Reader }

var errDisk = errors.New("disk")

func (f faulty) ReadAt(p []byte, off int64) (int, error) {
	if off > 4000 {
		return 0, errDisk
	}
	return f.Reader.ReadAt(p, off)
}

func TestAFaultIsNoRefusal(t *testing.T) {
	data := asJPEG(t, photo(800, 400), nil)
	if _, err := picture.Make(context.Background(), faulty{bytes.NewReader(data)}, int64(len(data))); !errors.Is(err, errDisk) {
		t.Errorf("got %v, want the fault of the reader", err)
	}
}

func FuzzMake(f *testing.F) {
	f.Add(asJPEG(f, photo(20, 10), exif(6)))
	f.Add(asPNG(f, photo(20, 10)))
	f.Add([]byte("GIF89a\x02\x00\x02\x00\x80\x00\x00\xff\x00\x00\x00\x00\xff,\x00\x00\x00\x00\x02\x00\x02\x00\x00\x02\x02\x84\x51\x00;"))
	f.Add([]byte("RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"))
	f.Fuzz(func(t *testing.T, data []byte) {
		sizes, err := picture.Make(context.Background(), bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if _, ok := errors.AsType[*sniff.RefusedError](err); !ok {
				t.Errorf("a reader without fault gives %v", err)
			}
			return
		}
		for _, s := range sizes {
			if _, _, err := image.Decode(bytes.NewReader(s.Data)); err != nil {
				t.Errorf("what was made cannot be read: %v", err)
			}
		}
	})
}

func BenchmarkPhoto12MP(b *testing.B) {
	data := asJPEG(b, photo(4000, 3000), nil)
	b.ReportAllocs()
	for b.Loop() {
		make1(b, data)
	}
}

func BenchmarkPhoto48MP(b *testing.B) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, photo(8000, 6000), &jpeg.Options{Quality: 60}); err != nil {
		b.Fatal(err)
	}
	data := out.Bytes()
	b.ReportAllocs()
	for b.Loop() {
		make1(b, data)
	}
}

func TestBare(t *testing.T) {
	img := photo(200, 100)
	withText := after(asPNG(t, img), 33, pngChunk("tEXt", "Author\x00Ada"))
	for name, c := range map[string]struct {
		data []byte
		want bool
	}{
		"JPEG": {asJPEG(t, img, nil), true}, "PNG": {asPNG(t, img), true},
		"comment": {after(asJPEG(t, img, nil), 2, segment(0xfe, "SECRET")), false}, "EXIF at the end": {after(asJPEG(t, img, nil), -2, segment(0xe1, "Exif\x00\x00SECRET")), false},
		"behind": {append(asJPEG(t, img, nil), "SECRET"...), false}, "a second": {append(asJPEG(t, img, nil), asJPEG(t, img, exif(1))...), false},
		"end twice": {append(asJPEG(t, img, nil), "SECRET\xff\xd9"...), false}, "cut": {asJPEG(t, img, nil)[:2000], false}, "no end": {asJPEG(t, img, nil)[:len(asJPEG(t, img, nil))-2], false},
		"JFIF":      {after(asJPEG(t, img, nil), 2, segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00")), true},
		"thumbnail": {after(asJPEG(t, img, nil), 2, segment(0xe0, "JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x01\x01SEC")), false},
		"extension": {after(asJPEG(t, img, nil), 2, segment(0xe0, "JFXX\x00\x10SECRET")), false}, "Adobe": {after(asJPEG(t, img, nil), 2, segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x01")), true},
		"long Adobe": {after(asJPEG(t, img, nil), 2, segment(0xee, "Adobe\x00\x64\x00\x00\x00\x00\x01SECRET")), false}, "stray": {after(asJPEG(t, img, nil), 2, "S"), false},
		"long chunk": {after(asPNG(t, img), 33, pngChunk("pHYs", strings.Repeat("S", 300))), false}, "EXIF": {asJPEG(t, img, exif(1)), false}, "text": {withText, false}, "other": {[]byte("GIF89a  "), false}, "tail": {append(asPNG(t, img), "SECRET"...), false},
	} {
		if got := picture.Bare(bytes.NewReader(c.data), int64(len(c.data))); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	for _, s := range make1(t, asJPEG(t, img, exif(6))) {
		if !picture.Bare(bytes.NewReader(s.Data), int64(len(s.Data))) {
			t.Error("what Make writes is not bare")
		}
	}
}
