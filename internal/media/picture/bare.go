package picture

import (
	"encoding/binary"
	"io"
)

// Bare reports whether a JPEG or PNG holds the picture alone, as Make writes it: no
// EXIF, no comment, no text, no thumbnail, and nothing behind it.
func Bare(r io.ReaderAt, size int64) bool {
	switch head := read(r, size, 0, min(size, 8)); {
	case len(head) == 8 && string(head) == "\x89PNG\r\n\x1a\n":
		return barePNG(r, size)
	case len(head) == 8 && head[0] == 0xff && head[1] == 0xd8:
		return bareJPEG(r, size)
	}
	return false
}

// pixels are the chunks that say what the picture looks like, with the most bytes that
// they have.
var pixels = map[string]uint32{"IHDR": 13, "PLTE": 768, "tRNS": 256, "IDAT": 1 << 31, "gAMA": 4, "cHRM": 32, "sRGB": 1, "sBIT": 4, "pHYs": 9, "bKGD": 6, "IEND": 0}

func barePNG(r io.ReaderAt, size int64) bool {
	for off := int64(8); off < size; {
		head := read(r, size, off, 8)
		if head == nil {
			return false
		}
		if most, known := pixels[string(head[4:])]; !known || binary.BigEndian.Uint32(head) > most {
			return false
		}
		off += 12 + int64(binary.BigEndian.Uint32(head))
		if string(head[4:]) == "IEND" {
			return off == size
		}
	}
	return false
}
