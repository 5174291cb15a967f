package credential

import (
	"fmt"
	"strings"
)

// alphabet is that of base58-btc (W3C Controlled Identifiers 1.0, 2.4).
const alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// base58 writes bytes as one number; each leading zero byte is a leading 1.
func base58(raw []byte) string {
	var digits []byte // least significant first
	for _, b := range raw {
		carry := int(b)
		for i := range digits {
			carry += int(digits[i]) << 8
			digits[i] = byte(carry % 58)
			carry /= 58
		}
		for ; carry > 0; carry /= 58 {
			digits = append(digits, byte(carry%58))
		}
	}
	for i := 0; i < len(raw) && raw[i] == 0; i++ {
		digits = append(digits, 0)
	}
	return reversed(digits, func(d byte) byte { return alphabet[d] })
}

// unbase58 reads exactly size bytes.
func unbase58(text string, size int) ([]byte, error) {
	if len(text) > 2*size {
		return nil, fmt.Errorf("base58 of %d characters is too long", len(text))
	}
	var raw []byte // least significant first
	for _, c := range []byte(text) {
		carry := strings.IndexByte(alphabet, c)
		if carry < 0 {
			return nil, fmt.Errorf("%q is not in base58", c)
		}
		for i := range raw {
			carry += int(raw[i]) * 58
			raw[i] = byte(carry)
			carry >>= 8
		}
		for ; carry > 0; carry >>= 8 {
			raw = append(raw, byte(carry))
		}
	}
	for i := 0; i < len(text) && text[i] == alphabet[0]; i++ {
		raw = append(raw, 0)
	}
	if len(raw) != size {
		return nil, fmt.Errorf("base58 of %d bytes, not %d", len(raw), size)
	}
	return []byte(reversed(raw, func(b byte) byte { return b })), nil
}

func reversed(list []byte, as func(byte) byte) string {
	out := make([]byte, len(list))
	for i, b := range list {
		out[len(list)-1-i] = as(b)
	}
	return string(out)
}
