package config

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the kinds of files that a logo can be
	_ "image/png"
	"os"

	_ "golang.org/x/image/webp"
)

// The bounds of a logo: with it, the first view of a page still arrives quickly
// over a telephone.
const (
	maxLogo     = 24 << 10
	maxLogoEdge = 2000 // pixels
)

// Logo is the provider's logo as the file holds it.
type Logo struct {
	Data          []byte
	Format        string // png, jpeg or webp
	Width, Height int    // pixels
}

// checkLogo reads the file once, when the program starts.
func (c *Config) checkLogo() {
	if c.ProviderLogoFile == "" {
		return
	}
	const name = "COCARE_PROVIDER_LOGO_FILE"
	info, err := os.Stat(c.ProviderLogoFile)
	switch {
	case err != nil:
		c.problem(name, "there is no file %q; correct the path", c.ProviderLogoFile)
		return
	case !info.Mode().IsRegular():
		c.problem(name, "%q is a folder or a device; name a file with a picture", c.ProviderLogoFile)
		return
	case info.Size() > maxLogo:
		c.problem(name, "the file has %d KiB; make it smaller than %d", (info.Size()+1023)>>10, maxLogo>>10)
		return
	}
	data, err := os.ReadFile(c.ProviderLogoFile)
	if err != nil {
		c.problem(name, "the file cannot be read (%v); correct the path or its permissions", err)
		return
	}
	if c.Logo, err = readLogo(data); err != nil {
		c.problem(name, "%q %v", c.ProviderLogoFile, err)
	}
}

// readLogo goes by the content, whatever the file is called, and decodes all of
// it: a picture that is cut off must not be found by a visitor.
func readLogo(data []byte) (Logo, error) {
	head, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return Logo{}, errors.New("is no picture that every browser shows; convert it to PNG, JPEG or WebP")
	}
	if head.Width > maxLogoEdge || head.Height > maxLogoEdge || head.Width < 1 || head.Height < 1 {
		return Logo{}, fmt.Errorf("has %d × %d pixels; make it at most %d wide and high", head.Width, head.Height, maxLogoEdge)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return Logo{}, errors.New("is a damaged picture; export it again")
	}
	return Logo{Data: data, Format: format, Width: head.Width, Height: head.Height}, nil
}
