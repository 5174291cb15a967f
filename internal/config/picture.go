package config

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // the kinds of files that a picture can be
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

// The bounds of a signature: a scan of a page is allowed, since what is empty is cut
// off.
const (
	maxSignature     = 1 << 20
	maxSignatureEdge = 4000 // pixels
)

// checkLogo reads the file once, when the program starts.
func (c *Config) checkLogo() {
	if data, head, format := c.picture("COCARE_PROVIDER_LOGO_FILE", c.ProviderLogoFile, maxLogo, maxLogoEdge); data != nil {
		c.Logo = Logo{Data: data, Format: format, Width: head.Width, Height: head.Height}
	}
}

// checkSignature does the same.
func (c *Config) checkSignature() {
	const name = "COCARE_SIGNATORY_SIGNATURE_FILE"
	data, _, _ := c.picture(name, c.SignatureFile, maxSignature, maxSignatureEdge)
	if data == nil {
		return
	}
	if c.Signature = data; c.SignatoryName == "" {
		c.problem(name, "nobody knows whose signature it is; set COCARE_SIGNATORY_NAME too")
	}
}

// picture reads a file of bounded size, nil where there is none or a problem was
// noted.
func (c *Config) picture(name, path string, limit int64, edge int) (data []byte, head image.Config, format string) {
	if path == "" {
		return nil, head, ""
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		c.problem(name, "there is no file %q; correct the path", path)
		return nil, head, ""
	case !info.Mode().IsRegular():
		c.problem(name, "%q is a folder or a device; name a file with a picture", path)
		return nil, head, ""
	case info.Size() > limit:
		c.problem(name, "the file has %d KiB; make it smaller than %d", (info.Size()+1023)>>10, limit>>10)
		return nil, head, ""
	}
	data, err = os.ReadFile(path)
	if err != nil {
		c.problem(name, "the file cannot be read (%v); correct the path or its permissions", err)
		return nil, head, ""
	}
	if head, format, err = readPicture(data, edge); err != nil {
		c.problem(name, "%q %v", path, err)
		return nil, head, ""
	}
	return data, head, format
}

// readPicture goes by the content, whatever the file is called, and decodes all of
// it: a picture that is cut off must not be found by a visitor.
func readPicture(data []byte, edge int) (head image.Config, format string, err error) {
	head, format, err = image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return head, "", errors.New("is no picture that every browser shows; convert it to PNG, JPEG or WebP")
	}
	if head.Width > edge || head.Height > edge || head.Width < 1 || head.Height < 1 {
		return head, "", fmt.Errorf("has %d × %d pixels; make it at most %d wide and high", head.Width, head.Height, edge)
	}
	if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
		return head, "", errors.New("is a damaged picture; export it again")
	}
	return head, format, nil
}
