package sniff

import (
	"bufio"
	"io"
)

// frame is the header of an MPEG audio frame.
type frame struct{ rate, samples, bytes int }

var (
	bitrates = map[bool][15]int{ // kbit/s of layer III, by whether it is MPEG 1
		true:  {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		false: {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	rates = [3]int{44100, 48000, 32000}
)

// readFrame reads a header of layer III; ok is false for everything else.
func readFrame(b []byte) (f frame, ok bool) {
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return f, false
	}
	version, layer := b[1]>>3&3, b[1]>>1&3
	bitrate, rate, pad := int(b[2]>>4), int(b[2]>>2&3), int(b[2]>>1&1)
	if version == 1 || layer != 1 || bitrate == 0 || bitrate == 15 || rate == 3 {
		return f, false
	}
	first := version == 3
	f.rate, f.samples = rates[rate], 1152
	if !first {
		f.samples = 576
		f.rate /= 2
		if version == 0 {
			f.rate /= 2
		}
	}
	f.bytes = f.samples/8*bitrates[first][bitrate]*1000/f.rate + pad
	return f, true
}

const (
	minFrames = 8       // fewer may be chance
	maxFrames = 4 << 20 // a day has 3.3 million
)

// mp3 walks all frames: what a header claims of the length may be wrong, and a file
// of another kind does not hold frame after frame.
func (s *source) mp3() (Info, error) {
	info := Info{Kind: Audio, Type: "audio/mpeg", Ext: "mp3", Codecs: []string{"mp3"}}
	off := int64(0)
	if tag, ok := s.at(0, 10); ok && string(tag[:3]) == "ID3" {
		off = 10 + (int64(tag[6]&0x7f)<<21 | int64(tag[7]&0x7f)<<14 | int64(tag[8]&0x7f)<<7 | int64(tag[9]&0x7f))
		if tag[5]&0x10 != 0 { // a footer repeats the header
			off += 10
		}
	}
	if off >= s.size {
		return info, errBroken
	}
	r := bufio.NewReaderSize(io.NewSectionReader(s.r, off, s.size-off), 64<<10)
	first, _ := r.Peek(2)
	if len(first) == 2 && first[0] == 0xff && first[1]&0xf6 == 0xf0 {
		return info, refuse("This is raw AAC. Put it into an M4A file, or save it as MP3.")
	}
	total, frames, err := walk(r)
	if err != nil {
		s.err = err
		return info, err
	}
	if frames < minFrames {
		return info, errUnknown
	}
	info.Duration = seconds(total, 1)
	return info, nil
}

// walk adds up the seconds of the frames that follow one another. Zero bytes before
// the first are skipped; what is no frame ends it, such as a tag at the end.
func walk(r *bufio.Reader) (total float64, frames int, err error) {
	for range 4096 {
		b, err := r.Peek(1)
		if err != nil || b[0] != 0 {
			break
		}
		_, _ = r.Discard(1)
	}
	for ; frames < maxFrames; frames++ {
		head, err := r.Peek(4)
		if err != nil {
			return total, frames, notEOF(err)
		}
		f, ok := readFrame(head)
		if !ok {
			return total, frames, nil
		}
		total += float64(f.samples) / float64(f.rate)
		if _, err := r.Discard(f.bytes); err != nil {
			return total, frames + 1, notEOF(err)
		}
	}
	return total, frames, nil
}

func notEOF(err error) error {
	if err == io.EOF { //nolint:errorlint // bufio returns it itself
		return nil
	}
	return err
}
