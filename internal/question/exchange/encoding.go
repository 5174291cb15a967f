package exchange

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// encoding is how a file writes its characters.
type encoding string

const (
	utf8Plain   encoding = "UTF-8"
	utf16       encoding = "UTF-16"
	windows1252 encoding = "Windows-1252"
)

// note is what a reader should know of an encoding that is not ours.
func (e encoding) note() []Note {
	switch e {
	case utf16:
		return []Note{{Kind: Altered, What: "The file is written in UTF-16", Why: "it was read as that; its questions are kept in UTF-8"}}
	case windows1252:
		return []Note{{Kind: Altered, What: "The file is not UTF-8", Why: "it was read as Windows-1252; look at letters with accents, dashes and quotation marks"}}
	}
	return nil
}

// reader hands out UTF-8 without a byte order mark.
func (e encoding) reader(r io.Reader) io.Reader {
	switch e {
	case utf16:
		return transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	case windows1252:
		return transform.NewReader(r, charmap.Windows1252.NewDecoder())
	default:
		return transform.NewReader(r, unicode.UTF8BOM.NewDecoder())
	}
}

// sniff tells the encoding by the bytes, reading all of them once.
func sniff(r io.Reader) (encoding, error) {
	buf := make([]byte, 64<<10)
	kept, first := 0, true
	for {
		n, err := io.ReadFull(r, buf[kept:])
		data := buf[:kept+n]
		if first && (bytes.HasPrefix(data, []byte{0xff, 0xfe}) || bytes.HasPrefix(data, []byte{0xfe, 0xff})) {
			return utf16, nil
		}
		first = false
		end := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !end {
			return "", err
		}
		rest, ok := validPart(data, end)
		if !ok {
			return windows1252, nil
		}
		if end {
			return utf8Plain, nil
		}
		kept = copy(buf, rest)
	}
}

// validPart checks UTF-8 and returns what is the beginning of a character only.
func validPart(data []byte, end bool) (rest []byte, ok bool) {
	cut := len(data)
	for back := 1; back < utf8.UTFMax && back <= len(data) && !end; back++ {
		if at := len(data) - back; utf8.RuneStart(data[at]) {
			if !utf8.FullRune(data[at:]) {
				cut = at
			}
			break
		}
	}
	return data[cut:], utf8.Valid(data[:cut])
}

// declared reads what an XML file says of its encoding. What [encoding.reader]
// made of it is UTF-8 already; only a file that is plain ASCII so far as anybody
// can see may name another.
func declared(charset string, input io.Reader) (io.Reader, error) {
	switch strings.ToLower(strings.TrimSpace(charset)) {
	case "utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252", "cp1252", "utf-16", "utf-16le", "utf-16be":
		return input, nil
	}
	return nil, fmt.Errorf("the file says that it is written in %q; save it as UTF-8", clip(charset, 40))
}
