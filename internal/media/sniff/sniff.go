// Package sniff says what a file is by its content, never by its name, and
// refuses what browsers cannot show or play, with the reason. It is pure: it
// reads headers at their places, within bounds, and decodes nothing.
//
// What it does not see: whether the samples of a recording decode. A file whose
// headers are right and whose content is broken passes; the author sees it in
// the preview.
package sniff

import (
	"bytes"
	"io"
	"time"
)

// Kind is what a course does with a file.
type Kind string

// The kinds of media.
const (
	Image   Kind = "image"
	Handout Kind = "handout"
	Audio   Kind = "audio"
	Video   Kind = "video"
)

// Info is what a file says of itself.
type Info struct {
	Kind          Kind
	Type          string        // media type, as it is served
	Ext           string        // without the point
	Duration      time.Duration // of audio and video
	Width, Height int           // of video
	Codecs        []string
}

// RefusedError says to people why a file cannot be used, and what to do.
type RefusedError struct{ Reason string }

func (r *RefusedError) Error() string { return r.Reason }

func refuse(reason string) error { return &RefusedError{reason} }

var (
	errUnknown = refuse("This is no file that a course can show. Use JPEG, PNG, WebP or GIF for pictures, PDF for handouts, MP3, M4A, Ogg, WAV or FLAC for sound, and MP4 or WebM for video.")
	errBroken  = refuse("The file is damaged or cut off. Export it again and send it anew.")
	errNoTime  = refuse("The file does not say how long it is. Convert it once (for instance to MP4 with H.264 and AAC) and send that.")
)

// maxDuration is more than any lesson; a header may claim centuries.
const maxDuration = 24 * time.Hour

// Read examines a file of size bytes. The error is a *RefusedError, or that of r.
func Read(r io.ReaderAt, size int64) (Info, error) {
	s := &source{r: r, size: size}
	head := s.upTo(0, 64)
	if s.err != nil {
		return Info{}, s.err
	}
	info, err := s.kindOf(head)
	switch {
	case s.err != nil:
		return Info{}, s.err
	case err != nil:
		return Info{}, err
	case info.Kind != Audio && info.Kind != Video:
		return info, nil
	case info.Duration <= 0:
		return Info{}, errNoTime
	case info.Duration > maxDuration:
		return Info{}, refuse("The recording is longer than a day. Cut it into parts.")
	}
	return info, nil
}

func (s *source) kindOf(head []byte) (Info, error) {
	has := func(at int, magic string) bool {
		return len(head) >= at+len(magic) && string(head[at:at+len(magic)]) == magic
	}
	switch {
	case has(0, "\xff\xd8\xff"):
		return Info{Kind: Image, Type: "image/jpeg", Ext: "jpg"}, nil
	case has(0, "\x89PNG\r\n\x1a\n"):
		return Info{Kind: Image, Type: "image/png", Ext: "png"}, nil
	case has(0, "GIF87a"), has(0, "GIF89a"):
		return Info{Kind: Image, Type: "image/gif", Ext: "gif"}, nil
	case has(0, "RIFF") && has(8, "WEBP"):
		return Info{Kind: Image, Type: "image/webp", Ext: "webp"}, nil
	case has(0, "RIFF") && has(8, "WAVE"):
		return s.wav()
	case has(0, "%PDF-"):
		return Info{Kind: Handout, Type: "application/pdf", Ext: "pdf"}, nil
	case has(4, "ftyp"):
		return s.mp4()
	case has(0, "\x1a\x45\xdf\xa3"):
		return s.matroska()
	case has(0, "OggS"):
		return s.ogg()
	case has(0, "fLaC"):
		return s.flac()
	case has(0, "ID3"), len(head) > 1 && head[0] == 0xff && head[1]&0xe0 == 0xe0:
		return s.mp3()
	}
	return Info{}, strangers(head, has)
}

// strangers names what people often try.
func strangers(head []byte, has func(int, string) bool) error {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xef\xbb\xbf")), " \t\r\n"))
	switch {
	case bytes.HasPrefix(text, []byte("<svg")), bytes.HasPrefix(text, []byte("<?xml")):
		return refuse("This is a drawing (SVG). Drawings belong to the figures of the course: add it under figures/ in the draft.")
	case has(0, "RIFF") && has(8, "AVI "), has(0, "\x30\x26\xb2\x75"), has(0, "FLV"), has(0, "\x00\x00\x01\xba"), has(0, "\x00\x00\x01\xb3"):
		return refuse("Browsers do not play this kind of video. Convert it to MP4 with H.264 and AAC.")
	case has(0, "PK\x03\x04"), has(0, "\xd0\xcf\x11\xe0"):
		return refuse("This is a ZIP file or an Office document. Save handouts as PDF.")
	case has(0, "BM"), has(0, "II*\x00"), has(0, "MM\x00*"):
		return refuse("Browsers do not show this kind of picture. Save it as JPEG or PNG.")
	}
	return errUnknown
}

// source reads within the file; the first fault of the reader stays in err.
type source struct {
	r     io.ReaderAt
	size  int64
	err   error
	steps int // of headers visited
}

// maxSteps bounds the headers of one file: a hostile one could hold millions.
const maxSteps = 20000

func (s *source) step() bool {
	s.steps++
	return s.steps <= maxSteps && s.err == nil
}

// at returns n bytes from off; ok is false where the file ends before.
func (s *source) at(off int64, n int) (b []byte, ok bool) {
	b = s.upTo(off, n)
	return b, len(b) == n
}

// upTo returns at most n bytes from off.
func (s *source) upTo(off int64, n int) []byte {
	if s.err != nil || off < 0 || off >= s.size {
		return nil
	}
	b := make([]byte, min(int64(n), s.size-off))
	got, err := s.r.ReadAt(b, off)
	if got < len(b) {
		if err == nil || err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		s.err = err
		return nil
	}
	return b
}

// seconds is a duration of n units, of which there are per a second; 0 if there is
// none.
func seconds(n, per float64) time.Duration {
	if !(n > 0) || !(per > 0) { // also NaN
		return 0
	}
	t := n / per
	if t > (2 * maxDuration).Seconds() {
		return 2 * maxDuration
	}
	return time.Duration(t * float64(time.Second)).Round(time.Millisecond)
}

// Refuse makes a RefusedError, for what other packages find in a file.
func Refuse(reason string) error { return refuse(reason) }
