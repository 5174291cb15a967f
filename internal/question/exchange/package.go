package exchange

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

const manifestName = "imsmanifest.xml"

// readPackage reads the files with questions of a ZIP, in the order of its
// manifest where it has one. Nothing is unpacked to a disk.
func readPackage(r io.ReaderAt, size int64, c *collector) {
	n, err := entries(r, size, c.limits.Files)
	if err == nil && n > c.limits.Files {
		c.refuse("the archive", "The ZIP file is not read", fmt.Sprintf("it holds too many files; at most %d are possible", c.limits.Files))
		return
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		c.refuse("the archive", "The ZIP file cannot be read", "it is damaged, or did not arrive whole")
		return
	}
	a := &archive{limits: c.limits, left: c.limits.AllBytes, scout: c.limits.AllBytes, files: map[string]*zip.File{}}
	for _, f := range z.File {
		if !a.enter(f, c) {
			return
		}
	}
	read := 0
	for _, name := range a.order(c) {
		holds, ok := a.take(name, c)
		if !ok {
			return
		}
		read += among(holds)
	}
	if read == 0 && !c.told {
		c.refuse("the archive", "The ZIP file holds no questions in a format that is read here", "it is a package of QTI with an imsmanifest.xml, or files of XML")
	}
}

// archive is a ZIP that is read within bounds.
type archive struct {
	limits Limits
	left   int64 // bytes that may still be unpacked; less than 0 once there were more
	scout  int64 // the same, of those that only tell what is in a file
	names  []string
	files  map[string]*zip.File
}

// enter notes a file that may hold questions; false ends the archive.
func (a *archive) enter(f *zip.File, c *collector) bool {
	name := strings.ReplaceAll(f.Name, `\`, "/")
	clean := path.Clean("/" + name)[1:]
	switch {
	case strings.HasSuffix(name, "/") || f.Mode().IsDir():
		return true
	case name != clean || strings.Contains(name, ":"):
		return c.refuse(clip(f.Name, 80), notRead, "its name leads out of the archive")
	case !f.Mode().IsRegular():
		return c.refuse(clip(name, 80), "A link in the archive is not followed", "")
	case strings.HasPrefix(clean, "__MACOSX/") || strings.HasPrefix(path.Base(clean), "."):
		return true
	}
	switch strings.ToLower(path.Ext(clean)) {
	case ".zip", ".imscc":
		return c.refuse(clip(name, 80), "An archive inside the archive is not opened", "import it by itself")
	case ".xml", ".qti":
	default:
		return true
	}
	if a.files[clean] == nil {
		a.names = append(a.names, clean)
		a.files[clean] = f
	}
	return true
}

// open reads a file within what is left of a bound.
func (a *archive) open(name string, left *int64) (io.ReadCloser, error) {
	f := a.files[name]
	if f.UncompressedSize64 > uint64(a.limits.FileBytes) {
		return nil, errFile
	}
	if packed := max(f.CompressedSize64, 1); f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/packed > uint64(a.limits.Ratio) {
		return nil, errBomb
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("exchange: %s: %w", clip(name, 80), err)
	}
	return &metered{r: r, left: left, file: a.limits.FileBytes}, nil
}

var (
	errBomb   = errors.New("it is packed far more densely than questions can be")
	errTooBig = errors.New("the archive unpacks to more than may be read")
	errFile   = errors.New("the file is too large")
	errNoXML  = errors.New("it is no XML that can be read; is it saved as UTF-8")
)

// metered is a file of an archive that counts what it hands out: sizes in the
// archive's list are only said.
type metered struct {
	r    io.ReadCloser
	left *int64
	file int64
}

// Read implements io.Reader. One byte more than there may be tells that there are more.
func (m *metered) Read(p []byte) (int, error) {
	if room := max(0, min(*m.left, m.file)) + 1; int64(len(p)) > room {
		p = p[:room]
	}
	n, err := m.r.Read(p)
	*m.left -= int64(n)
	m.file -= int64(n)
	switch {
	case *m.left < 0:
		return 0, errTooBig
	case m.file < 0:
		return 0, errFile
	}
	return n, err
}

func (m *metered) Close() error { return m.r.Close() }

// order lists the files: first as the manifest names them, then the others. What
// Canvas writes twice is read once, in the fuller form.
func (a *archive) order(c *collector) []string {
	var out []string
	seen := map[string]bool{manifestName: true}
	for _, name := range append(a.manifest(c), a.names...) {
		if a.files[name] != nil && !seen[name] && path.Base(name) != manifestName && !a.repeated(name) {
			seen[name] = true
			out = append(out, name)
		}
	}
	return out
}

// repeated reports whether Canvas keeps the questions of a file also elsewhere:
// abc/assessment_qti.xml is the poorer form of non_cc_assessments/abc.xml.qti.
func (a *archive) repeated(name string) bool {
	dir, base := path.Split(name)
	if base != "assessment_qti.xml" || dir == "" {
		return false
	}
	up, own := path.Split(strings.TrimSuffix(dir, "/"))
	return a.files[up+"non_cc_assessments/"+own+".xml.qti"] != nil
}

// manifest lists the files that the manifest names.
func (a *archive) manifest(c *collector) []string {
	at := manifestName
	if a.files[at] == nil { // in the archive's one folder
		i := slices.IndexFunc(a.names, func(n string) bool { return path.Base(n) == manifestName })
		if i < 0 {
			return nil
		}
		at = a.names[i]
	}
	r, err := a.open(at, &a.scout)
	if err != nil {
		return nil
	}
	defer r.Close()
	t := newTree(utf8Plain.reader(r), c)
	var out []string
	for len(out) < a.limits.Files {
		tok, err := t.token()
		if err != nil { // what it named so far counts; the files are read anyway
			return out
		}
		start, ok := tok.(xml.StartElement)
		if !ok {
			continue
		}
		for _, attr := range start.Attr {
			if attr.Name.Local == "href" {
				out = append(out, path.Join(path.Dir(at), attr.Value))
			}
		}
	}
	return out
}

// take reads a file if it holds questions; ok is false where the archive ends.
func (a *archive) take(name string, c *collector) (holds, ok bool) {
	enc, holds, err := a.look(name)
	switch {
	case a.scout < 0:
		c.refuse(clip(name, 80), "The rest of the archive is not read", plainError(err))
		return holds, false
	case err != nil:
		return holds, c.refuse(clip(name, 80), notRead, plainError(err))
	case !holds:
		return false, true
	}
	r, err := a.open(name, &a.left)
	if err != nil {
		return true, c.refuse(clip(name, 80), notRead, plainError(err))
	}
	defer r.Close()
	c.notes = enc.note()
	readXML(enc.reader(r), name, c)
	c.notes = nil
	return true, !c.done && a.left >= 0
}

const notRead = "A file of the archive is not read"

// look tells whether a file holds questions, and how it writes its characters. What
// holds others, such as the settings of a course or the plan of a test, is passed over.
func (a *archive) look(name string) (enc encoding, holds bool, err error) {
	r, err := a.open(name, &a.scout)
	if err != nil {
		return "", false, err
	}
	defer r.Close()
	head, err := io.ReadAll(io.LimitReader(r, headBytes))
	if err != nil {
		return "", false, err
	}
	if enc, err = sniff(bytes.NewReader(head)); err != nil {
		return "", false, err
	}
	root := rootOf(enc.reader(bytes.NewReader(head)))
	if root == "" {
		return "", false, errNoXML
	}
	if roots[root] == "" {
		return "", false, nil
	}
	enc, err = sniff(io.MultiReader(bytes.NewReader(head), r))
	return enc, true, err
}
