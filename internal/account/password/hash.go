// Package password hashes passwords and refuses the ones that are guessed
// first. It knows no database.
package password

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// The parameters of argon2id: OWASP's Password Storage Cheat Sheet, second
// choice (19 MiB, two passes, one lane).
const (
	memoryKiB = 19 * 1024
	passes    = 2
	lanes     = 1
	saltLen   = 16
	keyLen    = 32
)

// Hasher computes hashes, a few at a time: each takes 19 MiB, and twenty at
// once would take 380. It is safe for concurrent use.
type Hasher struct {
	slots chan struct{}
	spent atomic.Int64
	dummy string
}

// NewHasher returns a hasher that works on two passwords per processor at once.
func NewHasher() *Hasher {
	h := &Hasher{slots: make(chan struct{}, 2*runtime.GOMAXPROCS(0))}
	h.dummy = encode(make([]byte, saltLen), make([]byte, keyLen))
	return h
}

// Spent counts the argon2id computations so far. Answers that must not tell
// whether an account exists spend the same number either way.
func (h *Hasher) Spent() int64 { return h.spent.Load() }

// Hash returns the PHC string of the password. Its error is the one of ctx.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLen)
	rand.Read(salt)
	key, err := h.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	return encode(salt, key), nil
}

// Verify reports whether the password belongs to the hash. An empty hash (no
// such account, or one without a password) costs the same and is never right.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (bool, error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	salt, want, err := decode(hash)
	if err != nil {
		return false, err
	}
	got, err := h.derive(ctx, password, salt)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1 && known, nil
}

func (h *Hasher) derive(ctx context.Context, password string, salt []byte) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	h.spent.Add(1)
	// The same letters typed on two systems may differ in composition.
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, passes, memoryKiB, lanes, keyLen), nil
}

var header = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, memoryKiB, passes, lanes)

func encode(salt, key []byte) string {
	return header + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(key)
}

func decode(hash string) (salt, key []byte, err error) {
	rest, ok := strings.CutPrefix(hash, header)
	s, k, two := strings.Cut(rest, "$")
	if !ok || !two {
		return nil, nil, fmt.Errorf("password: a stored hash has other parameters than %s", header)
	}
	if salt, err = base64.RawStdEncoding.DecodeString(s); err != nil {
		return nil, nil, fmt.Errorf("password: stored salt: %w", err)
	}
	if key, err = base64.RawStdEncoding.DecodeString(k); err != nil || len(key) != keyLen {
		return nil, nil, fmt.Errorf("password: stored key is damaged")
	}
	return salt, key, nil
}
