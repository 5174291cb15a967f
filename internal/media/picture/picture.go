// Package picture makes of an uploaded picture what pages show: upright, without
// metadata, in a few widths. It is pure. A picture is bounded before it is decoded,
// and all pictures together while they are.
package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // decoders by content
	"image/jpeg"
	"image/png"
	"io"
	"slices"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"

	"github.com/atmacena/cocare/internal/media/sniff"
)

// Bounds on one picture.
const (
	MaxBytes  = 30 << 20
	MaxPixels = 50_000_000
	maxRatio  = 8 // of height to width, and of width to height

	maxDecoded = 256 << 20 // bytes in memory
	maxScratch = 160 << 20 // of the resampler
	quality    = 82
)

// Widths are those that a picture is shown in, in CSS pixels times the screen's
// density; one that is narrower has its own width as the last.
var Widths = []int{480, 960, 1600}

// memory bounds what pictures take at a time: two common ones, or one large.
var memory = semaphore.NewWeighted(448 << 20)

// slots bounds how many are worked on.
var slots = semaphore.NewWeighted(2)

// Size is a picture in one width, encoded.
type Size struct {
	Width, Height int
	Type, Ext     string
	Data          []byte
}

// Make returns the picture in its widths, the narrowest first. Of an animation it
// takes the first frame. The error is a *sniff.RefusedError where the picture is to blame.
func Make(ctx context.Context, file io.ReaderAt, size int64) ([]Size, error) {
	if size > MaxBytes {
		return nil, sniff.Refuse(fmt.Sprintf("The picture is larger than %d MB. Save it smaller.", MaxBytes>>20))
	}
	src := &reading{ReaderAt: file}
	cfg, format, err := image.DecodeConfig(io.NewSectionReader(src, 0, size))
	if err != nil {
		return nil, src.why()
	}
	n := note(src, size, format)
	cost, err := weigh(cfg, format, n.progressive)
	if err != nil {
		return nil, err
	}
	if err := slots.Acquire(ctx, 1); err != nil {
		return nil, err
	}
	defer slots.Release(1)
	if err := memory.Acquire(ctx, cost); err != nil {
		return nil, err
	}
	defer memory.Release(cost)
	img, _, err := image.Decode(io.NewSectionReader(src, 0, size))
	if err != nil {
		return nil, src.why()
	}
	if b := img.Bounds(); b.Empty() || b.Dx() > cfg.Width || b.Dy() > cfg.Height { // not what it was weighed as
		return nil, errDamaged
	}
	return render(ctx, img, format, n.orientation)
}

var errDamaged = sniff.Refuse("The picture is damaged or cut off. Save it again and send it anew.")

// reading notes the fault of a reader, which decoders report like a broken picture.
type reading struct {
	io.ReaderAt
	fault error
}

func (r *reading) ReadAt(p []byte, off int64) (int, error) {
	n, err := r.ReaderAt.ReadAt(p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		r.fault = err
	}
	return n, err
}

func (r *reading) why() error {
	if r.fault != nil {
		return r.fault
	}
	return errDamaged
}

// weigh bounds a picture by its header and returns what it takes in memory.
func weigh(cfg image.Config, format string, progressive bool) (int64, error) {
	w, h := int64(cfg.Width), int64(cfg.Height)
	switch {
	case w < 1 || h < 1:
		return 0, errDamaged
	case w*h > MaxPixels || w > 1<<16 || h > 1<<16:
		return 0, sniff.Refuse(fmt.Sprintf("The picture has %d × %d pixels, more than %d million. Save it smaller.", w, h, MaxPixels/1_000_000))
	case h > maxRatio*w || w > maxRatio*h:
		return 0, sniff.Refuse(fmt.Sprintf("The picture is more than %d times as long as wide. Cut it into parts.", maxRatio))
	}
	each := int64(4)
	switch cfg.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		each = 8
	case color.GrayModel:
		each = 1
	case color.Gray16Model:
		each = 2
	case color.YCbCrModel:
		each = 3
	}
	if _, paletted := cfg.ColorModel.(color.Palette); paletted {
		each = 1
	}
	if format == "jpeg" && progressive { // its coefficients are kept until the end
		each *= 5
	}
	if w*h*each > maxDecoded {
		return 0, sniff.Refuse("The picture takes too much memory to read. Save it smaller, or as a plain JPEG (not progressive).")
	}
	return w*h*each + maxScratch, nil
}

func render(ctx context.Context, img image.Image, format string, orientation int) ([]Size, error) {
	across := img.Bounds().Dx()
	if orientation >= 5 { // it lies on its side
		across = img.Bounds().Dy()
	}
	widest := min(across, Widths[len(Widths)-1])
	small := upright(shrink(img, across/widest), orientation)
	asPNG := !small.Opaque()
	var out []Size
	widths := []int{widest} // the widest first: it decides the format
	for _, w := range slices.Backward(Widths) {
		if w < widest {
			widths = append(widths, w)
		}
	}
	for i, w := range widths {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		scaled := scale(small, w)
		if i == 0 && !asPNG && format != "jpeg" {
			asPNG = graphic(scaled)
		}
		one, err := encode(scaled, asPNG)
		if err != nil {
			return nil, err
		}
		out = append([]Size{one}, out...)
	}
	return out, nil
}

// graphic reports whether a picture is better kept as PNG: few colors and sharp
// edges, as screenshots and diagrams have.
func graphic(img *image.RGBA) bool {
	a, errA := encode(img, true)
	b, errB := encode(img, false)
	return errA == nil && errB == nil && len(a.Data) <= len(b.Data)*4/3
}

// scale makes a picture w wide.
func scale(img *image.RGBA, w int) *image.RGBA {
	b := img.Bounds()
	if w == b.Dx() {
		return img
	}
	h := max(1, (b.Dy()*w+b.Dx()/2)/b.Dx())
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	var by draw.Scaler = draw.CatmullRom
	if int64(w)*int64(b.Dy())*32 > maxScratch { // of a very tall one
		by = draw.ApproxBiLinear
	}
	by.Scale(out, out.Bounds(), img, b, draw.Src, nil)
	return out
}

func encode(img *image.RGBA, asPNG bool) (Size, error) {
	s := Size{Width: img.Bounds().Dx(), Height: img.Bounds().Dy(), Type: "image/jpeg", Ext: "jpg"}
	var out bytes.Buffer
	var err error
	if asPNG {
		s.Type, s.Ext = "image/png", "png"
		err = png.Encode(&out, img)
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
	}
	s.Data = out.Bytes()
	return s, err
}
