package content

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/atmacena/cocare/internal/media/manifest"
	"github.com/atmacena/cocare/internal/reason"
)

// Bounds on a course folder.
const (
	MaxFileBytes   = 1 << 20
	MaxCourseBytes = 32 << 20
	MaxFiles       = 2000
)

// Files are the files of a course, byte for byte, by their slash-separated
// path inside the folder.
type Files map[string][]byte

// Paths returns the paths in order.
func (f Files) Paths() []string { return slices.Sorted(maps.Keys(f)) }

// Hash names the content: SHA-256 over one line "sha256hex  path" a file,
// sorted by path, as sha256sum prints it. Hex.
func (f Files) Hash() string {
	sums := make(Sums, len(f))
	for p, data := range f {
		sums[p] = sha256.Sum256(data)
	}
	return sums.Hash()
}

// Sums are the SHA-256 of the files of a course, by their paths: enough to name its
// content without holding it.
type Sums map[string][sha256.Size]byte

// Hash is Files.Hash of the files.
func (s Sums) Hash() string {
	h := sha256.New()
	for _, p := range slices.Sorted(maps.Keys(s)) {
		fmt.Fprintf(h, "%x  %s\n", s[p], p)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Bytes returns the size of all files together.
func (f Files) Bytes() (n int64) {
	for _, data := range f {
		n += int64(len(data))
	}
	return n
}

var (
	fileName = regexp.MustCompile(`^[a-z0-9_-][a-z0-9._-]{0,99}$`)
	place    = regexp.MustCompile(`^(?:(?:course|objectives|facts|references|glossary|figures|media|exam|evaluation|signoff|lint)\.yaml|disclosure\.md|` +
		`figures/[^/]+\.svg|media/[^/]+\.(?:vtt|txt)|cases/[^/]+\.md|exam/[^/]+\.yaml|modules/\d\d-[^/]+/(?:module\.yaml|check\.yaml|\d\d-[^/]+\.md))$`)
	leftover    = regexp.MustCompile(`(?i)(?:~|#|\.(?:bak|orig|tmp|sw[a-p]))$`)
	folderPlace = regexp.MustCompile(`^(?:figures|media|cases|exam|modules|modules/\d\d-[^/]+)$`)
)

// ReadFiles reads a course folder within its bounds. Problems are errors; the
// files are complete only when there is none.
func ReadFiles(fsys fs.FS) (Files, []Problem) {
	r := &reading{fsys: fsys, files: Files{}}
	if err := fs.WalkDir(fsys, ".", r.visit); err != nil && !errors.Is(err, errTooMuch) {
		r.because(reason.Whole).errorf("", 0, "check the path and its permissions", "the folder cannot be read")
	}
	return r.files, r.problems
}

var errTooMuch = errors.New("course: bounds exceeded")

type reading struct {
	report
	fsys  fs.FS
	files Files
	total int64
}

func (r *reading) visit(name string, d fs.DirEntry, err error) error {
	switch {
	case err != nil:
		r.because(reason.Whole).errorf(name, 0, "check the path and its permissions", "cannot be read")
		return nil //nolint:nilerr // reported; the walk goes on to name what else is wrong
	case name == ".":
		return nil
	case strings.HasPrefix(path.Base(name), "."): // of version control or the file manager
		return skip(d)
	case leftover.MatchString(name):
		r.because(reason.Whole).errorf(clip(name), 0, "remove it from the folder", "an editor left this as a backup")
		return skip(d)
	case !fileName.MatchString(path.Base(name)):
		r.because(reason.Whole).errorf(clip(name), 0, "rename it, or remove it from the folder", "a name has lower case ASCII letters, digits, hyphens, underscores and points only")
		return skip(d)
	case d.IsDir() && name == manifest.Blobs: // what media.yaml names by its hash
		return fs.SkipDir
	case d.IsDir():
		if !folderPlace.MatchString(name) {
			r.because(reason.Whole).errorf(name, 0, "remove it; a course has figures, media, cases, exam and modules/NN-name", "this folder has no place in a course")
			return fs.SkipDir
		}
		return nil
	case !d.Type().IsRegular():
		r.because(reason.Whole).errorf(name, 0, "replace the link by the file", "not a regular file")
		return nil
	case !place.MatchString(name):
		r.because(reason.Whole).errorf(name, 0, "rename or move it as the format’s description lists files, or remove it", "this file has no place in a course")
		return nil
	}
	return r.read(name)
}

func skip(d fs.DirEntry) error {
	if d.IsDir() {
		return fs.SkipDir
	}
	return nil
}

func (r *reading) read(name string) error {
	f, err := r.fsys.Open(name)
	if err != nil {
		r.because(reason.Whole).errorf(name, 0, "check its permissions", "cannot be opened")
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, MaxFileBytes+1))
	if err != nil {
		r.because(reason.Whole).errorf(name, 0, "check its permissions", "cannot be read")
		return nil
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff")) // as Windows' editors begin a text
	r.total += int64(len(data))
	switch {
	case len(data) > MaxFileBytes:
		r.because(reason.Bounded).errorf(name, 0, "make it smaller, or split it", "larger than 1 MiB")
		return nil
	case len(r.files) >= MaxFiles || r.total > MaxCourseBytes:
		r.because(reason.Bounded).errorf("", 0, "split the course", "the folder holds more than %d files or 32 MiB", MaxFiles)
		return errTooMuch
	}
	r.legible(name, data)
	r.files[name] = data
	return nil
}

// legible refuses bytes that are no visible text in UTF-8.
func (r *report) legible(name string, data []byte) {
	switch {
	case !utf8.Valid(data):
		r.because(reason.Legible).errorf(name, 0, "save it as UTF-8", "not UTF-8 text")
	case strings.HasPrefix(string(data[:min(len(data), 3)]), "\ufeff"):
		r.because(reason.Legible).errorf(name, 1, "save it as UTF-8 without byte order mark", "begins with a byte order mark")
	default:
		r.visibleLines(name, string(data))
	}
}

// CheckFile returns what keeps a file out of a course: its name, its size, or
// bytes that are no visible text. What the text says is for Parse.
func CheckFile(name string, data []byte) []Problem {
	r := &report{}
	switch {
	case !placed(name):
		r.because(reason.Whole).errorf(clip(name), 0, "name it as the format’s description lists files", "a file of this name has no place in a course")
	case len(data) > MaxFileBytes:
		r.because(reason.Bounded).errorf(name, 0, "make it smaller, or split it", "larger than 1 MiB")
	default:
		r.legible(name, data)
	}
	return r.problems
}

// placed reports whether a path has a place in a course, each part of it with a name
// that ReadFiles takes.
func placed(name string) bool {
	if !place.MatchString(name) {
		return false
	}
	for part := range strings.SplitSeq(name, "/") {
		if !fileName.MatchString(part) || leftover.MatchString(part) {
			return false
		}
	}
	return true
}
