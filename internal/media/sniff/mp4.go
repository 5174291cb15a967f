package sniff

import (
	"encoding/binary"
	"slices"
)

// box is an MP4 box: what is in it begins at body and ends before end.
type box struct {
	kind      string
	body, end int64
}

// boxes calls see for each box between from and to. ok is false where they do not
// fit into one another.
func (s *source) boxes(from, to int64, see func(box) bool) (ok bool) {
	for off := from; off < to; {
		if !s.step() {
			return false
		}
		head, ok := s.at(off, 8)
		if !ok {
			return false
		}
		size, body := int64(binary.BigEndian.Uint32(head)), off+8
		switch size {
		case 0: // up to the end
			size = to - off
		case 1:
			large, ok := s.at(body, 8)
			if !ok {
				return false
			}
			n := binary.BigEndian.Uint64(large)
			if n > uint64(to-off) { // #nosec G115 -- off < to
				return false
			}
			size, body = int64(n), body+8 // #nosec G115 -- checked above
		}
		if size < body-off || size > to-off {
			return false
		}
		if !see(box{string(head[4:8]), body, off + size}) {
			return false
		}
		off += size
	}
	return true
}

// movie is what the boxes say together.
type movie struct {
	scale, length   float64
	fragmented      float64
	video, audio    []string
	width, height   int
	found           bool
	trackScale, dur float64 // of the longest track, where the movie itself says nothing
}

// track is one trak while it is read.
type track struct {
	handler, codec string
	width, height  int
	scale, length  float64
}

var errMOV = refuse("This is a QuickTime movie (MOV). Export it as MP4 with H.264 and AAC.")

func (s *source) mp4() (Info, error) {
	brand, ok := s.at(8, 4)
	if !ok {
		return Info{}, errBroken
	}
	switch string(brand) {
	case "qt  ":
		return Info{}, errMOV
	case "heic", "heix", "mif1", "hevc", "avif", "avis":
		return Info{}, refuse("Browsers do not show this kind of picture everywhere (HEIC or AVIF). Save it as JPEG or PNG.")
	}
	m := &movie{}
	whole := s.boxes(0, s.size, func(b box) bool {
		if b.kind == "moov" {
			m.found = true
			return s.moov(b, m)
		}
		return true
	})
	if !whole || !m.found {
		return Info{}, errBroken
	}
	return m.info()
}

func (m *movie) info() (Info, error) {
	info := Info{Kind: Video, Type: "video/mp4", Ext: "mp4", Width: m.width, Height: m.height, Codecs: slices.Concat(m.video, m.audio)}
	info.Duration = max(seconds(m.length, m.scale), seconds(m.fragmented, m.scale), seconds(m.dur, m.trackScale))
	switch {
	case len(m.video)+len(m.audio) == 0:
		return Info{}, refuse("The file holds neither picture nor sound that browsers play. Convert it to MP4 with H.264 and AAC.")
	case len(m.video) == 0:
		info.Kind, info.Type, info.Ext = Audio, "audio/mp4", "m4a"
	}
	for _, c := range m.video {
		switch c {
		case "avc1", "avc3", "av01", "vp09":
		case "hvc1", "hev1":
			return Info{}, refuse("The video is in HEVC (H.265), which many browsers do not play. Convert it to MP4 with H.264 and AAC.")
		default:
			return Info{}, refuse("Browsers do not play the video in this file (" + printable(c) + "). Convert it to MP4 with H.264 and AAC.")
		}
	}
	for _, c := range m.audio {
		switch c {
		case "mp4a", "Opus", "fLaC", ".mp3":
		default:
			return Info{}, refuse("Browsers do not play the sound in this file (" + printable(c) + "). Convert it to AAC.")
		}
	}
	return info, nil
}

// printable is a code of four bytes as it may stand in a sentence.
func printable(c string) string {
	out := []byte(c)
	for i, b := range out {
		if b < 0x20 || b > 0x7e {
			out[i] = '?'
		}
	}
	return string(out)
}

func (s *source) moov(b box, m *movie) bool {
	return s.boxes(b.body, b.end, func(b box) bool {
		switch b.kind {
		case "mvhd":
			m.scale, m.length = s.clock(b)
		case "mvex":
			return s.boxes(b.body, b.end, func(b box) bool {
				if b.kind == "mehd" {
					m.fragmented = s.fragments(b)
				}
				return true
			})
		case "trak":
			var t track
			if !s.trak(b, &t) {
				return false
			}
			return m.add(t)
		}
		return true
	})
}

// maxTracks is more than any recording for a lesson has.
const maxTracks = 16

func (m *movie) add(t track) bool {
	switch t.handler {
	case "vide":
		m.video = append(m.video, t.codec)
		m.width, m.height = max(m.width, t.width), max(m.height, t.height)
	case "soun":
		m.audio = append(m.audio, t.codec)
	default:
		return true
	}
	if seconds(t.length, t.scale) > seconds(m.dur, m.trackScale) {
		m.dur, m.trackScale = t.length, t.scale
	}
	return len(m.video)+len(m.audio) <= maxTracks
}

// clock reads time scale and duration of mvhd and mdhd, which begin alike.
func (s *source) clock(b box) (scale, length float64) {
	head := s.upTo(b.body, 32)
	if b.body+int64(len(head)) > b.end {
		head = head[:max(0, b.end-b.body)]
	}
	switch {
	case len(head) >= 32 && head[0] == 1:
		if n := binary.BigEndian.Uint64(head[24:]); n != 1<<64-1 {
			length = float64(n)
		}
		return float64(binary.BigEndian.Uint32(head[20:])), length
	case len(head) >= 20 && head[0] == 0:
		if n := binary.BigEndian.Uint32(head[16:]); n != 1<<32-1 {
			length = float64(n)
		}
		return float64(binary.BigEndian.Uint32(head[12:])), length
	}
	return 0, 0
}

func (s *source) fragments(b box) float64 {
	head := s.upTo(b.body, 12)
	switch {
	case len(head) >= 12 && head[0] == 1:
		return float64(binary.BigEndian.Uint64(head[4:]))
	case len(head) >= 8 && head[0] == 0:
		return float64(binary.BigEndian.Uint32(head[4:]))
	}
	return 0
}

func (s *source) trak(b box, t *track) bool {
	return s.boxes(b.body, b.end, func(b box) bool {
		switch b.kind {
		case "tkhd": // width and height are its last two numbers, 16.16
			if last, ok := s.at(b.end-8, 8); ok && b.end-8 >= b.body {
				t.width, t.height = int(binary.BigEndian.Uint16(last)), int(binary.BigEndian.Uint16(last[4:]))
			}
		case "mdia", "minf", "stbl":
			return s.trak(b, t)
		case "mdhd":
			t.scale, t.length = s.clock(b)
		case "hdlr":
			if head, ok := s.at(b.body+8, 4); ok && t.handler == "" {
				t.handler = string(head)
			}
		case "stsd": // version, count, then the first entry with its name
			if entry, ok := s.at(b.body+8, 8); ok && t.codec == "" {
				t.codec = string(entry[4:8])
			}
		}
		return true
	})
}
