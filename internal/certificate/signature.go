package certificate

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // the kinds of files that a signature can be
	"image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/audit"
	"github.com/atmacena/cocare/internal/certificate/pdf"
)

// The size to which a signature is brought, in pixels: on the line where it is
// printed about 300 to the inch.
const (
	signatureWide = 840
	signatureHigh = 180
)

// paper is how light a pixel is at least that counts as empty, of 255: scanned
// paper is seldom white.
const paper = 225

// What a picture can lack.
var (
	ErrNoPicture = apperr.New(apperr.Invalid, "this is no picture that can be read; convert it to PNG, JPEG or WebP")
	ErrBlank     = apperr.New(apperr.Invalid, "the picture is empty: nothing on it is darker than paper")
)

// UseSignature has certificates that are reserved from now on print a signature of
// their signatory; file is a PNG, JPEG or WebP of bounded size. What was reserved
// before prints what its facts say. It is called before anything is reserved, and
// audited when the picture is new. Errors: ErrNoPicture,
// ErrBlank.
func (s *Service) UseSignature(ctx context.Context, file []byte) error {
	picture, err := readSignature(file)
	if err != nil {
		return err
	}
	hash := digest(picture)
	err = s.db.InTx(ctx, func(ctx context.Context) error {
		fresh, err := s.insertSignature(ctx, hash, picture, s.now())
		if err != nil || !fresh {
			return err
		}
		return s.audit.Record(ctx, audit.Event{Action: "signature.adopt", ObjectKind: "signature", ObjectID: hash,
			Details: map[string]any{"signatory": s.provider.SignatoryName}})
	})
	if err == nil {
		s.provider.Signature = hash
	}
	return err
}

// CheckSignature says whether UseSignature would take a picture. Errors: ErrNoPicture,
// ErrBlank.
func CheckSignature(file []byte) error {
	_, err := readSignature(file)
	return err
}

// readSignature cuts a picture to what was written, brings it to size and returns
// it as PNG without whatever else was in the file.
func readSignature(file []byte) ([]byte, error) {
	img, _, err := image.Decode(bytes.NewReader(file))
	if err != nil {
		return nil, ErrNoPicture.Because(err)
	}
	written := inked(img)
	if written.Empty() {
		return nil, ErrBlank
	}
	scale := min(1, float64(signatureWide)/float64(written.Dx()), float64(signatureHigh)/float64(written.Dy()))
	out := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(written.Dx())*scale)), max(1, int(float64(written.Dy())*scale))))
	draw.Draw(out, out.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(out, out.Bounds(), img, written, draw.Over, nil)
	lighten(out)
	var b bytes.Buffer
	err = png.Encode(&b, out)
	return b.Bytes(), err
}

// inked is the smallest rectangle with everything darker than paper.
func inked(img image.Image) (r image.Rectangle) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if lightness(img.At(x, y)) < paper {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}

// lightness is how a color looks on white paper, 0 to 255.
func lightness(c color.Color) uint32 {
	r, g, b, a := c.RGBA()
	return ((299*r+587*g+114*b)/1000 + 0xffff - a) >> 8
}

// lighten makes what counts as empty white, so that scanned paper leaves no box on
// the certificate.
func lighten(img *image.RGBA) {
	for y := img.Rect.Min.Y; y < img.Rect.Max.Y; y++ {
		for x := img.Rect.Min.X; x < img.Rect.Max.X; x++ {
			if lightness(img.At(x, y)) >= paper {
				img.Set(x, y, color.White)
			}
		}
	}
}

// signature is the picture of a hash that facts name. Few are ever in use, so each
// is compressed once and kept.
func (s *Service) signature(ctx context.Context, hash string) (*pdf.Picture, error) {
	if p, there := s.signatures.Load(hash); there {
		return p.(*pdf.Picture), nil //nolint:forcetypeassert // nothing else is stored below
	}
	stored, err := s.storedSignature(ctx, hash)
	if err != nil {
		return nil, err
	}
	if digest(stored) != hash {
		return nil, fmt.Errorf("certificate: the stored signature %s is damaged", hash)
	}
	img, err := png.Decode(bytes.NewReader(stored))
	if err != nil {
		return nil, fmt.Errorf("certificate: signature %s: %w", hash, err)
	}
	p := pdf.NewPicture(img)
	s.signatures.Store(hash, p)
	return p, nil
}
