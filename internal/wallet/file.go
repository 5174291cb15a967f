package wallet

import (
	"bytes"
	"encoding/binary"
	"image"
	_ "image/jpeg" // recognized below
	_ "image/png"  // recognized below
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/apperr"
)

// maxPixels bounds a picture: a scanned page at 600 dots an inch has 34 million.
const maxPixels = 60_000_000

// ErrTooLarge refuses a file of more than MaxFile.
var ErrTooLarge = apperr.InvalidField("file", "This file is larger than %d MB. A scan of fewer dots per inch, or in gray, is smaller.", MaxFile>>20)

var (
	errEmptyFile = apperr.InvalidField("file", "Choose the file of the certificate.")
	errUnknown   = apperr.InvalidField("file", "This is no PDF, JPEG or PNG file. Save or scan the certificate as one of these.")
	errTorn      = apperr.InvalidField("file", "This file does not end as it should: it was cut off, or is damaged. Save it once more.")
	errPixels    = apperr.InvalidField("file", "This picture has too many pixels. Save it with at most %d million.", maxPixels/1_000_000)
)

// Recognize says what a file is by its content. Errors: Invalid (file).
func Recognize(body []byte) (kind string, err error) {
	switch {
	case len(body) == 0:
		return "", errEmptyFile
	case len(body) > MaxFile:
		return "", ErrTooLarge
	case bytes.HasPrefix(body, []byte("%PDF-")):
		if !bytes.Contains(body[max(0, len(body)-1024):], []byte("%%EOF")) {
			return "", errTorn
		}
		return "application/pdf", nil
	}
	head, format, err := image.DecodeConfig(bytes.NewReader(body))
	switch {
	case err != nil:
		return "", errUnknown
	case head.Width <= 0 || head.Height <= 0 || head.Width > maxPixels/head.Height:
		return "", errPixels
	case format == "jpeg" && bytes.LastIndex(body, []byte{0xff, 0xd9}) < 0:
		return "", errTorn
	case format == "png" && !wholePNG(body):
		return "", errTorn
	case format == "jpeg", format == "png":
		return "image/" + format, nil
	}
	return "", errUnknown
}

// wholePNG walks the chunks to the last one.
func wholePNG(body []byte) bool {
	for at := 8; at+12 <= len(body); {
		size := int(binary.BigEndian.Uint32(body[at:]))
		if size > len(body)-at-12 {
			return false
		}
		if string(body[at+4:at+8]) == "IEND" {
			return true
		}
		at += 12 + size
	}
	return false
}

var extensions = map[string]string{"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}

// fileName is what a file is called when it is downloaded: the name that it came
// with, without a path and what nobody sees, and with the ending of its kind.
func fileName(typed, kind string) string {
	name := path.Base(strings.ReplaceAll(strings.ToValidUTF8(typed, ""), "\\", "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	name = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) || strings.ContainsRune(`"/\:*?<>|;`, r) {
			return -1
		}
		return r
	}, name)
	for utf8.RuneCountInString(name) > 80 {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	if name = strings.Trim(name, " ."); name == "" {
		name = "certificate"
	}
	return name + extensions[kind]
}
