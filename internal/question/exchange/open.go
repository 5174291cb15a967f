package exchange

import (
	"context"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// ErrFormat is the error of a file of no format that is known here.
var ErrFormat = errors.New("exchange: not a file with questions in a format that is read here")

// headBytes is how much of a file is looked at to tell its format.
const headBytes = 64 << 10

// Open tells a file's format by what is in it, whatever its name says. It reads
// the file to tell its encoding and what is lost of the whole. The error is [ErrFormat], or the reader's.
func Open(ctx context.Context, r io.ReaderAt, size int64, limits Limits) (*File, error) {
	f := &File{src: &source{ReaderAt: r, ended: ctx.Err}, size: size, limits: limits.filled()}
	err := f.tell()
	if f.src.fault != nil {
		return nil, fmt.Errorf("exchange: open: %w", f.src.fault)
	}
	if err != nil {
		return nil, ErrFormat
	}
	return f, nil
}

// tell looks at what is in the file.
func (f *File) tell() error {
	magic := make([]byte, 4)
	n, err := f.src.ReadAt(magic, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if string(magic[:n]) == "PK\x03\x04" {
		f.Format = Package
		return nil
	}
	if f.enc, err = sniff(io.NewSectionReader(f.src, 0, f.size)); err != nil {
		return err
	}
	head, err := io.ReadAll(io.LimitReader(f.text(), headBytes))
	if err != nil {
		return err
	}
	f.Format = detect(string(head))
	if f.Format == "" || strings.ContainsRune(string(head), 0) {
		return ErrFormat
	}
	lost, err := categories(f.Format, f.text())
	f.Notes = append(f.enc.note(), lost...)
	return err
}

// roots are the elements that files of XML begin with.
var roots = map[string]Format{"quiz": MoodleXML, "questestinterop": QTI1, "assessmentItem": QTI2, "qti-assessment-item": QTI3}

var (
	aikenAnswer = regexp.MustCompile(`(?m)^[ \t]*[A-Za-z][.)].*\n\s*ANSWER:[ \t]*[A-Za-z][ \t\r]*$`)
	aikenOption = regexp.MustCompile(`^\s*([A-Za-z])[.)](\s*)(\S.*)$`)
)

// others are the beginnings of files of text that hold no questions, and braces.
var others = regexp.MustCompile(`^(?:%!PS|%PDF|\{\\rtf|<html|<!DOCTYPE html)`)

// detect tells a format by the beginning of a file.
func detect(head string) Format {
	text := strings.TrimSpace(head)
	if strings.HasPrefix(text, "<") {
		if f := roots[rootOf(strings.NewReader(head))]; f != "" || strings.HasPrefix(text, "<?") || strings.HasPrefix(text, "<!") {
			return f
		}
	}
	switch {
	case text == "" || others.MatchString(text):
		return ""
	case csvHeader(text):
		return CSV
	case aikenAnswer.MatchString(text):
		return Aiken
	case giftLike(text):
		return GIFT
	}
	return ""
}

// rootOf is the name of the outermost element, "" where there is none.
func rootOf(r io.Reader) string {
	d := decoder(r)
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil } // names are ASCII
	for {
		tok, err := d.RawToken()
		if err != nil {
			return ""
		}
		if start, ok := tok.(xml.StartElement); ok {
			return start.Name.Local
		}
	}
}

// csvHeader reports whether the first line names our columns.
func csvHeader(text string) bool {
	line, _, _ := strings.Cut(text, "\n")
	c := csv.NewReader(strings.NewReader(line))
	if c.Comma = csvComma(line); strings.Count(line, string(c.Comma)) > cellsMost {
		return false
	}
	cells, err := c.Read()
	if err != nil {
		return false
	}
	names := map[string]bool{}
	for _, cell := range cells {
		names[column(cell)] = true
	}
	return names["prompt"] && (names["kind"] || names["correct"])
}

// giftAnswers is how what stands in the braces of GIFT begins: CSS and code have
// braces too.
var giftAnswers = regexp.MustCompile(`^\s*(?:[=~#}]|%-?[0-9]|(?i:t|f|true|false)\s*[#}])`)

// giftLike reports whether answers as of GIFT stand in braces that are not escaped.
func giftLike(text string) bool {
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '{':
			if giftAnswers.MatchString(text[i+1:]) {
				return true
			}
		}
	}
	return false
}
