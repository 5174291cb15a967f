// Package number makes and reads certificate numbers: sixty random bits and a
// check character in Crockford's base32, grouped for people to read aloud
// (DECISIONS 6). There is no sequence, so a number tells nothing and the next
// one cannot be guessed.
package number

import (
	"bytes"
	"crypto/rand"
	"iter"
	"strings"
)

// alphabet is Crockford's: no I, L, O, U.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const payload = 12 // characters of five bits

// Length of a number as New returns it, in bytes, and what comes before its first
// dash.
const (
	Length    = payload + 3
	firstDash = 4
)

// New returns a fresh number such as 7K2M-Q9XD-4T8RN.
func New() string {
	raw := make([]byte, payload)
	rand.Read(raw)
	digits := make([]byte, payload)
	for i, b := range raw {
		digits[i] = b & 31
	}
	return format(digits)
}

// Parse reads a number as people type it: any case, with or without dashes and
// spaces, O for 0 and I or L for 1. ok is false unless the check character
// fits, which any one wrong character or two swapped ones prevent.
func Parse(s string) (number string, ok bool) {
	digits := make([]byte, 0, payload+1)
	for _, r := range strings.ToUpper(s) {
		switch r {
		case '-', ' ', '\u2010', '\u2011', '\u2013', '\u00a0':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		d := strings.IndexRune(alphabet, r)
		if d < 0 || len(digits) > payload {
			return "", false
		}
		digits = append(digits, byte(d))
	}
	if len(digits) != payload+1 || check(digits[:payload]) != digits[payload] {
		return "", false
	}
	return format(digits[:payload]), true
}

// Find yields the numbers in text that stand there as New returns them, in order.
// It leaps from dash to dash: in a file of which most is compressed a regular
// expression costs as much as making the file.
func Find(text []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		for at := firstDash; at < len(text); at++ {
			dash := bytes.IndexByte(text[at:], '-')
			if dash < 0 {
				return
			}
			at += dash
			start := at - firstDash
			if start+Length > len(text) {
				return
			}
			found := string(text[start : start+Length])
			if n, ok := Parse(found); ok && n == found && !yield(n) {
				return
			}
		}
	}
}

func format(digits []byte) string {
	var b strings.Builder
	for i, d := range append(digits[:payload:payload], check(digits)) {
		if i == 4 || i == 8 {
			b.WriteByte('-')
		}
		b.WriteByte(alphabet[d])
	}
	return b.String()
}

// check is a sum over the field of 32 elements (x⁵ + x² + 1): digit i is
// multiplied by the i-th power of a generator. The powers differ and none is
// zero, so one changed digit and two swapped ones always show.
func check(digits []byte) byte {
	var sum, power byte = 0, 1
	for _, d := range digits {
		power = double(power)
		sum ^= multiply(d, power)
	}
	return sum
}

func multiply(a, b byte) (product byte) {
	for ; b > 0; b >>= 1 {
		if b&1 == 1 {
			product ^= a
		}
		a = double(a)
	}
	return product
}

func double(a byte) byte {
	a <<= 1
	if a&32 != 0 {
		a ^= 0b100101
	}
	return a
}
