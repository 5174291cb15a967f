// Package manifest reads and changes media.yaml, the list of a course's media. It is
// pure. The list names each file by its SHA-256, so that the hash of an edition covers
// what is too large to be kept in it.
package manifest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/media/sniff"
	"github.com/atmacena/cocare/internal/reason"
	"github.com/atmacena/cocare/internal/yamldoc"
)

// Path is the list's in a course folder; Blobs is the folder of the files that it
// names.
const (
	Path  = "media.yaml"
	Blobs = "media/blobs"
)

// Bounds on the media of a course.
const (
	MaxItems = 200
	MaxTotal = 20 << 30
	maxFiles = 8 // of a picture
)

// limits bound the files of each kind, in bytes.
var limits = map[sniff.Kind]int64{sniff.Image: 30 << 20, sniff.Handout: 25 << 20, sniff.Audio: 300 << 20, sniff.Video: 1 << 30}

// Limit is how many bytes a file of a kind may have; 0 for no kind.
func Limit(k sniff.Kind) int64 { return limits[k] }

// types are the media types of each kind with the ending of their files.
var types = map[sniff.Kind]map[string]string{
	sniff.Image:   {"image/jpeg": "jpg", "image/png": "png"},
	sniff.Handout: {"application/pdf": "pdf"},
	sniff.Audio:   {"audio/mpeg": "mp3", "audio/mp4": "m4a", "audio/ogg": "ogg", "audio/wav": "wav", "audio/flac": "flac", "audio/webm": "weba"},
	sniff.Video:   {"video/mp4": "mp4", "video/webm": "webm"},
}

// Item is a medium of a course.
type Item struct {
	ID         string     `yaml:"id"`
	Kind       sniff.Kind `yaml:"kind"`
	Title      string     `yaml:"title"`
	Alt        string     `yaml:"alt"`        // of an image
	Caption    string     `yaml:"caption"`    // a line under it; may be empty
	Captions   string     `yaml:"captions"`   // path of the WebVTT file of a video
	Transcript string     `yaml:"transcript"` // path of the text of a recording
	Seconds    float64    `yaml:"seconds"`    // of audio and video
	Files      []File     `yaml:"files"`      // one; of an image each width, the narrowest first
	Line       int        `yaml:"-"`          // in the list
}

// File is one file of a medium.
type File struct {
	SHA256 string `yaml:"sha256"`
	Bytes  int64  `yaml:"bytes"`
	Type   string `yaml:"type"`
	Width  int    `yaml:"width"`
	Height int    `yaml:"height"`
}

// Ext is the ending of the file's name, without the point.
func (f File) Ext() string {
	for _, of := range types {
		if ext := of[f.Type]; ext != "" {
			return ext
		}
	}
	return "bin"
}

// Name is what the file is called in addresses and folders.
func (f File) Name() string { return f.SHA256 + "." + f.Ext() }

// Path is where the file lies in a course folder.
func (f File) Path() string { return Blobs + "/" + f.Name() }

// Length is how long a recording is.
func (it Item) Length() time.Duration { return time.Duration(it.Seconds * float64(time.Second)) }

// Timed reports whether the medium is played.
func (it Item) Timed() bool { return it.Kind == sniff.Audio || it.Kind == sniff.Video }

// TextPath is where the captions (vtt) or the transcript (txt) of a medium lie.
func TextPath(id, ext string) string { return "media/" + strings.ToLower(id) + "." + ext }

var (
	identifier = regexp.MustCompile(`^[a-z][a-z0-9-]{0,39}$`)
	hash       = regexp.MustCompile(`^[0-9a-f]{64}$`)
	vtt        = regexp.MustCompile(`^media/[a-z0-9_-][a-z0-9._-]{0,99}\.vtt$`)
	txt        = regexp.MustCompile(`^media/[a-z0-9_-][a-z0-9._-]{0,99}\.txt$`)
)

// ID reports whether s can name a medium.
func ID(s string) bool { return identifier.MatchString(s) }

// Read reads a list. Items hold what could be understood; doc tells the lines of
// their values.
func Read(data []byte) (items []Item, doc *yamldoc.Doc, problems []yamldoc.Problem) {
	doc, problems = yamldoc.Decode(data, 1, &items)
	r := &reader{doc: doc, problems: problems, seen: map[string]int{}, hashes: Hashes(data)}
	if len(items) > MaxItems {
		r.fault(reason.Bounded, "", "split the course", "the list has more than %d media", MaxItems)
		items = items[:MaxItems]
	}
	total := int64(0)
	for i := range items {
		r.at = fmt.Sprintf("[%d]", i)
		items[i].Line = doc.Line(r.at)
		r.literal(items[i].Files)
		r.item(items[i])
		for _, f := range items[i].Files {
			total += max(0, min(f.Bytes, MaxTotal))
		}
	}
	if total > MaxTotal {
		r.at = ""
		r.fault(reason.Bounded, "", "split the course", "the media have more than 20 GB together")
	}
	return items, doc, r.problems
}

type reader struct {
	doc      *yamldoc.Doc
	at       string
	problems []yamldoc.Problem
	seen     map[string]int
	hashes   map[string]bool // that stand in the text
}

func (r *reader) fault(why reason.Reason, key, fix, format string, args ...any) {
	r.problems = append(r.problems, yamldoc.Problem{Line: max(1, r.doc.Line(r.at+key)), Msg: fmt.Sprintf(format, args...), Fix: fix, Why: why})
}

func (r *reader) item(it Item) {
	switch first, twice := r.seen[it.ID]; {
	case !ID(it.ID):
		r.fault(reason.Named, ".id", "begin with a small letter; small letters, digits and hyphens follow", "a medium has no usable id (%q)", yamldoc.Clip(it.ID))
	case twice:
		r.fault(reason.Named, ".id", "give it an id of its own", "the id %q is used already in line %d", it.ID, first)
	default:
		r.seen[it.ID] = it.Line
	}
	if limits[it.Kind] == 0 {
		r.fault(reason.Known, ".kind", "use image, handout, audio or video", "kind is %q", yamldoc.Clip(string(it.Kind)))
		return
	}
	r.line(reason.Said, ".title", "the title", it.Title, 200, true)
	r.line(reason.Said, ".caption", "the caption", it.Caption, 500, false)
	r.line(reason.Alt, ".alt", "the alternative text", it.Alt, 1000, it.Kind == sniff.Image)
	r.paths(it)
	if s := it.Seconds; math.IsNaN(s) || s < 0 || s > 86400 || it.Timed() != (s > 0) {
		r.fault(reason.Listed, ".seconds", "write how long the recording is; only audio and video have a length", "seconds is %v", s)
	}
	r.files(it)
}

// literal forgets hashes that do not stand in the text as they are: by the text it is
// judged which files are kept, also while it cannot be read.
func (r *reader) literal(files []File) {
	for i := range files {
		if !r.hashes[files[i].SHA256] {
			files[i].SHA256 = ""
		}
	}
}

func (r *reader) line(why reason.Reason, key, what, s string, most int, needed bool) {
	switch {
	case needed && strings.TrimSpace(s) == "":
		r.fault(why, key, "write it", "%s is missing", what)
	case utf8.RuneCountInString(s) > most:
		r.fault(reason.Fits, key, "shorten it", "%s has more than %d characters", what, most)
	case strings.ContainsAny(strings.TrimSpace(s), "\n\t"):
		r.fault(reason.Fits, key, "write it on one line", "%s holds a line break or a tab", what)
	}
}

// paths: what a medium has in words beside it.
func (r *reader) paths(it Item) {
	switch {
	case it.Kind != sniff.Video && it.Captions != "":
		r.fault(reason.Known, ".captions", "remove it; only a video has captions", "captions are named")
	case it.Captions != "" && !vtt.MatchString(it.Captions):
		r.fault(reason.Listed, ".captions", "name a file such as media/intro.vtt", "captions is %q", yamldoc.Clip(it.Captions))
	}
	switch {
	case !it.Timed() && it.Transcript != "":
		r.fault(reason.Known, ".transcript", "remove it; only audio and video have one", "a transcript is named")
	case it.Transcript != "" && !txt.MatchString(it.Transcript):
		r.fault(reason.Listed, ".transcript", "name a file such as media/intro.txt", "transcript is %q", yamldoc.Clip(it.Transcript))
	}
	if it.Kind != sniff.Image && it.Alt != "" {
		r.fault(reason.Known, ".alt", "remove it; captions and transcript say what is heard and seen", "only an image has an alternative text")
	}
}

func (r *reader) files(it Item) {
	const fix = "let the page of media, or an export, write the list"
	if n := len(it.Files); n == 0 || n > 1 && it.Kind != sniff.Image || n > maxFiles {
		r.fault(reason.Listed, ".files", fix, "the medium has %d files", n)
		return
	}
	last := 0
	for i, f := range it.Files {
		key := fmt.Sprintf(".files[%d]", i)
		if !hash.MatchString(f.SHA256) {
			r.fault(reason.Listed, key, fix, "sha256 is no SHA-256")
		}
		if f.Bytes < 1 || f.Bytes > limits[it.Kind] {
			r.fault(reason.Listed, key, fix, "bytes is %d; the largest file of this kind has %d", f.Bytes, limits[it.Kind])
		}
		if types[it.Kind][f.Type] == "" {
			r.fault(reason.Listed, key, fix, "type is %q", yamldoc.Clip(f.Type))
		}
		sized := it.Kind == sniff.Image
		if f.Width < 0 || f.Height < 0 || f.Width > 1<<16 || f.Height > 1<<16 || sized && (f.Width <= last || f.Height < 1) {
			r.fault(reason.Listed, key, fix, "the file has %d × %d pixels; pictures come by width, the narrowest first", f.Width, f.Height)
		}
		last = f.Width
	}
}

// Hashes returns what stands in texts as a SHA-256, also where they cannot be read as
// lists. What a list names is among it.
func Hashes(texts ...[]byte) map[string]bool {
	out := map[string]bool{}
	for _, text := range texts {
		for from := 0; from < len(text); {
			to := from
			for to < len(text) && alphanumeric(text[to]) {
				to++
			}
			if to-from == hex.EncodedLen(sha256.Size) && hash.Match(text[from:to]) {
				out[string(text[from:to])] = true
			}
			from = to + 1
		}
	}
	return out
}

func alphanumeric(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' }

// Names returns the files that lists name, each once, by their hash. What cannot be
// read names nothing.
func Names(lists ...[]byte) map[string]File {
	out := map[string]File{}
	for _, data := range lists {
		items, _, _ := Read(data)
		for _, f := range Files(items) {
			out[f.SHA256] = f
		}
	}
	return out
}

// Files returns the files of media that have a usable name, each once.
func Files(items []Item) (out []File) {
	seen := map[string]bool{}
	for _, it := range items {
		for _, f := range it.Files {
			if hash.MatchString(f.SHA256) && !seen[f.SHA256] {
				seen[f.SHA256] = true
				out = append(out, f)
			}
		}
	}
	return out
}

// Find returns the medium with this ID.
func Find(items []Item, id string) (Item, bool) {
	i := slices.IndexFunc(items, func(it Item) bool { return it.ID == id })
	if i < 0 {
		return Item{}, false
	}
	return items[i], true
}

// TypeOf is the media type of files with an ending, "" if there is none.
func TypeOf(ext string) string {
	for _, of := range types {
		for kind, e := range of {
			if e == ext {
				return kind
			}
		}
	}
	return ""
}
