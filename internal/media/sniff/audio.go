package sniff

import (
	"bytes"
	"encoding/binary"
)

func (s *source) wav() (Info, error) {
	info := Info{Kind: Audio, Type: "audio/wav", Ext: "wav", Codecs: []string{"pcm"}}
	var perSecond, data float64
	for off := int64(12); off+8 <= s.size && s.step(); {
		head, ok := s.at(off, 8)
		if !ok {
			return info, errBroken
		}
		size := int64(binary.LittleEndian.Uint32(head[4:]))
		switch string(head[:4]) {
		case "fmt ":
			f, ok := s.at(off+8, 16)
			if !ok || size < 16 {
				return info, errBroken
			}
			switch binary.LittleEndian.Uint16(f) {
			case 1, 3, 0xfffe: // whole numbers, floats, either with more words
			default:
				return info, refuse("Browsers do not play the sound in this WAV file. Save it uncompressed (PCM), or as MP3.")
			}
			perSecond = float64(binary.LittleEndian.Uint32(f[8:]))
		case "data":
			data = float64(min(size, s.size-off-8))
		}
		off += 8 + size + size%2
	}
	if perSecond == 0 || data == 0 {
		return info, errBroken
	}
	info.Duration = seconds(data, perSecond)
	return info, nil
}

func (s *source) flac() (Info, error) {
	info := Info{Kind: Audio, Type: "audio/flac", Ext: "flac", Codecs: []string{"flac"}}
	b, ok := s.at(4, 38)
	if !ok || b[0]&0x7f != 0 { // the first block is STREAMINFO
		return info, errBroken
	}
	b = b[4:]
	rate := uint32(b[10])<<12 | uint32(b[11])<<4 | uint32(b[12])>>4
	samples := uint64(b[13]&0x0f)<<32 | uint64(binary.BigEndian.Uint32(b[14:]))
	info.Duration = seconds(float64(samples), float64(rate))
	return info, nil
}

// oggTail is where the last page of an Ogg file begins at the latest.
const oggTail = 128 << 10

func (s *source) ogg() (Info, error) {
	info := Info{Kind: Audio, Type: "audio/ogg", Ext: "ogg"}
	head := s.upTo(0, 27+255+64)
	if len(head) < 28 {
		return info, errBroken
	}
	start := 27 + int(head[26])
	if len(head) < start+30 {
		return info, errBroken
	}
	packet := head[start:]
	var rate, skip float64
	switch {
	case bytes.HasPrefix(packet, []byte("OpusHead")):
		info.Codecs, rate, skip = []string{"opus"}, 48000, float64(binary.LittleEndian.Uint16(packet[10:]))
	case bytes.HasPrefix(packet, []byte("\x01vorbis")):
		info.Codecs, rate = []string{"vorbis"}, float64(binary.LittleEndian.Uint32(packet[12:]))
	default:
		return info, refuse("Browsers do not play what is in this Ogg file. Save it with Opus or Vorbis, or as MP3.")
	}
	from := max(0, s.size-oggTail)
	tail := s.upTo(from, oggTail)
	serial := head[14:18]
	for i := len(tail) - 27; i >= 0; i-- {
		page := tail[i:]
		if bytes.HasPrefix(page, []byte("OggS\x00")) && bytes.Equal(page[14:18], serial) {
			if n := binary.LittleEndian.Uint64(page[6:]); n != 1<<64-1 {
				info.Duration = seconds(float64(n)-skip, rate)
				return info, nil
			}
		}
	}
	return info, errBroken
}
