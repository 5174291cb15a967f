package credential

import (
	"bytes"
	"encoding/base64"
	"strings"

	"github.com/gowebpki/jcs"
)

// Is reports whether a document is this credential in one of its forms. In JSON
// neither blanks nor the order of members mean anything.
func (i Issued) Is(doc []byte) bool {
	doc = bytes.TrimSpace(doc)
	if len(doc) == 0 || len(doc) > MaxSize {
		return false
	}
	if doc[0] != '{' {
		return string(doc) == i.JWT
	}
	canonical, err := jcs.Transform(doc)
	return err == nil && bytes.Equal(canonical, i.JSON)
}

// Readable returns the JSON of a document in either form as it stands there,
// whatever it is worth and however it is encoded; nil for anything else.
func Readable(doc []byte) []byte {
	doc = bytes.TrimSpace(doc)
	if len(doc) == 0 || len(doc) > MaxSize {
		return nil
	}
	doc, _ = decoded(doc)
	if doc = bytes.TrimSpace(doc); bytes.HasPrefix(doc, []byte("{")) {
		return doc
	}
	parts := strings.Split(string(doc), ".")
	if len(parts) != 3 {
		return nil
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return nil
	}
	return payload
}
