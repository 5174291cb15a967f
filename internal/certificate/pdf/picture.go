package pdf

import (
	"image"
	"image/color"
)

// Picture is an image that is compressed once for every file that prints it. It is
// opaque: what is transparent in the original is white.
type Picture struct {
	width, height int
	data          []byte // deflated RGB, eight bits each
}

// NewPicture takes an image of at least one pixel.
func NewPicture(img image.Image) *Picture {
	b := img.Bounds()
	rgb := make([]byte, 0, 3*b.Dx()*b.Dy())
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := onWhite(img.At(x, y))
			rgb = append(rgb, c.R, c.G, c.B)
		}
	}
	return &Picture{b.Dx(), b.Dy(), deflate(rgb)}
}

// onWhite is how a color looks on white paper.
func onWhite(c color.Color) color.RGBA {
	r, g, b, a := c.RGBA()
	white := 0xffff - a                                                                                // colors are multiplied with their alpha already
	return color.RGBA{uint8((r + white) >> 8), uint8((g + white) >> 8), uint8((b + white) >> 8), 0xff} // #nosec G115 -- at most 0xffff before the shift
}

// Picture draws a picture with its lower left corner at x, y.
func (p *Page) Picture(pic *Picture, x, y, w, h float64) {
	name, there := p.pictures[pic]
	if !there {
		name = pictureName(len(p.pictures))
		if p.pictures == nil {
			p.pictures = map[*Picture]Name{}
		}
		p.pictures[pic] = name
	}
	p.Save()
	p.Transform(w, 0, 0, h, x, y)
	p.op("/%s Do", name)
	p.Restore()
}

// writePictures defines the pictures of a page and returns its resources of them.
func (d *Document) writePictures(p *Page) Dict {
	out := Dict{}
	for pic, name := range p.pictures {
		out[name] = d.Add(Stream{Form: Deflated, Data: pic.data, Dict: Dict{
			"Type": Name("XObject"), "Subtype": Name("Image"), "Width": pic.width, "Height": pic.height,
			"ColorSpace": Name("DeviceRGB"), "BitsPerComponent": 8,
		}})
	}
	return out
}
