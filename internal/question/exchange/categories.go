package exchange

import (
	"errors"
	"fmt"
	"io"
	"regexp"
)

// categoryMarks is how the formats that have categories begin one.
var categoryMarks = map[Format]*regexp.Regexp{
	GIFT:      regexp.MustCompile(`\n[ \t]*\$CATEGORY:`),
	MoodleXML: regexp.MustCompile(`<question\s[^<>]{0,200}\btype\s*=\s*["']category["']`),
}

// categoryBytes is how much of a file holds the whole of a mark.
const categoryBytes = 512

// categories says that those of a file are left out: they are no part of a question, so
// the file tells it, once.
func categories(f Format, r io.Reader) ([]Note, error) {
	mark := categoryMarks[f]
	if mark == nil {
		return nil, nil
	}
	n, err := countMarks(mark, r)
	if err != nil || n == 0 {
		return nil, err
	}
	what := "The category of its questions is left out"
	if n > 1 {
		what = fmt.Sprintf("The %d categories of its questions are left out", n)
	}
	return []Note{{Lost, what, "questions here have objectives instead"}}, nil
}

// countMarks counts what begins in a text, reading it once.
func countMarks(mark *regexp.Regexp, r io.Reader) (n int, err error) {
	buf := make([]byte, 64<<10)
	buf[0] = '\n' // a first line begins as the others do
	for kept := 1; ; {
		got, err := io.ReadFull(r, buf[kept:])
		data := buf[:kept+got]
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return 0, err
		}
		sure := max(0, len(data)-categoryBytes) // what begins later is looked at again
		if end {
			sure = len(data)
		}
		for _, at := range mark.FindAllIndex(data, -1) {
			n += among(at[0] < sure)
		}
		if end {
			return n, nil
		}
		kept = copy(buf, data[sure:])
	}
}
