package certificate_test

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"log/slog"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/certificate"
	"github.com/atmacena/cocare/internal/job"
)

// written is a picture with one dark stroke on a ground.
func written(w, h int, ground color.Color, stroke image.Rectangle) image.Image {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.Set(x, y, ground)
			if image.Pt(x, y).In(stroke) {
				img.Set(x, y, color.NRGBA{R: 0x1c, G: 0x2b, B: 0x57, A: 0xff})
			}
		}
	}
	return img
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	_ = png.Encode(&b, img)
	return b.Bytes()
}

func TestASignatureIsCutToWhatWasWritten(t *testing.T) {
	grayish := color.NRGBA{R: 240, G: 238, B: 232, A: 255}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, written(900, 700, grayish, image.Rect(100, 300, 500, 360)), nil); err != nil {
		t.Fatal(err)
	}
	for what, tt := range map[string]struct {
		file []byte
		w, h int
	}{
		"on nothing":         {asPNG(written(300, 200, color.Transparent, image.Rect(20, 30, 120, 60))), 100, 30},
		"on white":           {asPNG(written(300, 200, color.White, image.Rect(20, 30, 120, 60))), 100, 30},
		"on scanned paper":   {photo.Bytes(), 400, 60},
		"far too large":      {asPNG(written(4000, 1000, color.White, image.Rect(0, 0, 4000, 400))), 840, 84},
		"far too high":       {asPNG(written(400, 3600, color.White, image.Rect(0, 0, 400, 3600))), 20, 180},
		"one stroke upright": {asPNG(written(40, 4000, color.White, image.Rect(20, 0, 21, 4000))), 1, 180},
	} {
		w := newWorld(t)
		w.must(w.UseSignature(t.Context(), tt.file))
		var stored []byte
		w.must(w.db.Read(t.Context()).Raw("SELECT png FROM certificate_signatures").Row().Scan(&stored))
		img, err := png.Decode(bytes.NewReader(stored))
		w.must(err)
		// A photograph has blurred edges.
		if b := img.Bounds(); b.Dx() < tt.w || b.Dx() > tt.w+16 || b.Dy() < tt.h || b.Dy() > tt.h+16 {
			t.Errorf("%s: %v, want %d × %d", what, b, tt.w, tt.h)
		}
	}
}

func TestWhatIsNoSignature(t *testing.T) {
	w := newWorld(t)
	for what, tt := range map[string]struct {
		file []byte
		want error
	}{
		"nothing":        {nil, certificate.ErrNoPicture},
		"a text":         {[]byte("Dana Whitfield"), certificate.ErrNoPicture},
		"half a file":    {asPNG(written(300, 200, color.White, image.Rect(20, 30, 120, 60)))[:200], certificate.ErrNoPicture},
		"white":          {asPNG(written(300, 200, color.White, image.Rectangle{})), certificate.ErrBlank},
		"transparent":    {asPNG(written(300, 200, color.Transparent, image.Rectangle{})), certificate.ErrBlank},
		"empty, scanned": {asPNG(written(300, 200, color.NRGBA{R: 236, G: 236, B: 230, A: 255}, image.Rectangle{})), certificate.ErrBlank},
	} {
		if err := w.UseSignature(t.Context(), tt.file); !errors.Is(err, tt.want) || !apperr.Is(err, apperr.Invalid) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if n := w.count("SELECT count(*) FROM certificate_signatures"); n != 0 {
		t.Errorf("%d signatures", n)
	}
}

// TestACertificateKeepsTheSignatureOfItsDay, also after the signatory changed, and
// when it is replaced for another name of the holder.
func TestACertificateKeepsTheSignatureOfItsDay(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	first, second := asPNG(written(300, 200, color.White, image.Rect(20, 30, 120, 60))), asPNG(written(300, 200, color.White, image.Rect(20, 30, 220, 60)))
	bare := w.issued("p2")
	w.must(w.UseSignature(ctx, first))
	c := w.reserve("p1")
	w.must(w.UseSignature(ctx, second))
	w.must(w.UseSignature(ctx, second)) // the next start
	w.drain()
	w.setHolder("p1", "Ana Soto", "UTC")
	next, err := w.replace(ctx, c.Number, "Married name", "")
	w.must(err)
	w.drain()
	next = w.again(next)
	if c.Facts.Signature == "" || next.Facts.Signature != c.Facts.Signature || bare.Facts.Signature != "" {
		t.Errorf("signatures %q, %q and %q", bare.Facts.Signature, c.Facts.Signature, next.Facts.Signature)
	}
	for what, tt := range map[string]struct {
		file []byte
		has  bool
	}{"before": {w.pdf(bare), false}, "then": {w.pdf(w.again(c)), true}, "its successor": {w.pdf(next), true}} {
		if bytes.Contains(tt.file, []byte("/Width 100")) != tt.has || bytes.Contains(tt.file, []byte("/Subtype /Image")) != tt.has {
			t.Errorf("%s: wrong picture", what)
		}
	}
	if n, events := w.count("SELECT count(*) FROM certificate_signatures"), w.count("SELECT count(*) FROM audit_events WHERE action = 'signature.adopt'"); n != 2 || events != 2 {
		t.Errorf("%d signatures, %d events", n, events)
	}
}

// A picture that was damaged in the database is not printed: the certificate waits.
func TestADamagedSignatureIsNotPrinted(t *testing.T) {
	w := newWorld(t)
	file := asPNG(written(300, 200, color.White, image.Rect(20, 30, 120, 60)))
	w.must(w.UseSignature(t.Context(), file))
	var stored []byte
	w.must(w.db.Read(t.Context()).Raw("SELECT png FROM certificate_signatures").Row().Scan(&stored))
	w.exec("UPDATE certificate_signatures SET png = ?", append(bytes.Clone(stored), 0))
	c := w.reserve("p1")
	if err := w.queue.Drain(t.Context()); err == nil || w.again(c).State != certificate.Preparing {
		t.Fatalf("it is %s: %v", w.again(c).State, err)
	}
	w.exec("UPDATE certificate_signatures SET png = ?", stored)
	w.clock.add(24 * time.Hour)
	w.drain()
	if c = w.again(c); c.State != certificate.Issued {
		t.Errorf("it is %s", c.State)
	}
}

func TestPaper(t *testing.T) {
	for paper, box := range map[string]string{"": "/MediaBox [0 0 792 612]", certificate.LetterPaper: "/MediaBox [0 0 792 612]", certificate.A4Paper: "/MediaBox [0 0 841.89 595.276]"} {
		w := newWorld(t)
		w.provider.Paper = paper
		w.Service = w.service(job.New(w.db, slog.New(slog.DiscardHandler), w.clock.now), nil)
		f := w.reserve("p1").Facts
		file, err := certificate.Print(f)
		if w.must(err); !bytes.Contains(file, []byte(box)) {
			t.Errorf("%q: no %s", paper, box)
		}
	}
}
