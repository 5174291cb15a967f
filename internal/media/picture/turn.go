package picture

import (
	"image"

	"golang.org/x/image/draw"
)

// shrink averages squares of k × k pixels, strip by strip, so that the resampler has
// little to hold. It always returns a picture of its own that begins at 0, 0.
func shrink(img image.Image, k int) *image.RGBA {
	b := img.Bounds()
	k = max(1, min(k, b.Dx(), b.Dy()))
	w, h := b.Dx()/k, b.Dy()/k
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	if k == 1 {
		draw.Draw(out, out.Bounds(), img, b.Min, draw.Src)
		return out
	}
	strip := image.NewRGBA(image.Rect(0, 0, w*k, k))
	for y := range h {
		draw.Draw(strip, strip.Bounds(), img, image.Pt(b.Min.X, b.Min.Y+y*k), draw.Src)
		average(out.Pix[y*out.Stride:][:w*4], strip, k)
	}
	return out
}

// average writes one row of pixels, each of k × k of the strip.
func average(row []byte, strip *image.RGBA, k int) {
	n := k * k
	for x := 0; x < len(row); x += 4 {
		var sum [4]int
		for y := range k {
			line := strip.Pix[y*strip.Stride+x*k:][:4*k]
			for i := 0; i < len(line); i += 4 {
				sum[0] += int(line[i])
				sum[1] += int(line[i+1])
				sum[2] += int(line[i+2])
				sum[3] += int(line[i+3])
			}
		}
		for i, s := range sum {
			row[x+i] = byte((s + n/2) / n) // #nosec G115 -- an average of bytes
		}
	}
}

// upright turns a picture as EXIF says that the camera was held.
func upright(img *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	to := func(x, y int) (int, int) { // where a pixel goes
		switch orientation {
		case 2:
			return w - 1 - x, y
		case 3:
			return w - 1 - x, h - 1 - y
		case 4:
			return x, h - 1 - y
		case 5:
			return y, x
		case 6:
			return h - 1 - y, x
		case 7:
			return h - 1 - y, w - 1 - x
		default:
			return y, w - 1 - x
		}
	}
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := to(x, y)
			copy(out.Pix[ty*out.Stride+tx*4:][:4], img.Pix[y*img.Stride+x*4:][:4])
		}
	}
	return out
}
