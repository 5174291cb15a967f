package picture

import (
	"bufio"
	"encoding/binary"
	"io"
)

// Markers of a JPEG. Those from rst0 to rst7 and eoi stand alone; what follows another
// begins with its length.
const (
	sof0, sof1 = 0xc0, 0xc1
	dht        = 0xc4
	rst0, rst7 = 0xd0, 0xd7
	eoi        = 0xd9
	sos        = 0xda
	dqt        = 0xdb
	dri        = 0xdd
	app0       = 0xe0
	app1       = 0xe1
	app14      = 0xee
)

// frame reports whether a marker begins the frame, that is says how the pixels are
// written.
func frame(marker byte) bool {
	return marker >= sof0 && marker <= 0xcf && marker != dht && marker != 0xcc
}

// jpegNotes walks the segments up to the pixels as the decoder does, which skips what
// does not belong there. It is progressive unless that was seen to be otherwise.
func jpegNotes(r io.ReaderAt, size int64) notes {
	out := notes{progressive: true}
	in := bufio.NewReaderSize(io.NewSectionReader(r, 2, size-2), maxExif)
	for framed := false; ; {
		marker, err := nextMarker(in)
		if err != nil || marker == eoi || marker == sos {
			return out
		}
		if marker >= rst0 && marker <= rst7 {
			continue
		}
		var length [2]byte
		if _, err := io.ReadFull(in, length[:]); err != nil {
			return out
		}
		n := int(binary.BigEndian.Uint16(length[:])) - len(length)
		if frame(marker) && !framed { // of a second one the decoder knows nothing
			framed = true
			out.progressive = marker != sof0 && marker != sof1
		}
		if marker == app1 && out.orientation == 0 {
			out.orientation = orientation(trimExif(peek(in, n)))
		}
		if _, err := in.Discard(n); err != nil {
			return out
		}
	}
}

// nextMarker skips bytes that begin no segment.
func nextMarker(in *bufio.Reader) (byte, error) {
	for last := byte(0); ; {
		c, err := in.ReadByte()
		if err != nil {
			return 0, err
		}
		if last == 0xff && c != 0 && c != 0xff {
			return c, nil
		}
		last = c
	}
}

// peek is the beginning of a segment, as much as is at hand: what matters of EXIF
// stands there.
func peek(in *bufio.Reader, n int) []byte {
	b, _ := in.Peek(max(0, min(n, maxExif, in.Size()))) // an end is met again
	return b
}

// bareJPEG reports whether a JPEG holds what its pixels need, and ends with them.
func bareJPEG(r io.ReaderAt, size int64) bool {
	off := int64(2)
	for range maxChunks {
		head := read(r, size, off, 4)
		if head == nil || head[0] != 0xff || !bareSegment(head[1], read(r, size, off+4, 5), int(binary.BigEndian.Uint16(head[2:]))) {
			return false
		}
		if off += 2 + int64(binary.BigEndian.Uint16(head[2:])); head[1] != sos {
			continue
		}
		if off = afterScan(r, size, off); off == size-2 {
			end := read(r, size, off, 2)
			return end != nil && end[0] == 0xff && end[1] == eoi
		}
	}
	return false
}

// bareSegment judges a segment by its first bytes and its length, which counts itself.
func bareSegment(marker byte, begins []byte, length int) bool {
	switch marker {
	case app0: // without a thumbnail, and no extension
		return length == 16 && string(begins) == "JFIF\x00"
	case app14: // on colors
		return length == 14 && string(begins) == "Adobe"
	}
	return frame(marker) || marker == dht || marker == dqt || marker == dri || marker == sos
}

// afterScan is where the marker stands that ends a scan.
func afterScan(r io.ReaderAt, size, off int64) int64 {
	in := bufio.NewReader(io.NewSectionReader(r, off, size-off))
	for last := byte(0); ; off++ {
		c, err := in.ReadByte()
		if err != nil {
			return size
		}
		if last == 0xff && c != 0 && (c < rst0 || c > rst7) {
			return off - 1
		}
		last = c
	}
}
