package sniff_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/atmacena/cocare/internal/media/sniff"
)

func box(kind string, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	out := binary.BigEndian.AppendUint32(nil, uint32(len(body)+8))
	return append(append(out, kind...), body...)
}

func u32(list ...uint32) (out []byte) {
	for _, n := range list {
		out = binary.BigEndian.AppendUint32(out, n)
	}
	return out
}

// trackBox is a trak of a handler and a codec.
func trackBox(handler, codec string, width, height uint32) []byte {
	tkhd := box("tkhd", make([]byte, 76), u32(width<<16, height<<16))
	hdlr := box("hdlr", u32(0, 0), []byte(handler), make([]byte, 12))
	stsd := box("stsd", u32(0, 1), box(codec, make([]byte, 8)))
	mdhd := box("mdhd", u32(0, 0, 0, 1000, 12500, 0))
	return box("trak", tkhd, box("mdia", mdhd, hdlr, box("minf", box("stbl", stsd))))
}

func mp4(brand string, ms uint32, tracks ...[]byte) []byte {
	return bytes.Join([][]byte{
		box("ftyp", []byte(brand), u32(0)), box("mdat", make([]byte, 100)),
		box("moov", append([][]byte{box("mvhd", u32(0, 0, 0, 1000, ms), make([]byte, 80))}, tracks...)...),
	}, nil)
}

// ebml is an element; its size takes eight bytes.
func ebml(id uint32, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	out := bytes.TrimLeft(binary.BigEndian.AppendUint32(nil, id), "\x00")
	return append(binary.BigEndian.AppendUint64(out, 1<<56|uint64(len(body))), body...)
}

func webm(docType string, seconds float64, codecs ...string) []byte {
	var tracks [][]byte
	for _, c := range codecs {
		kind := byte(2)
		if strings.HasPrefix(c, "V") {
			kind = 1
		}
		tracks = append(tracks, ebml(0xae, ebml(0x83, []byte{kind}), ebml(0x86, []byte(c)), ebml(0xe0, ebml(0xb0, []byte{2, 128}), ebml(0xba, []byte{1, 104}))))
	}
	var length []byte
	if seconds > 0 {
		length = ebml(0x4489, binary.BigEndian.AppendUint64(nil, math.Float64bits(seconds*1000)))
	}
	return append(ebml(0x1a45dfa3, ebml(0x4282, []byte(docType))),
		ebml(0x18538067, ebml(0x1549a966, ebml(0x2ad7b1, []byte{0x0f, 0x42, 0x40}), length), ebml(0x1654ae6b, tracks...), ebml(0x1f43b675, make([]byte, 50)))...)
}

func mp3(frames int) []byte {
	one := append([]byte{0xff, 0xfb, 0x90, 0x00}, make([]byte, 413)...) // 128 kbit/s, 44.1 kHz
	tag := append([]byte("ID3\x04\x00\x00\x00\x00\x00\x14"), make([]byte, 20)...)
	return append(tag, append(bytes.Repeat(one, frames), []byte("TAG…")...)...)
}

func wav(format uint16, seconds uint32) []byte {
	b := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00")
	b = binary.LittleEndian.AppendUint16(b, format)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint32(b, 8000)
	b = binary.LittleEndian.AppendUint32(b, 8000)
	b = binary.LittleEndian.AppendUint16(b, 1)
	b = binary.LittleEndian.AppendUint16(b, 8)
	b = binary.LittleEndian.AppendUint32(append(b, "data"...), 8000*seconds)
	return append(b, make([]byte, 8000*seconds)...)
}

func ogg(packet string, granule uint64) []byte {
	page := func(granule uint64, body string) []byte {
		b := binary.LittleEndian.AppendUint64([]byte("OggS\x00\x02"), granule)
		b = append(b, "SERIxxxxcrc_\x01"...)
		return append(append(b, byte(len(body))), body...)
	}
	return append(page(0, packet), page(granule, "the end of it")...)
}

func flac(samples uint32) []byte {
	b := append([]byte("fLaC\x80\x00\x00\x22"), make([]byte, 34)...)
	copy(b[8+10:], []byte{0x0a, 0xc4, 0x40}) // 44,100 Hz
	binary.BigEndian.PutUint32(b[8+14:], samples)
	return b
}

var samples = map[string][]byte{
	"mp4":  mp4("isom", 12500, trackBox("vide", "avc1", 1280, 720), trackBox("soun", "mp4a", 0, 0)),
	"m4a":  mp4("M4A ", 12500, trackBox("soun", "mp4a", 0, 0)),
	"webm": webm("webm", 12.5, "V_VP9", "A_OPUS"),
	"mp3":  mp3(1000),
	"wav":  wav(1, 2),
	"ogg":  ogg("OpusHead\x01\x02\x38\x01\x80\xbb\x00\x00 and what follows it", 48000*3+312),
	"vorb": ogg("\x01vorbis\x00\x00\x00\x00\x02\x44\xac\x00\x00 and what follows it", 44100*3),
	"flac": flac(44100 * 4),
	"pdf":  []byte("%PDF-1.7\n"),
	"jpg":  []byte("\xff\xd8\xff\xe0\x00\x10JFIF"),
	"png":  []byte("\x89PNG\r\n\x1a\n"),
	"gif":  []byte("GIF89a\x01\x00"),
	"webp": []byte("RIFF\x00\x00\x00\x00WEBPVP8 "),
}

func TestKindsByContent(t *testing.T) {
	for name, want := range map[string]sniff.Info{
		"mp4":  {Kind: sniff.Video, Type: "video/mp4", Duration: 12500 * time.Millisecond, Width: 1280, Height: 720},
		"m4a":  {Kind: sniff.Audio, Type: "audio/mp4", Duration: 12500 * time.Millisecond},
		"webm": {Kind: sniff.Video, Type: "video/webm", Duration: 12500 * time.Millisecond, Width: 640, Height: 360},
		"mp3":  {Kind: sniff.Audio, Type: "audio/mpeg", Duration: 26122 * time.Millisecond},
		"wav":  {Kind: sniff.Audio, Type: "audio/wav", Duration: 2 * time.Second},
		"ogg":  {Kind: sniff.Audio, Type: "audio/ogg", Duration: 3 * time.Second},
		"vorb": {Kind: sniff.Audio, Type: "audio/ogg", Duration: 3 * time.Second},
		"flac": {Kind: sniff.Audio, Type: "audio/flac", Duration: 4 * time.Second},
		"pdf":  {Kind: sniff.Handout, Type: "application/pdf"},
		"jpg":  {Kind: sniff.Image, Type: "image/jpeg"},
		"png":  {Kind: sniff.Image, Type: "image/png"},
		"gif":  {Kind: sniff.Image, Type: "image/gif"},
		"webp": {Kind: sniff.Image, Type: "image/webp"},
	} {
		got, err := sniff.Read(bytes.NewReader(samples[name]), int64(len(samples[name])))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got.Kind != want.Kind || got.Type != want.Type || got.Duration != want.Duration || got.Width != want.Width || got.Height != want.Height || got.Ext == "" {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

func TestRefusalsSayWhy(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		says string
	}{
		"hevc":         {mp4("isom", 12500, trackBox("vide", "hvc1", 1280, 720)), "HEVC"},
		"ac-3":         {mp4("isom", 12500, trackBox("soun", "ac-3", 0, 0)), "ac-3"},
		"no track":     {mp4("isom", 12500), "neither picture nor sound"},
		"mov":          {mp4("qt  ", 12500, trackBox("vide", "avc1", 1, 1)), "QuickTime"},
		"heic":         {mp4("heic", 0), "HEIC"},
		"no moov":      {box("ftyp", []byte("isom"), u32(0)), "damaged"},
		"cut":          {samples["mp4"][:200], "damaged"},
		"mkv":          {webm("matroska", 12.5, "V_VP9"), "MKV"},
		"no duration":  {webm("webm", 0, "V_VP9"), "how long"},
		"mkv codec":    {webm("webm", 1, "V_MPEG4/ISO/AVC"), "V_MPEG4"},
		"law":          {wav(7, 1), "PCM"},
		"theora":       {ogg("\x80theora                                  ", 1), "Ogg"},
		"aac":          {[]byte("\xff\xf1\x50\x80\x00\x1f\xfc and more of it"), "AAC"},
		"chance":       {mp3(2), "no file that a course"},
		"svg":          {[]byte("\n<svg viewBox='0 0 1 1'/>"), "figures"},
		"word":         {[]byte("PK\x03\x04word/"), "PDF"},
		"html":         {[]byte("<!doctype html>"), "no file that a course"},
		"empty":        {nil, "no file that a course"},
		"a long movie": {mp4("isom", 1<<31, trackBox("vide", "avc1", 1, 1)), "longer than a day"},
	} {
		_, err := sniff.Read(bytes.NewReader(c.data), int64(len(c.data)))
		refusal, ok := errors.AsType[*sniff.RefusedError](err)
		if !ok || !strings.Contains(refusal.Reason, c.says) {
			t.Errorf("%s: got %v, want a refusal that says %q", name, err, c.says)
		}
	}
}

type faulty struct{}

var errDisk = errors.New("disk")

func (faulty) ReadAt([]byte, int64) (int, error) { return 0, errDisk }

func TestAFaultIsNoRefusal(t *testing.T) {
	if _, err := sniff.Read(faulty{}, 1000); !errors.Is(err, errDisk) {
		t.Errorf("got %v, want the fault of the reader", err)
	}
	if _, err := sniff.Read(strings.NewReader("short"), 1000); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %v, want an unexpected end", err)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range samples {
		f.Add(s)
	}
	f.Add(webm("matroska", 1, "V_VP9"))
	f.Add(box("ftyp", []byte("isom"), u32(0, 1, 1)))
	f.Fuzz(func(t *testing.T, data []byte) {
		info, err := sniff.Read(bytes.NewReader(data), int64(len(data)))
		if err != nil {
			if _, ok := errors.AsType[*sniff.RefusedError](err); !ok {
				t.Errorf("a reader without fault gives %v", err)
			}
			return
		}
		timed := info.Kind == sniff.Audio || info.Kind == sniff.Video
		if info.Type == "" || info.Ext == "" || timed != (info.Duration > 0) || info.Duration > 24*time.Hour {
			t.Errorf("half an answer: %+v", info)
		}
	})
}
