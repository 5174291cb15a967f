package credential

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"
)

// decoded returns the text of a document as UTF-8, and in which other way it was
// written: empty for what is UTF-8 without a mark, as everything is that was issued.
func decoded(doc []byte) (text []byte, other string) {
	const name = "UTF-16"
	switch {
	case bytes.HasPrefix(doc, []byte("\xef\xbb\xbf")):
		return doc[3:], "UTF-8 with a mark before it (BOM)"
	case bytes.HasPrefix(doc, []byte("\xff\xfe")):
		return wide(doc[2:], binary.LittleEndian), name
	case bytes.HasPrefix(doc, []byte("\xfe\xff")):
		return wide(doc[2:], binary.BigEndian), name
	case len(doc) > 1 && doc[0] != 0 && doc[1] == 0: // each character of a JWT and the first of JSON is ASCII
		return wide(doc, binary.LittleEndian), name
	case len(doc) > 1 && doc[0] == 0 && doc[1] != 0:
		return wide(doc, binary.BigEndian), name
	}
	return doc, ""
}

func wide(doc []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(doc)/2)
	for i := range units {
		units[i] = order.Uint16(doc[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}
