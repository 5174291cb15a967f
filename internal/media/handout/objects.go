package handout

import (
	"bytes"
	"compress/zlib"
	"io"

	"github.com/atmacena/cocare/internal/media/sniff"
)

// Bounds on what packed objects unpack to.
const (
	maxStream  = 8 << 20
	maxStreams = 64 << 20 // together
)

var errPacked = sniff.Refuse("The PDF keeps more packed away than can be looked into here. Export it anew as a plain document (in the print dialog: save as PDF).")

// eachPacked hands out what the streams of objects unpack to. An object may begin
// anywhere, so every “obj” is read on from; what cannot be unpacked, or is too much, is
// an error.
func eachPacked(data []byte, look func(unpacked []byte) error) error {
	read, total := 0, 0
	for at := 0; ; {
		i := bytes.Index(data[at:], []byte("obj"))
		if i < 0 {
			return nil
		}
		at += i + len("obj")
		dict, rest := dictionary(data[at:])
		if read += len(dict); read > 2*len(data) { // they are nested, which objects are not
			return errPacked
		}
		body, ok := streamAfter(rest)
		if !ok || !holdsObjects(dict) {
			continue
		}
		unpacked, err := unpack(dict, body, maxStreams-total)
		if err == nil {
			total += len(unpacked)
			err = look(unpacked)
		}
		if err != nil {
			return err
		}
	}
}

// holdsObjects reports whether a stream with this dictionary may be read as one of
// objects: some readers do not look at its type.
func holdsObjects(dict []byte) bool {
	return has(dict, "ObjStm") || has(dict, "First") && has(dict, "N")
}

// unpack is what a stream of objects holds: nothing but Flate, without a predictor, is
// looked into. What came before a fault in it is.
func unpack(dict, body []byte, most int) ([]byte, error) {
	if !has(dict, "Filter") { // it lies open, and was looked at with the rest
		return nil, nil
	}
	if filters(dict) != 1 || !has(dict, "FlateDecode") || has(dict, "DecodeParms") {
		return nil, errPacked
	}
	z, err := zlib.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, errPacked
	}
	limit := min(maxStream, most)
	unpacked, _ := io.ReadAll(io.LimitReader(z, int64(limit)+1))
	if len(unpacked) > limit {
		return nil, errPacked
	}
	return unpacked, nil
}

// filters counts the names that end as those of filters do.
func filters(dict []byte) (n int) {
	for i, c := range dict {
		if c != '/' {
			continue
		}
		var name []byte
		for rest := dict[i+1:]; len(rest) > 0 && !delimits(rest[0]); {
			c, size := letter(rest)
			name, rest = append(name, c), rest[size:]
		}
		if bytes.HasSuffix(name, []byte("Decode")) || bytes.Equal(name, []byte("Crypt")) {
			n++
		}
	}
	return n
}

// dictionary is the one that data begins with, after blanks, and what follows it; nil if
// there is none.
func dictionary(data []byte) (dict, rest []byte) {
	from := blanks(data, 0)
	if !bytes.HasPrefix(data[from:], []byte("<<")) {
		return nil, nil
	}
	depth := 0
	for i := from; i < len(data); {
		switch {
		case bytes.HasPrefix(data[i:], []byte("<<")):
			depth++
			i += 2
		case bytes.HasPrefix(data[i:], []byte(">>")):
			i += 2
			if depth--; depth == 0 {
				return data[from:i], data[i:]
			}
		case data[i] == '(':
			i = literalEnd(data, i)
		case data[i] == '%':
			i = blanks(data, i)
		default:
			i++
		}
	}
	return data[from:], nil
}

// literalEnd is where a string in parentheses ends, which may hold such.
func literalEnd(data []byte, i int) int {
	for depth := 0; i < len(data); i++ {
		switch data[i] {
		case '\\':
			i++
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(data)
}

// blanks is where blanks and comments end.
func blanks(data []byte, i int) int {
	for comment := false; i < len(data); i++ {
		switch c := data[i]; {
		case c == '\n' || c == '\r':
			comment = false
		case comment || c == 0 || c == '\t' || c == '\f' || c == ' ':
		case c == '%':
			comment = true
		default:
			return i
		}
	}
	return len(data)
}

// streamAfter is what follows the word that begins a stream, with the blanks that some
// writers leave gone.
func streamAfter(rest []byte) (body []byte, ok bool) {
	body, ok = bytes.CutPrefix(rest[blanks(rest, 0):], []byte("stream"))
	return bytes.TrimLeft(body, " \t\r\n"), ok
}
