package picture

import (
	"encoding/binary"
	"io"
)

// notes are what a picture says beside its pixels and matters here.
type notes struct {
	orientation int // as EXIF counts: 1 … 8; 0 if it does not say
	progressive bool
}

// maxChunks bounds the parts of a file that are looked at.
const maxChunks = 1000

// note reads the notes; what cannot be read says nothing.
func note(r io.ReaderAt, size int64, format string) notes {
	switch format {
	case "jpeg":
		return jpegNotes(r, size)
	case "png":
		return chunks(r, size, 8, func(head []byte) (string, int64, int64) {
			return string(head[4:]), int64(binary.BigEndian.Uint32(head)), 4 // a checksum follows
		}, "eXIf")
	case "webp":
		return chunks(r, size, 12, func(head []byte) (string, int64, int64) {
			n := int64(binary.LittleEndian.Uint32(head[4:]))
			return string(head[:4]), n, n % 2
		}, "EXIF")
	}
	return notes{}
}

// maxExif is more than cameras write; its first directory stands at its beginning.
const maxExif = 64 << 10

func read(r io.ReaderAt, size, off, n int64) []byte {
	if off < 0 || n < 0 || off > size-n {
		return nil
	}
	b := make([]byte, n)
	if got, err := r.ReadAt(b, off); int64(got) < n {
		_ = err // the decoder meets it too
		return nil
	}
	return b
}

func chunks(r io.ReaderAt, size, off int64, parse func(head []byte) (name string, n, after int64), want string) (out notes) {
	for range maxChunks {
		head := read(r, size, off, 8)
		if head == nil {
			return out
		}
		name, n, after := parse(head)
		if name == want {
			exif := read(r, size, off+8, min(n, maxExif))
			out.orientation = orientation(trimExif(exif))
			return out
		}
		off += 8 + n + after
	}
	return out
}

// trimExif is the TIFF in an EXIF block, nil if it is none.
func trimExif(b []byte) []byte {
	if len(b) >= 6 && string(b[:6]) == "Exif\x00\x00" {
		return b[6:]
	}
	if len(b) >= 4 && (string(b[:4]) == "II*\x00" || string(b[:4]) == "MM\x00*") {
		return b
	}
	return nil
}

// orientation is the tag 0x0112 of the first directory.
func orientation(b []byte) int {
	if len(b) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	at := uint64(order.Uint32(b[4:]))
	if at+2 > uint64(len(b)) {
		return 0
	}
	count := uint64(order.Uint16(b[at:]))
	for i := range count {
		e := at + 2 + i*12
		if e+12 > uint64(len(b)) {
			return 0
		}
		if order.Uint16(b[e:]) == 0x0112 {
			if v := int(order.Uint16(b[e+8:])); v >= 1 && v <= 8 {
				return v
			}
			return 0
		}
	}
	return 0
}
