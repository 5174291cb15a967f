package media

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/labstack/echo/v4"

	"github.com/atmacena/cocare/internal/apperr"
	"github.com/atmacena/cocare/internal/course"
	"github.com/atmacena/cocare/internal/media/caption"
	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/web/kit"
)

// words are what an author says of a medium.
type words struct {
	title, alt, caption string
	captions            []byte // WebVTT; nil for none
	transcript          string
	mistakes            []caption.Problem // in the captions
}

// maxTranscript bounds a transcript: an hour of speech has about 60 KB.
const maxTranscript = 200 << 10

// readWords reads the form of a medium and marks what is wrong with it. Captions that
// are missing are no mistake before publishing.
func readWords(c echo.Context, f *kit.Form, kind sniff.Kind, length time.Duration) (w words) {
	w = words{title: f.Str("title"), alt: f.Str("alt"), caption: f.Str("caption"), transcript: f.Str("transcript")}
	var check apperr.Check
	check.Name("title", w.title, 200, "Give it a title.")
	if w.caption != "" {
		check.Name("caption", w.caption, 500, "")
	}
	if kind == sniff.Image {
		check.Name("alt", w.alt, 1000, "Say what the picture shows, for those who cannot see it.")
		check.Require(w.alt == "" || utf8.RuneCountInString(w.alt) >= 15, "alt", "Say a little more: what would you tell somebody on the phone?")
	}
	if len(w.transcript) > maxTranscript {
		check.Field("transcript", "That is more than 200 KB. Cut the recording into parts.")
	}
	f.Merge(check.Err())
	if kind == sniff.Video {
		w.readCaptions(c, f, length)
	}
	return w
}

// readCaptions takes a file before what was typed, and puts it into the form, where
// its mistakes can be corrected.
func (w *words) readCaptions(c echo.Context, f *kit.Form, length time.Duration) {
	data := []byte(f.Get("captions"))
	if file, err := c.FormFile("captions_file"); err == nil && file.Size > 0 {
		in, err := file.Open()
		if err == nil {
			data, err = io.ReadAll(io.LimitReader(in, caption.MaxBytes+1))
			err = errors.Join(err, in.Close())
		}
		if err != nil {
			f.Fail("captions_file", "The file did not arrive whole. Please send it again.")
			return
		}
		f.Values.Set("captions", apperr.Storable(strings.ToValidUTF8(string(data), "\ufffd")))
	} else if err != nil && !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart) {
		f.Fail("captions_file", "The file did not arrive whole. Please send it again.")
		return
	}
	if strings.TrimSpace(string(data)) == "" {
		return
	}
	cues, mistakes := caption.Parse(data, length)
	if w.mistakes = mistakes; len(mistakes) > 0 {
		f.Fail("captions", fmt.Sprintf("Line %d: %s.", mistakes[0].Line, mistakes[0].Msg))
		return
	}
	w.captions = caption.VTT(cues)
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// slug makes an ID of a title.
func slug(title string) string {
	s := strings.Trim(notSlug.ReplaceAllString(strings.ToLower(title), "-"), "-")
	s = strings.TrimLeft(s, "0123456789-")
	if len(s) > 40 {
		s = strings.Trim(s[:40], "-")
	}
	if s == "" {
		return "medium"
	}
	return s
}

// bases are the changes that the files of a medium came from.
type bases struct{ list, vtt, txt int64 }

// edits are what words make of a draft's files. list is media.yaml as it was at
// bases.list; ok is false where it cannot be read.
func (w words) edits(list []byte, it manifest.Item, b bases) (edits []course.FileEdit, ok bool) {
	it.Title, it.Alt, it.Caption = w.title, "", w.caption
	if it.Kind == sniff.Image {
		it.Alt = w.alt
	}
	text := func(path *string, ext string, data []byte, base int64) {
		was := *path
		if len(data) == 0 {
			if *path = ""; was != "" && base > 0 {
				edits = append(edits, course.FileEdit{Path: was, Base: base, Remove: true})
			}
			return
		}
		if was == "" {
			*path = manifest.TextPath(it.ID, ext)
		}
		edits = append(edits, course.FileEdit{Path: *path, Base: base, Content: data})
	}
	if it.Kind == sniff.Video {
		text(&it.Captions, "vtt", w.captions, b.vtt)
	}
	if it.Timed() {
		transcript := w.transcript
		if transcript != "" {
			transcript += "\n"
		}
		text(&it.Transcript, "txt", []byte(transcript), b.txt)
	}
	changed, ok := manifest.Put(list, it)
	return append(edits, course.FileEdit{Path: manifest.Path, Base: b.list, Content: changed}), ok
}
