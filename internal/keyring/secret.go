package keyring

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
)

// ErrSealed means that a sealed secret was altered, belongs to another label,
// or was sealed with another master key.
var ErrSealed = errors.New("keyring: the sealed secret cannot be opened")

// Seal encrypts a secret with the master key for storing it in the database.
// The label is authenticated: what was sealed for one row does not open for
// another.
func (r *Ring) Seal(label string, secret []byte) []byte {
	nonce := make([]byte, r.seal.NonceSize())
	rand.Read(nonce)
	return r.seal.Seal(nonce, nonce, secret, []byte("secret|"+label))
}

// Open returns what Seal was given under the same label. Errors: ErrSealed.
func (r *Ring) Open(label string, sealed []byte) ([]byte, error) {
	n := r.seal.NonceSize()
	if len(sealed) < n {
		return nil, ErrSealed
	}
	secret, err := r.seal.Open(nil, sealed[:n], sealed[n:], []byte("secret|"+label))
	if err != nil {
		return nil, ErrSealed
	}
	return secret, nil
}

// Fingerprint tells equal secrets of a label from others; without the master key
// nobody can try what the secret was, however short it is.
func (r *Ring) Fingerprint(label string, secret []byte) string {
	mac := hmac.New(sha256.New, r.compare)
	mac.Write([]byte(label + "\x00"))
	mac.Write(secret)
	return hex.EncodeToString(mac.Sum(nil))
}
