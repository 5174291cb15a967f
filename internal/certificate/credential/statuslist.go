package credential

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
)

// StatusSize is how many certificates share a list: the least that Bitstring
// Status List 1.0 allows, so that asking for a list says little about whom it is
// about.
const StatusSize = 131072

const purpose = "revocation"

// StatusPosition finds the list of a certificate, and its bit there.
func StatusPosition(index int64) (list, bit int64) { return index / StatusSize, index % StatusSize }

// StatusList is one bit for each of StatusSize certificates. The zero value has
// none set.
type StatusList struct{ bits [StatusSize / 8]byte }

// errBit means that a list has no such bit.
var errBit = errors.New("credential: the status list has no such place")

// Set sets or clears a bit. The first is the left-most of the first byte.
// Errors: there is no such bit.
func (l *StatusList) Set(bit int64, revoked bool) error {
	if bit < 0 || bit >= StatusSize {
		return errBit
	}
	mask := byte(0x80) >> (bit % 8)
	if revoked {
		l.bits[bit/8] |= mask
	} else {
		l.bits[bit/8] &^= mask
	}
	return nil
}

// Revoked reports a bit. Errors: there is no such bit.
func (l *StatusList) Revoked(bit int64) (bool, error) {
	if bit < 0 || bit >= StatusSize {
		return false, errBit
	}
	return l.bits[bit/8]&(0x80>>(bit%8)) != 0, nil
}

// Encode compresses the list, as the encodedList of the specification.
func (l *StatusList) Encode() (string, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(l.bits[:]); err != nil {
		return "", fmt.Errorf("credential: status list: %w", err)
	}
	if err := z.Close(); err != nil {
		return "", fmt.Errorf("credential: status list: %w", err)
	}
	return "u" + base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
}

// DecodeStatusList reads an encodedList, and never more than it may hold. Errors:
// it is damaged, or of another size than ours.
func DecodeStatusList(text string) (*StatusList, error) {
	encoded, ok := strings.CutPrefix(text, "u")
	if !ok {
		return nil, errors.New("credential: a status list begins with u")
	}
	z, err := gzip.NewReader(base64.NewDecoder(base64.RawURLEncoding.Strict(), strings.NewReader(encoded)))
	if err != nil {
		return nil, fmt.Errorf("credential: status list: %w", err)
	}
	l := &StatusList{}
	raw, err := io.ReadAll(io.LimitReader(z, int64(len(l.bits))+1))
	if err != nil {
		return nil, fmt.Errorf("credential: status list: %w", err)
	}
	if len(raw) != len(l.bits) {
		return nil, fmt.Errorf("credential: a status list has %d bits", StatusSize)
	}
	copy(l.bits[:], raw)
	return l, nil
}
