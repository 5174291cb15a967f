package paste

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"

	"golang.org/x/net/html"
)

// MaxDocxBytes bounds a Word file: its pictures, which nobody reads here, count too.
const MaxDocxBytes = 10 << 20

// The bounds of what is read of a Word file, unpacked.
const (
	maxText  = 8 << 20 // word/document.xml
	maxLooks = 2 << 20 // its styles, its numbering
)

// ErrNotWord is the error of a file that is no Word document (.docx).
var ErrNotWord = errors.New("paste: no Word document")

// Docx converts a Word document (ECMA-376, .docx). Errors: ErrNotWord, ErrTooLarge,
// ErrTooDeep.
func Docx(file []byte) (Text, error) {
	if len(file) > MaxDocxBytes {
		return Text{}, ErrTooLarge
	}
	z, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return Text{}, fmt.Errorf("%w: %w", ErrNotWord, err)
	}
	body, err := part(z, "word/document.xml", maxText)
	if err != nil {
		return Text{}, err
	}
	if body = body.child("body"); body == nil {
		return Text{}, ErrNotWord
	}
	d := &docx{left: map[string]int{}}
	if d.styles, err = part(z, "word/styles.xml", maxLooks); err == nil {
		d.numbering, err = part(z, "word/numbering.xml", maxLooks)
	}
	if err != nil && !errors.Is(err, ErrNotWord) {
		return Text{}, err
	}
	d.index()
	doc := &html.Node{Type: html.DocumentNode}
	d.blocks(doc, body)
	return finish(doc, &cleaner{left: d.left})
}

// part reads one file of the archive; what is not there is an empty element, unless
// it is the text.
func part(z *zip.Reader, name string, most int64) (*xmlNode, error) {
	for _, f := range z.File {
		if f.Name != name {
			continue
		}
		if f.UncompressedSize64 > uint64(most) {
			return nil, ErrTooLarge
		}
		r, err := f.Open()
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotWord, err)
		}
		defer r.Close()
		data, err := io.ReadAll(io.LimitReader(r, most+1))
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrNotWord, err)
		}
		if int64(len(data)) > most { // it lied
			return nil, ErrTooLarge
		}
		return parseXML(data)
	}
	if most == maxText {
		return nil, ErrNotWord
	}
	return &xmlNode{}, nil
}
