package keyring

import (
	"crypto/rand"
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
