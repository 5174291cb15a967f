package sniff

import (
	"encoding/binary"
	"math"
	"math/bits"
	"strings"
)

// The elements that are looked at.
const (
	idEBML, idDocType           = 0x1a45dfa3, 0x4282
	idSegment, idInfo, idTracks = 0x18538067, 0x1549a966, 0x1654ae6b
	idScale, idDuration         = 0x2ad7b1, 0x4489
	idTrack, idType, idCodec    = 0xae, 0x83, 0x86
	idVideo, idWidth, idHeight  = 0xe0, 0xb0, 0xba
)

// element is an EBML element.
type element struct {
	id        uint64
	body, end int64
}

// number reads an EBML number of at most 8 bytes; keep leaves its marker, as in
// IDs. unknown is the size that a live recording has.
func (s *source) number(off int64, keep bool) (n uint64, length int64, unknown, ok bool) {
	b := s.upTo(off, 8)
	if len(b) == 0 || b[0] == 0 {
		return 0, 0, false, false
	}
	size := bits.LeadingZeros8(b[0]) + 1
	if len(b) < size {
		return 0, 0, false, false
	}
	for _, c := range b[:size] {
		n = n<<8 | uint64(c)
	}
	mask := uint64(1)<<(7*size) - 1
	if !keep {
		n &= mask
		unknown = n == mask
	}
	return n, int64(size), unknown, true
}

// elements calls see for each element between from and to, until it returns false.
func (s *source) elements(from, to int64, see func(element) bool) (ok bool) {
	for off := from; off < to; {
		if !s.step() {
			return false
		}
		id, n, _, ok := s.number(off, true)
		if !ok {
			return false
		}
		size, m, unknown, ok := s.number(off+n, false)
		body := off + n + m
		if !ok || body > to {
			return false
		}
		end := to
		if !unknown {
			if size > uint64(to-body) { // #nosec G115 -- body <= to
				return false
			}
			end = body + int64(size) // #nosec G115 -- checked above
		}
		if !see(element{id, body, end}) {
			return true
		}
		off = end
	}
	return true
}

func (s *source) uint(e element) uint64 {
	if e.end-e.body > 8 {
		return 0
	}
	var n uint64
	for _, c := range s.upTo(e.body, int(e.end-e.body)) {
		n = n<<8 | uint64(c)
	}
	return n
}

func (s *source) float(e element) float64 {
	switch b := s.upTo(e.body, int(min(e.end-e.body, 8))); len(b) {
	case 4:
		return float64(math.Float32frombits(binary.BigEndian.Uint32(b)))
	case 8:
		return math.Float64frombits(binary.BigEndian.Uint64(b))
	}
	return 0
}

func (s *source) text(e element) string {
	return strings.TrimRight(string(s.upTo(e.body, int(min(e.end-e.body, 64)))), "\x00")
}

// matter is what a Matroska file says.
type matter struct {
	docType         string
	scale, duration float64
	video, audio    []string
	width, height   int
	info, tracks    bool
}

func (s *source) matroska() (Info, error) {
	m := &matter{scale: 1e6}
	ok := s.elements(0, s.size, func(e element) bool {
		switch e.id {
		case idEBML:
			return s.elements(e.body, e.end, func(e element) bool {
				if e.id == idDocType {
					m.docType = s.text(e)
				}
				return true
			})
		case idSegment:
			s.segment(e, m)
			return false
		}
		return true
	})
	switch {
	case !ok || m.docType == "":
		return Info{}, errBroken
	case m.docType != "webm":
		return Info{}, refuse("This is a Matroska file (MKV), which many browsers do not play. Convert it to MP4 or WebM.")
	case !m.info || !m.tracks:
		return Info{}, errBroken
	}
	return m.result()
}

// segment reads what stands before the pictures and sounds, which are most of it.
func (s *source) segment(e element, m *matter) {
	s.elements(e.body, e.end, func(e element) bool {
		switch e.id {
		case idInfo:
			m.info = true
			return s.elements(e.body, e.end, func(e element) bool {
				switch e.id {
				case idScale:
					m.scale = float64(s.uint(e))
				case idDuration:
					m.duration = s.float(e)
				}
				return true
			})
		case idTracks:
			m.tracks = true
			return s.elements(e.body, e.end, func(e element) bool {
				if e.id == idTrack {
					s.trackEntry(e, m)
				}
				return len(m.video)+len(m.audio) <= maxTracks
			})
		}
		return !m.info || !m.tracks
	})
}

func (s *source) trackEntry(e element, m *matter) {
	var kind uint64
	var codec string
	s.elements(e.body, e.end, func(e element) bool {
		switch e.id {
		case idType:
			kind = s.uint(e)
		case idCodec:
			codec = s.text(e)
		case idVideo:
			return s.elements(e.body, e.end, func(e element) bool {
				switch n := int(min(s.uint(e), 1<<16)); e.id { // #nosec G115 -- bounded
				case idWidth:
					m.width = max(m.width, n)
				case idHeight:
					m.height = max(m.height, n)
				}
				return true
			})
		}
		return true
	})
	switch kind {
	case 1:
		m.video = append(m.video, codec)
	case 2:
		m.audio = append(m.audio, codec)
	}
}

func (m *matter) result() (Info, error) {
	info := Info{Kind: Video, Type: "video/webm", Ext: "webm", Width: m.width, Height: m.height, Codecs: append(m.video, m.audio...)}
	info.Duration = seconds(m.duration*m.scale, 1e9)
	switch {
	case len(info.Codecs) == 0:
		return Info{}, errBroken
	case len(m.video) == 0:
		info.Kind, info.Type = Audio, "audio/webm"
	}
	for _, c := range info.Codecs {
		switch c {
		case "V_VP8", "V_VP9", "V_AV1", "A_OPUS", "A_VORBIS":
		default:
			return Info{}, refuse("Browsers do not play what is in this file (" + printable(c) + "). Convert it to MP4 with H.264 and AAC.")
		}
	}
	return info, nil
}
