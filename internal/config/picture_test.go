package config_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/atmacena/cocare/internal/config"
)

func picture(t *testing.T, w, h int, encode func(*bytes.Buffer, image.Image) error) []byte {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, w, h))
	var b bytes.Buffer
	if err := encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(b *bytes.Buffer, m image.Image) error  { return png.Encode(b, m) }
func asJPEG(b *bytes.Buffer, m image.Image) error { return jpeg.Encode(b, m, nil) }

// tinyWebP is one pixel, lossless.
const tinyWebP = "RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\xfe\x07\x00"

func TestALogoGoesByItsContent(t *testing.T) {
	good1 := picture(t, 200, 50, asPNG)
	noise := image.NewRGBA(image.Rect(0, 0, 100, 100))
	for i := range noise.Pix {
		noise.Pix[i] = byte(rand.IntN(256))
	}
	noise.Set(0, 0, color.Black)
	var heavy bytes.Buffer
	if err := png.Encode(&heavy, noise); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, file string
		data       []byte
		remedy     string // empty: it is a logo
		format     string
	}{
		{"PNG", "logo.png", good1, "", "png"},
		{"JPEG under a wrong name", "logo.png", picture(t, 200, 50, asJPEG), "", "jpeg"},
		{"WebP", "logo.webp", []byte(tinyWebP), "", "webp"},
		{"SVG", "logo.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), "convert it to PNG", ""},
		{"text", "logo.png", []byte("no picture"), "convert it to PNG", ""},
		{"cut off", "logo.png", good1[:len(good1)/2], "damaged", ""},
		{"too wide", "logo.png", picture(t, 2001, 1, asPNG), "at most 2000", ""},
		{"too heavy", "logo.png", heavy.Bytes(), "smaller than 24", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), tt.file)
			if err := os.WriteFile(path, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			vars := good(t)
			vars["PROVIDER_LOGO_FILE"] = path
			c, err := config.Load(config.Serve, environ(vars))
			if tt.remedy != "" {
				if p := problems(t, err); len(p) != 1 || p[0].Variable != "COCARE_PROVIDER_LOGO_FILE" || !strings.Contains(p[0].Text, tt.remedy) {
					t.Errorf("problems %q", p)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if c.Logo.Format != tt.format || !bytes.Equal(c.Logo.Data, tt.data) || c.Logo.Width == 0 {
				t.Errorf("%s of %d × %d", c.Logo.Format, c.Logo.Width, c.Logo.Height)
			}
		})
	}
}

func TestADeviceIsNoLogo(t *testing.T) {
	_, err := config.Load(config.Tool, []string{"COCARE_PROVIDER_LOGO_FILE=" + t.TempDir()})
	if err == nil || !strings.Contains(err.Error(), "is a folder or a device") {
		t.Error(err)
	}
}

func TestASignatureNeedsItsName(t *testing.T) {
	path := filepath.Join(t.TempDir(), "signature.png")
	data := picture(t, 3000, 200, asPNG)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	vars := good(t)
	vars["SIGNATORY_SIGNATURE_FILE"] = path
	vars["SIGNATORY_NAME"] = "Jordan Lee"
	c, err := config.Load(config.Serve, environ(vars))
	if err != nil || !bytes.Equal(c.Signature, data) {
		t.Errorf("%d bytes, %v", len(c.Signature), err)
	}
	delete(vars, "SIGNATORY_NAME")
	_, err = config.Load(config.Serve, environ(vars))
	if p := problems(t, err); len(p) != 1 || p[0].Variable != "COCARE_SIGNATORY_SIGNATURE_FILE" || !strings.Contains(p[0].Text, "COCARE_SIGNATORY_NAME") {
		t.Errorf("problems %q", p)
	}
}
