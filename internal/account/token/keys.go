package token

import (
	"context"
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/atmacena/cocare/internal/keyring"
)

// keys holds the session keys in memory.
type keys struct {
	ring *keyring.Ring
	now  func() time.Time

	mu         sync.RWMutex
	current    keyring.Key
	all        []keyring.Key
	distrusted map[string]bool
}

func (k *keys) load(ctx context.Context) error {
	current, err := k.ring.Current(ctx, keyring.Session)
	if err != nil {
		return err
	}
	all, err := k.ring.All(ctx, keyring.Session)
	if err != nil {
		return err
	}
	distrusted := map[string]bool{}
	for _, key := range all {
		if key.NotTrustedAfter != nil {
			distrusted[key.ID] = true
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.current, k.all, k.distrusted = current, all, distrusted
	return nil
}

// watch loads the keys if one of them was distrusted meanwhile.
func (k *keys) watch(ctx context.Context) error {
	n, err := k.ring.Distrusted(ctx, keyring.Session)
	if err != nil {
		return err
	}
	k.mu.RLock()
	known := len(k.distrusted)
	k.mu.RUnlock()
	if n == known {
		return nil
	}
	return k.load(ctx)
}

// believed reports whether what the key signed still counts.
func (k *keys) believed(kid string) bool {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return !k.distrusted[kid]
}

func (k *keys) signer() keyring.Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.current
}

// valid returns the keys whose tokens may still be around: the current one, and
// retired ones until their last token has expired. A compromised key is not
// believed at all: its thief writes any date.
func (k *keys) valid() []keyring.Key {
	k.mu.RLock()
	defer k.mu.RUnlock()
	now := k.now()
	return slices.DeleteFunc(slices.Clone(k.all), func(key keyring.Key) bool {
		return key.NotTrustedAfter != nil ||
			key.RetiredAt != nil && now.After(key.RetiredAt.Add(Life+2*keyInterval+leeway))
	})
}

func (k *keys) verifier(t *jwt.Token) (any, error) {
	if t.Header["typ"] != kind {
		return nil, errors.New("token: not an access token")
	}
	kid, _ := t.Header["kid"].(string)
	for _, key := range k.valid() {
		if key.ID == kid {
			return key.Public, nil
		}
	}
	return nil, errors.New("token: no such session key")
}

// JWK is a public key as /.well-known/jwks.json shows it (RFC 7517).
type JWK struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Y   string `json:"y"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

// JWKS returns the public keys that verify tokens now.
func (a *Authority) JWKS() ([]JWK, error) {
	set := []JWK{}
	for _, key := range a.keys.valid() {
		public, ok := key.Public.(*ecdsa.PublicKey)
		if !ok {
			return nil, fmt.Errorf("token: session key %s is no ECDSA key", key.ID)
		}
		point, err := public.Bytes() // 4 ‖ X ‖ Y
		if err != nil {
			return nil, fmt.Errorf("token: session key %s: %w", key.ID, err)
		}
		enc := base64.RawURLEncoding.EncodeToString
		set = append(set, JWK{Kty: "EC", Crv: "P-256", X: enc(point[1:33]), Y: enc(point[33:]), Kid: key.ID, Use: "sig", Alg: "ES256"})
	}
	return set, nil
}

// Reload reads the keys anew, after a rotation.
func (a *Authority) Reload(ctx context.Context) error { return a.keys.load(ctx) }
